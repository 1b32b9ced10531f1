// What goes on between the hand and the trainer: asks and answers, the schedule, and what each control sets off.
import { measure } from "../measures.js";
import { LossCurve, Trail } from "./memory.js";
import { filled, meaning, SETTINGS } from "./settings.js";

const STEPS = 2000; // of the schedule; then the learning rate is zero
const BATCH = 128;
const ASKS = 3; // of one frame at most, so that a change need not wait for the next
const SLICE = 5; // milliseconds of an ask
const FIRST_SLICE = 1; // of one that brings a change: its first picture need not wait
const MARKS_APART = STEPS / 4; // steps between two marks of the loss curve

/** A model in training under the hand. It knows no page: it calls
 *
 * say(words) when there is something to say, add(words) when that is to follow what was said last,
 * renew() when controls should read the setting anew, news() when there is something to draw; and it wants
 * newPicture() called once a frame. `beside` makes its trainer, see training.js.
 */
export class Session {
  constructor(setting, running, { say, add, renew, news }, beside) {
    Object.assign(this, { setting, running, say, add, renew, news, beside });
    this.wishedM = setting.m; // comes back when n grows again
    this.speed = 25; // steps a picture
    this.finished = false; // the schedule has ended
    this.visible = false;
    this.latest = null; // the last answer, with the setting and the run it belongs to, and what was measured on it
    this.asked = null; // the setting and the run of the ask that is on its way
    this.outdated = false; // whether that ask was for weights that are gone
    this.pending = {}; // what the next ask says beside "train"
    this.allowance = 0; // steps that may still be taken for this picture, or by "10 steps"
    this.asks = 0; // since the last picture
    this.run = 0; // a new one begins with fresh weights, and where other than the sparsity changes
    this.curve = new LossCurve(MARKS_APART);
    this.trail = new Trail();
    this.trainer = null; // fresh weights bring one
    this.failure = ""; // why nothing goes on before weights are fresh, in words
  }

  get going() {
    return this.running && !this.finished && !this.failure;
  }

  get training() {
    return this.going && this.visible;
  }

  // Failures

  /** Calls a function. If it fails, training stops, and the reader is told. */
  attempt(act) {
    try {
      act();
    } catch (error) {
      console.error(error);
      this.stop(error.message);
    }
  }

  /** The trainer goes: after a failure nobody knows what it still holds. */
  stop(message) {
    this.trainer?.end();
    this.trainer = null;
    this.asked = null;
    this.outdated = false;
    this.failure = `stopped: ${message}. Press reset`;
    this.say(this.failure);
    this.renew();
  }

  // Asks and answers

  ask() {
    const news = Object.keys(this.pending).length > 0;
    const steps = this.training || !this.running ? this.allowance : 0;
    if (this.failure || this.asked || !(news || (steps > 0 && this.asks < ASKS))) return;
    this.asked = { setting: this.setting, run: this.run };
    this.asks += 1;
    this.trainer.send({ ...this.pending, most: steps, milliseconds: news ? FIRST_SLICE : SLICE });
    this.pending = {};
  }

  hear(answer) {
    const before = this.latest?.taken ?? 0;
    const asked = this.asked;
    this.asked = null;
    if (this.outdated) {
      this.outdated = false;
      return this.ask();
    }
    const { run } = asked;
    const setting = { ...asked.setting, feed: this.setting.feed }; // looking waits for no answer
    this.latest = { ...answer, setting, run, seen: measure(answer.W, setting.n, setting.m) };
    this.allowance = Math.max(0, this.allowance - Math.max(0, answer.taken - before));
    this.curve.add(answer.points);
    this.remember();
    if (answer.failed) this.fresh("fresh weights, because the loss became infinite: try a lower learning rate");
    else if (answer.left === 0 && !this.pending.schedule && !this.finished) {
      this.finished = true;
      this.add("finished: the learning rate is at 0. Press start, or change something, and it trains on");
      this.renew();
    }
    this.ask();
    this.news();
  }

  /** What the last answer's weights keep is the present place of the trail. */
  remember() {
    const { run, left, setting, seen, failed } = this.latest;
    if (failed) return;
    const { sparsity } = setting;
    this.trail.remember({ run, sparsity, kept: seen.kept.length, pairs: seen.pairs.length, finished: left === 0 });
  }

