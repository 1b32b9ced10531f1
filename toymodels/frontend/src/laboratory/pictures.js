// The five pictures: what each draws of a session, what is at a place of it, and what a screen reader says.
import { framedCanvas } from "../dom.js";
import { roundTrip } from "../measures.js";
import { arrowAt, drawArrows } from "../panels/arrows.js";
import { barAt, drawBars } from "../panels/bars.js";
import { cellAt, drawHeatmap } from "../panels/heatmap.js";
import { drawLoss } from "../panels/loss.js";
import { drawTrail } from "../panels/trail.js";
import { drawTrip } from "../panels/trip.js";
import { meaning } from "./settings.js";
import { ranges } from "./words.js";

const LONGEST = 1.6; // arrow that the bars have room for
const NO_DOT = 0.1; // an arrow shorter than this has no dimensionality to speak of
const PLACES_SAID = 10;

/** The sample in which one feature alone is active. */
export const only = (n, feature, strength = 1) => Array.from({ length: n }, (_, i) => (i === feature ? strength : 0));

/** Arrows where they can be seen, in the plane and in space. */
export const hasArrows = ({ m }) => m === 2 || m === 3;

function view(canvas, theme, { latest, means, angle, cursor, hands }) {
  const { setting, W, seen } = latest;
  const { n, m, feed } = setting;
  if (hasArrows(setting)) {
    const title = m === 2 ? "drag an arrow by its tip" : "arrows in space: drag to turn";
    const red = cursor?.j ?? feed;
    const { importance } = means;
    const data = { W, n, m, importance, angle, title: `${title}; feature ${red} in red`, ...(m === 2 ? hands : {}) };
    const drawn = drawArrows(canvas, theme, data, { i: null, j: red });
    return Object.assign((x, y) => arrowAt(drawn, x, y), { drawn });
  }
  const data = {
    values: seen.gram,
    rows: n,
    columns: n,
    map: "weights",
    xlabel: "feature j",
    ylabel: "feature i",
    title: `W\u1d40W, column ${feed}: the readings for feature ${feed} alone`,
    marked: feed,
  };
  const drawn = drawHeatmap(canvas, theme, data, cursor);
  return (x, y) => cellAt(drawn, x, y);
}

function norms(canvas, theme, { latest: { setting, seen, dead }, cursor }) {
  const data = {
    values: seen.norms,
    low: 0,
    high: LONGEST,
    label: "length\n|W\u1d62|",
    xlabel: "feature i",
    interference: seen.interference,
    dots: seen.dimensionality.map((D, i) => (seen.norms[i] > NO_DOT ? D : Number.NaN)),
    crosses: dead,
    active: only(setting.n, setting.feed),
    ticks: [0, 0.5, 1, 1.5],
    legend: { dots: "dimensionality", crosses: "dead" },
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

/** Name -> function that draws it. It may return a function from places to {i, j}, features. */
const DRAW = { view, norms, loss, trail, trip };
const FEATURES = ["view", "norms", "trip"]; // pictures in which features can be pointed at

/** The canvases of a laboratory. A picture is drawn while it is on the screen, and not in a folded part. */
export class Pictures {
  #places = {}; // name -> what is at a place of that picture
  #inView;

  /** parents: name -> the element that a picture comes into. */
  constructor(parents, news) {
    this.canvases = {};
    this.shown = new Set(); // names of those on the screen
    this.#inView = new IntersectionObserver(entries => {
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
  draw(theme, { latest, curve, trail, strength }, angle, cursor, hands) {
    const what = { latest, curve, trail, strength, angle, cursor, hands, means: meaning(latest.setting) };
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
  describe({ latest: { setting, seen }, trail: { places } }, words) {
    const { n, m, feed } = setting;
    const what = hasArrows(setting) ? `Arrows of ${n} features in ${m} dimensions` : "Heatmap of W transposed W";
    const way = places.slice(-PLACES_SAID).map(({ kept, sparsity }) => `${kept} at S = ${sparsity}`);
    const { view, norms, loss, trail, trip } = this.canvases;
    view.ariaLabel = `${what}. ${words}`;
    norms.ariaLabel = `Lengths of the features' arrows; kept are ${ranges(seen.kept) || "none"}.`;
    loss.ariaLabel = "Loss over the training steps, beside the best linear model's.";
    trail.ariaLabel = `Features kept on the way through the sparsities: ${way.join(", ")}.`;
    trip.ariaLabel = `Round trip of feature ${feed} alone.`;
  }

  end() {
    this.#inView.disconnect();
  }
}
