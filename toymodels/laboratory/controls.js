// What the hand does: controls, pictures once a frame, and the two ways in, a notebook and a web page.
import { PALETTE } from "./palette.js";
import { drawArrows, drawGram, drawLoss, drawNorms, drawTrail, drawTrip, measure, roundTrip } from "./pictures.js";
import { Session, meaning } from "./session.js";

export const DEFAULTS = {
  n: 40,
  m: 5,
  sparsity: 0.9,
  own_sparsity: {},
  model: "ReLU-output",
  last_importance: 0.1,
  lr: 0.03,
  seed: 0,
  feed: 0,
};
/** Name of a kind of model -> its class in Python. */
export const CLASSES = Object.fromEntries(Object.entries(PALETTE.models).map(([cls, { name }]) => [name, cls]));
export const RANGES = {
  n: [1, 200],
  m: [1, 20],
  seed: [0, 2 ** 53 - 1],
  feed: [0, 199], // and below n
  sparsity: [0, 1],
  last_importance: [0, 1],
  lr: [1e-4, 0.3],
};
const WHOLE = ["n", "m", "seed", "feed"];
const SAVED_EVERY = 200; // milliseconds between two copies of the weights for Python

const span = (from, to, step) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => +(from + k * step).toFixed(6));
// Finer near 1, where things happen
const SPARSITIES = [...span(0, 0.9, 0.01), ...span(0.905, 0.99, 0.005), ...span(0.991, 0.999, 0.001)];
const RATES = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3];
const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1000];

const STYLE = `
& { max-width: 1280px; font: 14px/1.4 system-ui, sans-serif; color: inherit; container-type: inline-size; }
& [hidden] { display: none !important; }
& .controls { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-bottom: 4px; }
& label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
& .sliders { display: grid; grid-template-columns: repeat(auto-fill, minmax(19em, 1fr)); gap: 4px 16px; }
& output { min-width: 3.2em; font-variant-numeric: tabular-nums; }
& button, & select, & input { font: inherit; color: inherit; background: none; }
& button, & select, & input { padding: 1px 6px; border: 1px solid; border-radius: 4px; }
& input[type=range] { flex: 1; width: 4em; margin: 0; padding: 0; border: none; accent-color: ${PALETTE.slider}; }
& input[type=number] { width: 3.4em; padding-right: 2px; }
& option { color: #222; background: #fff; }
& button { cursor: pointer; }
& .start { min-width: 5em; color: #fff; background: ${PALETTE.button}; border-color: ${PALETTE.button}; }
& .says { min-height: 2.8em; font-variant-numeric: tabular-nums; }
& [role=status] { min-height: 2.8em; font-weight: 600; overflow-wrap: anywhere; }
& dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 4px 0; }
& dt { font-weight: 600; }
& dd { margin: 0; }
& .pictures { display: grid; gap: 4px; grid-template-columns: 1fr; }
& canvas { display: block; width: 100%; background: #fff; border-radius: 2px; }
& .view { height: 300px; }
& .norms, & .loss, & .trail { height: 140px; }
& .trip { height: 260px; }
& .view, & .norms, & .trip { cursor: pointer; }
@media (pointer: coarse) {
  & input, & select, & button, & summary { min-height: 32px; }
}
@container (max-width: 519px) {
  & .sliders { display: contents; }
  & .slider:first-child { position: sticky; top: 0; z-index: 1; padding: 2px 0; background: Canvas; }
  & .trail { order: -1; }
}
@container (min-width: 520px) {
  & .pictures { grid-template-columns: 1fr 1fr; }
  & .view { grid-row: span 3; height: 100%; }
  & .norms, & .loss, & .trail { height: 122px; }
  & .trip { grid-column: span 2; height: 230px; }
}
@container (min-width: 820px) {
  & .pictures { grid-template-columns: 1.15fr 1fr 1fr; }
  & .norms, & .loss { height: 125px; }
  & .trail { height: 170px; }
  & .trip { grid-column: 3; grid-row: 1 / span 3; height: 100%; }
}`.replaceAll("&", ".toymodels-laboratory");

