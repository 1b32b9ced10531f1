// What is seen: the course's figures on canvases, in its colours (toymodels/palette.json), as plot/ draws them.
import { PALETTE } from "./palette.js";

const POSITIVE = PALETTE.positive;
const NEGATIVE = PALETTE.negative;
const ACTIVE = PALETTE.active;
const DIMENSIONALITY = PALETTE.dimensionality;
const REFERENCE = PALETTE.reference;
const DENSER = PALETTE.denser;
const SPARSER = PALETTE.sparser;
const INK = PALETTE.ink;
const PAPER = PALETTE.paper;
const MODELS = Object.fromEntries(Object.values(PALETTE.models).map(({ name, color }) => [name, color]));
const DASHED = PALETTE.lines.reference.canvas;
const MOST_INTERFERENCE = PALETTE.interference.most;
const FONT = "11px system-ui, sans-serif";

const channels = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
const RED_BLUE_CHANNELS = PALETTE.weights.canvas.map(channels);
const CIVIDIS_CHANNELS = PALETTE.interference.canvas.map(channels);

/** [r, g, b] at `place`, 0 to 1, of a map that runs evenly through some colours. */
function mapped(anchors, place) {
  const at = (place > 0 ? Math.min(1, place) : 0) * (anchors.length - 1); // NaN: the first
  const low = Math.min(Math.floor(at), anchors.length - 2);
  return anchors[low].map((from, c) => Math.round(from + (at - low) * (anchors[low + 1][c] - from)));
}

/** W^T W, value from -1 to 1, as [r, g, b]. */
export const weightColor = value => mapped(RED_BLUE_CHANNELS, (value + 1) / 2);
/** Interference, 0 to 5 and more, as [r, g, b]. */
export const interferenceColor = value => mapped(CIVIDIS_CHANNELS, value / MOST_INTERFERENCE);
const css = rgb => `rgb(${rgb})`;

/** What to measure on W (see toymodels/metrics.py), W feature by feature. */
export function measure(W, n, m) {
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let product = 0;
      for (let k = 0; k < m; k++) product += W[i * m + k] * W[j * m + k];
      gram[i * n + j] = gram[j * n + i] = product;
    }
  }
  const norms = new Float64Array(n);
  const interference = new Float64Array(n);
  const dimensionality = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = gram[i * n + i];
    let all = 0;
    for (let j = 0; j < n; j++) all += gram[i * n + j] ** 2;
    norms[i] = Math.sqrt(own);
    interference[i] = own > 0 ? Math.max(0, all - own * own) / own : 0;
    dimensionality[i] = own > 0 ? (own * own) / all : 0;
  }
  const kept = [...norms.keys()].filter(i => norms[i] > 0.5);
  const opposite = (i, j) => gram[i * n + j] < -0.9 * norms[i] * norms[j];
  const pairs = kept.flatMap((i, a) =>
    kept
      .slice(a + 1)
      .filter(j => opposite(i, j))
      .map(j => [i, j]),
  );
  return { gram, norms, interference, dimensionality, kept, pairs };
}

/** The stations of x = one feature at 1: x, h, W^T h, W^T h + b, x_hat. */
export function roundTrip({ W, b }, { n, m, hiddenReLU, outputReLU }, feature) {
  const x = Array.from({ length: n }, (_, i) => +(i === feature));
  const h = Array.from({ length: m }, (_, k) => W[feature * m + k]).map(v => (hiddenReLU ? Math.max(0, v) : v));
  const back = x.map((_, i) => h.reduce((sum, v, k) => sum + v * W[i * m + k], 0));
  const shifted = back.map((v, i) => v + b[i]);
  return [x, h, back, shifted, shifted.map(v => (outputReLU ? Math.max(0, v) : v))];
}

/** A cleared canvas, as sharp as the screen, with a white page: {pen, width, height} in CSS pixels. */
function page(canvas) {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, width, height);
  pen.font = FONT;
  return { pen, width, height };
}

