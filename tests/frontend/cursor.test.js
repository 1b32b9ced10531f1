// The cursor that all panels share, and where a key leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cursor, stepped } from "../../toymodels/frontend/src/cursor.js";

test("it tells of a move once, and only to panels of its axis", () => {
  let moves = 0;
  const cursor = new Cursor(() => {
    moves += 1;
  });
  cursor.set("feature", { i: null, j: 3 });
  cursor.set("feature", { i: null, j: 3 });
  assert.equal(moves, 1);
  assert.equal(cursor.on("feature").j, 3);
  assert.equal(cursor.on("hidden dimension"), null);
  cursor.set("feature", null);
  cursor.set("feature", null);
  assert.equal(moves, 2);
  assert.equal(cursor.on("feature"), null);
});

test("in a field of rows and columns arrows lead to the neighbour, and stop at the edge", () => {
  const field = { rows: 3, columns: 4 };
  assert.deepEqual(stepped(null, "ArrowRight", field), { i: 0, j: 0 });
  assert.deepEqual(stepped({ i: 0, j: 0 }, "ArrowRight", field), { i: 0, j: 1 });
  assert.deepEqual(stepped({ i: 0, j: 0 }, "ArrowDown", field), { i: 1, j: 0 });
  assert.deepEqual(stepped({ i: 2, j: 3 }, "ArrowDown", field), { i: 2, j: 3 });
  assert.deepEqual(stepped({ i: 2, j: 3 }, "ArrowRight", field), { i: 2, j: 3 });
  assert.deepEqual(stepped({ i: 2, j: 1 }, "End", field), { i: 2, j: 3 });
});

test("in a row up and down go on as well", () => {
  const row = { rows: null, columns: 4 };
  assert.deepEqual(stepped(null, "End", row), { i: null, j: 3 });
  assert.deepEqual(stepped({ i: null, j: 1 }, "ArrowDown", row), { i: null, j: 2 });
  assert.deepEqual(stepped({ i: null, j: 1 }, "ArrowUp", row), { i: null, j: 0 });
});

test("Escape points at nothing, and other keys lead nowhere", () => {
  assert.equal(stepped({ i: 0, j: 0 }, "Escape", { rows: 2, columns: 2 }), null);
  assert.equal(stepped({ i: 0, j: 0 }, "x", { rows: 2, columns: 2 }), undefined);
});
