var toymodels = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key2 of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key2) && key2 !== except)
          __defProp(to, key2, { get: () => from[key2], enumerable: !(desc = __getOwnPropDesc(from, key2)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
  // src/explorer/explorer.js
  var explorer_exports = {};
  __export(explorer_exports, {
    explorer: () => explorer
  });
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
      const same = next?.axis === this.#place?.axis && next?.i === this.#place?.i && next?.j === this.#place?.j;
      if (same) return;
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
    const row = rows === null ? null : place?.i ?? 0;
    if (!place) return { i: row, j: edge ?? 0 };
    if (edge !== void 0) return { i: row, j: edge };
    const within = (value, count) => Math.max(0, Math.min(count - 1, value));
    if (rows === null) return { i: null, j: within(place.j + step[1] + step[0], columns) };
    return { i: within(row + step[0], rows), j: within(place.j + step[1], columns) };
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
  // src/style.css
  var style_default = `.toymodels-explorer {
  max-width: 1000px;
  font:
    14px / 1.4 system-ui,
    sans-serif;
  color: inherit;
  container-type: inline-size;
  & button {
    min-height: 26px;
    padding: 1px 8px;
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid;
    border-radius: 4px;
    cursor: pointer;
  }
  & button[aria-pressed="true"] {
    color: #fff;
    background: #00609C;
    border-color: #00609C;
  }
  & output {
    min-width: 2.6em;
    font-weight: 600;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  & .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    align-items: flex-start;
  }
  & .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    align-items: center;
  }
  & .buttons label {
    display: flex;
    gap: 4px;
    align-items: center;
    min-height: 26px;
    margin: 0;
  }
  & .slider {
    flex: 1 1 20em;
    min-width: 0;
  }
  & .slider.tracked {
    flex-basis: 100%;
  }
  & .head {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 8px;
    align-items: center;
    min-height: 28px;
  }
  & .name {
    font-weight: 600;
  }
  & .rail {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
  }
  & .rail canvas {
    width: 100%;
    height: 34px;
  }
  & .rail input {
    width: 100%;
    height: 24px;
    margin: 0;
    accent-color: #0072B2;
  }
  & .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 10px;
    margin-left: 8px;
    font-size: 12px;
    line-height: 1.3;
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
    text-decoration: underline dotted;
    white-space: nowrap;
    border: none;
  }
  & .lines {
    min-height: 1.4em;
    margin: 2px 0;
  }
  & .columns {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
  }
  & .column {
    display: flex;
    flex: 1 1 250px;
    flex-direction: column;
    min-width: 0;
  }
  & .part {
    font-weight: 600;
    text-align: center;
  }
  /* A canvas takes the size of its frame, never the other way round */
  & .panel {
    position: relative;
    flex: 1 1 auto;
    min-height: 60px;
  }
  & .panel.bars {
    min-height: 90px;
  }
  & .panel.chart {
    min-height: 180px;
  }
  /* Slider, words and the whole picture on one screen: what else is on it takes up to 352 pixels */
  & .panel:is(.heatmap, .arrows) {
    height: max(240px, min(420px, 100vh - 352px));
    min-height: 240px;
  }
  /* The same below a chapter's title and a paragraph */
  &.compact .panel:is(.heatmap, .arrows) {
    height: max(240px, min(420px, 100vh - 460px));
  }
  & .panel canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    touch-action: pan-y;
  }
  & .said {
    min-height: 1.4em;
    font-variant-numeric: tabular-nums;
  }
  & .speech {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  & [hidden] {
    display: none;
  }
  @container (max-width: 519px) {
    & .column {
      flex-basis: 100%;
    }
  }
  @media (pointer: coarse) {
    & :is(input, button, .buttons label) {
      min-height: 32px;
    }
  }
  @media print {
    & .view {
      display: none;
    }
  }
}
@media screen {
  .toymodels-explorer.live .stored {
    display: none;
  }
}
`;
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
  // src/digits.js
  var signed = (value) => `${value}`.replace("-", "\u2212");
  var digits = (value) => signed(value.toFixed(2).replace(/^-(0\.00)$/, "$1"));
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
  function box({ pen, theme }, x, y, width, height, { color = theme.ink, thick = 1, fill = null } = {}) {
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
  var SHORTEST = 0.1;
  var TOGETHER = 0.08;
  var EDGE = 1.25;
  var HIGH = 12;
  var GRAB = 20;
  function namesAt(tips) {
    const names = [];
    tips.forEach((tip, i) => {
      names[i] = Math.hypot(...tip) > SHORTEST ? `${i}` : "";
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
    const stubs = [...tips.keys()].filter((i) => Math.hypot(...tips[i]) <= SHORTEST);
    if (!stubs.length) return "";
    return `${stubs.join(", ")}, of no length: drag ${stubs.length > 1 ? "them" : "it"} out`;
  }
  function neighbours(tips) {
    const long = [...tips.keys()].filter((i) => Math.hypot(...tips[i]) > SHORTEST);
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
      box(on, left, top, wide, 18, { fill: theme.ground });
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
  function logTicks(low, high, most = 8) {
    const inside = (value) => value >= low * 0.999 && value <= high * 1.001;
    const powers = Array.from({ length: 13 }, (_, k) => 10 ** (k - 6));
    const tens = powers.filter(inside);
    const threes = powers.flatMap((ten) => [ten, 3 * ten]).filter(inside).map((t) => +t.toPrecision(2));
    return tens.length > 3 || threes.length > most + 1 ? tens : threes;
  }
  var ticksOf = (at, most) => at.kind === "log" ? logTicks(at.low, at.high, most) : roundTicks(at.low, at.high, most);
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
    const inside = (value) => Math.max(low, Math.min(high, value));
    const count = stacks.length / values.length;
    const pile = stackOf(stacks.subarray(i * count, (i + 1) * count));
    for (const { part, value, from, to } of pile) {
      const [one, other] = [Y(inside(from)), Y(inside(to))];
      const tall = Math.abs(other - one);
      if (tall < 0.5) continue;
      const gap = tall > 3 ? 0.5 : 0;
      const fill = colorOf(theme, { color: "sign" }, value);
      box(on, begin, Math.min(one, other) + gap, end - begin, tall - 2 * gap, { fill });
      if (tall < NUMBER || end - begin < NUMBER) continue;
      const legible = (color2) => contrast(channels(color2), channels(fill));
      const color = legible("rgb(255, 255, 255)") > legible("rgb(0, 0, 0)") ? "white" : "black";
      write(on, part, (begin + end) / 2, (one + other) / 2, { color });
    }
    const reach = pile.map(({ to }) => to);
    for (const value of [Math.max(0, ...reach), Math.min(0, ...reach)])
      if (value !== inside(value))
        write(on, signed(value.toFixed(1)), (begin + end) / 2, Y(inside(value)) + (value > 0 ? 7 : -7), { halo: true });
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
        box(on, x, y - 5, 1.5, 10, { fill: `rgb(${MAPS.interference(k / KEY * most)})` });
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
    const inside = (value) => Math.max(low, Math.min(high, value));
    active?.forEach((here, i) => {
      if (here) box(on, X(i), top, step, bottom - top, { fill: theme.band });
    });
    if (edge) box(on, along(edge[0]), top, right - along(edge[0]), bottom - top, { fill: theme.band });
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
      const [from, to] = [Y(0), Y(inside(value))];
      const [begin, end] = sidesOf(i);
      const place = [begin, Math.min(from, to), end - begin, Math.abs(to - from)];
      box(on, ...place, { fill: colorOf(theme, data, value, i) });
      if (data.interference && BAR * step > 3) box(on, ...place, { color: theme.faint, thick: 0.5 });
    });
    values.forEach((value, i) => {
      if (!stacks && (value > high || value < low))
        write(on, value.toFixed(1), X(i + 0.5), value > high ? top + 7 : bottom - 7, { halo: true });
    });
    targets?.forEach((value, i) => {
      if (active?.[i]) box(on, X(i), Y(Math.max(0, value)), step, Y(0) - Y(Math.max(0, value)), { color: theme.ink });
    });
    const orange = theme.mark(palette_default.dimensionality);
    dots?.forEach((value, i) => {
      dot(on, X(i + 0.5), Y(inside(value)), 2.5, { color: orange, rim: theme.ground });
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
      box(on, X(cursor.j + 0.5) - wide / 2, top, wide, bottom - top, { color: theme.ink, thick: 1.5 });
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
  // src/panels/chart.js
  var LINE = 13;
  function apart(wanted, top, bottom) {
    const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b]);
    const places = [];
    let free = top;
    for (const k of order) {
      places[k] = Math.max(free, wanted[k]);
      free = places[k] + LINE;
    }
    const over = Math.max(0, free - LINE - bottom);
    return places.map((place) => place - over);
  }
  function drawChart(canvas, theme, data, cursor = null) {
    const { lines, x, y, at = null, marked = false, level = null, upright = [] } = data;
    const on = page(canvas, theme);
    const named = lines.filter(({ name }) => name);
    const several = named.length > 1;
    const wide = several ? Math.max(...named.map(({ name }) => on.pen.measureText(name).width)) + 8 : 0;
    const place = { left: 58, right: on.width - 10 - wide, top: 8, bottom: on.height - 34 };
    const { left, right, top, bottom } = place;
    const X = scale([x.low, x.high], [left + 4, right - 4], x.kind);
    const Y = scale([y.low, y.high], [bottom, top], y.kind);
    frame(on, place);
    bottomAxis(on, X, bottom, { ticks: ticksOf(X, Math.max(2, Math.floor((right - left) / 55))), label: x.label });
    leftAxis(on, Y, left, { ticks: ticksOf(Y, Math.max(2, Math.floor((bottom - top) / 40))), label: y.label, room: 44 });
    const dash = palette_default.lines.reference.canvas;
    if (level !== null)
      line(
        on,
        [
          [left, Y(level)],
          [right, Y(level)]
        ],
        { dash }
      );
    for (const { x: there, name, color } of upright) {
      line(
        on,
        [
          [X(there), top],
          [X(there), bottom]
        ],
        { dash, color: theme.mark(color), width: 1.5 }
      );
      const wide2 = on.pen.measureText(name).width;
      const beside = X(there) + wide2 + 8 < right ? X(there) + 5 : Math.max(left + 6, X(there) - 5 - wide2);
      write(on, name, beside, top + 8, { align: "left", color: theme.text(color), halo: true });
    }
    on.pen.save();
    on.pen.beginPath();
    on.pen.rect(left - 5, top - 5, right - left + 10, bottom - top + 10);
    on.pen.clip();
    for (const { xs, ys, color, dots = false, alone = false, dashed = false, alpha = 1 } of lines) {
      const points = Array.from(xs, (value, k) => [X(value), Y(ys[k])]);
      const seen2 = theme.mark(color);
      if (!alone) line(on, points, { color: seen2, width: 2, dash: dashed ? dash : [], alpha });
      if (dots || alone) for (const [px, py] of points) dot(on, px, py, 2.2, { color: seen2, alpha });
    }
    on.pen.restore();
    const here = cursor?.j ?? null;
    if (at !== null && !marked) {
      line(
        on,
        [
          [X(at), top],
          [X(at), bottom]
        ],
        { color: theme.ink, width: 1.5, dash: [2, 2] }
      );
    }
    for (const { xs, ys, color } of lines) {
      const k = marked ? xs.indexOf(at) : -1;
      if (k >= 0) dot(on, X(xs[k]), Y(ys[k]), 5, { color: theme.mark(color), rim: theme.ground });
    }
    if (here !== null) {
      const value = X(lines[0].xs[here]);
      line(
        on,
        [
          [value, top],
          [value, bottom]
        ],
        { color: theme.faint, width: 2 }
      );
    }
    if (several) {
      const wanted = named.map(({ xs, ys }) => Y(Math.max(y.low, Math.min(y.high, rightmost(Array.from(xs, X), ys)))));
      apart(wanted, top + 4, bottom - 4).forEach((height, k) => {
        write(on, named[k].name, right + 6, height, { align: "left", color: theme.text(named[k].color) });
      });
    }
    return { X, left, right, top, bottom, xs: lines[0].xs };
  }
  function rightmost(places, ys) {
    let best = -1;
    for (let k = 0; k < places.length; k++)
      if (Number.isFinite(ys[k]) && (best < 0 || places[k] >= places[best])) best = k;
    return best < 0 ? 0 : ys[best];
  }
  function placeAt({ X, left, right, top, bottom, xs }, px, py) {
    if (px < left || px > right || py < top || py > bottom) return null;
    const far = Array.from(xs, (value) => Math.abs(X(value) - px));
    return { i: null, j: far.indexOf(Math.min(...far)) };
  }
  // src/panels/heatmap.js
  var ROOM2 = { left: 50, top: 8, right: 44, bottom: 34 };
  var TITLE = 18;
  var SHADES = 511;
  var RANGES = { weights: [-1, 1] };
  var rangeOf = (map) => RANGES[map] ?? [0, 1];
  function shadesOf(map) {
    const [low, high] = rangeOf(map);
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
    const [low, high] = rangeOf(map);
    for (let at = 0; at < rows * columns; at++) {
      const place = (values[at] - low) / (high - low) * (SHADES - 1);
      kept.words[at] = shades[map][place > 0 ? Math.min(SHADES - 1, Math.round(place)) : 0];
    }
    kept.pen.putImageData(kept.pixels, 0, 0);
    return kept.cells;
  }
  function key(on, map, { x, y, height }) {
    const [low, high] = rangeOf(map);
    const color = MAPS[map];
    for (let k = 0; k < 60; k++) {
      const value = high - k / 59 * (high - low);
      box(on, x, y + k * height / 60, 10, height / 60 + 1, { fill: `rgb(${color(value)})` });
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
    box(on, x, y, width, height, { color: theme.faint });
    const columnAt = scale([0, columns], [x, x + width]);
    const rowAt = scale([0, rows], [y, y + height]);
    bottomAxis(on, columnAt, y + height, { ticks: wholeTicks(columns), label: xlabel, shift: across / 2 });
    leftAxis(on, rowAt, x, { ticks: wholeTicks(rows), label: ylabel, shift: down / 2 });
    key(on, map, { x: x + width + 8, y, height });
    if (title) write(on, title, x + width / 2, TITLE / 2);
    const outline = (left, top, wide, high) => {
      box(on, left, top, wide, high, { color: palette_default.paper, thick: 3 });
      box(on, left, top, wide, high, { color: palette_default.ink, thick: 1.5 });
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
  // src/explorer/glide.js
  var TIME = 160;
  var wantsStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  var Glide = class {
    /** Whether the numbers shown last were still on their way. */
    moves = false;
    #still;
    #position = null;
    #from = null;
    #to = null;
    #begun = 0;
    /** still(): whether numbers jump instead. */
    constructor(still = wantsStillness) {
      this.#still = still;
    }
    /** The numbers to show at a moment, in milliseconds, on the way to those of a position. */
    towards(numbers, position, now = performance.now()) {
      if (position !== this.#position) {
        this.#from = this.#to && this.#at(now);
        this.#to = numbers;
        this.#position = position;
        this.#begun = now;
      }
      return this.#at(now);
    }
    #at(now) {
      const time = this.#from === null || this.#still() ? 1 : (now - this.#begun) / TIME;
      this.moves = time < 1;
      if (!this.moves) return this.#to;
      const part = time * (2 - time);
      return this.#to.map((value, k) => this.#from[k] + part * (value - this.#from[k]));
    }
  };
  // src/explorer/numbers.js
  var NOT_A_NUMBER = -32768;
  var Numbers = class {
    #values;
    #each;
    #positions;
    constructor({ shape, scale: scale2, data }) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const whole = new DataView(bytes.buffer);
      this.#values = Float64Array.from({ length: bytes.length / 2 }, (_, k) => {
        const value = whole.getInt16(2 * k, true);
        return value === NOT_A_NUMBER ? Number.NaN : value * scale2;
      });
      this.#positions = shape[0];
      this.shape = shape.slice(1);
      this.#each = this.shape.reduce((product, length) => product * length, 1);
    }
    /** The numbers at a position, row by row. What is the same at all positions is held once. */
    at(position) {
      const from = this.#each * (this.#positions === 1 ? 0 : position);
      return this.#values.subarray(from, from + this.#each);
    }
  };
  // src/explorer/panels.js
  var twoDigits = (value) => Number.isFinite(value) ? digits(value) : "no number";
  var MOST_PARTS = 5;
  function filled(template, names) {
    return template.replace(/\{(\w+)\}/g, (_, name) => names[name]);
  }
  var Panel = class {
    #drawn = null;
    constructor(spec) {
      this.spec = spec;
      this.axis = spec.axis;
      this.numbers = Object.fromEntries(
        Object.entries(spec.numbers).map(([name, packed]) => [name, new Numbers(packed)])
      );
    }
    /** Numbers of that name at a position; undefined if there are none. */
    read(name, position) {
      return this.numbers[name]?.at(position);
    }
    draw(canvas, theme, position, cursor) {
      this.#drawn = this.paint(canvas, theme, this.seen(position), cursor);
    }
    /** What is drawn: the data of a position, unless they are still on their way there. */
    seen(position) {
      return this.data(position);
    }
    /** Whether what is drawn is on its way, and wants to be drawn again. */
    get moves() {
      return false;
    }
    /** The place, {i, j}, at a point of the canvas, or null. */
    at(x, y) {
      return this.#drawn && this.find(this.#drawn, x, y);
    }
  };
  var Heatmap = class extends Panel {
    paint = drawHeatmap;
    find = cellAt;
    constructor(spec) {
      super(spec);
      const [n, m] = (this.numbers.W ?? this.numbers.values).shape;
      this.field = this.numbers.W ? { rows: n, columns: n } : { rows: n, columns: m };
    }
    data(position) {
      const [n, m] = this.numbers.W?.shape ?? [];
      const values = this.numbers.W ? gramOf(this.read("W", position), n, m) : this.read("values", position);
      return { ...this.spec, values, ...this.field, marked: this.spec.marksPosition ? position : null };
    }
    words({ i, j }, position) {
      const { values, columns } = this.data(position);
      if (i === null) return "";
      const { words, ownWords } = this.spec;
      return filled(i === j ? ownWords : words, { i, j, value: twoDigits(values[i * columns + j]) });
    }
  };
  var Bars = class extends Panel {
    paint = drawBars;
    find = barAt;
    get field() {
      return { rows: null, columns: this.numbers.values.shape[0] };
    }
    data(position) {
      const read = Object.fromEntries(Object.keys(this.numbers).map((name) => [name, this.read(name, position)]));
      return { ...this.spec, ...read };
    }
    words({ j }, position) {
      const { values, interference, dots, stacks, range: [low, high] = [] } = this.data(position);
      if (j >= values.length) return "";
      const count = (stacks?.length ?? 0) / values.length;
      const parts = stackOf(stacks?.subarray(j * count, (j + 1) * count) ?? []).slice(0, MOST_PARTS);
      const bin = (k) => twoDigits(low + k / values.length * (high - low));
      return filled(this.spec.words, {
        j,
        from: bin(j),
        to: bin(j + 1),
        value: twoDigits(values[j]),
        percent: Math.round(100 * values[j]),
        interference: twoDigits(interference?.[j]),
        dot: twoDigits(dots?.[j]),
        parts: parts.map(({ part, value }) => `${part} (${twoDigits(value)})`).join(", ") || "nothing"
      });
    }
  };
  var Arrows = class extends Panel {
    paint = drawArrows;
    find = arrowAt;
    #glide = new Glide();
    get field() {
      return { rows: null, columns: this.numbers.W.shape[0] };
    }
    data(position) {
      const [n, m] = this.numbers.W.shape;
      const [x, y] = this.read("dot", position) ?? [];
      return {
        ...this.spec,
        n,
        m,
        W: this.read("W", position),
        importance: this.read("importance", position),
        angle: (this.spec.turns?.[position] ?? 0) * Math.PI / 180,
        dot: this.numbers.dot ? { x, y, name: this.spec.dotName } : null,
        half: this.read("half", position),
        cloud: this.read("cloud", position),
        states: this.read("states", position)
      };
    }
    seen(position) {
      const data = this.data(position);
      return this.spec.glides ? { ...data, W: this.#glide.towards(data.W, position) } : data;
    }
    get moves() {
      return this.#glide.moves;
    }
    words({ j }, position) {
      const { W, n, m } = this.data(position);
      if (j >= n) return "";
      const tip = W.subarray(j * m, (j + 1) * m);
      const length = Math.hypot(...tip);
      const angle = m === 2 && length > 0 ? `, angle ${signed(Math.round(Math.atan2(tip[1], tip[0]) * 180 / Math.PI))}\xB0` : "";
      return `arrow ${j}: length ${twoDigits(length)}${angle}`;
    }
  };
  var Chart = class extends Panel {
    paint = drawChart;
    find = placeAt;
    get field() {
      return { rows: null, columns: this.spec.lines[0].xs.length };
    }
    data(position) {
      const { lines, at, upright, ...spec } = this.spec;
      return {
        ...spec,
        lines: lines.map((line2, k) => ({ ...line2, ys: this.read(`line ${k}`, position) })),
        at: at?.[position] ?? null,
        upright: upright.map(({ xs, ...rest }) => ({ ...rest, x: xs[position] }))
      };
    }
    words({ j }, position) {
      const { lines, x, y } = this.data(position);
      const there = lines[0].xs[j];
      if (there === void 0) return "";
      const values = lines.filter(({ alone, xs }) => xs.length === lines[0].xs.length && !alone).map(({ name, ys }) => `${name || y.label} ${twoDigits(ys[j])}`);
      return `${x.label} ${signed(there)}: ${values.join(", ") || `${y.label} ${twoDigits(lines[0].ys[j])}`}`;
    }
  };
  var KINDS = { heatmap: Heatmap, bars: Bars, arrows: Arrows, chart: Chart };
  var panelOf = (spec) => new KINDS[spec.kind](spec);
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
  // src/explorer/slider.js
  var Slider = class {
    #track;
    #canvas = null;
    #names = [];
    #readout;
    #ticks = null;
    /** setting: {name, labels, start}. track: {lines: [{name, color, ys}]} or null. stops: positions. moved(): called. */
    constructor(parent, { name, labels, start }, { track = null, stops = [], moved }) {
      Object.assign(this, { name, labels, stops });
      this.#track = track?.lines.map(({ ys, ...look }) => ({ ...look, ys: new Numbers(ys).at(0) })) ?? null;
      const whole = add(parent, "div", { className: track ? "slider tracked" : "slider" });
      this.head = add(whole, "div", { className: "head" });
      add(this.head, "span", { className: "name", textContent: `${name} =` });
      this.#readout = add(this.head, "output");
      const rail = add(whole, "div", { className: "rail" });
      if (this.#track) {
        this.#legend(track.label);
        this.#canvas = add(rail, "canvas", { ariaHidden: "true" });
      }
      this.input = add(rail, "input", {
        type: "range",
        min: 0,
        max: labels.length - 1,
        step: 1,
        value: start,
        ariaLabel: name
      });
      this.input.oninput = moved;
      if (stops.length) this.#addTicks(rail, moved);
      this.renew();
    }
    /** What the curves on the track are: their label, and in its colour the name of each. */
    #legend(text) {
      const legend2 = add(this.head, "span", { className: "legend", textContent: text });
      this.#names = this.#track.filter(({ name }) => name).map(({ name, color }) => ({ element: add(legend2, "span", { textContent: name }), color }));
    }
    #addTicks(rail, moved) {
      this.#ticks = new Ticks(rail);
      this.#ticks.set(
        this.stops.map((stop) => ({
          at: stop / Math.max(1, this.labels.length - 1),
          text: this.labels[stop],
          label: `${this.name} = ${this.labels[stop]}`,
          go: () => this.go(stop, moved)
        }))
      );
    }
    get value() {
      return +this.input.value;
    }
    get last() {
      return this.labels.length - 1;
    }
    go(position, moved) {
      this.input.value = position;
      moved();
    }
    /** What is read beside it, and aloud. */
    renew() {
      this.#readout.textContent = this.labels[this.value];
      this.input.ariaValueText = `${this.name} = ${this.labels[this.value]}`;
    }
    draw(theme) {
      this.#ticks?.place();
      if (!this.#canvas) return;
      for (const { element, color } of this.#names) element.style.color = theme.text(color);
      const on = page(this.#canvas, theme);
      const X = scale([0, Math.max(1, this.last)], [THUMB / 2, on.width - THUMB / 2]);
      const all = this.#track.flatMap(({ ys }) => [...ys].filter(Number.isFinite));
      const Y = scale([Math.min(0, ...all), Math.max(1e-9, ...all)], [on.height - 2, 3]);
      for (const { ys, color } of this.#track)
        line(
          on,
          Array.from(ys, (value, k) => [X(k), Y(value)]),
          { color: theme.mark(color), width: 2 }
        );
      line(
        on,
        [
          [X(this.value), 0],
          [X(this.value), on.height]
        ],
        { color: theme.ink, width: 1.5 }
      );
    }
  };
  // src/explorer/explorer.js
  var STEP = 150;
  var REST = 1e3;
  var TAP = 8;
  var NARROW = 520;
  var Explorer = class {
    constructor(root, spec) {
      this.root = root;
      this.spec = spec;
      this.timer = null;
      this.frame = 0;
      this.part = null;
      this.options = /* @__PURE__ */ new Set();
      this.pointed = null;
      this.cursor = new Cursor(() => this.news());
      this.build();
      this.watch();
      this.news();
    }
    // What is on the page
    build() {
      const { root, spec } = this;
      root.classList.add("live");
      add(root, "style", { textContent: style_default });
      const live = add(root, "div", { className: "view" });
      const controls = add(live, "div", { className: "controls" });
      const moved = () => this.news();
      this.sliders = spec.sliders.map(
        (setting, k) => new Slider(controls, setting, k ? { moved } : { moved, track: spec.track, stops: spec.stops })
      );
      this.play = add(document.createDocumentFragment(), "button", {
        type: "button",
        className: "play",
        onclick: () => this.playOrPause()
      });
      this.sliders[0].head.prepend(this.play);
      const buttons = add(live, "div", { className: "buttons" });
      this.parts = [...new Set(spec.columns.map(({ part }) => part).filter((part) => part !== null))];
      if (this.parts.length > 1) this.buildParts(buttons);
      this.buildOptions(buttons);
      this.lines = add(live, "div", { className: "lines" });
      this.columns = add(live, "div", { className: "columns" });
      this.panels = spec.columns.flatMap((column) => this.buildColumn(column));
      this.said = add(live, "div", { className: "said" });
      this.speech = new Speech(live);
      keepKeys(root);
      this.rest();
    }
    /** Buttons that choose one part of the view, and a box for all of them. */
    buildParts(parent) {
      const group = add(parent, "span", { role: "group", ariaLabel: "show" });
      this.partButtons = this.parts.map(
        (part) => add(group, "button", { type: "button", textContent: part, onclick: () => this.choose(part) })
      );
      const label = add(parent, "label");
      this.all = add(label, "input", { type: "checkbox" });
      this.all.onchange = () => this.choose(this.all.checked ? null : this.parts.at(-1));
      label.append("side by side");
      const narrow = this.root.clientWidth > 0 && this.root.clientWidth < NARROW;
      this.part = this.spec.sideBySide && !narrow ? null : this.parts.at(-1);
    }
    choose(part) {
      this.part = part;
      this.news();
    }
    /** Boxes for panels that are shown only if they are wanted. */
    buildOptions(parent) {
      const options = new Set(this.spec.columns.flatMap(({ panels }) => panels.map(({ option }) => option)));
      options.delete(null);
      for (const option of options) {
        const label = add(parent, "label");
        const check = add(label, "input", { type: "checkbox" });
        check.onchange = () => {
          if (check.checked) this.options.add(option);
          else this.options.delete(option);
          this.news();
        };
        label.append(option);
      }
    }
    buildColumn({ part, weight, panels }) {
      const element = add(this.columns, "div", { className: "column" });
      element.style.flexGrow = weight;
      const title = part === null ? null : add(element, "div", { className: "part", textContent: part });
      return panels.map((spec) => {
        const { frame: frame2, canvas } = framedCanvas(element, spec.kind);
        frame2.style.flexGrow = spec.weight;
        if (spec.height) frame2.style.minHeight = `${spec.height}px`;
        Object.assign(canvas, { tabIndex: 0, role: "application" });
        canvas.ariaRoleDescription = "picture with values";
        const shown = { element, title, frame: frame2, canvas, part, option: spec.option, panel: panelOf(spec) };
        this.listen(shown);
        return shown;
      });
    }
    // What the hand does
    listen(shown) {
      const { canvas, panel } = shown;
      const place = ({ clientX, clientY }) => {
        const { left, top } = canvas.getBoundingClientRect();
        return panel.at(clientX - left, clientY - top);
      };
      const point = (where) => {
        this.pointed = shown;
        this.cursor.set(panel.axis, where);
      };
      let down = null;
      canvas.onpointermove = (event) => event.pointerType !== "touch" && point(place(event));
      canvas.onpointerleave = (event) => event.pointerType !== "touch" && point(null);
      canvas.onpointerdown = (event) => {
        down = [event.clientX, event.clientY];
      };
      canvas.onpointerup = (event) => {
        const slipped = down ? Math.hypot(event.clientX - down[0], event.clientY - down[1]) : TAP;
        down = null;
        if (slipped >= TAP) return;
        const where = place(event);
        point(where);
        if (where && panel.spec.chooses) this.sliders[0].go(where.j, () => this.news());
      };
      canvas.onpointercancel = () => {
        down = null;
      };
      canvas.onkeydown = (event) => {
        const next = stepped(this.cursor.on(panel.axis), event.key, panel.field);
        if (next === void 0) return;
        event.preventDefault();
        point(next);
      };
      canvas.onblur = () => point(null);
    }
    playOrPause() {
      if (this.timer) return this.rest();
      const slider = this.sliders[0];
      if (slider.value === slider.last) slider.input.value = 0;
      this.play.textContent = "\u275A\u275A Pause";
      this.next();
      this.news();
    }
    /** Waits, longer at a tick, and goes to the next position. */
    next() {
      const slider = this.sliders[0];
      const wait = slider.stops.includes(slider.value) ? REST : STEP;
      this.timer = setTimeout(() => {
        if (!this.root.isConnected || slider.value === slider.last) return this.rest();
        slider.go(slider.value + 1, () => this.news());
        this.next();
      }, wait);
    }
    rest() {
      clearTimeout(this.timer);
      this.timer = null;
      this.play.textContent = "\u25B6 Play";
    }
    // What is seen
    /** Positions are counted by the first slider, then by the second. */
    get position() {
      return this.sliders.reduce((position, { labels, value }) => position * labels.length + value, 0);
    }
    news() {
      this.frame ||= requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
    draw() {
      const { position, spec } = this;
      const theme = themeOf(this.root);
      const parts = spec.lines[position];
      const texts = parts.length > 1 && this.part !== null ? [parts[this.parts.indexOf(this.part)]] : parts;
      this.showLines(texts);
      for (const slider of this.sliders) {
        slider.renew();
        slider.draw(theme);
      }
      this.partButtons?.forEach((button, k) => {
        button.ariaPressed = this.part === this.parts[k];
      });
      if (this.all) this.all.checked = this.part === null;
      let moves = false;
      for (const { element, title, frame: frame2, canvas, part, option, panel } of this.panels) {
        element.hidden = part !== null && this.part !== null && part !== this.part;
        if (title) title.hidden = this.part !== null;
        frame2.hidden = option !== null && !this.options.has(option);
        if (element.hidden || frame2.hidden) continue;
        panel.draw(canvas, theme, position, this.cursor.on(panel.axis));
        moves ||= panel.moves;
        canvas.ariaLabel = `${panel.spec.name}. ${texts.join(" ")}`;
      }
      const place = this.pointed && this.cursor.on(this.pointed.panel.axis);
      const words = place ? this.pointed.panel.words(place, position) : "";
      this.said.textContent = words;
      this.speech.say(words || texts.join(" "));
      if (moves) this.news();
      else this.root.dataset.position = position;
    }
    showLines(texts) {
      while (this.lines.children.length < texts.length) add(this.lines, "div");
      while (this.lines.children.length > texts.length) this.lines.lastChild.remove();
      texts.forEach((text, k) => {
        this.lines.children[k].textContent = text;
      });
    }
    /** Draws anew when the view gets another size, or day becomes night. */
    watch() {
      const sized = new ResizeObserver(() => {
        if (this.root.isConnected) return this.news();
        sized.disconnect();
        end();
      });
      sized.observe(this.columns);
      const end = onThemeChange(() => this.news());
    }
  };
  function explorer(root, spec) {
    return new Explorer(root, spec);
  }
  return __toCommonJS(explorer_exports);
})();
