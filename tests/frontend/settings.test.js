import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, fitsAddress, fromAddress } from "../../toymodels/frontend/src/laboratory/address.js";
import {
  complaint,
  DEFAULTS,
  meaning,
  placesOf,
  rangeOf,
  SETTINGS,
} from "../../toymodels/frontend/src/laboratory/settings.js";

const WHOLE = "must be a whole number from";

test("a number that fits has no complaint", () => {
  for (const [name, text] of [
    ["n", "1"],
    ["n", " 200 "],
    ["m", "1e1"],
    ["sparsity", "+0.50"],
    ["lr", "0.0001"],
    ["seed", "9007199254740991"],
    ["feed", "39"],
  ])
    assert.equal(complaint(name, text, 40), "", `${name}=${text}`);
});

test("a number that does not fit is refused in words", () => {
  for (const [name, text, words] of [
    ["n", "0", `n ${WHOLE} 1 to 200, got 0`],
    ["n", "", `n ${WHOLE} 1 to 200, got nothing`],
    ["n", "3.5", `n ${WHOLE} 1 to 200, got 3.5`],
    ["m", "x", `m ${WHOLE} 1 to 20, got x`],
    ["feed", "40", `feed ${WHOLE} 0 to 39, got 40`],
    ["seed", "-1", `seed ${WHOLE} 0 to 9007199254740991, got -1`],
    ["lr", "0", "lr must be a number from 0.0001 to 0.3, got 0"],
    ["sparsity", "NaN", "sparsity must be a number from 0 to 1, got NaN"],
    ["sparsity", "9".repeat(99), `sparsity must be a number from 0 to 1, got ${"9".repeat(60)}\u2026`],
  ])
    assert.equal(complaint(name, text, 40), words);
});

test("every default is inside its range, and every place of a slider", () => {
  for (const [name, { kind }] of Object.entries(SETTINGS)) {
    if (kind === "model") continue;
    const [low, high] = rangeOf(name, DEFAULTS.n);
    const places = SETTINGS[name].places ? placesOf(name) : [];
    const values = kind === "number by feature" ? places : [DEFAULTS[name], ...places];
    for (const value of values) assert.ok(value >= low && value <= high, `${name}: ${value}`);
  }
});

test("the sparsity's slider is finer near 1, and its places rise", () => {
  const places = placesOf("sparsity");
  assert.deepEqual([places[0], places.at(-1)], [0, 0.999]);
  assert.ok(places.every((place, k) => k === 0 || place > places[k - 1]));
  for (const S of [0.29, 0.9, 0.905, 0.99, 0.991]) assert.ok(places.includes(S), `${S}`);
});

test("an address gives the setting that it names, whatever is given otherwise", () => {
  const { setting, remarks, weights, hide } = fromAddress("?n=10&m=2&own_sparsity=3:0.5, 7:0.99", { seed: 4, sparsity: 0.5 });
  assert.deepEqual(setting, { ...DEFAULTS, n: 10, m: 2, seed: 4, sparsity: 0.5, own_sparsity: { 3: 0.5, 7: 0.99 } });
  assert.deepEqual([remarks, weights, hide], [[], null, []]);
});

test("an address that cannot be is refused, and what it can be is taken", () => {
  const { setting, remarks } = fromAddress("?feed=12&n=12&spasity=1&sparsity=0.5&m=2&m=3", {});
  assert.deepEqual(setting, { ...DEFAULTS, n: 12, sparsity: 0.5 });
  assert.deepEqual(remarks, [
    "m must be in the address once, got 2 and 3. It stays 5",
    `feed ${WHOLE} 0 to 11, got 12. It stays 0`,
    `spasity in the address is unknown: it can hold ${Object.keys(SETTINGS).join(", ")}, weights, hide`,
  ]);
});

