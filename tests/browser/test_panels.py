"""What explorers draw, held against the numbers they were made of: words, pixels, letters, colours."""

import itertools
import math
import re
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.plot.look import WEIGHTS

from .conftest import strict_page
from .lab import until
from .laboratory import at_one_place
from .test_explorers import COUNT, EXPLORER, button, made, painted, set_slider, slider

TO_TWO_DIGITS = 0.006  # half a digit, and what 16 bits lose
TO_A_WHOLE = 0.6

# Notes what is drawn on each canvas since it was cleared, in CSS pixels; draws at once if in a hurry.
RECORDER = """
(() => {
  const pens = CanvasRenderingContext2D.prototype;
  const drawn = new WeakMap();
  window.marksOf = canvas => drawn.get(canvas) ?? [];
  const place = (pen, x, y) => {
    const at = pen.getTransform().transformPoint({ x, y });
    return [at.x / devicePixelRatio, at.y / devicePixelRatio];
  };
  const note = (pen, mark) => drawn.get(pen.canvas)?.push({ alpha: pen.globalAlpha, ...mark });
  const watch = (name, act) => {
    const original = pens[name];
    pens[name] = function (...given) {
      act(this, ...given);
      return original.apply(this, given);
    };
  };
  const box = (pen, x, y, width, height) => {
    const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]]
      .map(at => place(pen, ...at));
    const [xs, ys] = [0, 1].map(c => corners.map(corner => corner[c]));
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  };
  const paths = new WeakMap();
  watch("clearRect", pen => drawn.set(pen.canvas, []));
  watch("beginPath", pen => paths.set(pen, { points: [], arcs: [] }));
  for (const name of ["moveTo", "lineTo"])
    watch(name, (pen, x, y) => paths.get(pen).points.push(place(pen, x, y)));
  watch("arc", (pen, x, y, radius) => paths.get(pen).arcs.push([...place(pen, x, y), radius]));
  watch("stroke", pen => note(pen, { kind: "stroke", color: pen.strokeStyle, ...paths.get(pen) }));
  watch("fill", pen => note(pen, { kind: "fill", color: pen.fillStyle, ...paths.get(pen) }));
  for (const [kind, style] of [["fillRect", "fillStyle"], ["strokeRect", "strokeStyle"]])
    watch(kind, (pen, ...at) => note(pen, { kind, color: pen[style], box: box(pen, ...at) }));
  watch("drawImage", (pen, _, ...at) => note(pen, { kind: "image", box: box(pen, ...at) }));
  watch("fillText", (pen, text, x, y) => {
    const ink = pen.measureText(text);
    const around = [
      x - ink.actualBoundingBoxLeft, y - ink.actualBoundingBoxAscent,
      ink.actualBoundingBoxLeft + ink.actualBoundingBoxRight,
      ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent,
    ];
    const size = parseFloat(pen.font.match(/([\\d.]+)px/)[1]);
    note(pen, { kind: "text", text: `${text}`, size, color: pen.fillStyle, align: pen.textAlign,
      at: place(pen, x, y), box: box(pen, ...around) });
  });
  const frame = window.requestAnimationFrame.bind(window);
  const soon = act => queueMicrotask(() => act(performance.now())) ?? 1;
  window.requestAnimationFrame = act => (window.hurry ? soon(act) : frame(act));
})();
"""


@pytest.fixture(scope="module")
def explorers():
    return made()


@pytest.fixture(scope="module")
def file(explorers, tmp_path_factory):
    """All explorers on a page of ten lines, a file on the disk."""
    path = tmp_path_factory.mktemp("panels") / "page.html"
    viewport = '<meta name="viewport" content="width=device-width">'
    head = f'<!doctype html><html lang="en"><title>Explorers</title>{viewport}'
    path.write_text(f"{head}<main>{''.join(explorer.html for explorer in explorers)}</main>")
    return path


@contextmanager
def opened(browser, file, **look):
    """That page, every request refused, everything drawn noted; looks are those of a browser's context."""
    look = {"viewport": {"width": 1100, "height": 800}} | look
    with strict_page(browser, file.parent.as_uri(), **look) as page:
        page.add_init_script(RECORDER)
        page.goto(file.as_uri())
        painted(page, COUNT - 1)
        yield page


@pytest.fixture(scope="module")
def shared(browser, file):
    with opened(browser, file) as page:
        yield page


@pytest.fixture
def page(shared):
    """The page that most tests share: nothing pointed at, one part shown, no option chosen."""
    shared.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    shared.mouse.move(1, 1)
    shared.evaluate(TICK, {"parts": False, "options": False})
    drawn(shared)
    return shared


TICK = """wanted => {
  for (const box of document.querySelectorAll('.buttons input')) {
    const kind = box.parentElement.textContent === 'side by side' ? 'parts' : 'options';
    if (box.checked !== wanted[kind]) box.click();
  }
}"""
# Of explorer k: its visible panels, each with what was drawn on it.
DRAWN = """k => [...document.querySelectorAll('.toymodels-explorer')[k].querySelectorAll('canvas')]
  .filter(canvas => canvas.closest('.panel')).map(
  (canvas, which) => ({ which, width: canvas.clientWidth, height: canvas.clientHeight, marks: marksOf(canvas),
    seen: canvas.checkVisibility() }))"""


