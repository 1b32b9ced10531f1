// The value under the pointer, in words.
import { digits } from "../digits.js";
import { roundTrip } from "../measures.js";
import { polar } from "./gestures.js";
import { hasArrows, only } from "./pictures.js";
import { meaning } from "./settings.js";

function arrow({ setting: { m }, W, seen }, { j }) {
  const length = `arrow ${j}: length ${digits(seen.norms[j])}`;
  if (m !== 2) return length;
  return `${length}, angle ${Math.round(polar(W.subarray(2 * j, 2 * j + 2)).angle) % 360}\u00b0`;
}

function cell({ setting, W, b, seen }, { i, j }) {
  const { n } = setting;
  if (i === null) return bar({ setting, seen }, { j });
  const answers = roundTrip({ W, b }, meaning(setting), only(n, j)).at(-1);
  const reads = `feature ${j} alone at 1: feature ${i} reads ${digits(seen.gram[i * n + j])}`;
  return `${reads}, and comes back as ${digits(answers[i])}`;
}

function bar({ seen }, { j }) {
  const [length, interference, D] = [seen.norms[j], seen.interference[j], seen.dimensionality[j]].map(digits);
  return `feature ${j}: length ${length}, interference ${interference}, dimensionality ${D}`;
}

function row({ setting, W, b }, { j }, strength) {
  const x = only(setting.n, setting.feed, strength);
  const [, , back, shifted, answer] = roundTrip({ W, b }, meaning(setting), x);
  return `feature ${j}: x ${x[j]}, W\u1d40h ${digits(back[j])}, + b ${digits(shifted[j])}, comes back as ${digits(answer[j])}`;
}

/** What an answer has at a place {i, j} of a picture, by its name. strength: of the feature that makes the round trip. */
export function valueAt(name, latest, place, strength = 1) {
  if (place.j >= latest.setting.n || (place.i ?? 0) >= latest.setting.n) return "";
  if (name === "view") return (hasArrows(latest.setting) ? arrow : cell)(latest, place);
  return { norms: bar, trip: row }[name](latest, place, strength);
}
