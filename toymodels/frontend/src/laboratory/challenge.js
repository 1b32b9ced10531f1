// Beat the optimiser: five arrows by hand, medals for a low loss, and the best of eight trainings as the last mark.
import { add } from "../dom.js";
import { upright } from "./gestures.js";
import { bestOf, STEPS } from "./optimiser.js";
import { Points } from "./points.js";
import { DEFAULTS, dataOf, meaning } from "./settings.js";

const SLICE = 8; // milliseconds of training at a time, beside the hand
const PAUSE = 4; // milliseconds between two of them
const WAIT = 100; // milliseconds between two looks whether the hand has let go
const NEAR = 1.01; // times the loss of training: a star
const KEPT = 0.5; // length of an arrow that is kept

const SETTING = { ...DEFAULTS, n: 5, m: 2, sparsity: 0.95, last_importance: 1 };

/** Medal -> the most loss that it allows, over the best linear model's. */
export const MEDALS = { bronze: 1, silver: 0.4, gold: 0.25 };

export const ROUNDS = [
  {
    setting: SETTING,
    task:
      "Five features are equally important, and each is active in one of twenty samples. Drag the tips of the arrows " +
      "to make the loss as low as you can. Your best so far stays behind as pale arrows.",
  },
  {
    setting: { ...SETTING, own_sparsity: { 0: 0.99 } },
    task:
      "Feature 0 has become rarer: it is active in one of a hundred samples, the others still in one of twenty. " +
      "Is it worth its place? If you drop a feature, which one, and where do the others go?",
  },
];

/** The arrows at the beginning of the first round: a fan, which is worse than a linear model. */
export const FAN = Float64Array.from([20, 45, 70, 95, 120].flatMap(angle => upright({ angle, length: 0.6 })));

/** The medals of a loss, with "star" if it is near that of training, which may not be known yet: null. */
export function medalsOf(ratio, trained) {
  const reached = most => tenths(ratio) <= tenths(most);
  const medals = Object.keys(MEDALS).filter(name => reached(MEDALS[name]));
  return trained !== null && reached(NEAR * trained) ? [...medals, "star"] : medals;
}

/** What is to be said of arrows W in the second round, where feature 0 is rare. */
export function verdict(W, star) {
  const dropped = [...Array(W.length / 2).keys()].filter(i => Math.hypot(W[2 * i], W[2 * i + 1]) < KEPT);
  if (!dropped.length) return "You keep all five. What happens to the loss if feature 0 has no arrow?";
  if (dropped.length > 1) return `You have dropped features ${dropped.join(" and ")}. Dropping one is enough.`;
  if (dropped[0]) return `You have dropped feature ${dropped[0]}, which is active five times as often as feature 0.`;
  if (!star)
    return "You have dropped the rare feature. Where must the other four point so that no shadow comes through?";
  return (
    "You have dropped the rare feature, and so does training. The other four form two opposite pairs: " +
    "no shadow of theirs comes through the output ReLU."
  );
}

/** A loss in tenths of a percent, as it is written: what is read decides. */
const tenths = ratio => Math.round(1000 * ratio);

const percent = ratio => `${(100 * ratio).toFixed(1)}%`;

const LABELS = {
  bronze: "bronze: at most the best linear loss",
  silver: "silver: at most 40% of it",
  gold: "gold: at most 25% of it",
};

export class Challenge {
  #session;
  #hand;
  #parts;
  #round = null; // the number of the round that is on
  #best = null; // {ratio, W} of the hand's best arrows in it
  #trained = ROUNDS.map(() => null); // the loss of the best of eight trainings, over the best linear model's
  #training = ""; // how far that is
  #lines = ""; // the medals, as they are written
  #timer;
  #begun;

