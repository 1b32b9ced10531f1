(() => {
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
      words: { label: "sparsity S", changed: "S = {value}" }
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
        meaning: "the fed feature's own sparsity, if it is to be rarer than the others or less rare."
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
        meaning: "the weight of a feature's error in the loss: 1 for the first, evenly down to that of the last."
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
  var last = null;
  function themeOf(element) {
    const ground = groundOf(element);
    const ink = channels(getComputedStyle(element).color);
    const key2 = `${ground} ${ink}`;
    if (last?.key !== key2) last = { key: key2, theme: new Theme(ground, ink) };
    return last.theme;
  }
  function onThemeChange(act) {
    const watch = new MutationObserver(act);
    const options = { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-name"] };
    for (const element of [document.documentElement, document.body]) watch.observe(element, options);
    const night = matchMedia("(prefers-color-scheme: dark)");
    night.addEventListener("change", act);
    return () => {
      watch.disconnect();
      night.removeEventListener("change", act);
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
    const whole = ["whole number", "feature"].includes(settings_default[name].kind);
    const text = given.trim();
    const number2 = Number(text);
    if (text !== "" && number2 >= low && number2 <= high && (!whole || Number.isInteger(number2))) return "";
    return `${name} must be a ${whole ? "whole number" : "number"} from ${low} to ${high}, got ${brief(text)}`;
  }
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
  // src/laboratory/address.js
  function numbersByFeature(name, text, n) {
    const pairs = text.trim() ? text.split(",").map((pair) => pair.split(":")) : [];
    const fits = ([i, value, ...more]) => value !== void 0 && !more.length && !complaint("feed", i, n) && !complaint(name, value, n);
    if (!pairs.every(fits)) return null;
    const numbers = Object.fromEntries(pairs.map(([i, value]) => [Number(i), Number(value)]));
    return Object.keys(numbers).length === pairs.length ? numbers : null;
  }
  var textOf = (value) => typeof value === "object" ? Object.entries(value).map(([i, number2]) => `${i}:${number2}`).join(",") : `${value}`;
  var READERS = {
    "whole number": number,
    feature: number,
    number,
    model: (_, text) => Object.hasOwn(CLASSES, text.trim()) ? { value: text.trim() } : { wrong: `model must be one of ${Object.keys(CLASSES).join(", ")}, got ${brief(text)}` },
    "number by feature": (name, text, n) => {
      const value = numbersByFeature(name, text, n);
      const [low, high] = rangeOf(name, n);
      return value ? { value } : {
        wrong: `${name} must hold features from 0 to ${n - 1}, each at most once, with an S from ${low} to ${high}, as in 3:0.5,7:0.99, got ${brief(text)}`
      };
    }
  };
  function number(name, text, n) {
    const wrong = complaint(name, text, n);
    return wrong ? { wrong } : { value: Number(text) };
  }
  function fromAddress(search, given) {
    const setting = { ...DEFAULTS, ...given };
    const remarks = [];
    const found = new URLSearchParams(search);
    for (const name of Object.keys(settings_default)) {
      const texts = found.getAll(name);
      if (!texts.length) continue;
      const { value, wrong } = texts.length === 1 ? READERS[settings_default[name].kind](name, texts[0], setting.n) : { wrong: `${name} must be in the address once, got ${brief(texts.join(" and "))}` };
      if (wrong) remarks.push(`${wrong}. It stays ${textOf(setting[name]) || "empty"}`);
      else setting[name] = value;
      if (!wrong && name === "m" && value > setting.n) remarks.push(`m can be at most n: m = ${setting.n}`);
    }
    for (const name of new Set(found.keys()))
      if (!Object.hasOwn(settings_default, name))
        remarks.push(`${brief(name)} in the address is unknown: it can hold ${Object.keys(settings_default).join(", ")}`);
    return { setting, remarks };
  }
  function addressOf(setting, page2) {
    const address = new URL(page2);
    const texts = Object.entries(setting).map(([name, value]) => [name, textOf(value)]);
    address.search = new URLSearchParams(texts);
    return address.href;
  }
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
  // src/laboratory/controls.js
  var SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1e3];
  var ANGLES = span(0, 355, 5);
  function slider(session, parent, { name, values, read, act, remark = () => "" }) {
    const label = add(parent, "label", { className: "slider" });
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
    return { renew };
  }
  function choice(session, parent, name) {
    const input = add(add(parent, "label", { textContent: settings_default[name].words.label }), "select");
    for (const value of Object.keys(CLASSES)) add(input, "option", { textContent: value, value });
    input.onchange = () => session.attempt(() => session.put(name, input.value));
    const renew = () => {
      input.value = session.setting[name];
    };
    return { renew };
  }
  function button(session, parent, { text, act, className = "" }) {
    const onclick = () => session.attempt(act);
    const made = add(parent, "button", { type: "button", onclick, className });
    const renew = () => {
      made.textContent = text();
    };
    return { renew };
  }
  function settingSlider(session, parent, name) {
    return slider(session, parent, {
      name: () => settings_default[name].words.label,
      values: placesOf(name),
      read: () => session.setting[name],
      act: (value) => session.put(name, value)
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
  function controlsOf(session, { sliders, boxes }, { turn, copy, save }) {
    const fixed = (text) => () => text;
    return {
      sparsity: settingSlider(session, sliders, "sparsity"),
      lr: settingSlider(session, sliders, "lr"),
      last_importance: settingSlider(session, sliders, "last_importance"),
      own_sparsity: ownSparsitySlider(session, sliders),
      speed: slider(session, sliders, {
        name: fixed("steps a picture"),
        values: SPEEDS,
        read: () => session.speed,
        act: (value) => {
          session.speed = value;
          session.renew();
        }
      }),
      turn: slider(session, sliders, { name: fixed("turn (degrees)"), values: ANGLES, ...turn }),
      model: choice(session, boxes, "model"),
      n: box(session, boxes, "n"),
      m: box(session, boxes, "m"),
      seed: box(session, boxes, "seed"),
      feed: box(session, boxes, "feed"),
      start: button(session, boxes, {
        text: () => session.going ? "\u275A\u275A pause" : "\u25B6 start",
        act: () => session.startOrPause(),
        className: "start"
      }),
      tenSteps: button(session, boxes, { text: fixed("10 steps"), act: () => session.tenSteps() }),
      reset: button(session, boxes, { text: fixed("reset"), act: () => session.fresh("fresh weights") }),
      newSeed: button(session, boxes, { text: fixed("new seed"), act: () => session.newSeed() }),
      copy: button(session, boxes, { text: fixed("copy"), act: copy }),
      save: button(session, boxes, { text: fixed("save"), act: save })
    };
  }
  // src/measures.js
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
    const opposite = (i, j) => gram[i * n + j] < -0.9 * norms2[i] * norms2[j];
    const pairs = kept.flatMap(
      (i, a) => kept.slice(a + 1).filter((j) => opposite(i, j)).map((j) => [i, j])
    );
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
  // src/panels/arrows.js
  var EXTENT = 2.9;
  var TILT = 20 * Math.PI / 180;
  var SHORTEST = 0.1;
  var TOGETHER = 0.08;
  var EDGE = 1.25;
  var GRAB = 20;
  function namesAt(tips) {
    const names = [];
    tips.forEach((tip, i) => {
      names[i] = Math.hypot(...tip) > SHORTEST ? `${i}` : "";
      for (let j = 0; j < i; j++) {
        const apart = Math.hypot(...tip.map((value, k) => value - tips[j][k]));
        if (names[i] && names[j] && apart < TOGETHER) {
          names[j] += `, ${i}`;
          names[i] = "";
        }
      }
    });
    return names;
  }
  function neighbours(tips) {
    const long = [...tips.keys()].filter((i) => Math.hypot(...tips[i]) > SHORTEST);
    const pairs = long.flatMap((i, a) => long.slice(a + 1).map((j) => [i, j]));
    const apart = ([i, j]) => Math.hypot(...tips[i].map((value, k) => value - tips[j][k]));
    const reach = EDGE * Math.min(...pairs.map(apart));
    return pairs.filter((pair) => apart(pair) <= reach);
  }
  function seen(tip, angle) {
    if (tip.length === 2) return [...tip, 0];
    const [a, b, c] = tip;
    const [right, deep] = [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
    return [right, c * Math.cos(TILT) - deep * Math.sin(TILT), c * Math.sin(TILT) + deep * Math.cos(TILT)];
  }
  function drawArrows(canvas, theme, data, cursor = null) {
    const { W, n, m, importance = null, angle = 0, dot: point = null, title = "" } = data;
    const on = page(canvas, theme);
    const room = { left: 28, top: title ? 20 : 6, right: 12, bottom: m === 2 ? 26 : 6 };
    const { side, x, y } = square(on, room);
    const middle = [x + side / 2, y + side / 2];
    const unit = side / EXTENT;
    const { pen } = on;
    pen.save();
    pen.strokeStyle = theme.faint;
    pen.setLineDash(palette_default.lines["unit circle"].canvas);
    pen.beginPath();
    pen.arc(...middle, unit, 0, 2 * Math.PI);
    pen.stroke();
    pen.restore();
    const directions = Array.from({ length: n }, (_, i) => Array.from(W.subarray(i * m, (i + 1) * m)));
    const views = directions.map((tip) => seen(tip, angle));
    const onPage = ([right, up]) => [middle[0] + unit * right, middle[1] - unit * up];
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
      const own = css(pale.map((value, c) => value + weight * (blue[c] - value)));
      const color = i === chosen ? theme.mark(palette_default.positive) : own;
      arrow(on, middle, tips[i], { color, width: i === chosen ? 4 : 2 + weight });
    }
    namesAt(directions).forEach((name, i) => {
      const [dx, dy] = [tips[i][0] - middle[0], tips[i][1] - middle[1]];
      const beyond = 1 + 11 / Math.max(1, Math.hypot(dx, dy));
      if (name) write(on, name, middle[0] + beyond * dx, middle[1] + beyond * dy, { halo: true });
    });
    if (point) {
      const place = onPage([point.x, point.y]);
      dot(on, ...place, 9, { color: theme.text(palette_default.reference) });
      write(on, point.name, ...place, { color: theme.ground });
    }
    if (title) write(on, title, on.width / 2, 10);
    if (m === 2) {
      write(on, "hidden dimension 0", middle[0], y + side + 13);
      write(on, "hidden dimension 1", x - 14, middle[1], { turn: -Math.PI / 2 });
    }
    return { tips };
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
  function roundTicks(low, high, most = 6) {
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
  function bottomAxis(on, at, y, { ticks, label = "", shift = 0, name = String }) {
    for (const tick of ticks) write(on, name(tick), at(tick) + shift, y + FONT * 0.75, { color: on.theme.faint });
    if (label) write(on, label, (at.start + at.end) / 2, y + FONT * 2);
  }
  function leftAxis(on, at, x, { ticks, label = "", shift = 0, room = 32, name = String }) {
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
  function colorOf(theme, { color, interference }, value, i) {
    if (interference) return `rgb(${MAPS.interference(interference[i])})`;
    return theme.mark(color === "sign" ? value > 0 ? palette_default.positive : palette_default.negative : color);
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
    const count = values.length;
    const step = (right - left) / count;
    const X = scale([0, count], [left, right]);
    const Y = scale([low, high], [bottom, top]);
    const inside = (value) => Math.max(low, Math.min(high, value));
    active?.forEach((here, i) => {
      if (here) box2(on, X(i), top, step, bottom - top, { fill: theme.band });
    });
    line(
      on,
      [
        [left, Y(0)],
        [right, Y(0)]
      ],
      { width: 0.8 }
    );
    values.forEach((value, i) => {
      const [from, to] = [Y(0), Y(inside(value))];
      const at = X(i) + (1 - BAR) / 2 * step;
      const fill = colorOf(theme, data, value, i);
      box2(on, at, Math.min(from, to), BAR * step, Math.abs(to - from), { fill });
      if (data.interference && BAR * step > 3)
        box2(on, at, Math.min(from, to), BAR * step, Math.abs(to - from), { color: theme.faint, thick: 0.5 });
    });
    values.forEach((value, i) => {
      if (value > high || value < low)
        write(on, value.toFixed(1), X(i + 0.5), value > high ? top + 7 : bottom - 7, { halo: true });
    });
    targets?.forEach((value, i) => {
      if (active?.[i]) box2(on, X(i), Y(Math.max(0, value)), step, Y(0) - Y(Math.max(0, value)), { color: theme.ink });
    });
    const orange = theme.mark(palette_default.dimensionality);
    dots?.forEach((value, i) => {
      dot(on, X(i + 0.5), Y(inside(value)), 2.5, { color: orange, rim: theme.ground });
    });
    for (const i of crosses)
      write(on, "\xD7", X(i + 0.5), bottom - 6, { color: theme.text(palette_default.positive), halo: true });
    if (cursor && cursor.j !== null && cursor.j < count) {
      const wide = Math.max(step, 4);
      box2(on, X(cursor.j + 0.5) - wide / 2, top, wide, bottom - top, { color: theme.ink, thick: 1.5 });
    }
    const ticks = data.ticks ?? roundTicks(low, high, Math.max(3, Math.floor((bottom - top) / 36)));
    leftAxis(on, Y, left, { ticks });
    label.split("\n").forEach((words, k, all) => {
      write(on, words, left - 24, (top + bottom) / 2 + 13 * (k - (all.length - 1) / 2), { align: "right" });
    });
    if (places || xlabel) bottomAxis(on, X, bottom, { ticks: wholeTicks(count, 8), label: xlabel, shift: step / 2 });
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
      write(on, value, x + 14, y + (high - value) / (high - low) * height, { align: "left", color: on.theme.faint });
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
      label: "loss / best linear",
      room: 42,
      name: (ratio) => ratio < 1 ? `1/${1 / ratio}` : `${ratio}`
    });
    bottomAxis(on, X, bottom, { ticks: [0, last2 / 2, last2], label: "training step" });
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
      if (now && finished)
        write(on, pairs ? `${kept} (${pairs})` : kept, here[0], here[1] + (up ? 12 : -11), { halo: true });
      const last2 = k === places.length - 1;
      if (!finished && !last2) return;
      dot(on, ...here, last2 ? 4 : 3, {
        color: finished ? now ? theme.ink : theme.hairline : theme.ground,
        rim: now ? theme.ink : theme.faint
      });
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
  var UNSIGNED = [-0.3, 1.5];
  function drawTrip(canvas, theme, { stations, feature, hiddenReLU, outputReLU }) {
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
    write(on, `the round trip of feature ${feature} alone, at 1`, (left + right) / 2, 9);
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
        ticks: [0, 1],
        active: k === 1 ? void 0 : active,
        // its bars are hidden dimensions
        targets: last2 ? stations[0] : void 0,
        xlabel: last2 ? "feature i (second row: hidden dimension)" : ""
      };
      barsIn(on, data, { left, right, top, bottom });
      top = bottom + GAP2;
    });
    return { left, right, top: ROOM5.top, bottom: on.height - ROOM5.bottom, count: n };
  }
  // src/laboratory/words.js
  var SEEN = {
    heatmap: "W\u1D40W: column j holds the answers, before bias and ReLU, to feature j alone. Click on it to feed j in.",
    kept: "a feature with an arrow longer than 0.5. More kept than dimensions: they share, in pairs or finer.",
    "opposite pair": "two kept features with arrows in opposite directions: they share one line.",
    interference: "how much the others' arrows lie along a feature's own: 0 if it has its direction to itself.",
    dimensionality: "the share of a dimension that a feature has: 1 alone, 1/2 in a pair.",
    "dead output": "its ReLU stayed shut for every sample of late: it answers 0, and learns nothing more until weights are fresh.",
    "best linear": "the least loss of any linear model for these data, exact.",
    "same weights": "a change goes on from the weights that are there. Reset, new seed, n and m begin with fresh ones, without a past."
  };
  var SET = Object.fromEntries(
    Object.values(settings_default).filter(({ words }) => words.term).map(({ words }) => [words.term, words.meaning])
  );
  var TIME = {
    "steps a picture": "how many training steps pass between two pictures: fewer to watch more slowly.",
    finished: "2,000 steps after the last change. The learning rate climbs over the first 200, then falls to 0."
  };
  var GLOSSARY = { ...SEEN, ...SET, ...TIME };
  function ranges(numbers) {
    const runs = [];
    for (const i of numbers) {
      if (runs.at(-1)?.[1] === i - 1) runs.at(-1)[1] = i;
      else runs.push([i, i]);
    }
    return runs.map(([from, to]) => from === to ? from : `${from}\u2013${to}`).join(", ");
  }
  var several = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
  function sentence({ setting, taken, left, dead, seen: { kept, pairs } }, loss2) {
    const { n, m, sparsity, own_sparsity } = setting;
    const own = Object.entries(own_sparsity).map(([i, S]) => `, feature ${i}: ${S}`).join("");
    const which = kept.length ? ` (${ranges(kept)})` : "";
    const parts = [
      `Step ${taken}${left ? `, ${left} to go` : ""}, S = ${sparsity}${own}: ${kept.length} of ${several(n, "feature")}${which} kept in ${several(m, "dimension")}, ` + several(pairs.length, "opposite pair")
    ];
    if (dead.length) parts.push(`${several(dead.length, "dead output")} (reset: fresh weights)`);
    if (loss2 !== null)
      parts.push(
        Number.isNaN(loss2) ? "a linear model could be exact here" : `loss ${Math.round(100 * loss2)} % of the best linear model's`
      );
    return `${parts.join("; ")}.`;
  }
  // src/laboratory/pictures.js
  var LONGEST2 = 1.6;
  var NO_DOT = 0.1;
  var PLACES_SAID = 10;
  var only = (n, feature) => Array.from({ length: n }, (_, i) => +(i === feature));
  var hasArrows = ({ m }) => m === 2 || m === 3;
  function view(canvas, theme, { latest, means, angle }) {
    const { setting, W, seen: seen2 } = latest;
    const { n, m, feed } = setting;
    if (hasArrows(setting)) {
      const title = m === 2 ? "each feature's arrow" : "arrows in space: drag to turn";
      const data = { W, n, m, importance: means.importance, angle, title: `${title}; feature ${feed} in red` };
      const drawn2 = drawArrows(canvas, theme, data, { i: null, j: feed });
      return (x, y) => arrowAt(drawn2, x, y);
    }
    const drawn = drawHeatmap(canvas, theme, {
      values: seen2.gram,
      rows: n,
      columns: n,
      map: "weights",
      xlabel: "feature j",
      ylabel: "feature i",
      title: `W\u1D40W, column ${feed}: the answers to feature ${feed} alone`,
      marked: feed
    });
    return (x, y) => cellAt(drawn, x, y);
  }
  function norms(canvas, theme, { latest: { setting, seen: seen2, dead } }) {
    const drawn = drawBars(canvas, theme, {
      values: seen2.norms,
      low: 0,
      high: LONGEST2,
      label: "length\n|W\u1D62|",
      xlabel: "feature i",
      interference: seen2.interference,
      dots: seen2.dimensionality.map((D, i) => seen2.norms[i] > NO_DOT ? D : Number.NaN),
      crosses: dead,
      active: only(setting.n, setting.feed),
      ticks: [0, 0.5, 1, 1.5],
      legend: { dots: "dimensionality", crosses: "dead" }
    });
    return (x, y) => barAt(drawn, x, y);
  }
  function loss(canvas, theme, { curve: { points, marks }, latest: { taken, setting } }) {
    drawLoss(canvas, theme, { points, marks, taken, model: setting.model });
  }
  function trail(canvas, theme, { trail: { places }, latest: { setting, run } }) {
    drawTrail(canvas, theme, { places, n: setting.n, m: setting.m, run });
  }
  function trip(canvas, theme, { latest, means }) {
    const { n, feed } = latest.setting;
    const { hiddenReLU, outputReLU } = means;
    const stations = roundTrip(latest, means, only(n, feed));
    const drawn = drawTrip(canvas, theme, { stations, feature: feed, hiddenReLU, outputReLU });
    return (x, y) => barAt(drawn, x, y);
  }
  var DRAW = { view, norms, loss, trail, trip };
  var Pictures = class {
    #places = {};
    // name -> which feature is at a place of that picture
    constructor(parent) {
      this.canvases = Object.fromEntries(
        Object.keys(DRAW).map((name) => {
          const { canvas } = framedCanvas(parent, name);
          const ariaLabel = "a picture, drawn as soon as it is on the screen";
          return [name, Object.assign(canvas, { className: name, role: "img", ariaLabel })];
        })
      );
    }
    /** Draws what a session has last. angle: of the figure in space. */
    draw(theme, { latest, curve, trail: trail2 }, angle) {
      const what = { latest, curve, trail: trail2, angle, means: meaning(latest.setting) };
      for (const [name, canvas] of Object.entries(this.canvases)) this.#places[name] = DRAW[name](canvas, theme, what);
    }
    /** The feature at a place of a picture, or null. */
    featureAt(name, x, y) {
      return this.#places[name]?.(x, y)?.j ?? null;
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
  };
  // src/laboratory/pointer.js
  var SLIP = 8;
  function listen(canvas, { tap, drag }) {
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
    canvas.onpointermove = ({ isPrimary, clientX, clientY }) => {
      if (!start || !isPrimary) return;
      const [across, along] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
      dragging ||= across >= SLIP && across > along;
      if (!dragging) return;
      drag(clientX - last2);
      last2 = clientX;
    };
    canvas.onpointerup = ({ isPrimary, clientX, clientY }) => {
      if (!start || !isPrimary) return;
      const slipped = Math.hypot(clientX - start.x, clientY - start.y);
      start = null;
      if (dragging || slipped >= SLIP) return;
      const { left, top } = canvas.getBoundingClientRect();
      tap(clientX - left, clientY - top);
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
  function savePicture(parent, canvases, theme, words) {
    const { left, top, width, height } = parent.getBoundingClientRect();
    const ratio = globalThis.devicePixelRatio || 1;
    const whole = Object.assign(document.createElement("canvas"), {
      width: width * ratio,
      height: (height + WORDS) * ratio
    });
    const pen = whole.getContext("2d");
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
    const href = whole.toDataURL("image/png");
    const link = add(parent, "a", { href, download: "superposition.png", hidden: true });
    link.click();
    link.remove();
  }
  function copier(parent) {
    const box3 = add(parent, "input", { type: "text", readOnly: true, hidden: true, ariaLabel: "copy this text" });
    return async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        return `copied, the setting without the weights: ${text}`;
      } catch {
        box3.hidden = false;
        box3.value = text;
        box3.size = text.length;
        box3.select();
        return "press Ctrl+C to copy the text";
      }
    };
  }
  // src/laboratory/memory.js
  var MOST_POINTS = 600;
  var MOST_PLACES = 300;
  var RECENT = 20;
  var LossCurve = class {
    points = [];
    // [step, loss / best linear, how many were averaged]
    marks = [];
    // of changes: {step, words}
    #width = 1;
    // steps that become one point
    #recent = [];
    // the last points since something changed
    /** apart: steps between two changes that are both marked. */
    constructor(apart) {
      this.apart = apart;
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
    /** Mean loss of late over the best linear model's; NaN where a linear model could be exact, null when not known. */
    get loss() {
      const recent = this.#recent;
      return recent.length ? recent.reduce((sum, point) => sum + point[1], 0) / recent.length : null;
    }
  };
  var Trail = class {
    places = [];
    // {run, sparsity, kept, pairs, finished}, one for each sparsity on the way
    /** The present place. Between two ends of training the way is forgotten, and so is every run but the last two. */
    remember(here) {
      const { run } = here;
      const passing = (place) => place.run === run && !place.finished;
      const same = (place) => place.run === run && place.sparsity === here.sparsity;
      const last2 = () => this.places.at(-1);
      while (last2() && (same(last2()) || here.finished && passing(last2()))) this.places.pop();
      this.places = [...this.places.filter((place) => place.run >= run - 1), here].slice(-MOST_PLACES);
    }
    forget() {
      this.places = [];
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
    constructor(setting, running, { say, add: add2, renew, news }, beside) {
      Object.assign(this, { setting, running, say, add: add2, renew, news, beside });
      this.wishedM = setting.m;
      this.speed = 25;
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
      this.trainer = null;
      this.failure = "";
    }
    get going() {
      return this.running && !this.finished && !this.failure;
    }
    get training() {
      return this.going && this.visible;
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
      this.failure = `stopped: ${message}. Press reset`;
      this.say(this.failure);
      this.renew();
    }
    // Asks and answers
    ask() {
      const news = Object.keys(this.pending).length > 0;
      const steps = this.training || !this.running ? this.allowance : 0;
      if (this.failure || this.asked || !(news || steps > 0 && this.asks < ASKS)) return;
      this.asked = { setting: this.setting, run: this.run };
      this.asks += 1;
      this.trainer.send({ ...this.pending, most: steps, milliseconds: news ? FIRST_SLICE : SLICE });
      this.pending = {};
    }
    hear(answer) {
      const before = this.latest?.taken ?? 0;
      const asked = this.asked;
      this.asked = null;
      if (this.outdated) {
        this.outdated = false;
        return this.ask();
      }
      const { run } = asked;
      const setting = { ...asked.setting, feed: this.setting.feed };
      this.latest = { ...answer, setting, run, seen: measure(answer.W, setting.n, setting.m) };
      this.allowance = Math.max(0, this.allowance - Math.max(0, answer.taken - before));
      this.curve.add(answer.points);
      this.remember();
      if (answer.failed) this.fresh("fresh weights, because the loss became infinite: try a lower learning rate");
      else if (answer.left === 0 && !this.pending.schedule && !this.finished) {
        this.finished = true;
        this.add("finished: the learning rate is at 0. Press start, or change something, and it trains on");
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
    goOn(words, steps = 0) {
      this.finished = false;
      this.allowance = this.running ? this.speed : steps;
      this.asks = 0;
      this.say(this.failure || words);
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
      this.change({ own_sparsity: own }, filled(settings_default.own_sparsity.words.changed, { feed, value }));
    }
    /** Other data or another model function: the weights stay. */
    change(values, words) {
      this.setting = { ...this.setting, ...values };
      this.pending = { ...this.pending, set: meaning(this.setting), schedule: this.schedule };
      if (!("sparsity" in values || "lr" in values)) this.run += 1;
      this.curve.change(this.latest?.taken ?? 0, words);
      this.goOn(`${words}, same weights${this.running ? "" : ": press start to go on training"}`);
    }
    /** Other shapes, another seed, or a reset. */
    fresh(words, values = {}, saved = null) {
      const shape = `${this.setting.n}, ${this.setting.m}`;
      const setting = { ...this.setting, ...values };
      this.wishedM = values.m ?? this.wishedM;
      setting.m = Math.min(this.wishedM, setting.n);
      if (setting.feed >= setting.n) setting.feed = 0;
      setting.own_sparsity = Object.fromEntries(Object.entries(setting.own_sparsity).filter(([i]) => i < setting.n));
      this.setting = setting;
      const { n, m, seed } = setting;
      this.failure = "";
      this.trainer ??= this.beside(
        (answer) => this.attempt(() => this.hear(answer)),
        (message) => this.stop(message)
      );
      this.pending = { fresh: { n, m, seed }, weights: saved, set: meaning(setting), schedule: this.schedule };
      this.outdated = this.asked !== null;
      this.curve = new LossCurve(MARKS_APART);
      this.run += 1;
      if (shape !== `${n}, ${m}`) this.trail.forget();
      this.goOn(words);
    }
    newSeed() {
      const seed = this.setting.seed + 1;
      this.fresh(`fresh weights: seed ${seed}`, { seed });
    }
    startOrPause() {
      this.running = !this.going;
      if (this.running) this.scheduleAgain();
      this.goOn(this.running ? `training for ${STEPS.toLocaleString("en")} steps` : "paused");
    }
    tenSteps() {
      this.scheduleAgain();
      const steps = 10 + (this.running ? 0 : this.allowance);
      this.running = false;
      this.goOn("paused after ten steps", steps);
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
  };
  // src/laboratory/style.css
  var style_default = `.toymodels-laboratory {
  max-width: 1280px;
  font:
    14px / 1.4 system-ui,
    sans-serif;
  color: inherit;
  container-type: inline-size;
  & .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    margin-bottom: 4px;
  }
  & label {
    display: flex;
    gap: 6px;
    align-items: center;
    margin: 0;
    white-space: nowrap;
  }
  & .sliders {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(19em, 1fr));
    gap: 4px 16px;
  }
  & output {
    min-width: 3.2em;
    font-variant-numeric: tabular-nums;
  }
  & :is(button, select, input) {
    padding: 1px 6px;
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid;
    border-radius: 4px;
  }
  & input[type="range"] {
    flex: 1;
    width: 4em;
    padding: 0;
    margin: 0;
    accent-color: #0072B2;
    border: none;
  }
  & input[type="number"] {
    width: 3.4em;
    padding-right: 2px;
  }
  & option {
    color: #222;
    background: #fff;
  }
  & button {
    cursor: pointer;
  }
  & .start {
    min-width: 5em;
    color: #fff;
    background: #00609C;
    border-color: #00609C;
  }
  & .says {
    min-height: 2.8em;
    font-variant-numeric: tabular-nums;
  }
  & [role="status"] {
    min-height: 2.8em;
    font-weight: 600;
    overflow-wrap: anywhere;
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
  & .pictures {
    display: grid;
    grid-template-columns: 1fr;
    gap: 4px;
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
  & .panel.view {
    height: 320px;
  }
  & .panel.trip {
    height: 270px;
  }
  & .panel:is(.view, .norms, .trip) {
    cursor: pointer;
  }
  & [hidden] {
    display: none;
  }
  @media (pointer: coarse) {
    & :is(input, select, button, summary) {
      min-height: 32px;
    }
  }
  @container (max-width: 519px) {
    & .sliders {
      display: contents;
    }
    & .slider:first-child {
      position: sticky;
      top: 0;
      z-index: 1;
      padding: 2px 0;
      background: var(--ground, Canvas);
    }
    & .panel.trail {
      order: -1;
    }
  }
  @container (min-width: 560px) {
    & .pictures {
      grid-template-columns: 1fr 1fr;
    }
    & .panel.view {
      grid-row: span 3;
      height: auto;
    }
    & .panel:is(.norms, .loss, .trail) {
      height: 130px;
    }
    & .panel.trip {
      grid-column: span 2;
      height: 250px;
    }
  }
  @container (min-width: 820px) {
    & .pictures {
      grid-template-columns: 1.15fr 1fr 1fr;
    }
    & .panel:is(.norms, .loss) {
      height: 130px;
    }
    & .panel.trail {
      height: 170px;
    }
    & .panel.trip {
      grid-row: 1 / span 3;
      grid-column: 3;
      height: auto;
    }
  }
}
`;
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
  // src/laboratory/view.js
  var KEPT_EVERY = 200;
  var FIRST_ANGLE = 0.5;
  var TURN = 0.01;
  var DRAGGED = 1 / 80;
  var DEGREE = Math.PI / 180;
  function layOut(root) {
    root.classList.add("toymodels-laboratory");
    add(root, "style", { textContent: style_default });
    const parts = {
      sliders: add(root, "div", { className: "sliders" }),
      boxes: add(root, "div", { className: "controls" }),
      says: add(root, "div", { className: "says" }),
      status: add(root, "div", { role: "status" }),
      pictures: add(root, "div", { className: "pictures" })
    };
    const words = add(root, "details");
    add(words, "summary", { textContent: "What the words mean" });
    const list = add(words, "dl");
    for (const [word, explained] of Object.entries(GLOSSARY)) {
      add(list, "dt", { textContent: word });
      add(list, "dd", { textContent: explained });
    }
    return parts;
  }
  var Laboratory = class {
    constructor(root, given, { saved = null, remarks = [], keep = () => {
    }, takeHome }) {
      Object.assign(this, { root, keep, takeHome });
      this.parts = layOut(root);
      this.pictures = new Pictures(this.parts.pictures);
      this.angle = FIRST_ANGLE;
      this.frame = 0;
      this.dirty = false;
      this.ended = false;
      this.kept = null;
      this.keptAt = 0;
      const running = !matchMedia("(prefers-reduced-motion: reduce)").matches && !saved;
      this.session = new Session({ ...DEFAULTS, ...given }, running, this.ways(), trainerBeside);
      this.controls = this.buildControls();
      for (const [name, canvas] of Object.entries(this.pictures.canvases)) this.listen(name, canvas);
      keepKeys(root);
      this.watch();
      this.begin(saved, remarks);
    }
    /** How the session reaches the page. */
    ways() {
      const { status } = this.parts;
      return {
        say: (words) => {
          status.textContent = words;
        },
        add: (words) => {
          status.textContent = [status.textContent, words].filter(Boolean).join("; ");
        },
        renew: () => {
          for (const control of Object.values(this.controls)) control.renew();
        },
        news: () => this.news()
      };
    }
    buildControls() {
      const { session, parts } = this;
      const turn = {
        read: () => 5 * (Math.round(this.angle / DEGREE / 5) % 72),
        act: (degrees) => {
          this.angle = degrees * DEGREE;
          this.controls.turn.renew();
          this.news();
        }
      };
      let copy;
      const controls = controlsOf(session, parts, {
        turn,
        copy: async () => session.say(await copy(this.takeHome(session.setting))),
        save: () => this.save()
      });
      copy = copier(parts.boxes);
      return controls;
    }
    begin(saved, remarks) {
      const { session } = this;
      const { n, m } = session.setting;
      const fits = saved?.W.length === n * m;
      const begins = session.running ? "training" : fits ? "as it was left: press start to go on" : "ready: press start";
      const words = [remarks.join(". "), begins].filter(Boolean).join("; ");
      session.attempt(() => session.fresh(words, {}, fits ? saved : null));
    }
    // What the hand does
    listen(name, canvas) {
      const { session } = this;
      listen(canvas, {
        tap: (x, y) => {
          const feature = this.pictures.featureAt(name, x, y);
          if (feature !== null) session.attempt(() => session.feed(feature));
        },
        drag: (pixels) => {
          if (name !== "view" || session.setting.m !== 3) return;
          const whole = 2 * Math.PI;
          this.angle = (this.angle + pixels * DRAGGED + whole) % whole;
          this.news();
        }
      });
    }
    save() {
      const { session, parts, pictures, root } = this;
      const words = `${session.setting.model}. ${parts.says.textContent}`;
      savePicture(parts.pictures, Object.values(pictures.canvases), themeOf(root), words);
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
      if (!session.visible) return;
      const turning = session.training && session.latest?.setting.m === 3;
      if (turning) this.angle = (this.angle + TURN) % (2 * Math.PI);
      if (session.latest && (this.dirty || turning)) this.draw();
      if (session.training) this.next();
      session.newPicture();
    }
    draw() {
      const { session, root, parts, controls } = this;
      const { latest } = session;
      const { setting, taken } = latest;
      this.dirty = false;
      const theme = themeOf(root);
      if (this.theme !== theme) root.style.setProperty("--ground", theme.ground);
      this.theme = theme;
      this.pictures.draw(theme, session, this.angle);
      parts.says.textContent = sentence(latest, session.curve.loss);
      controls.turn.label.hidden = setting.m !== 3;
      if (setting.m === 3) controls.turn.renew();
      this.hand(latest);
      root.dataset.taken = taken;
      root.dataset.shown = JSON.stringify(setting);
    }
    /** To Python, and to a screen reader, only now and then while it trains. */
    hand(latest) {
      const { session, parts } = this;
      const due = performance.now() - this.keptAt > KEPT_EVERY || !session.training;
      if (!due || this.kept === latest) return;
      this.kept = latest;
      this.keptAt = performance.now();
      this.pictures.describe(session, parts.says.textContent);
      this.keep(latest.setting, latest);
    }
    // On the screen, off it, and away
    /** Trains only on the screen, and draws anew when the size changes or day becomes night. */
    watch() {
      const { session, parts } = this;
      this.inView = new IntersectionObserver((entries) => {
        session.visible = entries.at(-1).isIntersecting;
        if (session.visible) this.next();
      });
      this.sized = new ResizeObserver(() => this.news());
      this.inView.observe(parts.pictures);
      this.sized.observe(parts.pictures);
      this.endOfThemes = onThemeChange(() => this.news());
    }
    end() {
      this.ended = true;
      cancelAnimationFrame(this.frame);
      this.inView.disconnect();
      this.sized.disconnect();
      this.endOfThemes();
      this.session.trainer?.end();
    }
  };
  function laboratory(root, given, options) {
    const made = new Laboratory(root, given, options);
    return () => made.end();
  }
  // src/laboratory/page.js
  function mount(element, given = {}) {
    const { setting, remarks } = fromAddress(location.search, given);
    return laboratory(element, setting, { remarks, takeHome: (now) => addressOf(now, location.href) });
  }
  window.toymodelsLaboratory = mount;
})();
