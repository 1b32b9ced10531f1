// What goes on between the hand and the trainer: asks and answers, the schedule, and what each control sets off.
import { measure } from "../measures.js";
import { LossCurve, Trail } from "./memory.js";
import { Past } from "./past.js";
import { filled, meaning, SETTINGS } from "./settings.js";

export const STEPS = 2000; // of the schedule; then the learning rate is zero
const BATCH = 128;
const ASKS = 3; // of one frame at most, so that a change need not wait for the next
const SLICE = 5; // milliseconds of an ask
const FIRST_SLICE = 1; // of one that brings a change: its first picture need not wait
const MARKS_APART = STEPS / 4; // steps between two marks of the loss curve

/** A model in training under the hand. It knows no page: it calls
 *
 * say(words, aloud) when something has happened (words: to be read, aloud: to be heard, the same if it is left out),
 * settled() when training has come to its end, renew() when controls should read the setting anew, news() when there is
 * something to draw; and it wants newPicture() called once a frame. `beside` makes its trainer, see training.js.
 */
export class Session {
  constructor(setting, running, { say, settled, renew, news }, beside) {
    Object.assign(this, { setting, running, say, settled, renew, news, beside });
    this.wishedM = setting.m; // comes back when n grows again
    this.speed = 25; // steps a picture
    this.strength = 1; // of the fed feature in its round trip
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
    this.past = new Past();
    this.inHand = false; // the weights are as the hand has put them
    this.moved = false; // the weights come from such, so that no seed gives them again
    this.trainer = null; // fresh weights bring one
    this.failure = ""; // why nothing goes on before weights are fresh, in words
  }

  get going() {
    return this.running && !this.finished && !this.failure;
  }

  get training() {
    return this.going && this.visible;
  }

  /** What the network does: one of these, and never two. */
  get state() {
    if (this.failure) return "stopped";
    if (this.training) return "training";
    if (this.inHand) return "by hand";
    return this.finished ? "settled" : "ready";
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
    this.failure = `stopped: ${message}. Press Train to begin with fresh weights`;
    this.say(this.failure);
    this.renew();
  }

  // Asks and answers

  ask() {
    const news = Object.keys(this.pending).length > 0;
    const steps = this.training || !this.running ? this.allowance : 0;
    if (this.failure || this.asked || !(news || (steps > 0 && this.asks < ASKS))) return;
    const known = Boolean(this.pending.weights && this.latest); // weights that are on the screen already
    this.asked = { setting: this.setting, run: this.run, known };
    this.asks += 1;
    this.trainer.send({ ...this.pending, most: steps, milliseconds: news ? FIRST_SLICE : SLICE });
    this.pending = {};
  }