/** `halo`: a white rim, for a text over colours. */
function write(pen, text, x, y, { align = "center", color = INK, turn = 0, halo = false } = {}) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(turn);
  Object.assign(pen, { textAlign: align, textBaseline: "middle", fillStyle: color });
  if (halo) {
    Object.assign(pen, { strokeStyle: PAPER, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(text, 0, 0);
  }
  pen.fillText(text, 0, 0);
  pen.restore();
}

function line(pen, x0, y0, x1, y1, { color = REFERENCE, width = 1, dash = [] } = {}) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width });
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.setLineDash([]);
}

/** A page for a chart, with room for a title above, an axis below and its numbers at the left. */
function chart(canvas) {
  const { pen, width, height } = page(canvas);
  return { pen, left: 46, right: width - 8, top: 20, bottom: height - 28 };
}

/** Whole numbers for an axis of n places: 0, 10, 20, ... */
function ticks(n) {
  const step = [1, 2, 5, 10, 20, 50].find(step => n / step <= 6);
  return Array.from({ length: Math.ceil(n / step) }, (_, k) => k * step);
}

/** A square in the middle of the canvas, beside what is written around it. */
function square(width, height, left, top, right, bottom) {
  const side = Math.max(10, Math.min(width - left - right, height - top - bottom));
  return { side, x: left + (width - left - right - side) / 2, y: top + (height - top - bottom - side) / 2 };
}

/** W^T W as colours, the fed feature's column framed. Returns which feature is at a place of the canvas. */
export function drawGram(canvas, { gram }, { n }, fed) {
  const { pen, width, height } = page(canvas);
  const { side, x, y } = square(width, height, 44, 20, 46, 34);
  const cell = side / n;
  const small = new OffscreenCanvas(n, n);
  const pixels = new ImageData(n, n);
  for (let at = 0; at < n * n; at++) {
    const [r, g, b] = weightColor(gram[at]);
    pixels.data.set([r, g, b, 255], 4 * at);
  }
  small.getContext("2d").putImageData(pixels, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, x, y, side, side);
  Object.assign(pen, { strokeStyle: INK, lineWidth: 1 });
  pen.strokeRect(x, y, side, side);
  pen.lineWidth = 2;
  pen.strokeRect(x + fed * cell, y - 1, cell, side + 2);
  write(pen, `W\u1d40W, column ${fed}: the answers to feature ${fed} alone`, x + side / 2, y - 10);
  for (const i of ticks(n)) {
    write(pen, i, x + (i + 0.5) * cell, y + side + 9);
    write(pen, i, x - 5, y + (i + 0.5) * cell, { align: "right" });
  }
  write(pen, "feature j", x + side / 2, y + side + 24);
  write(pen, "feature i", x - 32, y + side / 2, { turn: -Math.PI / 2 });
  for (let k = 0; k < 60; k++) {
    // what the colours mean
    pen.fillStyle = css(weightColor(1 - k / 29.5));
    pen.fillRect(x + side + 10, y + (k * side) / 60, 9, side / 60 + 1);
  }
  [
    ["1", 0],
    ["0", 0.5],
    ["-1", 1],
  ].forEach(([text, at]) => write(pen, text, x + side + 23, y + at * side, { align: "left" }));
  return (px, py) => (px >= x && px < x + side && py >= y && py < y + side ? Math.floor((px - x) / cell) : null);
}

/** A numbered arrow from the middle; one too short to be seen has no number. */
function arrow(pen, from, tip, number, color) {
  const [dx, dy] = [tip[0] - from[0], tip[1] - from[1]];
  const length = Math.hypot(dx, dy);
  line(pen, ...from, ...tip, { color, width: 2.5 });
  if (length < 8) return;
  pen.fillStyle = color;
  pen.beginPath();
  for (const [along, across] of [
    [0, 0],
    [-9, 4.5],
    [-9, -4.5],
  ]) {
    pen.lineTo(tip[0] + (along * dx - across * dy) / length, tip[1] + (along * dy + across * dx) / length);
  }
  pen.fill();
  write(pen, number, tip[0] + (10 * dx) / length, tip[1] + (10 * dy) / length, { halo: true });
}

