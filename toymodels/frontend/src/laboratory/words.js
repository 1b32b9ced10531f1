// What the laboratory says: the line below its controls, and what its words mean.
import { STEPS } from "./session.js";
import { SETTINGS } from "./settings.js";

const SEEN = {
  heatmap: "W\u1d40W. Column j holds all readings if feature j alone is active, at 1. Tap or click it to feed j in.",
  kept: "a feature whose arrow is longer than 0.5. If more features are kept than there are dimensions, they share.",
  "opposite pair": "two kept features whose arrows point in opposite directions, so that they share one line.",
  shadow: "what a feature, when it is at 1, adds to another's reading: the entry of W\u1d40W for the two.",
  reading:
    "W\u1d62\u00b7h, what output i reads from the hidden numbers, before bias and ReLU. It includes all shadows on feature i.",
  interference:
    "how much the others' arrows lie along a feature's own arrow. It is 0 if they are all perpendicular to it.",
  dimensionality:
    "the fraction of a dimension that a feature has to itself: 1 if it is alone, 1/2 in an opposite pair.",
  "dead output":
    "an output whose ReLU was shut for every recent sample. It answers 0, and learns nothing until the weights are fresh.",
  "best linear": "the lowest loss that any linear model can reach on these data, computed exactly.",
  "same weights":
    "after a change, training goes on from the weights that are there. Reset, a new seed, a preset, or another n or m brings fresh ones.",
};
const SET = Object.fromEntries(
  Object.values(SETTINGS)
    .filter(({ words }) => words.term)
    .map(({ words }) => [words.term, words.meaning]),
);
const TIME = {
  "steps per picture": "how many training steps pass between two pictures. Choose fewer to watch more slowly.",
  Settled:
    "2,000 steps have passed since the last change. The learning rate climbs over the first 200, and falls to 0 at the end.",
  "By hand": "you have set the weights yourself. Press Train to go on from them.",
  open: "output i is open where W\u1d62\u00b7h + b\u1d62 > 0. That half of the plane is shaded.",
  leak: "the part of another arrow on which output i is open. That feature, alone, then comes back in output i as well.",
  undo: "goes back by one change, and brings back the weights.",
};

/** Word -> what it means, in pictures, controls and messages. */
export const GLOSSARY = { ...SET, ...SEEN, ...TIME };

/** Word -> what a keyboard can do there; said only where there is likely to be one. */
export const KEYS = { undo: "Ctrl+Z does the same." };

/** What is still true of a preset's network after another kind of model was chosen. */
export const OTHER_MODEL = {
  Linear:
    "There is no ReLU now, so every shadow comes through, and superposition does not help. " +
    "Switch back to ReLU-output to go on.",
  ReLU:
    "The hidden numbers now pass through a ReLU as well, so none of them can be negative, and the arrows have less " +
    "room. Switch back to ReLU-output to go on.",
};

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
  const be = count => (count === 1 ? "is" : "are");
  const parts = [
    `${when}, S = ${sparsity}${own}: ` +
      `${kept.length} of ${several(n, "feature")}${which} ${be(kept.length)} kept in ${several(m, "dimension")}, ` +
      `with ${several(pairs.length, "opposite pair")}.`,
  ];
  if (dead.length)
    parts.push(`There ${be(dead.length)} ${several(dead.length, "dead output")}. Press reset for fresh weights.`);
  if (loss !== null)
    parts.push(
      Number.isNaN(loss)
        ? "A linear model could be exact here."
        : `The loss is ${(100 * loss).toFixed(byHand ? 1 : 0)}% of the best linear loss.`,
    );
  return parts.join(" ");
}
