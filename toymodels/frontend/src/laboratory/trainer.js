// What trains: the mathematics of toymodels' data.py, models.py and training.py, without a page.
//
// Numbers are in double precision. W lies feature by feature: W[i * m + k] is number k of W_i.

const BETA1 = 0.9; // Adam's, as in tm.train
const BETA2 = 0.99;
const EPSILON = 1e-8;
const POINT = 10; // steps whose losses are averaged to a point of the curve
const LEAST_SHUT = 1000; // samples that an output is shut before it may count as dead

/** A function that gives uniform numbers in [0, 1), in steps of 2^-32 (sfc32, by Chris Doty-Humphrey). */
export function uniformNumbers(seed) {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  function next() {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let i = 0; i < 20; i++) next(); // similar seeds have parted by then
  return next;
}

/** The learning rate at a step: a climb over the first tenth, half a cosine down (tm.warmup_cosine). */
export function warmupCosine(lr, step, steps) {
  const climb = Math.min(1, (10 * (step + 1)) / steps);
  const fall = (1 + Math.cos((Math.PI * step) / steps)) / 2;
  return lr * climb * fall;
}

/** Least loss of any linear model (tm.linear_optimum): the m features with the largest I_i var_i are kept. */
export function linearOptimum(m, sparsity, importance) {
  const worth = importance.map((I, i) => I * ((1 - sparsity[i]) / 3 - (1 - sparsity[i]) ** 2 / 4));
  const dropped = worth.sort().subarray(0, worth.length - m); // a typed array sorts by number
  return dropped.reduce((sum, w) => sum + w, 0) / worth.length;
}

/** A model x_hat = output(W^T hidden(W x) + b) and all that trains it. */
export class Trainer {
  constructor(n, m, seed) {
    this.n = n;
    this.m = m;
    this.uniform = uniformNumbers(seed);
    this.W = new Float64Array(n * m).map(() => this.normal() / Math.sqrt(n));
    this.b = new Float64Array(n);
    this.dW = new Float64Array(n * m);
    this.db = new Float64Array(n);
    this.moments = [this.W, this.b].map(({ length }) => ({
      mean: new Float64Array(length),
      square: new Float64Array(length),
    }));
    this.updates = 0;
    this.x = new Float64Array(n);
    this.h = new Float64Array(m);
    this.dh = new Float64Array(m);
    this.active = new Int32Array(n); // features that are not zero in x
    this.drawn = 0; // samples
    this.opened = new Float64Array(n); // the sample at which an output was last not shut by its ReLU
  }

  /** What may change while it trains; sparsity and importance: (n,). */
  set({ sparsity, importance, hiddenReLU, outputReLU }) {
    this.sparsity = Float64Array.from(sparsity);
    this.importance = Float64Array.from(importance);
    this.hiddenReLU = hiddenReLU;
    this.outputReLU = outputReLU;
    this.optimum = linearOptimum(this.m, this.sparsity, this.importance);
    this.opened.fill(this.drawn);
  }

  /** Outputs that were shut for every one of many samples: 20 times as many as its feature takes to appear once. */
  dead() {
    const { drawn, opened, sparsity } = this;
    return [...opened.keys()].filter(i => drawn - opened[i] > LEAST_SHUT + 20 / (1 - sparsity[i]));
  }

  /** A normal number (Box and Muller). */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Draws x: one uniform number gives both whether a feature is there and its value. */
  sample() {
    const { x, sparsity, uniform } = this;
    for (let i = 0; i < x.length; i++) {
      const u = uniform();
      x[i] = u > sparsity[i] ? (u - sparsity[i]) / (1 - sparsity[i]) : 0;
    }
  }

  /** The loss of a batch; its gradients stay in dW and db. Sample by sample, and zeros cost nothing. */
  gradients(batch) {
    this.dW.fill(0);
    this.db.fill(0);
    const scale = 1 / (this.n * batch);
    let loss = 0;
    for (let s = 0; s < batch; s++) {
      this.sample();
      loss += scale * this.thereAndBack(2 * scale);
    }
    return loss;
  }

