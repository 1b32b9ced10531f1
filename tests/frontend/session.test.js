// A session with a trainer that answers what it is told, and no page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settingOf } from "../../toymodels/frontend/src/laboratory/presets.js";
import { Session } from "../../toymodels/frontend/src/laboratory/session.js";
import { DEFAULTS } from "../../toymodels/frontend/src/laboratory/settings.js";
import { valueAt } from "../../toymodels/frontend/src/laboratory/values.js";
import { GLOSSARY } from "../../toymodels/frontend/src/laboratory/words.js";
import { measure } from "../../toymodels/frontend/src/measures.js";

/** Weights that keep `count` of n features, each in the same direction; the second half of `pairs` is opposite. */
function weights(count, { n, m }, pairs = 0) {
  const W = new Float64Array(n * m);
  for (let i = 0; i < count; i++) W[i * m] = 1;
  for (let i = 0; i < pairs; i++) W[i * m] = -1;
  return W;
}

function started(given = {}, running = true) {
  const said = [];
  const sent = [];
  const ends = [];
  let hear;
  let broken;
  const beside = (answered, failed) => {
    hear = answered;
    broken = failed;
    return { send: ask => sent.push(ask), end: () => ends.push(true) };
  };
  const say = words => said.push(words);
  const ways = { say, settled: () => said.push("settled"), renew: () => {}, news: () => {} };
  const session = new Session({ ...DEFAULTS, ...given }, running, ways, beside);
  session.visible = true;
  session.fresh("training");
  /** The trainer's answer to the ask that is on its way: `kept` features, the rest as said. */
  const answer = ({ kept = 0, pairs = 0, ...more } = {}) => {
    const W = weights(kept, session.setting, pairs);
    const b = new Float64Array(session.setting.n);
    hear({ W, b, taken: 0, points: [], dead: [], left: 9, failed: false, ...more });
  };
  return { session, said, sent, ends, answer, broken: message => broken(message) };
}

const places = session => session.trail.places;

test("fresh weights are asked for at once, and one ask at a time", () => {
  const { session, sent, answer } = started();
  assert.equal(sent.length, 1);
  assert.deepEqual(sent[0].fresh, { n: 40, m: 5, seed: 0 });
  assert.deepEqual(sent[0].schedule, { lr: 0.03, steps: 2000, batch: 128 });
  session.newPicture();
  assert.equal(sent.length, 1);
  answer();
  session.newPicture();
  assert.equal(sent.length, 2);
  assert.equal(sent[1].most, session.speed);
});

test("off the screen nothing is trained, and a pause trains ten steps only", () => {
  const { session, sent, answer } = started();
  answer();
  session.visible = false;
  session.newPicture();
  const before = sent.length;
  session.newPicture();
  assert.ok(sent.length <= before + 1 && !session.training);
  session.visible = true;
  const other = started({}, false);
  other.answer();
  other.session.tenSteps();
  assert.equal(other.sent.at(-1).most, 10);
  other.answer({ taken: 10 });
  other.session.newPicture();
  assert.equal(other.sent.at(-1).most, 10);
  assert.equal(other.sent.length, 2);
});

test("a change that crosses the schedule's last answer is trained", () => {
  const { session, said, sent, answer } = started();
  answer();
  session.newPicture();
  session.change({ sparsity: 0.5 }, "S = 0.5"); // while an ask is on its way
  answer({ taken: 2000, left: 0 });
  assert.ok(session.training);
  assert.ok(!said.includes("settled"));
  assert.equal(sent.at(-1).schedule.steps, 2000);
});

test("an answer for weights that are gone is not heard", () => {
  const { session, answer, sent } = started();
  answer({ kept: 3 });
  session.newPicture();
  session.fresh("fresh weights", { seed: 1 });
  const { latest } = session;
  answer({ kept: 7 });
  assert.equal(session.latest, latest);
  assert.equal(sent.at(-1).fresh.seed, 1);
});

