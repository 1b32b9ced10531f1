// What training reaches on the weighted points: several starts, a slice at a time, so that the page stays alive.
import { Trainer, warmupCosine } from "./trainer.js";

export const STARTS = 8;
export const STEPS = 500; // of each start
const LR = 0.03;

/** A trainer that sees all points at every step. */
class OnPoints extends Trainer {
  constructor(points, seed) {
    super(points.n, points.m, seed);
    this.set(points);
    this.points = points;
  }

  gradients() {
    const { x, n, points } = this;
    this.dW.fill(0);
    this.db.fill(0);
    let loss = 0;
    for (let s = 0; s < points.count; s++) {
      for (let i = 0; i < n; i++) x[i] = points.x[i * points.count + s];
      const scale = points.weight[s] / n;
      loss += scale * this.thereAndBack(2 * scale);
    }
    return loss;
  }
}

/** The best of eight trainings: a generator that yields after every step, and returns {W, b, loss}. */
export function* bestOf(points, starts = STARTS) {
  let best = { loss: Infinity };
  for (let seed = 0; seed < starts; seed++) {
    const trainer = new OnPoints(points, seed);
    for (let step = 0; step < STEPS; step++) {
      trainer.gradients();
      trainer.update(warmupCosine(LR, step, STEPS));
      yield;
    }
    const { W } = trainer;
    const { b, loss } = points.best(W);
    if (loss < best.loss) best = { W, b, loss };
  }
  return best;
}
