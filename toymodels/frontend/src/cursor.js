// What the pointer or the keys point at, shared by all panels of a view: they light up together.

/** A place on an axis: {axis, i, j}. On the axis "feature", j is a feature and i, if there is one, another that answers. */
export class Cursor {
  #moved;
  #place = null;

  /** moved(): called when it has moved. */
  constructor(moved) {
    this.#moved = moved;
  }

  /** Points at a place, {i, j}, of an axis; null: at nothing. */
  set(axis, place) {
    const next = place && { axis, ...place };
    const same = next?.axis === this.#place?.axis && next?.i === this.#place?.i && next?.j === this.#place?.j;
    if (same) return;
    this.#place = next;
    this.#moved();
  }

  /** {i, j}, if that axis is pointed at; else null. */
  on(axis) {
    return this.#place?.axis === axis ? this.#place : null;
  }
}

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The place that a key leads to in a field of rows and columns, or undefined for a key that leads nowhere. */
export function stepped(place, key, { rows, columns }) {
  if (key === "Escape") return null;
  const step = ARROWS[key];
  const edge = { Home: 0, End: columns - 1 }[key];
  if (!step && edge === undefined) return undefined;
  const row = rows === null ? null : (place?.i ?? 0);
  if (!place) return { i: row, j: edge ?? 0 };
  if (edge !== undefined) return { i: row, j: edge };
  const within = (value, count) => Math.max(0, Math.min(count - 1, value));
  // Where there are no rows, up and down go on to the next and the one before
  if (rows === null) return { i: null, j: within(place.j + step[1] + step[0], columns) };
  return { i: within(row + step[0], rows), j: within(place.j + step[1], columns) };
}
