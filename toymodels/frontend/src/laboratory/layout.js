// The parts of the laboratory's page, in their order: the picture first, then what drives it, the rest folded.
import { add, Speech } from "../dom.js";
import STYLE from "./style.css";
import { GLOSSARY, KEYS } from "./words.js";

/** A part that is folded until it is wanted. */
function folded(parent, className, title) {
  const whole = add(parent, "details", { className });
  add(whole, "summary", { textContent: title });
  return add(whole, "div", { className: "inside" });
}

function glossary(parent) {
  const list = add(parent, "dl");
  for (const [word, explained] of Object.entries(GLOSSARY)) {
    add(list, "dt", { textContent: word });
    const meaning = add(list, "dd", { textContent: explained });
    if (KEYS[word]) add(meaning, "span", { className: "keys", textContent: ` ${KEYS[word]}` });
  }
}

/** Makes the parts in `root`, by name. */
export function layOut(root) {
  root.classList.add("toymodels-laboratory");
  add(root, "style", { textContent: STYLE });
  const part = (parent, className) => add(parent, "div", { className });
  const top = part(root, "top");
  const stage = part(root, "stage");
  const main = part(stage, "main");
  const beside = part(stage, "beside");
  const drive = part(root, "drive");
  const parts = {
    presets: part(top, "presets"),
    takings: part(top, "takings"), // what a reader goes back by, and takes home
    picture: part(main, "picture"),
    under: part(main, "under"),
    guide: part(beside, "guide"), // what a preset says
    says: part(beside, "says"),
    said: part(beside, "said"), // the value under the pointer
    by_hand: folded(beside, "by-hand", "By hand"),
    beside,
    dial: part(drive, "dial"),
    go: part(drive, "go"),
    event: part(drive, "event"), // what happened last
    challenge: folded(root, "challenge", "Beat the optimiser: find an arrangement yourself"),
    model: folded(root, "model", "Model and data"),
    training: folded(root, "training", "Training"),
    pictures: folded(root, "more", "More pictures"),
    speech: new Speech(root),
  };
  glossary(folded(root, "glossary", "Words"));
  return parts;
}
