// A setting in a page's address: read with the rules of the boxes, and written.
import { brief, CLASSES, complaint, DEFAULTS, rangeOf, SETTINGS } from "./settings.js";

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

/** The setting in an address' search part, {setting, remarks}: the remarks say, in words, what in it cannot be. */
export function fromAddress(search, given) {
  const setting = { ...DEFAULTS, ...given };
  const remarks = [];
  const found = new URLSearchParams(search);
  for (const name of Object.keys(SETTINGS)) {
    // n comes first: others depend on it
    const texts = found.getAll(name);
    if (!texts.length) continue;
    const { value, wrong } =
      texts.length === 1
        ? READERS[SETTINGS[name].kind](name, texts[0], setting.n)
        : { wrong: `${name} must be in the address once, got ${brief(texts.join(" and "))}` };
    if (wrong) remarks.push(`${wrong}. It stays ${textOf(setting[name]) || "empty"}`);
    else setting[name] = value;
    if (!wrong && name === "m" && value > setting.n) remarks.push(`m can be at most n: m = ${setting.n}`);
  }
  for (const name of new Set(found.keys()))
    if (!Object.hasOwn(SETTINGS, name))
      remarks.push(`${brief(name)} in the address is unknown: it can hold ${Object.keys(SETTINGS).join(", ")}`);
  return { setting, remarks };
}

/** The address that opens a page with this setting. */
export function addressOf(setting, page) {
  const address = new URL(page);
  const texts = Object.entries(setting).map(([name, value]) => [name, textOf(value)]);
  address.search = new URLSearchParams(texts);
  return address.href;
}
