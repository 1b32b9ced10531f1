// The weighted points against a large sample, a closed form and brute force.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOf } from "../../toymodels/frontend/src/laboratory/optimiser.js";
import { Points } from "../../toymodels/frontend/src/laboratory/points.js";
import { meaning } from "../../toymodels/frontend/src/laboratory/settings.js";
import { Trainer, uniformNumbers } from "../../toymodels/frontend/src/laboratory/trainer.js";

const MODELS = ["Linear", "ReLU", "ReLU-output"];
const PLAIN = { n: 5, m: 2, sparsity: 0.95, own_sparsity: {}, last_importance: 1, model: "ReLU-output" };
const means = values => meaning({ ...PLAIN, ...values });

/** n arrows of a length, evenly around the circle. */
const polygon = (n, length) =>
  Float64Array.from({ length: 2 * n }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / n;
    return length * (at % 2 ? Math.sin(angle) : Math.cos(angle));
  });

/** The loss on samples that the trainer draws, over the best linear one. */
function sampled(data, m, W, b, samples, seed) {
  const trainer = new Trainer(data.n, m, seed);
  trainer.set(data);
  trainer.W.set(W);
  trainer.b.set(b);
  let sum = 0;
  for (let s = 0; s < samples; s++) {
    trainer.sample();
    sum += trainer.thereAndBack(0);
  }
  return sum / samples / data.n / trainer.optimum;
}

test("five features take 3,233 points, and their weights sum to one", () => {
  for (const values of [{}, { sparsity: 0 }, { own_sparsity: { 0: 0.3, 4: 1 } }, { n: 1 }, { n: 12, sparsity: 0.5 }]) {
    const { weight, count } = new Points(means(values), 2);
    assert.equal(weight.length, count);
    assert.ok(Math.abs(weight.reduce((sum, w) => sum + w, 0) - 1) < 1e-12);
  }
  assert.equal(new Points(means({}), 2).count, 3233);
});

/** Loss of x_hat = ReLU(g x + b) on one feature, over 0 <= x < 1 with probability p, else 0; g > 0 > b. */
function alone(g, b, p) {
  const opens = Math.min(1, -b / g);
  const cube = x => ((g - 1) * x + b) ** 3 / (3 * (g - 1)); // of the error squared, where it is open
  return p * (opens ** 3 / 3 + cube(1) - cube(opens));
}

test("the loss of one arrow alone is the closed form", () => {
  for (const sparsity of [0, 0.5, 0.95]) {
    const points = new Points(means({ n: 1, sparsity }), 1);
    const wanted = alone(0.64, -0.1, 1 - sparsity);
    assert.ok(Math.abs(points.loss([0.8], [-0.1]) / wanted - 1) < 1e-3);
  }
});

test("the loss of a linear model is the closed form, where importance and sparsity differ", () => {
  const data = means({ model: "Linear", last_importance: 0.2, own_sparsity: { 0: 0.99, 3: 0.5 } });
  const W = polygon(5, 1.1);
  const b = [0.05, -0.1, 0.02, 0, 0.1];
  const mean = data.sparsity.map(S => (1 - S) / 2);
  const variance = data.sparsity.map((S, j) => (1 - S) / 3 - mean[j] ** 2);
  let wanted = 0;
  for (let i = 0; i < 5; i++) {
    const pull = Array.from({ length: 5 }, (_, j) => W[2 * i] * W[2 * j] + W[2 * i + 1] * W[2 * j + 1] - +(i === j));
    const middle = pull.reduce((sum, g, j) => sum + g * mean[j], b[i]);
    const spread = pull.reduce((sum, g, j) => sum + g * g * variance[j], 0);
    wanted += (data.importance[i] * (middle ** 2 + spread)) / 5;
  }
  assert.ok(Math.abs(new Points(data, 2).loss(W, b) / wanted - 1) < 0.01);
});

