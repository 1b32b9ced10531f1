// What the hand does: controls, the loop from ask to picture, and the two ways in, a notebook and a web page.
import { drawArrows, drawGram, drawLoss, drawNorms, drawTrip, measure, roundTrip } from "./pictures.js";
import { responder, workerText } from "./trainer.js";

const DEFAULTS = {
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
const CLASSES = { Linear: "LinearModel", ReLU: "ReLUModel", "ReLU-output": "ReLUOutputModel" };
const STEPS = 2000; // of the schedule; then the learning rate is zero, and it rests
const BATCH = 128;
const ASKS = 3; // of one frame at most, so that a change need not wait for the next
const SLICE = 5; // milliseconds of an ask
const SAVED_EVERY = 200; // milliseconds between two copies of the weights for Python
const MOST_POINTS = 600;
const RANGES = {
  n: [1, 200],
  m: [1, 20],
  seed: [0, 2 ** 53 - 1],
  feed: [0, 199],
  sparsity: [0, 1],
  last_importance: [0, 1],
  lr: [1e-4, 0.3],
};
const WHOLE = ["n", "m", "seed", "feed"];

const span = (from, to, step) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => +(from + k * step).toFixed(6));
// Finer near 1, where things happen
const SPARSITIES = [...span(0, 0.9, 0.01), ...span(0.905, 0.99, 0.005), ...span(0.991, 0.999, 0.001)];
const RATES = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3];
const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1000];

const STYLE = `
& { max-width: 1100px; font: 14px/1.4 system-ui, sans-serif; color: inherit; container-type: inline-size; }
& [hidden] { display: none !important; }
& .controls { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-bottom: 4px; }
& label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
& label.slider { flex: 1 1 17em; max-width: 25em; }
& output { min-width: 2.8em; font-variant-numeric: tabular-nums; }
& button, & select, & input { font: inherit; color: inherit; background: none; }
& button, & select, & input { padding: 1px 6px; border: 1px solid; border-radius: 4px; }
& input[type=range] { flex: 1; width: 4em; margin: 0; padding: 0; border: none; accent-color: #0072b2; }
& input[type=number] { width: 3.4em; padding-right: 2px; }
& option { color: #222; background: #fff; }
& button { cursor: pointer; }
& .start { min-width: 5em; color: #fff; background: #00609c; border-color: #00609c; }
& .says { min-height: 2.8em; font-variant-numeric: tabular-nums; }
& [role=status] { min-height: 1.4em; font-weight: 600; }
& .pictures { display: grid; gap: 4px; grid-template-columns: 1fr; }
& canvas { display: block; width: 100%; background: #fff; border-radius: 2px; }
& .view { height: 300px; }
& .norms, & .loss { height: 150px; }
& .trip { height: 260px; }
& .view, & .norms, & .trip { cursor: pointer; }
@container (min-width: 520px) {
  & .pictures { grid-template-columns: 1fr 1fr; }
  & .view { grid-row: span 2; height: 100%; }
  & .norms, & .loss { height: 140px; }
  & .trip { grid-column: span 2; height: 230px; }
}
@container (min-width: 820px) {
  & .pictures { grid-template-columns: 1.15fr 1fr 1fr; }
  & .norms, & .loss { height: 165px; }
  & .trip { grid-column: 3; grid-row: 1 / span 2; height: 100%; }
}`.replaceAll("&", ".toymodels-laboratory");

const add = (parent, tag, properties = {}) =>
  parent.appendChild(Object.assign(document.createElement(tag), properties));

