// A slider that shows where it pays to stop: its track is the curve of a main number, with ticks at events.

import { scale } from "../axis.js";
import { line, page } from "../canvas.js";
import { add } from "../dom.js";
import { THUMB, Ticks } from "../ticks.js";
import { Numbers } from "./numbers.js";

export class Slider {
  #track;
  #canvas = null;
  #names = [];
  #readout;
  #ticks = null;

  /** setting: {name, labels, start}. track: {lines: [{name, color, ys}]} or null. stops: positions. moved(): called. */
  constructor(parent, { name, labels, start }, { track = null, stops = [], moved }) {
    Object.assign(this, { name, labels, stops });
    this.#track = track?.lines.map(({ ys, ...look }) => ({ ...look, ys: new Numbers(ys).at(0) })) ?? null;
    const whole = add(parent, "div", { className: track ? "slider tracked" : "slider" });
    this.head = add(whole, "div", { className: "head" });
    add(this.head, "span", { className: "name", textContent: `${name} =` });
    this.#readout = add(this.head, "output");
    const rail = add(whole, "div", { className: "rail" });
    if (this.#track) {
      this.#legend(track.label);
      this.#canvas = add(rail, "canvas", { ariaHidden: "true" });
    }
    this.input = add(rail, "input", {
      type: "range",
      min: 0,
      max: labels.length - 1,
      step: 1,
      value: start,
      ariaLabel: name,
    });
    this.input.oninput = moved;
    if (stops.length) this.#addTicks(rail, moved);
    this.renew();
  }

  /** What the curves on the track are: their label, and in its colour the name of each. */
  #legend(text) {
    const legend = add(this.head, "span", { className: "legend", textContent: text });
    this.#names = this.#track
      .filter(({ name }) => name)
      .map(({ name, color }) => ({ element: add(legend, "span", { textContent: name }), color }));
  }

  #addTicks(rail, moved) {
    this.#ticks = new Ticks(rail);
    this.#ticks.set(
      this.stops.map(stop => ({
        at: stop / Math.max(1, this.labels.length - 1),
        text: this.labels[stop],
        label: `${this.name} = ${this.labels[stop]}`,
        go: () => this.go(stop, moved),
      })),
    );
  }

  get value() {
    return +this.input.value;
  }

  get last() {
    return this.labels.length - 1;
  }

  go(position, moved) {
    this.input.value = position;
    moved();
  }

  /** What is read beside it, and aloud. */
  renew() {
    this.#readout.textContent = this.labels[this.value];
    this.input.ariaValueText = `${this.name} = ${this.labels[this.value]}`;
  }

  draw(theme) {
    this.#ticks?.place();
    if (!this.#canvas) return;
    for (const { element, color } of this.#names) element.style.color = theme.text(color);
    const on = page(this.#canvas, theme);
    const X = scale([0, Math.max(1, this.last)], [THUMB / 2, on.width - THUMB / 2]);
    const all = this.#track.flatMap(({ ys }) => [...ys].filter(Number.isFinite));
    const Y = scale([Math.min(0, ...all), Math.max(1e-9, ...all)], [on.height - 2, 3]);
    for (const { ys, color } of this.#track)
      line(
        on,
        Array.from(ys, (value, k) => [X(k), Y(value)]),
        { color: theme.mark(color), width: 2 },
      );
    line(
      on,
      [
        [X(this.value), 0],
        [X(this.value), on.height],
      ],
      { color: theme.ink, width: 1.5 },
    );
  }
}
