// Small help with a page's elements.

/** A new last child of an element. */
export const add = (parent, tag, properties = {}) =>
  parent.appendChild(Object.assign(document.createElement(tag), properties));

/** JupyterLab's one-letter commands (x cuts the cell) must not act on a control in focus; Shift + Enter still may. */
export function keepKeys(root) {
  const keysAreOurs = event =>
    event.target.toggleAttribute(
      "data-lm-suppress-shortcuts",
      !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey),
    );
  for (const kind of ["focusin", "keydown", "keyup"]) root.addEventListener(kind, keysAreOurs);
}

/** A canvas that fills a new element of a class: its size is the element's, never the other way round. */
export function framedCanvas(parent, className) {
  const frame = add(parent, "div", { className: `panel ${className}` });
  return { frame, canvas: add(frame, "canvas") };
}

/** Tells a screen reader what is so once it has been so for half a second: at most one sentence for many changes. */
export class Speech {
  #element;
  #timer;

  constructor(parent) {
    this.#element = add(parent, "div", { className: "speech", ariaLive: "polite" });
  }

  say(words) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#element.textContent !== words) this.#element.textContent = words;
    }, 500);
  }
}
