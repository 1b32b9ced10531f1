// Drags, keys and words of an arrow in the plane.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arrowsOf,
  dragged,
  keyed,
  LONGEST,
  polar,
  spoken,
  upright,
  withArrow,
} from "../../toymodels/frontend/src/laboratory/gestures.js";

/** Arrows at [degrees, length], as W. */
const made = (...places) => Float64Array.from(places.flatMap(([angle, length]) => upright({ angle, length })));
const close = (got, wanted) => got.forEach((value, k) => assert.ok(Math.abs(value - wanted[k]) < 1e-9, `${got}`));

const W = made([10, 1.05], [80, 0.7], [200, 0.05]);
const start = { angle: 10, length: 1.05 };
const drag = (angle, length, keys = {}) => dragged(W, 0, upright({ angle, length }), { start, ...keys });

test("an arrow follows a drag in whole degrees and hundredths, as far as the picture reaches", () => {
  assert.deepEqual(drag(32.4, 0.654), { angle: 32, length: 0.65 });
  assert.deepEqual(drag(359.8, 0.5), { angle: 0, length: 0.5 });
  assert.deepEqual(drag(300, 7), { angle: 300, length: LONGEST });
});

test("Shift keeps the length, Alt the angle", () => {
  assert.deepEqual(drag(32.4, 0.654, { keepLength: true }), { angle: 32, length: 1.05 });
  assert.deepEqual(drag(32.4, 0.654, { keepAngle: true }), { angle: 10, length: 0.65 });
});

test("a magnet pulls to length 1, to none, and opposite another arrow that has a direction", () => {
  assert.deepEqual(drag(32, 1.03), { angle: 32, length: 1 });
  assert.deepEqual(drag(32, 1.05), { angle: 32, length: 1.05 });
  assert.equal(drag(32, 0.03).length, 0);
  assert.ok(Math.abs(drag(257, 0.5).angle - 260) < 1e-9);
  assert.equal(drag(255, 0.5).angle, 255);
  assert.equal(drag(22, 0.5).angle, 22); // opposite the arrow of length 0.05, which is too short to count
});

test("keys turn by five degrees and lengthen by 0.05, with Shift by a fifth", () => {
  const here = { angle: 2, length: 1.38 };
  assert.deepEqual(keyed(here, "ArrowLeft", false), { angle: 7, length: 1.38 });
  assert.deepEqual(keyed(here, "ArrowRight", false), { angle: 357, length: 1.38 });
  assert.deepEqual(keyed(here, "ArrowRight", true), { angle: 1, length: 1.38 });
  assert.deepEqual(keyed(here, "ArrowDown", true), { angle: 2, length: 1.37 });
  assert.deepEqual(keyed(here, "ArrowUp", false), { angle: 2, length: LONGEST });
  assert.deepEqual(keyed({ angle: 2, length: 0.03 }, "ArrowDown", false), { angle: 2, length: 0 });
  assert.equal(keyed(here, "x", false), null);
});

test("one arrow moves, and the others stay", () => {
  const moved = withArrow(W, 1, { angle: 90, length: 1 });
  close(moved, [...W.subarray(0, 2), 0, 1, ...W.subarray(4)]);
  assert.ok(Math.abs(arrowsOf(W)[1].angle - 80) < 1e-9); // and the old ones are as they were
});

test("an arrow without a length keeps the angle that it had", () => {
  const none = withArrow(W, 1, { angle: 0, length: 0 });
  assert.deepEqual(arrowsOf(none, { 0: 300, 1: 123 })[1], { angle: 123, length: 0 });
  assert.ok(Math.abs(arrowsOf(none, { 0: 300, 1: 123 })[0].angle - 10) < 1e-9);
});

test("an angle is read from 0 to 360", () => {
  assert.equal(polar([0, -1]).angle, 270);
  assert.deepEqual(polar([-2, 0]), { angle: 180, length: 2 });
});

test("the words name place and nearest neighbour, around the circle", () => {
  const three = made([72, 1.05], [4, 1], [350, 0.9]);
  assert.equal(spoken(three, 0), "Arrow 0, 72 degrees, length 1.05; nearest arrow 1, 68 away");
  assert.equal(spoken(three, 2), "Arrow 2, 350 degrees, length 0.90; nearest arrow 1, 14 away");
  assert.equal(spoken(made([0, 0], [4, 1]), 0), "Arrow 0, length 0.00");
});
