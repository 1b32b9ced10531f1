// src/dom.js
var add = (parent, tag, properties = {}) => parent.appendChild(Object.assign(document.createElement(tag), properties));
function keepKeys(root) {
  const keysAreOurs = (event) => event.target.toggleAttribute(
    "data-lm-suppress-shortcuts",
    !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey)
  );
  for (const kind of ["focusin", "keydown", "keyup"]) root.addEventListener(kind, keysAreOurs);
}
function framedCanvas(parent, className) {
  const frame2 = add(parent, "div", { className: `panel ${className}` });
  return { frame: frame2, canvas: add(frame2, "canvas") };
}
var Speech = class {
  #element;
  #timer;
  constructor(parent) {
    this.#element = add(parent, "div", { className: "speech", ariaLive: "polite" });
  }
  say(words) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#element.textContent !== words) this.#element.textContent = words;
    }, 500);
  }
};
// ../laboratory/settings.json
var settings_default = {
  n: {
    kind: "whole number",
    range: [1, 200],
    default: 40,
    acts: "fresh",
    words: { label: "n" }
  },
  m: {
    kind: "whole number",
    range: [1, 20],
    default: 5,
    acts: "fresh",
    words: { label: "m" }
  },
  sparsity: {
    kind: "number",
    range: [0, 1],
    default: 0.9,
    places: [[0, 0.9, 0.01], [0.905, 0.99, 5e-3], [0.991, 0.999, 1e-3]],
    acts: "change",
    words: {
      label: "sparsity S",
      changed: "S = {value}",
      term: "sparsity S",
      meaning: "the probability that a feature is zero. At S = 0.9 each feature is active in one of ten samples."
    }
  },
  own_sparsity: {
    kind: "number by feature",
    range: [0, 1],
    default: {},
    places: [[0, 0.9, 0.01], [0.905, 0.99, 5e-3], [0.991, 0.999, 1e-3]],
    acts: "change",
    words: {
      label: "S of feature {feed} alone",
      changed: "feature {feed}: S = {value}",
      term: "S of one feature",
      meaning: "the fed feature's own sparsity, if it should be rarer or more common than the others."
    }
  },
  model: {
    kind: "model",
    default: "ReLU-output",
    acts: "change",
    words: {
      label: "model",
      changed: "{value} model",
      term: "model",
      meaning: "Linear: W\u1D40W x + b. ReLU-output: ReLU(W\u1D40W x + b). ReLU: ReLU(W\u1D40 ReLU(W x) + b)."
    }
  },
  last_importance: {
    kind: "number",
    range: [0, 1],
    default: 0.1,
    places: [[0, 1, 0.05]],
    acts: "change",
    words: {
      label: "importance of the last",
      changed: "importance of the last feature {value}",
      term: "importance",
      meaning: "the weight of a feature's error in the loss. It falls evenly from 1 for the first feature to that of the last."
    }
  },
  lr: {
    kind: "number",
    range: [1e-4, 0.3],
    default: 0.03,
    places: [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3],
    acts: "change",
    words: { label: "learning rate", changed: "learning rate {value}" }
  },
  seed: {
    kind: "whole number",
    range: [0, 9007199254740991],
    default: 0,
    acts: "fresh",
    words: { label: "seed" }
  },
  feed: {
    kind: "feature",
    default: 0,
    acts: "look",
    words: { label: "feed feature" }
  }
};
// ../palette.json
var palette_default = {
  models: {
    LinearModel: { name: "Linear", color: "#2A7FD0" },
    ReLUModel: { name: "ReLU", color: "#B87400" },
    ReLUOutputModel: { name: "ReLU-output", color: "#005A41" }
  },
  students: ["#CC79A7", "#56B4E9", "#8C510A", "#7570B3"],
  phases: {
    "not represented": "#E6E6E6",
    "in superposition": "#CC79A7",
    "own dimension": "#56B4E9"
  },
  positive: "#B2182B",
  negative: "#2166AC",
  active: "#FFF0B0",
  counts: "#56B4E9",
  unmarked: "#BBBBBB",
  dimensionality: "#D55E00",
  precision: "#CC79A7",
  guess: "#D55E00",
  reference: "#555555",
  ink: "#222222",
  paper: "#FFFFFF",
  denser: "#0072B2",
  sparser: "#D55E00",
  arrow: "#08468B",
  paleArrow: "#6BAED6",
  leak: "#D55E00",
  wheel: [
    "#C6585D",
    "#C06325",
    "#AB7400",
    "#868600",
    "#4E943E",
    "#009A73",
    "#0097A1",
    "#008DC3",
    "#4C7FD3",
    "#806FCD",
    "#A462B4",
    "#BC598C"
  ],
  slider: "#0072B2",
  button: "#00609C",
  lines: {
    reference: { matplotlib: "--", canvas: [4, 3] },
    "unit circle": { matplotlib: ":", canvas: [2, 3] }
  },
  weights: {
    matplotlib: "RdBu_r",
    canvas: [
      "#053061",
      "#2166AC",
      "#4393C3",
      "#92C5DE",
      "#D1E5F0",
      "#F7F7F7",
      "#FDDBC7",
      "#F4A582",
      "#D6604D",
      "#B2182B",
      "#67001F"
    ]
  },
  interference: {
    matplotlib: "cividis",
    canvas: [
      "#00224E",
      "#083370",
      "#35456C",
      "#4F576C",
      "#666970",
      "#7D7C78",
      "#948E77",
      "#AEA371",
      "#C8B866",
      "#E5CF52",
      "#FEE838"
    ],
    most: 5
  }
};
// src/theme.js
var MARK = 3;
var TEXT = 4.5;
function channels(color) {
  if (color.startsWith("#")) return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return color.match(/[\d.]+/g).slice(0, 3).map(Number);
}
var css = (rgb) => `rgb(${rgb.map(Math.round).join(", ")})`;
var mixed = (from, to, share) => from.map((value, c) => value + share * (to[c] - value));
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
var Theme = class {
  /** ground, ink: [r, g, b] of what is behind the pictures, and of the text. */
  constructor(ground, ink) {
    this.ground = css(ground);
    this.ink = css(ink);
    this.dark = luminance(ground) < 0.18;
    this.#ground = ground;
    this.#ink = ink;
    this.faint = this.text(css(mixed(ink, ground, 0.35)));
    this.hairline = css(mixed(ink, ground, 0.75));
    this.band = css(mixed(ground, channels(palette_default.active), this.dark ? 0.28 : 1));
  }
  #ground;
  #ink;
  #known = /* @__PURE__ */ new Map();
  /** A colour for marks: as it is, or as much nearer to the ink as it takes to be seen. */
  mark(color) {
    return this.#legible(color, MARK);
  }
  /** A colour for words. */
  text(color) {
    return this.#legible(color, TEXT);
  }
  #legible(color, least) {
    const key2 = `${color} ${least}`;
    if (!this.#known.has(key2)) {
      const given = channels(color);
      let share = 0;
      while (share < 1 && contrast(mixed(given, this.#ink, share), this.#ground) < least) share += 0.05;
      this.#known.set(key2, css(mixed(given, this.#ink, Math.min(1, share))));
    }
    return this.#known.get(key2);
  }
};
function groundOf(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (alpha > 0.5) return [r, g, b];
  }
  return [255, 255, 255];
}
var SERVES = 200;
var last = null;
function themeOf(element) {
  const now = performance.now();
  if (last?.element === element && now < last.until) return last.theme;
  const ground = groundOf(element);
  const ink = channels(getComputedStyle(element).color);
  const key2 = `${ground} ${ink}`;
  const theme = last?.key === key2 ? last.theme : new Theme(ground, ink);
  last = { element, until: now + SERVES, key: key2, theme };
  return theme;
}
function onThemeChange(act) {
  const changed = () => {
    last = null;
    act();
  };
  const watch = new MutationObserver(changed);
  const options = { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-name"] };
  for (const element of [document.documentElement, document.body]) watch.observe(element, options);
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", changed);
  return () => {
    watch.disconnect();
    night.removeEventListener("change", changed);
  };
}
function mapped(anchors, place) {
  const at = (place > 0 ? Math.min(1, place) : 0) * (anchors.length - 1);
  const low = Math.min(Math.floor(at), anchors.length - 2);
  return anchors[low].map((from, c) => Math.round(from + (at - low) * (anchors[low + 1][c] - from)));
}
var WEIGHTS = palette_default.weights.canvas.map(channels);
var INTERFERENCE = palette_default.interference.canvas.map(channels);
var GREYS = [
  [255, 255, 255],
  [0, 0, 0]
];
var MAPS = {
  /** W^T W, from -1 to 1. */
  weights: (value) => mapped(WEIGHTS, (value + 1) / 2),
  /** Interference, from 0 to `most` and more. */
  interference: (value) => mapped(INTERFERENCE, value / palette_default.interference.most),
  /** Values of features, from 0 to 1. */
  greys: (value) => mapped(GREYS, value)
};
// src/laboratory/settings.js
var DEFAULTS = Object.fromEntries(Object.entries(settings_default).map(([name, about]) => [name, about.default]));
var CLASSES = Object.fromEntries(Object.entries(palette_default.models).map(([cls, { name }]) => [name, cls]));
var LONGEST = 60;
var brief = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text) || "nothing";
var filled = (sentence2, values) => sentence2.replace(/\{(\w+)\}/g, (_, name) => values[name]);
var rangeOf = (name, n) => settings_default[name].kind === "feature" ? [0, n - 1] : settings_default[name].range;
function placesOf(name) {
  return settings_default[name].places.flatMap((place) => Array.isArray(place) ? span(...place) : [place]);
}
var span = (from, to, step) => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => +(from + k * step).toFixed(6));
function complaint(name, given, n) {
  const [low, high] = rangeOf(name, n);
  const whole2 = ["whole number", "feature"].includes(settings_default[name].kind);
  const text = given.trim();
  const number = Number(text);
  if (text !== "" && number >= low && number <= high && (!whole2 || Number.isInteger(number))) return "";
  return `${name} must be a ${whole2 ? "whole number" : "number"} from ${low} to ${high}, got ${brief(text)}`;
}
var DATA = ["n", "m", "sparsity", "own_sparsity", "last_importance", "model"];
var dataOf = (setting) => JSON.stringify(DATA.map((name) => setting[name]));
function meaning({ n, m, sparsity, own_sparsity, last_importance, model }) {
  return {
    n,
    m,
    sparsity: Array.from({ length: n }, (_, i) => own_sparsity[i] ?? sparsity),
    importance: Array.from({ length: n }, (_, i) => n === 1 ? 1 : 1 + (last_importance - 1) * i / (n - 1)),
    hiddenReLU: model === "ReLU",
    outputReLU: model !== "Linear"
  };
}
// src/cursor.js
var Cursor = class {
  #moved;
  #place = null;
  /** moved(): called when it has moved. */
  constructor(moved) {
    this.#moved = moved;
  }
  /** Points at a place, {i, j}, of an axis; null: at nothing. */
  set(axis, place) {
    const next = place && { axis, ...place };
    const same2 = next?.axis === this.#place?.axis && next?.i === this.#place?.i && next?.j === this.#place?.j;
    if (same2) return;
    this.#place = next;
    this.#moved();
  }
  /** {i, j}, if that axis is pointed at; else null. */
  on(axis) {
    return this.#place?.axis === axis ? this.#place : null;
  }
};
var ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function stepped(place, key2, { rows, columns }) {
  if (key2 === "Escape") return null;
  const step = ARROWS[key2];
  const edge = { Home: 0, End: columns - 1 }[key2];
  if (!step && edge === void 0) return void 0;
  const row2 = rows === null ? null : place?.i ?? 0;
  if (!place) return { i: row2, j: edge ?? 0 };
  if (edge !== void 0) return { i: row2, j: edge };
  const within = (value, count) => Math.max(0, Math.min(count - 1, value));
  if (rows === null) return { i: null, j: within(place.j + step[1] + step[0], columns) };
  return { i: within(row2 + step[0], rows), j: within(place.j + step[1], columns) };
}
// src/digits.js
var signed = (value) => `${value}`.replace("-", "\u2212");
var digits = (value) => signed(value.toFixed(2).replace(/^-(0\.00)$/, "$1"));
// src/measures.js
var OPPOSITE = -0.95;
function gramOf(W, n, m) {
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let product = 0;
      for (let k = 0; k < m; k++) product += W[i * m + k] * W[j * m + k];
      gram[i * n + j] = gram[j * n + i] = product;
    }
  }
  return gram;
}
function measure(W, n, m) {
  const gram = gramOf(W, n, m);
  const norms2 = new Float64Array(n);
  const interference = new Float64Array(n);
  const dimensionality = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = gram[i * n + i];
    let all = 0;
    for (let j = 0; j < n; j++) all += gram[i * n + j] ** 2;
    norms2[i] = Math.sqrt(own);
    interference[i] = own > 0 ? Math.max(0, all - own * own) / own : 0;
    dimensionality[i] = own > 0 ? own * own / all : 0;
  }
  const kept = [...norms2.keys()].filter((i) => norms2[i] > 0.5);
  const cosine = (i, j) => gram[i * n + j] / (norms2[i] * norms2[j]);
  const facing = /* @__PURE__ */ new Map();
  for (const i of kept)
    for (const j of kept) if (j !== i && !(cosine(i, j) >= cosine(i, facing.get(i)))) facing.set(i, j);
  const pairs = [...facing].filter(([i, j]) => i < j && facing.get(j) === i && cosine(i, j) < OPPOSITE);
  return { gram, norms: norms2, interference, dimensionality, kept, pairs };
}
function roundTrip({ W, b }, { n, m, hiddenReLU, outputReLU }, x) {
  const h = Array.from({ length: m }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i] * W[i * m + k];
    return hiddenReLU ? Math.max(0, sum) : sum;
  });
  const back = Array.from({ length: n }, (_, i) => h.reduce((sum, v, k) => sum + v * W[i * m + k], 0));
  const shifted = back.map((v, i) => v + b[i]);
  return [x, h, back, shifted, shifted.map((v) => outputReLU ? Math.max(0, v) : v)];
}
// src/laboratory/memory.js
var MOST_POINTS = 600;
var MOST_PLACES = 300;
var RECENT = 20;
var LossCurve = class _LossCurve {
  points = [];
  // [step, loss / best linear, how many were averaged]
  marks = [];
  // of changes: {step, words}
  #width = 1;
  // steps that become one point
  #recent = [];
  // the last points since something changed
  /** apart: steps between two changes that are both marked. */
  constructor(apart2) {
    this.apart = apart2;
  }
  /** Points of an answer, [[step, ratio], ...]. */
  add(points) {
    for (const [step, ratio] of points) this.#point(step, ratio, 1);
    this.#recent = [...this.#recent, ...points].slice(-RECENT);
  }
  /** One more point; when there are too many, neighbours become their mean, everywhere alike. */
  #point(step, ratio, count) {
    const last2 = this.points.at(-1);
    if (last2 && Math.ceil(step / this.#width) === Math.ceil(last2[0] / this.#width)) {
      const both = last2[2] + count;
      this.points[this.points.length - 1] = [step, (last2[1] * last2[2] + ratio * count) / both, both];
    } else this.points.push([step, ratio, count]);
    if (this.points.length <= MOST_POINTS) return;
    const old = this.points;
    this.points = [];
    this.#width *= 2;
    for (const point of old) this.#point(...point);
  }
  /** Something changed at a step; of many changes in a row only the last is marked. */
  change(step, words) {
    this.#recent = [];
    const last2 = this.marks.at(-1);
    if (last2 && step - last2.step < this.apart) this.marks.pop();
    this.marks.push({ step, words });
  }
  /** The same curve, which goes its own way from here. */
  copy() {
    const copy = new _LossCurve(this.apart);
    copy.points = [...this.points];
    copy.marks = [...this.marks];
    copy.#width = this.#width;
    copy.#recent = this.#recent;
    return copy;
  }
  /** Mean loss of late over the best linear model's; NaN where a linear model could be exact, null when not known. */
  get loss() {
    const recent = this.#recent;
    return recent.length ? recent.reduce((sum, point) => sum + point[1], 0) / recent.length : null;
  }
};
var Trail = class _Trail {
  places = [];
  // {run, sparsity, kept, pairs, finished}, one for each sparsity on the way
  /** The present place. Between two ends of training the way is forgotten, and so is every run but the last two. */
  remember(here) {
    const { run } = here;
    const passing = (place) => place.run === run && !place.finished;
    const same2 = (place) => place.run === run && place.sparsity === here.sparsity;
    const last2 = () => this.places.at(-1);
    while (last2() && (same2(last2()) || here.finished && passing(last2()))) this.places.pop();
    this.places = [...this.places.filter((place) => place.run >= run - 1), here].slice(-MOST_PLACES);
  }
  copy() {
    const copy = new _Trail();
    copy.places = [...this.places];
    return copy;
  }
  forget() {
    this.places = [];
  }
};
// src/laboratory/past.js
var MOST = 50;
var GESTURE = 1e3;
var Past = class {
  #states = [];
  #gesture = { what: null, at: 0 };
  get empty() {
    return this.#states.length === 0;
  }
  /** Keeps a state, unless it lies within a gesture: what was there before the whole of it is kept already.
   *
   * what: the control that is about to change something; null: no gesture, it is kept in any case. A symbol is a gesture
   * that lasts until another comes, such as one grab.
   */
  keep(state, what) {
    const at = performance.now();
    const soon = typeof what === "symbol" || at - this.#gesture.at < GESTURE;
    const within = what !== null && what === this.#gesture.what && soon;
    this.#gesture = { what, at };
    if (!within) this.#states = [...this.#states, state].slice(-MOST);
  }
  /** The state kept last, which is forgotten by that; undefined if there is none. */
  back() {
    this.#gesture = { what: null, at: 0 };
    return this.#states.pop();
  }
};
// src/laboratory/session.js
var STEPS = 2e3;
var BATCH = 128;
var ASKS = 3;
var SLICE = 5;
var FIRST_SLICE = 1;
var MARKS_APART = STEPS / 4;
var Session = class {
  constructor(setting, running, { say, settled, renew, news }, beside) {
    Object.assign(this, { setting, running, say, settled, renew, news, beside });
    this.wishedM = setting.m;
    this.speed = 25;
    this.strength = 1;
    this.finished = false;
    this.visible = false;
    this.latest = null;
    this.asked = null;
    this.outdated = false;
    this.pending = {};
    this.allowance = 0;
    this.asks = 0;
    this.run = 0;
    this.curve = new LossCurve(MARKS_APART);
    this.trail = new Trail();
    this.past = new Past();
    this.inHand = false;
    this.moved = false;
    this.trainer = null;
    this.failure = "";
  }
  get going() {
    return this.running && !this.finished && !this.failure;
  }
  get training() {
    return this.going && this.visible;
  }
  /** What the network does: one of these, and never two. */
  get state() {
    if (this.failure) return "stopped";
    if (this.training) return "training";
    if (this.inHand) return "by hand";
    return this.finished ? "settled" : "ready";
  }
  // Failures
  /** Calls a function. If it fails, training stops, and the reader is told. */
  attempt(act) {
    try {
      act();
    } catch (error) {
      console.error(error);
      this.stop(error.message);
    }
  }
  /** The trainer goes: after a failure nobody knows what it still holds. */
  stop(message) {
    this.trainer?.end();
    this.trainer = null;
    this.asked = null;
    this.outdated = false;
    this.failure = `stopped: ${message}. Press Train to begin with fresh weights`;
    this.say(this.failure);
    this.renew();
  }
  // Asks and answers
  ask() {
    const news = Object.keys(this.pending).length > 0;
    const steps = this.training || !this.running ? this.allowance : 0;
    if (this.failure || this.asked || !(news || steps > 0 && this.asks < ASKS)) return;
    const known = Boolean(this.pending.weights && this.latest);
    this.asked = { setting: this.setting, run: this.run, known };
    this.asks += 1;
    this.trainer.send({ ...this.pending, most: steps, milliseconds: news ? FIRST_SLICE : SLICE });
    this.pending = {};
  }
  hear(answer) {
    const asked = this.asked;
    this.asked = null;
    if (this.outdated) {
      this.outdated = false;
      return this.ask();
    }
    const before = this.latest?.taken ?? 0;
    const steps = Math.max(0, answer.taken - before);
    const { run } = asked;
    const setting = { ...asked.setting, feed: this.setting.feed };
    const found = asked.known && !steps ? { dead: this.latest.dead, left: this.latest.left } : {};
    this.latest = { ...answer, ...found, setting, run, seen: measure(answer.W, setting.n, setting.m) };
    this.allowance = Math.max(0, this.allowance - steps);
    if (steps) this.inHand = false;
    this.curve.add(answer.points);
    this.remember();
    if (answer.failed) this.fresh("fresh weights, because the loss became infinite: try a lower learning rate");
    else if (answer.left === 0 && !this.pending.schedule && !this.finished) {
      this.finished = true;
      this.settled();
      this.renew();
    }
    this.ask();
    this.news();
  }
  /** What the last answer's weights keep is the present place of the trail. */
  remember() {
    const { run, left, setting, seen: seen2, failed } = this.latest;
    if (failed) return;
    const { sparsity } = setting;
    this.trail.remember({ run, sparsity, kept: seen2.kept.length, pairs: seen2.pairs.length, finished: left === 0 });
  }
  /** To be called when a picture has been drawn. */
  newPicture() {
    this.asks = 0;
    if (this.training) this.allowance = this.speed;
    this.ask();
  }
  // What the hand does
  /** Asks for what is pending; the schedule goes on, and if it trains, at once. steps: to take if it is paused. */
  goOn(words, { steps = 0, aloud = words } = {}) {
    this.finished = false;
    this.allowance = this.running ? this.speed : steps;
    this.asks = 0;
    if (this.failure) this.say(this.failure);
    else this.say(words, aloud);
    this.renew();
    this.ask();
    this.news();
  }
  get schedule() {
    return { lr: this.setting.lr, steps: STEPS, batch: BATCH };
  }
  /** A control sets a value: the table says whether it changes the data, takes fresh weights, or only looks. */
  put(name, value) {
    const { acts, words } = settings_default[name];
    if (acts === "look") return this.feed(value);
    this.keep(name);
    if (acts === "change") return this.change({ [name]: value }, filled(words.changed, { value }));
    const { n } = this.setting;
    const over = name === "m" && value > n;
    const why = over ? `m can be at most n: fresh weights with m = ${n}` : `fresh weights, because ${name} changed`;
    this.fresh(why, { [name]: value });
  }
  /** One feature gets a sparsity of its own, or that of all again. */
  putOwnSparsity(value) {
    const { feed, sparsity, own_sparsity } = this.setting;
    const { [feed]: _, ...others } = own_sparsity;
    const own = value === sparsity ? others : { ...others, [feed]: value };
    this.keep(`own_sparsity ${feed}`);
    this.change({ own_sparsity: own }, filled(settings_default.own_sparsity.words.changed, { feed, value }));
  }
  /** Other data or another model function: the weights stay. */
  change(values, words) {
    this.setting = { ...this.setting, ...values };
    this.pending = { ...this.pending, set: meaning(this.setting), schedule: this.schedule };
    if (!("sparsity" in values || "lr" in values)) this.run += 1;
    this.curve.change(this.latest?.taken ?? 0, words);
    this.goOn(`${words}, same weights${this.running ? "" : ": press Train to go on"}`);
  }
  /** Other shapes, another seed, or a reset. saved: {W, b, taken} to begin with. */
  fresh(words, values = {}, saved = null) {
    const shape = `${this.setting.n}, ${this.setting.m}`;
    const setting = { ...this.setting, ...values };
    this.wishedM = values.m ?? this.wishedM;
    setting.m = Math.min(this.wishedM, setting.n);
    if (setting.feed >= setting.n) setting.feed = 0;
    setting.own_sparsity = Object.fromEntries(Object.entries(setting.own_sparsity).filter(([i]) => i < setting.n));
    this.setting = setting;
    this.begin(saved);
    this.curve = new LossCurve(MARKS_APART);
    this.run += 1;
    this.inHand = false;
    this.moved = false;
    if (shape !== `${setting.n}, ${setting.m}`) this.trail.forget();
    this.goOn(words);
  }
  /** Begins, with fresh weights or those that were saved. byHand: whether the hand had put them there. */
  open(words, saved, byHand) {
    this.fresh(words, {}, saved);
    this.inHand = byHand;
    this.moved = byHand;
  }
  /** The next ask brings a new model: with the weights of the seed, or those given. */
  begin(weights) {
    const { n, m, seed } = this.setting;
    this.failure = "";
    this.trainer ??= this.beside(
      (answer) => this.attempt(() => this.hear(answer)),
      (message) => this.stop(message)
    );
    this.pending = { fresh: { n, m, seed }, weights, set: meaning(this.setting), schedule: this.schedule };
    this.outdated = this.asked !== null;
  }
  reset() {
    this.keep(null);
    this.fresh("fresh weights");
  }
  newSeed() {
    const seed = this.setting.seed + 1;
    this.keep(null);
    this.fresh(`fresh weights: seed ${seed}`, { seed });
  }
  /** Another whole setting, with fresh weights. train: whether it trains at once. */
  preset(name, setting, train) {
    this.keep(null);
    this.running = train;
    this.fresh(`${name}: fresh weights`, setting);
  }
  startOrPause() {
    const failed = this.failure !== "";
    this.running = failed || !this.going;
    if (this.running) this.keep(null);
    if (failed) return this.fresh("fresh weights");
    if (this.running) this.scheduleAgain();
    this.goOn("", { aloud: this.running ? `training for ${STEPS.toLocaleString("en")} steps` : "paused" });
  }
  tenSteps() {
    this.keep(null);
    this.scheduleAgain();
    const steps = 10 + (this.running ? 0 : this.allowance);
    this.running = false;
    this.goOn("paused after ten steps", { steps });
  }
  /** At the schedule's end, once more from its beginning. */
  scheduleAgain() {
    if (this.latest?.left === 0) this.pending = { ...this.pending, schedule: this.schedule };
  }
  /** Shows another feature's round trip. */
  feed(feature) {
    this.setting = { ...this.setting, feed: feature };
    if (this.latest) this.latest = { ...this.latest, setting: { ...this.latest.setting, feed: feature } };
    this.renew();
    this.news();
  }
  /** Weights that the hand has put there, {W, b}, float64, W feature by feature. Nothing trains until "Train" goes on.
   *
   * They are on the screen at once. words: what was done; "" says nothing, as on the way of a drag. gesture: the same
   * throughout a drag, so that undo goes back to before the whole of it: a name, or a symbol, see Past.
   */
  byHand(weights, words, gesture = null) {
    this.keep(gesture);
    this.place(weights, this.latest?.taken ?? 0);
    this.goOn(words);
  }
  /** Another whole setting, with weights for the hand to go on from. */
  handOver(words, setting, weights) {
    this.keep(null);
    this.fresh(words, setting, { ...weights, taken: 0 });
    this.place(weights, 0);
    this.goOn(words);
  }
  /** Puts weights on the screen that are the hand's, as part of a change that was kept already. */
  place({ W, b }, taken = this.latest.taken) {
    const { n, m } = this.setting;
    if (W.length !== n * m || b.length !== n) throw new Error(`weights are for ${n} features in ${m} dimensions`);
    const weights = { W: Float64Array.from(W), b: Float64Array.from(b), taken };
    if (!this.inHand) {
      this.run += 1;
      this.curve.change(taken, "by hand");
    }
    this.running = false;
    this.inHand = true;
    this.moved = true;
    this.begin(weights);
    this.show({ ...weights, setting: this.setting, run: this.run, points: [], dead: [], left: STEPS, failed: false });
  }
  /** Puts an answer on the screen that no trainer has given. */
  show(answer) {
    const { n, m } = answer.setting;
    this.latest = { ...answer, seen: measure(answer.W, n, m) };
    this.remember();
  }
  // What was before
  /** Keeps what is on the screen, before something changes it. what: see Past. */
  keep(what) {
    if (!this.latest || this.latest.failed) return;
    const { latest, finished, inHand, moved, wishedM, curve, trail: trail2 } = this;
    const kept = { latest, finished, inHand, moved, wishedM, curve: curve.copy(), trail: trail2.copy() };
    this.past.keep(kept, what);
  }
  /** Back to what was before the last change: setting and weights, to the last bit. It pauses. */
  undo() {
    const before = this.past.back();
    if (!before) return this.say("there is nothing to undo");
    const { latest, finished, inHand, moved, wishedM, curve, trail: trail2 } = before;
    const feed = this.setting.feed < latest.setting.n ? this.setting.feed : 0;
    Object.assign(this, { inHand, moved, wishedM, curve, trail: trail2, run: latest.run });
    this.setting = { ...latest.setting, feed };
    this.running = false;
    this.begin({ W: latest.W, b: latest.b, taken: latest.taken });
    this.show({ ...latest, setting: this.setting });
    this.goOn("undone");
    this.finished = finished;
    this.renew();
  }
};
// src/laboratory/words.js
var SEEN = {
  heatmap: "W\u1D40W. Column j holds all readings if feature j alone is active, at 1. Tap or click it to feed j in.",
  kept: "a feature whose arrow is longer than 0.5. If more features are kept than there are dimensions, they share.",
  "opposite pair": "two kept features whose arrows point in opposite directions, so that they share one line.",
  shadow: "what a feature, when it is at 1, adds to another's reading: the entry of W\u1D40W for the two.",
  reading: "W\u1D62\xB7h, what output i reads from the hidden numbers, before bias and ReLU. It includes all shadows on feature i.",
  interference: "how much the others' arrows lie along a feature's own arrow. It is 0 if they are all perpendicular to it.",
  dimensionality: "the fraction of a dimension that a feature has to itself: 1 if it is alone, 1/2 in an opposite pair.",
  "dead output": "an output whose ReLU was shut for every recent sample. It answers 0, and learns nothing until the weights are fresh.",
  "best linear": "the lowest loss that any linear model can reach on these data, computed exactly.",
  "same weights": "after a change, training goes on from the weights that are there. Reset, a new seed, a preset, or another n or m brings fresh ones."
};
var SET = Object.fromEntries(
  Object.values(settings_default).filter(({ words }) => words.term).map(({ words }) => [words.term, words.meaning])
);
var TIME = {
  "steps per picture": "how many training steps pass between two pictures. Choose fewer to watch more slowly.",
  Settled: "2,000 steps have passed since the last change. The learning rate climbs over the first 200, and falls to 0 at the end.",
  "By hand": "you have set the weights yourself. Press Train to go on from them.",
  open: "output i is open where W\u1D62\xB7h + b\u1D62 > 0. That half of the plane is shaded.",
  leak: "the part of another arrow on which output i is open. That feature, alone, then comes back in output i as well.",
  undo: "goes back by one change, and brings back the weights."
};
var GLOSSARY = { ...SET, ...SEEN, ...TIME };
var KEYS = { undo: "Ctrl+Z does the same." };
var OTHER_MODEL = {
  Linear: "There is no ReLU now, so every shadow comes through, and superposition does not help. Switch back to ReLU-output to go on.",
  ReLU: "The hidden numbers now pass through a ReLU as well, so none of them can be negative, and the arrows have less room. Switch back to ReLU-output to go on."
};
var lossAloud = (loss2) => Number.isFinite(loss2) ? `; loss ${Math.round(100 * loss2)} percent` : "";
function ranges(numbers) {
  const runs = [];
  for (const i of numbers) {
    if (runs.at(-1)?.[1] === i - 1) runs.at(-1)[1] = i;
    else runs.push([i, i]);
  }
  return runs.map(([from, to]) => from === to ? from : `${from}\u2013${to}`).join(", ");
}
function stateInWords({ state, latest }) {
  if (state !== "training")
    return { stopped: "Stopped", "by hand": "By hand", settled: "Settled", ready: "Ready" }[state];
  const steps = (STEPS - (latest?.left ?? STEPS)).toLocaleString("en");
  return `Training ${steps} of ${STEPS.toLocaleString("en")}`;
}
var several = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
function sentence({ setting, taken, left, dead, seen: { kept, pairs } }, loss2, byHand = false) {
  const { n, m, sparsity, own_sparsity } = setting;
  const own = Object.entries(own_sparsity).map(([i, S]) => `, feature ${i}: ${S}`).join("");
  const which = kept.length ? ` (${ranges(kept)})` : "";
  const when = byHand ? "By hand" : `Step ${taken}${left ? `, ${left} to go` : ""}`;
  const be = (count) => count === 1 ? "is" : "are";
  const parts = [
    `${when}, S = ${sparsity}${own}: ${kept.length} of ${several(n, "feature")}${which} ${be(kept.length)} kept in ${several(m, "dimension")}, with ${several(pairs.length, "opposite pair")}.`
  ];
  if (dead.length)
    parts.push(`There ${be(dead.length)} ${several(dead.length, "dead output")}. Press reset for fresh weights.`);
  if (loss2 !== null)
    parts.push(
      Number.isNaN(loss2) ? "A linear model could be exact here." : `The loss is ${(100 * loss2).toFixed(byHand ? 1 : 0)}% of the best linear loss.`
    );
  return parts.join(" ");
}
// src/laboratory/bias.js
var RANGE = { min: -0.6, max: 0.2, step: 0.01 };
var SAME = 1e-3;
function caption(model, i) {
  if (model === "Linear") return "No ReLU shuts any output, so every shadow comes through (orange).";
  if (model === "ReLU") return "";
  return `Output ${i} is open where the plane is shaded. The part of another arrow that leaks into it is orange.`;
}
var Bias = class {
  #parent;
  #best;
  #alike;
  #chosen = 0;
  #b = null;
  #input;
  #readout;
  #label;
  #relu;
  #caption;
  /** hand: see ByHand. act(function): calls it, and minds its failures. */
  constructor(parent, hand, act) {
    this.#parent = add(parent, "div", { className: "bias" });
    const check = (words) => {
      const label = add(this.#parent, "label");
      const input = add(label, "input", { type: "checkbox" });
      add(label, "span", { textContent: words });
      return input;
    };
    const whole2 = add(this.#parent, "label", { className: "slider" });
    this.#label = add(whole2, "span");
    this.#input = add(whole2, "input", { type: "range", ...RANGE });
    this.#readout = add(whole2, "output");
    this.#best = check("best biases for these arrows");
    this.#alike = check("all outputs alike");
    this.#relu = check("output ReLU");
    this.#caption = add(this.#parent, "div", { className: "caption" });
    let going = false;
    this.#input.oninput = () => act(() => {
      if (!going) hand.take();
      going = true;
      hand.bias(+this.#input.value, this.#alike.checked ? null : this.#chosen);
    });
    this.#input.onchange = () => {
      going = false;
      act(() => hand.rest());
    };
    this.#best.onchange = () => act(() => {
      hand.take();
      hand.choose(this.#best.checked);
      hand.rest();
    });
    this.#alike.onchange = () => act(() => {
      if (!this.#alike.checked) return this.#name();
      hand.take();
      hand.bias(this.#b[this.#chosen]);
      hand.rest();
    });
    this.#relu.onchange = () => act(() => {
      hand.switchReLU(this.#relu.checked);
      hand.rest();
    });
  }
  #name() {
    this.#label.textContent = this.#alike.checked ? "bias of all outputs" : `bias of output ${this.#chosen}`;
  }
  /** best: whether the biases are the best; b: the biases; chosen: a feature; model: its kind. able: see Hands. */
  show({ able, best, b, chosen, model, loss: loss2 }) {
    this.#parent.hidden = !able;
    if (!able) return;
    this.#b = b;
    this.#chosen = chosen;
    if (!b.every((value) => Math.abs(value - b[chosen]) < SAME)) this.#alike.checked = false;
    this.#name();
    this.#readout.textContent = digits(b[chosen]);
    this.#input.value = b[chosen];
    this.#best.checked = best;
    this.#relu.disabled = model === "ReLU";
    this.#relu.checked = model !== "Linear";
    this.#caption.textContent = caption(model, chosen);
    this.#input.ariaValueText = `${this.#label.textContent} ${b[chosen].toFixed(2)}${lossAloud(loss2)}`;
  }
};
// src/laboratory/trainer.js
var BETA1 = 0.9;
var BETA2 = 0.99;
var EPSILON = 1e-8;
var POINT = 10;
var LEAST_SHUT = 1e3;
function uniformNumbers(seed) {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 2654435769;
  let counter = 1;
  function next() {
    const sum = a + b + counter | 0;
    counter = counter + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let i = 0; i < 20; i++) next();
  return next;
}
function warmupCosine(lr, step, steps) {
  const climb = Math.min(1, 10 * (step + 1) / steps);
  const fall = (1 + Math.cos(Math.PI * step / steps)) / 2;
  return lr * climb * fall;
}
function linearOptimum(m, sparsity, importance) {
  const worth = importance.map((I, i) => I * ((1 - sparsity[i]) / 3 - (1 - sparsity[i]) ** 2 / 4));
  const dropped = worth.sort().subarray(0, worth.length - m);
  return dropped.reduce((sum, w) => sum + w, 0) / worth.length;
}
var Trainer = class {
  constructor(n, m, seed) {
    this.n = n;
    this.m = m;
    this.uniform = uniformNumbers(seed);
    this.W = new Float64Array(n * m).map(() => this.normal() / Math.sqrt(n));
    this.b = new Float64Array(n);
    this.dW = new Float64Array(n * m);
    this.db = new Float64Array(n);
    this.moments = [this.W, this.b].map(({ length }) => ({
      mean: new Float64Array(length),
      square: new Float64Array(length)
    }));
    this.updates = 0;
    this.x = new Float64Array(n);
    this.h = new Float64Array(m);
    this.dh = new Float64Array(m);
    this.active = new Int32Array(n);
    this.drawn = 0;
    this.opened = new Float64Array(n);
  }
  /** What may change while it trains; sparsity and importance: (n,). */
  set({ sparsity, importance, hiddenReLU, outputReLU }) {
    this.sparsity = Float64Array.from(sparsity);
    this.importance = Float64Array.from(importance);
    this.hiddenReLU = hiddenReLU;
    this.outputReLU = outputReLU;
    this.optimum = linearOptimum(this.m, this.sparsity, this.importance);
    this.opened.fill(this.drawn);
  }
  /** Outputs that were shut for every one of many samples: 20 times as many as its feature takes to appear once. */
  dead() {
    const { drawn, opened, sparsity } = this;
    return [...opened.keys()].filter((i) => drawn - opened[i] > LEAST_SHUT + 20 / (1 - sparsity[i]));
  }
  /** A normal number (Box and Muller). */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
  /** Draws x: one uniform number gives both whether a feature is there and its value. */
  sample() {
    const { x, sparsity, uniform } = this;
    for (let i = 0; i < x.length; i++) {
      const u = uniform();
      x[i] = u > sparsity[i] ? (u - sparsity[i]) / (1 - sparsity[i]) : 0;
    }
  }
  /** The loss of a batch; its gradients stay in dW and db. Sample by sample, and zeros cost nothing. */
  gradients(batch) {
    this.dW.fill(0);
    this.db.fill(0);
    const scale2 = 1 / (this.n * batch);
    let loss2 = 0;
    for (let s = 0; s < batch; s++) {
      this.sample();
      loss2 += scale2 * this.thereAndBack(2 * scale2);
    }
    return loss2;
  }
  /** sum_i I_i (x_hat_i - x_i)^2 of the sample x; `slope` times half its gradients is added to dW and db. */
  thereAndBack(slope) {
    const { n, m, W, b, dW, db, x, h, dh, active, opened, importance, hiddenReLU, outputReLU } = this;
    const drawn = this.drawn + 1;
    this.drawn = drawn;
    let count = 0;
    h.fill(0);
    for (let i = 0; i < n; i++) {
      if (x[i] === 0) continue;
      active[count++] = i;
      for (let k = 0; k < m; k++) h[k] += x[i] * W[i * m + k];
    }
    if (hiddenReLU) {
      for (let k = 0; k < m; k++) if (h[k] < 0) h[k] = 0;
    }
    let loss2 = 0;
    dh.fill(0);
    for (let i = 0; i < n; i++) {
      const at = i * m;
      let answer = b[i];
      for (let k = 0; k < m; k++) answer += W[at + k] * h[k];
      const shut = outputReLU && answer <= 0;
      const error = (shut ? 0 : answer) - x[i];
      loss2 += importance[i] * error * error;
      if (shut) continue;
      opened[i] = drawn;
      const push = slope * importance[i] * error;
      db[i] += push;
      for (let k = 0; k < m; k++) {
        dW[at + k] += push * h[k];
        dh[k] += push * W[at + k];
      }
    }
    if (hiddenReLU) {
      for (let k = 0; k < m; k++) if (h[k] <= 0) dh[k] = 0;
    }
    for (let a = 0; a < count; a++) {
      const i = active[a];
      for (let k = 0; k < m; k++) dW[i * m + k] += x[i] * dh[k];
    }
    return loss2;
  }
  /** A step of Adam. */
  update(lr) {
    this.updates += 1;
    const rate = lr / (1 - BETA1 ** this.updates);
    const root = Math.sqrt(1 - BETA2 ** this.updates);
    const pairs = [
      [this.W, this.dW],
      [this.b, this.db]
    ];
    pairs.forEach(([values, gradients], which) => {
      const { mean, square: square2 } = this.moments[which];
      for (let i = 0; i < values.length; i++) {
        const gradient = gradients[i];
        mean[i] += (1 - BETA1) * (gradient - mean[i]);
        square2[i] += (1 - BETA2) * (gradient * gradient - square2[i]);
        values[i] -= rate * mean[i] / (Math.sqrt(square2[i]) / root + EPSILON);
      }
    });
  }
};
function responder() {
  let trainer;
  let schedule;
  let taken;
  let position;
  let losses;
  return function respond(ask) {
    if (ask.fresh) {
      const { n, m, seed } = ask.fresh;
      trainer = new Trainer(n, m, seed);
      trainer.W.set(ask.weights?.W ?? trainer.W);
      trainer.b.set(ask.weights?.b ?? trainer.b);
      taken = ask.weights?.taken ?? 0;
      position = 0;
      losses = [];
    }
    if (ask.set) {
      trainer.set(ask.set);
      losses = [];
    }
    if (ask.schedule) {
      schedule = ask.schedule;
      if (position >= schedule.steps / 10) position = 0;
    }
    const end = performance.now() + (ask.milliseconds ?? Infinity);
    const points = [];
    let failed = false;
    for (let step = 0; step < ask.most && position < schedule.steps && !failed; step++) {
      const loss2 = trainer.gradients(schedule.batch);
      failed = !Number.isFinite(loss2);
      if (!failed) trainer.update(warmupCosine(schedule.lr, position, schedule.steps));
      position += 1;
      taken += 1;
      losses.push(loss2);
      if (losses.length === POINT) {
        const mean = losses.reduce((sum, value) => sum + value, 0) / POINT;
        points.push([taken, trainer.optimum > 1e-9 ? mean / trainer.optimum : NaN]);
        losses = [];
      }
      if (performance.now() > end) break;
    }
    const { W, b } = trainer;
    const left = schedule.steps - position;
    return { W: W.slice(), b: b.slice(), taken, points, dead: trainer.dead(), left, failed };
  };
}
// src/laboratory/points.js
var LINE = 32;
var SQUARE = 16;
var MOST_SQUARES = 2560;
var RARE = 0.01;
var [FEW, MANY] = [512, 4096];
var NEVER = 1e-12;
var BINS = 256;
var STEPS2 = 8;
function tails(active, most) {
  const tail = [[1, ...Array(most).fill(0)]];
  for (const p of [...active].reverse()) {
    const [next] = tail;
    tail.unshift(next.map((none, r) => r === 0 ? 1 : p * next[r - 1] + (1 - p) * none));
  }
  return tail;
}
function stepsOf(n) {
  let root = 1;
  for (let round = 0; round < 60; round++) root = (1 + root) ** (1 / (n + 1));
  return Array.from({ length: n }, (_, i) => root ** -(i + 1));
}
function pointsOf({ n, sparsity }) {
  const active = sparsity.map((S) => 1 - S);
  const xs = [];
  const weights = [];
  const put = (values, weight) => {
    const x2 = new Float64Array(n);
    for (const [i, value] of values) x2[i] = value;
    xs.push(x2);
    weights.push(weight);
  };
  const just = (features) => active.reduce((product, p, i) => product * (features.includes(i) ? p : 1 - p), 1);
  const middle = (k, places) => (k + 0.5) / places;
  put([], just([]));
  for (let i = 0; i < n; i++) {
    const weight = just([i]);
    if (weight < NEVER) continue;
    for (let k = 0; k < LINE; k++) put([[i, middle(k, LINE)]], weight / LINE);
  }
  const pairs = n * (n - 1) / 2;
  const squares = pairs * SQUARE ** 2 <= MOST_SQUARES;
  for (let i = 0; squares && i < n; i++)
    for (let j = 0; j < i; j++) {
      const weight = just([i, j]);
      if (weight < NEVER) continue;
      for (let k = 0; k < SQUARE ** 2; k++)
        put(
          [
            [i, middle(k % SQUARE, SQUARE)],
            [j, middle(Math.floor(k / SQUARE), SQUARE)]
          ],
          weight / SQUARE ** 2
        );
    }
  const least = squares ? 3 : 2;
  const tail = tails(active, least);
  const rest = tail[0][least];
  if (rest > NEVER) {
    const count2 = rest < RARE ? FEW : MANY;
    const steps = stepsOf(n);
    for (let k = 0; k < count2; k++) {
      let needed = least;
      const values = [];
      for (let i = 0; i < n; i++) {
        const p = active[i] * tail[i + 1][Math.max(0, needed - 1)] / tail[i][needed];
        const place = (0.5 + (k + 1) * steps[i]) % 1;
        if (place >= p) continue;
        values.push([i, place / p]);
        needed = Math.max(0, needed - 1);
      }
      put(values, rest / count2);
    }
  }
  const count = xs.length;
  const x = new Float64Array(n * count);
  xs.forEach((values, s) => {
    for (let i = 0; i < n; i++) x[i * count + s] = values[i];
  });
  return { x, weight: Float64Array.from(weights), count };
}
var Points = class {
  constructor(meaning2, m) {
    const { n, sparsity, importance } = meaning2;
    Object.assign(this, meaning2, pointsOf(meaning2), { m });
    this.optimum = linearOptimum(m, Float64Array.from(sparsity), Float64Array.from(importance));
    this.h = new Float64Array(m * this.count);
    this.readings = new Float64Array(n * this.count);
  }
  /** The loss of a model: mean over features of I_i (x_hat_i - x_i)^2. */
  loss(W, b) {
    this.#read(W);
    return this.#loss(b);
  }
  /** The best biases for given arrows, with their loss: {b, loss}. */
  best(W) {
    this.#read(W);
    const b = Float64Array.from({ length: this.n }, (_, i) => this.#bestBias(i));
    return { b, loss: this.#loss(b) };
  }
  #loss(b) {
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += this.importance[i] * this.#error(i, b[i]);
    return sum / this.n;
  }
  #read(W) {
    const { x, count, n, m, h, readings } = this;
    h.fill(0);
    for (let k = 0; k < m; k++) {
      const row2 = h.subarray(k * count, (k + 1) * count);
      for (let i = 0; i < n; i++) add2(row2, x.subarray(i * count, (i + 1) * count), W[i * m + k]);
      if (this.hiddenReLU) {
        for (let s = 0; s < count; s++) if (row2[s] < 0) row2[s] = 0;
      }
    }
    readings.fill(0);
    for (let i = 0; i < n; i++) {
      const row2 = readings.subarray(i * count, (i + 1) * count);
      for (let k = 0; k < m; k++) add2(row2, h.subarray(k * count, (k + 1) * count), W[i * m + k]);
    }
  }
  /** What output i is judged by: readings and values of its feature at each point. */
  #output(i) {
    const { readings, x, count } = this;
    return [readings, x].map((all) => all.subarray(i * count, (i + 1) * count));
  }
  /** The mean squared error of output i with a bias. */
  #error(i, bias) {
    const { weight, count, outputReLU } = this;
    const [readings, x] = this.#output(i);
    let sum = 0;
    for (let s = 0; s < count; s++) {
      const answer = readings[s] + bias;
      const wrong = (outputReLU && answer < 0 ? 0 : answer) - x[s];
      sum += weight[s] * wrong * wrong;
    }
    return sum;
  }
  /** The bias of output i with the least error.
   *
   * As long as no point opens or shuts, the error is a parabola in the bias. The search goes from the best place of a
   * coarse look to the bottom of its parabola, and on to that of the points that are open there.
   */
  #bestBias(i) {
    if (!this.outputReLU) return this.#bottom(i, -Infinity);
    let bias = this.#glance(i);
    let error = this.#error(i, bias);
    for (let step = 0; step < STEPS2; step++) {
      const next = this.#bottom(i, -bias);
      const there = this.#error(i, next);
      if (there >= error) break;
      [bias, error] = [next, there];
    }
    return bias;
  }
  /** The bottom of the parabola of the points whose reading is above an edge. */
  #bottom(i, edge) {
    const { weight, count } = this;
    const [readings, x] = this.#output(i);
    let all = 0;
    let sum = 0;
    for (let s = 0; s < count; s++) {
      if (readings[s] <= edge) continue;
      all += weight[s];
      sum += weight[s] * (x[s] - readings[s]);
    }
    return all > 0 ? sum / all : -edge;
  }
  /** A bias near the best: the points are sorted into bins by their readings, and all of a bin are open or shut. */
  #glance(i) {
    const { weight, count } = this;
    const [readings, x] = this.#output(i);
    let [low, high] = [Infinity, -Infinity];
    for (const reading of readings) {
      if (reading < low) low = reading;
      if (reading > high) high = reading;
    }
    const width = (high - low) / BINS || 1;
    const [all, first, second, shut] = [0, 1, 2, 3].map(() => new Float64Array(BINS));
    let unseen = 0;
    for (let s = 0; s < count; s++) {
      const bin = Math.min(BINS - 1, Math.floor((readings[s] - low) / width));
      const wanted = x[s] - readings[s];
      all[bin] += weight[s];
      first[bin] += weight[s] * wanted;
      second[bin] += weight[s] * wanted * wanted;
      shut[bin] += weight[s] * x[s] * x[s];
      unseen += weight[s] * x[s] * x[s];
    }
    let best = { bias: -high, error: unseen };
    let [A, B, C] = [0, 0, 0];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      A += all[bin];
      B += first[bin];
      C += second[bin];
      unseen -= shut[bin];
      const lowest = -(low + bin * width);
      const highest = bin ? lowest + width : Infinity;
      const bias = Math.max(lowest, Math.min(highest, A > 0 ? B / A : lowest));
      const error = A * bias * bias - 2 * B * bias + C + unseen;
      if (error < best.error) best = { bias, error };
    }
    return best.bias;
  }
};
function add2(sums, numbers, factor) {
  for (let s = 0; s < sums.length; s++) sums[s] += factor * numbers[s];
}
// src/laboratory/byhand.js
var MOST2 = 20;
var NEAR = 1e-4;
var NEXT_TO_NOTHING = 1e-9;
var ByHand = class {
  #session;
  #rested;
  #points = { of: "", made: null };
  #ratio = { of: null, made: null };
  #b = null;
  // the biases that it has put there
  #found = null;
  // the points for which they were chosen
  #stroke = /* @__PURE__ */ Symbol();
  // one grab is one step for undo
  /** Whether each move brings the best biases for its arrows. */
  best = true;
  /** Whether it has taken something, and not let go. */
  holding = false;
  /** rested(): called when a move has come to its end. */
  constructor(session, rested) {
    this.#session = session;
    this.#rested = rested;
  }
  /** Whether there are arrows that a hand can move. */
  get able() {
    const { latest, setting } = this.#session;
    return setting.m === 2 && setting.n <= MOST2 && latest?.setting.n === setting.n && latest.setting.m === 2;
  }
  /** The points of the present data. */
  get points() {
    const { setting } = this.#session;
    const of = dataOf(setting);
    if (this.#points.of !== of) this.#points = { of, made: new Points(meaning(setting), setting.m) };
    return this.#points.made;
  }
  /** The loss divided by the best linear model's of what the hand has put there; null if it is not the hand's. */
  get ratio() {
    return this.#session.inHand ? this.exact : null;
  }
  /** The same of what is on the screen, whoever has put it there, without noise; null where no hand can be. */
  get exact() {
    const { latest } = this.#session;
    if (!this.able) return null;
    const { points } = this;
    if (this.#ratio.of !== latest || this.#ratio.points !== points) {
      const exact = points.optimum < NEXT_TO_NOTHING;
      const made = exact ? Number.NaN : points.loss(latest.W, latest.b) / points.optimum;
      this.#ratio = { of: latest, points, made };
    }
    return this.#ratio.made;
  }
  /** A grab: training pauses. What follows until the next one is undone together. */
  take() {
    if (this.#session.going) this.#session.startOrPause();
    this.#stroke = /* @__PURE__ */ Symbol();
    this.holding = true;
  }
  /** Back to before the last grab. */
  undo() {
    this.#session.undo();
  }
  /** The hand rests. */
  rest() {
    this.holding = false;
    this.#rested();
  }
  /** Puts arrows there, with the best biases or those that are there. words: see Session.byHand. */
  put(W, words = "") {
    this.#place({ W, b: this.best ? this.points.best(W).b : this.#session.latest.b }, words);
  }
  /** Gives output i a bias, or every output if i is null. */
  bias(value, i = null) {
    this.best = false;
    const { W, b } = this.#session.latest;
    this.#place({ W, b: b.map((own, k) => i === null || k === i ? value : own) }, "");
  }
  /** The best biases from now on, or those that are there. */
  choose(best) {
    this.best = best;
    this.put(this.#session.latest.W, best ? "each output has its best bias" : "the biases stay as they are");
  }
  /** The output ReLU on or off. */
  switchReLU(on) {
    const session = this.#session;
    this.take();
    session.keep(this.#stroke);
    const words = on ? "output ReLU on" : "output ReLU off";
    session.change({ model: on ? "ReLU-output" : "Linear" }, words);
    this.put(this.#session.latest.W, on ? "output ReLU on" : "output ReLU off: every reading comes through");
  }
  /** To be called before a picture is drawn. Other data ask for other biases; and biases that were put there without this
   * hand, by an address or by undo, may be the best or not.
   */
  follow() {
    const { inHand, latest } = this.#session;
    if (!inHand || !this.able) return;
    const { points } = this;
    const own = this.#b !== null && same(this.#b, latest.b);
    if (own && (!this.best || this.#found === points)) return;
    const { b } = points.best(latest.W);
    if (own) this.#session.place({ W: latest.W, b });
    else this.best = same(b, latest.b);
    [this.#b, this.#found] = [own ? b : latest.b, points];
  }
  #place(weights, words) {
    [this.#b, this.#found] = [weights.b, this.points];
    this.#session.byHand(weights, words, this.#stroke);
  }
};
var same = (b, other) => b.length === other.length && b.every((value, i) => Math.abs(value - other[i]) < NEAR);
// src/laboratory/gestures.js
var LONGEST2 = 1.4;
var SHORTEST = 0.1;
var NONE = 5e-3;
var PULL = 0.04;
var PULL_ASIDE = 4;
var TURN = 5;
var GROWTH = 0.05;
var FINE = 5;
var DEGREE = Math.PI / 180;
var whole = (degrees) => (Math.round(degrees) + 360) % 360;
var hundredths = (length) => Math.max(0, Math.min(LONGEST2, Math.round(100 * length) / 100));
var between = (one, other) => 180 - Math.abs(180 - Math.abs(one - other) % 360);
var polar = ([x, y]) => ({ angle: (Math.atan2(y, x) / DEGREE + 360) % 360, length: Math.hypot(x, y) });
var upright = ({ angle, length }) => [length * Math.cos(angle * DEGREE), length * Math.sin(angle * DEGREE)];
function arrowsOf(W, angles = {}) {
  return Array.from({ length: W.length / 2 }, (_, i) => {
    const there = polar(W.subarray(2 * i, 2 * i + 2));
    return there.length > NONE || angles[i] === void 0 ? there : { ...there, angle: angles[i] };
  });
}
function withArrow(W, j, there) {
  const moved = Float64Array.from(W);
  moved.set(upright(there), 2 * j);
  return moved;
}
function dragged(W, j, to, { start, keepLength = false, keepAngle = false }) {
  const wish = polar(to);
  const others = arrowsOf(W).filter(({ length }, i) => i !== j && length > SHORTEST);
  const pulling = others.map(({ angle }) => (angle + 180) % 360).filter((angle) => between(angle, wish.angle) < PULL_ASIDE);
  const nearest = pulling.sort((a, b) => between(a, wish.angle) - between(b, wish.angle))[0];
  const target = [0, 1].find((length) => Math.abs(length - wish.length) < PULL);
  return {
    angle: keepAngle ? start.angle : nearest ?? whole(wish.angle),
    length: keepLength ? start.length : target ?? hundredths(wish.length)
  };
}
function keyed({ angle, length }, key2, fine) {
  const share = fine ? 1 / FINE : 1;
  const turn = { ArrowLeft: TURN, ArrowRight: -TURN }[key2];
  if (turn) return { angle: whole(angle + share * turn), length };
  const growth = { ArrowUp: GROWTH, ArrowDown: -GROWTH }[key2];
  return growth ? { angle, length: hundredths(length + share * growth) } : null;
}
var short = ({ angle, length }) => `${whole(angle)}\xB0, ${length.toFixed(2)}`;
function spoken(W, j) {
  const arrows = arrowsOf(W);
  const { angle, length } = arrows[j];
  const turned = length > NONE ? `${whole(angle)} degrees, ` : "";
  const parts = [`Arrow ${j}, ${turned}length ${length.toFixed(2)}`];
  const others = [...arrows.keys()].filter((i) => i !== j && arrows[i].length > SHORTEST);
  const far = (i) => between(arrows[i].angle, angle);
  const [nearest] = others.sort((a, b) => far(a) - far(b));
  if (length > SHORTEST && nearest !== void 0)
    parts.push(`nearest arrow ${nearest}, ${Math.round(far(nearest))} away`);
  return parts.join("; ");
}
// src/laboratory/optimiser.js
var STARTS = 8;
var STEPS3 = 500;
var LR = 0.03;
var OnPoints = class extends Trainer {
  constructor(points, seed) {
    super(points.n, points.m, seed);
    this.set(points);
    this.points = points;
  }
  gradients() {
    const { x, n, points } = this;
    this.dW.fill(0);
    this.db.fill(0);
    let loss2 = 0;
    for (let s = 0; s < points.count; s++) {
      for (let i = 0; i < n; i++) x[i] = points.x[i * points.count + s];
      const scale2 = points.weight[s] / n;
      loss2 += scale2 * this.thereAndBack(2 * scale2);
    }
    return loss2;
  }
};
function* bestOf(points, starts = STARTS) {
  let best = { loss: Infinity };
  for (let seed = 0; seed < starts; seed++) {
    const trainer = new OnPoints(points, seed);
    for (let step = 0; step < STEPS3; step++) {
      trainer.gradients();
      trainer.update(warmupCosine(LR, step, STEPS3));
      yield;
    }
    const { W } = trainer;
    const { b, loss: loss2 } = points.best(W);
    if (loss2 < best.loss) best = { W, b, loss: loss2 };
  }
  return best;
}
// src/laboratory/challenge.js
var SLICE2 = 8;
var PAUSE = 4;
var WAIT = 100;
var NEAR2 = 1.01;
var KEPT = 0.5;
var SETTING = { ...DEFAULTS, n: 5, m: 2, sparsity: 0.95, last_importance: 1 };
var MEDALS = { bronze: 1, silver: 0.4, gold: 0.25 };
var ROUNDS = [
  {
    setting: SETTING,
    task: "Five features are equally important, and each is active in one of twenty samples. Drag the tips of the arrows to make the loss as low as you can. Your best so far stays behind as pale arrows."
  },
  {
    setting: { ...SETTING, own_sparsity: { 0: 0.99 } },
    task: "Feature 0 has become rarer: it is active in one of a hundred samples, the others still in one of twenty. Is it worth its place? If you drop a feature, which one, and where do the others go?"
  }
];
var FAN = Float64Array.from([20, 45, 70, 95, 120].flatMap((angle) => upright({ angle, length: 0.6 })));
function medalsOf(ratio, trained) {
  const reached = (most) => tenths(ratio) <= tenths(most);
  const medals = Object.keys(MEDALS).filter((name) => reached(MEDALS[name]));
  return trained !== null && reached(NEAR2 * trained) ? [...medals, "star"] : medals;
}
function verdict(W, star) {
  const dropped = [...Array(W.length / 2).keys()].filter((i) => Math.hypot(W[2 * i], W[2 * i + 1]) < KEPT);
  if (!dropped.length) return "You keep all five. What happens to the loss if feature 0 has no arrow?";
  if (dropped.length > 1) return `You have dropped features ${dropped.join(" and ")}. Dropping one is enough.`;
  if (dropped[0]) return `You have dropped feature ${dropped[0]}, which is active five times as often as feature 0.`;
  if (!star)
    return "You have dropped the rare feature. Where must the other four point so that no shadow comes through?";
  return "You have dropped the rare feature, and so does training. The other four form two opposite pairs: no shadow of theirs comes through the output ReLU.";
}
var tenths = (ratio) => Math.round(1e3 * ratio);
var percent = (ratio) => `${(100 * ratio).toFixed(1)}%`;
var LABELS = {
  bronze: "bronze: at most the best linear loss",
  silver: "silver: at most 40% of it",
  gold: "gold: at most 25% of it"
};
var Challenge = class {
  #session;
  #hand;
  #parts;
  #round = null;
  // the number of the round that is on
  #best = null;
  // {ratio, W} of the hand's best arrows in it
  #trained = ROUNDS.map(() => null);
  // the loss of the best of eight trainings, over the best linear model's
  #training = "";
  // how far that is
  #lines = "";
  // the medals, as they are written
  #timer;
  #begun;
  /** parent: a part of the page of its own. hand: see ByHand. act(function): calls it, and minds its failures. begun():
   * called when a round begins.
   */
  constructor(parent, { session, hand, act, begun }) {
    this.#begun = begun;
    this.#session = session;
    this.#hand = hand;
    const line2 = (className) => add(parent, "p", { className });
    const press = (textContent, round) => add(parent, "button", { type: "button", textContent, onclick: () => act(() => this.#begin(round)) });
    this.#parts = {
      task: line2("task"),
      start: press("Start with a fan", 0),
      next: press("Round 2: feature 0 becomes rarer", 1),
      score: line2("score"),
      medals: add(parent, "ul", { className: "medals" }),
      verdict: line2("verdict")
    };
    this.#parts.task.textContent = ROUNDS[0].task;
    this.#parts.next.hidden = true;
  }
  /** Whether the present setting is the round's. */
  get on() {
    if (this.#round === null) return false;
    return dataOf(this.#session.setting) === dataOf(ROUNDS[this.#round].setting);
  }
  /** The best arrows so far, to be drawn behind, or null. */
  get ghosts() {
    return this.on && this.#best ? this.#best.W : null;
  }
  #begin(round) {
    const second = round === 1 && this.#best;
    const W = second ? this.#best.W : FAN;
    if (round !== this.#round) this.#best = null;
    this.#round = round;
    this.#begun();
    const { setting } = ROUNDS[round];
    const points = new Points(meaning(setting), setting.m);
    this.#hand.best = true;
    this.#session.handOver(round ? "Round 2" : "Beat the optimiser", setting, { W, b: points.best(W).b });
    this.look();
    if (this.#trained[round] === null) this.#train(round, points);
  }
  /** Eight trainings, in slices. */
  #train(round, points) {
    clearTimeout(this.#timer);
    const training = bestOf(points);
    let steps = 0;
    const go = () => {
      if (this.#hand.holding) {
        this.#timer = setTimeout(go, WAIT);
        return;
      }
      const end = performance.now() + SLICE2;
      let turn;
      do {
        turn = training.next();
        steps += 1;
      } while (!turn.done && performance.now() < end);
      const before = this.#training;
      this.#training = `${Math.floor(steps / STEPS3)}`;
      if (turn.done) this.#trained[round] = turn.value.loss / points.optimum;
      else this.#timer = setTimeout(go, PAUSE);
      if (turn.done || this.#training !== before) this.show();
    };
    go();
  }
  /** The hand rests: what it has made counts. */
  look() {
    const { ratio } = this.#hand;
    if (this.on && ratio !== null && !(ratio >= this.#best?.ratio)) {
      this.#best = { ratio, W: this.#session.latest.W.slice() };
    }
    this.show();
  }
  /** To be called with each picture. */
  show() {
    const { task, start, score, medals, verdict: said, next } = this.#parts;
    const round = this.#round ?? 0;
    task.textContent = ROUNDS[round].task;
    start.textContent = this.#round === null ? "Start with a fan" : "Start again";
    medals.hidden = !this.on;
    if (!this.on) {
      score.textContent = this.#round === null ? "" : "The setting has changed. Change it back to go on with the game, or start again.";
      said.textContent = "";
      return;
    }
    const trained = this.#trained[round];
    const now = this.#hand.ratio;
    const by = now === null ? "Training has moved the arrows. Move one yourself to make it count." : `Now: ${percent(now)}.`;
    score.textContent = `The score is the loss divided by the best linear loss. ${by} Your best: ${percent(this.#best.ratio)}.`;
    const won = medalsOf(this.#best.ratio, trained);
    const star = trained === null ? `star: within 1% of the best of eight training runs; finished so far: ${this.#training}` : `star: at most ${percent(NEAR2 * trained)}, within 1% of the best of eight training runs, which reach ${percent(trained)}`;
    const labels = round ? {} : LABELS;
    const all = { ...labels, star };
    const lines = Object.entries(all).map(([name, words]) => `${won.includes(name) ? "\u2713" : "\u25CB"} ${words}`);
    if (lines.join() !== this.#lines) {
      this.#lines = lines.join();
      medals.replaceChildren();
      for (const textContent of lines)
        add(medals, "li", { className: textContent.startsWith("\u2713") ? "won" : "", textContent });
    }
    next.hidden = round > 0 || !won.includes("gold");
    said.textContent = round ? verdict(this.#session.latest.W, medalsOf(now ?? 9, trained).includes("star")) : "";
  }
  end() {
    clearTimeout(this.#timer);
  }
};
// src/ticks.js
var THUMB = 16;
var Ticks = class {
  constructor(rail) {
    this.element = add(rail, "span", { className: "ticks" });
  }
  /** ticks: [{at, text, label, go}], at: where on the track, from 0 to 1; label: how it is read aloud. */
  set(ticks) {
    this.element.replaceChildren();
    for (const { at, text, label, go } of ticks) {
      const tick = add(this.element, "button", { type: "button", textContent: text, ariaLabel: label, onclick: go });
      tick.style.left = `calc(${THUMB / 2}px + (100% - ${THUMB}px) * ${at})`;
    }
  }
  /** They stand in the middle below their places, but within the slider, and none on another. */
  place() {
    const ticks = [...this.element.children];
    const wide = ticks.map((tick) => tick.offsetWidth);
    const lefts = ticks.map((tick, k) => Math.max(0, tick.offsetLeft - wide[k] / 2));
    let free = this.element.clientWidth;
    for (let k = ticks.length - 1; k >= 0; k--) {
      lefts[k] = Math.min(lefts[k], free - wide[k]);
      free = lefts[k];
    }
    free = 0;
    ticks.forEach((tick, k) => {
      lefts[k] = Math.max(lefts[k], free);
      free = lefts[k] + wide[k];
      tick.style.transform = `translateX(${lefts[k] - tick.offsetLeft}px)`;
    });
  }
};
// ../laboratory/controls.json
var controls_default = {
  presets: "presets",
  undo: "undo",
  share: "share",
  sparsity: "sparsity S",
  events: "what happens at which sparsity",
  start: "train and pause",
  by_hand: "by hand",
  challenge: "beat the optimiser",
  turn: "turn (degrees)",
  model: "model",
  n: "n",
  m: "m",
  feed: "feed feature",
  strength: "strength of the fed feature",
  own_sparsity: "S of one feature alone",
  last_importance: "importance of the last",
  lr: "learning rate",
  speed: "steps per picture",
  seed: "seed",
  ten_steps: "10 steps",
  reset: "reset",
  new_seed: "new seed",
  save: "save"
};
// ../laboratory/presets.json
var presets_default = {
  "Five arrows": {
    setting: { n: 5, m: 2, sparsity: 0 },
    words: "Five features share two numbers. In dense data the network keeps the two most important. Move S to the right. When does it keep a third feature, and where does the new arrow point? You can drag every arrow by its tip.",
    ticks: [[0, "two"], [0.5, "third"], [0.8, "fourth"]]
  },
  "Two pairs": {
    setting: { n: 5, m: 2, sparsity: 0.7, last_importance: 1 },
    words: "All five features are equally important. At S = 0.7, four of them form two opposite pairs, and one is left out. Press new seed under Training. Does every network find two pairs?",
    ticks: [[0, "two or three"], [0.7, "pairs"], [0.95, "pentagon"]]
  },
  Pentagon: {
    setting: { n: 5, m: 2, sparsity: 0.95, last_importance: 1 },
    words: "All five features are equally important. At S = 0.95 each has an arrow, and together they form a pentagon. Move S to the left. When does the pentagon break? Can you find an arrangement by hand? Try it in Beat the optimiser, below.",
    ticks: [[0, "two or three"], [0.7, "pairs"], [0.95, "pentagon"]]
  },
  "Forty in five": {
    setting: { n: 40, m: 5, sparsity: 0.9 },
    words: "Forty features share five numbers. How many does the network keep? Each coloured square on the diagonal is a feature that it keeps.",
    ticks: [[0, "five"], [0.4, "pairs"], [0.5, "ten"], [0.9, "sixteen"]]
  },
  Memory: {
    setting: { n: 40, m: 5, sparsity: 0.9 },
    steps: [
      { sparsity: 0.9, words: "Let the network train at S = 0.9 until the laboratory says Settled." },
      { sparsity: 0.8, words: "Move S to 0.8 and wait for Settled. How many features are kept, and how many pairs do they form?" },
      { sparsity: 0.5, words: "Move S to 0.5 and wait again." },
      { sparsity: 0.8, words: "Move S back to 0.8 and wait. The data are the same as before at 0.8. Is the network the same?" }
    ],
    words: 'The data were the same both times at S = 0.8, but the network was not. It remembers where it came from. Training goes on from its weights, and it keeps an arrangement that any small change would make worse. The picture "features kept" under More pictures shows its path.',
    alike: 'This time the network was the same on both visits to S = 0.8, so nothing shows what it remembers. Press reset under Training to try again. The picture "features kept" under More pictures shows its path.',
    ticks: [[0, "five"], [0.5, "ten"], [0.8, ""], [0.9, "sixteen"]]
  }
};
// src/laboratory/presets.js
var settingOf = (name) => ({ ...DEFAULTS, ...presets_default[name].setting });
function presetsOf(setting) {
  const same2 = (name) => {
    const theirs = settingOf(name);
    const free = presets_default[name].steps ? ["feed", "sparsity"] : ["feed"];
    const equal = (key2) => JSON.stringify(theirs[key2]) === JSON.stringify(setting[key2]);
    return Object.keys(theirs).every((key2) => free.includes(key2) || equal(key2));
  };
  return Object.keys(presets_default).filter(same2);
}
var PLAIN = [
  [0, ""],
  [0.5, ""],
  [0.9, ""],
  [0.99, ""]
];
var SHAPE = ["n", "m", "model", "last_importance"];
var isLike = (setting, name) => SHAPE.every((key2) => settingOf(name)[key2] === setting[key2]);
function ticksOf(setting, chosen, playing = false) {
  if (playing) return PLAIN;
  const names = [chosen, ...Object.keys(presets_default)].filter(Boolean);
  const like = names.find((name) => isLike(setting, name));
  return like ? presets_default[like].ticks : PLAIN;
}
// src/laboratory/controls.js
var SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1e3];
var STRENGTHS = span(0.1, 1, 0.1);
var ANGLES = span(0, 355, 5);
function slider(session, parent, { name, label = name, values, read, act, remark = () => "", ticks = null }) {
  const whole2 = add(parent, "div", { className: "slider" });
  const text = add(whole2, "span", { ariaHidden: "true" });
  const readout = add(whole2, "output");
  const rail = add(whole2, "div", { className: "rail" });
  const input = add(rail, "input", { type: "range", min: 0, step: 1 });
  const marks = ticks && new Ticks(rail);
  let places = values;
  let marked = null;
  const go = (value) => session.attempt(() => act(value));
  const renew = () => {
    const value = read();
    const wanted = ticks?.() ?? [];
    places = [.../* @__PURE__ */ new Set([...places, value, ...wanted.map(([there]) => there)])].sort((a, b) => a - b);
    input.max = places.length - 1;
    input.value = places.indexOf(value);
    text.textContent = label();
    readout.textContent = `${value}${remark()}`;
    input.ariaLabel = name();
    input.ariaValueText = `${name()} = ${value}${remark()}`;
    if (!ticks || marked === wanted) return;
    marked = wanted;
    marks.set(
      wanted.map(([there, words]) => ({
        at: places.indexOf(there) / (places.length - 1),
        text: `${there} ${words}`.trim(),
        label: `${name()} = ${there}${words && `, ${words}`}`,
        go: () => go(there)
      }))
    );
    marks.place();
  };
  input.oninput = () => go(places[+input.value]);
  return { renew, element: whole2, marks, place: () => marks?.place() };
}
function box(session, parent, name) {
  const label = add(parent, "label", { textContent: settings_default[name].words.label });
  const input = add(label, "input", { type: "number", step: 1 });
  input.onchange = () => {
    const wrong = complaint(name, input.value, session.setting.n);
    if (!wrong) return session.attempt(() => session.put(name, +input.value));
    input.value = session.setting[name];
    session.say(`${wrong}. It stays ${input.value}`);
  };
  const renew = () => {
    [input.min, input.max] = rangeOf(name, session.setting.n);
    input.value = session.setting[name];
  };
  return { renew, element: label };
}
function choice(session, parent, name) {
  const label = add(parent, "label", { textContent: settings_default[name].words.label });
  const input = add(label, "select");
  for (const value of Object.keys(CLASSES)) add(input, "option", { textContent: value, value });
  input.onchange = () => session.attempt(() => session.put(name, input.value));
  const renew = () => {
    input.value = session.setting[name];
  };
  return { renew, element: label };
}
function button(session, parent, { text, act, className = "", able = () => true }) {
  const onclick = () => session.attempt(act);
  const made = add(parent, "button", { type: "button", onclick, className });
  const renew = () => {
    made.textContent = text();
    made.disabled = !able();
  };
  return { renew, element: made };
}
function presets(session, parent, { chosen, choose, playing }) {
  Object.assign(parent, { role: "group", ariaLabel: "presets" });
  const names = Object.keys(presets_default);
  const pick = (name) => session.attempt(() => choose(name));
  const buttons = names.map(
    (name) => add(parent, "button", { type: "button", textContent: name, onclick: () => pick(name) })
  );
  const menu = add(parent, "select", { ariaLabel: "preset" });
  add(menu, "option", { value: "", textContent: "Presets", disabled: true });
  for (const name of names) add(menu, "option", { value: name, textContent: name });
  menu.onchange = () => pick(menu.value);
  const renew = () => {
    const fit = playing() ? [] : presetsOf(session.setting);
    const now = chosen() || (fit.find((name) => !presets_default[name].steps) ?? "");
    buttons.forEach((made, k) => {
      made.ariaPressed = names[k] === now;
    });
    menu.value = now;
  };
  return { renew, element: parent };
}
function settingSlider(session, parent, name, more = {}) {
  return slider(session, parent, {
    name: () => settings_default[name].words.label,
    values: placesOf(name),
    read: () => session.setting[name],
    act: (value) => session.put(name, value),
    ...more
  });
}
function ownSparsitySlider(session, parent) {
  const own = () => session.setting.own_sparsity;
  return slider(session, parent, {
    name: () => filled(settings_default.own_sparsity.words.label, session.setting),
    values: placesOf("own_sparsity"),
    read: () => own()[session.setting.feed] ?? session.setting.sparsity,
    act: (value) => session.putOwnSparsity(value),
    remark: () => session.setting.feed in own() ? "" : " (as all)"
  });
}
var trainOrPause = (session) => session.going ? "\u275A\u275A Pause" : "\u25B6 Train";
function controlsOf(session, layout, { turn, preset, share, save }) {
  const { takings, dial, go, under, model, training, pictures } = layout;
  const fixed = (name) => () => controls_default[name];
  const speed = {
    name: fixed("speed"),
    values: SPEEDS,
    read: () => session.speed,
    act: (value) => {
      session.speed = value;
      session.renew();
    }
  };
  const strength = {
    name: fixed("strength"),
    values: STRENGTHS,
    read: () => session.strength,
    act: (value) => {
      session.strength = value;
      session.renew();
      session.news();
    }
  };
  const press = (parent, name, act, more = {}) => button(session, parent, { text: fixed(name), act, ...more });
  const sparsity = settingSlider(session, dial, "sparsity", {
    label: () => "S =",
    ticks: () => ticksOf(session.setting, preset.chosen(), preset.playing())
  });
  return {
    presets: presets(session, layout.presets, preset),
    undo: press(takings, "undo", () => session.undo(), { able: () => !session.past.empty }),
    share: press(takings, "share", share),
    sparsity,
    events: { element: sparsity.marks.element, renew() {
    } },
    start: press(go, "start", () => session.startOrPause(), {
      text: () => trainOrPause(session),
      className: "start"
    }),
    turn: slider(session, under, { name: fixed("turn"), values: ANGLES, ...turn }),
    model: choice(session, model, "model"),
    n: box(session, model, "n"),
    m: box(session, model, "m"),
    feed: box(session, model, "feed"),
    strength: slider(session, model, strength),
    own_sparsity: ownSparsitySlider(session, model),
    last_importance: settingSlider(session, model, "last_importance"),
    lr: settingSlider(session, training, "lr"),
    speed: slider(session, training, speed),
    seed: box(session, training, "seed"),
    ten_steps: press(training, "ten_steps", () => session.tenSteps()),
    reset: press(training, "reset", () => session.reset()),
    new_seed: press(training, "new_seed", () => session.newSeed()),
    save: press(pictures, "save", save)
  };
}
// src/laboratory/guide.js
var Guide = class {
  #words;
  #seen;
  #where;
  #steps = [];
  #last = "";
  // what is said when there is no step left
  #alike = "";
  // and if the same was seen at each visit of a sparsity
  #done = [];
  // what was seen at each step: [sparsity, words]
  #run = null;
  // of the session: fresh weights are another
  #aside = "";
  // what is said instead while the model is of another kind
  constructor(parent) {
    this.#words = add(parent, "div");
    this.#seen = add(parent, "div");
    this.#where = add(parent, "div");
  }
  /** Begins a preset's steps; with "" there is nothing to say. */
  choose(name) {
    const { steps = [], words, alike = words } = presets_default[name] ?? { words: "" };
    this.#steps = steps;
    this.#last = words;
    this.#alike = alike;
    this.#aside = "";
    this.#begin();
  }
  /** Another kind of model is chosen, which a preset does not speak of; "" or the preset's own: it does again. */
  setAside(model) {
    const words = OTHER_MODEL[model] ?? "";
    if (words === this.#aside) return;
    this.#aside = words;
    this.#show();
  }
  #begin() {
    this.#done = [];
    this.#run = null;
    this.#show();
  }
  /** To be called when something was set. Returns whether what it says is still of use.
   *
   * With fresh weights steps begin again; after the last one they are over as soon as anything changes.
   */
  follow({ sparsity }, run) {
    if (!this.#steps.length || this.#aside) return true;
    this.#run ??= run;
    const again = run !== this.#run;
    if (!this.#step && (again || sparsity !== this.#steps.at(-1).sparsity)) return false;
    if (again) this.#begin();
    this.#tell(sparsity);
    return true;
  }
  /** Where S is, if it is neither where it was before this step nor where the step wants it. */
  #tell(sparsity) {
    const here = [this.#step?.sparsity, this.#done.at(-1)?.[0]];
    this.#where.textContent = !this.#step || here.includes(sparsity) || here[1] === void 0 ? "" : `S is ${sparsity} now, but this step needs ${here[0]}. Press that number below the slider.`;
  }
  get #step() {
    return this.#steps[this.#done.length];
  }
  /** What is to be done next, if there are steps. */
  get next() {
    return this.#steps.length ? this.#words.textContent : "";
  }
  /** The last words: whether the network was the same at the last sparsity as at its first visit. */
  get #end() {
    const last2 = this.#done.at(-1);
    const first = this.#done.find(([S]) => S === last2?.[0]);
    return last2 && first !== last2 && first[1] === last2[1] ? this.#alike : this.#last;
  }
  #show() {
    const [done, all] = [this.#done.length, this.#steps.length];
    if (this.#aside) {
      this.#words.textContent = this.#aside;
      this.#seen.textContent = "";
      this.#where.textContent = "";
      return;
    }
    this.#words.textContent = this.#step ? `Step ${done + 1} of ${all}. ${this.#step.words}` : this.#end;
    this.#seen.textContent = done ? `You saw ${this.#done.map(([S, seen2]) => `${seen2} at S = ${S}`).join(", ")}.` : "";
    this.#where.textContent = "";
  }
  /** Training has come to an end: if it is the step's, the next one follows. */
  settled({ sparsity }, { kept, pairs }) {
    if (this.#aside || this.#step?.sparsity !== sparsity) return;
    this.#done.push([sparsity, `${kept.length} kept (${pairs.length} ${pairs.length === 1 ? "pair" : "pairs"})`]);
    this.#show();
  }
  /** The name of the control that the step waits for, "sparsity" or "start"; "" if it waits for none. */
  wants({ sparsity }, going) {
    if (this.#aside || !this.#step) return "";
    if (this.#step.sparsity !== sparsity) return "sparsity";
    return going ? "" : "start";
  }
};
// src/laboratory/hands.js
var SLIP = 3;
var CHOOSING = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 };
var Hands = class {
  #layer;
  #hand;
  #choose;
  #point;
  #act;
  #grips = [];
  #plane = null;
  // {middle, unit} of the picture, in pixels
  #W = null;
  #angles = {};
  // feature -> the angle that a hand gave its arrow: one without a length has none of its own
  #chosen = 0;
  #grab = null;
  // what a pointer holds: {j, start, from, offset, moved}
  #held = null;
  // what the keys hold: {j, moved}
  #sliders;
  /** Where the chosen arrow is, for a screen reader. */
  words = "";
  /** frame: of the picture; beside: where the sliders go.
   *
   * hand: see ByHand. choose(j): arrow j was taken or chosen. point(j): the mouse is over it,
   * or with null over none. act(function): calls it, and minds its failures.
   */
  constructor(frame2, beside, { hand, choose, point, act }) {
    this.#hand = hand;
    this.#choose = choose;
    this.#point = point;
    this.#act = act;
    this.#layer = add(frame2, "div", { className: "grips", role: "group", ariaLabel: "the arrows' tips" });
    this.#layer.setAttribute("data-lm-suppress-shortcuts", "true");
    this.#sliders = add(beside, "div", { className: "by-arrow" });
    this.angle = this.#slider("angle", { min: 0, max: 359, step: 1 });
    this.length = this.#slider("length", { min: 0, max: LONGEST2, step: 0.01 });
  }
  #slider(name, range) {
    const whole2 = add(this.#sliders, "label", { className: "slider" });
    const label = add(whole2, "span");
    const input = add(whole2, "input", { type: "range", ...range });
    const readout = add(whole2, "output");
    let going = false;
    input.oninput = () => this.#act(() => {
      if (!going) this.#hand.take();
      going = true;
      this.#put(this.#chosen, { ...this.#arrows[this.#chosen], [name]: +input.value });
    });
    input.onchange = () => {
      going = false;
      this.#hand.rest();
    };
    return { label, input, readout, name };
  }
  get #arrows() {
    return arrowsOf(this.#W, this.#angles);
  }
  /** Puts arrow j somewhere else. */
  #put(j, there) {
    this.#angles[j] = there.angle;
    this.#W = withArrow(this.#W, j, there);
    this.#hand.put(this.#W);
  }
  /** What is written beside the tip that is being moved, {j, text}, or null. */
  get note() {
    const j = this.#grab?.moved ? this.#grab.j : this.#held?.j;
    return j === void 0 || !this.#W ? null : { j, text: `${j}: ${short(this.#arrows[j])}` };
  }
  /** To be called when the picture has been drawn: the tips are there now. able: whether they can be moved.
   *
   * plane: {tips, middle, unit}, in pixels; loss: over the best linear model's, null if it is not known.
   */
  show({ able, W, chosen, plane, loss: loss2 }) {
    this.#layer.hidden = !able;
    this.#sliders.hidden = !able;
    if (!able) return this.#letGo();
    this.#W = W;
    this.#plane = plane;
    this.#chosen = chosen;
    const arrows = this.#arrows;
    while (this.#grips.length > arrows.length) this.#grips.pop().remove();
    while (this.#grips.length < arrows.length) this.#grips.push(this.#grip(this.#grips.length));
    this.#grips.forEach((grip, j) => {
      const [x, y] = plane.tips[j];
      grip.style.left = `${x}px`;
      grip.style.top = `${y}px`;
      grip.tabIndex = j === chosen ? 0 : -1;
      grip.classList.toggle("chosen", j === chosen);
      grip.ariaLabel = `Arrow ${j}, ${short(arrows[j])}`;
      grip.ariaPressed = `${this.#held?.j === j}`;
    });
    const words = `${spoken(W, chosen)}${lossAloud(loss2)}`;
    this.words = words;
    for (const { label, input, readout, name } of [this.angle, this.length]) {
      const value = arrows[chosen][name];
      const text = name === "angle" ? `${Math.round(value) % 360}\xB0` : value.toFixed(2);
      label.textContent = `${name} of arrow ${chosen}`;
      if (readout.textContent !== text) readout.textContent = text;
      input.value = value;
      input.ariaValueText = words;
    }
  }
  #grip(j) {
    const grip = add(this.#layer, "button", { type: "button", className: "grip" });
    grip.onpointerdown = (event) => this.#down(j, grip, event);
    grip.onpointermove = (event) => this.#act(() => this.#move(event));
    grip.onpointerup = () => this.#letGo();
    grip.onpointercancel = () => this.#letGo();
    grip.onpointerenter = ({ pointerType }) => pointerType !== "touch" && !this.#grab && this.#point(j);
    grip.onpointerleave = ({ pointerType }) => pointerType !== "touch" && !this.#grab && this.#point(null);
    grip.onclick = ({ detail }) => detail === 0 && this.#holdOrNot(j);
    grip.onkeydown = (event) => this.#act(() => this.#key(j, event));
    grip.onblur = () => {
      if (this.#held?.j === j) this.#letGo();
    };
    return grip;
  }
  // Mouse and finger
  #down(j, grip, event) {
    if (!event.isPrimary || event.button !== 0 || !this.#plane) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    const { clientX, clientY } = event;
    const tip = this.#plane.tips[j];
    const { left, top } = this.#layer.getBoundingClientRect();
    this.#held = null;
    this.#grab = {
      j,
      start: this.#arrows[j],
      from: [clientX, clientY],
      offset: [tip[0] - (clientX - left), tip[1] - (clientY - top)],
      moved: false
    };
    this.#hand.take();
    this.#choose(j);
  }
  #move({ isPrimary, clientX, clientY, shiftKey, altKey }) {
    const grab = this.#grab;
    if (!grab || !isPrimary) return;
    const far = Math.hypot(clientX - grab.from[0], clientY - grab.from[1]);
    grab.moved ||= far >= SLIP;
    if (!grab.moved) return;
    const [dx, dy] = grab.offset;
    const { left, top } = this.#layer.getBoundingClientRect();
    const { middle, unit } = this.#plane;
    const x = clientX - left + dx;
    const y = clientY - top + dy;
    const to = [(x - middle[0]) / unit, (middle[1] - y) / unit];
    const { j, start } = grab;
    this.#put(j, dragged(this.#W, j, to, { start, keepLength: shiftKey, keepAngle: altKey }));
  }
  // Keys
  #key(j, event) {
    const { key: key2, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    if (key2 in CHOOSING) this.#point(null);
    if (key2 === "Escape") {
      const taken = this.#grab ?? this.#held;
      if (!taken) return;
      event.preventDefault();
      event.stopPropagation();
      if (taken.moved) this.#hand.undo();
      return this.#letGo();
    }
    if (this.#held) {
      const there = keyed(this.#arrows[j], key2, shiftKey);
      if (!there) return;
      event.preventDefault();
      this.#held.moved = true;
      this.#put(j, there);
      return this.#hand.rest();
    }
    const step = CHOOSING[key2];
    if (!step) return;
    event.preventDefault();
    const count = this.#grips.length;
    const next = (j + step + count) % count;
    this.#choose(next);
    this.#grips[next].focus({ preventScroll: true });
  }
  #holdOrNot(j) {
    if (this.#held) return this.#letGo();
    this.#held = { j, moved: false };
    this.#hand.take();
    this.#choose(j);
  }
  #letGo() {
    if (!this.#grab && !this.#held) return;
    this.#grab = null;
    this.#held = null;
    this.#hand.rest();
  }
};
// src/laboratory/style.css
var style_default = `.toymodels-laboratory {
  display: flex;
  flex-direction: column;
  gap: 6px;
  max-width: 1100px;
  font:
    14px / 1.4 system-ui,
    sans-serif;
  color: inherit;
  container-type: inline-size;
  & label,
  & .slider {
    display: flex;
    gap: 6px;
    align-items: center;
    min-width: 0;
    margin: 0;
    white-space: nowrap;
  }
  & output {
    min-width: 3.2em;
    font-variant-numeric: tabular-nums;
  }
  & :is(button, select, input) {
    min-height: 28px;
    padding: 1px 8px;
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid;
    border-radius: 4px;
  }
  & input[type="range"] {
    flex: 1;
    width: 100%;
    min-width: 4em;
    height: 24px;
    min-height: 24px;
    padding: 0;
    margin: 0;
    accent-color: #0072B2;
    border: none;
  }
  & input[type="number"] {
    width: 4.4em;
    padding-right: 2px;
  }
  & option {
    color: #222;
    background: #fff;
  }
  & button {
    cursor: pointer;
  }
  & button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  & button[aria-pressed="true"],
  & .start {
    color: #fff;
    background: #00609C;
    border-color: #00609C;
  }
  & .rail {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
  }
  & .ticks {
    position: relative;
    height: 24px;
  }
  & .ticks button {
    position: absolute;
    min-width: 24px;
    min-height: 24px;
    padding: 0 4px;
    font-size: 12px;
    font-weight: normal;
    line-height: 1.4;
    white-space: nowrap;
    text-decoration: underline dotted;
    border: none;
  }
  & .top,
  & .presets,
  & .takings {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 6px;
  }
  & .top {
    justify-content: space-between;
  }
  & .takings input {
    max-width: 100%;
  }
  /* The picture, and what is said of it beside or below it */
  & .stage {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 6px 14px;
  }
  & .beside {
    display: flex;
    flex-direction: column;
    gap: 4px;
    min-width: 0;
  }
  & .picture {
    position: relative;
  }
  /* A button over each tip; a finger that comes down on it moves the arrow, and elsewhere scrolls the page */
  & .grips {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  & .grip {
    position: absolute;
    width: 32px;
    min-height: 0;
    height: 32px;
    padding: 0;
    pointer-events: auto;
    touch-action: none;
    cursor: grab;
    border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
    border-radius: 50%;
    transform: translate(-50%, -50%);
  }
  & .grip.chosen {
    z-index: 1;
  }
  & .grip:hover,
  & .grip:focus-visible {
    border: 2px solid #0072B2;
  }
  & .grip[aria-pressed="true"] {
    background: none;
    border: 4px double #0072B2;
  }
  & .grip:active {
    cursor: grabbing;
  }
  & .by-hand .slider {
    max-width: none;
  }
  & .by-hand .slider span {
    min-width: 9.5em;
  }
  & .bias {
    display: flex;
    flex-wrap: wrap;
    gap: 0 14px;
  }
  & .bias .slider,
  & .bias .caption {
    flex: 1 1 100%;
  }
  /* Words come and go, and what is below them stays */
  & .bias .caption {
    min-height: 2.8em;
  }
  & .challenge .inside {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    align-items: center;
  }
  & .challenge :is(.task, .medals, .verdict) {
    flex: 1 1 100%;
  }
  & .challenge .medals:not([hidden]) {
    display: flex;
    flex-wrap: wrap;
    gap: 0 18px;
  }
  & .challenge :is(.medals, .verdict, .score):empty {
    display: none;
  }
  & .challenge :is(p, ul) {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  & .challenge .won {
    font-weight: 600;
  }
  & .says {
    min-height: 2.8em;
  }
  & .said {
    min-height: 1.4em;
  }
  & :is(.says, .said) {
    font-variant-numeric: tabular-nums;
  }
  & .guide:not(:has(:not(:empty))) {
    display: none;
  }
  & .guide {
    padding-left: 8px;
    border-left: 3px solid #0072B2;
  }
  & .drive {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px 14px;
    align-items: start;
  }
  & .dial .slider {
    align-items: start;
    font-size: 16px;
    font-weight: 600;
    line-height: 24px;
  }
  & .dial output {
    min-width: 2.8em;
  }
  & .go {
    display: flex;
    gap: 10px;
    align-items: center;
  }
  & .start {
    min-width: 7em;
    min-height: 34px;
    font-weight: 600;
  }
  & .chip {
    min-width: 13.5em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  & .wanted {
    outline: 3px solid #0072B2;
    outline-offset: 2px;
    border-radius: 4px;
  }
  & .event {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  & summary {
    min-height: 28px;
    line-height: 28px;
    cursor: pointer;
  }
  & :is(.model, .training) > .inside {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 16px;
    align-items: center;
  }
  & .inside > .slider {
    flex: 1 1 18em;
    max-width: 30em;
  }
  & .more > .inside {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px 12px;
    justify-items: stretch;
  }
  & .more button {
    justify-self: start;
  }
  & dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 2px 12px;
    margin: 4px 0;
  }
  & dt {
    font-weight: 600;
  }
  & dd {
    margin: 0;
  }
  /* Keys are named where there is likely to be a keyboard */
  & .keys {
    @media not (pointer: fine) {
      display: none;
    }
  }
  /* A canvas takes the size of its frame, never the other way round */
  & .panel {
    position: relative;
    height: 150px;
  }
  & .panel canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    touch-action: pan-y;
  }
  & .panel:is(.view, .norms, .trip) {
    cursor: pointer;
  }
  /* Picture, slider and words on one screen: what else is on it takes up to 308 pixels */
  & .panel.view {
    height: min(100cqw, max(280px, 100vh - 308px));
  }
  & .panel.trip {
    height: 250px;
  }
  & .speech {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  & :is([hidden], .hidden),
  & details:not(:has(> .inside > :not(.hidden))) {
    display: none;
  }
  @media (pointer: coarse) {
    & .grip {
      width: 48px;
      height: 48px;
    }
    & :is(select, button:not(.grip), summary),
    & input:not([type="range"]) {
      min-height: 32px;
    }
  }
  @container (max-width: 619px) {
    & .presets button {
      display: none;
    }
    /* Always at hand below the picture, however far the page has been scrolled */
    & .drive {
      position: sticky;
      bottom: 0;
      z-index: 1;
      grid-template-columns: minmax(0, 1fr);
      order: 1;
      padding: 2px 0;
      background: var(--ground, Canvas);
    }
    & .event {
      grid-row: 1;
    }
    & .event:empty {
      display: none;
    }
  }
  @container (min-width: 620px) {
    & .presets select {
      display: none;
    }
    & .stage {
      grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    }
    & .panel.view {
      height: max(280px, min(460px, 100vh - 308px));
    }
    & .panel.trip {
      flex: 1;
      height: auto;
      min-height: 200px;
    }
    & .by-hand[open] ~ .panel.trip {
      min-height: 250px;
    }
    & .by-arrow {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 14px;
    }
    & .by-arrow .slider span {
      min-width: 7.5em;
    }
    & .event {
      min-height: 1.4em;
    }
    & .more > .inside {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
}
`;
// src/laboratory/layout.js
function folded(parent, className, title) {
  const whole2 = add(parent, "details", { className });
  add(whole2, "summary", { textContent: title });
  return add(whole2, "div", { className: "inside" });
}
function glossary(parent) {
  const list = add(parent, "dl");
  for (const [word, explained] of Object.entries(GLOSSARY)) {
    add(list, "dt", { textContent: word });
    const meaning2 = add(list, "dd", { textContent: explained });
    if (KEYS[word]) add(meaning2, "span", { className: "keys", textContent: ` ${KEYS[word]}` });
  }
}
function layOut(root) {
  root.classList.add("toymodels-laboratory");
  add(root, "style", { textContent: style_default });
  const part = (parent, className) => add(parent, "div", { className });
  const top = part(root, "top");
  const stage = part(root, "stage");
  const main = part(stage, "main");
  const beside = part(stage, "beside");
  const drive = part(root, "drive");
  const parts = {
    presets: part(top, "presets"),
    takings: part(top, "takings"),
    // what a reader goes back by, and takes home
    picture: part(main, "picture"),
    under: part(main, "under"),
    guide: part(beside, "guide"),
    // what a preset says
    says: part(beside, "says"),
    said: part(beside, "said"),
    // the value under the pointer
    by_hand: folded(beside, "by-hand", "By hand"),
    beside,
    dial: part(drive, "dial"),
    go: part(drive, "go"),
    event: part(drive, "event"),
    // what happened last
    challenge: folded(root, "challenge", "Beat the optimiser: find an arrangement yourself"),
    model: folded(root, "model", "Model and data"),
    training: folded(root, "training", "Training"),
    pictures: folded(root, "more", "More pictures"),
    speech: new Speech(root)
  };
  glossary(folded(root, "glossary", "Words"));
  return parts;
}
// src/canvas.js
var FONT = 12;
var MOST_DENSE = 3;
function page(canvas, theme) {
  const density = Math.min(MOST_DENSE, globalThis.devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `${FONT}px system-ui, sans-serif`;
  return { pen, width, height, theme };
}
function write({ pen, theme }, text, x, y, { align = "center", color = theme.ink, turn = 0, halo = false } = {}) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(turn);
  Object.assign(pen, { textAlign: align, textBaseline: "middle", fillStyle: color });
  if (halo) {
    Object.assign(pen, { strokeStyle: theme.ground, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(text, 0, 0);
  }
  pen.fillText(text, 0, 0);
  pen.restore();
}
function line({ pen, theme }, points, { color = theme.faint, width = 1, dash = [], alpha = 1 } = {}) {
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
  pen.setLineDash(dash);
  pen.beginPath();
  let drawing = false;
  for (const [x, y] of points) {
    const seen2 = Number.isFinite(x) && Number.isFinite(y);
    if (seen2 && drawing) pen.lineTo(x, y);
    else if (seen2) pen.moveTo(x, y);
    drawing = seen2;
  }
  pen.stroke();
  pen.restore();
}
function dot({ pen }, x, y, radius, { color, rim = null, alpha = 1 }) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  pen.save();
  Object.assign(pen, { fillStyle: color, globalAlpha: alpha });
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  if (rim) {
    Object.assign(pen, { strokeStyle: rim, lineWidth: 1 });
    pen.stroke();
  }
  pen.restore();
}
function box2({ pen, theme }, x, y, width, height, { color = theme.ink, thick = 1, fill = null } = {}) {
  if (fill) {
    pen.fillStyle = fill;
    pen.fillRect(x, y, width, height);
  } else {
    Object.assign(pen, { strokeStyle: color, lineWidth: thick });
    pen.strokeRect(x, y, width, height);
  }
}
function arrow(on, from, tip, { color, width = 2.5 }) {
  const [dx, dy] = [tip[0] - from[0], tip[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const head = 9;
  const end = length > head ? 1 - 0.7 * head / length : 1;
  line(on, [from, [from[0] + end * dx, from[1] + end * dy]], { color, width });
  if (length < 8) return;
  const { pen } = on;
  pen.fillStyle = color;
  pen.beginPath();
  for (const [along, across] of [
    [0, 0],
    [-head, head / 2],
    [-head, -head / 2]
  ])
    pen.lineTo(tip[0] + (along * dx - across * dy) / length, tip[1] + (along * dy + across * dx) / length);
  pen.fill();
}
function square({ width, height }, { left, top, right, bottom }) {
  const side = Math.max(10, Math.min(width - left - right, height - top - bottom));
  return { side, x: left + (width - left - right - side) / 2, y: top + (height - top - bottom - side) / 2 };
}
// src/panels/cloud.js
var FAINT = 0.75;
function drawCloud(on, onPage, points, states) {
  const colors = [palette_default.unmarked, palette_default.positive, palette_default.negative].map((color) => on.theme.mark(color));
  states.forEach((state, k) => {
    const place = onPage([points[2 * k], points[2 * k + 1]]);
    dot(on, ...place, 2.2, { color: colors[Math.round(state)], alpha: FAINT });
  });
}
// src/panels/opening.js
var SHADE = 0.8;
function openPart([u, v], b, half) {
  const corners = [
    [half, half],
    [-half, half],
    [-half, -half],
    [half, -half]
  ];
  const height = ([x, y]) => u * x + v * y + b;
  return corners.flatMap((corner, k) => {
    const next = corners[(k + 1) % 4];
    const [here, there] = [height(corner), height(next)];
    const share = here / (here - there);
    const crossing = corner.map((value, c) => value + share * (next[c] - value));
    return [...here > 0 ? [corner] : [], ...here > 0 !== there > 0 ? [crossing] : []];
  });
}
function openStretch([u, v], b, [x, y]) {
  const slope = u * x + v * y;
  const edge = Math.max(0, Math.min(1, -b / slope));
  if (slope > 0 && edge < 1) return [edge, 1];
  if (slope < 0 && edge > 0) return [0, edge];
  return slope === 0 && b > 0 ? [0, 1] : null;
}
function drawHalfPlane(on, w, b, { half, onPage }) {
  const { pen, theme } = on;
  const part = openPart(w, b, half);
  pen.save();
  Object.assign(pen, { fillStyle: theme.band, globalAlpha: SHADE });
  pen.beginPath();
  for (const corner of part) pen.lineTo(...onPage(corner));
  pen.fill();
  pen.restore();
  const onEdge = part.filter(([x, y]) => Math.abs(w[0] * x + w[1] * y + b) < 1e-6);
  if (onEdge.length === 2) line(on, onEdge.map(onPage), { dash: palette_default.lines.reference.canvas });
}
function drawOpening(on, { i, b, always }, directions, plane) {
  const own = always ? [0, 0] : directions[i];
  const bias = always ? 1 : b;
  drawHalfPlane(on, own, bias, plane);
  directions.forEach((tip, j) => {
    const stretch = j !== i && openStretch(own, bias, tip);
    if (!stretch) return;
    const ends = stretch.map((share) => plane.onPage(tip.map((value) => share * value)));
    line(on, ends, { color: on.theme.mark(palette_default.leak), width: 9, alpha: 0.75 });
  });
}
// src/panels/arrows.js
var EXTENT = 2.9;
var TILT = 20 * Math.PI / 180;
var SHORTEST2 = 0.1;
var TOGETHER = 0.08;
var EDGE = 1.25;
var HIGH = 12;
var GRAB = 20;
function namesAt(tips) {
  const names = [];
  tips.forEach((tip, i) => {
    names[i] = Math.hypot(...tip) > SHORTEST2 ? `${i}` : "";
    for (let j = 0; j < i; j++) {
      const apart2 = Math.hypot(...tip.map((value, k) => value - tips[j][k]));
      if (names[i] && names[j] && apart2 < TOGETHER) {
        names[j] += `, ${i}`;
        names[i] = "";
      }
    }
  });
  return names;
}
function stubsAmong(tips) {
  const stubs = [...tips.keys()].filter((i) => Math.hypot(...tips[i]) <= SHORTEST2);
  if (!stubs.length) return "";
  return `${stubs.join(", ")}, of no length: drag ${stubs.length > 1 ? "them" : "it"} out`;
}
function neighbours(tips) {
  const long = [...tips.keys()].filter((i) => Math.hypot(...tips[i]) > SHORTEST2);
  const pairs = long.flatMap((i, a) => long.slice(a + 1).map((j) => [i, j]));
  const apart2 = ([i, j]) => Math.hypot(...tips[i].map((value, k) => value - tips[j][k]));
  const reach = EDGE * Math.min(...pairs.map(apart2));
  return pairs.filter((pair) => apart2(pair) <= reach);
}
function seen(tip, angle) {
  if (tip.length === 2) return [...tip, 0];
  const [a, b, c] = tip;
  const [right, deep] = [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
  return [right, c * Math.cos(TILT) - deep * Math.sin(TILT), c * Math.sin(TILT) + deep * Math.cos(TILT)];
}
function drawArrows(canvas, theme, data, cursor = null) {
  const { W, n, m, importance = null, colors = null, angle = 0, dot: point = null, title = "" } = data;
  const { ghosts = null, half = null, cloud = null, states = null, opening = null, note = null, stubs = false } = data;
  const on = page(canvas, theme);
  const room = { left: 28, top: title ? 20 : 6, right: 12, bottom: m === 2 ? 26 : 6 };
  const { side, x, y } = square(on, room);
  const middle = [x + side / 2, y + side / 2];
  const unit = side / EXTENT;
  const arrowsIn = (all) => Array.from({ length: n }, (_, i) => Array.from(all.subarray(i * m, (i + 1) * m)));
  const directions = arrowsIn(W);
  const onPage = ([right, up]) => [middle[0] + unit * right, middle[1] - unit * up];
  const plane = { half: EXTENT / 2, onPage };
  if (half) drawHalfPlane(on, half.slice(0, 2), half[2], plane);
  if (opening) drawOpening(on, opening, directions, plane);
  const { pen } = on;
  pen.save();
  pen.strokeStyle = theme.faint;
  pen.setLineDash(palette_default.lines["unit circle"].canvas);
  pen.beginPath();
  pen.arc(...middle, unit, 0, 2 * Math.PI);
  pen.stroke();
  pen.restore();
  if (ghosts)
    for (const ghost of arrowsIn(ghosts)) arrow(on, middle, onPage(ghost), { color: theme.hairline, width: 4 });
  const views = directions.map((tip) => seen(tip, angle));
  const tips = views.map(onPage);
  if (m === 3) for (const [i, j] of neighbours(directions)) line(on, [tips[i], tips[j]], { width: 0.8, alpha: 0.7 });
  const most = importance ? Math.max(...importance, 1e-9) : 1;
  const blue = channels(theme.mark(palette_default.arrow));
  const pale = channels(theme.mark(palette_default.paleArrow));
  const chosen = cursor?.j ?? null;
  const behindFirst = [...views.keys()].sort((i, j) => views[i][2] - views[j][2]);
  for (const i of behindFirst) {
    const near = m === 3 ? (1 + Math.max(-1, Math.min(1, views[i][2]))) / 2 : 1;
    const weight = (importance ? importance[i] / most : 1) * near;
    const shade = css(pale.map((value, c) => value + weight * (blue[c] - value)));
    const own = colors ? theme.mark(colors[i]) : shade;
    const color = i === chosen && !colors ? theme.mark(palette_default.positive) : own;
    arrow(on, middle, tips[i], { color, width: i === chosen ? colors ? 6 : 4 : 2 + weight });
  }
  if (cloud) drawCloud(on, onPage, cloud, states);
  const written = [];
  namesAt(directions).forEach((name, i) => {
    if (!name || note?.j === i) return;
    const [dx, dy] = [tips[i][0] - middle[0], tips[i][1] - middle[1]];
    const beyond = 1 + 11 / Math.max(1, Math.hypot(dx, dy));
    const place = { x: middle[0] + beyond * dx, y: middle[1] + beyond * dy, half: pen.measureText(name).width / 2 };
    const covers = ({ x: x2, y: y2, half: half2 }) => Math.abs(x2 - place.x) < half2 + place.half && Math.abs(y2 - place.y) < HIGH;
    if (written.some(covers)) return;
    written.push(place);
    write(on, name, place.x, place.y, { halo: true });
  });
  if (point) {
    const place = onPage([point.x, point.y]);
    dot(on, ...place, 9, { color: theme.text(palette_default.reference) });
    write(on, point.name, ...place, { color: theme.ground });
  }
  const say = (text, px, top) => {
    const wide = on.pen.measureText(text).width + 8;
    const left = Math.max(0, Math.min(on.width - wide, px - wide / 2));
    box2(on, left, top, wide, 18, { fill: theme.ground });
    write(on, text, left + wide / 2, top + 9);
  };
  const unnamed = stubs && !note ? stubsAmong(directions) : "";
  if (unnamed) say(unnamed, middle[0], middle[1] + 20);
  if (note) {
    const [px, py] = tips[note.j];
    say(note.text, px, py < y + 40 ? py + 28 : py - 44);
  }
  if (title) write(on, title, on.width / 2, 10);
  if (m === 2) {
    write(on, "hidden dimension 0", middle[0], y + side + 13);
    write(on, "hidden dimension 1", x - 14, middle[1], { turn: -Math.PI / 2 });
  }
  return { tips, middle, unit };
}
function arrowAt({ tips }, px, py) {
  const far = tips.map((tip) => Math.hypot(tip[0] - px, tip[1] - py));
  const j = far.indexOf(Math.min(...far));
  return far[j] < GRAB ? { i: null, j } : null;
}
// src/axis.js
function scale([low, high], [start, end], kind = "linear") {
  const f = kind === "log" ? Math.log : (value) => value;
  const at = (value) => start + (f(value) - f(low)) / (f(high) - f(low) || 1) * (end - start);
  at.invert = (pixel) => {
    const place = f(low) + (pixel - start) / (end - start) * (f(high) - f(low));
    return kind === "log" ? Math.exp(place) : place;
  };
  return Object.assign(at, { low, high, start, end, kind });
}
function roundTicks(from, to, most = 6) {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((k) => k * power).find((step2) => (high - low) / step2 <= most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => +((first + k) * step).toPrecision(12));
}
function wholeTicks(n, most = 6) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3].find((step2) => n / step2 <= most) ?? n;
  return Array.from({ length: Math.ceil(n / step) }, (_, k) => k * step);
}
function bottomAxis(on, at, y, { ticks, label = "", shift = 0, name = signed }) {
  for (const tick of ticks) write(on, name(tick), at(tick) + shift, y + FONT * 0.75, { color: on.theme.faint });
  if (label) write(on, label, (at.start + at.end) / 2, y + FONT * 2);
}
function leftAxis(on, at, x, { ticks, label = "", shift = 0, room = 32, name = signed }) {
  for (const tick of ticks) write(on, name(tick), x - 5, at(tick) + shift, { align: "right", color: on.theme.faint });
  if (label) write(on, label, x - room, (at.start + at.end) / 2, { turn: -Math.PI / 2 });
}
function frame(on, { left, right, top, bottom }) {
  line(on, [
    [left, top],
    [left, bottom],
    [right, bottom]
  ]);
}
// src/panels/bars.js
var ROOM = { left: 88, right: 8, top: 7 };
var LEGEND = 18;
var KEY = 36;
var BAR = 0.9;
var NUMBER = 13;
function colorOf(theme, { color, interference, marked }, value, i) {
  if (marked && !marked[i]) return theme.mark(palette_default.unmarked);
  if (interference) return `rgb(${MAPS.interference(interference[i])})`;
  return theme.mark(color === "sign" ? value > 0 ? palette_default.positive : palette_default.negative : color);
}
function stackOf(parts) {
  const reach = { up: 0, down: 0 };
  return Array.from(parts, (value, part) => ({ part, value })).filter(({ value }) => value > 0 || value < 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).map(({ part, value }) => {
    const side = value > 0 ? "up" : "down";
    const from = reach[side];
    reach[side] += value;
    return { part, value, from, to: reach[side] };
  });
}
function drawStack(on, data, i, [begin, end], Y) {
  const { stacks, values, low, high } = data;
  const { theme } = on;
  const inside2 = (value) => Math.max(low, Math.min(high, value));
  const count = stacks.length / values.length;
  const pile = stackOf(stacks.subarray(i * count, (i + 1) * count));
  for (const { part, value, from, to } of pile) {
    const [one, other] = [Y(inside2(from)), Y(inside2(to))];
    const tall = Math.abs(other - one);
    if (tall < 0.5) continue;
    const gap = tall > 3 ? 0.5 : 0;
    const fill = colorOf(theme, { color: "sign" }, value);
    box2(on, begin, Math.min(one, other) + gap, end - begin, tall - 2 * gap, { fill });
    if (tall < NUMBER || end - begin < NUMBER) continue;
    const legible = (color2) => contrast(channels(color2), channels(fill));
    const color = legible("rgb(255, 255, 255)") > legible("rgb(0, 0, 0)") ? "white" : "black";
    write(on, part, (begin + end) / 2, (one + other) / 2, { color });
  }
  const reach = pile.map(({ to }) => to);
  for (const value of [Math.max(0, ...reach), Math.min(0, ...reach)])
    if (value !== inside2(value))
      write(on, signed(value.toFixed(1)), (begin + end) / 2, Y(inside2(value)) + (value > 0 ? 7 : -7), { halo: true });
}
function drawBars(canvas, theme, data, cursor = null) {
  const on = page(canvas, theme);
  const bottom = on.height - (data.xlabel ? 32 : data.places ? 18 : 5);
  const top = data.legend ? LEGEND : ROOM.top;
  if (data.legend) legend(on, data);
  return barsIn(on, data, { left: ROOM.left, right: on.width - ROOM.right, top, bottom }, cursor);
}
function legend(on, { interference, crosses = [], legend: names }) {
  const { theme } = on;
  const y = LEGEND / 2 - 1;
  let x = 8;
  const say = (words, color = theme.ink) => {
    write(on, words, x, y, { align: "left", color });
    x += on.pen.measureText(words).width + 5;
  };
  if (interference) {
    const { most } = palette_default.interference;
    say("0");
    for (let k = 0; k < KEY; k++, x++)
      box2(on, x, y - 5, 1.5, 10, { fill: `rgb(${MAPS.interference(k / KEY * most)})` });
    x += 5;
    say(`${most}+ interference `);
  }
  say(`\u25CF ${names.dots} `, theme.text(palette_default.dimensionality));
  if (crosses.length) say(`\xD7 ${names.crosses}`, theme.text(palette_default.positive));
}
function barsIn(on, data, { left, right, top, bottom }, cursor = null) {
  const { theme } = on;
  const { values, low, high, label, xlabel = "", dots, active, targets, crosses = [], places = false } = data;
  const { range, edge, sides = ["", ""], stacks = null } = data;
  const count = values.length;
  const step = (right - left) / count;
  const X = scale([0, count], [left, right]);
  const along = range ? scale(range, [left, right]) : X;
  const Y = scale([low, high], [bottom, top]);
  const inside2 = (value) => Math.max(low, Math.min(high, value));
  active?.forEach((here, i) => {
    if (here) box2(on, X(i), top, step, bottom - top, { fill: theme.band });
  });
  if (edge) box2(on, along(edge[0]), top, right - along(edge[0]), bottom - top, { fill: theme.band });
  line(
    on,
    [
      [left, Y(0)],
      [right, Y(0)]
    ],
    { width: 0.8 }
  );
  const sidesOf = (i) => range ? [Math.round(X(i)), Math.round(X(i + 1))] : [X(i + (1 - BAR) / 2), X(i + (1 + BAR) / 2)];
  values.forEach((value, i) => {
    if (stacks) {
      drawStack(on, data, i, sidesOf(i), Y);
      return;
    }
    const [from, to] = [Y(0), Y(inside2(value))];
    const [begin, end] = sidesOf(i);
    const place = [begin, Math.min(from, to), end - begin, Math.abs(to - from)];
    box2(on, ...place, { fill: colorOf(theme, data, value, i) });
    if (data.interference && BAR * step > 3) box2(on, ...place, { color: theme.faint, thick: 0.5 });
  });
  values.forEach((value, i) => {
    if (!stacks && (value > high || value < low))
      write(on, value.toFixed(1), X(i + 0.5), value > high ? top + 7 : bottom - 7, { halo: true });
  });
  targets?.forEach((value, i) => {
    if (active?.[i]) box2(on, X(i), Y(Math.max(0, value)), step, Y(0) - Y(Math.max(0, value)), { color: theme.ink });
  });
  const orange = theme.mark(palette_default.dimensionality);
  dots?.forEach((value, i) => {
    dot(on, X(i + 0.5), Y(inside2(value)), 2.5, { color: orange, rim: theme.ground });
  });
  for (const i of crosses)
    write(on, "\xD7", X(i + 0.5), bottom - 6, { color: theme.text(palette_default.positive), halo: true });
  if (edge) {
    const x = along(edge[0]);
    line(
      on,
      [
        [x, top],
        [x, bottom]
      ],
      { color: theme.ink, width: 1.5 }
    );
    write(on, sides[0], x - 5, top + 8, { align: "right", halo: true });
    write(on, sides[1], x + 5, top + 8, { align: "left", halo: true });
  }
  if (cursor && cursor.j !== null && cursor.j < count) {
    const wide = Math.max(step, 4);
    box2(on, X(cursor.j + 0.5) - wide / 2, top, wide, bottom - top, { color: theme.ink, thick: 1.5 });
  }
  const ticks = data.ticks ?? roundTicks(low, high, Math.max(3, Math.floor((bottom - top) / 36)));
  leftAxis(on, Y, left, { ticks });
  label.split("\n").forEach((words, k, all) => {
    write(on, words, left - 24, (top + bottom) / 2 + 13 * (k - (all.length - 1) / 2), { align: "right" });
  });
  const below = range ? { ticks: roundTicks(...range, 6) } : { ticks: wholeTicks(count, 8), shift: step / 2 };
  if (places || xlabel) bottomAxis(on, along, bottom, { ...below, label: xlabel });
  return { left, right, top, bottom, count };
}
function barAt({ left, right, top, bottom, count }, px, py) {
  if (px < left || px >= right || py < top || py > bottom) return null;
  return { i: null, j: Math.floor((px - left) / (right - left) * count) };
}
// src/panels/heatmap.js
var ROOM2 = { left: 50, top: 8, right: 44, bottom: 34 };
var TITLE = 18;
var SHADES = 511;
var RANGES = { weights: [-1, 1] };
var rangeOf2 = (map) => RANGES[map] ?? [0, 1];
function shadesOf(map) {
  const [low, high] = rangeOf2(map);
  const bytes = new Uint8Array(4 * SHADES);
  for (let k = 0; k < SHADES; k++) bytes.set([...MAPS[map](low + k / (SHADES - 1) * (high - low)), 255], 4 * k);
  return new Uint32Array(bytes.buffer);
}
var shades = {};
var images = /* @__PURE__ */ new WeakMap();
function image(canvas, values, rows, columns, map) {
  let kept = images.get(canvas);
  if (kept?.cells.width !== columns || kept.cells.height !== rows) {
    const cells = new OffscreenCanvas(columns, rows);
    const pixels = new ImageData(columns, rows);
    kept = { cells, pixels, words: new Uint32Array(pixels.data.buffer), pen: cells.getContext("2d") };
    images.set(canvas, kept);
  }
  shades[map] ??= shadesOf(map);
  const [low, high] = rangeOf2(map);
  for (let at = 0; at < rows * columns; at++) {
    const place = (values[at] - low) / (high - low) * (SHADES - 1);
    kept.words[at] = shades[map][place > 0 ? Math.min(SHADES - 1, Math.round(place)) : 0];
  }
  kept.pen.putImageData(kept.pixels, 0, 0);
  return kept.cells;
}
function key(on, map, { x, y, height }) {
  const [low, high] = rangeOf2(map);
  const color = MAPS[map];
  for (let k = 0; k < 60; k++) {
    const value = high - k / 59 * (high - low);
    box2(on, x, y + k * height / 60, 10, height / 60 + 1, { fill: `rgb(${color(value)})` });
  }
  for (const value of [low, (low + high) / 2, high])
    write(on, signed(value), x + 14, y + (high - value) / (high - low) * height, {
      align: "left",
      color: on.theme.faint
    });
}
function drawHeatmap(canvas, theme, data, cursor = null) {
  const { values, rows, columns, map, xlabel, ylabel, stretch = false, title = "", marked = null } = data;
  const on = page(canvas, theme);
  const room = { ...ROOM2, top: title ? TITLE : ROOM2.top };
  const fitted = square(on, room);
  const place = stretch ? {
    x: room.left,
    y: room.top,
    width: on.width - room.left - room.right,
    height: on.height - room.top - room.bottom
  } : { x: fitted.x, y: fitted.y, width: fitted.side, height: fitted.side };
  const { x, y, width, height } = place;
  const [across, down] = [width / columns, height / rows];
  on.pen.imageSmoothingEnabled = false;
  on.pen.drawImage(image(canvas, values, rows, columns, map), x, y, width, height);
  box2(on, x, y, width, height, { color: theme.faint });
  const columnAt = scale([0, columns], [x, x + width]);
  const rowAt = scale([0, rows], [y, y + height]);
  bottomAxis(on, columnAt, y + height, { ticks: wholeTicks(columns), label: xlabel, shift: across / 2 });
  leftAxis(on, rowAt, x, { ticks: wholeTicks(rows), label: ylabel, shift: down / 2 });
  key(on, map, { x: x + width + 8, y, height });
  if (title) write(on, title, x + width / 2, TITLE / 2);
  const outline = (left, top, wide, high) => {
    box2(on, left, top, wide, high, { color: palette_default.paper, thick: 3 });
    box2(on, left, top, wide, high, { color: palette_default.ink, thick: 1.5 });
  };
  const column = cursor?.j ?? marked;
  if (column !== null && column < columns) outline(x + column * across, y - 1, across, height + 2);
  if (cursor && cursor.i !== null && cursor.i < rows && cursor.j !== null) {
    const [wide, high] = [Math.max(across, 5), Math.max(down, 5)];
    outline(x + (cursor.j + 0.5) * across - wide / 2, y + (cursor.i + 0.5) * down - high / 2, wide, high);
  }
  return { x, y, across, down, rows, columns };
}
function cellAt({ x, y, across, down, rows, columns }, px, py) {
  const j = Math.floor((px - x) / across);
  const i = Math.floor((py - y) / down);
  return j >= 0 && j < columns && i >= 0 && i < rows ? { i, j } : null;
}
// src/panels/loss.js
var ROOM3 = { left: 52, right: 18, top: 20, bottom: 34 };
var [LOWEST, HIGHEST] = [1 / 16, 4];
var RATIOS = [1 / 16, 1 / 4, 1, 4];
var FEWEST = 1e3;
var GAP = 6;
var MODELS = Object.fromEntries(Object.values(palette_default.models).map(({ name, color }) => [name, color]));
function drawLoss(canvas, theme, { points, marks, taken, model }) {
  const on = page(canvas, theme);
  const place = { left: ROOM3.left, right: on.width - ROOM3.right, top: ROOM3.top, bottom: on.height - ROOM3.bottom };
  const { left, right, top, bottom } = place;
  const last2 = FEWEST * 2 ** Math.max(0, Math.ceil(Math.log2(taken / FEWEST)));
  const X = scale([0, last2], [left, right]);
  const Y = scale([LOWEST, HIGHEST], [bottom, top], "log");
  frame(on, place);
  line(
    on,
    [
      [left, Y(1)],
      [right, Y(1)]
    ],
    { dash: palette_default.lines.reference.canvas }
  );
  let free = left;
  for (const { step, words } of marks) {
    line(
      on,
      [
        [X(step), top],
        [X(step), bottom]
      ],
      { width: 0.8, dash: [1, 2] }
    );
    const wide = on.pen.measureText(words).width;
    const from = Math.min(X(step) + 2, on.width - wide - 2);
    if (from < free) continue;
    write(on, words, from, top - 10, { align: "left" });
    free = from + wide + GAP;
  }
  const seen2 = (ratio) => Y(Math.max(LOWEST, Math.min(HIGHEST, ratio)));
  line(
    on,
    points.map(([step, ratio]) => [X(step), seen2(ratio)]),
    { color: theme.mark(MODELS[model]), width: 1.5 }
  );
  leftAxis(on, Y, left, {
    ticks: RATIOS,
    label: "loss \xF7 best linear",
    room: 42,
    name: (ratio) => ratio < 1 ? `1/${1 / ratio}` : `${ratio}`
  });
  bottomAxis(on, X, bottom, { ticks: [0, last2 / 2, last2], label: "training step" });
}
// src/panels/labels.js
var HIGH2 = 14;
var APART = 2;
var inside = (box3, width) => box3.left >= 0 && box3.left + box3.wide <= width;
var apart = (one, other) => one.left + one.wide + APART <= other.left || other.left + other.wide + APART <= one.left || Math.abs(one.y - other.y) >= HIGH2;
function labelPlaces(points, width) {
  const taken = [];
  const places = points.toReversed().map(({ x, y, wide, up }) => {
    const near = up ? [-11, 12] : [12, -11];
    const steps = [...near, ...near.map((way) => way + Math.sign(way) * HIGH2)];
    const ways = [...steps.map((way) => [0, way]), [wide / 2 + 7, 0], [-wide / 2 - 7, 0]];
    const boxes = ways.map(([dx, dy]) => ({ left: x + dx - wide / 2, wide, y: y + dy, at: [x + dx, y + dy] }));
    const free = boxes.find((box3) => inside(box3, width) && taken.every((other) => apart(box3, other)));
    if (free) taken.push(free);
    return free?.at ?? null;
  });
  return places.toReversed();
}
// src/panels/trail.js
var ROOM4 = { left: 52, right: 18, top: 20, bottom: 34 };
var LEAST = 1e-3;
var SPARSITIES = [0, 0.5, 0.9, 0.99, 0.999];
function drawTrail(canvas, theme, { places, n, m, run }) {
  const on = page(canvas, theme);
  const place = { left: ROOM4.left, right: on.width - ROOM4.right, top: ROOM4.top, bottom: on.height - ROOM4.bottom };
  const { left, right, top, bottom } = place;
  const most = Math.min(n, 2 + Math.max(2 * m, ...places.map(({ kept }) => kept))) * 1.1;
  const dense = scale([1, LEAST], [left + 6, right - 6], "log");
  const X = (S) => dense(Math.max(LEAST, 1 - S));
  const Y = scale([0, most], [bottom, top]);
  const denser = theme.mark(palette_default.denser);
  const sparser = theme.mark(palette_default.sparser);
  frame(on, place);
  for (const [kept, name] of [
    [m, "m"],
    [2 * m, "2m"]
  ]) {
    if (kept > most) continue;
    const ends = [
      [left, Y(kept)],
      [right - 26, Y(kept)]
    ];
    line(on, ends, { width: 0.8, dash: palette_default.lines.reference.canvas });
    write(on, name, right, Y(kept), { align: "right" });
  }
  const labels = [];
  places.forEach(({ run: itsRun, sparsity, kept, pairs, finished }, k) => {
    const before = places[k - 1];
    const now = itsRun === run;
    const joined = before?.run === itsRun;
    const up = joined && sparsity > before.sparsity;
    const here = [X(sparsity), Y(kept)];
    if (joined) {
      const color = now ? up ? sparser : denser : theme.hairline;
      line(on, [[X(before.sparsity), Y(before.kept)], here], { color, width: now ? 2 : 1 });
    }
    if (now && finished) {
      const words = pairs ? `${kept} (${pairs})` : `${kept}`;
      labels.push({ words, x: here[0], y: here[1], wide: on.pen.measureText(words).width, up: !up });
    }
    const last2 = k === places.length - 1;
    if (!finished && !last2) return;
    dot(on, ...here, last2 ? 4 : 3, {
      color: finished ? now ? theme.ink : theme.hairline : theme.ground,
      rim: now ? theme.ink : theme.faint
    });
  });
  labelPlaces(labels, on.width).forEach((at, k) => {
    if (at) write(on, labels[k].words, ...at, { halo: true });
  });
  bottomAxis(on, (tick) => X(tick), bottom, { ticks: SPARSITIES });
  write(on, "sparsity S (dot: training ended)", (left + right) / 2, bottom + 25);
  leftAxis(on, Y, left, {
    ticks: [0, m, 2 * m].filter((kept) => kept <= most),
    label: "features kept (pairs)",
    room: 42
  });
  write(on, "\u2190 denser", left, 9, { align: "left", color: theme.text(palette_default.denser) });
  write(on, "sparser \u2192", right, 9, { align: "right", color: theme.text(palette_default.sparser) });
}
// src/panels/trip.js
var ROOM5 = { left: 78, right: 8, top: 20, bottom: 34 };
var GAP2 = 6;
var SIGNED = [-1.5, 1.5];
var NUMBER2 = 12;
var UNSIGNED = [-0.3, 1.5];
function drawTrip(canvas, theme, { stations, feature, strength, hiddenReLU, outputReLU }, cursor = null) {
  const on = page(canvas, theme);
  const n = stations[0].length;
  const [left, right] = [ROOM5.left, on.width - ROOM5.right];
  const rows = [
    { label: "x", range: UNSIGNED, weight: 1 },
    { label: hiddenReLU ? "ReLU\n(W x)" : "h = W x", range: SIGNED, weight: 1 },
    { label: "W\u1D40h", range: SIGNED, weight: 1.6 },
    { label: "+ b", range: SIGNED, weight: 1.6 },
    { label: outputReLU ? "x\u0302\nReLU" : "x\u0302\nno ReLU", range: outputReLU ? UNSIGNED : SIGNED, weight: 1 }
  ];
  const all = rows.reduce((sum, { weight }) => sum + weight, 0);
  const room = on.height - ROOM5.top - ROOM5.bottom - GAP2 * (rows.length - 1);
  const active = Array.from({ length: n }, (_, i) => +(i === feature));
  write(on, `the round trip of feature ${feature} alone, at ${strength}`, (left + right) / 2, 9);
  let top = ROOM5.top;
  rows.forEach(({ label, range: [low, high], weight }, k) => {
    const bottom = top + room * weight / all;
    const last2 = k === rows.length - 1;
    const data = {
      values: stations[k],
      low,
      high,
      label,
      color: "sign",
      ticks: (bottom - top) / (high - low) < NUMBER2 ? [0] : [0, 1],
      active: k === 1 ? void 0 : active,
      // its bars are hidden dimensions
      targets: last2 ? stations[0] : void 0,
      xlabel: last2 ? "feature i (row 2: dimension)" : ""
    };
    barsIn(on, data, { left, right, top, bottom }, k === 1 ? null : cursor);
    top = bottom + GAP2;
  });
  return { left, right, top: ROOM5.top, bottom: on.height - ROOM5.bottom, count: n };
}
// src/laboratory/pictures.js
var LONGEST3 = 1.6;
var NO_DOT = 0.1;
var PLACES_SAID = 10;
var only = (n, feature, strength = 1) => Array.from({ length: n }, (_, i) => i === feature ? strength : 0);
var hasArrows = ({ m }) => m === 2 || m === 3;
function view(canvas, theme, { latest, means, angle, cursor, hands }) {
  const { setting, W, seen: seen2 } = latest;
  const { n, m, feed } = setting;
  if (hasArrows(setting)) {
    const title = m === 2 ? "drag an arrow by its tip" : "arrows in space: drag to turn";
    const red = cursor?.j ?? feed;
    const { importance } = means;
    const data2 = { W, n, m, importance, angle, title: `${title}; feature ${red} in red`, ...m === 2 ? hands : {} };
    const drawn2 = drawArrows(canvas, theme, data2, { i: null, j: red });
    return Object.assign((x, y) => arrowAt(drawn2, x, y), { drawn: drawn2 });
  }
  const data = {
    values: seen2.gram,
    rows: n,
    columns: n,
    map: "weights",
    xlabel: "feature j",
    ylabel: "feature i",
    title: `W\u1D40W, column ${feed}: the readings for feature ${feed} alone`,
    marked: feed
  };
  const drawn = drawHeatmap(canvas, theme, data, cursor);
  return (x, y) => cellAt(drawn, x, y);
}
function norms(canvas, theme, { latest: { setting, seen: seen2, dead }, cursor }) {
  const data = {
    values: seen2.norms,
    low: 0,
    high: LONGEST3,
    label: "length\n|W\u1D62|",
    xlabel: "feature i",
    interference: seen2.interference,
    dots: seen2.dimensionality.map((D, i) => seen2.norms[i] > NO_DOT ? D : Number.NaN),
    crosses: dead,
    active: only(setting.n, setting.feed),
    ticks: [0, 0.5, 1, 1.5],
    legend: { dots: "dimensionality", crosses: "dead" }
  };
  const drawn = drawBars(canvas, theme, data, cursor);
  return (x, y) => barAt(drawn, x, y);
}
function loss(canvas, theme, { curve: { points, marks }, latest: { taken, setting } }) {
  drawLoss(canvas, theme, { points, marks, taken, model: setting.model });
}
function trail(canvas, theme, { trail: { places }, latest: { setting, run } }) {
  drawTrail(canvas, theme, { places, n: setting.n, m: setting.m, run });
}
function trip(canvas, theme, { latest, means, cursor, strength }) {
  const { n, feed } = latest.setting;
  const { hiddenReLU, outputReLU } = means;
  const stations = roundTrip(latest, means, only(n, feed, strength));
  const drawn = drawTrip(canvas, theme, { stations, feature: feed, strength, hiddenReLU, outputReLU }, cursor);
  return (x, y) => barAt(drawn, x, y);
}
var DRAW = { view, norms, loss, trail, trip };
var FEATURES = ["view", "norms", "trip"];
var Pictures = class {
  #places = {};
  // name -> what is at a place of that picture
  #inView;
  /** parents: name -> the element that a picture comes into. */
  constructor(parents, news) {
    this.canvases = {};
    this.shown = /* @__PURE__ */ new Set();
    this.#inView = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.shown.add(target.className);
        else this.shown.delete(target.className);
      }
      news();
    });
    for (const [name, parent] of Object.entries(parents)) {
      const { canvas } = framedCanvas(parent, name);
      const ariaLabel = "a picture, drawn as soon as it is on the screen";
      this.canvases[name] = Object.assign(canvas, { className: name, role: "img", ariaLabel });
      if (FEATURES.includes(name)) {
        Object.assign(canvas, { tabIndex: 0, role: "application" });
        canvas.ariaRoleDescription = "picture with values";
      }
      this.#inView.observe(canvas);
    }
  }
  get pointable() {
    return Object.entries(this.canvases).filter(([name]) => FEATURES.includes(name));
  }
  /** Draws what a session has last. angle: of the figure in space. cursor: {i, j}, features pointed at, or null.
   *
   * hands: what is drawn of them in the plane: {ghosts, opening, note, stubs}, see drawArrows.
   */
  draw(theme, { latest, curve, trail: trail2, strength }, angle, cursor, hands) {
    const what = { latest, curve, trail: trail2, strength, angle, cursor, hands, means: meaning(latest.setting) };
    for (const name of this.shown) this.#places[name] = DRAW[name](this.canvases[name], theme, what);
  }
  /** Where the arrows were drawn last: {tips, middle, unit}. */
  get plane() {
    return this.#places.view?.drawn ?? null;
  }
  /** {i, j} of the features at a place of a picture, or null; i is null where there are no rows. */
  at(name, x, y) {
    return this.#places[name]?.(x, y) ?? null;
  }
  /** What a screen reader says of them. words: the sentence on what is seen. */
  describe({ latest: { setting, seen: seen2 }, trail: { places } }, words) {
    const { n, m, feed } = setting;
    const what = hasArrows(setting) ? `Arrows of ${n} features in ${m} dimensions` : "Heatmap of W transposed W";
    const way = places.slice(-PLACES_SAID).map(({ kept, sparsity }) => `${kept} at S = ${sparsity}`);
    const { view: view2, norms: norms2, loss: loss2, trail: trail2, trip: trip2 } = this.canvases;
    view2.ariaLabel = `${what}. ${words}`;
    norms2.ariaLabel = `Lengths of the features' arrows; kept are ${ranges(seen2.kept) || "none"}.`;
    loss2.ariaLabel = "Loss over the training steps, beside the best linear model's.";
    trail2.ariaLabel = `Features kept on the way through the sparsities: ${way.join(", ")}.`;
    trip2.ariaLabel = `Round trip of feature ${feed} alone.`;
  }
  end() {
    this.#inView.disconnect();
  }
};
// src/laboratory/pointer.js
var SLIP2 = 8;
function listen(canvas, { tap, drag, point }) {
  let start = null;
  let last2 = 0;
  let dragging = false;
  canvas.onpointerdown = ({ isPrimary, button: button2, clientX, clientY, pointerId }) => {
    if (!isPrimary || button2 !== 0) return;
    start = { x: clientX, y: clientY };
    last2 = clientX;
    dragging = false;
    canvas.setPointerCapture(pointerId);
  };
  const place = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  canvas.onpointermove = (event) => {
    const { isPrimary, clientX, clientY, pointerType } = event;
    if (!start && pointerType !== "touch") point(...place(event));
    if (!start || !isPrimary) return;
    const [across, along] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
    dragging ||= across >= SLIP2 && across > along;
    if (!dragging) return;
    drag(clientX - last2);
    last2 = clientX;
  };
  canvas.onpointerleave = ({ pointerType }) => pointerType !== "touch" && point();
  canvas.onpointerup = (event) => {
    const { isPrimary, clientX, clientY } = event;
    if (!start || !isPrimary) return;
    const slipped = Math.hypot(clientX - start.x, clientY - start.y);
    start = null;
    if (dragging || slipped >= SLIP2) return;
    tap(...place(event));
  };
  canvas.onpointercancel = () => {
    start = null;
  };
}
// src/laboratory/saving.js
var WORDS = 30;
var GAP3 = 8;
function sandboxed() {
  if (self.origin === "null") return location.protocol !== "file:";
  for (let view2 = self; view2.frameElement; view2 = view2.parent)
    if (view2.frameElement.sandbox?.length && !view2.frameElement.sandbox.contains("allow-downloads")) return true;
  return false;
}
function around(elements) {
  const all = elements.map((element) => element.getBoundingClientRect());
  const [left, top] = [Math.min(...all.map((box3) => box3.left)), Math.min(...all.map((box3) => box3.top))];
  const [right, bottom] = [Math.max(...all.map((box3) => box3.right)), Math.max(...all.map((box3) => box3.bottom))];
  return { left, top, width: right - left, height: bottom - top };
}
function savePicture(parent, canvases, theme, words) {
  const { left, top, width, height } = around(canvases);
  const ratio = globalThis.devicePixelRatio || 1;
  const whole2 = Object.assign(document.createElement("canvas"), {
    width: width * ratio,
    height: (height + WORDS) * ratio
  });
  const pen = whole2.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height + WORDS);
  for (const canvas of canvases) {
    const at = canvas.getBoundingClientRect();
    pen.drawImage(canvas, at.left - left, at.top - top, at.width, at.height);
  }
  pen.fillStyle = theme.ink;
  pen.font = "12px system-ui, sans-serif";
  pen.fillText(words, GAP3, height + WORDS - 10, width - 2 * GAP3);
  const href = whole2.toDataURL("image/png");
  const link = add(parent, "a", { href, download: "superposition.png", hidden: true });
  link.click();
  link.remove();
}
function copier(parent) {
  const box3 = add(parent, "input", { type: "text", readOnly: true, hidden: true, ariaLabel: "copy this text" });
  return async (text, without) => {
    try {
      await navigator.clipboard.writeText(text);
      return `copied${without}: ${text}`;
    } catch {
      box3.hidden = false;
      box3.value = text;
      box3.size = text.length;
      box3.select();
      return "the text is selected: copy it from the box";
    }
  };
}
// text:src/laboratory/worker.js
var worker_default = `(() => {
  // src/laboratory/trainer.js
  var BETA1 = 0.9;
  var BETA2 = 0.99;
  var EPSILON = 1e-8;
  var POINT = 10;
  var LEAST_SHUT = 1e3;
  function uniformNumbers(seed) {
    let a = seed >>> 0;
    let b = Math.floor(seed / 2 ** 32) >>> 0;
    let c = 2654435769;
    let counter = 1;
    function next() {
      const sum = a + b + counter | 0;
      counter = counter + 1 | 0;
      a = b ^ b >>> 9;
      b = c + (c << 3) | 0;
      c = (c << 21 | c >>> 11) + sum | 0;
      return (sum >>> 0) / 2 ** 32;
    }
    for (let i = 0; i < 20; i++) next();
    return next;
  }
  function warmupCosine(lr, step, steps) {
    const climb = Math.min(1, 10 * (step + 1) / steps);
    const fall = (1 + Math.cos(Math.PI * step / steps)) / 2;
    return lr * climb * fall;
  }
  function linearOptimum(m, sparsity, importance) {
    const worth = importance.map((I, i) => I * ((1 - sparsity[i]) / 3 - (1 - sparsity[i]) ** 2 / 4));
    const dropped = worth.sort().subarray(0, worth.length - m);
    return dropped.reduce((sum, w) => sum + w, 0) / worth.length;
  }
  var Trainer = class {
    constructor(n, m, seed) {
      this.n = n;
      this.m = m;
      this.uniform = uniformNumbers(seed);
      this.W = new Float64Array(n * m).map(() => this.normal() / Math.sqrt(n));
      this.b = new Float64Array(n);
      this.dW = new Float64Array(n * m);
      this.db = new Float64Array(n);
      this.moments = [this.W, this.b].map(({ length }) => ({
        mean: new Float64Array(length),
        square: new Float64Array(length)
      }));
      this.updates = 0;
      this.x = new Float64Array(n);
      this.h = new Float64Array(m);
      this.dh = new Float64Array(m);
      this.active = new Int32Array(n);
      this.drawn = 0;
      this.opened = new Float64Array(n);
    }
    /** What may change while it trains; sparsity and importance: (n,). */
    set({ sparsity, importance, hiddenReLU, outputReLU }) {
      this.sparsity = Float64Array.from(sparsity);
      this.importance = Float64Array.from(importance);
      this.hiddenReLU = hiddenReLU;
      this.outputReLU = outputReLU;
      this.optimum = linearOptimum(this.m, this.sparsity, this.importance);
      this.opened.fill(this.drawn);
    }
    /** Outputs that were shut for every one of many samples: 20 times as many as its feature takes to appear once. */
    dead() {
      const { drawn, opened, sparsity } = this;
      return [...opened.keys()].filter((i) => drawn - opened[i] > LEAST_SHUT + 20 / (1 - sparsity[i]));
    }
    /** A normal number (Box and Muller). */
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      return radius * Math.cos(2 * Math.PI * this.uniform());
    }
    /** Draws x: one uniform number gives both whether a feature is there and its value. */
    sample() {
      const { x, sparsity, uniform } = this;
      for (let i = 0; i < x.length; i++) {
        const u = uniform();
        x[i] = u > sparsity[i] ? (u - sparsity[i]) / (1 - sparsity[i]) : 0;
      }
    }
    /** The loss of a batch; its gradients stay in dW and db. Sample by sample, and zeros cost nothing. */
    gradients(batch) {
      this.dW.fill(0);
      this.db.fill(0);
      const scale = 1 / (this.n * batch);
      let loss = 0;
      for (let s = 0; s < batch; s++) {
        this.sample();
        loss += scale * this.thereAndBack(2 * scale);
      }
      return loss;
    }
    /** sum_i I_i (x_hat_i - x_i)^2 of the sample x; \`slope\` times half its gradients is added to dW and db. */
    thereAndBack(slope) {
      const { n, m, W, b, dW, db, x, h, dh, active, opened, importance, hiddenReLU, outputReLU } = this;
      const drawn = this.drawn + 1;
      this.drawn = drawn;
      let count = 0;
      h.fill(0);
      for (let i = 0; i < n; i++) {
        if (x[i] === 0) continue;
        active[count++] = i;
        for (let k = 0; k < m; k++) h[k] += x[i] * W[i * m + k];
      }
      if (hiddenReLU) {
        for (let k = 0; k < m; k++) if (h[k] < 0) h[k] = 0;
      }
      let loss = 0;
      dh.fill(0);
      for (let i = 0; i < n; i++) {
        const at = i * m;
        let answer = b[i];
        for (let k = 0; k < m; k++) answer += W[at + k] * h[k];
        const shut = outputReLU && answer <= 0;
        const error = (shut ? 0 : answer) - x[i];
        loss += importance[i] * error * error;
        if (shut) continue;
        opened[i] = drawn;
        const push = slope * importance[i] * error;
        db[i] += push;
        for (let k = 0; k < m; k++) {
          dW[at + k] += push * h[k];
          dh[k] += push * W[at + k];
        }
      }
      if (hiddenReLU) {
        for (let k = 0; k < m; k++) if (h[k] <= 0) dh[k] = 0;
      }
      for (let a = 0; a < count; a++) {
        const i = active[a];
        for (let k = 0; k < m; k++) dW[i * m + k] += x[i] * dh[k];
      }
      return loss;
    }
    /** A step of Adam. */
    update(lr) {
      this.updates += 1;
      const rate = lr / (1 - BETA1 ** this.updates);
      const root = Math.sqrt(1 - BETA2 ** this.updates);
      const pairs = [
        [this.W, this.dW],
        [this.b, this.db]
      ];
      pairs.forEach(([values, gradients], which) => {
        const { mean, square } = this.moments[which];
        for (let i = 0; i < values.length; i++) {
          const gradient = gradients[i];
          mean[i] += (1 - BETA1) * (gradient - mean[i]);
          square[i] += (1 - BETA2) * (gradient * gradient - square[i]);
          values[i] -= rate * mean[i] / (Math.sqrt(square[i]) / root + EPSILON);
        }
      });
    }
  };
  function responder() {
    let trainer;
    let schedule;
    let taken;
    let position;
    let losses;
    return function respond2(ask) {
      if (ask.fresh) {
        const { n, m, seed } = ask.fresh;
        trainer = new Trainer(n, m, seed);
        trainer.W.set(ask.weights?.W ?? trainer.W);
        trainer.b.set(ask.weights?.b ?? trainer.b);
        taken = ask.weights?.taken ?? 0;
        position = 0;
        losses = [];
      }
      if (ask.set) {
        trainer.set(ask.set);
        losses = [];
      }
      if (ask.schedule) {
        schedule = ask.schedule;
        if (position >= schedule.steps / 10) position = 0;
      }
      const end = performance.now() + (ask.milliseconds ?? Infinity);
      const points = [];
      let failed = false;
      for (let step = 0; step < ask.most && position < schedule.steps && !failed; step++) {
        const loss = trainer.gradients(schedule.batch);
        failed = !Number.isFinite(loss);
        if (!failed) trainer.update(warmupCosine(schedule.lr, position, schedule.steps));
        position += 1;
        taken += 1;
        losses.push(loss);
        if (losses.length === POINT) {
          const mean = losses.reduce((sum, value) => sum + value, 0) / POINT;
          points.push([taken, trainer.optimum > 1e-9 ? mean / trainer.optimum : NaN]);
          losses = [];
        }
        if (performance.now() > end) break;
      }
      const { W, b } = trainer;
      const left = schedule.steps - position;
      return { W: W.slice(), b: b.slice(), taken, points, dead: trainer.dead(), left, failed };
    };
  }
  // src/laboratory/worker.js
  var respond = responder();
  self.onmessage = ({ data }) => postMessage(respond(data));
})();
`;
// src/laboratory/training.js
function trainerBeside(hear, broken) {
  let worker = null;
  let answered = false;
  let waiting = null;
  let timer;
  const respond = responder();
  const here = (ask) => {
    timer = setTimeout(() => {
      let answer;
      try {
        answer = respond(ask);
      } catch (error) {
        return broken(error.message);
      }
      hear(answer);
    });
  };
  const stayHere = () => {
    worker?.terminate();
    worker = null;
    if (waiting) here(waiting);
  };
  try {
    const address = URL.createObjectURL(new Blob([worker_default], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      if (!answered) URL.revokeObjectURL(address);
      answered = true;
      hear(data);
    };
    worker.onerror = (event) => {
      if (answered) return broken(event.message);
      event.preventDefault();
      stayHere();
    };
  } catch {
    stayHere();
  }
  return {
    send: (ask) => {
      waiting = ask;
      if (worker) worker.postMessage(ask);
      else here(ask);
    },
    end: () => {
      clearTimeout(timer);
      if (worker) worker.onmessage = worker.onerror = null;
      worker?.terminate();
    }
  };
}
// src/laboratory/values.js
function arrow2({ setting: { m }, W, seen: seen2 }, { j }) {
  const length = `arrow ${j}: length ${digits(seen2.norms[j])}`;
  if (m !== 2) return length;
  return `${length}, angle ${Math.round(polar(W.subarray(2 * j, 2 * j + 2)).angle) % 360}\xB0`;
}
function cell({ setting, W, b, seen: seen2 }, { i, j }) {
  const { n } = setting;
  if (i === null) return bar({ setting, seen: seen2 }, { j });
  const answers = roundTrip({ W, b }, meaning(setting), only(n, j)).at(-1);
  const reads = `feature ${j} alone at 1: feature ${i} reads ${digits(seen2.gram[i * n + j])}`;
  return `${reads}, and comes back as ${digits(answers[i])}`;
}
function bar({ seen: seen2 }, { j }) {
  const [length, interference, D] = [seen2.norms[j], seen2.interference[j], seen2.dimensionality[j]].map(digits);
  return `feature ${j}: length ${length}, interference ${interference}, dimensionality ${D}`;
}
function row({ setting, W, b }, { j }, strength) {
  const x = only(setting.n, setting.feed, strength);
  const [, , back, shifted, answer] = roundTrip({ W, b }, meaning(setting), x);
  return `feature ${j}: x ${x[j]}, W\u1D40h ${digits(back[j])}, + b ${digits(shifted[j])}, comes back as ${digits(answer[j])}`;
}
function valueAt(name, latest, place, strength = 1) {
  if (place.j >= latest.setting.n || (place.i ?? 0) >= latest.setting.n) return "";
  if (name === "view") return (hasArrows(latest.setting) ? arrow2 : cell)(latest, place);
  return { norms: bar, trip: row }[name](latest, place, strength);
}
// src/laboratory/view.js
var KEPT_EVERY = 200;
var RESTED = 500;
var FIRST_ANGLE = 0.5;
var TURN2 = 0.01;
var DRAGGED = 1 / 80;
var DEGREE2 = Math.PI / 180;
var Laboratory = class {
  constructor(root, given, { saved = null, byHand = false, hide = [], remarks = [], keep, rest, takeHome }) {
    Object.assign(this, { root, keep, rest, takeHome });
    this.parts = layOut(root);
    const { picture: view2, beside: trip2, pictures: more } = this.parts;
    this.pictures = new Pictures({ view: view2, trip: trip2, norms: more, loss: more, trail: more }, () => this.news());
    this.cursor = new Cursor(() => this.news());
    this.pointed = null;
    this.guide = new Guide(this.parts.guide);
    this.chosen = "";
    this.angle = FIRST_ANGLE;
    this.frame = 0;
    this.dirty = false;
    this.ended = false;
    this.kept = null;
    this.keptAt = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.session = new Session({ ...DEFAULTS, ...given }, !this.calm && !saved, this.ways(), trainerBeside);
    this.controls = this.buildControls();
    this.buildHands();
    for (const name of hide) this.controls[name].element.classList.add("hidden");
    for (const [name, canvas] of this.pictures.pointable) this.listen(name, canvas);
    keepKeys(root);
    this.watch();
    this.begin(saved, byHand, remarks);
  }
  /** How the session reaches the page. */
  ways() {
    const { event, speech } = this.parts;
    return {
      say: (words, aloud = words) => {
        event.textContent = words;
        if (aloud) speech.say(aloud);
      },
      settled: () => {
        const { latest, setting } = this.session;
        this.guide.settled(setting, latest.seen);
        const said = [event.textContent, "Settled", sentence(latest, this.loss)].filter(Boolean).join(". ");
        speech.say(`${said} ${this.guide.next}`.trim());
      },
      renew: () => {
        this.followPreset();
        for (const control of Object.values(this.controls)) control.renew();
        this.showState();
        this.changed();
      },
      news: () => this.news()
    };
  }
  buildControls() {
    const { session, parts } = this;
    const turn = {
      read: () => 5 * (Math.round(this.angle / DEGREE2 / 5) % 72),
      act: (degrees) => {
        this.angle = degrees * DEGREE2;
        this.controls.turn.renew();
        this.news();
      }
    };
    const preset = {
      chosen: () => this.chosen,
      choose: (name) => this.choose(name),
      playing: () => !this.chosen && Boolean(this.challenge?.on)
    };
    let copy;
    const share = async () => {
      const { text, without } = this.takeHome(session.setting, this.weightsByHand());
      session.say(await copy(text, without));
    };
    const controls = controlsOf(session, parts, { turn, preset, share, save: () => this.save() });
    copy = copier(parts.takings);
    parts.chip = add(parts.go, "span", { className: "chip" });
    return controls;
  }
  /** What moves arrows and biases where there are arrows in the plane. */
  buildHands() {
    const { session, parts, cursor } = this;
    const act = (what) => session.attempt(what);
    this.byHand = new ByHand(session, () => {
      this.challenge.look();
      this.news();
      if (document.activeElement?.classList.contains("grip")) parts.speech.say(this.hands.words);
    });
    const choose = (j) => session.feed(j);
    const point = (j) => {
      this.pointed = "view";
      cursor.set("feature", j === null ? null : { i: null, j });
    };
    const frame2 = this.pictures.canvases.view.parentElement;
    this.hands = new Hands(frame2, parts.by_hand, { hand: this.byHand, choose, point, act });
    this.bias = new Bias(parts.by_hand, this.byHand, act);
    this.challenge = new Challenge(parts.challenge, {
      session,
      hand: this.byHand,
      act,
      begun: () => this.leavePreset()
    });
    for (const name of ["by_hand", "challenge"]) {
      const element = parts[name].parentElement;
      element.ontoggle = () => this.news();
      this.controls[name] = { element, renew: () => {
      } };
    }
  }
  begin(saved, byHand, remarks) {
    const { session } = this;
    const { n, m } = session.setting;
    const fits = saved?.W.length === n * Math.min(n, m);
    const left = fits && !byHand ? "as it was left: press Train to go on" : "";
    const words = [remarks.join(". "), left].filter(Boolean).join("; ");
    session.attempt(() => session.open(words, fits ? saved : null, fits && byHand));
  }
  // What the hand does
  /** A preset: its setting, with fresh weights, its words and its steps. */
  choose(name) {
    this.chosen = name;
    this.guide.choose(name);
    this.session.preset(name, settingOf(name), !this.calm);
  }
  /** What the preset says may no longer be true of the network. */
  followPreset() {
    if (!this.chosen) return;
    const { setting, run } = this.session;
    const { model } = settingOf(this.chosen);
    const like = isLike({ ...setting, model }, this.chosen);
    this.guide.setAside(like && setting.model !== model ? setting.model : "");
    if (!(like && this.guide.follow(setting, run))) this.leavePreset();
  }
  leavePreset() {
    this.chosen = "";
    this.guide.choose("");
  }
  listen(name, canvas) {
    const { session } = this;
    const point = (place) => {
      this.pointed = name;
      this.cursor.set("feature", place);
    };
    listen(canvas, {
      point: (x, y) => point(x === void 0 ? null : this.pictures.at(name, x, y)),
      tap: (x, y) => {
        const place = this.pictures.at(name, x, y);
        point(place);
        if (place) session.attempt(() => session.feed(place.j));
      },
      drag: (pixels) => {
        if (name !== "view" || session.setting.m !== 3) return;
        const whole2 = 2 * Math.PI;
        this.angle = (this.angle + pixels * DRAGGED + whole2) % whole2;
        this.news();
      }
    });
    canvas.onkeydown = (event) => {
      const { n } = session.setting;
      const place = this.cursor.on("feature");
      if (event.key === "Enter" && place) return session.attempt(() => session.feed(place.j));
      const rows = name === "view" && !hasArrows(session.setting) ? n : null;
      const next = stepped(place, event.key, { rows, columns: n });
      if (next === void 0) return;
      event.preventDefault();
      point(next);
    };
    canvas.onblur = () => point(null);
  }
  save() {
    const { session, parts, pictures, root } = this;
    const words = `${session.setting.model}. ${parts.says.textContent}`;
    const seen2 = Object.values(pictures.canvases).filter((canvas) => canvas.checkVisibility());
    savePicture(root, seen2, themeOf(root), words);
    session.say(
      sandboxed() ? "this page may not save: its frame is sandboxed. If superposition.png is not among your downloads, take a screenshot" : "handed superposition.png to the browser: look for it among your downloads"
    );
  }
  // What is seen
  news() {
    this.dirty = true;
    this.next();
  }
  next() {
    if (!this.ended) this.frame ||= requestAnimationFrame(() => this.session.attempt(() => this.show()));
  }
  show() {
    const { session, root } = this;
    this.frame = 0;
    if (!root.isConnected) return this.end();
    this.showState();
    if (!session.visible) return;
    const turning = session.training && session.latest?.setting.m === 3;
    if (turning) this.angle = (this.angle + TURN2) % (2 * Math.PI);
    if (session.latest && (this.dirty || turning)) this.draw();
    if (session.training) this.next();
    session.newPicture();
  }
  /** The one state, and which control a step of the guide waits for. */
  showState() {
    const { session, parts, controls, root } = this;
    parts.chip.textContent = stateInWords(session);
    root.dataset.state = session.state;
    const wanted = this.guide.wants(session.setting, session.going);
    controls.sparsity.element.classList.toggle("wanted", wanted === "sparsity");
    controls.start.element.classList.toggle("wanted", wanted === "start");
  }
  draw() {
    const { session, root, parts, controls, cursor } = this;
    this.byHand.follow();
    const { latest } = session;
    const { setting, taken } = latest;
    this.dirty = false;
    const theme = themeOf(root);
    if (this.theme !== theme) root.style.setProperty("--ground", theme.ground);
    this.theme = theme;
    const place = cursor.on("feature");
    this.pictures.draw(theme, session, this.angle, place, this.handsDrawn());
    parts.says.textContent = sentence(latest, this.loss, session.inHand);
    this.showHands();
    this.showValue(place);
    controls.turn.element.hidden = setting.m !== 3;
    if (setting.m === 3) controls.turn.renew();
    this.hand(latest);
    root.dataset.taken = taken;
    root.dataset.shown = JSON.stringify(setting);
  }
  /** The loss that is said: without noise at rest, where that is quick; else that of late. */
  get loss() {
    const { state, curve } = this.session;
    return (["by hand", "settled"].includes(state) ? this.byHand.exact : null) ?? curve.loss;
  }
  /** What the hands want drawn: the best arrows so far, where an output is open, and a note at the tip. */
  handsDrawn() {
    const { parts, session, hands, challenge, cursor } = this;
    const { setting, b } = session.latest;
    const { hiddenReLU, outputReLU } = meaning(setting);
    const i = cursor.on("feature")?.j ?? setting.feed;
    const seen2 = parts.by_hand.parentElement.open && !hiddenReLU && i < setting.n;
    const opening = seen2 ? { i, b: b[i], always: !outputReLU } : null;
    const stubs = this.handsAble && !session.going;
    return { ghosts: this.chosen ? null : challenge.ghosts, opening, note: hands.note, stubs };
  }
  /** Whether there are arrows that a hand can move, and a teacher has left it to do so. */
  get handsAble() {
    return this.byHand.able && !this.parts.by_hand.parentElement.classList.contains("hidden");
  }
  showHands() {
    const { parts, session, byHand, hands, bias, challenge, pictures } = this;
    const { W, b, setting } = session.latest;
    const { best, ratio: loss2 } = byHand;
    const able = this.handsAble;
    hands.show({ able: able && pictures.shown.has("view"), W, chosen: setting.feed, plane: pictures.plane, loss: loss2 });
    bias.show({ able, best: best && session.inHand, b, chosen: setting.feed, model: setting.model, loss: loss2 });
    challenge.show();
    for (const part of [parts.by_hand, parts.challenge]) part.parentElement.hidden = !able;
  }
  /** What is under the pointer, in words; a screen reader hears it where the pointer rests. */
  showValue(place) {
    const { session, parts } = this;
    const words = place ? valueAt(this.pointed, session.latest, place, session.strength) : "";
    if (words === parts.said.textContent) return;
    parts.said.textContent = words;
    if (words && !session.training) parts.speech.say(words);
  }
  /** To Python, and to a screen reader, only now and then while it trains. */
  hand(latest) {
    const { session, parts } = this;
    const due = performance.now() - this.keptAt > KEPT_EVERY || !session.training;
    if (!due || this.kept === latest) return;
    this.kept = latest;
    this.keptAt = performance.now();
    this.pictures.describe(session, parts.says.textContent);
    this.keep?.(latest.setting, latest);
  }
  /** The weights that no seed gives again, {W, b}, or null. */
  weightsByHand() {
    const { latest, moved } = this.session;
    return moved && latest ? latest : null;
  }
  /** Something was set: when it has rested, `rest` hears the setting and the weights that the hand has moved. */
  changed() {
    if (!this.rest) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(this.session.setting, this.weightsByHand()), RESTED);
  }
  // On the screen, off it, and away
  /** Trains only on the screen, and draws anew when the size changes or day becomes night. */
  watch() {
    const { session, root, controls } = this;
    this.inView = new IntersectionObserver((entries) => {
      session.visible = entries.at(-1).isIntersecting;
      this.next();
    });
    this.sized = new ResizeObserver(() => {
      controls.sparsity.place();
      this.news();
    });
    this.inView.observe(root);
    this.sized.observe(root);
    this.endOfThemes = onThemeChange(() => this.news());
    window.addEventListener("keydown", this.undoing, true);
  }
  undoing = (event) => {
    const { ctrlKey, metaKey, shiftKey, altKey, key: key2, target } = event;
    if (!(ctrlKey || metaKey) || shiftKey || altKey || key2.toLowerCase() !== "z" || !this.root.contains(target)) return;
    event.preventDefault();
    event.stopPropagation();
    this.session.attempt(() => this.session.undo());
  };
  end() {
    this.ended = true;
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
    window.removeEventListener("keydown", this.undoing, true);
    this.inView.disconnect();
    this.sized.disconnect();
    this.pictures.end();
    this.challenge.end();
    this.endOfThemes();
    this.session.trainer?.end();
  }
};
function laboratory(root, given, options) {
  const made = new Laboratory(root, given, options);
  return () => made.end();
}
// src/laboratory/notebook.js
var BYTES = 8;
var ALWAYS_SAID = ["n", "m", "sparsity", "own_sparsity", "model"];
function inPython(now, hide) {
  const parts = [`${now.n}`, `${now.m}`, `sparsity=${now.sparsity}`, `model_class=tm.${CLASSES[now.model]}`];
  for (const [name, usual] of Object.entries(DEFAULTS))
    if (!ALWAYS_SAID.includes(name) && now[name] !== usual) parts.push(`${name}=${now[name]}`);
  const own = Object.entries(now.own_sparsity).map(([i, S]) => `${i}: ${S}`);
  if (own.length) parts.push(`own_sparsity={${own.join(", ")}}`);
  if (hide.length) parts.push(`hide=[${hide.map((name) => `"${name}"`).join(", ")}]`);
  return `tm.Laboratory(${parts.join(", ")})`;
}
function savedIn(model) {
  const bytes = model.get("weights");
  const { n, m } = model.get("setting");
  if (bytes?.byteLength !== BYTES * n * (m + 1)) return null;
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { W: numbers.slice(0, n * m), b: numbers.slice(n * m), taken: model.get("taken") };
}
function render({ model, el }) {
  const keep = (setting, { W, b, taken }) => {
    model.set("setting", setting);
    model.set("weights", new DataView(Float64Array.from([...W, ...b]).buffer));
    model.set("taken", taken);
    model.save_changes();
  };
  const still = `.${model.get("still")}`;
  add(el, "style", { textContent: `${still}, .jp-OutputArea-child:has(> * > ${still}) { display: none; }` });
  const hide = model.get("hide") ?? [];
  const takeHome = (setting) => ({ text: inPython(setting, hide), without: ", the setting without the weights" });
  return laboratory(el, model.get("setting"), { saved: savedIn(model), hide, keep, takeHome });
}
var notebook_default = { render };
export {
  notebook_default as default
};
