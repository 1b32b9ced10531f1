// The panels of an explorer: what explore/panels.py declares, at any position of the slider.
import { digits, signed } from "../digits.js";
import { gramOf } from "../measures.js";
import { arrowAt, drawArrows } from "../panels/arrows.js";
import { barAt, drawBars } from "../panels/bars.js";
import { drawChart, placeAt } from "../panels/chart.js";
import { cellAt, drawHeatmap } from "../panels/heatmap.js";
import { Glide } from "./glide.js";
import { Numbers } from "./numbers.js";

const twoDigits = value => (Number.isFinite(value) ? digits(value) : "no number");

/** A sentence with its names in braces replaced. */
function filled(template, names) {
  return template.replace(/\{(\w+)\}/g, (_, name) => names[name]);
}

/** What all panels have: a declaration, its numbers, and where it was drawn last. */
class Panel {
  #drawn = null;

  constructor(spec) {
    this.spec = spec;
    this.axis = spec.axis;
    this.numbers = Object.fromEntries(
      Object.entries(spec.numbers).map(([name, packed]) => [name, new Numbers(packed)]),
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
}

class Heatmap extends Panel {
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
}

class Bars extends Panel {
  paint = drawBars;
  find = barAt;

  get field() {
    return { rows: null, columns: this.numbers.values.shape[0] };
  }

  data(position) {
    const read = Object.fromEntries(Object.keys(this.numbers).map(name => [name, this.read(name, position)]));
    return { ...this.spec, ...read };
  }

  words({ j }, position) {
    const { values, interference, dots, range: [low, high] = [] } = this.data(position);
    if (j >= values.length) return "";
    const bin = k => twoDigits(low + (k / values.length) * (high - low));
    return filled(this.spec.words, {
      j,
      from: bin(j),
      to: bin(j + 1),
      value: twoDigits(values[j]),
      percent: Math.round(100 * values[j]),
      interference: twoDigits(interference?.[j]),
      dot: twoDigits(dots?.[j]),
    });
  }
}

class Arrows extends Panel {
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
      angle: ((this.spec.turns?.[position] ?? 0) * Math.PI) / 180,
      dot: this.numbers.dot ? { x, y, name: this.spec.dotName } : null,
      half: this.read("half", position),
      cloud: this.read("cloud", position),
      states: this.read("states", position),
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
    const angle =
      m === 2 && length > 0 ? `, angle ${signed(Math.round((Math.atan2(tip[1], tip[0]) * 180) / Math.PI))}\u00b0` : "";
    return `arrow ${j}: length ${twoDigits(length)}${angle}`;
  }
}

class Chart extends Panel {
  paint = drawChart;
  find = placeAt;

  get field() {
    return { rows: null, columns: this.spec.lines[0].xs.length };
  }

  data(position) {
    const { lines, at, upright, ...spec } = this.spec;
    return {
      ...spec,
      lines: lines.map((line, k) => ({ ...line, ys: this.read(`line ${k}`, position) })),
      at: at?.[position] ?? null,
      upright: upright.map(({ xs, ...rest }) => ({ ...rest, x: xs[position] })),
    };
  }

  words({ j }, position) {
    const { lines, x, y } = this.data(position);
    const there = lines[0].xs[j];
    if (there === undefined) return "";
    const values = lines
      .filter(({ alone, xs }) => xs.length === lines[0].xs.length && !alone)
      .map(({ name, ys }) => `${name || y.label} ${twoDigits(ys[j])}`);
    return `${x.label} ${signed(there)}: ${values.join(", ") || `${y.label} ${twoDigits(lines[0].ys[j])}`}`;
  }
}

const KINDS = { heatmap: Heatmap, bars: Bars, arrows: Arrows, chart: Chart };

export const panelOf = spec => new KINDS[spec.kind](spec);