// What the words in the pictures and below the controls mean
const WORDS = {
  heatmap:
    "W\u1d40W: column j holds the answers, before bias and ReLU, to feature j alone. Click on it to feed j in.",
  kept: "a feature with an arrow longer than 0.5. More kept than dimensions: they share, in pairs or finer.",
  "opposite pair": "two kept features with arrows in opposite directions: they share one line.",
  interference: "how much the others' arrows lie along a feature's own: 0 if it has its direction to itself.",
  dimensionality: "the share of a dimension that a feature has: 1 alone, 1/2 in a pair.",
  "dead output":
    "its ReLU stayed shut for every sample of late: it answers 0, and learns nothing more until weights are fresh.",
  "best linear": "the least loss of any linear model for these data, exact.",
  "same weights":
    "a change goes on from the weights that are there. Reset, new seed, n and m begin with fresh ones, without a past.",
  model: "Linear: W\u1d40W x + b. ReLU-output: ReLU(W\u1d40W x + b). ReLU: ReLU(W\u1d40 ReLU(W x) + b).",
  importance: "weight of a feature's error in the loss: 1 for the first, evenly down to that of the last.",
  "S of one feature": "the fed feature's own sparsity, if it is to be rarer than the others or less rare.",
  "steps a picture": "how many training steps pass between two pictures: fewer to watch more slowly.",
  finished: "2,000 steps after the last change. The learning rate climbs over the first 200, then falls to 0.",
};

const add = (parent, tag, properties = {}) =>
  parent.appendChild(Object.assign(document.createElement(tag), properties));

/** Why a text cannot be the number `name`, in words; nothing if it can. n: of the setting that it is for. */
function complaint(name, given, n) {
  const [low, high] = range(name, n);
  const whole = WHOLE.includes(name);
  const text = given.trim();
  const number = Number(text);
  if (text !== "" && number >= low && number <= high && (!whole || Number.isInteger(number))) return "";
  const kind = whole ? "whole number" : "number";
  return `${name} must be a ${kind} from ${low} to ${high}, got ${brief(text)}`;
}

const range = (name, n) => (name === "feed" ? [0, n - 1] : RANGES[name]);
const brief = text => (text.length > 60 ? `${text.slice(0, 60)}\u2026` : text) || "nothing";

/** `3:0.5, 7:0.99` as {3: 0.5, 7: 0.99}; null if it is not that. */
function ownSparsity(text, n) {
  const pairs = text.trim() ? text.split(",").map(pair => pair.split(":")) : [];
  const fits = ([i, S, ...more]) =>
    S !== undefined && !more.length && !complaint("feed", i, n) && !complaint("sparsity", S);
  if (!pairs.every(fits)) return null;
  const own = Object.fromEntries(pairs.map(([i, S]) => [Number(i), Number(S)]));
  return Object.keys(own).length === pairs.length ? own : null;
}

const ownText = own =>
  Object.entries(own)
    .map(([i, S]) => `${i}:${S}`)
    .join(",");

/** The setting in a page's address, and the remarks, in words, on what in it cannot be. The boxes' rules hold. */
function fromAddress(search, given) {
  const setting = { ...DEFAULTS, ...given };
  const remarks = [];
  const found = new URLSearchParams(search);
  const readers = {
    model: text => {
      if (Object.hasOwn(CLASSES, text.trim())) setting.model = text.trim();
      else return `model must be one of ${Object.keys(CLASSES).join(", ")}, got ${brief(text)}`;
    },
    own_sparsity: text => {
      const own = ownSparsity(text, setting.n);
      if (own) setting.own_sparsity = own;
      else
        return (
          `own_sparsity must hold features from 0 to ${setting.n - 1}, each at most once, with an S from 0 to 1, ` +
          `as in 3:0.5,7:0.99, got ${brief(text)}`
        );
    },
  };
  const number = name => text => {
    const wrong = complaint(name, text, setting.n);
    if (!wrong) setting[name] = Number(text);
    return wrong;
  };
  for (const name of Object.keys(DEFAULTS)) {
    // n comes first: others depend on it
    const texts = found.getAll(name);
    if (!texts.length) continue;
    const once = texts.length === 1;
    const wrong = once
      ? (readers[name] ?? number(name))(texts[0])
      : `${name} must be in the address once, got ${brief(texts.join(" and "))}`;
    const stays = name === "own_sparsity" ? ownText(setting[name]) || "empty" : setting[name];
    if (wrong) remarks.push(`${wrong}. It stays ${stays}`);
    else if (name === "m" && setting.m > setting.n) remarks.push(`m can be at most n: m = ${setting.n}`);
  }
  for (const name of new Set(found.keys()))
    if (!Object.hasOwn(DEFAULTS, name))
      remarks.push(`${brief(name)} in the address is unknown: it can hold ${Object.keys(DEFAULTS).join(", ")}`);
  return { setting, remarks };
}

