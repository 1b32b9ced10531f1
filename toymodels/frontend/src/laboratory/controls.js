// Sliders, boxes and buttons: each shows what is set, and sets it.
import { add } from "../dom.js";
import { CLASSES, complaint, filled, placesOf, rangeOf, SETTINGS, span } from "./settings.js";

const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 1000];
const ANGLES = span(0, 355, 5); // degrees

/** A slider over a list of values; one that is not in the list is added to it. */
function slider(session, parent, { name, values, read, act, remark = () => "" }) {
  const label = add(parent, "label", { className: "slider" });
  const text = add(label, "span");
  const input = add(label, "input", { type: "range", min: 0, step: 1 });
  const readout = add(label, "output");
  let places = values;
  const renew = () => {
    const value = read();
    if (!places.includes(value)) places = [...places, value].sort((a, b) => a - b);
    input.max = places.length - 1;
    input.value = places.indexOf(value);
    text.textContent = name();
    readout.textContent = `${value}${remark()}`;
    input.ariaLabel = name();
    input.ariaValueText = `${name()} = ${value}${remark()}`;
  };
  input.oninput = () => session.attempt(() => act(places[+input.value]));
  return { renew, label };
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
  return { renew };
}

/** A menu of the kinds of model. */
function choice(session, parent, name) {
  const input = add(add(parent, "label", { textContent: SETTINGS[name].words.label }), "select");
  for (const value of Object.keys(CLASSES)) add(input, "option", { textContent: value, value });
  input.onchange = () => session.attempt(() => session.put(name, input.value));
  const renew = () => {
    input.value = session.setting[name];
  };
  return { renew };
}

function button(session, parent, { text, act, className = "" }) {
  const onclick = () => session.attempt(act);
  const made = add(parent, "button", { type: "button", onclick, className });
  const renew = () => {
    made.textContent = text();
  };
  return { renew };
}

/** The slider of a number in the table. */
function settingSlider(session, parent, name) {
  return slider(session, parent, {
    name: () => SETTINGS[name].words.label,
    values: placesOf(name),
    read: () => session.setting[name],
    act: value => session.put(name, value),
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

/** All controls of a session, by name. turn: {read, act} of the figure in space. copy, save: what these buttons do. */
export function controlsOf(session, { sliders, boxes }, { turn, copy, save }) {
  const fixed = text => () => text;
  return {
    sparsity: settingSlider(session, sliders, "sparsity"),
    lr: settingSlider(session, sliders, "lr"),
    last_importance: settingSlider(session, sliders, "last_importance"),
    own_sparsity: ownSparsitySlider(session, sliders),
    speed: slider(session, sliders, {
      name: fixed("steps a picture"),
      values: SPEEDS,
      read: () => session.speed,
      act: value => {
        session.speed = value;
        session.renew();
      },
    }),
    turn: slider(session, sliders, { name: fixed("turn (degrees)"), values: ANGLES, ...turn }),
    model: choice(session, boxes, "model"),
    n: box(session, boxes, "n"),
    m: box(session, boxes, "m"),
    seed: box(session, boxes, "seed"),
    feed: box(session, boxes, "feed"),
    start: button(session, boxes, {
      text: () => (session.going ? "\u275a\u275a pause" : "\u25b6 start"),
      act: () => session.startOrPause(),
      className: "start",
    }),
    tenSteps: button(session, boxes, { text: fixed("10 steps"), act: () => session.tenSteps() }),
    reset: button(session, boxes, { text: fixed("reset"), act: () => session.fresh("fresh weights") }),
    newSeed: button(session, boxes, { text: fixed("new seed"), act: () => session.newSeed() }),
    copy: button(session, boxes, { text: fixed("copy"), act: copy }),
    save: button(session, boxes, { text: fixed("save"), act: save }),
  };
}