  /** To be called when a picture has been drawn. */
  newPicture() {
    this.asks = 0;
    if (this.training) this.allowance = this.speed;
    this.ask();
  }

  // What the hand does

  /** Asks for what is pending; the schedule goes on, and if it trains, at once. steps: to take if it is paused. */
  goOn(words, steps = 0) {
    this.finished = false;
    this.allowance = this.running ? this.speed : steps;
    this.asks = 0;
    this.say(this.failure || words);
    this.renew();
    this.ask();
    this.news();
  }

  get schedule() {
    return { lr: this.setting.lr, steps: STEPS, batch: BATCH };
  }

  /** A control sets a value: the table says whether it changes the data, takes fresh weights, or only looks. */
  put(name, value) {
    const { acts, words } = SETTINGS[name];
    if (acts === "look") return this.feed(value);
    if (acts === "change") return this.change({ [name]: value }, filled(words.changed, { value }));
    const { n } = this.setting;
    const over = name === "m" && value > n;
    const why = over ? `m can be at most n: fresh weights with m = ${n}` : `fresh weights, because ${name} changed`;
    this.fresh(why, { [name]: value });
  }

  /** One feature gets a sparsity of its own, or that of all again. */
  putOwnSparsity(value) {
    const { feed, sparsity, own_sparsity } = this.setting;
    const { [feed]: _, ...others } = own_sparsity;
    const own = value === sparsity ? others : { ...others, [feed]: value };
    this.change({ own_sparsity: own }, filled(SETTINGS.own_sparsity.words.changed, { feed, value }));
  }

  /** Other data or another model function: the weights stay. */
  change(values, words) {
    this.setting = { ...this.setting, ...values };
    this.pending = { ...this.pending, set: meaning(this.setting), schedule: this.schedule };
    if (!("sparsity" in values || "lr" in values)) this.run += 1;
    this.curve.change(this.latest?.taken ?? 0, words);
    this.goOn(`${words}, same weights${this.running ? "" : ": press start to go on training"}`);
  }

  /** Other shapes, another seed, or a reset. */
  fresh(words, values = {}, saved = null) {
    const shape = `${this.setting.n}, ${this.setting.m}`;
    const setting = { ...this.setting, ...values };
    this.wishedM = values.m ?? this.wishedM;
    setting.m = Math.min(this.wishedM, setting.n);
    if (setting.feed >= setting.n) setting.feed = 0;
    setting.own_sparsity = Object.fromEntries(Object.entries(setting.own_sparsity).filter(([i]) => i < setting.n));
    this.setting = setting;
    const { n, m, seed } = setting;
    this.failure = "";
    this.trainer ??= this.beside(
      answer => this.attempt(() => this.hear(answer)),
      message => this.stop(message),
    );
    this.pending = { fresh: { n, m, seed }, weights: saved, set: meaning(setting), schedule: this.schedule };
    this.outdated = this.asked !== null;
    this.curve = new LossCurve(MARKS_APART);
    this.run += 1;
    if (shape !== `${n}, ${m}`) this.trail.forget();
    this.goOn(words);
  }

  newSeed() {
    const seed = this.setting.seed + 1;
    this.fresh(`fresh weights: seed ${seed}`, { seed });
  }

  startOrPause() {
    this.running = !this.going;
    if (this.running) this.scheduleAgain();
    this.goOn(this.running ? `training for ${STEPS.toLocaleString("en")} steps` : "paused");
  }

  tenSteps() {
    this.scheduleAgain();
    const steps = 10 + (this.running ? 0 : this.allowance);
    this.running = false;
    this.goOn("paused after ten steps", steps);
  }

  /** At the schedule's end, once more from its beginning. */
  scheduleAgain() {
    if (this.latest?.left === 0) this.pending = { ...this.pending, schedule: this.schedule };
  }

  /** Shows another feature's round trip. */
  feed(feature) {
    this.setting = { ...this.setting, feed: feature };
    if (this.latest) this.latest = { ...this.latest, setting: { ...this.latest.setting, feed: feature } };
    this.renew();
    this.news();
  }
}
