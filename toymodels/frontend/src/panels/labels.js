// Where labels go beside their points, so that none is printed over another.

const HIGH = 14; // pixels of a line of text
const APART = 2; // between two labels

const inside = (box, width) => box.left >= 0 && box.left + box.wide <= width;
const apart = (one, other) =>
  one.left + one.wide + APART <= other.left ||
  other.left + other.wide + APART <= one.left ||
  Math.abs(one.y - other.y) >= HIGH;

/** The middles of labels, [[x, y], ...]. points: [{x, y, wide, up}], up: rather above than below; width: of the page.
 *
 * A label goes above or below its point, farther off if that is taken, or beside it. Of points that come too close
 * together the last has the first choice; one without a free place has none: null.
 */
export function labelPlaces(points, width) {
  const taken = [];
  const places = points.toReversed().map(({ x, y, wide, up }) => {
    const near = up ? [-11, 12] : [12, -11];
    const steps = [...near, ...near.map(way => way + Math.sign(way) * HIGH)];
    const ways = [...steps.map(way => [0, way]), [wide / 2 + 7, 0], [-wide / 2 - 7, 0]];
    const boxes = ways.map(([dx, dy]) => ({ left: x + dx - wide / 2, wide, y: y + dy, at: [x + dx, y + dy] }));
    const free = boxes.find(box => inside(box, width) && taken.every(other => apart(box, other)));
    if (free) taken.push(free);
    return free?.at ?? null;
  });
  return places.toReversed();
}