/** `1, 2, 3, 7` as "1-3, 7". */
function ranges(numbers) {
  const runs = [];
  for (const i of numbers) {
    if (runs.at(-1)?.[1] === i - 1) runs.at(-1)[1] = i;
    else runs.push([i, i]);
  }
  return runs.map(([from, to]) => (from === to ? from : `${from}\u2013${to}`)).join(", ");
}

const several = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** What is seen, in words. */
function sentence({ setting, taken, left, dead }, { kept, pairs }, loss) {
  const { n, m, sparsity, own_sparsity } = setting;
  const own = Object.entries(own_sparsity)
    .map(([i, S]) => `, feature ${i}: ${S}`)
    .join("");
  const which = kept.length ? ` (${ranges(kept)})` : "";
  const parts = [
    `Step ${taken}${left ? `, ${left} to go` : ""}, S = ${sparsity}${own}: ` +
      `${kept.length} of ${several(n, "feature")}${which} kept in ${several(m, "dimension")}, ` +
      several(pairs.length, "opposite pair"),
  ];
  if (dead.length) parts.push(`${several(dead.length, "dead output")} (reset: fresh weights)`);
  if (loss !== null)
    parts.push(
      Number.isNaN(loss)
        ? "a linear model could be exact here"
        : `loss ${Math.round(100 * loss)} % of the best linear model's`,
    );
  return `${parts.join("; ")}.`;
}

/** The parts of a laboratory's page, in their order. */
function layOut(root) {
  root.classList.add("toymodels-laboratory");
  add(root, "style", { textContent: STYLE });
  const parts = {
    sliders: add(root, "div", { className: "sliders" }),
    boxes: add(root, "div", { className: "controls" }),
    says: add(root, "div", { className: "says" }),
    status: add(root, "div", { role: "status" }),
    pictures: add(root, "div", { className: "pictures" }),
  };
  const words = add(root, "details");
  add(words, "summary", { textContent: "What the words mean" });
  const list = add(words, "dl");
  for (const [word, explained] of Object.entries(WORDS)) {
    add(list, "dt", { textContent: word });
    add(list, "dd", { textContent: explained });
  }
  const names = ["view", "norms", "loss", "trail", "trip"];
  const ariaLabel = "a picture, drawn as soon as it is on the screen";
  const canvas = name => add(parts.pictures, "canvas", { className: name, role: "img", ariaLabel });
  return { ...parts, canvases: Object.fromEntries(names.map(name => [name, canvas(name)])) };
}

