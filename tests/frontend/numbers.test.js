// Numbers of a page, read: the counterpart of explore/numbers.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { digits, signed } from "../../toymodels/frontend/src/digits.js";
import { Numbers } from "../../toymodels/frontend/src/explorer/numbers.js";
import { measure, roundTrip } from "../../toymodels/frontend/src/measures.js";

const packed = (whole, shape, scale) => ({
  shape,
  scale,
  data: Buffer.from(Int16Array.from(whole).buffer).toString("base64"),
});

test("a position has its numbers, times the scale", () => {
  const numbers = new Numbers(packed([1, -2, 3, 4, 5, -32768], [2, 3], 0.5));
  assert.deepEqual([...numbers.at(0)], [0.5, -1, 1.5]);
  assert.deepEqual([...numbers.at(1)], [2, 2.5, Number.NaN]);
  assert.deepEqual(numbers.shape, [3]);
});

test("numbers are written with a true minus sign, and never as minus zero", () => {
  assert.deepEqual([-0.25, -0.001, 1.5].map(digits), ["\u22120.25", "0.00", "1.50"]);
  assert.deepEqual([-1, -0, 0.5].map(signed), ["\u22121", "0", "0.5"]);
});

test("what is the same at all positions is held once", () => {
  const numbers = new Numbers(packed([7, 8], [1, 2], 1));
  assert.deepEqual([...numbers.at(5)], [7, 8]);
});

test("two opposite arrows and one across: what is measured on them", () => {
  const { gram, norms, interference, dimensionality, kept, pairs } = measure(
    Float64Array.from([1, 0, -1, 0, 0, 0.4]),
    3,
    2,
  );
  assert.deepEqual([...gram], [1, -1, 0, -1, 1, 0, 0, 0, 0.4 * 0.4]);
  assert.deepEqual([...norms], [1, 1, 0.4]);
  assert.deepEqual([...interference], [1, 1, 0]);
  assert.deepEqual([...dimensionality.map(D => +D.toFixed(12))], [0.5, 0.5, 1]);
  assert.deepEqual(kept, [0, 1]);
  assert.deepEqual(pairs, [[0, 1]]);
});

test("a round trip of two features that share one number", () => {
  const weights = { W: Float64Array.from([1, -1]), b: [0, 0.25] };
  const model = { n: 2, m: 1, hiddenReLU: false, outputReLU: true };
  const [x, h, back, shifted, answer] = roundTrip(weights, model, [0.5, 0]);
  assert.deepEqual([x, h, back, shifted, answer], [[0.5, 0], [0.5], [0.5, -0.5], [0.5, -0.25], [0.5, 0]]);
});

test("a feature is in one opposite pair at most, and an arrow 20 degrees off a line in none", () => {
  const pairs = (...degrees) => {
    const W = degrees.flatMap(angle => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]);
    return measure(Float64Array.from(W), degrees.length, 2).pairs;
  };
  assert.deepEqual(pairs(0, 180, 90, 270, 172), [
    [0, 1],
    [2, 3],
  ]);
  assert.deepEqual(pairs(0, 160), []);
  assert.deepEqual(pairs(0, 170), [[0, 1]]);
});