  /** parent: a part of the page of its own. hand: see ByHand. act(function): calls it, and minds its failures. begun():
   * called when a round begins.
   */
  constructor(parent, { session, hand, act, begun }) {
    this.#begun = begun;
    this.#session = session;
    this.#hand = hand;
    const line = className => add(parent, "p", { className });
    const press = (textContent, round) =>
      add(parent, "button", { type: "button", textContent, onclick: () => act(() => this.#begin(round)) });
    this.#parts = {
      task: line("task"),
      start: press("Start with a fan", 0),
      next: press("Round 2: feature 0 becomes rarer", 1),
      score: line("score"),
      medals: add(parent, "ul", { className: "medals" }),
      verdict: line("verdict"),
    };
    this.#parts.task.textContent = ROUNDS[0].task;
    this.#parts.next.hidden = true;
  }

  /** Whether the present setting is the round's. */
  get on() {
    if (this.#round === null) return false;
    return dataOf(this.#session.setting) === dataOf(ROUNDS[this.#round].setting);
  }

  /** The best arrows so far, to be drawn behind, or null. */
  get ghosts() {
    return this.on && this.#best ? this.#best.W : null;
  }

  #begin(round) {
    const second = round === 1 && this.#best;
    const W = second ? this.#best.W : FAN;
    if (round !== this.#round) this.#best = null; // who starts again keeps the best
    this.#round = round;
    this.#begun();
    const { setting } = ROUNDS[round];
    const points = new Points(meaning(setting), setting.m);
    this.#hand.best = true;
    this.#session.handOver(round ? "Round 2" : "Beat the optimiser", setting, { W, b: points.best(W).b });
    this.look();
    if (this.#trained[round] === null) this.#train(round, points);
  }

  /** Eight trainings, in slices. */
  #train(round, points) {
    clearTimeout(this.#timer);
    const training = bestOf(points);
    let steps = 0;
    const go = () => {
      if (this.#hand.holding) {
        this.#timer = setTimeout(go, WAIT);
        return;
      }
      const end = performance.now() + SLICE;
      let turn;
      do {
        turn = training.next();
        steps += 1;
      } while (!turn.done && performance.now() < end);
      const before = this.#training;
      this.#training = `${Math.floor(steps / STEPS)}`;
      if (turn.done) this.#trained[round] = turn.value.loss / points.optimum;
      else this.#timer = setTimeout(go, PAUSE);
      if (turn.done || this.#training !== before) this.show();
    };
    go();
  }

  /** The hand rests: what it has made counts. */
  look() {
    const { ratio } = this.#hand;
    if (this.on && ratio !== null && !(ratio >= this.#best?.ratio)) {
      this.#best = { ratio, W: this.#session.latest.W.slice() };
    }
    this.show();
  }

  /** To be called with each picture. */
  show() {
    const { task, start, score, medals, verdict: said, next } = this.#parts;
    const round = this.#round ?? 0;
    task.textContent = ROUNDS[round].task;
    start.textContent = this.#round === null ? "Start with a fan" : "Start again";
    medals.hidden = !this.on;
    if (!this.on) {
      score.textContent =
        this.#round === null ? "" : "The setting has changed. Change it back to go on with the game, or start again.";
      said.textContent = "";
      return;
    }
    const trained = this.#trained[round];
    const now = this.#hand.ratio;
    const by =
      now === null ? "Training has moved the arrows. Move one yourself to make it count." : `Now: ${percent(now)}.`;
    score.textContent = `The score is the loss divided by the best linear loss. ${by} Your best: ${percent(this.#best.ratio)}.`;
    const won = medalsOf(this.#best.ratio, trained);
    const star =
      trained === null
        ? `star: within 1% of the best of eight training runs; finished so far: ${this.#training}`
        : `star: at most ${percent(NEAR * trained)}, within 1% of the best of eight training runs, which reach ${percent(trained)}`;
    const labels = round ? {} : LABELS;
    const all = { ...labels, star };
    const lines = Object.entries(all).map(([name, words]) => `${won.includes(name) ? "\u2713" : "\u25cb"} ${words}`);
    if (lines.join() !== this.#lines) {
      this.#lines = lines.join();
      medals.replaceChildren();
      for (const textContent of lines)
        add(medals, "li", { className: textContent.startsWith("\u2713") ? "won" : "", textContent });
    }
    next.hidden = round > 0 || !won.includes("gold");
    said.textContent = round ? verdict(this.#session.latest.W, medalsOf(now ?? 9, trained).includes("star")) : "";
  }

  end() {
    clearTimeout(this.#timer);
  }
}
