// An explorer: sliders over positions, panels that are drawn from numbers, and what they show in words.
import { Cursor, stepped } from "../cursor.js";
import { add, framedCanvas, keepKeys, Speech } from "../dom.js";
import STYLE from "../style.css";
import { onThemeChange, themeOf } from "../theme.js";
import { panelOf } from "./panels.js";
import { Slider } from "./slider.js";

const STEP = 150; // milliseconds of a position while it plays
const REST = 1000; // of one that has a tick
const TAP = 8; // pixels that a finger may slip
const NARROW = 520; // pixels of a view that shows one part at a time

class Explorer {
  constructor(root, spec) {
    this.root = root;
    this.spec = spec;
    this.timer = null;
    this.frame = 0;
    this.part = null; // name of the part that is shown alone; null: all of them
    this.options = new Set();
    this.pointed = null; // the panel that was last pointed at
    this.cursor = new Cursor(() => this.news());
    this.build();
    this.watch();
    this.news();
  }

  // What is on the page

  build() {
    const { root, spec } = this;
    root.classList.add("live");
    add(root, "style", { textContent: STYLE });
    const live = add(root, "div", { className: "view" });
    const controls = add(live, "div", { className: "controls" });
    const moved = () => this.news();
    this.sliders = spec.sliders.map(
      (setting, k) => new Slider(controls, setting, k ? { moved } : { moved, track: spec.track, stops: spec.stops }),
    );
    this.play = add(document.createDocumentFragment(), "button", {
      type: "button",
      className: "play",
      onclick: () => this.playOrPause(),
    });
    this.sliders[0].head.prepend(this.play);
    const buttons = add(live, "div", { className: "buttons" });
    this.parts = [...new Set(spec.columns.map(({ part }) => part).filter(part => part !== null))];
    if (this.parts.length > 1) this.buildParts(buttons);
    this.buildOptions(buttons);
    this.lines = add(live, "div", { className: "lines" });
    this.columns = add(live, "div", { className: "columns" });
    this.panels = spec.columns.flatMap(column => this.buildColumn(column));
    this.said = add(live, "div", { className: "said" });
    this.speech = new Speech(live);
    keepKeys(root);
    this.rest();
  }

  /** Buttons that choose one part of the view, and a box for all of them. */
  buildParts(parent) {
    const group = add(parent, "span", { role: "group", ariaLabel: "show" });
    this.partButtons = this.parts.map(part =>
      add(group, "button", { type: "button", textContent: part, onclick: () => this.choose(part) }),
    );
    const label = add(parent, "label");
    this.all = add(label, "input", { type: "checkbox" });
    this.all.onchange = () => this.choose(this.all.checked ? null : this.parts.at(-1));
    label.append("side by side");
    const narrow = this.root.clientWidth > 0 && this.root.clientWidth < NARROW;
    this.part = this.spec.sideBySide && !narrow ? null : this.parts.at(-1);
  }

  choose(part) {
    this.part = part;
    this.news();
  }

  /** Boxes for panels that are shown only if they are wanted. */
  buildOptions(parent) {
    const options = new Set(this.spec.columns.flatMap(({ panels }) => panels.map(({ option }) => option)));
    options.delete(null);
    for (const option of options) {
      const label = add(parent, "label");
      const check = add(label, "input", { type: "checkbox" });
      check.onchange = () => {
        if (check.checked) this.options.add(option);
        else this.options.delete(option);
        this.news();
      };
      label.append(option);
    }
  }

  buildColumn({ part, weight, panels }) {
    const element = add(this.columns, "div", { className: "column" });
    element.style.flexGrow = weight;
    const title = part === null ? null : add(element, "div", { className: "part", textContent: part });
    return panels.map(spec => {
      const { frame, canvas } = framedCanvas(element, spec.kind);
      frame.style.flexGrow = spec.weight;
      if (spec.height) frame.style.minHeight = `${spec.height}px`;
      Object.assign(canvas, { tabIndex: 0, role: "application" });
      canvas.ariaRoleDescription = "picture with values";
      const shown = { element, title, frame, canvas, part, option: spec.option, panel: panelOf(spec) };
      this.listen(shown);
      return shown;
    });
  }

  // What the hand does