def drawn(page):
    """Wait until what was asked for is painted."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def panels(explorer):
    return [panel for column in explorer.columns for panel in column]


def positions(explorer):
    """The first, the last, and where the slider has ticks, the second slider at its end at every other."""
    stops = sorted({0, len(explorer.labels) - 1, *explorer.stops})
    return [stop * explorer.seconds + (k % explorer.seconds) for k, stop in enumerate(stops)]


def go(page, k, position):
    set_slider(page, k, position)
    return painted(page, k, position)


def visible(page, k):
    return [shown for shown in page.evaluate(DRAWN, k) if shown["seen"]]


def canvas(page, k, which):
    return page.locator(EXPLORER).nth(k).locator(".panel canvas").nth(which)


def said(page, k):
    return page.locator(EXPLORER).nth(k).locator(".said").text_content()


# What the panels' numbers mean, in words


def numbers(panel, name, position):
    values = panel.numbers[name]
    return values[0 if len(values) == 1 else position]


def matrix_of(panel, position):
    """(rows, columns) of a heatmap."""
    if "W" in panel.numbers:
        return tm.gram(numbers(panel, "W", position).mT)
    return numbers(panel, "values", position)


def places(panel):
    """How many rows (of a heatmap) and columns there are to point at."""
    if panel.kind == "heatmap":
        return tuple(matrix_of(panel, 0).shape)
    if panel.kind == "chart":
        return 1, len(panel.settings["lines"][0]["xs"])
    return 1, next(iter(panel.numbers.values())).shape[1]


def told(value):
    return f"{value:.6f}" if math.isfinite(value) else "no number"


def parts_of(panel, position, bar):
    """The parts of a bar that are not 0, [(part, value)], the largest first."""
    parts = enumerate(numbers(panel, "stacks", position)[bar].tolist())
    return sorted(((k, value) for k, value in parts if value), key=lambda part: -abs(part[1]))


def wanted(panel, position, i, j):
    """The words for a place, with six digits."""
    settings = panel.settings
    if panel.kind == "heatmap":
        words = settings["ownWords" if i == j else "words"]
        return words.format(i=i, j=j, value=told(matrix_of(panel, position)[i, j]))
    if panel.kind == "bars":
        value = float(numbers(panel, "values", position)[j])
        names = {"value": told(value), "percent": round(100 * value), "j": j}
        if "range" in settings:
            low, high = settings["range"]
            step = (high - low) / places(panel)[1]
            names |= {"from": told(low + j * step), "to": told(low + (j + 1) * step)}
        for name, key in (("interference", "interference"), ("dot", "dots")):
            if key in panel.numbers:
                names[name] = told(numbers(panel, key, position)[j])
        if "stacks" in panel.numbers:
            largest = parts_of(panel, position, j)[:5]
            parts = ", ".join(f"{part} ({told(value)})" for part, value in largest)
            names["parts"] = parts or "nothing"
        return settings["words"].format(**names)
    if panel.kind == "arrows":
        tip = numbers(panel, "W", position)[j]
        angle = f", angle {math.degrees(math.atan2(tip[1], tip[0])):.0f}°" if len(tip) == 2 else ""
        return f"arrow {j}: length {told(tip.norm())}" + angle * bool(tip.norm() > 0)
    lines = settings["lines"]
    curves = [
        (line["name"] or settings["y"]["label"], numbers(panel, f"line {k}", position)[j])
        for k, line in enumerate(lines)
        if line["alone"] is False and len(line["xs"]) == len(lines[0]["xs"])
    ] or [(settings["y"]["label"], numbers(panel, "line 0", position)[j])]
    values = ", ".join(f"{name} {told(value)}" for name, value in curves)
    return f"{settings['x']['label']} {lines[0]['xs'][j]:.10g}: {values}"


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def assert_same_words(said, wanted):
    """The same but for the digits left out; angles are the same a full turn apart."""
    said = said.replace("\u2212", "-")  # a true minus sign
    assert NUMBER.sub("#", said) == NUMBER.sub("#", wanted)
    for ours, theirs in zip(NUMBER.findall(said), NUMBER.findall(wanted), strict=True):
        apart = abs(float(ours) - float(theirs))
        if "." not in ours:
            apart = min(apart, abs(360 - apart)) if "angle" in said else apart
        rounded = TO_TWO_DIGITS if re.search(r"\.\d\d$", ours) else TO_A_WHOLE
        assert apart <= rounded, (said, wanted)


# Walks to every place of a panel by keys, and says what is said there: rows to and fro, then down.
WALK = """async ([k, which, rows, columns]) => {
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const canvas = root.querySelectorAll('.panel canvas')[which];
  const said = root.querySelector('.said');
  const heard = [];
  window.hurry = true;
  canvas.focus({ preventScroll: true });
  const press = async key => {
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await null;
  };
  await press('Home');
  for (let i = 0; i < rows; i++) {
    if (i) await press('ArrowDown');
    for (let step = 0; step < columns; step++) {
      if (step) await press(i % 2 ? 'ArrowLeft' : 'ArrowRight');
      heard.push([i, i % 2 ? columns - 1 - step : step, said.textContent]);
    }
  }
  await press('Escape');
  window.hurry = false;
  return { heard, silent: said.textContent };
}"""
# Points at places of a panel with a mouse, and says what is said there.
POINT = """async ([k, which, places]) => {
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const canvas = root.querySelectorAll('.panel canvas')[which];
  const { left, top } = canvas.getBoundingClientRect();
  const heard = [];
  window.hurry = true;
  for (const [x, y] of places) {
    const at = { clientX: left + x, clientY: top + y, pointerType: 'mouse' };
    canvas.dispatchEvent(new PointerEvent('pointermove', at));
    await null;
    heard.push(root.querySelector('.said').textContent);
  }
  canvas.dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));
  await null;
  window.hurry = false;
  return { heard, silent: root.querySelector('.said').textContent };
}"""


def all_at(page, k, explorer, most=99):
    """Explorer k at several positions, all panels shown; yields (position, panel, what is drawn on it)."""
    page.evaluate(TICK, {"parts": True, "options": True})
    for position in positions(explorer)[-most:]:
        go(page, k, position)
        drawn(page)
        shown = visible(page, k)
        declared = panels(explorer)
        assert [each["which"] for each in shown] == list(range(len(declared)))
        for panel, each in zip(declared, shown, strict=True):
            yield position, panel, each


@pytest.mark.parametrize("k", range(COUNT))
def test_keys_lead_to_every_place_and_its_value_is_said(page, explorers, k):
    for position, panel, shown in all_at(page, k, explorers[k]):
        rows, columns = places(panel)
        heard = page.evaluate(WALK, [k, shown["which"], rows, columns])
        assert len(heard["heard"]) == rows * columns
        for i, j, words in heard["heard"]:
            assert_same_words(words, wanted(panel, position, i, j))
        assert heard["silent"] == ""


@pytest.mark.parametrize("k", range(COUNT))
def test_the_mouse_on_a_mark_says_the_value_that_the_mark_stands_for(page, explorers, k):
    for position, panel, shown in all_at(page, k, explorers[k], most=1):
        where = WHERE_MARKS_ARE[panel.kind](panel, position, shown)
        heard = page.evaluate(POINT, [k, shown["which"], [at for _, at in where]])
        assert heard["silent"] == ""
        for (ours, at), words in zip(where, heard["heard"], strict=True):
            # Arrows with their tips at one place share it
            equal = [
                place
                for place, other in where
                if math.dist(at, other) < 2 * (panel.kind == "arrows") + 0.1
            ]
            options = [wanted(panel, position, *place) for place in {ours, *equal}]
            errors = []
            for option in options:
                try:
                    assert_same_words(words, option)
                    break
                except AssertionError as error:
                    errors.append(error)
            else:
                raise errors[0]


# Where the marks are. The scale is read off as a reader does: from the numbers at the axes


def texts(shown):
    """What is written, with a hyphen for a true minus sign, as float() wants it."""
    written = [mark for mark in shown["marks"] if mark["kind"] == "text"]
    return [mark | {"text": mark["text"].replace("\N{MINUS SIGN}", "-")} for mark in written]


def is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?", text) is not None


def axis(ticks, kind):
    """The function from values to pixels that ticks, {value: pixel}, mean."""
    f = math.log if kind == "log" else float
    (low, start), *_, (high, end) = sorted(ticks.items())
    for value, pixel in ticks.items():
        between = (f(value) - f(low)) / (f(high) - f(low))
        assert abs(start + between * (end - start) - pixel) < 0.1
    return lambda value: start + (f(value) - f(low)) / (f(high) - f(low)) * (end - start)


def left_axis(shown, kind="linear"):
    ticks = {
        float(mark["text"]): mark["at"][1]
        for mark in texts(shown)
        if mark["align"] == "right" and is_number(mark["text"])
    }
    return axis(ticks, kind)


def bottom_axis(shown, kind="linear"):
    numbers = [
        mark for mark in texts(shown) if mark["align"] == "center" and is_number(mark["text"])
    ]
    lowest = max(mark["at"][1] for mark in numbers)
    ticks = {float(m["text"]): m["at"][0] for m in numbers if abs(m["at"][1] - lowest) < 1}
    return axis(ticks, kind)


def cells(panel, position, shown):
    rows, columns = places(panel)
    (picture,) = [mark["box"] for mark in shown["marks"] if mark["kind"] == "image"]
    left, top, right, bottom = picture
    across, down = (right - left) / columns, (bottom - top) / rows
    return [
        ((i, j), (left + (j + 0.5) * across, top + (i + 0.5) * down))
        for i in range(rows)
        for j in range(columns)
    ]


def bar_boxes(panel, shown):
    """The bars' boxes and colours: they are filled after the bands."""
    filled = [mark for mark in shown["marks"] if mark["kind"] == "fillRect"]
    return filled[-places(panel)[1] :]


