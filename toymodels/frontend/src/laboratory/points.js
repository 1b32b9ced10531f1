// The data as a few thousand weighted points: the loss of given arrows and biases without noise, at every move.
//
// No active feature is one point. One active feature is a row of midpoints, two are a square of them: 3,233 points for
// five features. More are rare in sparse data, and a sample stands for them. In dense data it is larger.
import { linearOptimum } from "./trainer.js";

const LINE = 32; // midpoints of one active feature
const SQUARE = 16; // along each side of the square of two
const MOST_SQUARES = 2560; // points: ten pairs of features, as many as five features have
const RARE = 0.01; // a probability for which the smaller sample will do
const [FEW, MANY] = [512, 4096]; // points of the sample
const NEVER = 1e-12; // a probability that needs no points
const BINS = 256; // of readings, for the first look at a bias
const STEPS = 8; // of the search for the best bias; mostly two or three do

/** tail[i][r]: the probability that at least r of the features from i on are active, r = 0 to `most`. */
function tails(active, most) {
  const tail = [[1, ...Array(most).fill(0)]];
  for (const p of [...active].reverse()) {
    const [next] = tail;
    tail.unshift(next.map((none, r) => (r === 0 ? 1 : p * next[r - 1] + (1 - p) * none)));
  }
  return tail;
}

/** The step from one point of an even sequence in [0, 1)^n to the next (R_n, by Martin Roberts). */
function stepsOf(n) {
  let root = 1; // of root^(n + 1) = root + 1, the golden ratio for n = 1
  for (let round = 0; round < 60; round++) root = (1 + root) ** (1 / (n + 1));
  return Array.from({ length: n }, (_, i) => root ** -(i + 1));
}

/** The points of a setting's `meaning` (settings.js): {x: feature by feature, weight, count}; the weights sum to 1. */
function pointsOf({ n, sparsity }) {
  const active = sparsity.map(S => 1 - S);
  const xs = [];
  const weights = [];
  const put = (values, weight) => {
    const x = new Float64Array(n);
    for (const [i, value] of values) x[i] = value;
    xs.push(x);
    weights.push(weight);
  };
  /** The probability that just these features are active. */
  const just = features => active.reduce((product, p, i) => product * (features.includes(i) ? p : 1 - p), 1);
  const middle = (k, places) => (k + 0.5) / places;

  put([], just([]));
  for (let i = 0; i < n; i++) {
    const weight = just([i]);
    if (weight < NEVER) continue;
    for (let k = 0; k < LINE; k++) put([[i, middle(k, LINE)]], weight / LINE);
  }
  const pairs = (n * (n - 1)) / 2;
  const squares = pairs * SQUARE ** 2 <= MOST_SQUARES;
  for (let i = 0; squares && i < n; i++)
    for (let j = 0; j < i; j++) {
      const weight = just([i, j]);
      if (weight < NEVER) continue;
      for (let k = 0; k < SQUARE ** 2; k++)
        put(
          [
            [i, middle(k % SQUARE, SQUARE)],
            [j, middle(Math.floor(k / SQUARE), SQUARE)],
          ],
          weight / SQUARE ** 2,
        );
    }

  const least = squares ? 3 : 2; // active features of the sample
  const tail = tails(active, least);
  const rest = tail[0][least];
  if (rest > NEVER) {
    const count = rest < RARE ? FEW : MANY;
    const steps = stepsOf(n);
    for (let k = 0; k < count; k++) {
      let needed = least;
      const values = [];
      for (let i = 0; i < n; i++) {
        // The probability that this one is active, if at least so many from here on are. One place gives both
        // whether it is and its value.
        const p = (active[i] * tail[i + 1][Math.max(0, needed - 1)]) / tail[i][needed];
        const place = (0.5 + (k + 1) * steps[i]) % 1;
        if (place >= p) continue;
        values.push([i, place / p]);
        needed = Math.max(0, needed - 1);
      }
      put(values, rest / count);
    }
  }
  const count = xs.length;
  const x = new Float64Array(n * count);
  xs.forEach((values, s) => {
    for (let i = 0; i < n; i++) x[i * count + s] = values[i];
  });
  return { x, weight: Float64Array.from(weights), count };
}

/** The data of a `meaning`, and what a model W, b does to them. W lies feature by feature: W[i * m + k]. */
export class Points {
  constructor(meaning, m) {
    const { n, sparsity, importance } = meaning;
    Object.assign(this, meaning, pointsOf(meaning), { m });
    this.optimum = linearOptimum(m, Float64Array.from(sparsity), Float64Array.from(importance));
    this.h = new Float64Array(m * this.count); // number by number, then point by point
    this.readings = new Float64Array(n * this.count); // W_i . h, feature by feature
  }

