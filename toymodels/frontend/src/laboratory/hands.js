// Hands on the arrows: a button over each tip, moved by mouse, finger or keys, and two sliders that say where it is.
import { add } from "../dom.js";
import { arrowsOf, dragged, keyed, LONGEST, short, spoken, withArrow } from "./gestures.js";
import { lossAloud } from "./words.js";

const SLIP = 3; // pixels that a click may move
const CHOOSING = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 };

export class Hands {
  #layer;
  #hand;
  #choose;
  #point;
  #act;
  #grips = [];
  #plane = null; // {middle, unit} of the picture, in pixels
  #W = null;
  #angles = {}; // feature -> the angle that a hand gave its arrow: one without a length has none of its own
  #chosen = 0;
  #grab = null; // what a pointer holds: {j, start, from, offset, moved}
  #held = null; // what the keys hold: {j, moved}
  #sliders;

  /** Where the chosen arrow is, for a screen reader. */
  words = "";

  /** frame: of the picture; beside: where the sliders go.
   *
   * hand: see ByHand. choose(j): arrow j was taken or chosen. point(j): the mouse is over it,
   * or with null over none. act(function): calls it, and minds its failures.
   */
  constructor(frame, beside, { hand, choose, point, act }) {
    this.#hand = hand;
    this.#choose = choose;
    this.#point = point;
    this.#act = act;
    // JupyterLab's own keys do not act here, with Shift or without
    this.#layer = add(frame, "div", { className: "grips", role: "group", ariaLabel: "the arrows' tips" });
    this.#layer.setAttribute("data-lm-suppress-shortcuts", "true");
    this.#sliders = add(beside, "div", { className: "by-arrow" });
    this.angle = this.#slider("angle", { min: 0, max: 359, step: 1 });
    this.length = this.#slider("length", { min: 0, max: LONGEST, step: 0.01 });
  }