def piles(panel, position, shown):
    """What should be drawn of the bars' parts, in order: (bar, value, top, bottom)."""
    Y, (low, high) = left_axis(shown), (panel.settings["low"], panel.settings["high"])
    wanted = []
    for bar in range(places(panel)[1]):
        reach = {True: 0.0, False: 0.0}  # above zero, and below it
        for _, value in parts_of(panel, position, bar):
            start, reach[value > 0] = reach[value > 0], reach[value > 0] + value
            ends = sorted(Y(min(max(at, low), high)) for at in (start, reach[value > 0]))
            if ends[1] - ends[0] >= 0.5:
                wanted.append((bar, value, *ends))
    return wanted


def boxes_of_parts(panel, position, shown):
    """What is drawn of the bars' parts, with what should be: [(mark, (bar, value, top, bottom))]."""
    wanted = piles(panel, position, shown)
    filled = [mark for mark in shown["marks"] if mark["kind"] == "fillRect"]
    return list(zip(filled[len(filled) - len(wanted) :], wanted, strict=True))


def middles_of_bars(panel, position, shown):
    if "stacks" in panel.numbers:
        middle = {
            bar: ((mark["box"][0] + mark["box"][2]) / 2, (mark["box"][1] + mark["box"][3]) / 2)
            for mark, (bar, *_) in boxes_of_parts(panel, position, shown)
        }
        return [((0, bar), at) for bar, at in middle.items()]
    boxes = [mark["box"] for mark in bar_boxes(panel, shown)]
    return [((0, j), ((x0 + x1) / 2, (y0 + y1) / 2)) for j, (x0, y0, x1, y1) in enumerate(boxes)]