test("names that every object has are no settings and no models", () => {
  const { setting, remarks } = fromAddress("?constructor=1&model=toString", {});
  assert.deepEqual(setting, DEFAULTS);
  assert.match(remarks[0], /^model must be one of Linear, ReLU, ReLU-output, got toString\. It stays ReLU-output$/);
  assert.match(remarks[1], /^constructor in the address is unknown/);
});

test("an address that was written is read as it was meant, and keeps the page", () => {
  const setting = { ...DEFAULTS, n: 12, m: 3, model: "ReLU", own_sparsity: { 3: 0.99, 5: 0.5 }, feed: 2, lr: 1e-4 };
  const address = addressOf(setting, "https://example.org/laboratory.html?n=5#here");
  assert.ok(address.startsWith("https://example.org/laboratory.html?n=12&") && address.endsWith("#here"));
  assert.deepEqual(fromAddress(new URL(address).search, {}), { setting, weights: null, hide: [], remarks: [] });
  const cleared = addressOf(DEFAULTS, "https://example.org/");
  assert.deepEqual(fromAddress(new URL(cleared).search, { own_sparsity: { 3: 0.5 } }).setting, DEFAULTS);
});

test("weights that were moved by hand travel in an address", () => {
  const setting = { ...DEFAULTS, n: 5, m: 2 };
  const W = Float64Array.from({ length: 10 }, (_, k) => Math.fround(Math.sin(k + 0.5)));
  const b = Float64Array.from({ length: 5 }, (_, k) => Math.fround(-k / 7));
  const address = addressOf(setting, "https://example.org/", { weights: { W, b }, hide: ["lr", "seed"] });
  assert.match(new URL(address).searchParams.get("weights"), /^[\w-]{80}$/);
  const { weights, hide, remarks } = fromAddress(new URL(address).search, {});
  assert.deepEqual([weights, hide, remarks], [{ W, b, taken: 0 }, ["lr", "seed"], []]);
});

test("weights that have no room in an address are left out", () => {
  const [W, b] = [new Float64Array(200), new Float64Array(40)];
  assert.ok(!fitsAddress(DEFAULTS));
  assert.ok(!addressOf(DEFAULTS, "https://example.org/", { weights: { W, b } }).includes("weights"));
});

test("weights and names in an address that cannot be are refused in words", () => {
  const nan = "AADAfw".repeat(20); // NaN in each of its numbers
  for (const text of ["abc", "", "%", "A".repeat(79), "A".repeat(84), nan]) {
    const { weights, remarks } = fromAddress(`?n=5&m=2&weights=${encodeURIComponent(text)}`, {});
    assert.equal(weights, null);
    assert.match(remarks[0], /^weights must be 5 \* \(2 \+ 1\) numbers, at most 60, .*, got .*\. They are fresh$/);
  }
  assert.ok(fromAddress(`?n=5&m=2&weights=${"A".repeat(80)}`, {}).weights);
  assert.match(fromAddress(`?weights=${"A".repeat(1280)}`, {}).remarks[0], /^weights must be 40 \* \(5 \+ 1\) numbers/);
  const { hide, remarks } = fromAddress("?hide=lr,toString", {});
  assert.deepEqual(hide, []);
  assert.match(remarks[0], /^hide must hold names among presets, undo, .*, got toString\. It stays empty$/);
  assert.match(fromAddress("?hide=lr&hide=m", {}).remarks[0], /^hide must be in the address once, got lr and m/);
});

test("a setting means a sparsity and an importance for each feature", () => {
  const means = meaning({ ...DEFAULTS, n: 3, m: 2, sparsity: 0.5, own_sparsity: { 1: 0.9 }, last_importance: 0.5 });
  assert.deepEqual(means.sparsity, [0.5, 0.9, 0.5]);
  assert.deepEqual(means.importance, [1, 0.75, 0.5]);
  assert.deepEqual([means.hiddenReLU, means.outputReLU], [false, true]);
  assert.deepEqual(meaning({ ...DEFAULTS, n: 1, m: 1 }).importance, [1]);
});