  /** sum_i I_i (x_hat_i - x_i)^2 of the sample x; `slope` times half its gradients is added to dW and db. */
  thereAndBack(slope) {
    const { n, m, W, b, dW, db, x, h, dh, active, opened, importance, hiddenReLU, outputReLU } = this;
    const drawn = this.drawn + 1;
    this.drawn = drawn;
    let count = 0;
    h.fill(0);
    for (let i = 0; i < n; i++) {
      // h = W x
      if (x[i] === 0) continue;
      active[count++] = i;
      for (let k = 0; k < m; k++) h[k] += x[i] * W[i * m + k];
    }
    if (hiddenReLU) for (let k = 0; k < m; k++) if (h[k] < 0) h[k] = 0;

    let loss = 0;
    dh.fill(0);
    for (let i = 0; i < n; i++) {
      // x_hat = W^T h + b, and what follows from its error
      const at = i * m;
      let answer = b[i];
      for (let k = 0; k < m; k++) answer += W[at + k] * h[k];
      const shut = outputReLU && answer <= 0;
      const error = (shut ? 0 : answer) - x[i];
      loss += importance[i] * error * error;
      if (shut) continue; // no gradient passes
      opened[i] = drawn;
      const push = slope * importance[i] * error;
      db[i] += push;
      for (let k = 0; k < m; k++) {
        dW[at + k] += push * h[k];
        dh[k] += push * W[at + k];
      }
    }
    if (hiddenReLU) for (let k = 0; k < m; k++) if (h[k] <= 0) dh[k] = 0;
    for (let a = 0; a < count; a++) {
      const i = active[a];
      for (let k = 0; k < m; k++) dW[i * m + k] += x[i] * dh[k];
    }
    return loss;
  }

  /** A step of Adam. */
  update(lr) {
    this.updates += 1;
    const rate = lr / (1 - BETA1 ** this.updates); // the means start at 0: divided out again
    const root = Math.sqrt(1 - BETA2 ** this.updates);
    const pairs = [
      [this.W, this.dW],
      [this.b, this.db],
    ];
    pairs.forEach(([values, gradients], which) => {
      const { mean, square } = this.moments[which];
      for (let i = 0; i < values.length; i++) {
        const gradient = gradients[i];
        mean[i] += (1 - BETA1) * (gradient - mean[i]);
        square[i] += (1 - BETA2) * (gradient * gradient - square[i]);
        values[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) / root + EPSILON);
      }
    });
  }
}

/** A function that answers what the page asks: one ask, some steps, one answer. Nothing runs unasked.
 *
 * An ask holds `fresh` {n, m, seed} for a new model, with `weights` {W, b} or without; `set`, see Trainer.set;
 * `schedule` {lr, steps, batch}; and to train, the `most` steps and `milliseconds` it may take.
 * An answer: {W, b, taken, points: [[step, loss / linear optimum], ...], dead: outputs, left: steps of the schedule,
 * failed}.
 */
export function responder() {
  let trainer;
  let schedule;
  let taken; // steps since the model was fresh
  let position; // in the schedule
  let losses;

  return function respond(ask) {
    if (ask.fresh) {
      const { n, m, seed } = ask.fresh;
      trainer = new Trainer(n, m, seed);
      trainer.W.set(ask.weights?.W ?? trainer.W);
      trainer.b.set(ask.weights?.b ?? trainer.b);
      taken = ask.weights?.taken ?? 0;
      position = 0;
      losses = [];
    }
    if (ask.set) {
      trainer.set(ask.set);
      losses = [];
    }
    if (ask.schedule) {
      // Something changed: the schedule begins anew, climb included. A start at the highest rate kills outputs.
      schedule = ask.schedule;
      if (position >= schedule.steps / 10) position = 0;
    }
    const end = performance.now() + (ask.milliseconds ?? Infinity);
    const points = [];
    let failed = false;
    for (let step = 0; step < ask.most && position < schedule.steps && !failed; step++) {
      const loss = trainer.gradients(schedule.batch);
      failed = !Number.isFinite(loss);
      if (!failed) trainer.update(warmupCosine(schedule.lr, position, schedule.steps));
      position += 1;
      taken += 1;
      losses.push(loss);
      if (losses.length === POINT) {
        const mean = losses.reduce((sum, value) => sum + value, 0) / POINT;
        points.push([taken, trainer.optimum > 1e-9 ? mean / trainer.optimum : NaN]);
        losses = [];
      }
      if (performance.now() > end) break;
    }
    const { W, b } = trainer;
    const left = schedule.steps - position;
    return { W: W.slice(), b: b.slice(), taken, points, dead: trainer.dead(), left, failed };
  };
}
