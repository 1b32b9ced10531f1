// The table of presets: every one is a setting that can be, and they end as their words say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Guide } from "../../toymodels/frontend/src/laboratory/guide.js";
import { PRESETS, presetsOf, settingOf, ticksOf } from "../../toymodels/frontend/src/laboratory/presets.js";
import { complaint, DEFAULTS, meaning, placesOf, SETTINGS } from "../../toymodels/frontend/src/laboratory/settings.js";
import { responder } from "../../toymodels/frontend/src/laboratory/trainer.js";
import { measure } from "../../toymodels/frontend/src/measures.js";

/** What is seen when a setting has been trained to its end. */
function trained(setting) {
  const { n, m, seed, lr } = setting;
  const schedule = { lr, steps: 2000, batch: 128 };
  const { W } = responder()({ fresh: { n, m, seed }, set: meaning(setting), schedule, most: 2000 });
  return measure(W, n, m);
}

test("every preset is a setting that the boxes would take", () => {
  for (const name of Object.keys(PRESETS)) {
    const setting = settingOf(name);
    assert.deepEqual(Object.keys(setting), Object.keys(DEFAULTS));
    for (const key of Object.keys(PRESETS[name].setting))
      if (SETTINGS[key].kind !== "model") assert.equal(complaint(key, `${setting[key]}`, setting.n), "", `${name}: ${key}`);
    for (const [S] of PRESETS[name].ticks) assert.ok(placesOf("sparsity").includes(S), `${name}: ${S}`);
  }
});

test("forty in five ends at sixteen, on five seeds", () => {
  const kept = [0, 1, 2, 3, 4].map(seed => trained({ ...settingOf("Forty in five"), seed }).kept.length);
  assert.deepEqual(kept, [16, 16, 16, 16, 16]);
});

test("the arrows end as the presets' names say", () => {
  const two = trained(settingOf("Two pairs"));
  assert.deepEqual([two.kept.length, two.pairs.length], [4, 2]);
  const other = trained({ ...settingOf("Two pairs"), seed: 1 });
  assert.equal(other.kept.length, 3); // the puzzle: another seed sticks
  const five = trained(settingOf("Pentagon"));
  assert.equal(five.kept.length, 5);
  for (const D of five.dimensionality) assert.ok(Math.abs(D - 2 / 5) < 0.02, `${D}`);
  assert.deepEqual(trained(settingOf("Five arrows")).kept, [0, 1]);
});

test("the ticks of a sparsity say what happens there", () => {
  const like = (name, S) => trained({ ...settingOf(name), sparsity: S });
  assert.equal(like("Five arrows", 0.5).kept.length, 3);
  assert.equal(like("Five arrows", 0.8).kept.length, 4);
  assert.equal(like("Forty in five", 0).kept.length >= 5, true);
  assert.ok(like("Forty in five", 0.4).pairs.length > 0);
  assert.equal(like("Forty in five", 0.5).kept.length, 10);
});

test("a setting has the ticks of its shape, and plain ones if there are none", () => {
  const { ticks } = PRESETS["Forty in five"];
  assert.equal(ticksOf({ ...DEFAULTS, sparsity: 0.3, seed: 7 }, ""), ticks);
  assert.equal(ticksOf(DEFAULTS, "Memory"), PRESETS.Memory.ticks);
  const plain = ticksOf({ ...DEFAULTS, model: "Linear" }, "Forty in five");
  assert.ok(plain.every(([, words]) => words === ""));
  const hidden = ticksOf(settingOf("Pentagon"), "", true); // no answer is read there while somebody looks for it
  assert.ok(hidden.every(([, words]) => words === ""));
});

test("a setting is known as its preset, whatever is fed in", () => {
  assert.deepEqual(presetsOf({ ...settingOf("Pentagon"), feed: 3 }), ["Pentagon"]);
  assert.deepEqual(presetsOf(DEFAULTS), ["Forty in five", "Memory"]);
  assert.deepEqual(presetsOf({ ...DEFAULTS, sparsity: 0.5 }), ["Memory"]); // one of its steps
  assert.deepEqual(presetsOf({ ...DEFAULTS, seed: 1 }), []);
});