/** Sliders, boxes and buttons of a session; `turn`: {read, act} of the figure in space. Returns them by name. */
function controlsOf(session, { sliders, boxes }, turn, { copy, save }) {
  /** A slider over a list of values; one that is not in the list is added to it. */
  function slider(name, values, read, act, remark = () => "") {
    const label = add(sliders, "label", { className: "slider" });
    const text = add(label, "span");
    const input = add(label, "input", { type: "range", min: 0, step: 1 });
    const readout = add(label, "output");
    let places = values;
    const renew = () => {
      const value = read();
      if (!places.includes(value)) places = [...places, value].sort((a, b) => a - b);
      input.max = places.length - 1;
      input.value = places.indexOf(value);
      text.textContent = name();
      readout.textContent = `${value}${remark()}`;
      input.ariaLabel = name();
      input.ariaValueText = `${name()} = ${value}${remark()}`;
    };
    input.oninput = () => session.attempt(() => act(places[+input.value]));
    return { renew, label };
  }

  /** A number to type; one that cannot be is refused in words, and the old one comes back. */
  function box(name, text, act) {
    const label = add(boxes, "label", { textContent: text });
    const input = add(label, "input", { type: "number", step: 1 });
    input.onchange = () => {
      const wrong = complaint(name, input.value, session.setting.n);
      if (!wrong) return session.attempt(() => act(+input.value));
      input.value = session.setting[name];
      session.say(`${wrong}. It stays ${input.value}`);
    };
    const renew = () => {
      [input.min, input.max] = range(name, session.setting.n);
      input.value = session.setting[name];
    };
    return { renew };
  }

  function choice(text, values, read, act) {
    const input = add(add(boxes, "label", { textContent: text }), "select");
    for (const value of values) add(input, "option", { textContent: value, value });
    input.onchange = () => session.attempt(() => act(input.value));
    return { renew: () => (input.value = read()) };
  }

  function button(text, act, className = "") {
    const onclick = () => session.attempt(act);
    const made = add(boxes, "button", { type: "button", onclick, className });
    return { renew: () => (made.textContent = text()) };
  }

  const own = () => session.setting.own_sparsity;
  const change = (name, words) => value => session.change({ [name]: value }, `${words} ${value}`);
  const fresh = name => value => session.fresh(`fresh weights, because ${name} changed`, { [name]: value });
  const read = name => () => session.setting[name];
  return {
    sparsity: slider(() => "sparsity S", SPARSITIES, read("sparsity"), change("sparsity", "S =")),
    lr: slider(() => "learning rate", RATES, read("lr"), change("lr", "learning rate")),
    importance: slider(
      () => "importance of the last",
      span(0, 1, 0.05),
      read("last_importance"),
      change("last_importance", "importance of the last feature"),
    ),
    own: slider(
      () => `S of feature ${session.setting.feed} alone`,
      SPARSITIES,
      () => own()[session.setting.feed] ?? session.setting.sparsity,
      S => {
        const { feed, sparsity } = session.setting;
        const { [feed]: _, ...others } = own();
        const values = S === sparsity ? others : { ...others, [feed]: S };
        session.change({ own_sparsity: values }, `feature ${feed}: S = ${S}`);
      },
      () => (session.setting.feed in own() ? "" : " (as all)"),
    ),
    speed: slider(
      () => "steps a picture",
      SPEEDS,
      () => session.speed,
      value => {
        session.speed = value;
        session.renew();
      },
    ),
    turn: slider(() => "turn (degrees)", span(0, 355, 5), turn.read, turn.act),
    model: choice("model", Object.keys(CLASSES), read("model"), model =>
      session.change({ model }, `${model} model`),
    ),
    n: box("n", "n", fresh("n")),
    m: box("m", "m", m => {
      const { n } = session.setting;
      session.fresh(
        m > n ? `m can be at most n: fresh weights with m = ${n}` : "fresh weights, because m changed",
        { m },
      );
    }),
    seed: box("seed", "seed", fresh("seed")),
    feed: box("feed", "feed feature", feature => session.feed(feature)),
    start: button(
      () => (session.going ? "\u275a\u275a pause" : "\u25b6 start"),
      () => session.startOrPause(),
      "start",
    ),
    tenSteps: button(
      () => "10 steps",
      () => session.tenSteps(),
    ),
    reset: button(
      () => "reset",
      () => session.fresh("fresh weights"),
    ),
    newSeed: button(
      () => "new seed",
      () => {
        const seed = session.setting.seed + 1;
        session.fresh(`fresh weights: seed ${seed}`, { seed });
      },
    ),
    copy: button(() => "copy", copy),
    save: button(() => "save", save),
  };
}

/** Whether the page is in a sandboxed frame: that may forbid downloads, and nothing says that it does. */
function sandboxed() {
  if (self.origin === "null") return location.protocol !== "file:";
  for (let view = self; view.frameElement; view = view.parent)
    if (view.frameElement.sandbox?.length && !view.frameElement.sandbox.contains("allow-downloads")) return true;
  return false;
}

/** A PNG of the canvases where they lie, with a line of words below; offered as a download. */
function savePicture(pictures, words) {
  const gap = 8;
  const { left, top, width, height } = pictures.getBoundingClientRect();
  const ratio = globalThis.devicePixelRatio || 1;
  const whole = Object.assign(document.createElement("canvas"), {
    width: width * ratio,
    height: (height + 30) * ratio,
  });
  const pen = whole.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = PALETTE.paper;
  pen.fillRect(0, 0, width, height + 30);
  for (const canvas of pictures.children) {
    const at = canvas.getBoundingClientRect();
    pen.drawImage(canvas, at.left - left, at.top - top, at.width, at.height);
  }
  pen.fillStyle = PALETTE.ink;
  pen.font = "12px system-ui, sans-serif";
  pen.fillText(words, gap, height + 20, width - 2 * gap);
  const href = whole.toDataURL("image/png");
  const link = add(pictures, "a", { href, download: "superposition.png", hidden: true });
  link.click();
  link.remove();
}

