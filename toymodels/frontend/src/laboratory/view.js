// The laboratory on a page: a session between controls and pictures, drawn once a frame.
import { Cursor, stepped } from "../cursor.js";
import { add, keepKeys } from "../dom.js";
import { onThemeChange, themeOf } from "../theme.js";
import { Bias } from "./bias.js";
import { ByHand } from "./byhand.js";
import { Challenge } from "./challenge.js";
import { controlsOf } from "./controls.js";
import { Guide } from "./guide.js";
import { Hands } from "./hands.js";
import { layOut } from "./layout.js";
import { hasArrows, Pictures } from "./pictures.js";
import { listen } from "./pointer.js";
import { isLike, settingOf } from "./presets.js";
import { copier, sandboxed, savePicture } from "./saving.js";
import { Session } from "./session.js";
import { DEFAULTS, meaning } from "./settings.js";
import { trainerBeside } from "./training.js";
import { valueAt } from "./values.js";
import { sentence, stateInWords } from "./words.js";

const KEPT_EVERY = 200; // milliseconds between two copies of the weights for Python
const RESTED = 500; // milliseconds without a change, after which the address is written
const FIRST_ANGLE = 0.5; // radians, of the figure in space
const TURN = 0.01; // radians a picture, while it trains
const DRAGGED = 1 / 80; // radians a pixel
const DEGREE = Math.PI / 180;

class Laboratory {
  constructor(root, given, { saved = null, byHand = false, hide = [], remarks = [], keep, rest, takeHome }) {
    Object.assign(this, { root, keep, rest, takeHome });
    this.parts = layOut(root);
    const { picture: view, beside: trip, pictures: more } = this.parts;
    this.pictures = new Pictures({ view, trip, norms: more, loss: more, trail: more }, () => this.news());
    this.cursor = new Cursor(() => this.news());
    this.pointed = null; // the name of the picture that was last pointed at
    this.guide = new Guide(this.parts.guide);
    this.chosen = ""; // the preset that was chosen last
    this.angle = FIRST_ANGLE;
    this.frame = 0;
    this.dirty = false;
    this.ended = false;
    this.kept = null; // the answer that was handed to `keep` last
    this.keptAt = 0; // when
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.session = new Session({ ...DEFAULTS, ...given }, !this.calm && !saved, this.ways(), trainerBeside);
    this.controls = this.buildControls();
    this.buildHands();
    for (const name of hide) this.controls[name].element.classList.add("hidden");
    for (const [name, canvas] of this.pictures.pointable) this.listen(name, canvas);
    keepKeys(root);
    this.watch();
    this.begin(saved, byHand, remarks);
  }

