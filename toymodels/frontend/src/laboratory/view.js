// The laboratory on a page: a session between controls and pictures, drawn once a frame.
import { add, keepKeys } from "../dom.js";
import { onThemeChange, themeOf } from "../theme.js";
import { controlsOf } from "./controls.js";
import { Pictures } from "./pictures.js";
import { listen } from "./pointer.js";
import { copier, sandboxed, savePicture } from "./saving.js";
import { Session } from "./session.js";
import { DEFAULTS } from "./settings.js";
import STYLE from "./style.css";
import { trainerBeside } from "./training.js";
import { GLOSSARY, sentence } from "./words.js";

const KEPT_EVERY = 200; // milliseconds between two copies of the weights for Python
const FIRST_ANGLE = 0.5; // radians, of the figure in space
const TURN = 0.01; // radians a picture, while it trains
const DRAGGED = 1 / 80; // radians a pixel
const DEGREE = Math.PI / 180;

/** The parts of a laboratory's page, in their order. */
function layOut(root) {
  root.classList.add("toymodels-laboratory");
  add(root, "style", { textContent: STYLE });
  const parts = {
    sliders: add(root, "div", { className: "sliders" }),
    boxes: add(root, "div", { className: "controls" }),
    says: add(root, "div", { className: "says" }),
    status: add(root, "div", { role: "status" }),
    pictures: add(root, "div", { className: "pictures" }),
  };
  const words = add(root, "details");
  add(words, "summary", { textContent: "What the words mean" });
  const list = add(words, "dl");
  for (const [word, explained] of Object.entries(GLOSSARY)) {
    add(list, "dt", { textContent: word });
    add(list, "dd", { textContent: explained });
  }
  return parts;
}

class Laboratory {
  constructor(root, given, { saved = null, remarks = [], keep = () => {}, takeHome }) {
    Object.assign(this, { root, keep, takeHome });
    this.parts = layOut(root);
    this.pictures = new Pictures(this.parts.pictures);
    this.angle = FIRST_ANGLE;
    this.frame = 0;
    this.dirty = false;
    this.ended = false;
    this.kept = null; // the answer that was handed to `keep` last
    this.keptAt = 0; // when
    const running = !matchMedia("(prefers-reduced-motion: reduce)").matches && !saved;
    this.session = new Session({ ...DEFAULTS, ...given }, running, this.ways(), trainerBeside);
    this.controls = this.buildControls();
    for (const [name, canvas] of Object.entries(this.pictures.canvases)) this.listen(name, canvas);
    keepKeys(root);
    this.watch();
    this.begin(saved, remarks);
  }

  /** How the session reaches the page. */
  ways() {
    const { status } = this.parts;
    return {
      say: words => {
        status.textContent = words;
      },
      add: words => {
        status.textContent = [status.textContent, words].filter(Boolean).join("; ");
      },
      renew: () => {
        for (const control of Object.values(this.controls)) control.renew();
      },
      news: () => this.news(),
    };
  }

  buildControls() {
    const { session, parts } = this;
    const turn = {
      read: () => 5 * (Math.round(this.angle / DEGREE / 5) % 72),
      act: degrees => {
        this.angle = degrees * DEGREE;
        this.controls.turn.renew();
        this.news();
      },
    };
    let copy;
    const controls = controlsOf(session, parts, {
      turn,
      copy: async () => session.say(await copy(this.takeHome(session.setting))),
      save: () => this.save(),
    });
    copy = copier(parts.boxes);
    return controls;
  }

  begin(saved, remarks) {
    const { session } = this;
    const { n, m } = session.setting;
    const fits = saved?.W.length === n * m;
    const begins = session.running ? "training" : fits ? "as it was left: press start to go on" : "ready: press start";
    const words = [remarks.join(". "), begins].filter(Boolean).join("; ");
    session.attempt(() => session.fresh(words, {}, fits ? saved : null));
  }

  // What the hand does

  listen(name, canvas) {
    const { session } = this;
    listen(canvas, {
      tap: (x, y) => {
        const feature = this.pictures.featureAt(name, x, y);
        if (feature !== null) session.attempt(() => session.feed(feature));
      },
      drag: pixels => {
        if (name !== "view" || session.setting.m !== 3) return;
        const whole = 2 * Math.PI;
        this.angle = (this.angle + pixels * DRAGGED + whole) % whole;
        this.news();
      },
    });
  }

  save() {
    const { session, parts, pictures, root } = this;
    const words = `${session.setting.model}. ${parts.says.textContent}`;
    savePicture(parts.pictures, Object.values(pictures.canvases), themeOf(root), words);
    session.say(
      sandboxed()
        ? "this page may not save: its frame is sandboxed. " +
            "If superposition.png is not among your downloads, take a screenshot"
        : "handed superposition.png to the browser: look for it among your downloads",
    );
  }

  // What is seen

  news() {
    this.dirty = true;
    this.next();
  }

  next() {
    if (!this.ended) this.frame ||= requestAnimationFrame(() => this.session.attempt(() => this.show()));
  }

  show() {
    const { session, root } = this;
    this.frame = 0;
    if (!root.isConnected) return this.end();
    if (!session.visible) return;
    const turning = session.training && session.latest?.setting.m === 3;
    if (turning) this.angle = (this.angle + TURN) % (2 * Math.PI);
    if (session.latest && (this.dirty || turning)) this.draw();
    if (session.training) this.next();
    session.newPicture();
  }

  draw() {
    const { session, root, parts, controls } = this;
    const { latest } = session;
    const { setting, taken } = latest;
    this.dirty = false;
    const theme = themeOf(root);
    if (this.theme !== theme) root.style.setProperty("--ground", theme.ground);
    this.theme = theme;
    this.pictures.draw(theme, session, this.angle);
    parts.says.textContent = sentence(latest, session.curve.loss);
    controls.turn.label.hidden = setting.m !== 3;
    if (setting.m === 3) controls.turn.renew();
    this.hand(latest);
    root.dataset.taken = taken;
    root.dataset.shown = JSON.stringify(setting);
  }

  /** To Python, and to a screen reader, only now and then while it trains. */
  hand(latest) {
    const { session, parts } = this;
    const due = performance.now() - this.keptAt > KEPT_EVERY || !session.training;
    if (!due || this.kept === latest) return;
    this.kept = latest;
    this.keptAt = performance.now();
    this.pictures.describe(session, parts.says.textContent);
    this.keep(latest.setting, latest);
  }

  // On the screen, off it, and away

  /** Trains only on the screen, and draws anew when the size changes or day becomes night. */
  watch() {
    const { session, parts } = this;
    this.inView = new IntersectionObserver(entries => {
      session.visible = entries.at(-1).isIntersecting;
      if (session.visible) this.next();
    });
    this.sized = new ResizeObserver(() => this.news());
    this.inView.observe(parts.pictures);
    this.sized.observe(parts.pictures);
    this.endOfThemes = onThemeChange(() => this.news());
  }

  end() {
    this.ended = true;
    cancelAnimationFrame(this.frame);
    this.inView.disconnect();
    this.sized.disconnect();
    this.endOfThemes();
    this.session.trainer?.end();
  }
}

/** Puts the laboratory into `root`; returns a function that ends it.
 *
 * given: values that differ from the table's. saved: {W, b, taken} to go on from. remarks: what to say at the
 * beginning. keep(setting, answer): called with what is on screen, now and then. takeHome(setting): the text that
 * "copy" copies.
 */
export function laboratory(root, given, options) {
  const made = new Laboratory(root, given, options);
  return () => made.end();
}