/** For m = 2 and 3: every feature's direction as a numbered arrow, in the plane or in space, turned by `angle`. */
export function drawArrows(canvas, { W }, { n, m, importance }, fed, angle) {
  const { pen, width, height } = page(canvas);
  const { side, x, y } = square(width, height, 30, 20, 30, 34);
  const middle = [x + side / 2, y + side / 2];
  const unit = side / 3.2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [cosTilt, sinTilt] = [Math.cos(0.35), Math.sin(0.35)]; // seen a little from above
  const turned = i => {
    // right, up, towards us
    const [a, b, c] = W.subarray(i * m, (i + 1) * m);
    if (m === 2) return [a, b, 0];
    const [right, deep] = [a * cos + c * sin, c * cos - a * sin];
    return [right, b * cosTilt - deep * sinTilt, deep * cosTilt + b * sinTilt];
  };
  Object.assign(pen, { strokeStyle: REFERENCE, lineWidth: 1 });
  pen.setLineDash(PALETTE.lines["unit circle"].canvas);
  pen.beginPath();
  pen.arc(...middle, unit, 0, 2 * Math.PI);
  pen.stroke();
  pen.setLineDash([]);
  const places = Array.from({ length: n }, (_, i) => turned(i));
  const most = Math.max(...importance, 1e-9);
  const tips = places.map(([right, up]) => [middle[0] + unit * right, middle[1] - unit * up]);
  const behindFirst = [...places.keys()].sort((i, j) => places[i][2] - places[j][2]);
  for (const i of behindFirst) {
    // Darker: more important, nearer
    const light = 72 - (42 * importance[i]) / most - 8 * Math.min(0, places[i][2]);
    arrow(pen, middle, tips[i], i, i === fed ? POSITIVE : `hsl(208, 70%, ${Math.min(85, light)}%)`);
  }
  const title = m === 2 ? "each feature's arrow" : "arrows in space: drag to turn";
  write(pen, `${title}; feature ${fed} in red`, width / 2, 10);
  if (m === 2) {
    write(pen, "hidden dimension 0", middle[0], y + side + 14);
    write(pen, "hidden dimension 1", x - 14, middle[1], { turn: -Math.PI / 2 });
  }
  return (px, py) => {
    const far = tips.map(tip => Math.hypot(tip[0] - px, tip[1] - py));
    const nearest = far.indexOf(Math.min(...far));
    return far[nearest] < 20 ? nearest : null;
  };
}

/** Bars about zero on an axis from low to high; one that leaves it ends there with its value. */
function bars(pen, values, { left, right, top, bottom, low, high }, color) {
  const width = (right - left) / values.length;
  const Y = value => bottom - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (bottom - top);
  values.forEach((value, i) => {
    pen.fillStyle = color(value, i);
    pen.fillRect(left + (i + 0.05) * width, Math.min(Y(0), Y(value)), 0.9 * width, Math.abs(Y(value) - Y(0)));
    if (value > high || value < low) {
      write(pen, value.toFixed(1), left + (i + 0.5) * width, value > high ? top + 7 : bottom - 7, { halo: true });
    }
  });
  line(pen, left, Y(0), right, Y(0), { width: 0.8 });
  return Y;
}

const featureAt = (left, right, n) => px =>
  px >= left && px < right ? Math.floor(((px - left) / (right - left)) * n) : null;

/** |W_i| as bars coloured by interference, dimensionality as dots, dead outputs as crosses. Returns which feature
 * is at a place. */
