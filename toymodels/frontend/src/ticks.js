// Named places below a slider's track: buttons that go there.
import { add } from "./dom.js";

export const THUMB = 16; // pixels: the middle of the thumb keeps half of it from both ends

export class Ticks {
  constructor(rail) {
    this.element = add(rail, "span", { className: "ticks" });
  }

  /** ticks: [{at, text, label, go}], at: where on the track, from 0 to 1; label: how it is read aloud. */
  set(ticks) {
    this.element.replaceChildren();
    for (const { at, text, label, go } of ticks) {
      const tick = add(this.element, "button", { type: "button", textContent: text, ariaLabel: label, onclick: go });
      tick.style.left = `calc(${THUMB / 2}px + (100% - ${THUMB}px) * ${at})`;
    }
  }

  /** They stand in the middle below their places, but within the slider, and none on another. */
  place() {
    const ticks = [...this.element.children];
    const wide = ticks.map(tick => tick.offsetWidth);
    const lefts = ticks.map((tick, k) => Math.max(0, tick.offsetLeft - wide[k] / 2));
    let free = this.element.clientWidth;
    for (let k = ticks.length - 1; k >= 0; k--) {
      lefts[k] = Math.min(lefts[k], free - wide[k]);
      free = lefts[k];
    }
    free = 0;
    ticks.forEach((tick, k) => {
      lefts[k] = Math.max(lefts[k], free);
      free = lefts[k] + wide[k];
      tick.style.transform = `translateX(${lefts[k] - tick.offsetLeft}px)`;
    });
  }
}
