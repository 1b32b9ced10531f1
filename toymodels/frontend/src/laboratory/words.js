// What the laboratory says: the line below its controls, and what its words mean.
import { STEPS } from "./session.js";
import { SETTINGS } from "./settings.js";

const SEEN = {
  heatmap: "W\u1d40W: column j holds the answers, before bias and ReLU, to feature j alone. Click on it to feed j in.",
  kept: "a feature with an arrow longer than 0.5. More kept than dimensions: they share, in pairs or finer.",
  "opposite pair": "two kept features with arrows in opposite directions: they share one line.",
  shadow: "what a feature, when it is at 1, adds to another's reading: the entry of W\u1d40W for the two.",
  reading:
    "W\u1d62\u00b7h, what output i reads off the hidden numbers before bias and ReLU: all shadows on arrow i together.",
  interference: "how much the others' arrows lie along a feature's own: 0 if it has its direction to itself.",
  dimensionality: "the share of a dimension that a feature has: 1 alone, 1/2 in a pair.",
  "dead output":
    "its ReLU stayed shut for every sample of late: it answers 0, and learns nothing more until weights are fresh.",
  "best linear": "the least loss of any linear model for these data, exact.",
  "same weights":
    "a change goes on from the weights that are there. Reset, new seed, presets, n and m begin with fresh ones.",
};
const SET = Object.fromEntries(
  Object.values(SETTINGS)
    .filter(({ words }) => words.term)
    .map(({ words }) => [words.term, words.meaning]),
);
const TIME = {
  "steps a picture": "how many training steps pass between two pictures: fewer to watch more slowly.",
  Settled:
    "2,000 steps have passed since the last change. The learning rate climbs over the first 200, then falls to 0.",
  "By hand": "you have put the weights where they are. Train goes on from there.",
  open: "output i is open where W\u1d62\u00b7h + b\u1d62 > 0: the shaded half of the plane.",
  leak: "the stretch of another arrow where output i is open: that feature alone comes back in output i as well.",
  undo: "goes back by one change, weights and all (also Ctrl+Z).",
};

/** Word -> what it means, in pictures, controls and messages. */
export const GLOSSARY = { ...SET, ...SEEN, ...TIME };

/** A number with two digits and a true minus sign. */
export const digits = value =>
  value
    .toFixed(2)
    .replace(/^-(0\.00)$/, "$1")
    .replace("-", "\u2212");

/** The loss over the best linear model's, as a screen reader says it after something else; nothing if it is not known. */
export const lossAloud = loss => (Number.isFinite(loss) ? `; loss ${Math.round(100 * loss)} percent` : "");

/** `[1, 2, 3, 7]` as "1-3, 7". */
export function ranges(numbers) {
  const runs = [];
  for (const i of numbers) {
    if (runs.at(-1)?.[1] === i - 1) runs.at(-1)[1] = i;
    else runs.push([i, i]);
  }
  return runs.map(([from, to]) => (from === to ? from : `${from}\u2013${to}`)).join(", ");
}

/** What a session does, in words. */
export function stateInWords({ state, latest }) {
  if (state !== "training")
    return { stopped: "Stopped", "by hand": "By hand", settled: "Settled", ready: "Ready" }[state];
  const steps = (STEPS - (latest?.left ?? STEPS)).toLocaleString("en");
  return `Training ${steps} of ${STEPS.toLocaleString("en")}`;
}

const several = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** What is seen of an answer, in words. loss: over the best linear model's, NaN if that is zero, null if not known.
 *
 * byHand: whether the hand has put its weights there; then no step has led to them.
 */
export function sentence({ setting, taken, left, dead, seen: { kept, pairs } }, loss, byHand = false) {
  const { n, m, sparsity, own_sparsity } = setting;
  const own = Object.entries(own_sparsity)
    .map(([i, S]) => `, feature ${i}: ${S}`)
    .join("");
  const which = kept.length ? ` (${ranges(kept)})` : "";
  const when = byHand ? "By hand" : `Step ${taken}${left ? `, ${left} to go` : ""}`;
  const parts = [
    `${when}, S = ${sparsity}${own}: ` +
      `${kept.length} of ${several(n, "feature")}${which} kept in ${several(m, "dimension")}, ` +
      several(pairs.length, "opposite pair"),
  ];
  if (dead.length) parts.push(`${several(dead.length, "dead output")} (reset: fresh weights)`);
  if (loss !== null)
    parts.push(
      Number.isNaN(loss)
        ? "a linear model could be exact here"
        : `loss ${(100 * loss).toFixed(byHand ? 1 : 0)} % of the best linear model's`,
    );
  return `${parts.join("; ")}.`;
}
