// The biases under the hand: the best for the arrows, or by a slider one output's or that of all; and the output ReLU, on
// or off.
import { digits } from "../digits.js";
import { add } from "../dom.js";
import { lossAloud } from "./words.js";

const RANGE = { min: -0.6, max: 0.2, step: 0.01 };

const SAME = 1e-3; // two biases that are the same

/** What is drawn for a feature, in words. */
function caption(model, i) {
  if (model === "Linear") return "No ReLU shuts any output, so every shadow comes through (orange).";
  if (model === "ReLU") return "";
  return `Output ${i} is open where the plane is shaded. The part of another arrow that leaks into it is orange.`;
}

export class Bias {
  #parent;
  #best;
  #alike;
  #chosen = 0;
  #b = null;
  #input;
  #readout;
  #label;
  #relu;
  #caption;

  /** hand: see ByHand. act(function): calls it, and minds its failures. */
  constructor(parent, hand, act) {
    this.#parent = add(parent, "div", { className: "bias" });
    const check = words => {
      const label = add(this.#parent, "label");
      const input = add(label, "input", { type: "checkbox" });
      add(label, "span", { textContent: words });
      return input;
    };
    const whole = add(this.#parent, "label", { className: "slider" });
    this.#label = add(whole, "span");
    this.#input = add(whole, "input", { type: "range", ...RANGE });
    this.#readout = add(whole, "output");
    this.#best = check("best biases for these arrows");
    this.#alike = check("all outputs alike");
    this.#relu = check("output ReLU");
    this.#caption = add(this.#parent, "div", { className: "caption" });
    let going = false;
    this.#input.oninput = () =>
      act(() => {
        if (!going) hand.take();
        going = true;
        hand.bias(+this.#input.value, this.#alike.checked ? null : this.#chosen);
      });
    this.#input.onchange = () => {
      going = false;
      act(() => hand.rest());
    };
    this.#best.onchange = () =>
      act(() => {
        hand.take();
        hand.choose(this.#best.checked);
        hand.rest();
      });
    this.#alike.onchange = () =>
      act(() => {
        if (!this.#alike.checked) return this.#name();
        hand.take();
        hand.bias(this.#b[this.#chosen]);
        hand.rest();
      });
    this.#relu.onchange = () =>
      act(() => {
        hand.switchReLU(this.#relu.checked);
        hand.rest();
      });
  }

  #name() {
    this.#label.textContent = this.#alike.checked ? "bias of all outputs" : `bias of output ${this.#chosen}`;
  }

  /** best: whether the biases are the best; b: the biases; chosen: a feature; model: its kind. able: see Hands. */
  show({ able, best, b, chosen, model, loss }) {
    this.#parent.hidden = !able;
    if (!able) return;
    this.#b = b;
    this.#chosen = chosen;
    // Only while they are
    if (!b.every(value => Math.abs(value - b[chosen]) < SAME)) this.#alike.checked = false;
    this.#name();
    this.#readout.textContent = digits(b[chosen]);
    this.#input.value = b[chosen];
    this.#best.checked = best;
    // The third kind of model has a hidden ReLU as well; without the output's it would be none of the three
    this.#relu.disabled = model === "ReLU";
    this.#relu.checked = model !== "Linear";
    this.#caption.textContent = caption(model, chosen);
    this.#input.ariaValueText = `${this.#label.textContent} ${b[chosen].toFixed(2)}${lossAloud(loss)}`;
  }
}
