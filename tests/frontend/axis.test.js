import assert from "node:assert/strict";
import { test } from "node:test";
import { logTicks, roundTicks, scale, ticksOf, wholeTicks } from "../../toymodels/frontend/src/axis.js";

const close = (got, wanted) => assert.ok(Math.abs(got - wanted) < 1e-9, `${got} is not ${wanted}`);

test("a linear scale leads from values to pixels and back", () => {
  const at = scale([-1, 3], [100, 20]);
  close(at(-1), 100);
  close(at(3), 20);
  close(at(1), 60);
  close(at.invert(60), 1);
});

test("on a logarithmic scale a factor has the same length everywhere", () => {
  const at = scale([1 / 16, 4], [0, 60], "log");
  close(at(1 / 8) - at(1 / 16), 10);
  close(at(4) - at(2), 10);
  close(at.invert(40), 1);
});

test("a logarithmic scale may fall, as 1 - S does", () => {
  const at = scale([1, 0.001], [10, 40], "log");
  close(at(1), 10);
  close(at(0.1), 20);
  close(at(0.001), 40);
});

test("a scale of no length does not divide by zero", () => close(scale([2, 2], [0, 10])(2), 0));

test("an axis may fall", () => {
  const at = scale([0, -0.5], [10, 60]);
  close(at(-0.1), 20);
  assert.deepEqual(ticksOf(at, 5), [-0.5, -0.4, -0.3, -0.2, -0.1, 0]);
});

test("round ticks are round, inside, and few", () => {
  assert.deepEqual(roundTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(roundTicks(-1.5, 1.5, 3), [-1, 0, 1]);
  assert.deepEqual(roundTicks(0, 2000, 4), [0, 500, 1000, 1500, 2000]);
  for (const high of [0.07, 0.3, 1.6, 7, 44, 1234])
    for (const most of [2, 4, 6]) {
      const ticks = roundTicks(0, high, most);
      assert.ok(ticks.length >= 1 && ticks.length <= most + 1, `${high}, ${most}: ${ticks}`);
      assert.ok(ticks[0] >= 0 && ticks.at(-1) <= high * (1 + 1e-9), `${high}, ${most}: ${ticks}`);
    }
});

test("whole ticks begin at zero and stay below n", () => {
  assert.deepEqual(wholeTicks(5), [0, 1, 2, 3, 4]);
  assert.deepEqual(wholeTicks(40), [0, 10, 20, 30]);
  assert.deepEqual(wholeTicks(1), [0]);
  for (const n of [1, 7, 12, 200, 999]) assert.ok(wholeTicks(n).length <= 6 && wholeTicks(n).at(-1) < n);
});

test("logarithmic ticks are powers of ten, and threes where there are few", () => {
  assert.deepEqual(logTicks(0.001, 10), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(logTicks(0.01, 1), [0.01, 0.03, 0.1, 0.3, 1]);
  assert.deepEqual(ticksOf(scale([0.01, 1], [0, 9], "log"), 9), [0.01, 0.03, 0.1, 0.3, 1]);
  assert.deepEqual(ticksOf(scale([0.003, 1.2], [0, 130], "log"), 2), [0.01, 0.1, 1]); // no room for threes
});