  hear(answer) {
    const asked = this.asked;
    this.asked = null;
    if (this.outdated) {
      this.outdated = false;
      return this.ask();
    }
    const before = this.latest?.taken ?? 0;
    const steps = Math.max(0, answer.taken - before);
    const { run } = asked;
    const setting = { ...asked.setting, feed: this.setting.feed }; // looking waits for no answer
    // What was found out about weights in training is still true of them when they come back
    const found = asked.known && !steps ? { dead: this.latest.dead, left: this.latest.left } : {};
    this.latest = { ...answer, ...found, setting, run, seen: measure(answer.W, setting.n, setting.m) };
    this.allowance = Math.max(0, this.allowance - steps);
    if (steps) this.inHand = false;
    this.curve.add(answer.points);
    this.remember();
    if (answer.failed) this.fresh("fresh weights, because the loss became infinite: try a lower learning rate");
    else if (answer.left === 0 && !this.pending.schedule && !this.finished) {
      this.finished = true;
      this.settled();
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
  goOn(words, { steps = 0, aloud = words } = {}) {
    this.finished = false;
    this.allowance = this.running ? this.speed : steps;
    this.asks = 0;
    if (this.failure) this.say(this.failure);
    else this.say(words, aloud);
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
    this.keep(name);
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
    this.keep(`own_sparsity ${feed}`);
    this.change({ own_sparsity: own }, filled(SETTINGS.own_sparsity.words.changed, { feed, value }));
  }

  /** Other data or another model function: the weights stay. */
  change(values, words) {
    this.setting = { ...this.setting, ...values };
    this.pending = { ...this.pending, set: meaning(this.setting), schedule: this.schedule };
    if (!("sparsity" in values || "lr" in values)) this.run += 1;
    this.curve.change(this.latest?.taken ?? 0, words);
    this.goOn(`${words}, same weights${this.running ? "" : ": press Train to go on"}`);
  }

  /** Other shapes, another seed, or a reset. saved: {W, b, taken} to begin with. */
  fresh(words, values = {}, saved = null) {
    const shape = `${this.setting.n}, ${this.setting.m}`;
    const setting = { ...this.setting, ...values };
    this.wishedM = values.m ?? this.wishedM;
    setting.m = Math.min(this.wishedM, setting.n);
    if (setting.feed >= setting.n) setting.feed = 0;
    setting.own_sparsity = Object.fromEntries(Object.entries(setting.own_sparsity).filter(([i]) => i < setting.n));
    this.setting = setting;
    this.begin(saved);
    this.curve = new LossCurve(MARKS_APART);
    this.run += 1;
    this.inHand = false;
    this.moved = false;
    if (shape !== `${setting.n}, ${setting.m}`) this.trail.forget();
    this.goOn(words);
  }

  /** Begins, with fresh weights or those that were saved. byHand: whether the hand had put them there. */
  open(words, saved, byHand) {
    this.fresh(words, {}, saved);
    this.inHand = byHand;
    this.moved = byHand;
  }

  /** The next ask brings a new model: with the weights of the seed, or those given. */
  begin(weights) {
    const { n, m, seed } = this.setting;
    this.failure = "";
    this.trainer ??= this.beside(
      answer => this.attempt(() => this.hear(answer)),
      message => this.stop(message),
    );
    this.pending = { fresh: { n, m, seed }, weights, set: meaning(this.setting), schedule: this.schedule };
    this.outdated = this.asked !== null;
  }

  reset() {
    this.keep(null);
    this.fresh("fresh weights");
  }

  newSeed() {
    const seed = this.setting.seed + 1;
    this.keep(null);
    this.fresh(`fresh weights: seed ${seed}`, { seed });
  }

  /** Another whole setting, with fresh weights. train: whether it trains at once. */
  preset(name, setting, train) {
    this.keep(null);
    this.running = train;
    this.fresh(`${name}: fresh weights`, setting);
  }

  startOrPause() {
    const failed = this.failure !== "";
    this.running = failed || !this.going;
    if (this.running) this.keep(null);
    if (failed) return this.fresh("fresh weights");
    if (this.running) this.scheduleAgain();
    this.goOn("", { aloud: this.running ? `training for ${STEPS.toLocaleString("en")} steps` : "paused" });
  }

  tenSteps() {
    this.keep(null);
    this.scheduleAgain();
    const steps = 10 + (this.running ? 0 : this.allowance);
    this.running = false;
    this.goOn("paused after ten steps", { steps });
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

  /** Weights that the hand has put there, {W, b}, float64, W feature by feature. Nothing trains until "Train" goes on.
   *
   * They are on the screen at once. words: what was done; "" says nothing, as on the way of a drag. gesture: the same
   * throughout a drag, so that undo goes back to before the whole of it: a name, or a symbol, see Past.
   */
  byHand(weights, words, gesture = null) {
    this.keep(gesture);
    this.place(weights, this.latest?.taken ?? 0);
    this.goOn(words);
  }

  /** Another whole setting, with weights for the hand to go on from. */
  handOver(words, setting, weights) {
    this.keep(null);
    this.fresh(words, setting, { ...weights, taken: 0 });
    this.place(weights, 0);
    this.goOn(words);
  }

  /** Puts weights on the screen that are the hand's, as part of a change that was kept already. */
  place({ W, b }, taken = this.latest.taken) {
    const { n, m } = this.setting;
    if (W.length !== n * m || b.length !== n) throw new Error(`weights are for ${n} features in ${m} dimensions`);
    const weights = { W: Float64Array.from(W), b: Float64Array.from(b), taken };
    if (!this.inHand) {
      this.run += 1;
      this.curve.change(taken, "by hand");
    }
    this.running = false;
    this.inHand = true;
    this.moved = true;
    this.begin(weights);
    this.show({ ...weights, setting: this.setting, run: this.run, points: [], dead: [], left: STEPS, failed: false });
  }

  /** Puts an answer on the screen that no trainer has given. */
  show(answer) {
    const { n, m } = answer.setting;
    this.latest = { ...answer, seen: measure(answer.W, n, m) };
    this.remember();
  }

  // What was before

  /** Keeps what is on the screen, before something changes it. what: see Past. */
  keep(what) {
    if (!this.latest || this.latest.failed) return;
    const { latest, finished, inHand, moved, wishedM, curve, trail } = this;
    const kept = { latest, finished, inHand, moved, wishedM, curve: curve.copy(), trail: trail.copy() };
    this.past.keep(kept, what);
  }

  /** Back to what was before the last change: setting and weights, to the last bit. It pauses. */
  undo() {
    const before = this.past.back();
    if (!before) return this.say("there is nothing to undo");
    const { latest, finished, inHand, moved, wishedM, curve, trail } = before;
    const feed = this.setting.feed < latest.setting.n ? this.setting.feed : 0;
    Object.assign(this, { inHand, moved, wishedM, curve, trail, run: latest.run });
    this.setting = { ...latest.setting, feed };
    this.running = false;
    this.begin({ W: latest.W, b: latest.b, taken: latest.taken });
    this.show({ ...latest, setting: this.setting });
    this.goOn("undone");
    this.finished = finished;
    this.renew();
  }
}
