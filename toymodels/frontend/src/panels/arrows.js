// The features' directions as numbered arrows, in the plane or in space.
import { arrow, box, dot, line, page, square, write } from "../canvas.js";
import { channels, css, PALETTE } from "../theme.js";
import { drawCloud } from "./cloud.js";
import { drawHalfPlane, drawOpening } from "./opening.js";

const EXTENT = 2.9; // from one edge of the square to the other, in lengths of 1
const TILT = (20 * Math.PI) / 180; // a figure in space is seen a little from above
const SHORTEST = 0.1; // of an arrow that has a number, as in plot/weights.py
const TOGETHER = 0.08; // distance of tips below which they share one place for their numbers
const EDGE = 1.25; // tips are joined up to so many times the least distance: a square's diagonal is 1.41
const HIGH = 12; // pixels of a number
const GRAB = 20; // pixels from a tip within which a pointer means it

/** What stands at each tip: its number; at tips that coincide all numbers, once. */
function namesAt(tips) {
  const names = [];
  tips.forEach((tip, i) => {
    names[i] = Math.hypot(...tip) > SHORTEST ? `${i}` : "";
    for (let j = 0; j < i; j++) {
      const apart = Math.hypot(...tip.map((value, k) => value - tips[j][k]));
      if (names[i] && names[j] && apart < TOGETHER) {
        names[j] += `, ${i}`;
        names[i] = "";
      }
    }
  });
  return names;
}

/** What is written about arrows that are too short to be numbered, or "". */
export function stubsAmong(tips) {
  const stubs = [...tips.keys()].filter(i => Math.hypot(...tips[i]) <= SHORTEST);
  if (!stubs.length) return "";
  return `${stubs.join(", ")}, of no length: drag ${stubs.length > 1 ? "them" : "it"} out`;
}

/** Pairs of long arrows whose tips are hardly farther apart than the nearest two: the edges of the solid. */
function neighbours(tips) {
  const long = [...tips.keys()].filter(i => Math.hypot(...tips[i]) > SHORTEST);
  const pairs = long.flatMap((i, a) => long.slice(a + 1).map(j => [i, j]));
  const apart = ([i, j]) => Math.hypot(...tips[i].map((value, k) => value - tips[j][k]));
  const reach = EDGE * Math.min(...pairs.map(apart));
  return pairs.filter(pair => apart(pair) <= reach);
}