export function drawNorms(canvas, { norms, interference, dimensionality }, dead, { n }, fed) {
  const { pen, left, right, top, bottom } = chart(canvas);
  const step = (right - left) / n;
  pen.fillStyle = ACTIVE;
  pen.fillRect(left + fed * step, top, step, bottom - top);
  const Y = bars(pen, norms, { left, right, top, bottom, low: 0, high: 1.6 }, (_, i) =>
    css(interferenceColor(interference[i])),
  );
  pen.fillStyle = DIMENSIONALITY;
  dimensionality.forEach((D, i) => {
    if (norms[i] <= 0.1) return;
    pen.beginPath();
    pen.arc(left + (i + 0.5) * step, Y(D), 2, 0, 7);
    pen.fill();
  });
  for (const i of dead) write(pen, "\u00d7", left + (i + 0.5) * step, bottom - 5, { color: POSITIVE, halo: true });
  for (const value of [0, 0.5, 1, 1.5]) write(pen, value, left - 5, Y(value), { align: "right" });
  for (const i of ticks(n)) write(pen, i, left + (i + 0.5) * step, bottom + 8);
  write(pen, "feature i", (left + right) / 2, bottom + 21);
  write(pen, "length |W\u1d62|", 9, (top + bottom) / 2, { turn: -Math.PI / 2 });
  write(pen, "0", left, 9, { align: "right" });
  for (let k = 0; k < 40; k++) {
    pen.fillStyle = css(interferenceColor((k / 39) * MOST_INTERFERENCE));
    pen.fillRect(left + 4 + k, 4, 1.5, 10);
  }
  write(pen, `${MOST_INTERFERENCE}+ interference`, left + 48, 9, { align: "left" });
  if (dead.length) write(pen, "\u00d7 dead", (left + right) / 2 + 24, 9, { color: POSITIVE });
  write(pen, "\u25cf dimensionality", right, 9, { align: "right", color: DIMENSIONALITY });
  return featureAt(left, right, n);
}

/** The loss beside the best linear model's, over the steps, on a log scale from 1/16 to 4; changes are marked. */
export function drawLoss(canvas, points, marks, taken, model) {
  const { pen, left, right, top, bottom } = chart(canvas);
  const last = 1000 * 2 ** Math.max(0, Math.ceil(Math.log2(taken / 1000)));
  const X = step => left + ((right - left) * step) / last;
  const Y = ratio => bottom - ((Math.log2(Math.max(1 / 16, Math.min(4, ratio))) + 4) / 6) * (bottom - top);
  Object.assign(pen, { strokeStyle: REFERENCE, lineWidth: 0.8 });
  pen.strokeRect(left, top, right - left, bottom - top);
  line(pen, left, Y(1), right, Y(1), { dash: DASHED });
  let free = left; // where the next mark's words may begin
  for (const { step, words } of marks) {
    line(pen, X(step), top, X(step), bottom, { width: 0.8, dash: [1, 2] });
    const wide = pen.measureText(words).width;
    const from = Math.min(X(step) + 2, right - wide);
    if (from < free) continue;
    write(pen, words, from, top - 8, { align: "left" });
    free = from + wide + 6;
  }
  Object.assign(pen, { strokeStyle: MODELS[model], lineWidth: 1.5 });
  pen.beginPath();
  let drawing = false;
  for (const [step, ratio] of points) {
    if (Number.isNaN(ratio)) drawing = false;
    else if (drawing) pen.lineTo(X(step), Y(ratio));
    else {
      pen.moveTo(X(step), Y(ratio));
      drawing = true;
    }
  }
  pen.stroke();
  for (const [value, text] of [
    [1 / 16, "1/16"],
    [1 / 4, "1/4"],
    [1, "1"],
    [4, "4"],
  ])
    write(pen, text, left - 5, Y(value), { align: "right" });
  for (const step of [0, last / 2, last])
    write(pen, step, X(step), bottom + 8, { align: step === last ? "right" : "center" });
  write(pen, "training step", (left + right) / 2, bottom + 21);
  write(pen, "loss / best linear", 9, (top + bottom) / 2, { turn: -Math.PI / 2 });
}

/** The way the network has gone: features kept at each sparsity, with a dot where training ended. Earlier runs are
 * pale. */