def tips(panel, position, shown):
    """Where arrows end: the dashed circle has radius 1."""
    circle = next(mark for mark in shown["marks"] if mark["kind"] == "stroke" and mark["arcs"])
    ((x, y, unit),) = circle["arcs"]
    W = numbers(panel, "W", position)
    if W.shape[1] == 3:
        turn, tilt = math.radians(panel.settings["turns"][position]), math.radians(20)
        about = torch.tensor(
            [[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]]
        )
        seen = torch.tensor([[1, 0, 0], [0, -math.sin(tilt), math.cos(tilt)]]) @ about
        W = W @ seen.double().mT
    return [((0, j), (x + unit * a, y - unit * b)) for j, (a, b) in enumerate(W.tolist())]


def inside(low, high, value):
    return math.isfinite(value) and min(low, high) <= value <= max(low, high)


def points(panel, position, shown):
    """Of the first curve, the points that are within the axes."""
    x, y = panel.settings["x"], panel.settings["y"]
    X, Y = bottom_axis(shown, x["kind"]), left_axis(shown, y["kind"])
    xs, ys = panel.settings["lines"][0]["xs"], numbers(panel, "line 0", position).tolist()
    return [
        ((0, j), (X(a), Y(b)))
        for j, (a, b) in enumerate(zip(xs, ys, strict=True))
        if inside(x["low"], x["high"], a) and inside(y["low"], y["high"], b)
    ]


WHERE_MARKS_ARE = {"heatmap": cells, "bars": middles_of_bars, "arrows": tips, "chart": points}

# The colours, [r, g, b, a], at places of a canvas.
PIXELS = """([k, which, places]) => {
  const canvas = document.querySelectorAll('.toymodels-explorer')[k].querySelectorAll('.panel canvas')[which];
  const pen = canvas.getContext('2d');
  const dense = canvas.width / canvas.clientWidth;
  const pixel = value => Math.floor(value * dense);
  return places.map(([x, y]) => [...pen.getImageData(pixel(x), pixel(y), 1, 1).data]);
}"""


def pixels(page, k, shown, at):
    found = page.evaluate(PIXELS, [k, shown["which"], [list(place) for place in at]])
    return np.array(found).reshape(-1, 4)


def rgb(color):
    if color.startswith("#"):
        return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)])
    return np.array([float(value) for value in re.findall(r"[\d.]+", color)[:3]])


def see_heatmap(page, k, panel, position, shown):
    values = matrix_of(panel, position).flatten().numpy()
    if panel.settings["map"] == "greys":
        expected = 255 * (1 - values.clip(0, 1))[:, None].repeat(3, 1)
    else:
        expected = 255 * matplotlib.colormaps[WEIGHTS]((values.clip(-1, 1) + 1) / 2)[:, :3]
    found = pixels(page, k, shown, [at for _, at in cells(panel, position, shown)])
    assert (found[:, 3] == 255).all()
    assert abs(found[:, :3] - expected).max() <= 4  # matplotlib's map has 256 steps
    return len(values)


def see_edge(panel, position, shown):
    """A histogram's bars are grey where they are not marked, and what lies above its edge is shaded.

    Returns the pixel of the edge.
    """
    X = bottom_axis(shown) if panel.settings["xlabel"] else None
    marked = numbers(panel, "marked", position).tolist()
    looks = {
        mark["color"]: is_marked
        for mark, is_marked in zip(bar_boxes(panel, shown), marked, strict=True)
    }
    assert len(looks) == len(set(marked)), "a colour for bars that are marked, one for the others"
    for color, is_marked in looks.items():
        assert (np.ptp(rgb(color)) > 60) == bool(is_marked)
    shade = next(mark for mark in shown["marks"] if mark["kind"] == "fillRect")["box"]
    low, high = panel.settings["range"]
    left, right = bar_boxes(panel, shown)[0]["box"][0], bar_boxes(panel, shown)[-1]["box"][2]
    edge = numbers(panel, "edge", position).item()
    assert shade[0] == pytest.approx(left + (edge - low) / (high - low) * (right - left), abs=1.1)
    if X:
        assert shade[::2] == pytest.approx([X(edge), X(high)], abs=0.6)
    uprights = [mark["points"] for mark in shown["marks"] if mark["kind"] == "stroke"]
    assert any(
        len(at) == 2 and abs(at[0][0] - shade[0]) + abs(at[1][0] - shade[0]) < 0.6
        for at in uprights
    )
    return shade[0]


def see_stacks(page, k, panel, position, shown):
    """Each part lies on what is larger, in its place and colour; the bars stand side by side."""
    sides = {}
    drawn = boxes_of_parts(panel, position, shown)
    for mark, (bar, value, top, bottom) in drawn:
        x0, y0, x1, y1 = mark["box"]
        assert (y0, y1) == pytest.approx((top, bottom), abs=1.1), (bar, value)
        assert sides.setdefault(bar, (x0, x1)) == pytest.approx((x0, x1), abs=0.01)
        red, _, blue = rgb(mark["color"])
        assert (red > blue) == (value > 0)
        if y1 - y0 > 4:  # a number may lie in the middle
            ((*found, alpha),) = pixels(page, k, shown, [(x0 + 2, (y0 + y1) / 2)])
            assert alpha == 255 and abs(found - rgb(mark["color"])).max() <= 2
    order = [sides[bar] for bar in sorted(sides)]
    assert all(one[1] < other[0] for one, other in itertools.pairwise(order))
    return len(drawn)