  /** How the session reaches the page. */
  ways() {
    const { event, speech } = this.parts;
    return {
      say: (words, aloud = words) => {
        event.textContent = words;
        if (aloud) speech.say(aloud);
      },
      settled: () => {
        const { latest, setting } = this.session;
        this.guide.settled(setting, latest.seen);
        const said = [event.textContent, "Settled", sentence(latest, this.loss)].filter(Boolean).join(". ");
        speech.say(`${said} ${this.guide.next}`.trim());
      },
      renew: () => {
        this.followPreset();
        for (const control of Object.values(this.controls)) control.renew();
        this.showState();
        this.changed();
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
    const preset = {
      chosen: () => this.chosen,
      choose: name => this.choose(name),
      playing: () => !this.chosen && Boolean(this.challenge?.on),
    };
    let copy;
    const share = async () => {
      const { text, without } = this.takeHome(session.setting, this.weightsByHand());
      session.say(await copy(text, without));
    };
    const controls = controlsOf(session, parts, { turn, preset, share, save: () => this.save() });
    copy = copier(parts.takings);
    parts.chip = add(parts.go, "span", { className: "chip" });
    return controls;
  }

  /** What moves arrows and biases where there are arrows in the plane. */
  buildHands() {
    const { session, parts, cursor } = this;
    const act = what => session.attempt(what);
    this.byHand = new ByHand(session, () => {
      this.challenge.look();
      this.news();
      if (document.activeElement?.classList.contains("grip")) parts.speech.say(this.hands.words);
    });
    const choose = j => session.feed(j);
    const point = j => {
      this.pointed = "view";
      cursor.set("feature", j === null ? null : { i: null, j });
    };
    const frame = this.pictures.canvases.view.parentElement;
    this.hands = new Hands(frame, parts.by_hand, { hand: this.byHand, choose, point, act });
    this.bias = new Bias(parts.by_hand, this.byHand, act);
    this.challenge = new Challenge(parts.challenge, {
      session,
      hand: this.byHand,
      act,
      begun: () => this.leavePreset(),
    });
    for (const name of ["by_hand", "challenge"]) {
      const element = parts[name].parentElement;
      element.ontoggle = () => this.news();
      this.controls[name] = { element, renew: () => {} };
    }
  }

  begin(saved, byHand, remarks) {
    const { session } = this;
    const { n, m } = session.setting;
    const fits = saved?.W.length === n * Math.min(n, m);
    const left = fits && !byHand ? "as it was left: press Train to go on" : "";
    const words = [remarks.join(". "), left].filter(Boolean).join("; ");
    session.attempt(() => session.open(words, fits ? saved : null, fits && byHand));
  }

  // What the hand does

  /** A preset: its setting, with fresh weights, its words and its steps. */
  choose(name) {
    this.chosen = name;
    this.guide.choose(name);
    this.session.preset(name, settingOf(name), !this.calm);
  }

  /** What the preset says may no longer be true of the network. */
  followPreset() {
    if (!this.chosen) return;
    const { setting, run } = this.session;
    const { model } = settingOf(this.chosen);
    const like = isLike({ ...setting, model }, this.chosen); // but for its ReLUs
    this.guide.setAside(like && setting.model !== model ? setting.model : "");
    if (!(like && this.guide.follow(setting, run))) this.leavePreset();
  }

  leavePreset() {
    this.chosen = "";
    this.guide.choose("");
  }

  listen(name, canvas) {
    const { session } = this;
    const point = place => {
      this.pointed = name;
      this.cursor.set("feature", place);
    };
    listen(canvas, {
      point: (x, y) => point(x === undefined ? null : this.pictures.at(name, x, y)),
      tap: (x, y) => {
        const place = this.pictures.at(name, x, y);
        point(place);
        if (place) session.attempt(() => session.feed(place.j));
      },
      drag: pixels => {
        if (name !== "view" || session.setting.m !== 3) return;
        const whole = 2 * Math.PI;
        this.angle = (this.angle + pixels * DRAGGED + whole) % whole;
        this.news();
      },
    });
    canvas.onkeydown = event => {
      const { n } = session.setting;
      const place = this.cursor.on("feature");
      if (event.key === "Enter" && place) return session.attempt(() => session.feed(place.j));
      const rows = name === "view" && !hasArrows(session.setting) ? n : null;
      const next = stepped(place, event.key, { rows, columns: n });
      if (next === undefined) return;
      event.preventDefault();
      point(next);
    };
    canvas.onblur = () => point(null);
  }

  save() {
    const { session, parts, pictures, root } = this;
    const words = `${session.setting.model}. ${parts.says.textContent}`;
    const seen = Object.values(pictures.canvases).filter(canvas => canvas.checkVisibility());
    savePicture(root, seen, themeOf(root), words);
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
    this.showState();
    if (!session.visible) return;
    const turning = session.training && session.latest?.setting.m === 3;
    if (turning) this.angle = (this.angle + TURN) % (2 * Math.PI);
    if (session.latest && (this.dirty || turning)) this.draw();
    if (session.training) this.next();
    session.newPicture();
  }

  /** The one state, and which control a step of the guide waits for. */
  showState() {
    const { session, parts, controls, root } = this;
    parts.chip.textContent = stateInWords(session);
    root.dataset.state = session.state;
    const wanted = this.guide.wants(session.setting, session.going);
    controls.sparsity.element.classList.toggle("wanted", wanted === "sparsity");
    controls.start.element.classList.toggle("wanted", wanted === "start");
  }

  draw() {
    const { session, root, parts, controls, cursor } = this;
    this.byHand.follow();
    const { latest } = session;
    const { setting, taken } = latest;
    this.dirty = false;
    const theme = themeOf(root);
    if (this.theme !== theme) root.style.setProperty("--ground", theme.ground);
    this.theme = theme;
    const place = cursor.on("feature");
    this.pictures.draw(theme, session, this.angle, place, this.handsDrawn());
    parts.says.textContent = sentence(latest, this.loss, session.inHand);
    this.showHands();
    this.showValue(place);
    controls.turn.element.hidden = setting.m !== 3;
    if (setting.m === 3) controls.turn.renew();
    this.hand(latest);
    root.dataset.taken = taken;
    root.dataset.shown = JSON.stringify(setting);
  }

  /** The loss that is said: without noise at rest, where that is quick; else that of late. */
  get loss() {
    const { state, curve } = this.session;
    return (["by hand", "settled"].includes(state) ? this.byHand.exact : null) ?? curve.loss;
  }

  /** What the hands want drawn: the best arrows so far, where an output is open, and a note at the tip. */
  handsDrawn() {
    const { parts, session, hands, challenge, cursor } = this;
    const { setting, b } = session.latest;
    const { hiddenReLU, outputReLU } = meaning(setting);
    const i = cursor.on("feature")?.j ?? setting.feed;
    // Through a hidden ReLU the hidden numbers are no longer where the arrows are
    const seen = parts.by_hand.parentElement.open && !hiddenReLU && i < setting.n;
    const opening = seen ? { i, b: b[i], always: !outputReLU } : null;
    const stubs = this.handsAble && !session.going;
    return { ghosts: this.chosen ? null : challenge.ghosts, opening, note: hands.note, stubs };
  }

  /** Whether there are arrows that a hand can move, and a teacher has left it to do so. */
  get handsAble() {
    return this.byHand.able && !this.parts.by_hand.parentElement.classList.contains("hidden");
  }

  showHands() {
    const { parts, session, byHand, hands, bias, challenge, pictures } = this;
    const { W, b, setting } = session.latest;
    const { best, ratio: loss } = byHand;
    const able = this.handsAble;
    hands.show({ able: able && pictures.shown.has("view"), W, chosen: setting.feed, plane: pictures.plane, loss });
    // Biases from training are not the best, even near its end
    bias.show({ able, best: best && session.inHand, b, chosen: setting.feed, model: setting.model, loss });
    challenge.show();
    for (const part of [parts.by_hand, parts.challenge]) part.parentElement.hidden = !able;
  }

  /** What is under the pointer, in words; a screen reader hears it where the pointer rests. */
  showValue(place) {
    const { session, parts } = this;
    const words = place ? valueAt(this.pointed, session.latest, place, session.strength) : "";
    if (words === parts.said.textContent) return;
    parts.said.textContent = words;
    if (words && !session.training) parts.speech.say(words);
  }

  /** To Python, and to a screen reader, only now and then while it trains. */
  hand(latest) {
    const { session, parts } = this;
    const due = performance.now() - this.keptAt > KEPT_EVERY || !session.training;
    if (!due || this.kept === latest) return;
    this.kept = latest;
    this.keptAt = performance.now();
    this.pictures.describe(session, parts.says.textContent);
    this.keep?.(latest.setting, latest);
  }

  /** The weights that no seed gives again, {W, b}, or null. */
  weightsByHand() {
    const { latest, moved } = this.session;
    return moved && latest ? latest : null;
  }

  /** Something was set: when it has rested, `rest` hears the setting and the weights that the hand has moved. */
  changed() {
    if (!this.rest) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(this.session.setting, this.weightsByHand()), RESTED);
  }

  // On the screen, off it, and away

  /** Trains only on the screen, and draws anew when the size changes or day becomes night. */
  watch() {
    const { session, root, controls } = this;
    this.inView = new IntersectionObserver(entries => {
      session.visible = entries.at(-1).isIntersecting;
      this.next();
    });
    this.sized = new ResizeObserver(() => {
      controls.sparsity.place();
      this.news();
    });
    this.inView.observe(root);
    this.sized.observe(root);
    this.endOfThemes = onThemeChange(() => this.news());
    // Before JupyterLab's own Ctrl+Z, which listens on the document
    window.addEventListener("keydown", this.undoing, true);
  }

  undoing = event => {
    const { ctrlKey, metaKey, shiftKey, altKey, key, target } = event;
    if (!(ctrlKey || metaKey) || shiftKey || altKey || key.toLowerCase() !== "z" || !this.root.contains(target)) return;
    event.preventDefault();
    event.stopPropagation();
    this.session.attempt(() => this.session.undo());
  };

  end() {
    this.ended = true;
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
    window.removeEventListener("keydown", this.undoing, true);
    this.inView.disconnect();
    this.sized.disconnect();
    this.pictures.end();
    this.challenge.end();
    this.endOfThemes();
    this.session.trainer?.end();
  }
}

/** Puts the laboratory into `root`; returns a function that ends it.
 *
 * given: values that differ from the table's. saved: {W, b, taken} to go on from; byHand: whether the hand had moved
 * them. hide: names of controls that are not there. remarks: what to say at the beginning. keep(setting, answer):
 * called with what is on screen, now and then. rest(setting, weights): called when something was set and has rested;
 * weights: {W, b} if the hand has moved them, else null. takeHome(setting, weights): {text, without}, the text that
 * "share" copies, and in words what it does not hold.
 */
export function laboratory(root, given, options) {
  const made = new Laboratory(root, given, options);
  return () => made.end();
}
