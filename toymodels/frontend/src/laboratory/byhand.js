// What the hand does to a model in the plane: arrows, biases, the output ReLU. Its loss has no noise and is there at
// once: see Points.
import { Points } from "./points.js";
import { dataOf, meaning } from "./settings.js";

const MOST = 20; // features whose best biases are found within a picture, on a slow machine as well
const NEAR = 1e-4; // two biases that are the same: an address has fewer digits
const NEXT_TO_NOTHING = 1e-9; // a linear model could be exact, and no loss can be compared with its loss

export class ByHand {
  #session;
  #rested;
  #points = { of: "", made: null };
  #ratio = { of: null, made: null };
  #b = null; // the biases that it has put there
  #found = null; // the points for which they were chosen
  #stroke = Symbol(); // one grab is one step for undo

  /** Whether each move brings the best biases for its arrows. */
  best = true;

  /** Whether it has taken something, and not let go. */
  holding = false;

  /** rested(): called when a move has come to its end. */
  constructor(session, rested) {
    this.#session = session;
    this.#rested = rested;
  }

  /** Whether there are arrows that a hand can move. */
  get able() {
    const { latest, setting } = this.#session;
    return setting.m === 2 && setting.n <= MOST && latest?.setting.n === setting.n && latest.setting.m === 2;
  }

  /** The points of the present data. */
  get points() {
    const { setting } = this.#session;
    const of = dataOf(setting);
    if (this.#points.of !== of) this.#points = { of, made: new Points(meaning(setting), setting.m) };
    return this.#points.made;
  }

  /** The loss divided by the best linear model's of what the hand has put there; null if it is not the hand's. */
  get ratio() {
    return this.#session.inHand ? this.exact : null;
  }

  /** The same of what is on the screen, whoever has put it there, without noise; null where no hand can be. */
  get exact() {
    const { latest } = this.#session;
    if (!this.able) return null;
    const { points } = this;
    if (this.#ratio.of !== latest || this.#ratio.points !== points) {
      const exact = points.optimum < NEXT_TO_NOTHING;
      const made = exact ? Number.NaN : points.loss(latest.W, latest.b) / points.optimum;
      this.#ratio = { of: latest, points, made };
    }
    return this.#ratio.made;
  }

  /** A grab: training pauses. What follows until the next one is undone together. */
  take() {
    if (this.#session.going) this.#session.startOrPause();
    this.#stroke = Symbol();
    this.holding = true;
  }

  /** Back to before the last grab. */
  undo() {
    this.#session.undo();
  }

  /** The hand rests. */
  rest() {
    this.holding = false;
    this.#rested();
  }

  /** Puts arrows there, with the best biases or those that are there. words: see Session.byHand. */
  put(W, words = "") {
    this.#place({ W, b: this.best ? this.points.best(W).b : this.#session.latest.b }, words);
  }

  /** Gives output i a bias, or every output if i is null. */
  bias(value, i = null) {
    this.best = false;
    const { W, b } = this.#session.latest;
    this.#place({ W, b: b.map((own, k) => (i === null || k === i ? value : own)) }, "");
  }

  /** The best biases from now on, or those that are there. */
  choose(best) {
    this.best = best;
    this.put(this.#session.latest.W, best ? "each output has its best bias" : "the biases stay as they are");
  }

  /** The output ReLU on or off. */
  switchReLU(on) {
    const session = this.#session;
    this.take();
    session.keep(this.#stroke); // model and biases are one step back
    const words = on ? "output ReLU on" : "output ReLU off";
    session.change({ model: on ? "ReLU-output" : "Linear" }, words);
    this.put(this.#session.latest.W, on ? "output ReLU on" : "output ReLU off: every reading comes through");
  }

  /** To be called before a picture is drawn. Other data ask for other biases; and biases that were put there without this
   * hand, by an address or by undo, may be the best or not.
   */
  follow() {
    const { inHand, latest } = this.#session;
    if (!inHand || !this.able) return;
    const { points } = this;
    const own = this.#b !== null && same(this.#b, latest.b);
    if (own && (!this.best || this.#found === points)) return;
    const { b } = points.best(latest.W);
    if (own) this.#session.place({ W: latest.W, b });
    else this.best = same(b, latest.b);
    [this.#b, this.#found] = [own ? b : latest.b, points];
  }

  #place(weights, words) {
    [this.#b, this.#found] = [weights.b, this.points];
    this.#session.byHand(weights, words, this.#stroke);
  }
}

const same = (b, other) => b.length === other.length && b.every((value, i) => Math.abs(value - other[i]) < NEAR);
