// Labels beside points that lie close together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stubsAmong } from "../../toymodels/frontend/src/panels/arrows.js";
import { labelPlaces } from "../../toymodels/frontend/src/panels/labels.js";

const overlap = ([x, y], [u, v], wide) => Math.abs(x - u) < wide && Math.abs(y - v) < 14;

test("two labels at nearly one point are both there, apart from each other and on the page", () => {
  const points = [
    { x: 100, y: 50, wide: 36, up: true },
    { x: 104, y: 52, wide: 36, up: true },
    { x: 96, y: 49, wide: 36, up: false },
    { x: 4, y: 50, wide: 36, up: true },
  ];
  const places = labelPlaces(points, 200);
  for (const [k, place] of places.entries()) {
    assert.ok(place && place[0] >= 18 && place[0] <= 182);
    for (const other of places.slice(k + 1)) assert.ok(!overlap(place, other, 36), `${places}`);
  }
  assert.deepEqual(places[1], [104, 41]); // the later of two has the first choice
});

test("a label without a free place is left out, and a lone one stands above or below its point", () => {
  const same = Array.from({ length: 9 }, () => ({ x: 20, y: 50, wide: 38, up: true }));
  assert.ok(labelPlaces(same, 40).includes(null));
  assert.deepEqual(labelPlaces([{ x: 50, y: 50, wide: 20, up: false }], 100), [[50, 62]]);
});

test("arrows without a length are named", () => {
  const long = [1, 0];
  assert.equal(stubsAmong([long, long]), "");
  assert.equal(stubsAmong([long, [0, 0.05]]), "1, of no length: drag it out");
  assert.equal(stubsAmong([[0, 0], long, [0, 0]]), "0, 2, of no length: drag them out");
});
