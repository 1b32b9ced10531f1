// The biases under the hand: the best for the arrows, or one for all outputs by a slider; and the output ReLU, on or off.
import { add } from "../dom.js";

const RANGE = { min: -0.6, max: 0.2, step: 0.01 };

const signed = value =>
  value
    .toFixed(2)
    .replace(/^-(0\.00)$/, "$1")
    .replace("-", "\u2212");

/** What is drawn for a feature, in words. */
function caption(model, i) {
  if (model === "Linear") return "No ReLU shuts an output: every shadow comes through (orange).";
  if (model === "ReLU") return "";
  return `Shaded: here output ${i} is open. Orange: the part of another arrow that leaks into it.`;
}

export class Bias {
  #parent;
  #best;
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
    this.#best = check("best for these arrows");
    this.#relu = check("output ReLU");
    this.#caption = add(this.#parent, "div");
    let going = false;
    this.#input.oninput = () =>
      act(() => {
        if (!going) hand.take();
        going = true;
        hand.bias(+this.#input.value);
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
    this.#relu.onchange = () =>
      act(() => {
        hand.switchReLU(this.#relu.checked);
        hand.rest();
      });
  }

  /** best: whether the biases are the best; b: the biases; chosen: a feature; model: its kind. able: see Hands. */
  show({ able, best, b, chosen, model, loss }) {
    this.#parent.hidden = !able;
    if (!able) return;
    const same = b.every(value => Math.abs(value - b[0]) < 0.005);
    this.#label.textContent = same ? "bias of all outputs" : `bias of output ${chosen}`;
    this.#readout.textContent = signed(b[chosen]);
    this.#input.value = b[chosen];
    this.#best.checked = best;
    // The third kind of model has a hidden ReLU as well; without the output's it would be none of the three
    this.#relu.disabled = model === "ReLU";
    this.#relu.checked = model !== "Linear";
    this.#caption.textContent = caption(model, chosen);
    const percent = Number.isFinite(loss) && loss !== null ? `; loss ${Math.round(100 * loss)} percent` : "";
    this.#input.ariaValueText = `${this.#label.textContent} ${b[chosen].toFixed(2)}${percent}`;
  }
}
