// The states that can be come back to.

const MOST = 50;
const GESTURE = 1000; // milliseconds: changes of one control that follow sooner are one gesture, such as a drag

export class Past {
  #states = [];
  #gesture = { what: null, at: 0 };

  get empty() {
    return this.#states.length === 0;
  }

  /** Keeps a state, unless it lies within a gesture: what was there before the whole of it is kept already.
   *
   * what: the control that is about to change something; null: no gesture, it is kept in any case. A symbol is a gesture
   * that lasts until another comes, such as one grab.
   */
  keep(state, what) {
    const at = performance.now();
    const soon = typeof what === "symbol" || at - this.#gesture.at < GESTURE;
    const within = what !== null && what === this.#gesture.what && soon;
    this.#gesture = { what, at };
    if (!within) this.#states = [...this.#states, state].slice(-MOST);
  }

  /** The state kept last, which is forgotten by that; undefined if there is none. */
  back() {
    this.#gesture = { what: null, at: 0 };
    return this.#states.pop();
  }
}
