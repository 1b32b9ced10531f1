// The table of settings, ../../../laboratory/settings.json, and what follows from it: Python reads the same file.
import SETTINGS from "../../../laboratory/settings.json";
import { PALETTE } from "../theme.js";

export { SETTINGS };

export const DEFAULTS = Object.fromEntries(Object.entries(SETTINGS).map(([name, about]) => [name, about.default]));
/** Name of a kind of model -> its class in Python. */
export const CLASSES = Object.fromEntries(Object.entries(PALETTE.models).map(([cls, { name }]) => [name, cls]));

const LONGEST = 60; // letters of a text that is quoted

/** A text as it is quoted in a refusal. */
export const brief = text => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text) || "nothing";

/** A sentence with its names in braces replaced. */
export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Lowest and highest value of a setting where there are n features. */
export const rangeOf = (name, n) => (SETTINGS[name].kind === "feature" ? [0, n - 1] : SETTINGS[name].range);

/** The values at which a slider stops: spans [from, to, step], or single numbers. */
export function placesOf(name) {
  return SETTINGS[name].places.flatMap(place => (Array.isArray(place) ? span(...place) : [place]));
}

export const span = (from, to, step) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => +(from + k * step).toFixed(6));

/** Why a text cannot be the number `name`, in words; nothing if it can. n: of the setting that it is for. */
export function complaint(name, given, n) {
  const [low, high] = rangeOf(name, n);
  const whole = ["whole number", "feature"].includes(SETTINGS[name].kind);
  const text = given.trim();
  const number = Number(text);
  if (text !== "" && number >= low && number <= high && (!whole || Number.isInteger(number))) return "";
  return `${name} must be a ${whole ? "whole number" : "number"} from ${low} to ${high}, got ${brief(text)}`;
}

const DATA = ["n", "m", "sparsity", "own_sparsity", "last_importance", "model"];

/** What data and model a setting stands for, as a text: two with the same one have the same losses. */
export const dataOf = setting => JSON.stringify(DATA.map(name => setting[name]));

/** What a setting means to the trainer: importance and sparsity of each feature, and where the ReLUs are. */
export function meaning({ n, m, sparsity, own_sparsity, last_importance, model }) {
  return {
    n,
    m,
    sparsity: Array.from({ length: n }, (_, i) => own_sparsity[i] ?? sparsity),
    importance: Array.from({ length: n }, (_, i) => (n === 1 ? 1 : 1 + ((last_importance - 1) * i) / (n - 1))),
    hiddenReLU: model === "ReLU",
    outputReLU: model !== "Linear",
  };
}
