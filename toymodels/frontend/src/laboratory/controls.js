// Sliders, boxes and buttons: each shows what is set, and sets it.
import { add } from "../dom.js";
import { Ticks } from "../ticks.js";
import { CONTROLS } from "./hidden.js";
import { PRESETS, presetsOf, ticksOf } from "./presets.js";
import { CLASSES, complaint, filled, placesOf, rangeOf, SETTINGS, span } from "./settings.js";

const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1000];
const STRENGTHS = span(0.1, 1, 0.1); // of the feature that makes the round trip
const ANGLES = span(0, 355, 5); // degrees

/** A slider over a list of values; one that is not in the list is added to it.
 *
 * label: what is seen, if that is shorter than the name. ticks: a function that gives [[value, words], ...].
 */
function slider(session, parent, { name, label = name, values, read, act, remark = () => "", ticks = null }) {
  const whole = add(parent, "div", { className: "slider" });
  const text = add(whole, "span", { ariaHidden: "true" });
  const readout = add(whole, "output");
  const rail = add(whole, "div", { className: "rail" });
  const input = add(rail, "input", { type: "range", min: 0, step: 1 });
  const marks = ticks && new Ticks(rail);
  let places = values;
  let marked = null; // the ticks that are there
  const go = value => session.attempt(() => act(value));
  const renew = () => {
    const value = read();
    const wanted = ticks?.() ?? [];
    places = [...new Set([...places, value, ...wanted.map(([there]) => there)])].sort((a, b) => a - b);
    input.max = places.length - 1;
    input.value = places.indexOf(value);
    text.textContent = label();
    readout.textContent = `${value}${remark()}`;
    input.ariaLabel = name();
    input.ariaValueText = `${name()} = ${value}${remark()}`;
    if (!ticks || marked === wanted) return;
    marked = wanted;
    marks.set(
      wanted.map(([there, words]) => ({
        at: places.indexOf(there) / (places.length - 1),
        text: `${there} ${words}`.trim(),
        label: `${name()} = ${there}${words && `, ${words}`}`,
        go: () => go(there),
      })),
    );
    marks.place();
  };
  input.oninput = () => go(places[+input.value]);
  return { renew, element: whole, marks, place: () => marks?.place() };
}

/** A number to type; one that cannot be is refused in words, and the old one comes back. */
function box(session, parent, name) {
  const label = add(parent, "label", { textContent: SETTINGS[name].words.label });
  const input = add(label, "input", { type: "number", step: 1 });
  input.onchange = () => {
    const wrong = complaint(name, input.value, session.setting.n);
    if (!wrong) return session.attempt(() => session.put(name, +input.value));
    input.value = session.setting[name];
    session.say(`${wrong}. It stays ${input.value}`);
  };
  const renew = () => {
    [input.min, input.max] = rangeOf(name, session.setting.n);
    input.value = session.setting[name];
  };
  return { renew, element: label };
}

/** A menu of the kinds of model. */
function choice(session, parent, name) {
  const label = add(parent, "label", { textContent: SETTINGS[name].words.label });
  const input = add(label, "select");
  for (const value of Object.keys(CLASSES)) add(input, "option", { textContent: value, value });
  input.onchange = () => session.attempt(() => session.put(name, input.value));
  const renew = () => {
    input.value = session.setting[name];
  };
  return { renew, element: label };
}

function button(session, parent, { text, act, className = "", able = () => true }) {
  const onclick = () => session.attempt(act);
  const made = add(parent, "button", { type: "button", onclick, className });
  const renew = () => {
    made.textContent = text();
    made.disabled = !able();
  };
  return { renew, element: made };
}

