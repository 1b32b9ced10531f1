// A page's address: a setting, weights that were moved by hand, what is hidden. Read with the rules of the boxes, and
// written.
import { namesToHide } from "./hidden.js";
import { brief, CLASSES, complaint, DEFAULTS, rangeOf, SETTINGS } from "./settings.js";
import { MOST_NUMBERS, numbersOf, textOfWeights, weightsIn } from "./weights.js";

const KNOWN = [...Object.keys(SETTINGS), "weights", "hide"];

/** `3:0.5, 7:0.99` as {3: 0.5, 7: 0.99}; null if it is not that. */
function numbersByFeature(name, text, n) {
  const pairs = text.trim() ? text.split(",").map(pair => pair.split(":")) : [];
  const fits = ([i, value, ...more]) =>
    value !== undefined && !more.length && !complaint("feed", i, n) && !complaint(name, value, n);
  if (!pairs.every(fits)) return null;
  const numbers = Object.fromEntries(pairs.map(([i, value]) => [Number(i), Number(value)]));
  return Object.keys(numbers).length === pairs.length ? numbers : null;
}

const textOf = value =>
  typeof value === "object"
    ? Object.entries(value)
        .map(([i, number]) => `${i}:${number}`)
        .join(",")
    : `${value}`;

/** For each kind of setting: a text as {value}, or {wrong} in words. */
const READERS = {
  "whole number": number,
  feature: number,
  number,
  model: (_, text) =>
    Object.hasOwn(CLASSES, text.trim())
      ? { value: text.trim() }
      : { wrong: `model must be one of ${Object.keys(CLASSES).join(", ")}, got ${brief(text)}` },
  "number by feature": (name, text, n) => {
    const value = numbersByFeature(name, text, n);
    const [low, high] = rangeOf(name, n);
    return value
      ? { value }
      : {
          wrong:
            `${name} must hold features from 0 to ${n - 1}, each at most once, with an S from ${low} to ${high}, ` +
            `as in 3:0.5,7:0.99, got ${brief(text)}`,
        };
  },
};

function number(name, text, n) {
  const wrong = complaint(name, text, n);
  return wrong ? { wrong } : { value: Number(text) };
}

/** The text of a name in an address, {text}, {wrong} in words if it is there more than once, or null. */
function once(found, name) {
  const texts = found.getAll(name);
  if (texts.length > 1) return { wrong: `${name} must be in the address once, got ${brief(texts.join(" and "))}` };
  return texts.length ? { text: texts[0] } : null;
}

/** The weights in an address for a setting, as {value: {W, b, taken}}, or {wrong} in words. */
function weightsFor(setting, text) {
  const { n, m } = setting;
  const value = weightsIn(text, { n, m: Math.min(m, n) });
  const why = `weights must be ${n} * (${m} + 1) numbers, at most ${MOST_NUMBERS}, as a laboratory writes them`;
  return value ? { value } : { wrong: `${why}, got ${brief(text)}` };
}

/** What an address' search part says, {setting, weights, hide, remarks}.
 *
 * weights: {W, b, taken}, or null. hide: names of controls. The remarks say, in words, what in it cannot be.
 */
export function fromAddress(search, given) {
  const setting = { ...DEFAULTS, ...given };
  const remarks = [];
  const found = new URLSearchParams(search);
  const take = (name, read, stays, act) => {
    const there = once(found, name);
    if (!there) return;
    const { value, wrong } = there.wrong ? there : read(there.text);
    if (wrong) remarks.push(`${wrong}. ${stays()}`);
    else act(value);
  };
  // n comes first: others depend on it
  for (const name of Object.keys(SETTINGS)) {
    const read = text => READERS[SETTINGS[name].kind](name, text, setting.n);
    const stays = () => `It stays ${textOf(setting[name]) || "empty"}`;
    take(name, read, stays, value => {
      setting[name] = value;
      if (name === "m" && value > setting.n) remarks.push(`m can be at most n: m = ${setting.n}`);
    });
  }
  let weights = null;
  let hide = [];
  take(
    "weights",
    text => weightsFor(setting, text),
    () => "They are fresh",
    value => {
      weights = value;
    },
  );
  take(
    "hide",
    namesToHide,
    () => "It stays empty",
    value => {
      hide = value;
    },
  );
  for (const name of new Set(found.keys()))
    if (!KNOWN.includes(name))
      remarks.push(`${brief(name)} in the address is unknown: it can hold ${KNOWN.join(", ")}`);
  return { setting, weights, hide, remarks };
}

/** Whether the weights of a setting have room in an address. */
export const fitsAddress = setting => numbersOf(setting) <= MOST_NUMBERS;

/** The address that opens a page with this setting, with these weights, {W, b}, if there are any and they fit. */
export function addressOf(setting, page, { weights = null, hide = [] } = {}) {
  const address = new URL(page);
  const texts = Object.entries(setting).map(([name, value]) => [name, textOf(value)]);
  if (weights && fitsAddress(setting)) texts.push(["weights", textOfWeights(weights)]);
  if (hide.length) texts.push(["hide", hide.join(",")]);
  address.search = new URLSearchParams(texts);
  return address.href;
}
