// What goes on between the hand and the trainer: asks and answers, the schedule, what is remembered of a run.
import { responder, workerText } from "./trainer.js";

const STEPS = 2000; // of the schedule; then the learning rate is zero
const BATCH = 128;
const ASKS = 3; // of one frame at most, so that a change need not wait for the next
const SLICE = 5; // milliseconds of an ask
const FIRST_SLICE = 1; // of one that brings a change: its first picture need not wait
const MOST_POINTS = 600; // of the loss curve
const MOST_PLACES = 300; // of the trail
const RECENT = 20; // points whose mean is the loss that is said

/** Importance and sparsity of each feature, and where the ReLUs are. */
export function meaning({ n, m, sparsity, own_sparsity, last_importance, model }) {
  return {
    n,
    m,
    sparsity: Array.from({ length: n }, (_, i) => own_sparsity[i] ?? sparsity),
    importance: Array.from({ length: n }, (_, i) => (n === 1 ? 1 : 1 + ((last_importance - 1) * i) / (n - 1))),
    hiddenReLU: model === "ReLU",
    outputReLU: model !== "Linear",
  };
}

/** What answers asks: a worker, or where a page forbids workers this thread, in slices. Returns {send, end}.
 *
 * hear(answer) is called with each answer, broken(message) when none will come.
 */
function trainerBeside(hear, broken) {
  let worker = null;
  let answered = false;
  let waiting = null;
  let timer;
  const respond = responder();
  const here = ask => {
    timer = setTimeout(() => {
      let answer;
      try {
        answer = respond(ask);
      } catch (error) {
        return broken(error.message);
      }
      hear(answer);
    });
  };
  const stayHere = () => {
    worker?.terminate();
    worker = null;
    if (waiting) here(waiting);
  };
  try {
    const address = URL.createObjectURL(new Blob([workerText()], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      if (!answered) URL.revokeObjectURL(address);
      answered = true;
      hear(data);
    };
    worker.onerror = event => {
      if (answered) return broken(event.message);
      event.preventDefault();
      stayHere();
    };
  } catch {
    stayHere();
  }
  return {
    send: ask => {
      waiting = ask;
      if (worker) worker.postMessage(ask);
      else here(ask);
    },
    end: () => {
      clearTimeout(timer);
      if (worker) worker.onmessage = worker.onerror = null; // what is on its way is not heard either
      worker?.terminate();
    },
  };
}

/** A model in training under the hand. It knows no page: it calls
 *
 * say(words) when there is something to say, add(words) when that is to follow what was said last,
 * renew() when controls should read the setting anew, news() when there is something to draw; and it wants
 * newPicture() called once a frame.
 */
export class Session {
  constructor(setting, running, { say, add, renew, news }, beside = trainerBeside) {
    Object.assign(this, { setting, running, say, add, renew, news, beside });
    this.wishedM = setting.m; // comes back when n grows again
    this.speed = 25; // steps a picture
    this.finished = false; // the schedule has ended
    this.visible = false;
    this.latest = null; // the last answer, with the setting and the run it belongs to
    this.asked = null; // the setting and the run of the ask that is on its way
    this.outdated = false; // whether that ask was for weights that are gone
    this.pending = {}; // what the next ask says beside "train"
    this.allowance = 0; // steps that may still be taken for this picture, or by "10 steps"
    this.asks = 0; // since the last picture
    this.run = 0; // a new one begins with fresh weights, and where other than the sparsity changes
    this.points = []; // of the loss: [step, loss / best linear, how many were averaged]
    this.width = 1; // steps that become one point
    this.recent = []; // of the points, the last since something changed
    this.marks = []; // of the loss curve: {step, words} of a change
    this.trail = []; // {run, sparsity, kept, pairs, finished}, one for each sparsity on the way
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
    this.latest = { ...answer, ...asked };
    this.allowance = Math.max(0, this.allowance - Math.max(0, answer.taken - before));
    answer.points.forEach(point => this.point(...point));
    this.recent = [...this.recent, ...answer.points].slice(-RECENT);
    if (answer.failed) this.fresh("fresh weights, because the loss became infinite: try a lower learning rate");
    else if (answer.left === 0 && !this.pending.schedule && !this.finished) {
      this.finished = true;
      this.add("finished: the learning rate is at 0. Press start, or change something, and it trains on");
      this.renew();
    }
    this.ask();
    this.news();
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

  /** Other data or another model function: the weights stay. */
  change(values, words) {
    this.setting = { ...this.setting, ...values };
    this.pending = { ...this.pending, set: meaning(this.setting), schedule: this.schedule };
    this.recent = [];
    if (!("sparsity" in values || "lr" in values)) this.run += 1;
    this.mark(words);
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
    this.points = [];
    this.width = 1;
    this.recent = [];
    this.marks = [];
    this.run += 1;
    if (shape !== `${n}, ${m}`) this.trail = [];
    this.goOn(words);
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

  // What is remembered

  /** One more point of the loss curve; when there are too many, neighbours become their mean, everywhere alike. */
  point(step, ratio, count = 1) {
    const last = this.points.at(-1);
    if (last && Math.ceil(step / this.width) === Math.ceil(last[0] / this.width)) {
      const both = last[2] + count;
      this.points[this.points.length - 1] = [step, (last[1] * last[2] + ratio * count) / both, both];
    } else this.points.push([step, ratio, count]);
    if (this.points.length <= MOST_POINTS) return;
    const old = this.points;
    this.points = [];
    this.width *= 2;
    old.forEach(point => this.point(...point));
  }

  /** A change belongs to the loss curve; of many in a row, where they came to. */
  mark(words) {
    const step = this.latest?.taken ?? 0;
    const last = this.marks.at(-1);
    if (last && step - last.step < STEPS / 4) this.marks.pop();
    this.marks.push({ step, words });
  }

  /** What the last answer's weights keep: the trail's present place. Between two ends of training the way there is
   * forgotten, and so is every run but the last two. */
  remember(kept, pairs) {
    const { run, left, setting } = this.latest;
    const here = { run, sparsity: setting.sparsity, kept, pairs, finished: left === 0 };
    const passing = place => place.run === run && !place.finished;
    const same = place => place.run === run && place.sparsity === here.sparsity;
    while (this.trail.length && (same(this.trail.at(-1)) || (here.finished && passing(this.trail.at(-1)))))
      this.trail.pop();
    this.trail = [...this.trail.filter(place => place.run >= run - 1), here].slice(-MOST_PLACES);
  }

  /** Mean loss of late over the best linear model's; NaN where a linear model could be exact, null when not known. */
  get loss() {
    const { recent } = this;
    return recent.length ? recent.reduce((sum, point) => sum + point[1], 0) / recent.length : null;
  }
}
