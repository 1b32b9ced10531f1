// Numbers as they travel in a page: whole numbers of 16 bits, in base64, times a scale.

const NOT_A_NUMBER = -32768;

/** {shape, scale, data} of explore/numbers.py, read: an array with a first axis of positions. */
export class Numbers {
  #values;
  #each;
  #positions;

  constructor({ shape, scale, data }) {
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    const whole = new DataView(bytes.buffer);
    this.#values = Float64Array.from({ length: bytes.length / 2 }, (_, k) => {
      const value = whole.getInt16(2 * k, true);
      return value === NOT_A_NUMBER ? Number.NaN : value * scale;
    });
    this.#positions = shape[0];
    this.shape = shape.slice(1);
    this.#each = this.shape.reduce((product, length) => product * length, 1);
  }

  /** The numbers at a position, row by row. What is the same at all positions is held once. */
  at(position) {
    const from = this.#each * (this.#positions === 1 ? 0 : position);
    return this.#values.subarray(from, from + this.#each);
  }
}
