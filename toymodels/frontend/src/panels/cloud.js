// Hidden states in the plane as a cloud of dots, and the half-plane in which one feature comes back.
import { dot, line } from "../canvas.js";
import { PALETTE } from "../theme.js";

const FAR = 10; // lengths of 1 from the middle: beyond every picture
const SHADE = 0.7;
const FAINT = 0.75;

/** Shades where right * h_0 + up * h_1 + b > 0, within a square {side, x, y}; onPage: from [h_0, h_1] to pixels. */
export function drawHalfPlane(on, { side, x, y }, onPage, [right, up, b]) {
  const size = Math.hypot(right, up);
  if (!size) return;
  const { pen, theme } = on;
  const at = (along, across) => onPage([(right * along - up * across) / size, (up * along + right * across) / size]);
  const near = -b / size; // how far the edge is from the middle
  pen.save();
  pen.beginPath();
  pen.rect(x, y, side, side);
  pen.clip();
  Object.assign(pen, { fillStyle: theme.band, globalAlpha: SHADE });
  pen.beginPath();
  for (const corner of [at(near, -FAR), at(near, FAR), at(FAR, FAR), at(FAR, -FAR)]) pen.lineTo(...corner);
  pen.fill();
  line(on, [at(near, -FAR), at(near, FAR)], { color: theme.ink, width: 1.5 });
  pen.restore();
}

/** points: [h_0, h_1, h_0, ...]; states: what each point is, 0 grey, 1 red, 2 blue, nearly: 16 bits lose a little. */
export function drawCloud(on, onPage, points, states) {
  const colors = [PALETTE.unmarked, PALETTE.positive, PALETTE.negative].map(color => on.theme.mark(color));
  states.forEach((state, k) => {
    const place = onPage([points[2 * k], points[2 * k + 1]]);
    dot(on, ...place, 2.2, { color: colors[Math.round(state)], alpha: FAINT });
  });
}
