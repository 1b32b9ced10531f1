// Rows of bars: features, hidden dimensions, counts. One bar is chosen by pointer or keys.
import { bottomAxis, leftAxis, roundTicks, scale, wholeTicks } from "../axis.js";
import { box, dot, line, page, write } from "../canvas.js";
import { signed } from "../digits.js";
import { channels, contrast, MAPS, PALETTE } from "../theme.js";

const ROOM = { left: 88, right: 8, top: 7 };
const LEGEND = 18; // its height
const KEY = 36; // pixels of the map of interference in the legend
const BAR = 0.9; // of the distance between two bars
const NUMBER = 13; // pixels that the number of a part takes

/** The colour of bar i: one colour, "sign" (red above zero, blue below), or what a value is on the map of interference;
 * grey where it is not marked. */
function colorOf(theme, { color, interference, marked }, value, i) {
  if (marked && !marked[i]) return theme.mark(PALETTE.unmarked);
  if (interference) return `rgb(${MAPS.interference(interference[i])})`;
  return theme.mark(color === "sign" ? (value > 0 ? PALETTE.positive : PALETTE.negative) : color);
}

/** The parts of a bar, [{part, value, from, to}], the largest next to zero: those above it stand on each other, those
 * below it hang from each other. */
export function stackOf(parts) {
  const reach = { up: 0, down: 0 };
  return Array.from(parts, (value, part) => ({ part, value }))
    .filter(({ value }) => value > 0 || value < 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .map(({ part, value }) => {
      const side = value > 0 ? "up" : "down";
      const from = reach[side];
      reach[side] += value;
      return { part, value, from, to: reach[side] };
    });
}

/** Draws the parts of bar i between two sides; a part that has room shows its number, a pile that leaves the axis how
 * far it reaches. */
function drawStack(on, data, i, [begin, end], Y) {
  const { stacks, values, low, high } = data;
  const { theme } = on;
  const inside = value => Math.max(low, Math.min(high, value));
  const count = stacks.length / values.length;
  const pile = stackOf(stacks.subarray(i * count, (i + 1) * count));
  for (const { part, value, from, to } of pile) {
    const [one, other] = [Y(inside(from)), Y(inside(to))];
    const tall = Math.abs(other - one);
    if (tall < 0.5) continue;
    const gap = tall > 3 ? 0.5 : 0; // between two parts
    const fill = colorOf(theme, { color: "sign" }, value);
    box(on, begin, Math.min(one, other) + gap, end - begin, tall - 2 * gap, { fill });
    if (tall < NUMBER || end - begin < NUMBER) continue;
    const legible = color => contrast(channels(color), channels(fill));
    const color = legible("rgb(255, 255, 255)") > legible("rgb(0, 0, 0)") ? "white" : "black";
    write(on, part, (begin + end) / 2, (one + other) / 2, { color });
  }
  const reach = pile.map(({ to }) => to);
  for (const value of [Math.max(0, ...reach), Math.min(0, ...reach)])
    if (value !== inside(value))
      write(on, signed(value.toFixed(1)), (begin + end) / 2, Y(inside(value)) + (value > 0 ? 7 : -7), { halo: true });
}

/** Draws, and returns where the bars are, for `barAt`.
 *
 * data: {values, low, high, color, label}, optional `xlabel`, `interference`, `dots` (drawn with a rim), `active` (1
 * where a band marks the feature), `targets` (outlines at the active ones: what the bars should be), `crosses` (places),
 * `ticks` (of the left axis), `places` (whether the bars' numbers stand below them even without a label there), and
 * `legend`, {dots, crosses}: their names, above the bars beside the map of interference. Of a histogram `range`, [from,
 * to]: the values that its bars divide evenly; `marked` (1 where a bar keeps its colour); `edge`, [value]: what lies
 * above it is shaded, with `sides`, what to call below and above. `stacks`, (bars x parts): the parts that each bar is
 * made of, instead of its value. cursor: {j} or null.
 */
export function drawBars(canvas, theme, data, cursor = null) {
  const on = page(canvas, theme);
  const bottom = on.height - (data.xlabel ? 32 : data.places ? 18 : 5);
  const top = data.legend ? LEGEND : ROOM.top;
  if (data.legend) legend(on, data);
  return barsIn(on, data, { left: ROOM.left, right: on.width - ROOM.right, top, bottom }, cursor);
}

/** Above the bars: what their colours, dots and crosses mean. */
function legend(on, { interference, crosses = [], legend: names }) {
  const { theme } = on;
  const y = LEGEND / 2 - 1;
  let x = 8;
  const say = (words, color = theme.ink) => {
    write(on, words, x, y, { align: "left", color });
    x += on.pen.measureText(words).width + 5;
  };
  if (interference) {
    const { most } = PALETTE.interference;
    say("0");
    for (let k = 0; k < KEY; k++, x++)
      box(on, x, y - 5, 1.5, 10, { fill: `rgb(${MAPS.interference((k / KEY) * most)})` });
    x += 5;
    say(`${most}+ interference `);
  }
  say(`\u25cf ${names.dots} `, theme.text(PALETTE.dimensionality));
  if (crosses.length) say(`\u00d7 ${names.crosses}`, theme.text(PALETTE.positive));
}

/** The same within a part of a page. */
export function barsIn(on, data, { left, right, top, bottom }, cursor = null) {
  const { theme } = on;
  const { values, low, high, label, xlabel = "", dots, active, targets, crosses = [], places = false } = data;
  const { range, edge, sides = ["", ""], stacks = null } = data;
  const count = values.length;
  const step = (right - left) / count;
  const X = scale([0, count], [left, right]);
  const along = range ? scale(range, [left, right]) : X; // from what is below the bars to pixels
  const Y = scale([low, high], [bottom, top]);
  const inside = value => Math.max(low, Math.min(high, value));
  active?.forEach((here, i) => {
    if (here) box(on, X(i), top, step, bottom - top, { fill: theme.band });
  });
  if (edge) box(on, along(edge[0]), top, right - along(edge[0]), bottom - top, { fill: theme.band });
  line(
    on,
    [
      [left, Y(0)],
      [right, Y(0)],
    ],
    { width: 0.8 },
  );
  // The bars of a histogram touch each other, and end where pixels do: without seams
  const sidesOf = i =>
    range ? [Math.round(X(i)), Math.round(X(i + 1))] : [X(i + (1 - BAR) / 2), X(i + (1 + BAR) / 2)];
  values.forEach((value, i) => {
    if (stacks) {
      drawStack(on, data, i, sidesOf(i), Y);
      return;
    }
    const [from, to] = [Y(0), Y(inside(value))];
    const [begin, end] = sidesOf(i);
    const place = [begin, Math.min(from, to), end - begin, Math.abs(to - from)];
    box(on, ...place, { fill: colorOf(theme, data, value, i) });
    // The darkest and the lightest of a map would vanish in one of the two grounds
    if (data.interference && BAR * step > 3) box(on, ...place, { color: theme.faint, thick: 0.5 });
  });
  values.forEach((value, i) => {
    if (!stacks && (value > high || value < low))
      write(on, value.toFixed(1), X(i + 0.5), value > high ? top + 7 : bottom - 7, { halo: true });
  });
  targets?.forEach((value, i) => {
    if (active?.[i]) box(on, X(i), Y(Math.max(0, value)), step, Y(0) - Y(Math.max(0, value)), { color: theme.ink });
  });
  const orange = theme.mark(PALETTE.dimensionality);
  dots?.forEach((value, i) => {
    dot(on, X(i + 0.5), Y(inside(value)), 2.5, { color: orange, rim: theme.ground });
  });
  for (const i of crosses)
    write(on, "\u00d7", X(i + 0.5), bottom - 6, { color: theme.text(PALETTE.positive), halo: true });
  if (edge) {
    const x = along(edge[0]);
    line(
      on,
      [
        [x, top],
        [x, bottom],
      ],
      { color: theme.ink, width: 1.5 },
    );
    write(on, sides[0], x - 5, top + 8, { align: "right", halo: true });
    write(on, sides[1], x + 5, top + 8, { align: "left", halo: true });
  }
  if (cursor && cursor.j !== null && cursor.j < count) {
    const wide = Math.max(step, 4);
    box(on, X(cursor.j + 0.5) - wide / 2, top, wide, bottom - top, { color: theme.ink, thick: 1.5 });
  }
  const ticks = data.ticks ?? roundTicks(low, high, Math.max(3, Math.floor((bottom - top) / 36)));
  leftAxis(on, Y, left, { ticks });
  label.split("\n").forEach((words, k, all) => {
    write(on, words, left - 24, (top + bottom) / 2 + 13 * (k - (all.length - 1) / 2), { align: "right" });
  });
  const below = range ? { ticks: roundTicks(...range, 6) } : { ticks: wholeTicks(count, 8), shift: step / 2 };
  if (places || xlabel) bottomAxis(on, along, bottom, { ...below, label: xlabel });
  return { left, right, top, bottom, count };
}

/** {i: null, j} of the bar at a place of the canvas, or null. */
export function barAt({ left, right, top, bottom, count }, px, py) {
  if (px < left || px >= right || py < top || py > bottom) return null;
  return { i: null, j: Math.floor(((px - left) / (right - left)) * count) };
}