test("the table says what a control sets off", () => {
  const { session, said, answer } = started();
  answer();
  session.put("sparsity", 0.5);
  assert.deepEqual([session.setting.sparsity, said.at(-1)], [0.5, "S = 0.5, same weights"]);
  session.put("model", "Linear");
  assert.equal(said.at(-1), "Linear model, same weights");
  session.put("last_importance", 1);
  assert.equal(said.at(-1), "importance of the last feature 1, same weights");
  session.put("feed", 7);
  assert.equal(session.setting.feed, 7);
  session.putOwnSparsity(0.99);
  assert.deepEqual([session.setting.own_sparsity, said.at(-1)], [{ 7: 0.99 }, "feature 7: S = 0.99, same weights"]);
  session.putOwnSparsity(0.5);
  assert.deepEqual(session.setting.own_sparsity, {});
  session.put("seed", 3);
  assert.equal(said.at(-1), "fresh weights, because seed changed");
});

test("m comes back when n grows again, and a feature that is gone gives way to the first", () => {
  const { session, said, answer } = started({ feed: 30, own_sparsity: { 2: 0.5, 30: 0.5 } });
  answer();
  session.put("n", 3);
  assert.deepEqual([session.setting.m, session.setting.feed, session.setting.own_sparsity], [3, 0, { 2: 0.5 }]);
  session.put("n", 20);
  assert.equal(session.setting.m, 5);
  session.put("m", 99);
  assert.deepEqual([session.setting.m, said.at(-1)], [20, "m can be at most n: fresh weights with m = 20"]);
});

test("a feature that is fed while an ask is on its way stays fed", () => {
  const { session, answer } = started();
  answer();
  session.newPicture();
  session.feed(7);
  answer({ left: 0 });
  assert.equal(session.latest.setting.feed, 7);
});

test("the loss curve keeps its beginning and marks what changed", () => {
  const { session, answer } = started();
  for (let step = 10; step <= 30000; step += 10) {
    answer({ taken: step, points: [[step, 1 - step / 30000]], kept: Math.floor(step / 1000) });
    session.newPicture();
    if (step % 10000 === 0) for (const S of [0.7, 0.6, 0.5 - step / 1e5]) session.change({ sparsity: S }, `S = ${S}`);
  }
  const { points, marks } = session.curve;
  assert.ok(points.length >= 300 && points.length <= 600);
  const counts = points.map(point => point[2]);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    3000,
  );
  assert.ok(Math.max(...counts.slice(0, -1)) <= Math.min(...counts.slice(0, -1)) + 2); // as fine at its beginning
  const means = points.map(point => point[1]);
  assert.ok(means[0] > 0.98 && means.at(-1) < 0.02);
  assert.ok(means.every((mean, k) => k === 0 || mean < means[k - 1]));
  assert.deepEqual(marks, [
    { step: 10000, words: "S = 0.4" },
    { step: 20000, words: "S = 0.3" },
    { step: 30000, words: "S = 0.2" },
  ]);
  assert.deepEqual(
    places(session).map(({ sparsity }) => sparsity),
    [0.9, 0.4, 0.3],
  );
});

test("of many changes in a row the loss curve marks where they came to", () => {
  const { session, answer } = started();
  const at = (step, S) => {
    answer({ taken: step });
    session.newPicture();
    session.change({ sparsity: S }, `S = ${S}`);
  };
  at(1000, 0.9);
  at(1300, 0.85);
  at(1700, 0.8);
  at(4000, 0.5);
  assert.deepEqual(
    session.curve.marks.map(({ step, words }) => [step, words]),
    [
      [1700, "S = 0.8"],
      [4000, "S = 0.5"],
    ],
  );
});

test("the loss that is said is of late, and is not known right after a change", () => {
  const { session, answer } = started();
  assert.equal(session.curve.loss, null);
  answer({ points: [[10, 2]] });
  session.newPicture();
  answer({ points: Array.from({ length: 20 }, (_, k) => [20 + 10 * k, 0.5]) });
  assert.equal(session.curve.loss, 0.5);
  session.put("sparsity", 0);
  assert.equal(session.curve.loss, null);
});

test("the way is remembered though nothing is drawn, and joins only where training ended", () => {
  const { session, answer } = started();
  const at = (S, kept, left) => {
    session.change({ sparsity: S }, `S = ${S}`);
    answer({ kept });
    answer({ kept, left });
  };
  at(0.9, 16, 0);
  at(0.8, 16, 9);
  at(0.7, 16, 9);
  at(0.7, 10, 0);
  at(0.6, 10, 9);
  assert.deepEqual(
    places(session).map(({ sparsity, kept, finished }) => [sparsity, kept, finished]),
    [
      [0.9, 16, true],
      [0.7, 10, true],
      [0.6, 10, false],
    ],
  );
});

