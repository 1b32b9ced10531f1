// Bars that are made of parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackOf } from "../../toymodels/frontend/src/panels/bars.js";

const near = (got, expected) => assert.ok(Math.abs(got - expected) < 1e-12, `${got}, not ${expected}`);

test("parts above zero pile up and those below hang down, the largest next to zero", () => {
  const pile = stackOf(Float64Array.from([0.5, -0.25, 1, 0, -0.75]));
  assert.deepEqual(
    pile.map(({ part }) => part),
    [2, 4, 0, 1],
  );
  const ends = pile.map(({ from, to }) => [from, to]);
  for (const [k, [from, to]] of [[0, 1], [0, -0.75], [1, 1.5], [-0.75, -1]].entries()) {
    near(ends[k][0], from);
    near(ends[k][1], to);
  }
});

test("what is nothing or no number is no part", () => {
  assert.deepEqual(stackOf([0, Number.NaN, -0]), []);
});
