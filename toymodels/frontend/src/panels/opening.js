// Where an output is open, W_i . h + b_i > 0, in the plane of hidden numbers; and what leaks into it there.
import { line } from "../canvas.js";
import { PALETTE } from "../theme.js";

const SHADE = 0.8; // of a half-plane: it is a ground for arrows and dots

/** The part of a square about the origin where w . h + b > 0: its corners in order, none if it is empty. */
export function openPart([u, v], b, half) {
  const corners = [
    [half, half],
    [-half, half],
    [-half, -half],
    [half, -half],
  ];
  const height = ([x, y]) => u * x + v * y + b;
  return corners.flatMap((corner, k) => {
    const next = corners[(k + 1) % 4];
    const [here, there] = [height(corner), height(next)];
    const share = here / (here - there); // of the way to the next corner, where the edge crosses it
    const crossing = corner.map((value, c) => value + share * (next[c] - value));
    return [...(here > 0 ? [corner] : []), ...(here > 0 !== there > 0 ? [crossing] : [])];
  });
}

/** The stretch of an arrow, [from, to] in its own length, on which w . h + b > 0; null if there is none. */
export function openStretch([u, v], b, [x, y]) {
  const slope = u * x + v * y;
  const edge = Math.max(0, Math.min(1, -b / slope));
  if (slope > 0 && edge < 1) return [edge, 1];
  if (slope < 0 && edge > 0) return [0, edge];
  return slope === 0 && b > 0 ? [0, 1] : null;
}

/** Shades where w . h + b > 0, with its edge. half: from the middle of the picture to its end; onPage: to pixels. */
export function drawHalfPlane(on, w, b, { half, onPage }) {
  const { pen, theme } = on;
  const part = openPart(w, b, half);
  pen.save();
  Object.assign(pen, { fillStyle: theme.band, globalAlpha: SHADE });
  pen.beginPath();
  for (const corner of part) pen.lineTo(...onPage(corner));
  pen.fill();
  pen.restore();
  const onEdge = part.filter(([x, y]) => Math.abs(w[0] * x + w[1] * y + b) < 1e-6);
  if (onEdge.length === 2) line(on, onEdge.map(onPage), { dash: PALETTE.lines.reference.canvas });
}

/** Draws where output i is open, and thick what of the other arrows lies there. always: it has no ReLU to shut it.
 *
 * directions: all arrows, in the plane; plane: see `drawHalfPlane`.
 */
export function drawOpening(on, { i, b, always }, directions, plane) {
  const own = always ? [0, 0] : directions[i];
  const bias = always ? 1 : b;
  drawHalfPlane(on, own, bias, plane);
  directions.forEach((tip, j) => {
    const stretch = j !== i && openStretch(own, bias, tip);
    if (!stretch) return;
    const ends = stretch.map(share => plane.onPage(tip.map(value => share * value)));
    line(on, ends, { color: on.theme.mark(PALETTE.leak), width: 9, alpha: 0.75 });
  });
}
