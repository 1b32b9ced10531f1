// Drawing on a canvas that is as sharp as the screen: lines, words, dots, arrow heads.

export const FONT = 12; // pixels; what is smaller cannot be read on a telephone
const MOST_DENSE = 3; // more canvas pixels per CSS pixel nobody sees

/** A cleared, transparent canvas: {pen, width, height, theme}, in CSS pixels. */
export function page(canvas, theme) {
  const density = Math.min(MOST_DENSE, globalThis.devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `${FONT}px system-ui, sans-serif`;
  return { pen, width, height, theme };
}

/** Text about a point. halo: a rim of the ground's colour, for a text over colours. */
export function write(
  { pen, theme },
  text,
  x,
  y,
  { align = "center", color = theme.ink, turn = 0, halo = false } = {},
) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(turn);
  Object.assign(pen, { textAlign: align, textBaseline: "middle", fillStyle: color });
  if (halo) {
    Object.assign(pen, { strokeStyle: theme.ground, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(text, 0, 0);
  }
  pen.fillText(text, 0, 0);
  pen.restore();
}

/** A line through points [[x, y], ...]; one that is not a number breaks it. */
export function line({ pen, theme }, points, { color = theme.faint, width = 1, dash = [], alpha = 1 } = {}) {
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
  pen.setLineDash(dash);
  pen.beginPath();
  let drawing = false;
  for (const [x, y] of points) {
    const seen = Number.isFinite(x) && Number.isFinite(y);
    if (seen && drawing) pen.lineTo(x, y);
    else if (seen) pen.moveTo(x, y);
    drawing = seen;
  }
  pen.stroke();
  pen.restore();
}

/** A round dot; rim: the colour around it. */
export function dot({ pen }, x, y, radius, { color, rim = null, alpha = 1 }) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  pen.save();
  Object.assign(pen, { fillStyle: color, globalAlpha: alpha });
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  if (rim) {
    Object.assign(pen, { strokeStyle: rim, lineWidth: 1 });
    pen.stroke();
  }
  pen.restore();
}

/** A frame, or with fill a filled one. */
export function box({ pen, theme }, x, y, width, height, { color = theme.ink, thick = 1, fill = null } = {}) {
  if (fill) {
    pen.fillStyle = fill;
    pen.fillRect(x, y, width, height);
  } else {
    Object.assign(pen, { strokeStyle: color, lineWidth: thick });
    pen.strokeRect(x, y, width, height);
  }
}

/** A line with a head at its end; one too short for a head has none. */
export function arrow(on, from, tip, { color, width = 2.5 }) {
  const [dx, dy] = [tip[0] - from[0], tip[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const head = 9;
  const end = length > head ? 1 - (0.7 * head) / length : 1;
  line(on, [from, [from[0] + end * dx, from[1] + end * dy]], { color, width });
  if (length < 8) return;
  const { pen } = on;
  pen.fillStyle = color;
  pen.beginPath();
  for (const [along, across] of [
    [0, 0],
    [-head, head / 2],
    [-head, -head / 2],
  ])
    pen.lineTo(tip[0] + (along * dx - across * dy) / length, tip[1] + (along * dy + across * dx) / length);
  pen.fill();
}

/** A square in the middle of a page, beside what is written around it: {side, x, y}. */
export function square({ width, height }, { left, top, right, bottom }) {
  const side = Math.max(10, Math.min(width - left - right, height - top - bottom));
  return { side, x: left + (width - left - right - side) / 2, y: top + (height - top - bottom - side) / 2 };
}
