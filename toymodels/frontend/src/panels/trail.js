// The way a network has gone: features kept at each sparsity, with a dot where training ended. Earlier runs are pale.
import { bottomAxis, frame, leftAxis, scale } from "../axis.js";
import { dot, line, page, write } from "../canvas.js";
import { PALETTE } from "../theme.js";
import { labelPlaces } from "./labels.js";

const ROOM = { left: 52, right: 18, top: 20, bottom: 34 };
const LEAST = 0.001; // of 1 - S that the axis shows
const SPARSITIES = [0, 0.5, 0.9, 0.99, 0.999];

/** Draws {places: [{run, sparsity, kept, pairs, finished}], n, m, run}: run is the present one. */
export function drawTrail(canvas, theme, { places, n, m, run }) {
  const on = page(canvas, theme);
  const place = { left: ROOM.left, right: on.width - ROOM.right, top: ROOM.top, bottom: on.height - ROOM.bottom };
  const { left, right, top, bottom } = place;
  const most = Math.min(n, 2 + Math.max(2 * m, ...places.map(({ kept }) => kept))) * 1.1;
  // As on a slider that is fine near 1: each factor of ten in 1 - S takes the same room
  const dense = scale([1, LEAST], [left + 6, right - 6], "log");
  const X = S => dense(Math.max(LEAST, 1 - S));
  const Y = scale([0, most], [bottom, top]);
  const denser = theme.mark(PALETTE.denser);
  const sparser = theme.mark(PALETTE.sparser);
  frame(on, place);
  for (const [kept, name] of [
    [m, "m"],
    [2 * m, "2m"],
  ]) {
    if (kept > most) continue;
    const ends = [
      [left, Y(kept)],
      [right - 26, Y(kept)],
    ];
    line(on, ends, { width: 0.8, dash: PALETTE.lines.reference.canvas });
    write(on, name, right, Y(kept), { align: "right" });
  }
  const labels = [];
  places.forEach(({ run: itsRun, sparsity, kept, pairs, finished }, k) => {
    const before = places[k - 1];
    const now = itsRun === run;
    const joined = before?.run === itsRun;
    const up = joined && sparsity > before.sparsity;
    const here = [X(sparsity), Y(kept)];
    if (joined) {
      const color = now ? (up ? sparser : denser) : theme.hairline;
      line(on, [[X(before.sparsity), Y(before.kept)], here], { color, width: now ? 2 : 1 });
    }
    if (now && finished) {
      const words = pairs ? `${kept} (${pairs})` : `${kept}`;
      labels.push({ words, x: here[0], y: here[1], wide: on.pen.measureText(words).width, up: !up });
    }
    const last = k === places.length - 1;
    if (!finished && !last) return;
    dot(on, ...here, last ? 4 : 3, {
      color: finished ? (now ? theme.ink : theme.hairline) : theme.ground,
      rim: now ? theme.ink : theme.faint,
    });
  });
  labelPlaces(labels, on.width).forEach((at, k) => {
    if (at) write(on, labels[k].words, ...at, { halo: true });
  });
  bottomAxis(on, tick => X(tick), bottom, { ticks: SPARSITIES });
  write(on, "sparsity S (dot: training ended)", (left + right) / 2, bottom + 25);
  leftAxis(on, Y, left, {
    ticks: [0, m, 2 * m].filter(kept => kept <= most),
    label: "features kept (pairs)",
    room: 42,
  });
  write(on, "\u2190 denser", left, 9, { align: "left", color: theme.text(PALETTE.denser) });
  write(on, "sparser \u2192", right, 9, { align: "right", color: theme.text(PALETTE.sparser) });
}