/** The loss for features that are equally sparse: a large sample for each number of active ones, over the best linear. */
function counted(data, W, b, sizes) {
  const trainer = new Trainer(data.n, 2, 0);
  trainer.set(data);
  trainer.W.set(W);
  trainer.b.set(b);
  const dice = uniformNumbers(5);
  const [p] = data.sparsity.map(S => 1 - S);
  let all = 0;
  let choices = 1; // ways to choose `count` of n features
  for (let count = 0; count <= data.n; count++) {
    let sum = 0;
    const samples = sizes[count];
    for (let s = 0; s < samples; s++) {
      trainer.x.fill(0);
      for (let left = count; left > 0; ) {
        const i = Math.floor(dice() * data.n);
        if (trainer.x[i]) continue;
        trainer.x[i] = 1 - dice(); // never 0
        left -= 1;
      }
      sum += trainer.thereAndBack(0);
    }
    all += (choices * p ** count * (1 - p) ** (data.n - count) * sum) / samples;
    choices *= (data.n - count) / (count + 1);
  }
  return all / data.n / trainer.optimum;
}

for (const model of MODELS)
  test(`the loss of ${model} is that of a large sample`, () => {
    const data = means({ model });
    const points = new Points(data, 2);
    // A good arrangement and one by hand; the sample has noise of its own, a tenth of a percent
    for (const [length, bias, off] of [
      [1.15, -0.26, 0],
      [0.9, -0.05, 0.3],
    ]) {
      const W = polygon(5, length).map((value, at) => value + (at === 3 ? off : 0));
      const b = new Float64Array(5).fill(bias);
      const ratio = points.loss(W, b) / points.optimum;
      const wanted = counted(data, W, b, [1, 6e5, 6e5, 1e5, 1e4, 1e4]);
      assert.ok(Math.abs(ratio - wanted) < 0.0006 * Math.max(1, 2 * wanted), `${ratio}, ${wanted}`);
    }
  });

test("and so it is where more than two features are active, or too many for squares", () => {
  for (const values of [{ sparsity: 0.5 }, { sparsity: 0.7, n: 12 }]) {
    const data = means({ ...values, last_importance: 0.3, own_sparsity: { 1: 0.9 } });
    const { n } = data;
    const W = polygon(n, 0.8);
    const b = new Float64Array(n).fill(-0.05);
    const points = new Points(data, 2);
    const ratio = points.loss(W, b) / points.optimum;
    assert.ok(Math.abs(ratio / sampled(data, 2, W, b, 3e5, 2) - 1) < 0.02, `${ratio}`);
  }
});

test("the best biases are those of brute force, for arrows at random", () => {
  const dice = uniformNumbers(3);
  for (let round = 0; round < 6; round++) {
    const model = MODELS[round % 3];
    const values = { model, sparsity: [0.5, 0.95][round % 2], own_sparsity: { 0: 0.97 } };
    const points = new Points(means(values), 2);
    const W = Float64Array.from({ length: 10 }, () => 2.4 * (dice() - 0.5));
    const { b, loss } = points.best(W);
    assert.ok(Math.abs(points.loss(W, b) - loss) < 1e-15);
    for (let i = 0; i < 5; i++)
      for (let bias = -2; bias < 1.5; bias += 0.04) {
        const other = b.map((value, k) => (k === i ? bias : value));
        assert.ok(points.loss(W, other) > loss * (1 - 1e-4), `${model}: ${bias} for ${b[i]}`);
      }
  }
});

test("a pentagon of length 1.15 is best with a bias of -0.26, and has 18.5% of the best linear loss", () => {
  const points = new Points(means({}), 2);
  const { b, loss } = points.best(polygon(5, 1.15));
  for (const bias of b) assert.ok(Math.abs(bias + 0.26) < 0.01);
  assert.ok(Math.abs(loss / points.optimum - 0.185) < 0.001);
});

test("training on the points reaches what it does on samples, whatever the page does between two steps", () => {
  const training = bestOf(new Points(means({}), 2), 2);
  let steps = 0;
  let turn = training.next();
  for (; !turn.done; turn = training.next()) steps += 1;
  assert.equal(steps, 1000);
  const { loss } = turn.value;
  const ratio = loss / new Points(means({}), 2).optimum;
  assert.ok(ratio > 0.18 && ratio < 0.19, `${ratio}`);
});