/** A direction in space as seen after a turn: [to the right, up, towards us]; in the plane as it is. */
function seen(tip, angle) {
  if (tip.length === 2) return [...tip, 0];
  const [a, b, c] = tip; // c: upright
  const [right, deep] = [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
  return [right, c * Math.cos(TILT) - deep * Math.sin(TILT), c * Math.sin(TILT) + deep * Math.cos(TILT)];
}

/** Draws, and returns where the tips are, for `arrowAt`; in the plane also its `middle` and `unit`, in pixels.
 *
 * data: {W feature by feature, n, m}, m = 2 or 3; optional `importance` (n,), `colors` (n,), `angle` in radians and
 * `title`. In the plane also `dot` ({x, y, name}), `ghosts` (another W, drawn behind, or null), `half` ([right, up, b]: a half-plane to
 * shade), `cloud` with its `states` (see `drawCloud`), `opening` ({i, b, always}: output i is open where W_i . h + b > 0,
 * or always), `note` ({j, text}, beside the tip of arrow j) and `stubs` (whether to name arrows without a length, for a
 * hand to take). cursor: {j} or null.
 */
export function drawArrows(canvas, theme, data, cursor = null) {
  const { W, n, m, importance = null, colors = null, angle = 0, dot: point = null, title = "" } = data;
  const { ghosts = null, half = null, cloud = null, states = null, opening = null, note = null, stubs = false } = data;
  const on = page(canvas, theme);
  const room = { left: 28, top: title ? 20 : 6, right: 12, bottom: m === 2 ? 26 : 6 };
  const { side, x, y } = square(on, room);
  const middle = [x + side / 2, y + side / 2];
  const unit = side / EXTENT;
  const arrowsIn = all => Array.from({ length: n }, (_, i) => Array.from(all.subarray(i * m, (i + 1) * m)));
  const directions = arrowsIn(W);
  const onPage = ([right, up]) => [middle[0] + unit * right, middle[1] - unit * up];
  const plane = { half: EXTENT / 2, onPage };
  if (half) drawHalfPlane(on, half.slice(0, 2), half[2], plane);
  if (opening) drawOpening(on, opening, directions, plane);
  const { pen } = on;
  pen.save();
  pen.strokeStyle = theme.faint;
  pen.setLineDash(PALETTE.lines["unit circle"].canvas);
  pen.beginPath();
  pen.arc(...middle, unit, 0, 2 * Math.PI);
  pen.stroke();
  pen.restore();

  if (ghosts)
    for (const ghost of arrowsIn(ghosts)) arrow(on, middle, onPage(ghost), { color: theme.hairline, width: 4 });
  const views = directions.map(tip => seen(tip, angle));
  const tips = views.map(onPage);
  if (m === 3) for (const [i, j] of neighbours(directions)) line(on, [tips[i], tips[j]], { width: 0.8, alpha: 0.7 });
  const most = importance ? Math.max(...importance, 1e-9) : 1;
  const blue = channels(theme.mark(PALETTE.arrow));
  const pale = channels(theme.mark(PALETTE.paleArrow));
  const chosen = cursor?.j ?? null;
  const behindFirst = [...views.keys()].sort((i, j) => views[i][2] - views[j][2]);
  for (const i of behindFirst) {
    // Darker: more important, nearer
    const near = m === 3 ? (1 + Math.max(-1, Math.min(1, views[i][2]))) / 2 : 1;
    const weight = (importance ? importance[i] / most : 1) * near;
    const shade = css(pale.map((value, c) => value + weight * (blue[c] - value)));
    const own = colors ? theme.mark(colors[i]) : shade;
    const color = i === chosen && !colors ? theme.mark(PALETTE.positive) : own; // a red arrow may be one of the colours
    arrow(on, middle, tips[i], { color, width: i === chosen ? (colors ? 6 : 4) : 2 + weight });
  }
  if (cloud) drawCloud(on, onPage, cloud, states);
  const written = []; // of names that would lie on each other, only the first is written
  namesAt(directions).forEach((name, i) => {
    if (!name || note?.j === i) return;
    const [dx, dy] = [tips[i][0] - middle[0], tips[i][1] - middle[1]];
    const beyond = 1 + 11 / Math.max(1, Math.hypot(dx, dy));
    const place = { x: middle[0] + beyond * dx, y: middle[1] + beyond * dy, half: pen.measureText(name).width / 2 };
    const covers = ({ x, y, half }) => Math.abs(x - place.x) < half + place.half && Math.abs(y - place.y) < HIGH;
    if (written.some(covers)) return;
    written.push(place);
    write(on, name, place.x, place.y, { halo: true });
  });
  if (point) {
    const place = onPage([point.x, point.y]);
    dot(on, ...place, 9, { color: theme.text(PALETTE.reference) }); // a name stands on it
    write(on, point.name, ...place, { color: theme.ground });
  }
  const say = (text, px, top) => {
    const wide = on.pen.measureText(text).width + 8;
    const left = Math.max(0, Math.min(on.width - wide, px - wide / 2));
    box(on, left, top, wide, 18, { fill: theme.ground });
    write(on, text, left + wide / 2, top + 9);
  };
  const unnamed = stubs && !note ? stubsAmong(directions) : "";
  if (unnamed) say(unnamed, middle[0], middle[1] + 20);
  if (note) {
    const [px, py] = tips[note.j];
    say(note.text, px, py < y + 40 ? py + 28 : py - 44); // above the tip, and above the finger, if there is room
  }
  if (title) write(on, title, on.width / 2, 10);
  if (m === 2) {
    write(on, "hidden dimension 0", middle[0], y + side + 13);
    write(on, "hidden dimension 1", x - 14, middle[1], { turn: -Math.PI / 2 });
  }
  return { tips, middle, unit };
}

/** {i: null, j} of the arrow whose tip is nearest to a place of the canvas, or null. */
export function arrowAt({ tips }, px, py) {
  const far = tips.map(tip => Math.hypot(tip[0] - px, tip[1] - py));
  const j = far.indexOf(Math.min(...far));
  return far[j] < GRAB ? { i: null, j } : null;
}
