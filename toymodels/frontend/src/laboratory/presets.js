// The table of presets, ../../../laboratory/presets.json: settings worth seeing, and where their sparsity pays to stop.
import PRESETS from "../../../laboratory/presets.json";
import { DEFAULTS } from "./settings.js";

export { PRESETS };

/** The whole setting of a preset. */
export const settingOf = name => ({ ...DEFAULTS, ...PRESETS[name].setting });

/** The names of the presets that a setting is, whatever feature is fed in. */
export function presetsOf(setting) {
  const same = name => {
    const theirs = settingOf(name);
    return Object.keys(theirs).every(
      key => key === "feed" || JSON.stringify(theirs[key]) === JSON.stringify(setting[key]),
    );
  };
  return Object.keys(PRESETS).filter(same);
}

const PLAIN = [
  [0, ""],
  [0.5, ""],
  [0.9, ""],
  [0.99, ""],
];
const SHAPE = ["n", "m", "model", "last_importance"]; // what decides at which sparsity something happens

/** The sparsities at which something happens, [[S, words], ...]. chosen: the name of the preset that was chosen, or "". */
export function ticksOf(setting, chosen) {
  const names = [chosen, ...Object.keys(PRESETS)].filter(Boolean);
  const like = names.find(name => SHAPE.every(key => settingOf(name)[key] === setting[key]));
  return like ? PRESETS[like].ticks : PLAIN;
}