/** The presets: a row of buttons, and where that has no room a menu. choose(name): called. */
function presets(session, parent, { chosen, choose, playing }) {
  Object.assign(parent, { role: "group", ariaLabel: "presets" });
  const names = Object.keys(PRESETS);
  const pick = name => session.attempt(() => choose(name));
  const buttons = names.map(name =>
    add(parent, "button", { type: "button", textContent: name, onclick: () => pick(name) }),
  );
  const menu = add(parent, "select", { ariaLabel: "preset" });
  add(menu, "option", { value: "", textContent: "Presets", disabled: true });
  for (const name of names) add(menu, "option", { value: name, textContent: name });
  menu.onchange = () => pick(menu.value);
  const renew = () => {
    // The one that was chosen, as long as its words are there; else one that has the setting and no steps
    const fit = playing() ? [] : presetsOf(session.setting);
    const now = chosen() || (fit.find(name => !PRESETS[name].steps) ?? "");
    buttons.forEach((made, k) => {
      made.ariaPressed = names[k] === now;
    });
    menu.value = now;
  };
  return { renew, element: parent };
}

/** The slider of a number in the table. */
function settingSlider(session, parent, name, more = {}) {
  return slider(session, parent, {
    name: () => SETTINGS[name].words.label,
    values: placesOf(name),
    read: () => session.setting[name],
    act: value => session.put(name, value),
    ...more,
  });
}

/** The slider of the fed feature's own sparsity. */
function ownSparsitySlider(session, parent) {
  const own = () => session.setting.own_sparsity;
  return slider(session, parent, {
    name: () => filled(SETTINGS.own_sparsity.words.label, session.setting),
    values: placesOf("own_sparsity"),
    read: () => own()[session.setting.feed] ?? session.setting.sparsity,
    act: value => session.putOwnSparsity(value),
    remark: () => (session.setting.feed in own() ? "" : " (as all)"),
  });
}

const trainOrPause = session => (session.going ? "\u275a\u275a Pause" : "\u25b6 Train");

/** All controls of a session, by the names of controls.json, where `layout` has room for them.
 *
 * turn: {read, act} of the figure in space. preset: {chosen, choose, playing}. share, save: what these buttons do.
 */
export function controlsOf(session, layout, { turn, preset, share, save }) {
  const { takings, dial, go, under, model, training, pictures } = layout;
  const fixed = name => () => CONTROLS[name];
  const speed = {
    name: fixed("speed"),
    values: SPEEDS,
    read: () => session.speed,
    act: value => {
      session.speed = value;
      session.renew();
    },
  };
  const strength = {
    name: fixed("strength"),
    values: STRENGTHS,
    read: () => session.strength,
    act: value => {
      session.strength = value;
      session.renew();
      session.news();
    },
  };
  const press = (parent, name, act, more = {}) => button(session, parent, { text: fixed(name), act, ...more });
  const sparsity = settingSlider(session, dial, "sparsity", {
    label: () => "S =",
    ticks: () => ticksOf(session.setting, preset.chosen(), preset.playing()),
  });
  return {
    presets: presets(session, layout.presets, preset),
    undo: press(takings, "undo", () => session.undo(), { able: () => !session.past.empty }),
    share: press(takings, "share", share),
    sparsity,
    events: { element: sparsity.marks.element, renew() {} },
    start: press(go, "start", () => session.startOrPause(), {
      text: () => trainOrPause(session),
      className: "start",
    }),
    turn: slider(session, under, { name: fixed("turn"), values: ANGLES, ...turn }),
    model: choice(session, model, "model"),
    n: box(session, model, "n"),
    m: box(session, model, "m"),
    feed: box(session, model, "feed"),
    strength: slider(session, model, strength),
    own_sparsity: ownSparsitySlider(session, model),
    last_importance: settingSlider(session, model, "last_importance"),
    lr: settingSlider(session, training, "lr"),
    speed: slider(session, training, speed),
    seed: box(session, training, "seed"),
    ten_steps: press(training, "ten_steps", () => session.tenSteps()),
    reset: press(training, "reset", () => session.reset()),
    new_seed: press(training, "new_seed", () => session.newSeed()),
    save: press(pictures, "save", save),
  };
}