def see_bars(page, k, panel, position, shown):
    if "stacks" in panel.numbers:
        return see_stacks(page, k, panel, position, shown)
    low, high = panel.settings["low"], panel.settings["high"]
    Y = left_axis(shown)
    checked = 0
    edge = see_edge(panel, position, shown) if "edge" in panel.numbers else None
    for mark, value in zip(
        bar_boxes(panel, shown), numbers(panel, "values", position).tolist(), strict=True
    ):
        x0, y0, x1, y1 = mark["box"]
        zero, end = sorted((Y(0), Y(min(max(value, low), high))))
        assert (y0, y1) == pytest.approx((zero, end), abs=0.6), value
        if panel.settings["color"] == "sign" and abs(value) > 1e-6:
            red, _, blue = rgb(mark["color"])
            assert (red > blue) == (value > 0)
        if y1 - y0 < 8 or not low < value < high:
            continue
        outwards = -1 if value > 0 else 1
        tip = y0 if value > 0 else y1
        x = x0 + (x1 - x0) / (2 if edge else 5)  # beside the dots
        if edge and abs(x - edge) < 4:
            continue  # the edge's line lies on the bar
        (within, beyond) = pixels(
            page, k, shown, [(x, tip - 3 * outwards), (x, tip + 3 * outwards)]
        )
        assert abs(within[:3] - rgb(mark["color"])).max() <= 2 and within[3] == 255
        assert beyond[3] == 0 or abs(beyond[:3] - rgb(mark["color"])).max() > 40
        checked += 1
    return checked


def see_half_plane(page, k, panel, position, shown):
    """Each dot of the cloud is in its place and colour, and the half-plane is shaded."""
    circle = next(mark for mark in shown["marks"] if mark["kind"] == "stroke" and mark["arcs"])
    ((x, y, unit),) = circle["arcs"]
    dots = [mark for mark in shown["marks"] if mark["kind"] == "fill" and mark["arcs"]]
    cloud = numbers(panel, "cloud", position).tolist()
    at = [mark["arcs"][0][:2] for mark in dots]
    np.testing.assert_allclose(at, [(x + unit * a, y - unit * b) for a, b in cloud], atol=0.3)
    for mark, state in zip(dots, numbers(panel, "states", position).tolist(), strict=True):
        red, _, blue = rgb(mark["color"])
        assert {0: abs(red - blue) < 10, 1: red > blue + 60, 2: blue > red + 60}[round(state)]
    right, up, b = numbers(panel, "half", position).tolist()
    corners = np.array(
        [mark["points"] for mark in shown["marks"] if len(mark.get("points", ())) == 4]
    )
    (shade,) = (matplotlib.path.Path(points) for points in corners)
    for a, c in np.random.default_rng(0).uniform(-1.4, 1.4, (40, 2)):
        if abs(right * a + up * c + b) < 0.02:
            continue
        inside = right * a + up * c + b > 0
        assert shade.contains_point((x + unit * a, y - unit * c)) == inside
        ((*_, alpha),) = pixels(page, k, shown, [(x + unit * a, y - unit * c)])
        assert alpha > 100 or not inside


def see_arrows(page, k, panel, position, shown):
    where = [at for _, at in tips(panel, position, shown)]
    circle = next(mark for mark in shown["marks"] if mark["kind"] == "stroke" and mark["arcs"])
    ((x, y, _),) = circle["arcs"]
    heads = [
        mark["points"][0]
        for mark in shown["marks"]
        if mark["kind"] == "fill" and len(mark["points"]) == 3
    ]
    long = [tip for tip in where if math.dist(tip, (x, y)) >= 8]
    assert len(heads) == len(long)
    for tip in long:
        assert min(math.dist(tip, head) for head in heads) < 0.5
    dots = [mark["arcs"][0] for mark in shown["marks"] if mark["kind"] == "fill" and mark["arcs"]]
    if "half" in panel.numbers:
        see_half_plane(page, k, panel, position, shown)
    if "dot" in panel.numbers:
        (dot,) = dots
        a, b = numbers(panel, "dot", position).tolist()
        ((_, _, unit),) = circle["arcs"]
        assert dot[:2] == pytest.approx([x + unit * a, y - unit * b], abs=0.5)
    clear = [
        tip
        for tip in long
        if math.dist(tip, (x, y)) > 30
        and all(math.dist(tip, dot[:2]) > dot[2] + 6 for dot in dots if "dot" in panel.numbers)
    ]
    for tip in clear:
        share = 5 / math.dist(tip, (x, y))
        within = [end + share * (middle - end) for end, middle in zip(tip, (x, y), strict=True)]
        if any(overlap([*within, *within], mark["box"]) > -5 for mark in texts(shown)):
            continue  # another arrow's number lies there
        if any(math.dist(within, dot[:2]) < dot[2] + 1 for dot in dots):
            continue  # a dot of the cloud lies there
        ((red, green, blue, alpha),) = pixels(page, k, shown, [within])
        if "colors" in panel.settings:
            own = rgb(panel.settings["colors"][where.index(tip)])
            assert abs(np.array([red, green, blue]) - own).max() <= 20 and alpha > 200
            continue
        assert alpha > 200 and blue > red + 40, (tip, red, blue, alpha)
    return len(clear)


def see_chart(page, k, panel, position, shown):
    settings = panel.settings
    x, y = settings["x"], settings["y"]
    X, Y = bottom_axis(shown, x["kind"]), left_axis(shown, y["kind"])
    touched = [at for m in shown["marks"] if m["kind"] == "stroke" for at in m["points"]]
    touched += [arc[:2] for m in shown["marks"] if m["kind"] == "fill" for arc in m["arcs"]]
    touched = np.array(touched)
    for which, line in enumerate(settings["lines"]):
        ys = numbers(panel, f"line {which}", position).tolist()
        for a, b in zip(line["xs"], ys, strict=True):
            if math.isfinite(b):
                assert np.hypot(*(touched - (X(a), Y(b))).T).min() < 0.6, (a, b)
        if settings["marked"]:
            here = settings["at"][position]
            value = ys[line["xs"].index(here)]
            if inside(y["low"], y["high"], value) and which == len(settings["lines"]) - 1:
                ((*found, alpha),) = pixels(page, k, shown, [(X(here), Y(value))])
                color = next(
                    m["color"]
                    for m in reversed(shown["marks"])
                    if m["kind"] == "fill" and m["arcs"]
                )
                assert alpha == 255 and abs(found - rgb(color)).max() <= 2
    for line in settings["upright"]:
        there = X(line["xs"][position])
        upright = [
            m["points"] for m in shown["marks"] if m["kind"] == "stroke" and len(m["points"]) == 2
        ]
        assert any(abs(a[0] - there) < 0.6 and abs(b[0] - there) < 0.6 for a, b in upright)
    return len(touched)