test("opposite pairs are counted on the way", () => {
  const { session, answer } = started();
  answer({ kept: 2, pairs: 1 });
  assert.deepEqual([places(session)[0].kept, places(session)[0].pairs], [2, 1]);
});

test("fresh weights leave the old way pale and another size forgets it", () => {
  const { session, answer } = started();
  const runs = () => new Set(places(session).map(({ run }) => run)).size;
  answer({ kept: 1 });
  assert.equal(runs(), 1);
  session.fresh("fresh weights");
  answer({ kept: 1 }); // of the old ones
  answer({ kept: 1 });
  assert.equal(runs(), 2);
  session.change({ model: "ReLU" }, "ReLU model");
  answer({ kept: 1 });
  answer({ kept: 1 });
  assert.equal(runs(), 2); // the last two
  session.fresh("fresh weights, because n changed", { n: 7 });
  answer({ kept: 1 });
  answer({ kept: 1 });
  assert.equal(runs(), 1);
});

test("after a failure nothing goes on before weights are fresh", () => {
  const { session, said, sent, ends, answer, broken } = started();
  answer();
  broken("it failed on purpose");
  assert.equal(said.at(-1), "stopped: it failed on purpose. Press Train to begin with fresh weights");
  assert.equal(ends.length, 1);
  const before = sent.length;
  session.put("sparsity", 0.5);
  session.tenSteps();
  assert.equal(said.at(-1), "stopped: it failed on purpose. Press Train to begin with fresh weights");
  assert.equal(sent.length, before);
  session.startOrPause();
  assert.equal(said.at(-1), "fresh weights");
  assert.equal(sent.at(-1).set.sparsity[0], 0.5);
  assert.ok(session.going && sent.at(-1).fresh);
});

test("a loss that became infinite is no place on the way", () => {
  const { session, said, answer } = started();
  answer({ kept: 4 });
  session.newPicture();
  answer({ kept: 9, failed: true });
  assert.match(said.at(-1), /^fresh weights, because the loss became infinite/);
  assert.deepEqual(
    places(session).map(({ kept }) => kept),
    [4],
  );
});

test("there is one state, and it follows real training", () => {
  const { session, answer, broken } = started();
  assert.equal(session.state, "training");
  session.visible = false;
  assert.equal(session.state, "ready");
  session.visible = true;
  answer({ taken: 2000, left: 0 });
  assert.equal(session.state, "settled");
  session.put("sparsity", 0.5);
  assert.equal(session.state, "training");
  session.startOrPause();
  assert.equal(session.state, "ready");
  session.byHand({ W: weights(2, session.setting), b: new Float64Array(40) }, "moved");
  assert.equal(session.state, "by hand");
  session.put("sparsity", 0.6); // other data: the weights are the hand's still
  assert.equal(session.state, "by hand");
  session.startOrPause();
  assert.equal(session.state, "training");
  broken("it failed on purpose");
  assert.equal(session.state, "stopped");
});

test("weights that the hand has put are on the screen at once, and training goes on from them", () => {
  const { session, sent, answer, said } = started();
  answer({ kept: 3 });
  session.newPicture(); // an ask is on its way
  const W = weights(7, session.setting);
  const b = new Float64Array(40).fill(0.25);
  session.byHand({ W, b }, "feature 0 moved");
  assert.equal(session.latest.seen.kept.length, 7);
  assert.equal(said.at(-1), "feature 0 moved");
  answer({ kept: 4 }); // of the weights before: it is not heard
  assert.equal(session.latest.seen.kept.length, 7);
  const { weights: given, set, most } = sent.at(-1);
  assert.deepEqual([given.W, given.b, most], [W, b, 0]);
  assert.equal(set.sparsity[0], 0.9);
  answer({ kept: 7 });
  assert.equal(session.state, "by hand");
  session.newPicture();
  const before = sent.length;
  session.startOrPause();
  assert.equal(sent.length, before + 1);
  assert.ok(sent.at(-1).most > 0 && !sent.at(-1).fresh);
  answer({ kept: 7, taken: 25 });
  session.startOrPause();
  assert.deepEqual([session.state, session.moved], ["ready", true]); // no longer as the hand has put them
  assert.throws(() => session.byHand({ W: W.slice(1), b }, ""), /weights are for 40 features in 5 dimensions/);
});

