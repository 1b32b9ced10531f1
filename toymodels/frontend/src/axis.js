// Scales, their ticks, and the axes that show them.
import { FONT, line, write } from "./canvas.js";
import { signed } from "./digits.js";

/** A function from values to pixels: [low, high] lie at [start, end]; kind: "linear" or "log". */
export function scale([low, high], [start, end], kind = "linear") {
  const f = kind === "log" ? Math.log : value => value;
  const at = value => start + ((f(value) - f(low)) / (f(high) - f(low) || 1)) * (end - start);
  at.invert = pixel => {
    const place = f(low) + ((pixel - start) / (end - start)) * (f(high) - f(low));
    return kind === "log" ? Math.exp(place) : place;
  };
  return Object.assign(at, { low, high, start, end, kind });
}

/** Round numbers between two values, at most `most` of them, and one. */
export function roundTicks(from, to, most = 6) {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map(k => k * power).find(step => (high - low) / step <= most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => +((first + k) * step).toPrecision(12));
}

/** 0, 10, 20, ... for an axis of n places. */
export function wholeTicks(n, most = 6) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(step => n / step <= most) ?? n;
  return Array.from({ length: Math.ceil(n / step) }, (_, k) => k * step);
}

/** Powers of ten between low and high, with 3 in between where there are few and no more than `most` of them, and one. */
export function logTicks(low, high, most = 8) {
  const inside = value => value >= low * 0.999 && value <= high * 1.001;
  const powers = Array.from({ length: 13 }, (_, k) => 10 ** (k - 6));
  const tens = powers.filter(inside);
  const threes = powers
    .flatMap(ten => [ten, 3 * ten])
    .filter(inside)
    .map(t => +t.toPrecision(2));
  return tens.length > 3 || threes.length > most + 1 ? tens : threes;
}

export const ticksOf = (at, most) =>
  at.kind === "log" ? logTicks(at.low, at.high, most) : roundTicks(at.low, at.high, most);

/** Numbers along the bottom, at y, and the axis' name below them. name(tick): what is written for a number. */
export function bottomAxis(on, at, y, { ticks, label = "", shift = 0, name = signed }) {
  for (const tick of ticks) write(on, name(tick), at(tick) + shift, y + FONT * 0.75, { color: on.theme.faint });
  if (label) write(on, label, (at.start + at.end) / 2, y + FONT * 2);
}

/** Numbers along the left, at x, and the axis' name beside them. name(tick): what is written for a number. */
export function leftAxis(on, at, x, { ticks, label = "", shift = 0, room = 32, name = signed }) {
  for (const tick of ticks) write(on, name(tick), x - 5, at(tick) + shift, { align: "right", color: on.theme.faint });
  if (label) write(on, label, x - room, (at.start + at.end) / 2, { turn: -Math.PI / 2 });
}

/** The lines around a chart: below and at the left. */
export function frame(on, { left, right, top, bottom }) {
  line(on, [
    [left, top],
    [left, bottom],
    [right, bottom],
  ]);
}
