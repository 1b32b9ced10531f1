// What is remembered of training: the loss curve with its changes, and the way through the sparsities.

const MOST_POINTS = 600; // of the loss curve
const MOST_PLACES = 300; // of the trail
const RECENT = 20; // points whose mean is the loss that is said

/** The loss over the training steps, beside the best linear model's. */
export class LossCurve {
  points = []; // [step, loss / best linear, how many were averaged]
  marks = []; // of changes: {step, words}
  #width = 1; // steps that become one point
  #recent = []; // the last points since something changed

  /** apart: steps between two changes that are both marked. */
  constructor(apart) {
    this.apart = apart;
  }

  /** Points of an answer, [[step, ratio], ...]. */
  add(points) {
    for (const [step, ratio] of points) this.#point(step, ratio, 1);
    this.#recent = [...this.#recent, ...points].slice(-RECENT);
  }

  /** One more point; when there are too many, neighbours become their mean, everywhere alike. */
  #point(step, ratio, count) {
    const last = this.points.at(-1);
    if (last && Math.ceil(step / this.#width) === Math.ceil(last[0] / this.#width)) {
      const both = last[2] + count;
      this.points[this.points.length - 1] = [step, (last[1] * last[2] + ratio * count) / both, both];
    } else this.points.push([step, ratio, count]);
    if (this.points.length <= MOST_POINTS) return;
    const old = this.points;
    this.points = [];
    this.#width *= 2;
    for (const point of old) this.#point(...point);
  }

  /** Something changed at a step; of many changes in a row only the last is marked. */
  change(step, words) {
    this.#recent = [];
    const last = this.marks.at(-1);
    if (last && step - last.step < this.apart) this.marks.pop();
    this.marks.push({ step, words });
  }

  /** The same curve, which goes its own way from here. */
  copy() {
    const copy = new LossCurve(this.apart);
    copy.points = [...this.points];
    copy.marks = [...this.marks];
    copy.#width = this.#width;
    copy.#recent = this.#recent;
    return copy;
  }

  /** Mean loss of late over the best linear model's; NaN where a linear model could be exact, null when not known. */
  get loss() {
    const recent = this.#recent;
    return recent.length ? recent.reduce((sum, point) => sum + point[1], 0) / recent.length : null;
  }
}

/** How many features were kept on the way through the sparsities. */
export class Trail {
  places = []; // {run, sparsity, kept, pairs, finished}, one for each sparsity on the way

  /** The present place. Between two ends of training the way is forgotten, and so is every run but the last two. */
  remember(here) {
    const { run } = here;
    const passing = place => place.run === run && !place.finished;
    const same = place => place.run === run && place.sparsity === here.sparsity;
    const last = () => this.places.at(-1);
    while (last() && (same(last()) || (here.finished && passing(last())))) this.places.pop();
    this.places = [...this.places.filter(place => place.run >= run - 1), here].slice(-MOST_PLACES);
  }

  copy() {
    const copy = new Trail();
    copy.places = [...this.places];
    return copy;
  }

  forget() {
    this.places = [];
  }
}
