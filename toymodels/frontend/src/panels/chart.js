// Curves over a slider or over anything else, with a mark where the slider stands.
import { bottomAxis, frame, leftAxis, scale, ticksOf } from "../axis.js";
import { dot, line, page, write } from "../canvas.js";
import { PALETTE } from "../theme.js";

const LINE = 13; // pixels from one label to the next

/** Heights for labels that want to stand at `wanted`, sorted and pushed apart, between top and bottom. */
function apart(wanted, top, bottom) {
  const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b]);
  const places = [];
  let free = top;
  for (const k of order) {
    places[k] = Math.max(free, wanted[k]);
    free = places[k] + LINE;
  }
  const over = Math.max(0, free - LINE - bottom);
  return places.map(place => place - over);
}

/** Draws, and returns what `placeAt` wants.
 *
 * data: {lines, x, y}; x, y: {low, high, label, kind}. A line: {xs, ys, name, color}, optional `dots`, `alone` (dots
 * without a line), `dashed` and `alpha`. Optional: `at`, the x where the slider stands, with a dot on each line that has
 * a value there if `marked`; `level`, a y with a dashed line, and `upright`, [{x, name, color}]. cursor: {j}, a place
 * among the xs of the first line, or null.
 */
export function drawChart(canvas, theme, data, cursor = null) {
  const { lines, x, y, at = null, marked = false, level = null, upright = [] } = data;
  const on = page(canvas, theme);
  const named = lines.filter(({ name }) => name);
  const several = named.length > 1;
  const wide = several ? Math.max(...named.map(({ name }) => on.pen.measureText(name).width)) + 8 : 0;
  const place = { left: 58, right: on.width - 10 - wide, top: 8, bottom: on.height - 34 };
  const { left, right, top, bottom } = place;
  const X = scale([x.low, x.high], [left + 4, right - 4], x.kind);
  const Y = scale([y.low, y.high], [bottom, top], y.kind);
  frame(on, place);
  bottomAxis(on, X, bottom, { ticks: ticksOf(X, Math.max(2, Math.floor((right - left) / 55))), label: x.label });
  leftAxis(on, Y, left, { ticks: ticksOf(Y, Math.max(2, Math.floor((bottom - top) / 40))), label: y.label, room: 44 });
  const dash = PALETTE.lines.reference.canvas;
  if (level !== null)
    line(
      on,
      [
        [left, Y(level)],
        [right, Y(level)],
      ],
      { dash },
    );
  for (const { x: there, name, color } of upright) {
    line(
      on,
      [
        [X(there), top],
        [X(there), bottom],
      ],
      { dash, color: theme.mark(color), width: 1.5 },
    );
    const wide = on.pen.measureText(name).width;
    const beside = X(there) + wide + 8 < right ? X(there) + 5 : Math.max(left + 6, X(there) - 5 - wide);
    write(on, name, beside, top + 8, { align: "left", color: theme.text(color), halo: true });
  }
  on.pen.save();
  on.pen.beginPath();
  on.pen.rect(left - 5, top - 5, right - left + 10, bottom - top + 10);
  on.pen.clip();
  for (const { xs, ys, color, dots = false, alone = false, dashed = false, alpha = 1 } of lines) {
    const points = Array.from(xs, (value, k) => [X(value), Y(ys[k])]);
    const seen = theme.mark(color);
    if (!alone) line(on, points, { color: seen, width: 2, dash: dashed ? dash : [], alpha });
    if (dots || alone) for (const [px, py] of points) dot(on, px, py, 2.2, { color: seen, alpha });
  }
  on.pen.restore();
  const here = cursor?.j ?? null;
  if (at !== null && !marked) {
    line(
      on,
      [
        [X(at), top],
        [X(at), bottom],
      ],
      { color: theme.ink, width: 1.5, dash: [2, 2] },
    );
  }
  for (const { xs, ys, color } of lines) {
    const k = marked ? xs.indexOf(at) : -1;
    if (k >= 0) dot(on, X(xs[k]), Y(ys[k]), 5, { color: theme.mark(color), rim: theme.ground });
  }
  if (here !== null) {
    const value = X(lines[0].xs[here]);
    line(
      on,
      [
        [value, top],
        [value, bottom],
      ],
      { color: theme.faint, width: 2 },
    );
  }
  if (several) {
    const wanted = named.map(({ xs, ys }) => Y(Math.max(y.low, Math.min(y.high, rightmost(Array.from(xs, X), ys)))));
    apart(wanted, top + 4, bottom - 4).forEach((height, k) => {
      write(on, named[k].name, right + 6, height, { align: "left", color: theme.text(named[k].color) });
    });
  }
  return { X, left, right, top, bottom, xs: lines[0].xs };
}

/** The last height of a curve, read from left to right; places: in pixels. */
function rightmost(places, ys) {
  let best = -1;
  for (let k = 0; k < places.length; k++)
    if (Number.isFinite(ys[k]) && (best < 0 || places[k] >= places[best])) best = k;
  return best < 0 ? 0 : ys[best];
}

/** {i: null, j}: the place among the xs that is nearest to a place of the canvas, or null. */
export function placeAt({ X, left, right, top, bottom, xs }, px, py) {
  if (px < left || px > right || py < top || py > bottom) return null;
  const far = Array.from(xs, value => Math.abs(X(value) - px));
  return { i: null, j: far.indexOf(Math.min(...far)) };
}
