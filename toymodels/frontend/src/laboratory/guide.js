// A preset's words, and its steps if it has some: what to do next, with the control for it lit up, and what was seen.
import { add } from "../dom.js";
import { PRESETS } from "./presets.js";
import { OTHER_MODEL } from "./words.js";

export class Guide {
  #words;
  #seen;
  #where;
  #steps = [];
  #last = ""; // what is said when there is no step left
  #alike = ""; // and if the same was seen at each visit of a sparsity
  #done = []; // what was seen at each step: [sparsity, words]
  #run = null; // of the session: fresh weights are another
  #aside = ""; // what is said instead while the model is of another kind

  constructor(parent) {
    this.#words = add(parent, "div");
    this.#seen = add(parent, "div");
    this.#where = add(parent, "div");
  }

  /** Begins a preset's steps; with "" there is nothing to say. */
  choose(name) {
    const { steps = [], words, alike = words } = PRESETS[name] ?? { words: "" };
    this.#steps = steps;
    this.#last = words;
    this.#alike = alike;
    this.#aside = "";
    this.#begin();
  }

  /** Another kind of model is chosen, which a preset does not speak of; "" or the preset's own: it does again. */
  setAside(model) {
    const words = OTHER_MODEL[model] ?? "";
    if (words === this.#aside) return;
    this.#aside = words;
    this.#show();
  }

  #begin() {
    this.#done = [];
    this.#run = null;
    this.#show();
  }

  /** To be called when something was set. Returns whether what it says is still of use.
   *
   * With fresh weights steps begin again; after the last one they are over as soon as anything changes.
   */
  follow({ sparsity }, run) {
    if (!this.#steps.length || this.#aside) return true;
    this.#run ??= run;
    const again = run !== this.#run;
    if (!this.#step && (again || sparsity !== this.#steps.at(-1).sparsity)) return false;
    if (again) this.#begin();
    this.#tell(sparsity);
    return true;
  }

  /** Where S is, if it is neither where it was before this step nor where the step wants it. */
  #tell(sparsity) {
    const here = [this.#step?.sparsity, this.#done.at(-1)?.[0]];
    this.#where.textContent =
      !this.#step || here.includes(sparsity) || here[1] === undefined
        ? ""
        : `S is ${sparsity} now, but this step needs ${here[0]}. Press that number below the slider.`;
  }

  get #step() {
    return this.#steps[this.#done.length];
  }

  /** What is to be done next, if there are steps. */
  get next() {
    return this.#steps.length ? this.#words.textContent : "";
  }

  /** The last words: whether the network was the same at the last sparsity as at its first visit. */
  get #end() {
    const last = this.#done.at(-1);
    const first = this.#done.find(([S]) => S === last?.[0]);
    return last && first !== last && first[1] === last[1] ? this.#alike : this.#last;
  }

  #show() {
    const [done, all] = [this.#done.length, this.#steps.length];
    if (this.#aside) {
      this.#words.textContent = this.#aside;
      this.#seen.textContent = "";
      this.#where.textContent = "";
      return;
    }
    this.#words.textContent = this.#step ? `Step ${done + 1} of ${all}. ${this.#step.words}` : this.#end;
    this.#seen.textContent = done ? `You saw ${this.#done.map(([S, seen]) => `${seen} at S = ${S}`).join(", ")}.` : "";
    this.#where.textContent = "";
  }

  /** Training has come to an end: if it is the step's, the next one follows. */
  settled({ sparsity }, { kept, pairs }) {
    if (this.#aside || this.#step?.sparsity !== sparsity) return;
    this.#done.push([sparsity, `${kept.length} kept (${pairs.length} ${pairs.length === 1 ? "pair" : "pairs"})`]);
    this.#show();
  }

  /** The name of the control that the step waits for, "sparsity" or "start"; "" if it waits for none. */
  wants({ sparsity }, going) {
    if (this.#aside || !this.#step) return "";
    if (this.#step.sparsity !== sparsity) return "sparsity";
    return going ? "" : "start";
  }
}