/** Puts the laboratory into `root`; returns a function that ends it.
 *
 * given: values that differ from DEFAULTS. saved: {W, b, taken} to go on from. remarks: what to say at the
 * beginning. keep(setting, answer): called with what is on screen, now and then. takeHome(setting): the text that
 * "copy" copies.
 */
export function laboratory(root, given, { saved = null, remarks = [], keep = () => {}, takeHome }) {
  const { says, status, pictures, canvases, sliders, boxes } = layOut(root);
  let angle = 0.5; // of the figure in space
  let frame = 0;
  let dirty = false;
  let ended = false;
  let handed = null; // the answer that Python has
  let handedAt = 0; // when it got it
  let hits = {}; // which feature is at a place of a canvas

  const say = words => {
    status.textContent = words;
  };
  const sayMore = words => say([status.textContent, words].filter(Boolean).join("; "));
  const renew = () => {
    for (const control of Object.values(controls)) control.renew();
  };
  const next = () => {
    frame ||= ended ? 0 : requestAnimationFrame(() => session.attempt(show));
  };
  const news = () => {
    dirty = true;
    next();
  };
  const running = !matchMedia("(prefers-reduced-motion: reduce)").matches && !saved;
  const session = new Session({ ...DEFAULTS, ...given }, running, { say, add: sayMore, renew, news });
  const turn = {
    read: () => 5 * (Math.round((angle * 36) / Math.PI) % 72),
    act: degrees => {
      angle = (degrees * Math.PI) / 180;
      controls.turn.renew();
      news();
    },
  };
  const controls = controlsOf(session, { sliders, boxes }, turn, { copy: () => copy(takeHome(session.setting)), save });
  const copied = add(boxes, "input", { type: "text", readOnly: true, hidden: true, ariaLabel: "copy this text" });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      say(`copied, the setting without the weights: ${text}`);
    } catch {
      // a page without a safe address may not write there
      copied.hidden = false;
      copied.value = text;
      copied.size = text.length;
      copied.select();
      say("press Ctrl+C to copy the text");
    }
  }

  function save() {
    savePicture(pictures, `${session.setting.model}. ${says.textContent}`);
    say(
      sandboxed()
        ? "this page may not save: its frame is sandboxed. " +
            "If superposition.png is not among your downloads, take a screenshot"
        : "handed superposition.png to the browser: look for it among your downloads",
    );
  }

  function show() {
    frame = 0;
    if (!root.isConnected) return end();
    if (!session.visible) return;
    const turning = session.training && session.latest?.setting.m === 3;
    if (turning) angle += 0.01;
    if (session.latest && (dirty || turning)) draw(session.latest);
    if (session.training) next();
    session.newPicture();
  }

  function draw(latest) {
    dirty = false;
    const { setting, taken, dead } = latest;
    const means = meaning(setting);
    const seen = measure(latest.W, setting.n, setting.m);
    const plane = setting.m === 2 || setting.m === 3;
    session.remember(seen.kept.length, seen.pairs.length);
    hits.view = plane
      ? drawArrows(canvases.view, latest, means, setting.feed, angle)
      : drawGram(canvases.view, seen, means, setting.feed);
    hits.norms = drawNorms(canvases.norms, seen, dead, means, setting.feed);
    drawLoss(canvases.loss, session.points, session.marks, taken, setting.model);
    drawTrail(canvases.trail, session.trail, means, latest.run);
    hits.trip = drawTrip(canvases.trip, roundTrip(latest, means, setting.feed), means, setting.feed);
    says.textContent = sentence(latest, seen, session.loss);
    controls.turn.label.hidden = setting.m !== 3;
    if (setting.m === 3) controls.turn.renew();
    const due = performance.now() - handedAt > SAVED_EVERY || !session.training;
    if (due && handed !== latest) {
      handed = latest;
      handedAt = performance.now();
      name(setting, plane, seen.kept);
      keep(setting, latest);
    }
    root.dataset.taken = taken;
    root.dataset.shown = JSON.stringify(setting);
  }

  /** What a screen reader says of the pictures. */
  function name({ n, m, feed }, plane, kept) {
    const what = plane ? `Arrows of ${n} features in ${m} dimensions` : "Heatmap of W transposed W";
    const way = session.trail.map(place => `${place.kept} at S = ${place.sparsity}`);
    canvases.view.ariaLabel = `${what}. ${says.textContent}`;
    canvases.norms.ariaLabel = `Lengths of the features' arrows; kept are ${ranges(kept) || "none"}.`;
    canvases.loss.ariaLabel = "Loss over the training steps, beside the best linear model's.";
    canvases.trail.ariaLabel = `Features kept on the way through the sparsities: ${way.slice(-10).join(", ")}.`;
    canvases.trip.ariaLabel = `Round trip of feature ${feed} alone.`;
  }

  for (const [name, canvas] of Object.entries(canvases)) {
    canvas.onpointerdown = event => {
      const { left, top } = canvas.getBoundingClientRect();
      const feature = hits[name]?.(event.clientX - left, event.clientY - top) ?? null;
      if (feature !== null) session.attempt(() => session.feed(feature));
      if (name === "view" && session.setting.m === 3) canvas.setPointerCapture(event.pointerId);
    };
    canvas.onpointermove = event => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      angle += event.movementX / 80;
      news();
    };
  }

  // JupyterLab's one-letter commands (x cuts the cell) must not act on a control in focus; Shift + Enter still may.
  const keysAreOurs = event =>
    event.target.toggleAttribute(
      "data-lm-suppress-shortcuts",
      !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey),
    );
  for (const kind of ["focusin", "keydown", "keyup"]) root.addEventListener(kind, keysAreOurs);

  const inView = new IntersectionObserver(entries => {
    session.visible = entries.at(-1).isIntersecting;
    if (session.visible) next();
  });
  const sized = new ResizeObserver(news);
  inView.observe(pictures);
  sized.observe(pictures);

  function end() {
    ended = true;
    cancelAnimationFrame(frame);
    inView.disconnect();
    sized.disconnect();
    session.trainer?.end();
  }

  const fits = saved?.W.length === session.setting.n * session.setting.m;
  const begins = running ? "training" : fits ? "as it was left: press start to go on" : "ready: press start";
  const words = [remarks.join(". "), begins].filter(Boolean).join("; ");
  session.attempt(() => session.fresh(words, {}, fits ? saved : null));
  return end;
}

