// The table of presets, ../../../laboratory/presets.json: settings worth seeing, and where their sparsity pays to stop.
import PRESETS from "../../../laboratory/presets.json";
import { DEFAULTS } from "./settings.js";

export { PRESETS };

/** The whole setting of a preset. */
export const settingOf = name => ({ ...DEFAULTS, ...PRESETS[name].setting });

/** The names of the presets that a setting is, whatever feature is fed in; one with steps is itself at every sparsity. */
export function presetsOf(setting) {
  const same = name => {
    const theirs = settingOf(name);
    const free = PRESETS[name].steps ? ["feed", "sparsity"] : ["feed"];
    const equal = key => JSON.stringify(theirs[key]) === JSON.stringify(setting[key]);
    return Object.keys(theirs).every(key => free.includes(key) || equal(key));
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

/** Whether what a preset says of its network can be true of a setting, at one sparsity or another. */
export const isLike = (setting, name) => SHAPE.every(key => settingOf(name)[key] === setting[key]);

/** The sparsities at which something happens, [[S, words], ...]. chosen: the name of the preset that was chosen, or "".
 *
 * playing: whether the reader has yet to find out what happens.
 */
export function ticksOf(setting, chosen, playing = false) {
  if (playing) return PLAIN;
  const names = [chosen, ...Object.keys(PRESETS)].filter(Boolean);
  const like = names.find(name => isLike(setting, name));
  return like ? PRESETS[like].ticks : PLAIN;
}
