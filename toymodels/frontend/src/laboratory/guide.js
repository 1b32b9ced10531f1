// A preset's words, and its steps if it has some: what to do next, with the control for it lit up, and what was seen.
import { add } from "../dom.js";
import { PRESETS } from "./presets.js";

export class Guide {
  #words;
  #seen;
  #steps = [];
  #last = ""; // what is said when there is no step left
  #done = []; // what was seen at each step

  constructor(parent) {
    this.#words = add(parent, "div");
    this.#seen = add(parent, "div");
  }

  /** Begins a preset's steps; with "" there is nothing to say. */
  choose(name) {
    const { steps = [], words } = PRESETS[name] ?? { words: "" };
    this.#steps = steps;
    this.#last = words;
    this.#done = [];
    this.#show();
  }

  get #step() {
    return this.#steps[this.#done.length];
  }

  /** What is to be done next, if there are steps. */
  get next() {
    return this.#steps.length ? this.#words.textContent : "";
  }

  #show() {
    const [done, all] = [this.#done.length, this.#steps.length];
    this.#words.textContent = this.#step ? `Step ${done + 1} of ${all}. ${this.#step.words}` : this.#last;
    this.#seen.textContent = done ? `You saw ${this.#done.join(", ")}.` : "";
  }

  /** Training has come to an end: if it is the step's, the next one follows. */
  settled({ sparsity }, { kept, pairs }) {
    if (this.#step?.sparsity !== sparsity) return;
    this.#done.push(
      `${kept.length} kept (${pairs.length} ${pairs.length === 1 ? "pair" : "pairs"}) at S = ${sparsity}`,
    );
    this.#show();
  }

  /** The name of the control that the step waits for, "sparsity" or "start"; "" if it waits for none. */
  wants({ sparsity }, going) {
    if (!this.#step) return "";
    if (this.#step.sparsity !== sparsity) return "sparsity";
    return going ? "" : "start";
  }
}
