// The laboratory in a notebook: a view of anywidget. The setting and the weights are handed to Python.
import { add } from "../dom.js";
import { CLASSES, DEFAULTS } from "./settings.js";
import { laboratory } from "./view.js";

const BYTES = 8; // of a number
const ALWAYS_SAID = ["n", "m", "sparsity", "own_sparsity", "model"]; // of the others only what is not usual

/** The line of Python that makes a laboratory with this setting, and without the controls to hide. */
function inPython(now, hide) {
  const parts = [`${now.n}`, `${now.m}`, `sparsity=${now.sparsity}`, `model_class=tm.${CLASSES[now.model]}`];
  for (const [name, usual] of Object.entries(DEFAULTS))
    if (!ALWAYS_SAID.includes(name) && now[name] !== usual) parts.push(`${name}=${now[name]}`);
  const own = Object.entries(now.own_sparsity).map(([i, S]) => `${i}: ${S}`);
  if (own.length) parts.push(`own_sparsity={${own.join(", ")}}`);
  if (hide.length) parts.push(`hide=[${hide.map(name => `"${name}"`).join(", ")}]`);
  return `tm.Laboratory(${parts.join(", ")})`;
}

/** The weights that Python has, {W, b, taken}, or null. They travel as W feature by feature, then b. */
function savedIn(model) {
  const bytes = model.get("weights");
  const { n, m } = model.get("setting");
  if (bytes?.byteLength !== BYTES * n * (m + 1)) return null;
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { W: numbers.slice(0, n * m), b: numbers.slice(n * m), taken: model.get("taken") };
}

function render({ model, el }) {
  const keep = (setting, { W, b, taken }) => {
    model.set("setting", setting);
    model.set("weights", new DataView(Float64Array.from([...W, ...b]).buffer));
    model.set("taken", taken);
    model.save_changes();
  };
  const still = `.${model.get("still")}`; // the picture that stays in the notebook, an output of its own
  add(el, "style", { textContent: `${still}, .jp-OutputArea-child:has(> * > ${still}) { display: none; }` });
  const hide = model.get("hide") ?? []; // a notebook of before has none
  const takeHome = setting => ({ text: inPython(setting, hide), without: ", the setting without the weights" });
  return laboratory(el, model.get("setting"), { saved: savedIn(model), hide, keep, takeHome });
}

export default { render };