  /** The loss of a model: mean over features of I_i (x_hat_i - x_i)^2. */
  loss(W, b) {
    this.#read(W);
    return this.#loss(b);
  }

  /** The best biases for given arrows, with their loss: {b, loss}. */
  best(W) {
    this.#read(W);
    const b = Float64Array.from({ length: this.n }, (_, i) => this.#bestBias(i));
    return { b, loss: this.#loss(b) };
  }

  #loss(b) {
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += this.importance[i] * this.#error(i, b[i]);
    return sum / this.n;
  }

  #read(W) {
    const { x, count, n, m, h, readings } = this;
    h.fill(0);
    for (let k = 0; k < m; k++) {
      const row = h.subarray(k * count, (k + 1) * count);
      for (let i = 0; i < n; i++) add(row, x.subarray(i * count, (i + 1) * count), W[i * m + k]);
      if (this.hiddenReLU) for (let s = 0; s < count; s++) if (row[s] < 0) row[s] = 0;
    }
    readings.fill(0);
    for (let i = 0; i < n; i++) {
      const row = readings.subarray(i * count, (i + 1) * count);
      for (let k = 0; k < m; k++) add(row, h.subarray(k * count, (k + 1) * count), W[i * m + k]);
    }
  }

  /** What output i is judged by: readings and values of its feature at each point. */
  #output(i) {
    const { readings, x, count } = this;
    return [readings, x].map(all => all.subarray(i * count, (i + 1) * count));
  }

  /** The mean squared error of output i with a bias. */
  #error(i, bias) {
    const { weight, count, outputReLU } = this;
    const [readings, x] = this.#output(i);
    let sum = 0;
    for (let s = 0; s < count; s++) {
      const answer = readings[s] + bias;
      const wrong = (outputReLU && answer < 0 ? 0 : answer) - x[s];
      sum += weight[s] * wrong * wrong;
    }
    return sum;
  }

  /** The bias of output i with the least error.
   *
   * As long as no point opens or shuts, the error is a parabola in the bias. The search goes from the best place of a
   * coarse look to the bottom of its parabola, and on to that of the points that are open there.
   */
  #bestBias(i) {
    if (!this.outputReLU) return this.#bottom(i, -Infinity);
    let bias = this.#glance(i);
    let error = this.#error(i, bias);
    for (let step = 0; step < STEPS; step++) {
      const next = this.#bottom(i, -bias);
      const there = this.#error(i, next);
      if (there >= error) break;
      [bias, error] = [next, there];
    }
    return bias;
  }

  /** The bottom of the parabola of the points whose reading is above an edge. */
  #bottom(i, edge) {
    const { weight, count } = this;
    const [readings, x] = this.#output(i);
    let all = 0;
    let sum = 0;
    for (let s = 0; s < count; s++) {
      if (readings[s] <= edge) continue;
      all += weight[s];
      sum += weight[s] * (x[s] - readings[s]);
    }
    return all > 0 ? sum / all : -edge;
  }

  /** A bias near the best: the points are sorted into bins by their readings, and all of a bin are open or shut. */
  #glance(i) {
    const { weight, count } = this;
    const [readings, x] = this.#output(i);
    let [low, high] = [Infinity, -Infinity];
    for (const reading of readings) {
      if (reading < low) low = reading;
      if (reading > high) high = reading;
    }
    const width = (high - low) / BINS || 1;
    const [all, first, second, shut] = [0, 1, 2, 3].map(() => new Float64Array(BINS));
    let unseen = 0; // the error of the points that are shut
    for (let s = 0; s < count; s++) {
      const bin = Math.min(BINS - 1, Math.floor((readings[s] - low) / width));
      const wanted = x[s] - readings[s];
      all[bin] += weight[s];
      first[bin] += weight[s] * wanted;
      second[bin] += weight[s] * wanted * wanted;
      shut[bin] += weight[s] * x[s] * x[s];
      unseen += weight[s] * x[s] * x[s];
    }
    let best = { bias: -high, error: unseen }; // all are shut
    let [A, B, C] = [0, 0, 0];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      A += all[bin];
      B += first[bin];
      C += second[bin];
      unseen -= shut[bin];
      const lowest = -(low + bin * width); // of the biases that open this bin and shut the next
      const highest = bin ? lowest + width : Infinity;
      const bias = Math.max(lowest, Math.min(highest, A > 0 ? B / A : lowest));
      const error = A * bias * bias - 2 * B * bias + C + unseen;
      if (error < best.error) best = { bias, error };
    }
    return best.bias;
  }
}

/** Adds a multiple of numbers to others in their places. */
function add(sums, numbers, factor) {
  for (let s = 0; s < sums.length; s++) sums[s] += factor * numbers[s];
}