/** A notebook's view (anywidget): the setting, and now and then the weights, are handed to Python. */
function render({ model, el }) {
  const bytes = model.get("weights");
  const setting = model.get("setting");
  const { n, m } = setting;
  const numbers =
    bytes?.byteLength === 8 * n * (m + 1)
      ? new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      : null;
  const saved = numbers && { W: numbers.slice(0, n * m), b: numbers.slice(n * m), taken: model.get("taken") };
  const keep = (setting, { W, b, taken }) => {
    model.set("setting", setting);
    model.set("weights", new DataView(Float64Array.from([...W, ...b]).buffer));
    model.set("taken", taken);
    model.save_changes();
  };
  const takeHome = now => {
    const options = [`${now.n}`, `${now.m}`, `sparsity=${now.sparsity}`, `model_class=tm.${CLASSES[now.model]}`];
    for (const name of ["last_importance", "lr", "seed", "feed"])
      if (now[name] !== DEFAULTS[name]) options.push(`${name}=${now[name]}`);
    const own = Object.entries(now.own_sparsity).map(([i, S]) => `${i}: ${S}`);
    if (own.length) options.push(`own_sparsity={${own.join(", ")}}`);
    return `tm.Laboratory(${options.join(", ")})`;
  };
  const still = `.${model.get("still")}`; // the picture that stays in the notebook, an output of its own
  add(el, "style", { textContent: `${still}, .jp-OutputArea-child:has(> * > ${still}) { display: none; }` });
  return laboratory(el, setting, { saved, keep, takeHome });
}

/** A web page's: `mount(element)`, or with a setting such as {n: 5, m: 2}; the page's address may hold another. */
export function mount(element, given = {}) {
  const { setting, remarks } = fromAddress(location.search, given);
  const takeHome = now => {
    const values = { ...now, own_sparsity: ownText(now.own_sparsity) };
    const address = new URL(location.href);
    address.search = new URLSearchParams(values);
    return address.href;
  };
  return laboratory(element, setting, { remarks, takeHome });
}

export default { render };