test("the steps of Memory follow when training ends where they say, and light up their control", () => {
  const parts = [{}, {}, {}];
  const page = { children: [...parts], appendChild: () => parts.shift() };
  globalThis.document = { createElement: () => ({}) };
  const [words, seen, where] = parts;
  const guide = new Guide(page);
  guide.choose("Memory");
  const settle = (S, kept) => guide.settled({ sparsity: S }, { kept: Array(kept), pairs: [[0, 1]] });
  assert.match(words.textContent, /^Step 1 of 4\. /);
  assert.equal(guide.wants({ sparsity: 0.9 }, true), "");
  assert.equal(guide.wants({ sparsity: 0.9 }, false), "start");
  settle(0.5, 10);
  assert.match(words.textContent, /^Step 1 of 4\. /);
  settle(0.9, 16);
  assert.match(words.textContent, /^Step 2 of 4\. /);
  assert.equal(guide.wants({ sparsity: 0.9 }, false), "sparsity");
  assert.equal(guide.follow({ sparsity: 0.9 }, 1), true);
  assert.equal(where.textContent, "");
  guide.follow({ sparsity: 0.81 }, 1);
  assert.match(where.textContent, /^S is 0\.81 now, but this step needs 0\.8\./);
  guide.follow({ sparsity: 0.8 }, 1);
  assert.equal(where.textContent, "");
  for (const [S, kept] of [
    [0.8, 12],
    [0.5, 10],
    [0.8, 10],
  ])
    settle(S, kept);
  assert.equal(words.textContent, PRESETS.Memory.words);
  assert.match(seen.textContent, /16 kept \(1 pair\) at S = 0\.9, 12 kept .* at S = 0\.8, 10 .* 0\.5, 10 .* 0\.8\.$/);
  assert.equal(guide.wants({ sparsity: 0.8 }, false), "");
  assert.equal(guide.follow({ sparsity: 0.8 }, 1), true);
  assert.equal(guide.follow({ sparsity: 0.9 }, 1), false); // what it said was of before
  assert.equal(guide.follow({ sparsity: 0.8 }, 2), false); // fresh weights
  guide.choose("Memory");
  for (const S of [0.9, 0.8, 0.5, 0.8]) settle(S, 10);
  assert.equal(words.textContent, PRESETS.Memory.alike);
  guide.choose("Memory");
  guide.follow({ sparsity: 0.9 }, 2);
  settle(0.9, 16);
  assert.equal(guide.follow({ sparsity: 0.9 }, 3), true); // a reset: from the beginning
  assert.match(words.textContent, /^Step 1 of 4\. /);
  guide.choose("");
  assert.equal(words.textContent, "");
});

test("while the model is of another kind, a preset says what is true of that one", () => {
  const parts = [{}, {}, {}];
  const page = { children: [...parts], appendChild: () => parts.shift() };
  globalThis.document = { createElement: () => ({}) };
  const [words, seen] = parts;
  const guide = new Guide(page);
  guide.choose("Memory");
  guide.settled({ sparsity: 0.9 }, { kept: Array(16), pairs: [] });
  guide.setAside("Linear");
  assert.match(words.textContent, /every shadow comes through/);
  assert.equal(seen.textContent, "");
  assert.equal(guide.wants({ sparsity: 0.9 }, false), ""); // its steps wait
  guide.settled({ sparsity: 0.8 }, { kept: Array(5), pairs: [] });
  guide.setAside("ReLU");
  assert.match(words.textContent, /none of them can be negative/);
  guide.setAside("");
  assert.match(words.textContent, /^Step 2 of 4\. /);
  guide.setAside("Linear");
  guide.choose("Pentagon");
  assert.equal(words.textContent, PRESETS.Pentagon.words);
});
