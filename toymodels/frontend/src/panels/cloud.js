// Hidden states in the plane as a cloud of dots.
import { dot } from "../canvas.js";
import { PALETTE } from "../theme.js";

const FAINT = 0.75;

/** points: [h_0, h_1, h_0, ...]; states: what each point is, 0 grey, 1 red, 2 blue, nearly: 16 bits lose a little. */
export function drawCloud(on, onPage, points, states) {
  const colors = [PALETTE.unmarked, PALETTE.positive, PALETTE.negative].map(color => on.theme.mark(color));
  states.forEach((state, k) => {
    const place = onPage([points[2 * k], points[2 * k + 1]]);
    dot(on, ...place, 2.2, { color: colors[Math.round(state)], alpha: FAINT });
  });
}