SEE = {"heatmap": see_heatmap, "bars": see_bars, "arrows": see_arrows, "chart": see_chart}


@pytest.mark.parametrize("k", range(COUNT))
def test_pixels_lie_and_look_as_the_numbers_say(page, explorers, k):
    checked = dict.fromkeys((panel.kind for panel in panels(explorers[k])), 0)
    for position, panel, shown in all_at(page, k, explorers[k]):
        checked[panel.kind] += SEE[panel.kind](page, k, panel, position, shown)
    assert all(checked.values()), checked


# Hands


def test_real_keys_and_a_real_mouse_do_the_same(page, explorers):
    """On a canvas of each kind; elsewhere in this file the page makes the events itself, which is quicker."""
    for k, which in ((0, 4), (0, 5), (8, 0), (2, 2)):
        explorer, panel = explorers[k], panels(explorers[k])[which]
        if panel.option:
            page.evaluate(TICK, {"parts": False, "options": True})
        position = go(page, k, explorer.stops[-1] * explorer.seconds)["position"]
        target = canvas(page, k, which)
        target.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        drawn(page)
        assert_same_words(said(page, k), wanted(panel, position, 0, 1))
        page.keyboard.press("Escape")
        drawn(page)
        assert said(page, k) == ""
        shown = page.evaluate(DRAWN, k)[which]
        (place, at), *_ = WHERE_MARKS_ARE[panel.kind](panel, position, shown)
        target.hover(position={"x": at[0], "y": at[1]})
        drawn(page)
        assert_same_words(said(page, k), wanted(panel, position, *place))
        page.mouse.move(1, 1)
        drawn(page)
        assert said(page, k) == ""


def test_pointing_at_a_feature_lights_it_up_in_all_panels(page, explorers):
    page.evaluate(TICK, {"parts": False, "options": True})
    go(page, 0, 9)
    frames = "canvas => marksOf(canvas).filter(mark => mark.kind === 'strokeRect').length"
    others = [canvas(page, 0, which) for which in (5, 6)]  # lengths and biases
    before = [other.evaluate(frames) for other in others]
    canvas(page, 0, 4).focus()
    page.keyboard.press("ArrowRight")
    drawn(page)
    assert [other.evaluate(frames) for other in others] == [count + 1 for count in before]


@pytest.mark.parametrize("k", range(COUNT))
def test_ticks_are_buttons_that_lead_to_their_positions(page, explorers, k):
    explorer = explorers[k]
    go(page, k, 0)
    ticks = page.locator(EXPLORER).nth(k).locator(".ticks button")
    assert ticks.all_text_contents() == [explorer.labels[stop] for stop in explorer.stops]
    for tick, stop in reversed(list(zip(ticks.all(), explorer.stops, strict=True))):
        tick.focus()
        assert tick.evaluate("tick => tick === document.activeElement")
        page.keyboard.press("Enter")
        assert painted(page, k)["values"][0] == stop
        assert tick.get_attribute("aria-label").endswith(f"= {explorer.labels[stop]}")
    low, *_, high = (
        slider(page, k).bounding_box(),
        ticks.first.bounding_box(),
        ticks.last.bounding_box(),
    )
    assert low["x"] - 1 <= ticks.first.bounding_box()["x"]
    assert high["x"] + high["width"] <= low["x"] + low["width"] + 1


def test_play_rests_at_ticks_and_goes_evenly_between(browser, file, explorers):
    stops = explorers[0].stops
    with opened(browser, file) as page:
        page.clock.install()
        page.clock.pause_at(page.evaluate("() => Date.now()") + 1000)
        button(page, "▶ Play").click()
        came = {}
        for now in range(0, 9000, 50):
            came.setdefault(int(slider(page).input_value()), now)
            page.clock.run_for(50)
    assert list(came) == list(range(20))
    for position in range(19):
        stayed = came[position + 1] - came[position]
        assert abs(stayed - (1000 if position in stops else 150)) <= 50, (position, stayed)


COUNT_SPEECH = """() => {
  window.spoken = 0;
  for (const speech of document.querySelectorAll('.speech'))
    new MutationObserver(() => window.spoken++)
      .observe(speech, { childList: true, characterData: true, subtree: true });
}"""


def test_a_drag_is_announced_twice_at_most(page, explorers):
    go(page, 0, 0)
    page.wait_for_timeout(700)
    page.evaluate(COUNT_SPEECH)
    slider(page).scroll_into_view_if_needed()
    box = slider(page).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 5, middle)
    page.mouse.down()
    for k in range(1, 61):
        page.mouse.move(box["x"] + box["width"] * k / 61, middle)
        page.wait_for_timeout(20)
    page.mouse.up()
    shown = painted(page)
    assert shown["position"] >= 17
    page.wait_for_timeout(700)
    assert 1 <= page.evaluate("() => window.spoken") <= 2
    speech = page.locator(EXPLORER).first.locator(".speech")
    assert speech.text_content() == " ".join(shown["lines"])
    assert speech.get_attribute("aria-live") == "polite"


STATE = """() => [...document.querySelectorAll('.toymodels-explorer')].map(root =>
  [root.dataset.position, root.querySelector('.said').textContent])"""


