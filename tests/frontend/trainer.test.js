import assert from "node:assert/strict";
import { test } from "node:test";
import { responder, warmupCosine } from "../../toymodels/frontend/src/laboratory/trainer.js";

const SET = { sparsity: [0.5, 0.5, 0.5], importance: [1, 1, 1], hiddenReLU: false, outputReLU: true };
const schedule = { lr: 0.03, steps: 100, batch: 8 };
const begin = { fresh: { n: 3, m: 2, seed: 0 }, set: SET, schedule };

test("the learning rate climbs over the first tenth and falls to zero", () => {
  const rates = Array.from({ length: 101 }, (_, step) => warmupCosine(0.03, step, 100));
  const highest = Math.max(...rates);
  assert.ok(highest > 0.029 && highest <= 0.03);
  assert.equal(rates.indexOf(highest), 9);
  assert.ok(rates.slice(1, 10).every((rate, k) => rate > rates[k]));
  assert.ok(rates.slice(10).every((rate, k) => rate < rates[k + 9]));
  assert.equal(rates[100], 0);
});

test("an ask is answered once, with as many steps as it allows and the schedule has", () => {
  const respond = responder();
  const first = respond({ ...begin, most: 30 });
  assert.deepEqual([first.taken, first.left, first.points.length], [30, 70, 3]);
  const rest = respond({ most: 1000 });
  assert.deepEqual([rest.taken, rest.left], [100, 0]);
  const after = respond({ most: 1000 });
  assert.deepEqual([after.taken, after.left, after.points], [100, 0, []]);
  assert.deepEqual(after.W, rest.W);
});

test("a change begins the schedule anew, but not while it still climbs", () => {
  const respond = responder();
  respond({ ...begin, most: 50 });
  assert.equal(respond({ schedule, most: 0 }).left, 100);
  assert.equal(respond({ most: 5 }).left, 95);
  assert.equal(respond({ schedule, most: 0 }).left, 95);
});

test("the same seed gives the same weights, another seed others, and saved ones are taken as they are", () => {
  const weights = seed => [...responder()({ ...begin, fresh: { n: 3, m: 2, seed }, most: 20 }).W];
  assert.deepEqual(weights(1), weights(1));
  assert.notDeepEqual(weights(1), weights(2));
  const saved = { W: [1, 2, 3, 4, 5, 6], b: [7, 8, 9], taken: 42 };
  const answer = responder()({ ...begin, weights: saved, most: 0 });
  assert.deepEqual([[...answer.W], [...answer.b], answer.taken], [saved.W, saved.b, 42]);
});

test("an answer belongs to whoever got it: training on does not change it", () => {
  const respond = responder();
  const { W } = respond({ ...begin, most: 1 });
  const before = [...W];
  respond({ most: 20 });
  assert.deepEqual([...W], before);
});

test("a loss that is no number ends training and is said", () => {
  const saved = { W: Array(6).fill(1e200), b: [0, 0, 0], taken: 0 };
  const answer = responder()({ ...begin, weights: saved, most: 20 });
  assert.deepEqual([answer.failed, answer.taken], [true, 1]);
});
