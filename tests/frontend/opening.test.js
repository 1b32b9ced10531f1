// Where an output is open in the plane, against a look at many places.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPart, openStretch } from "../../toymodels/frontend/src/panels/opening.js";
import { uniformNumbers } from "../../toymodels/frontend/src/laboratory/trainer.js";

/** Area of a polygon (the shoelace formula). */
const area = corners =>
  corners.reduce((sum, [x, y], k) => {
    const [nextX, nextY] = corners[(k + 1) % corners.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

test("the open part of a square has the share of places where the output is open", () => {
  const dice = uniformNumbers(2);
  const half = 1.45;
  for (let round = 0; round < 40; round++) {
    const [u, v, b] = [dice() - 0.5, dice() - 0.5, (dice() - 0.5) * 1.5];
    let open = 0;
    const side = 200;
    for (let k = 0; k < side * side; k++) {
      const place = [k % side, Math.floor(k / side)].map(value => ((2 * value + 1) / side - 1) * half);
      open += u * place[0] + v * place[1] + b > 0;
    }
    const wanted = (open / side ** 2) * 4 * half ** 2;
    assert.ok(Math.abs(area(openPart([u, v], b, half)) - wanted) < 0.05);
  }
  assert.equal(area(openPart([0, 0], 1, 1)), 4);
  assert.deepEqual(openPart([0, 0], -1, 1), []);
});

test("the open stretch of an arrow is where its feature alone opens the output", () => {
  const dice = uniformNumbers(4);
  for (let round = 0; round < 200; round++) {
    const [u, v, x, y] = Array.from({ length: 4 }, () => 2 * (dice() - 0.5));
    const b = dice() - 0.6;
    const [from, to] = openStretch([u, v], b, [x, y]) ?? [2, 2];
    for (let share = 0.005; share < 1; share += 0.01) {
      const reading = share * (u * x + v * y) + b;
      if (Math.abs(reading) > 0.01) assert.equal(share > from && share < to, reading > 0);
    }
  }
  assert.deepEqual(openStretch([1, 0], 0.1, [0, 1]), [0, 1]); // no shadow, but the bias opens it
  assert.equal(openStretch([1, 0], 0, [0, 1]), null);
});