/** Why a value cannot be `name`, in words; nothing if it can. */
function complaint(name, value) {
  const [low, high] = RANGES[name];
  const whole = WHOLE.includes(name);
  const text = String(value).trim();
  const number = Number(text);
  if (text !== "" && number >= low && number <= high && (!whole || Number.isInteger(number))) return "";
  const kind = whole ? "whole number" : "number";
  return `${name} must be a ${kind} from ${low} to ${high}, got ${text || "nothing"}`;
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

/** Importance and sparsity of each feature, and where the ReLUs are. */
function meaning({ n, m, sparsity, own_sparsity, last_importance, model }) {
  return {
    n,
    m,
    sparsity: Array.from({ length: n }, (_, i) => own_sparsity[i] ?? sparsity),
    importance: Array.from({ length: n }, (_, i) => (n === 1 ? 1 : 1 + ((last_importance - 1) * i) / (n - 1))),
    hiddenReLU: model === "ReLU",
    outputReLU: model !== "Linear",
  };
}

/** What answers asks: a worker, or where a page forbids workers this thread, in slices. Returns {send, end}. */
function trainerBeside(hear, broken) {
  let worker = null;
  let answered = false;
  let waiting = null;
  let timer;
  const respond = responder();
  const here = ask => {
    timer = setTimeout(() => hear(respond(ask)));
  };
  const stayHere = () => {
    worker?.terminate();
    worker = null;
    if (waiting) here(waiting);
  };
  try {
    const address = URL.createObjectURL(new Blob([workerText()], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      if (!answered) URL.revokeObjectURL(address);
      answered = true;
      hear(data);
    };
    worker.onerror = event => {
      event.preventDefault();
      if (answered) broken(event.message);
      else stayHere();
    };
  } catch {
    stayHere();
  }
  return {
    send: ask => {
      waiting = ask;
      if (worker) worker.postMessage(ask);
      else here(ask);
    },
    end: () => {
      clearTimeout(timer);
      worker?.terminate();
    },
  };
}

/** Puts the laboratory into `root`; returns a function that ends it.
 *
 * given: values that differ from DEFAULTS. saved: {W, b, taken} to go on from. keep(setting, answer): called with
 * what is on screen, now and then. takeHome(setting): the text that "copy" copies.
 */
export function laboratory(root, given, { saved = null, keep = () => {}, takeHome }) {
  let setting = { ...DEFAULTS, ...given };
  let wishedM = setting.m; // comes back when n grows again
  let speed = 25; // steps a picture
  let running = !matchMedia("(prefers-reduced-motion: reduce)").matches && !saved;
  let resting = false; // the schedule has ended
  let angle = 0.5; // of the figure in space
  let latest = null; // the last answer, with the setting it was made with
  let asked = null; // the setting of the ask that is on its way
  let outdated = false; // whether that ask was for weights that are gone
  let pending = {}; // what the next ask says beside "train"
  let allowance = 0; // steps that may still be taken for this picture, or by "10 steps"
  let asks = 0; // since the last picture
  let points = [];
  let recent = []; // of the points, those since something changed
  let frame = 0;
  let dirty = false;
  let visible = false;
  let handed = null; // the answer that Python has
  let handedAt = 0; // when it got it
  let ended = false;
  let hits = {}; // which feature is at a place of a canvas

  // Asks and answers

  const trainer = trainerBeside(hear, message => say(`stopped: ${message}. Press reset`));

  const training = () => running && !resting && visible;

  function ask() {
    const news = Object.keys(pending).length > 0;
    const steps = training() || !running ? allowance : 0;
    if (asked || ended || !(news || (steps > 0 && asks < ASKS))) return;
    asked = setting;
    asks += 1;
    trainer.send({ ...pending, most: steps, milliseconds: SLICE });
    pending = {};
  }

  function hear(answer) {
    const before = latest?.taken ?? 0;
    const setting = asked;
    asked = null;
    if (outdated) {
      outdated = false;
      return ask();
    }
    latest = { ...answer, setting };
    allowance = Math.max(0, allowance - Math.max(0, answer.taken - before));
    points.push(...answer.points);
    recent.push(...answer.points);
    recent = recent.slice(-20);
    if (points.length > MOST_POINTS) points = points.filter((_, k) => k % 2);
    if (answer.failed) fresh("fresh weights, because the loss became infinite: try a lower learning rate");
    else if (answer.left === 0 && !resting) {
      resting = true;
      say(
        running ? "at rest: the learning rate is zero. Change something and it goes on" : "the schedule has ended",
      );
    }
    dirty = true;
    ask();
    next();
  }

  const next = () => {
    frame ||= ended ? 0 : requestAnimationFrame(show);
  };

  function show() {
    frame = 0;
    if (!root.isConnected) return end();
    if (!visible) return;
    const turning = training() && latest?.setting.m === 3;
    if (turning) angle += 0.01;
    if (latest && (dirty || turning)) draw();
    asks = 0;
    if (training()) {
      allowance = speed;
      next();
    }
    ask();
  }

  // What changes

  function say(words) {
    status.textContent = words;
    start.textContent = running && !resting ? "\u275a\u275a pause" : "\u25b6 start";
  }

  const schedule = () => ({ lr: setting.lr, steps: STEPS, batch: BATCH });

  /** At the schedule's end, once more from the highest rate. */
  function scheduleAgain() {
    if (latest?.left === 0) pending = { ...pending, schedule: schedule() };
  }

  /** Other data or another model function: the weights stay. */
  function change(values, words) {
    setting = { ...setting, ...values };
    pending = { ...pending, set: meaning(setting), schedule: schedule() };
    recent = [];
    resting = false;
    allowance = running ? speed : 0;
    say(`${words}, same weights${running ? "" : ": press start to go on training"}`);
    renew();
  }

  /** Other shapes, another seed, or a reset. */
  function fresh(words, values = {}, weights = null) {
    setting = { ...setting, ...values };
    setting.m = Math.min(wishedM, setting.n);
    setting.feed = Math.min(setting.feed, setting.n - 1);
    setting.own_sparsity = Object.fromEntries(Object.entries(setting.own_sparsity).filter(([i]) => i < setting.n));
    const { n, m, seed } = setting;
    pending = { fresh: { n, m, seed }, weights, set: meaning(setting), schedule: schedule() };
    outdated = asked !== null;
    points = [];
    recent = [];
    resting = false;
    allowance = running ? speed : 0;
    say(words);
    renew();
  }

  function renew() {
    for (const control of Object.values(controls)) control.renew();
    asks = 0;
    ask();
    next();
  }

  // The controls

  add(root, "style", { textContent: STYLE });
  const sliderRow = add(root, "div", { className: "controls" });
  const boxRow = add(root, "div", { className: "controls" });
  const says = add(root, "div", { className: "says" });
  const status = add(root, "div", { role: "status" });
  const pictures = add(root, "div", { className: "pictures" });

  /** A slider over a list of values; one that is not in the list is added to it. */
  function slider(name, values, read, act) {
    const label = add(sliderRow, "label", { className: "slider" });
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
      readout.textContent = value;
      input.ariaLabel = name();
      input.ariaValueText = `${name()} = ${value}`;
    };
    input.oninput = () => act(places[+input.value]);
    return { renew, label };
  }

  /** A number to type; one that cannot be is refused in words, and the old one comes back. */
  function box(name, text, act) {
    const label = add(boxRow, "label", { textContent: text });
    const input = add(label, "input", { type: "number", min: RANGES[name][0], max: RANGES[name][1], step: 1 });
    input.onchange = () => {
      const most = name === "feed" ? setting.n - 1 : RANGES[name][1];
      const wrong =
        complaint(name, input.value) ||
        (+input.value > most ? `${name} must be at most ${most}, got ${input.value}` : "");
      if (!wrong) return act(+input.value);
      input.value = setting[name];
      say(`${wrong}. It stays ${setting[name]}`);
    };
    const renew = () => {
      input.value = setting[name];
      if (name === "feed") input.max = setting.n - 1;
    };
    return { renew };
  }

  const button = (text, onclick, properties = {}) =>
    add(boxRow, "button", { type: "button", textContent: text, onclick, ...properties });

  const feed = feature => {
    setting = { ...setting, feed: feature };
    if (latest) latest = { ...latest, setting: { ...latest.setting, feed: feature } };
    dirty = true;
    handedAt = 0;
    renew();
  };

  const controls = {
    sparsity: slider(
      () => "sparsity S",
      SPARSITIES,
      () => setting.sparsity,
      S => change({ sparsity: S }, `S = ${S}`),
    ),
    lr: slider(
      () => "learning rate",
      RATES,
      () => setting.lr,
      lr => change({ lr }, `learning rate ${lr}`),
    ),
    importance: slider(
      () => "importance of the last",
      span(0, 1, 0.05),
      () => setting.last_importance,
      I => change({ last_importance: I }, `importance of the last feature ${I}`),
    ),
    own: slider(
      () => `S of feature ${setting.feed} alone`,
      SPARSITIES,
      () => setting.own_sparsity[setting.feed] ?? setting.sparsity,
      S => {
        const own = { ...setting.own_sparsity, [setting.feed]: S };
        if (S === setting.sparsity) delete own[setting.feed];
        change({ own_sparsity: own }, `feature ${setting.feed}: S = ${S}`);
      },
    ),
    speed: slider(
      () => "steps a picture",
      SPEEDS,
      () => speed,
      value => {
        speed = value;
        renew();
      },
    ),
    turn: slider(
      () => "turn (degrees)",
      span(0, 355, 5),
      () => 5 * (Math.round((angle * 36) / Math.PI) % 72),
      degrees => {
        angle = (degrees * Math.PI) / 180;
        dirty = true;
        renew();
      },
    ),
    model: {
      label: add(boxRow, "label", { textContent: "model" }),
      renew: () => {
        modelInput.value = setting.model;
      },
    },
    n: box("n", "n", n => fresh("fresh weights, because n changed", { n })),
    m: box("m", "m", m => {
      wishedM = m;
      fresh(
        m > setting.n
          ? `m can be at most n = ${setting.n}: fresh weights with m = ${setting.n}`
          : "fresh weights, because m changed",
      );
    }),
    seed: box("seed", "seed", seed => fresh("fresh weights, because the seed changed", { seed })),
    feed: box("feed", "feed feature", feed),
  };
  const modelInput = add(controls.model.label, "select");
  for (const name of Object.keys(CLASSES)) add(modelInput, "option", { textContent: name, value: name });
  modelInput.onchange = () => change({ model: modelInput.value }, `${modelInput.value} model`);

  const start = button(
    "",
    () => {
      running = !(running && !resting);
      if (running) scheduleAgain();
      resting = false;
      allowance = running ? speed : 0;
      say(running ? "training" : "paused");
      renew();
    },
    { className: "start" },
  );
  button("10 steps", () => {
    scheduleAgain();
    running = resting = false;
    allowance += 10;
    say("paused after ten steps");
    renew();
  });
  button("reset", () => fresh("fresh weights"), { title: "fresh weights, the same seed" });
  button("new seed", () => fresh(`fresh weights: seed ${setting.seed + 1}`, { seed: setting.seed + 1 }));
  button("copy", () => copy(takeHome(setting)));
  button("save picture", save);
  const copied = add(boxRow, "input", { type: "text", readOnly: true, hidden: true, ariaLabel: "copy this text" });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      say(`copied: ${text}`);
    } catch {
      // a page without a safe address may not write there
      copied.hidden = false;
      copied.value = text;
      copied.size = text.length;
      copied.select();
      say("press Ctrl+C to copy the text");
    }
  }

  // The pictures

  const canvases = Object.fromEntries(
    ["view", "norms", "loss", "trip"].map(name => [
      name,
      add(pictures, "canvas", { className: name, role: "img" }),
    ]),
  );

  function draw() {
    dirty = false;
    const shown = latest.setting;
    const means = meaning(shown);
    const seen = measure(latest.W, shown.n, shown.m);
    const plane = shown.m === 2 || shown.m === 3;
    hits.view = plane
      ? drawArrows(canvases.view, latest, means, shown.feed, angle)
      : drawGram(canvases.view, seen, means, shown.feed);
    hits.norms = drawNorms(canvases.norms, seen, means, shown.feed);
    drawLoss(canvases.loss, points, latest.taken, shown.model);
    hits.trip = drawTrip(canvases.trip, roundTrip(latest, means, shown.feed), means, shown.feed);
    says.textContent = sentence(shown, seen);
    controls.turn.label.hidden = shown.m !== 3;
    if (shown.m === 3) controls.turn.renew();
    const due = performance.now() - handedAt > SAVED_EVERY || !training();
    if (due && handed !== latest) {
      handed = latest;
      handedAt = performance.now();
      canvases.view.ariaLabel = plane
        ? `Arrows of ${shown.n} features in ${shown.m} dimensions. ${says.textContent}`
        : `Heatmap of W transposed W. ${says.textContent}`;
      canvases.norms.ariaLabel = `Lengths of the features' arrows; kept are ${ranges(seen.kept) || "none"}.`;
      canvases.loss.ariaLabel = "Loss over the training steps, beside the best linear model's.";
      canvases.trip.ariaLabel = `Round trip of feature ${shown.feed} alone.`;
      keep(shown, latest);
    }
    root.dataset.taken = latest.taken;
    root.dataset.shown = JSON.stringify(shown);
  }

  function sentence({ n, m, sparsity, own_sparsity }, { kept, pairs }) {
    const own = Object.entries(own_sparsity)
      .map(([i, S]) => `, feature ${i}: ${S}`)
      .join("");
    const ratio = recent.reduce((sum, point) => sum + point[1], 0) / recent.length;
    const loss =
      recent.length === 0
        ? ""
        : Number.isNaN(ratio)
          ? "; a linear model could be exact here"
          : `; loss ${Math.round(100 * ratio)} % of the best linear model's`;
    const opposite = pairs.length === 1 ? "1 opposite pair" : `${pairs.length} opposite pairs`;
    const which = kept.length ? ` (${ranges(kept)})` : "";
    const room = `${m} dimension${m === 1 ? "" : "s"}`;
    const held = `${kept.length} of ${n} features${which} in ${room}`;
    return `Step ${latest.taken}, S = ${sparsity}${own}: ${held}, ${opposite}${loss}.`;
  }

  function save() {
    const gap = 8;
    const { left, top, width, height } = pictures.getBoundingClientRect();
    const ratio = globalThis.devicePixelRatio || 1;
    const whole = Object.assign(document.createElement("canvas"), {
      width: width * ratio,
      height: (height + 30) * ratio,
    });
    const pen = whole.getContext("2d");
    pen.scale(ratio, ratio);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, width, height + 30);
    for (const canvas of Object.values(canvases)) {
      const at = canvas.getBoundingClientRect();
      pen.drawImage(canvas, at.left - left, at.top - top, at.width, at.height);
    }
    pen.fillStyle = "#222222";
    pen.font = "12px system-ui, sans-serif";
    pen.fillText(`${setting.model}. ${says.textContent}`, gap, height + 20, width - 2 * gap);
    const link = add(root, "a", {
      href: whole.toDataURL("image/png"),
      download: "superposition.png",
      hidden: true,
    });
    link.click();
    link.remove();
    say("saved: superposition.png");
  }

  for (const [name, canvas] of Object.entries(canvases)) {
    canvas.onpointerdown = event => {
      const { left, top } = canvas.getBoundingClientRect();
      const feature = hits[name]?.(event.clientX - left, event.clientY - top);
      if (feature !== null && feature !== undefined) feed(feature);
      if (name === "view" && setting.m === 3) canvas.setPointerCapture(event.pointerId);
    };
    canvas.onpointermove = event => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      angle += event.movementX / 80;
      dirty = true;
      next();
    };
  }

  // JupyterLab's one-letter commands (x cuts the cell) must not act on a control in focus; Shift + Enter still may.
  const keysAreOurs = event =>
    event.target.toggleAttribute(
      "data-lm-suppress-shortcuts",
      !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey),
    );
  for (const kind of ["focusin", "keydown", "keyup"]) root.addEventListener(kind, keysAreOurs);

  // On screen and off it, until the end

  const seen = new IntersectionObserver(entries => {
    visible = entries.at(-1).isIntersecting;
    if (visible) next();
  });
  const sized = new ResizeObserver(() => {
    dirty = true;
    next();
  });
  seen.observe(pictures);
  sized.observe(pictures);

  function end() {
    ended = true;
    cancelAnimationFrame(frame);
    seen.disconnect();
    sized.disconnect();
    trainer.end();
  }

  root.classList.add("toymodels-laboratory");
  const fits = saved && saved.W.length === setting.n * setting.m;
  fresh(
    running ? "training" : fits ? "as it was left: press start to go on" : "ready: press start",
    {},
    fits ? saved : null,
  );
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
    return `tm.Playground(${options.join(", ")})`;
  };
  return laboratory(el, setting, { saved, keep, takeHome });
}

/** A web page's: `mount(element)`, or with a setting such as {n: 5, m: 2}; the page's address may hold another. */
export function mount(element, given = {}) {
  const setting = { ...given };
  for (const [name, text] of new URLSearchParams(location.search)) {
    if (name in RANGES && !complaint(name, text)) setting[name] = Number(text);
    if (name === "model" && text in CLASSES) setting.model = text;
    if (name === "own_sparsity") {
      const entries = text
        .split(",")
        .map(entry => entry.split(":"))
        .filter(([i, S]) => !complaint("feed", i) && !complaint("sparsity", S ?? ""));
      setting.own_sparsity = Object.fromEntries(entries.map(([i, S]) => [i, Number(S)]));
    }
  }
  const takeHome = now => {
    const values = {
      ...now,
      own_sparsity: Object.entries(now.own_sparsity)
        .map(([i, S]) => `${i}:${S}`)
        .join(","),
    };
    const address = new URL(location.href);
    address.search = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
    return address.href;
  };
  return laboratory(element, setting, { takeHome });
}

export default { render };
