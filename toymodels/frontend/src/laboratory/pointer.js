// What mouse and finger do on a picture: a tap chooses, a drag to the side turns. An upright swipe scrolls the page. A
// mouse that only moves points.

const SLIP = 8; // pixels that a tap may move

/** Listens on a canvas, whose style has `touch-action: pan-y`.
 *
 * tap(x, y): a place of the canvas was clicked on. drag(pixels): the pointer goes to the right, negative to the left.
 * point(x, y): a mouse is there; without a place, it has left.
 */
export function listen(canvas, { tap, drag, point }) {
  let start = null; // where the pointer came down: {x, y}
  let last = 0; // its x as it was heard last
  let dragging = false;

  canvas.onpointerdown = ({ isPrimary, button, clientX, clientY, pointerId }) => {
    if (!isPrimary || button !== 0) return;
    start = { x: clientX, y: clientY };
    last = clientX;
    dragging = false;
    canvas.setPointerCapture(pointerId); // a drag may leave the canvas
  };
  const place = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  canvas.onpointermove = event => {
    const { isPrimary, clientX, clientY, pointerType } = event;
    if (!start && pointerType !== "touch") point(...place(event));
    if (!start || !isPrimary) return;
    const [across, along] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
    dragging ||= across >= SLIP && across > along;
    if (!dragging) return;
    drag(clientX - last);
    last = clientX;
  };
  canvas.onpointerleave = ({ pointerType }) => pointerType !== "touch" && point();
  canvas.onpointerup = event => {
    const { isPrimary, clientX, clientY } = event;
    if (!start || !isPrimary) return;
    const slipped = Math.hypot(clientX - start.x, clientY - start.y);
    start = null;
    if (dragging || slipped >= SLIP) return;
    tap(...place(event));
  };
  // The page scrolls, or the browser takes the pointer for something else
  canvas.onpointercancel = () => {
    start = null;
  };
}
