// The loss beside the best linear model's, over the training steps, with a mark where something changed.
import { bottomAxis, frame, leftAxis, scale } from "../axis.js";
import { line, page, write } from "../canvas.js";
import { PALETTE } from "../theme.js";

const ROOM = { left: 52, right: 18, top: 20, bottom: 34 };
const [LOWEST, HIGHEST] = [1 / 16, 4]; // of the ratio; what is beyond lies on the edge
const RATIOS = [1 / 16, 1 / 4, 1, 4];
const FEWEST = 1000; // steps that the axis shows; then it is doubled as often as it must be
const GAP = 6; // pixels between the words of two marks

const MODELS = Object.fromEntries(Object.values(PALETTE.models).map(({ name, color }) => [name, color]));

/** Draws {points: [[step, ratio, ...], ...], marks: [{step, words}], taken, model}: model is the name of a kind. */
export function drawLoss(canvas, theme, { points, marks, taken, model }) {
  const on = page(canvas, theme);
  const place = { left: ROOM.left, right: on.width - ROOM.right, top: ROOM.top, bottom: on.height - ROOM.bottom };
  const { left, right, top, bottom } = place;
  const last = FEWEST * 2 ** Math.max(0, Math.ceil(Math.log2(taken / FEWEST)));
  const X = scale([0, last], [left, right]);
  const Y = scale([LOWEST, HIGHEST], [bottom, top], "log");
  frame(on, place);
  line(
    on,
    [
      [left, Y(1)],
      [right, Y(1)],
    ],
    { dash: PALETTE.lines.reference.canvas },
  );
  let free = left; // where the next mark's words may begin
  for (const { step, words } of marks) {
    line(
      on,
      [
        [X(step), top],
        [X(step), bottom],
      ],
      { width: 0.8, dash: [1, 2] },
    );
    const wide = on.pen.measureText(words).width;
    const from = Math.min(X(step) + 2, on.width - wide - 2);
    if (from < free) continue;
    write(on, words, from, top - 10, { align: "left" });
    free = from + wide + GAP;
  }
  const seen = ratio => Y(Math.max(LOWEST, Math.min(HIGHEST, ratio)));
  line(
    on,
    points.map(([step, ratio]) => [X(step), seen(ratio)]),
    { color: theme.mark(MODELS[model]), width: 1.5 },
  );
  leftAxis(on, Y, left, {
    ticks: RATIOS,
    label: "loss \u00f7 best linear",
    room: 42,
    name: ratio => (ratio < 1 ? `1/${1 / ratio}` : `${ratio}`),
  });
  bottomAxis(on, X, bottom, { ticks: [0, last / 2, last], label: "training step" });
}