def swipe(touch, x, y, far):
    """A finger that comes down, moves up or down by `far` pixels in steps, and leaves."""
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for step in range(1, 7):
        at = {"x": x, "y": y + far * step / 6}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_tap_chooses_and_swipes_scroll_the_page_and_change_nothing(browser, file, explorers):
    look = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    with opened(browser, file, **look) as page:
        k = [explorer.labels for explorer in explorers].index([str(j) for j in range(8)])  # columns
        assert panels(explorers[k])[0].settings["chooses"]
        panel = panels(explorers[k])[0]
        target = canvas(page, k, 0)
        target.scroll_into_view_if_needed()
        at = dict(cells(panel, 0, page.evaluate(DRAWN, k)[0]))[2, 5]
        target.tap(position={"x": at[0], "y": at[1]})
        assert painted(page, k, 5)["readout"] == ["5"]
        assert_same_words(said(page, k), wanted(panel, 5, 2, 5))
        canvas(page, 8, 1).tap(position=dict(zip("xy", (150, 150), strict=True)))
        drawn(page)
        assert said(page, 8)  # where nothing can be chosen, the value is said
        before = page.evaluate(STATE)
        touch = page.context.new_cdp_session(page)
        swiped = 0
        for k in range(COUNT):
            for frame in (
                page.locator(EXPLORER)
                .nth(k)
                .locator(".column:not([hidden]) .panel:not([hidden])")
                .all()[:2]
            ):
                until(page, lambda: at_one_place(page))  # the swipe before has a momentum
                frame.evaluate("frame => frame.scrollIntoView({ block: 'center' })")
                box, top = frame.bounding_box(), page.evaluate("() => scrollY")
                up = -1 if swiped % 2 else 1
                if (
                    not 100
                    < top
                    < page.evaluate("() => document.documentElement.scrollHeight") - 1000
                ):
                    continue
                swipe(touch, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 90 * up)
                until(page, lambda top=top: abs(page.evaluate("() => scrollY") - top) > 30, 5)
                swiped += 1
        assert swiped >= 20
        assert page.evaluate(STATE) == before


# What is drawn on each canvas: another list once it has been drawn anew.
LISTS = """() => [...document.querySelectorAll('.panel canvas')].filter(canvas => canvas.checkVisibility())
  .map(canvas => marksOf(canvas))"""


def test_nothing_moves_unasked(browser, file):
    for motion in ("reduce", "no-preference"):
        with opened(browser, file, reduced_motion=motion) as page:
            for _ in range(3):
                drawn(page)
            before = page.evaluate(STATE)
            page.evaluate(f"() => {{ window.first = ({LISTS})(); }}")
            page.wait_for_timeout(600)
            assert page.evaluate(STATE) == before
            assert page.evaluate("() => document.getAnimations().length") == 0
            assert page.evaluate(f"() => ({LISTS})().every((list, k) => list === window.first[k])")


# Letters and colours


def luminance(color):
    parts = color / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def overlap(one, other):
    """How many pixels two boxes share, in the direction in which they share less."""
    return min(min(one[c + 2], other[c + 2]) - max(one[c], other[c]) for c in (0, 1))


LIGHT, DARK = np.array([255, 255, 255]), np.array([17, 17, 17])
LOOKS = [(scheme, dense) for scheme in ("light", "dark") for dense in (1, 2)]


@dataclass
class Seen:
    """The page on a telephone: its ground and density, and what is drawn on it."""

    page: object
    ground: np.ndarray
    dense: int
    drawn: list


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def telephone(request, browser, file, explorers):
    """The page at 390 pixels, all panels shown."""
    scheme, dense = request.param
    look = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": dense}
    with opened(browser, file, **look) as page:
        if scheme == "dark":
            page.evaluate("() => { document.body.style = 'background: #111; color: #ddd'; }")
        page.evaluate(TICK, {"parts": True, "options": True})
        drawn(page)
        yield Seen(
            page, {"light": LIGHT, "dark": DARK}[scheme], dense, list(everything(page, explorers))
        )


def everything(page, explorers):
    """(explorer's number, panel, what is drawn of it) at the first and the last position of each explorer."""
    for k, explorer in enumerate(explorers):
        for position in (0, len(explorer.lines) - 1):
            go(page, k, position)
            drawn(page)
            for panel, shown in zip(panels(explorer), page.evaluate(DRAWN, k), strict=True):
                yield k, panel, shown


def pointed_at(page, k, explorer):
    """The panels of explorer k, each as it is drawn while its first place is pointed at."""
    for which, panel in enumerate(panels(explorer)):
        canvas(page, k, which).focus()
        page.keyboard.press("Home")
        drawn(page)
        yield panel, page.evaluate(DRAWN, k)[which]


def faults_of_texts(drawn):
    """Texts that are small, cut off or over one another."""
    wrong = []
    for k, panel, shown in drawn:
        letters = texts(shown)
        assert letters
        for mark in letters:
            left, top, right, bottom = mark["box"]
            if mark["size"] < 11:
                wrong.append((k, panel.name, "small", mark["text"], mark["size"]))
            if (
                min(left, top) < -0.5
                or right > shown["width"] + 0.5
                or bottom > shown["height"] + 0.5
            ):
                wrong.append((k, panel.name, "cut off", mark["text"], mark["box"], shown["height"]))
        for at, one in enumerate(letters):
            for other in letters[:at]:
                if overlap(one["box"], other["box"]) > 1:
                    wrong.append((k, panel.name, "overlap", one["text"], other["text"]))
    return sorted(set(map(str, wrong)))


def test_every_text_is_large_enough_whole_and_apart_from_the_others(telephone):
    assert not faults_of_texts(telephone.drawn)


