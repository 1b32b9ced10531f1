// The controls that a teacher can take away, by name: `hide=lr,seed` in an address, `hide=[...]` in Python.
import CONTROLS from "../../../laboratory/controls.json";
import { brief } from "./settings.js";

export { CONTROLS };

/** The names in a text such as `lr, seed`, as {value: [...]}, or {wrong} in words. */
export function namesToHide(text) {
  const names = text
    .split(",")
    .map(name => name.trim())
    .filter(Boolean);
  const unknown = names.find(name => !Object.hasOwn(CONTROLS, name));
  return unknown === undefined
    ? { value: [...new Set(names)] }
    : { wrong: `hide must hold names among ${Object.keys(CONTROLS).join(", ")}, got ${brief(unknown)}` };
}
