// Numbers that glide from one position's to the next, so that the eye can follow them.

const TIME = 160; // milliseconds on the way: about as long as a position lasts while the explorer plays

const wantsStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Glide {
  /** Whether the numbers shown last were still on their way. */
  moves = false;
  #still;
  #position = null;
  #from = null;
  #to = null;
  #begun = 0;

  /** still(): whether numbers jump instead. */
  constructor(still = wantsStillness) {
    this.#still = still;
  }

  /** The numbers to show at a moment, in milliseconds, on the way to those of a position. */
  towards(numbers, position, now = performance.now()) {
    if (position !== this.#position) {
      this.#from = this.#to && this.#at(now);
      this.#to = numbers;
      this.#position = position;
      this.#begun = now;
    }
    return this.#at(now);
  }

  #at(now) {
    const time = this.#from === null || this.#still() ? 1 : (now - this.#begun) / TIME;
    this.moves = time < 1;
    if (!this.moves) return this.#to;
    const part = time * (2 - time); // quick at first, then slower
    return this.#to.map((value, k) => this.#from[k] + part * (value - this.#from[k]));
  }
}