def test_the_same_in_a_narrow_notebook_where_panels_stand_side_by_side(browser, file, explorers):
    """JupyterLab leaves an output 572 pixels of 1024 if the side bar is open."""
    with opened(browser, file, viewport={"width": 590, "height": 800}) as page:
        page.evaluate(TICK, {"parts": False, "options": True})
        drawn(page)
        seen = [each for each in everything(page, explorers) if each[2]["seen"]]
        assert len(seen) > 2 * COUNT and not faults_of_texts(seen)


def test_marks_and_texts_stand_out_against_their_ground(telephone, explorers):
    ground = telephone.ground
    wrong = set()
    some = (0, 8)  # heatmaps, bars, charts; arrows
    pointed = [(k, *each) for k in some for each in pointed_at(telephone.page, k, explorers[k])]
    for k, panel, shown in (*telephone.drawn, *pointed):
        marks = shown["marks"]
        rims = [
            m["box"]
            for m in marks
            if m["kind"] == "strokeRect" and contrast(rgb(m["color"]), ground) >= 2.99
        ]
        dots = [m for m in marks if m["kind"] == "fill" and m["arcs"] and m["arcs"][0][2] > 8]
        for mark in marks:
            if (
                mark["kind"] == "image" or mark["alpha"] < 1
            ):  # colours of cells; what lies faint behind a line
                continue
            if (
                mark["kind"] == "strokeRect"
                and panel.kind == "heatmap"
                and mark["color"] in ("#222222", "#ffffff")
            ):
                continue  # a frame on the cells' colours, dark with a light rim
            if (
                mark["kind"] == "stroke" and mark["arcs"] and (rgb(mark["color"]) == ground).all()
            ):  # a dot's rim
                continue
            below, least = ground, 4.5 if mark["kind"] == "text" else 3
            if mark["kind"] == "text":
                on = [dot for dot in dots if math.dist(dot["arcs"][0][:2], mark["at"]) < 2]
                below = rgb(on[0]["color"]) if on else ground
                if "stacks" in panel.numbers:  # a part's number lies on the part
                    (x, y), filled = mark["at"], [m for m in marks if m["kind"] == "fillRect"]
                    under = [m for m in filled if overlap([x, y, x, y], m["box"]) > -5]
                    below = rgb(under[-1]["color"]) if under else ground
            if mark["kind"] == "fillRect" and panel.kind == "heatmap":  # the key's colours
                continue
            if mark["kind"] == "fillRect" and any(
                np.allclose(mark["box"], rim, atol=0.6) for rim in rims
            ):
                continue
            bands = (
                len([m for m in marks if m["kind"] == "fillRect"]) - places(panel)[1]
                if panel.kind == "bars"
                else 0
            )
            if (
                mark["kind"] == "fillRect"
                and [m for m in marks if m["kind"] == "fillRect"].index(mark) < bands
            ):
                continue  # a band is a ground itself
            if mark["kind"] == "fillRect" and mark["box"][3] - mark["box"][1] < 1:
                continue
            found = contrast(rgb(mark["color"]), below)
            if found < least - 0.02:
                wrong.add(
                    (k, panel.name, mark["kind"], mark.get("text"), mark["color"], round(found, 2))
                )
    assert not wrong, sorted(map(str, wrong))


def test_canvases_are_transparent_and_as_sharp_as_the_screen(telephone):
    grounds = telephone.page.evaluate(
        """() => [...document.querySelectorAll('.toymodels-explorer canvas')].map(canvas => {
          const corner = canvas.getContext('2d').getImageData(0, 0, 1, 1).data[3];
          return [getComputedStyle(canvas).backgroundColor, corner, canvas.width / canvas.clientWidth];
        })"""
    )
    assert len(grounds) > 30
    for color, corner, sharp in grounds:
        assert (color, corner) == ("rgba(0, 0, 0, 0)", 0)
        assert sharp == pytest.approx(telephone.dense, abs=0.02)


CUT_OFF = """() => [...document.querySelectorAll('.toymodels-explorer')].flatMap((root, k) => {
  const wrong = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) wrong.push([k, 'the page is too wide']);
  const controls = '.view :is(button, input, label, output, .name, .legend, .lines div, .part)';
  for (const part of root.querySelectorAll(controls)) {
    if (!part.checkVisibility()) continue;
    part.scrollIntoView({ block: 'center' });
    const { left, right, top, bottom, width } = part.getBoundingClientRect();
    const name = `${part.localName}.${part.className} ${part.textContent}`;
    if (left < -0.5 || right > room + 0.5) wrong.push([k, name, 'beyond the page']);
    if (part.closest('.ticks') && bottom - top > 30) wrong.push([k, name, 'on two lines']);
    if (part.scrollWidth > Math.ceil(width) + 1) wrong.push([k, name, 'cut off']);
    if (part.matches('button, input')) {
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (!part.contains(at)) wrong.push([k, name, `covered by ${at?.className} ${at?.textContent}`]);
    }
  }
  return wrong;
})"""
SPACED = """letter-spacing: .12em !important; line-height: 1.5 !important; word-spacing: .16em !important;"""


@pytest.mark.parametrize(
    ("width", "dense", "spaced"), [(640, 2, False), (640, 2, True), (390, 1, False), (390, 1, True)]
)
def test_large_and_spaced_text_cuts_no_control_off(browser, file, width, dense, spaced):
    look = {"viewport": {"width": width, "height": 500}, "device_scale_factor": dense}
    with opened(browser, file, **look) as page:
        if spaced:
            page.add_style_tag(content=f"* {{ {SPACED} }}")
        page.evaluate(TICK, {"parts": True, "options": False})
        drawn(page)
        assert page.evaluate(CUT_OFF) == []