export function drawTrail(canvas, trail, { n, m }, run) {
  const { pen, left, right, top, bottom } = chart(canvas);
  const most = Math.min(n, 2 + Math.max(2 * m, ...trail.map(place => place.kept))) * 1.1;
  // As on a slider that is fine near 1: each factor of ten in 1 - S takes the same room
  const X = S => left + 6 + ((right - left - 12) * Math.min(3, -Math.log10(1 - S))) / 3;
  const Y = kept => bottom - ((bottom - top) * kept) / most;
  Object.assign(pen, { strokeStyle: REFERENCE, lineWidth: 0.8 });
  pen.strokeRect(left, top, right - left, bottom - top);
  for (const [kept, name] of [
    [m, "m"],
    [2 * m, "2m"],
  ]) {
    if (kept > most) continue;
    line(pen, left, Y(kept), right - 26, Y(kept), { width: 0.8, dash: DASHED });
    write(pen, kept, left - 5, Y(kept), { align: "right" });
    write(pen, name, right - 4, Y(kept), { align: "right" });
  }
  trail.forEach(({ run: itsRun, sparsity, kept, pairs, finished }, k) => {
    const before = trail[k - 1];
    const now = itsRun === run;
    const sparser = before?.run === itsRun && sparsity > before.sparsity;
    if (before?.run === itsRun) {
      const color = !now ? PALETTE.earlierPath : sparser ? SPARSER : DENSER;
      line(pen, X(before.sparsity), Y(before.kept), X(sparsity), Y(kept), { color, width: now ? 2 : 1 });
    }
    if (now && finished) {
      const words = pairs ? `${kept} (${pairs})` : kept;
      write(pen, words, X(sparsity), Y(kept) + (sparser ? 11 : -10), { halo: true });
    }
    const last = k === trail.length - 1;
    if (!finished && !last) return;
    Object.assign(pen, { fillStyle: now ? INK : PALETTE.earlierDot, strokeStyle: INK, lineWidth: 1.2 });
    pen.beginPath();
    pen.arc(X(sparsity), Y(kept), last ? 4 : 3, 0, 7);
    if (finished) pen.fill();
    else pen.stroke();
  });
  for (const S of [0, 0.5, 0.9, 0.99, 0.999])
    write(pen, S, X(S), bottom + 8, { align: S > 0.99 ? "right" : "center" });
  write(pen, "sparsity S (dot: training ended)", (left + right) / 2, bottom + 21);
  write(pen, 0, left - 5, bottom, { align: "right" });
  write(pen, "features kept (pairs)", (left + right) / 2, 9);
  write(pen, "\u2190 denser", left, 9, { align: "left", color: DENSER });
  write(pen, "sparser \u2192", right, 9, { align: "right", color: SPARSER });
}

/** The round trip of one feature, in rows of bars, as plot.round_trip draws it. Returns which feature is at a place. */
export function drawTrip(canvas, stations, { n, hiddenReLU, outputReLU }, fed) {
  const { pen, width, height } = page(canvas);
  const [left, right] = [66, width - 8];
  const signed = [-1.5, 1.5];
  const unsigned = [-0.3, 1.5];
  const rows = [
    ["x", unsigned, 1],
    [hiddenReLU ? "ReLU(W x)" : "h = W x", signed, 1],
    ["W\u1d40h", signed, 1.6],
    ["+ b", signed, 1.6],
    [outputReLU ? "x\u0302: ReLU" : "x\u0302: no ReLU", outputReLU ? unsigned : signed, 1],
  ];
  const room = height - 18 - 30 - 6 * rows.length;
  const share = rows.reduce((sum, row) => sum + row[2], 0);
  const step = (right - left) / n;
  let top = 18;
  write(pen, `the round trip of feature ${fed} alone, at 1`, (left + right) / 2, 9);
  rows.forEach(([name, [low, high], weight], row) => {
    const bottom = top + (room * weight) / share;
    if (row !== 1) {
      pen.fillStyle = ACTIVE;
      pen.fillRect(left + fed * step, top, step, bottom - top);
    }
    const Y = bars(pen, stations[row], { left, right, top, bottom, low, high }, value =>
      value > 0 ? POSITIVE : NEGATIVE,
    );
    if (row === rows.length - 1) {
      Object.assign(pen, { strokeStyle: "black", lineWidth: 1 });
      pen.strokeRect(left + fed * step, Y(1), step, Y(0) - Y(1));
    }
    Object.assign(pen, { strokeStyle: REFERENCE, lineWidth: 0.5 });
    pen.strokeRect(left, top, right - left, bottom - top);
    write(pen, name, left - 20, (top + bottom) / 2, { align: "right" });
    for (const value of [0, 1]) write(pen, value, left - 5, Y(value), { align: "right", color: REFERENCE });
    top = bottom + 6;
  });
  for (const i of ticks(n)) write(pen, i, left + (i + 0.5) * step, top + 3);
  write(pen, "feature i (second row: hidden dimension)", (left + right) / 2, top + 17);
  return featureAt(left, right, n);
}
