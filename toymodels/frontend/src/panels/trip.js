// The round trip of one feature, x -> h -> W^T h -> + b -> x_hat, as rows of bars in fixed places.
import { page, write } from "../canvas.js";
import { barsIn } from "./bars.js";

const ROOM = { left: 78, right: 8, top: 20, bottom: 34 };
const GAP = 6; // pixels between two rows
const SIGNED = [-1.5, 1.5];
const NUMBER = 12; // pixels that a number of an axis needs
const UNSIGNED = [-0.3, 1.5];

/** Draws, and returns where the features are, for `barAt`.
 *
 * data: {stations: [x, h, W^T h, W^T h + b, x_hat], feature, strength, hiddenReLU, outputReLU}. cursor: {j} or null.
 */
export function drawTrip(canvas, theme, { stations, feature, strength, hiddenReLU, outputReLU }, cursor = null) {
  const on = page(canvas, theme);
  const n = stations[0].length;
  const [left, right] = [ROOM.left, on.width - ROOM.right];
  const rows = [
    { label: "x", range: UNSIGNED, weight: 1 },
    { label: hiddenReLU ? "ReLU\n(W x)" : "h = W x", range: SIGNED, weight: 1 },
    { label: "W\u1d40h", range: SIGNED, weight: 1.6 },
    { label: "+ b", range: SIGNED, weight: 1.6 },
    { label: outputReLU ? "x\u0302\nReLU" : "x\u0302\nno ReLU", range: outputReLU ? UNSIGNED : SIGNED, weight: 1 },
  ];
  const all = rows.reduce((sum, { weight }) => sum + weight, 0);
  const room = on.height - ROOM.top - ROOM.bottom - GAP * (rows.length - 1);
  const active = Array.from({ length: n }, (_, i) => +(i === feature));
  write(on, `the round trip of feature ${feature} alone, at ${strength}`, (left + right) / 2, 9);
  let top = ROOM.top;
  rows.forEach(({ label, range: [low, high], weight }, k) => {
    const bottom = top + (room * weight) / all;
    const last = k === rows.length - 1;
    const data = {
      values: stations[k],
      low,
      high,
      label,
      color: "sign",
      ticks: (bottom - top) / (high - low) < NUMBER ? [0] : [0, 1],
      active: k === 1 ? undefined : active, // its bars are hidden dimensions
      targets: last ? stations[0] : undefined,
      xlabel: last ? "feature i (row 2: dimension)" : "",
    };
    barsIn(on, data, { left, right, top, bottom }, k === 1 ? null : cursor);
    top = bottom + GAP;
  });
  return { left, right, top: ROOM.top, bottom: on.height - ROOM.bottom, count: n };
}
