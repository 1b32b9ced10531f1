// A matrix as colours: W^T W, cosines, samples. A cell is chosen by pointer or keys.
import { bottomAxis, leftAxis, scale, wholeTicks } from "../axis.js";
import { box, page, square, write } from "../canvas.js";
import { signed } from "../digits.js";
import { MAPS, PALETTE } from "../theme.js";

const ROOM = { left: 50, top: 8, right: 44, bottom: 34 };
const TITLE = 18;

const SHADES = 511; // an odd number: zero has a shade of its own
const RANGES = { weights: [-1, 1] }; // of the values that a map shows; others show 0 to 1

const rangeOf = map => RANGES[map] ?? [0, 1];

/** The shades of a map as pixels, from its lowest value to its highest. */
function shadesOf(map) {
  const [low, high] = rangeOf(map);
  const bytes = new Uint8Array(4 * SHADES);
  for (let k = 0; k < SHADES; k++) bytes.set([...MAPS[map](low + (k / (SHADES - 1)) * (high - low)), 255], 4 * k);
  return new Uint32Array(bytes.buffer);
}

const shades = {}; // map -> its shades, reckoned once
const images = new WeakMap(); // canvas -> its image of one pixel a cell, painted anew each time

/** The values as an image of one pixel a cell. */
function image(canvas, values, rows, columns, map) {
  let kept = images.get(canvas);
  if (kept?.cells.width !== columns || kept.cells.height !== rows) {
    const cells = new OffscreenCanvas(columns, rows);
    const pixels = new ImageData(columns, rows);
    kept = { cells, pixels, words: new Uint32Array(pixels.data.buffer), pen: cells.getContext("2d") };
    images.set(canvas, kept);
  }
  shades[map] ??= shadesOf(map);
  const [low, high] = rangeOf(map);
  for (let at = 0; at < rows * columns; at++) {
    const place = ((values[at] - low) / (high - low)) * (SHADES - 1);
    kept.words[at] = shades[map][place > 0 ? Math.min(SHADES - 1, Math.round(place)) : 0]; // NaN: the first
  }
  kept.pen.putImageData(kept.pixels, 0, 0);
  return kept.cells;
}

/** What the colours mean: a strip with its numbers. */
function key(on, map, { x, y, height }) {
  const [low, high] = rangeOf(map);
  const color = MAPS[map];
  for (let k = 0; k < 60; k++) {
    const value = high - (k / 59) * (high - low);
    box(on, x, y + (k * height) / 60, 10, height / 60 + 1, { fill: `rgb(${color(value)})` });
  }
  for (const value of [low, (low + high) / 2, high])
    write(on, signed(value), x + 14, y + ((high - value) / (high - low)) * height, {
      align: "left",
      color: on.theme.faint,
    });
}

/** Draws, and returns where its cells are, for `cellAt`.
 *
 * data: {values, rows, columns, map, xlabel, ylabel}, optional `stretch` (cells need not be square), `title` and
 * `marked` (a column that is framed). cursor: {i, j}, a row and a column, or null.
 */
export function drawHeatmap(canvas, theme, data, cursor = null) {
  const { values, rows, columns, map, xlabel, ylabel, stretch = false, title = "", marked = null } = data;
  const on = page(canvas, theme);
  const room = { ...ROOM, top: title ? TITLE : ROOM.top };
  const fitted = square(on, room);
  const place = stretch
    ? {
        x: room.left,
        y: room.top,
        width: on.width - room.left - room.right,
        height: on.height - room.top - room.bottom,
      }
    : { x: fitted.x, y: fitted.y, width: fitted.side, height: fitted.side };
  const { x, y, width, height } = place;
  const [across, down] = [width / columns, height / rows];
  on.pen.imageSmoothingEnabled = false;
  on.pen.drawImage(image(canvas, values, rows, columns, map), x, y, width, height);
  box(on, x, y, width, height, { color: theme.faint });
  const columnAt = scale([0, columns], [x, x + width]);
  const rowAt = scale([0, rows], [y, y + height]);
  bottomAxis(on, columnAt, y + height, { ticks: wholeTicks(columns), label: xlabel, shift: across / 2 });
  leftAxis(on, rowAt, x, { ticks: wholeTicks(rows), label: ylabel, shift: down / 2 });
  key(on, map, { x: x + width + 8, y, height });
  if (title) write(on, title, x + width / 2, TITLE / 2);
  // The frame lies on colours, not on the ground: dark with a light rim, seen on all of them
  const outline = (left, top, wide, high) => {
    box(on, left, top, wide, high, { color: PALETTE.paper, thick: 3 });
    box(on, left, top, wide, high, { color: PALETTE.ink, thick: 1.5 });
  };
  const column = cursor?.j ?? marked;
  if (column !== null && column < columns) outline(x + column * across, y - 1, across, height + 2);
  if (cursor && cursor.i !== null && cursor.i < rows && cursor.j !== null) {
    const [wide, high] = [Math.max(across, 5), Math.max(down, 5)];
    outline(x + (cursor.j + 0.5) * across - wide / 2, y + (cursor.i + 0.5) * down - high / 2, wide, high);
  }
  return { x, y, across, down, rows, columns };
}

/** {i, j} of the cell at a place of the canvas, or null. */
export function cellAt({ x, y, across, down, rows, columns }, px, py) {
  const j = Math.floor((px - x) / across);
  const i = Math.floor((py - y) / down);
  return j >= 0 && j < columns && i >= 0 && i < rows ? { i, j } : null;
}