test("undo brings setting and weights back, to the last bit, change by change", () => {
  const { session, sent, answer } = started();
  const seen = [];
  const look = () => {
    const { latest, setting } = session;
    seen.push({ W: latest.W.slice(), b: latest.b.slice(), taken: latest.taken, setting, state: session.state });
  };
  answer({ kept: 3, taken: 2000, left: 0 });
  look();
  session.put("sparsity", 0.5);
  answer({ kept: 5, taken: 2100, left: 1900 });
  session.startOrPause();
  look();
  session.put("n", 12);
  answer({ kept: 2, taken: 0 });
  look();
  session.byHand({ W: weights(1, session.setting), b: new Float64Array(12).fill(-0.3) }, "moved");
  look();
  session.newSeed();
  answer({ kept: 9, taken: 0 });
  for (const { W, b, taken, setting, state } of seen.toReversed()) {
    session.undo();
    assert.deepEqual(session.latest.W, W);
    assert.deepEqual(session.latest.b, b);
    assert.deepEqual([session.latest.taken, session.setting, session.state], [taken, setting, state]);
    while (session.asked) answer({ W, b, taken, left: 2000 });
    assert.deepEqual(sent.findLast(ask => ask.fresh).weights, { W, b, taken }); // the trainer has them, too
    assert.equal(session.state, state);
  }
  assert.ok(session.past.empty);
});

test("undo leaves the curve and the way as they were", () => {
  const { session, answer } = started();
  answer({ points: [[10, 0.5]], taken: 10, kept: 4 });
  const [points, way] = [session.curve.points.length, places(session).length];
  session.newSeed();
  answer();
  answer({ points: [[10, 2]], taken: 10, kept: 5 });
  assert.equal(session.curve.loss, 2);
  session.undo();
  assert.deepEqual([session.curve.points.length, places(session).length], [points, way]);
  assert.equal(session.curve.loss, 0.5);
});

test("a drag is one step back, and fifty steps are kept", () => {
  const { session, answer } = started();
  answer();
  for (const S of [0.8, 0.7, 0.6]) session.put("sparsity", S);
  session.undo();
  assert.equal(session.setting.sparsity, 0.9);
  assert.ok(session.past.empty);
  for (let seed = 0; seed < 60; seed++) {
    session.newSeed();
    while (session.asked) answer();
  }
  for (let k = 0; k < 50; k++) session.undo();
  assert.ok(session.past.empty);
  assert.equal(session.setting.seed, 10);
});

test("a preset is its whole setting, with fresh weights", () => {
  const { session, sent, answer, said } = started({ own_sparsity: { 3: 0.5 }, seed: 4 });
  answer();
  session.preset("Pentagon", settingOf("Pentagon"), true);
  answer();
  assert.deepEqual(session.setting, { ...DEFAULTS, n: 5, m: 2, sparsity: 0.95, last_importance: 1 });
  assert.deepEqual(sent.findLast(ask => ask.fresh).fresh, { n: 5, m: 2, seed: 0 });
  assert.equal(said.at(-1), "Pentagon: fresh weights");
  session.undo();
  assert.deepEqual([session.setting.n, session.setting.seed, session.setting.own_sparsity], [40, 4, { 3: 0.5 }]);
});

test("an angle is said from 0 to 360 degrees, as the slider has it", () => {
  const W = Float64Array.from([Math.cos(1), -Math.sin(1)]);
  const latest = { setting: { ...DEFAULTS, n: 1, m: 2 }, W, b: [0], seen: measure(W, 1, 2) };
  assert.equal(valueAt("view", latest, { i: null, j: 0 }), "arrow 0: length 1.00, angle 303\u00b0");
});

test("a weak feature in its round trip shows what the bias costs", () => {
  const W = Float64Array.from([1, 0]);
  const latest = { setting: { ...DEFAULTS, n: 1, m: 2 }, W, b: [-0.25], seen: measure(W, 1, 2) };
  const said = strength => valueAt("trip", latest, { i: null, j: 0 }, strength);
  assert.match(said(1), /^feature 0: x 1, .* comes back as 0\.75$/);
  assert.match(said(0.2), /^feature 0: x 0\.2, .* comes back as 0\.00$/);
});

test("the words begin with sparsity, and explain what other words use", () => {
  assert.equal(Object.keys(GLOSSARY)[0], "sparsity S");
  for (const word of ["shadow", "reading", "interference"]) assert.ok(word in GLOSSARY);
});
