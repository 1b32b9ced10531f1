// Colours: contrasts, maps, and what makes a colour legible by day and by night.
import assert from "node:assert/strict";
import { test } from "node:test";
import { channels, contrast, MAPS, PALETTE, Theme } from "../../toymodels/frontend/src/theme.js";

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const NIGHT = [17, 17, 17];
const INK = [34, 34, 34];
const PALE = [221, 221, 221];
const close = (a, b, off = 0.01) => assert.ok(Math.abs(a - b) < off, `${a} is not ${b}`);

test("contrasts are those of WCAG", () => {
  close(contrast(WHITE, BLACK), 21);
  close(contrast(WHITE, WHITE), 1);
  close(contrast([118, 118, 118], WHITE), 4.54); // the lightest grey for text on white
});

test("a colour is read in both spellings", () => {
  assert.deepEqual(channels("#2166AC"), [33, 102, 172]);
  assert.deepEqual(channels("rgb(33, 102, 172)"), [33, 102, 172]);
});

for (const [name, ground, ink] of [
  ["day", WHITE, INK],
  ["night", NIGHT, PALE],
])
  test(`every colour of the palette can be seen by ${name}`, () => {
    const theme = new Theme(ground, ink);
    const models = Object.values(PALETTE.models).map(({ color }) => color);
    const names = ["positive", "negative", "dimensionality", "precision", "reference", "counts", "arrow", "paleArrow"];
    for (const color of [...models, ...PALETTE.students, ...names.map(name => PALETTE[name])]) {
      assert.ok(contrast(channels(theme.mark(color)), ground) >= 2.95, `${color} as a mark`);
      assert.ok(contrast(channels(theme.text(color)), ground) >= 4.4, `${color} as text`);
    }
    assert.ok(contrast(channels(theme.faint), ground) >= 4.4);
  });

test("a colour that can be seen stays as it is", () => {
  const theme = new Theme(WHITE, INK);
  assert.equal(theme.mark("#B2182B"), "rgb(178, 24, 43)");
});

test("the models' colours can be told apart from white, and lie in one file", () => {
  for (const { color } of Object.values(PALETTE.models)) assert.ok(contrast(channels(color), WHITE) >= 3, color);
});

test("a map of colours runs through its anchors and ends there", () => {
  const ends = PALETTE.weights.canvas;
  assert.deepEqual(MAPS.weights(-1), channels(ends[0]));
  assert.deepEqual(MAPS.weights(0), channels(ends[5]));
  assert.deepEqual(MAPS.weights(1), channels(ends.at(-1)));
  assert.deepEqual(MAPS.weights(7), channels(ends.at(-1)));
  assert.deepEqual(MAPS.weights(Number.NaN), channels(ends[0]));
  assert.deepEqual(MAPS.interference(PALETTE.interference.most), channels(PALETTE.interference.canvas.at(-1)));
  assert.deepEqual(MAPS.greys(0.5), [128, 128, 128]);
});
