// Numbers that glide from one position's to the next.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Glide } from "../../toymodels/frontend/src/explorer/glide.js";

const START = Float64Array.of(0, 1);
const GOAL = Float64Array.of(1, -1);

test("they begin where they were, come nearer all the time, and arrive", () => {
  const glide = new Glide(() => false);
  assert.deepEqual([...glide.towards(START, 0, 1000)], [0, 1]);
  assert.equal(glide.moves, false); // the first picture stands at once
  assert.deepEqual([...glide.towards(GOAL, 1, 2000)], [0, 1]);
  let before = 0;
  for (const now of [2030, 2080, 2150]) {
    const [x, y] = glide.towards(GOAL, 1, now);
    assert.ok(x > before && x < 1 && glide.moves);
    assert.ok(Math.abs(y - (1 - 2 * x)) < 1e-9); // all of them the same part of their way
    before = x;
  }
  assert.deepEqual([...glide.towards(GOAL, 1, 2400)], [1, -1]);
  assert.equal(glide.moves, false);
});

test("a goal that changes on the way is reached from where they are", () => {
  const glide = new Glide(() => false);
  glide.towards(START, 0, 0);
  glide.towards(GOAL, 1, 0);
  const [there] = glide.towards(GOAL, 1, 60);
  assert.deepEqual([...glide.towards(START, 0, 60)].slice(0, 1), [there]);
  assert.ok(glide.towards(START, 0, 100)[0] < there);
  assert.deepEqual([...glide.towards(START, 0, 300)], [0, 1]);
});

test("who wants less motion sees them jump", () => {
  const glide = new Glide(() => true);
  glide.towards(START, 0, 0);
  assert.deepEqual([...glide.towards(GOAL, 1, 1)], [1, -1]);
  assert.equal(glide.moves, false);
});
