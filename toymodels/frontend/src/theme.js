// The page's ground and ink, and the course's colours made legible on that ground, by day and by night.
import PALETTE from "../../palette.json";

export { PALETTE };

const MARK = 3; // contrast of what is drawn with its ground, and of what is written (WCAG 2.2, 1.4.3 and 1.4.11)
const TEXT = 4.5;

/** `#2166AC` or `rgb(33, 102, 172)` as [33, 102, 172]. */
export function channels(color) {
  if (color.startsWith("#")) return [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));
  return color
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
}

export const css = rgb => `rgb(${rgb.map(Math.round).join(", ")})`;

const mixed = (from, to, share) => from.map((value, c) => value + share * (to[c] - value));

/** Luminance of [r, g, b], 0 to 1. */
function luminance(rgb) {
  const [r, g, b] = rgb.map(value => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How well two colours [r, g, b] are told apart, 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colours of a part of the page. */
export class Theme {
  /** ground, ink: [r, g, b] of what is behind the pictures, and of the text. */
  constructor(ground, ink) {
    this.ground = css(ground);
    this.ink = css(ink);
    this.dark = luminance(ground) < 0.18;
    this.#ground = ground;
    this.#ink = ink;
    this.faint = this.text(css(mixed(ink, ground, 0.35)));
    this.hairline = css(mixed(ink, ground, 0.75));
    this.band = css(mixed(ground, channels(PALETTE.active), this.dark ? 0.28 : 1));
  }

  #ground;
  #ink;
  #known = new Map();

  /** A colour for marks: as it is, or as much nearer to the ink as it takes to be seen. */
  mark(color) {
    return this.#legible(color, MARK);
  }

  /** A colour for words. */
  text(color) {
    return this.#legible(color, TEXT);
  }

  #legible(color, least) {
    const key = `${color} ${least}`;
    if (!this.#known.has(key)) {
      const given = channels(color);
      let share = 0;
      while (share < 1 && contrast(mixed(given, this.#ink, share), this.#ground) < least) share += 0.05;
      this.#known.set(key, css(mixed(given, this.#ink, Math.min(1, share))));
    }
    return this.#known.get(key);
  }
}

/** What is behind an element: the nearest ground that is not transparent. */
function groundOf(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (alpha > 0.5) return [r, g, b];
  }
  return [255, 255, 255];
}

const SERVES = 200; // milliseconds: to read the colours at every picture takes a tenth of its time
let last = null; // the theme read last: nearly always it serves again

export function themeOf(element) {
  const now = performance.now();
  if (last?.element === element && now < last.until) return last.theme;
  const ground = groundOf(element);
  const ink = channels(getComputedStyle(element).color);
  const key = `${ground} ${ink}`;
  const theme = last?.key === key ? last.theme : new Theme(ground, ink);
  last = { element, until: now + SERVES, key, theme };
  return theme;
}

/** Calls a function when day becomes night; returns one that ends this. */
export function onThemeChange(act) {
  const changed = () => {
    last = null;
    act();
  };
  const watch = new MutationObserver(changed);
  const options = { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-name"] };
  for (const element of [document.documentElement, document.body]) watch.observe(element, options);
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", changed);
  return () => {
    watch.disconnect();
    night.removeEventListener("change", changed);
  };
}

/** [r, g, b] at `place`, 0 to 1, of a map that runs evenly through some colours. */
function mapped(anchors, place) {
  const at = (place > 0 ? Math.min(1, place) : 0) * (anchors.length - 1); // NaN: the first
  const low = Math.min(Math.floor(at), anchors.length - 2);
  return anchors[low].map((from, c) => Math.round(from + (at - low) * (anchors[low + 1][c] - from)));
}

const WEIGHTS = PALETTE.weights.canvas.map(channels);
const INTERFERENCE = PALETTE.interference.canvas.map(channels);
const GREYS = [
  [255, 255, 255],
  [0, 0, 0],
];

/** The maps of colours: value -> [r, g, b]. */
export const MAPS = {
  /** W^T W, from -1 to 1. */
  weights: value => mapped(WEIGHTS, (value + 1) / 2),
  /** Interference, from 0 to `most` and more. */
  interference: value => mapped(INTERFERENCE, value / PALETTE.interference.most),
  /** Values of features, from 0 to 1. */
  greys: value => mapped(GREYS, value),
};