  #slider(name, range) {
    const whole = add(this.#sliders, "label", { className: "slider" });
    const label = add(whole, "span");
    const input = add(whole, "input", { type: "range", ...range });
    const readout = add(whole, "output");
    let going = false;
    input.oninput = () =>
      this.#act(() => {
        if (!going) this.#hand.take();
        going = true;
        this.#put(this.#chosen, { ...this.#arrows[this.#chosen], [name]: +input.value });
      });
    input.onchange = () => {
      going = false;
      this.#hand.rest();
    };
    return { label, input, readout, name };
  }

  get #arrows() {
    return arrowsOf(this.#W, this.#angles);
  }

  /** Puts arrow j somewhere else. */
  #put(j, there) {
    this.#angles[j] = there.angle;
    this.#W = withArrow(this.#W, j, there); // the next event may come before the next picture
    this.#hand.put(this.#W);
  }

  /** What is written beside the tip that is being moved, {j, text}, or null. */
  get note() {
    const j = this.#grab?.moved ? this.#grab.j : this.#held?.j;
    return j === undefined || !this.#W ? null : { j, text: `${j}: ${short(this.#arrows[j])}` };
  }

  /** To be called when the picture has been drawn: the tips are there now. able: whether they can be moved.
   *
   * plane: {tips, middle, unit}, in pixels; loss: over the best linear model's, null if it is not known.
   */
  show({ able, W, chosen, plane, loss }) {
    this.#layer.hidden = !able;
    this.#sliders.hidden = !able;
    if (!able) return this.#letGo();
    this.#W = W;
    this.#plane = plane;
    this.#chosen = chosen;
    const arrows = this.#arrows;
    while (this.#grips.length > arrows.length) this.#grips.pop().remove();
    while (this.#grips.length < arrows.length) this.#grips.push(this.#grip(this.#grips.length));
    this.#grips.forEach((grip, j) => {
      const [x, y] = plane.tips[j];
      grip.style.left = `${x}px`;
      grip.style.top = `${y}px`;
      grip.tabIndex = j === chosen ? 0 : -1;
      grip.classList.toggle("chosen", j === chosen);
      grip.ariaLabel = `Arrow ${j}, ${short(arrows[j])}`;
      grip.ariaPressed = `${this.#held?.j === j}`;
    });
    const words = `${spoken(W, chosen)}${lossAloud(loss)}`;
    this.words = words;
    for (const { label, input, readout, name } of [this.angle, this.length]) {
      const value = arrows[chosen][name];
      const text = name === "angle" ? `${Math.round(value) % 360}\u00b0` : value.toFixed(2);
      label.textContent = `${name} of arrow ${chosen}`;
      if (readout.textContent !== text) readout.textContent = text;
      input.value = value;
      input.ariaValueText = words;
    }
  }

  #grip(j) {
    const grip = add(this.#layer, "button", { type: "button", className: "grip" });
    grip.onpointerdown = event => this.#down(j, grip, event);
    grip.onpointermove = event => this.#act(() => this.#move(event));
    grip.onpointerup = () => this.#letGo();
    grip.onpointercancel = () => this.#letGo();
    grip.onpointerenter = ({ pointerType }) => pointerType !== "touch" && !this.#grab && this.#point(j);
    grip.onpointerleave = ({ pointerType }) => pointerType !== "touch" && !this.#grab && this.#point(null);
    // By keyboard or a screen reader; a pointer's click has been heard already
    grip.onclick = ({ detail }) => detail === 0 && this.#holdOrNot(j);
    grip.onkeydown = event => this.#act(() => this.#key(j, event));
    grip.onblur = () => {
      if (this.#held?.j === j) this.#letGo();
    };
    return grip;
  }

  // Mouse and finger

  #down(j, grip, event) {
    if (!event.isPrimary || event.button !== 0 || !this.#plane) return;
    event.preventDefault(); // no text is chosen on the way
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    const { clientX, clientY } = event;
    const tip = this.#plane.tips[j];
    const { left, top } = this.#layer.getBoundingClientRect();
    this.#held = null;
    this.#grab = {
      j,
      start: this.#arrows[j],
      from: [clientX, clientY],
      offset: [tip[0] - (clientX - left), tip[1] - (clientY - top)],
      moved: false,
    };
    this.#hand.take();
    this.#choose(j);
  }

  #move({ isPrimary, clientX, clientY, shiftKey, altKey }) {
    const grab = this.#grab;
    if (!grab || !isPrimary) return;
    const far = Math.hypot(clientX - grab.from[0], clientY - grab.from[1]);
    grab.moved ||= far >= SLIP;
    if (!grab.moved) return;
    // The tip goes as far as the pointer, to the pixel, wherever on its button it was taken
    const [dx, dy] = grab.offset;
    const { left, top } = this.#layer.getBoundingClientRect();
    const { middle, unit } = this.#plane;
    const x = clientX - left + dx;
    const y = clientY - top + dy;
    const to = [(x - middle[0]) / unit, (middle[1] - y) / unit];
    const { j, start } = grab;
    this.#put(j, dragged(this.#W, j, to, { start, keepLength: shiftKey, keepAngle: altKey }));
  }

  // Keys

  #key(j, event) {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    if (key in CHOOSING) this.#point(null); // the keys' arrow is meant now, not the mouse's
    if (key === "Escape") {
      const taken = this.#grab ?? this.#held;
      if (!taken) return;
      event.preventDefault();
      event.stopPropagation();
      if (taken.moved) this.#hand.undo();
      return this.#letGo();
    }
    if (this.#held) {
      const there = keyed(this.#arrows[j], key, shiftKey);
      if (!there) return;
      event.preventDefault();
      this.#held.moved = true;
      this.#put(j, there);
      return this.#hand.rest();
    }
    const step = CHOOSING[key];
    if (!step) return;
    event.preventDefault();
    const count = this.#grips.length;
    const next = (j + step + count) % count;
    this.#choose(next);
    this.#grips[next].focus({ preventScroll: true });
  }

  #holdOrNot(j) {
    if (this.#held) return this.#letGo();
    this.#held = { j, moved: false };
    this.#hand.take();
    this.#choose(j);
  }

  #letGo() {
    if (!this.#grab && !this.#held) return;
    this.#grab = null;
    this.#held = null;
    this.#hand.rest();
  }
}