  listen(shown) {
    const { canvas, panel } = shown;
    const place = ({ clientX, clientY }) => {
      const { left, top } = canvas.getBoundingClientRect();
      return panel.at(clientX - left, clientY - top);
    };
    const point = where => {
      this.pointed = shown;
      this.cursor.set(panel.axis, where);
    };
    let down = null; // where a finger came down
    canvas.onpointermove = event => event.pointerType !== "touch" && point(place(event));
    canvas.onpointerleave = event => event.pointerType !== "touch" && point(null);
    canvas.onpointerdown = event => {
      down = [event.clientX, event.clientY];
    };
    canvas.onpointerup = event => {
      const slipped = down ? Math.hypot(event.clientX - down[0], event.clientY - down[1]) : TAP;
      down = null;
      if (slipped >= TAP) return;
      const where = place(event);
      point(where);
      if (where && panel.spec.chooses) this.sliders[0].go(where.j, () => this.news());
    };
    canvas.onpointercancel = () => {
      down = null;
    };
    canvas.onkeydown = event => {
      const next = stepped(this.cursor.on(panel.axis), event.key, panel.field);
      if (next === undefined) return;
      event.preventDefault();
      point(next);
    };
    canvas.onblur = () => point(null);
  }

  playOrPause() {
    if (this.timer) return this.rest();
    const slider = this.sliders[0];
    if (slider.value === slider.last) slider.input.value = 0;
    this.play.textContent = "\u275a\u275a Pause";
    this.next();
    this.news();
  }

  /** Waits, longer at a tick, and goes to the next position. */
  next() {
    const slider = this.sliders[0];
    const wait = slider.stops.includes(slider.value) ? REST : STEP;
    this.timer = setTimeout(() => {
      if (!this.root.isConnected || slider.value === slider.last) return this.rest();
      slider.go(slider.value + 1, () => this.news());
      this.next();
    }, wait);
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
    this.play.textContent = "\u25b6 Play";
  }

  // What is seen

  /** Positions are counted by the first slider, then by the second. */
  get position() {
    return this.sliders.reduce((position, { labels, value }) => position * labels.length + value, 0);
  }

  news() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { position, spec } = this;
    const theme = themeOf(this.root);
    const parts = spec.lines[position];
    const texts = parts.length > 1 && this.part !== null ? [parts[this.parts.indexOf(this.part)]] : parts;
    this.showLines(texts);
    for (const slider of this.sliders) {
      slider.renew();
      slider.draw(theme);
    }
    this.partButtons?.forEach((button, k) => {
      button.ariaPressed = this.part === this.parts[k];
    });
    if (this.all) this.all.checked = this.part === null;
    let moves = false; // a panel's numbers are on their way to the position
    for (const { element, title, frame, canvas, part, option, panel } of this.panels) {
      element.hidden = part !== null && this.part !== null && part !== this.part;
      if (title) title.hidden = this.part !== null;
      frame.hidden = option !== null && !this.options.has(option);
      if (element.hidden || frame.hidden) continue;
      panel.draw(canvas, theme, position, this.cursor.on(panel.axis));
      moves ||= panel.moves;
      canvas.ariaLabel = `${panel.spec.name}. ${texts.join(" ")}`;
    }
    const place = this.pointed && this.cursor.on(this.pointed.panel.axis);
    const words = place ? this.pointed.panel.words(place, position) : "";
    this.said.textContent = words;
    this.speech.say(words || texts.join(" "));
    if (moves) this.news();
    else this.root.dataset.position = position;
  }

  showLines(texts) {
    while (this.lines.children.length < texts.length) add(this.lines, "div");
    while (this.lines.children.length > texts.length) this.lines.lastChild.remove();
    texts.forEach((text, k) => {
      this.lines.children[k].textContent = text;
    });
  }

  /** Draws anew when the view gets another size, or day becomes night. */
  watch() {
    const sized = new ResizeObserver(() => {
      if (this.root.isConnected) return this.news();
      sized.disconnect();
      end();
    });
    sized.observe(this.columns);
    const end = onThemeChange(() => this.news());
  }
}

/** Makes an explorer of an element that holds its stored picture. */
export function explorer(root, spec) {
  return new Explorer(root, spec);
}
