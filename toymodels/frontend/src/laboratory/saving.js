// What a reader takes home: the pictures as a file, the setting as a text.
import { add } from "../dom.js";

const WORDS = 30; // pixels for the line of words below the pictures
const GAP = 8;

/** Whether the page is in a sandboxed frame: that may forbid downloads, and nothing says that it does. */
export function sandboxed() {
  if (self.origin === "null") return location.protocol !== "file:";
  for (let view = self; view.frameElement; view = view.parent)
    if (view.frameElement.sandbox?.length && !view.frameElement.sandbox.contains("allow-downloads")) return true;
  return false;
}

/** The smallest part of the page that holds all of some elements. */
function around(elements) {
  const all = elements.map(element => element.getBoundingClientRect());
  const [left, top] = [Math.min(...all.map(box => box.left)), Math.min(...all.map(box => box.top))];
  const [right, bottom] = [Math.max(...all.map(box => box.right)), Math.max(...all.map(box => box.bottom))];
  return { left, top, width: right - left, height: bottom - top };
}

/** Offers a PNG of canvases where they lie on the page, with a line of words below, as a download. */
export function savePicture(parent, canvases, theme, words) {
  const { left, top, width, height } = around(canvases);
  const ratio = globalThis.devicePixelRatio || 1;
  const whole = Object.assign(document.createElement("canvas"), {
    width: width * ratio,
    height: (height + WORDS) * ratio,
  });
  const pen = whole.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height + WORDS);
  for (const canvas of canvases) {
    const at = canvas.getBoundingClientRect();
    pen.drawImage(canvas, at.left - left, at.top - top, at.width, at.height);
  }
  pen.fillStyle = theme.ink;
  pen.font = "12px system-ui, sans-serif";
  pen.fillText(words, GAP, height + WORDS - 10, width - 2 * GAP);
  const href = whole.toDataURL("image/png");
  const link = add(parent, "a", { href, download: "superposition.png", hidden: true });
  link.click();
  link.remove();
}

/** A function that copies a text, and returns what to say of it; where that is forbidden a box shows it, selected.
 *
 * without: in words, what the text does not hold.
 */
export function copier(parent) {
  const box = add(parent, "input", { type: "text", readOnly: true, hidden: true, ariaLabel: "copy this text" });
  return async (text, without) => {
    try {
      await navigator.clipboard.writeText(text);
      return `copied${without}: ${text}`;
    } catch {
      // a page without a safe address may not write there
      box.hidden = false;
      box.value = text;
      box.size = text.length;
      box.select();
      return "the text is selected: copy it from the box";
    }
  };
}
