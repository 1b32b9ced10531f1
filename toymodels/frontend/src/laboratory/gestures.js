// Where a hand leads an arrow in the plane: by a drag, by a key; and the words on where it is. No page, no pointer.
//
// Hands move arrows in whole degrees and hundredths of a length, so that what is said is what is so.

export const LONGEST = 1.4; // an arrow by hand; the picture ends at 1.45
const SHORTEST = 0.1; // an arrow that has a direction to speak of
const NONE = 0.005; // below it an arrow has no length
const PULL = 0.04; // the magnet's reach in length, to 1 and to 0
const PULL_ASIDE = 4; // and in degrees, to the opposite of another arrow
const TURN = 5; // degrees a key
const GROWTH = 0.05;
const FINE = 5; // with Shift a key does a fifth

const DEGREE = Math.PI / 180;
const whole = degrees => (Math.round(degrees) + 360) % 360;
const hundredths = length => Math.max(0, Math.min(LONGEST, Math.round(100 * length) / 100));

/** Degrees between two directions, 0 to 180. */
const between = (one, other) => 180 - Math.abs(180 - (Math.abs(one - other) % 360));

/** [x, y] as {angle, length}, in degrees from 0 to 360. */
export const polar = ([x, y]) => ({ angle: (Math.atan2(y, x) / DEGREE + 360) % 360, length: Math.hypot(x, y) });

/** {angle, length} as [x, y]. */
export const upright = ({ angle, length }) => [length * Math.cos(angle * DEGREE), length * Math.sin(angle * DEGREE)];

/** All arrows of W, feature by feature, as {angle, length}. angles: those of arrows without a length, if they had some. */
export function arrowsOf(W, angles = {}) {
  return Array.from({ length: W.length / 2 }, (_, i) => {
    const there = polar(W.subarray(2 * i, 2 * i + 2));
    return there.length > NONE || angles[i] === undefined ? there : { ...there, angle: angles[i] };
  });
}

/** W with arrow j somewhere else. */
export function withArrow(W, j, there) {
  const moved = Float64Array.from(W);
  moved.set(upright(there), 2 * j);
  return moved;
}

/** Where a drag from one place to another leads arrow j of W: {angle, length}.
 *
 * start: where the arrow was when it was taken. keepLength, keepAngle: only the other may change. A magnet pulls it to
 * length 1, to length 0, and to the opposite of another arrow.
 */
export function dragged(W, j, to, { start, keepLength = false, keepAngle = false }) {
  const wish = polar(to);
  const others = arrowsOf(W).filter(({ length }, i) => i !== j && length > SHORTEST);
  const pulling = others
    .map(({ angle }) => (angle + 180) % 360)
    .filter(angle => between(angle, wish.angle) < PULL_ASIDE);
  const nearest = pulling.sort((a, b) => between(a, wish.angle) - between(b, wish.angle))[0];
  const target = [0, 1].find(length => Math.abs(length - wish.length) < PULL);
  return {
    angle: keepAngle ? start.angle : (nearest ?? whole(wish.angle)),
    length: keepLength ? start.length : (target ?? hundredths(wish.length)),
  };
}

/** Where a key leads an arrow, or null for a key that leads nowhere. */
export function keyed({ angle, length }, key, fine) {
  const share = fine ? 1 / FINE : 1;
  const turn = { ArrowLeft: TURN, ArrowRight: -TURN }[key];
  if (turn) return { angle: whole(angle + share * turn), length };
  const growth = { ArrowUp: GROWTH, ArrowDown: -GROWTH }[key];
  return growth ? { angle, length: hundredths(length + share * growth) } : null;
}

/** Where arrow j is, as it is drawn beside it: `72\u00b0, 1.05`. */
export const short = ({ angle, length }) => `${whole(angle)}\u00b0, ${length.toFixed(2)}`;

/** Where arrow j of W is, for a screen reader. */
export function spoken(W, j) {
  const arrows = arrowsOf(W);
  const { angle, length } = arrows[j];
  const turned = length > NONE ? `${whole(angle)} degrees, ` : "";
  const parts = [`Arrow ${j}, ${turned}length ${length.toFixed(2)}`];
  const others = [...arrows.keys()].filter(i => i !== j && arrows[i].length > SHORTEST);
  const far = i => between(arrows[i].angle, angle);
  const [nearest] = others.sort((a, b) => far(a) - far(b));
  if (length > SHORTEST && nearest !== undefined)
    parts.push(`nearest arrow ${nearest}, ${Math.round(far(nearest))} away`);
  return parts.join("; ");
}
