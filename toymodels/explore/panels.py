"""What an explorer can show: heatmaps, arrows, bars and charts, with numbers for each position.

A panel is drawn in two places. The front end draws it in the reader's browser, at any position of
the slider. Here matplotlib draws it, at the few positions of the stored picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from torch import Tensor

from toymodels import _require as require
from toymodels import metrics, plot
from toymodels.data import FLOAT32
from toymodels.plot.elements import bars as draw_bars
from toymodels.plot.elements import picture
from toymodels.plot.elements import stacks as draw_stacks
from toymodels.plot.look import (
    ACTIVE,
    DASHED,
    NEGATIVE,
    POSITIVE,
    REFERENCE,
    UNMARKED,
    WEIGHTS,
)

FEATURE = "feature"  # the axis that most panels share: pointing at a feature lights it up in all
SHADOWS = "feature {j} casts a shadow of {value} on feature {i}"
OWN = "feature {j}, alone at 1, gives itself a reading of {value}"


@dataclass(frozen=True)
class Panel:
    """One picture of an explorer.

    Attributes:
        kind: of panel in the front end: heatmap, arrows, bars or chart.
        name: what the panel is, for a screen reader.
        numbers: name -> (positions, ...), or (1, ...) for what is the same at all positions.
        settings: everything else that the front end needs to know.
        still: a function of (ax, position) that draws the panel with matplotlib.
        axis: what its places stand for. Panels with the same axis light up together.
        weight: its part of a column's height. height: the least height, in pixels.
        option: name of the check box that shows it. None: it is always shown.
    """

    kind: str
    name: str
    numbers: Mapping[str, Tensor]
    settings: Mapping
    still: Callable[[Axes, int], object]
    axis: str = FEATURE
    weight: float = 1.0
    height: int = 0
    option: str | None = None

    def with_(self, **changes) -> Panel:
        """The same panel with these attributes changed."""
        return replace(self, **changes)


def heatmap(W, title: str = "") -> Panel:
    """W^T W of each position's weights.

    Args:
        W: (positions, m, n), or (1, m, n) for all positions. title: above it.
    """
    W = _positions("W", W, 3)

    def still(ax: Axes, i: int) -> None:
        plot.gram(_at(W, i), ax, colorbar=False)

    words = {"words": SHADOWS, "ownWords": OWN, "title": title}
    axes = {"map": "weights", "xlabel": "feature j", "ylabel": "feature i"}
    return Panel("heatmap", "Heatmap of W transposed W", {"W": W.mT}, axes | words, still)


def matrix(
    values,
    xlabel: str,
    ylabel: str,
    words: str,
    *,
    title: str = "",
    greys: bool = False,
    stretch: bool = False,
) -> Panel:
    """Any numbers from -1 to 1 as colours, as in `heatmap`.

    Args:
        values: (positions, rows, columns), or (1, rows, columns).
        words: what is said about a cell, with {i}, {j} and {value} in it.
        greys: use greys, for numbers from 0 to 1. stretch: let cells be other than square.
    """
    values = _positions("values", values, 3)
    _check_words(words, ["i", "j", "value"])

    def still(ax: Axes, i: int) -> None:
        cmap, limits = ("Greys", (0, 1)) if greys else (WEIGHTS, (-1, 1))
        picture(ax, _at(values, i).numpy(), cmap, limits, "", colorbar=False)
        ax.set(xlabel=xlabel, ylabel=ylabel, aspect="auto" if stretch else "equal")

    settings = {"map": "greys" if greys else "weights", "stretch": stretch, "title": title}
    settings |= {"xlabel": xlabel, "ylabel": ylabel, "words": words, "ownWords": words}
    name = f"Picture of {ylabel} by {xlabel}"
    return Panel("heatmap", name, {"values": values}, settings, still, axis=f"{ylabel} {xlabel}")


def arrows(
    W,
    dot=None,
    dot_name: str = "",
    turns: Sequence[float] | None = None,
    *,
    cloud=None,
    states=None,
    half=None,
    colors: Sequence[str] | None = None,
    title: str = "",
    glides: bool = False,
) -> Panel:
    """The features' directions in the plane, or in space.

    Args:
        W: (positions, m, n) or (1, m, n), m = 2 or 3.
        dot: (positions, 2), a point in the plane, and dot_name, its name.
        turns: degrees about the upright axis, in space, one for each position.
        cloud: (positions, k, 2) or (1, k, 2), small dots in the plane. states: (positions, k) or
            (1, k), the colour of each: 0 is grey, 1 is red, 2 is blue. None: all are grey.
        half: (positions, 3) or (1, 3), the half-plane to shade: where the first two numbers times a
            point's coordinates, plus the third, are above 0.
        colors: one for each arrow, in the plane. None: shades of blue.
        title: a title above the picture.
        glides: whether arrows move smoothly from one position to the next. If not, or if the reader
            has asked for less motion, they jump.
    """
    W = _positions("W", W, 3)
    if W.shape[-2] not in {2, 3}:
        raise ValueError(f"W must be (positions, 2 or 3, n), got shape {tuple(W.shape)}")
    numbers = {"W": W.mT}
    for name, values, axes in (("dot", dot, 2), ("cloud", cloud, 3), ("half", half, 2)):
        if values is not None:
            numbers[name] = _positions(name, values, axes)
    if cloud is not None:
        points = numbers["cloud"].shape[1]
        states = torch.zeros(1, points, **FLOAT32) if states is None else states
        numbers["states"] = _positions("states", states, 2)
        if numbers["states"].shape[1] != points:
            got = f"got {numbers['states'].shape[1]} and {points}"
            raise ValueError(f"states must have a number for each dot of the cloud, {got}")

    if colors is not None:
        colors = [_hex(color) for color in colors]
        if len(colors) != W.shape[-1]:
            raise ValueError(
                f"colors must be one for each arrow, got {len(colors)} for {W.shape[-1]}"
            )

    def still(ax: Axes, i: int) -> None:
        if W.shape[-2] == 3:
            plot.space(_at(W, i), ax, sides[i] if sides else 0.0)
            return
        plot.directions(_at(W, i), ax, colors=colors)
        if half is not None:
            _shade_half_plane(ax, *_at(numbers["half"], i).numpy())
        if cloud is not None:
            points, kinds = _at(numbers["cloud"], i), _at(numbers["states"], i)
            for kind, color in enumerate((UNMARKED, POSITIVE, NEGATIVE)):
                ax.plot(*points[kinds == kind].mT, ".", color=color, ms=3, zorder=3)
        if dot is not None:
            x, y = _at(numbers["dot"], i).tolist()
            ax.plot([x], [y], "o", color=REFERENCE, ms=12)
            ax.text(x, y, dot_name, color="white", fontsize=9, ha="center", va="center", zorder=4)

    sides = None if turns is None else [float(turn) for turn in turns]
    settings = {"dotName": dot_name, "turns": sides, "title": title, "glides": bool(glides)}
    if colors is not None:
        settings["colors"] = colors
    return Panel("arrows", "Arrows of the features", numbers, settings, still)


def bars(
    values,
    limits: tuple[float, float],
    label: str,
    words: str,
    color: str = "sign",
    *,
    xlabel: str = "",
    ticks: Sequence[float] | None = None,
    places: bool = False,
    **rows,
) -> Panel:
    """A row of bars about zero.

    Args:
        values: (positions, k) or (1, k). limits: of the axis. A bar that leaves it shows its value.
        label: of the row. words: what is said about a bar, with {j} and {value} or {percent} in it.
            If there are dots, also {dot}; if there is interference, also {interference}.
        color: one matplotlib colour for all bars, or "sign": red above zero, blue below.
        xlabel: below the bars. ticks: of the axis. places: whether to number bars that have no
            xlabel.
        rows: further numbers, each shaped like values: interference, which colours the bars; dots;
            active, 1 where a yellow band marks the feature; targets, which outline what active
            bars should be.
    """
    numbers = {"values": _positions("values", values, 2)}
    names = ("interference", "dots", "active", "targets")
    for name, row in rows.items():
        if name not in names:
            raise TypeError(f"bars takes {', '.join(names)} besides its arguments, got {name}")
        numbers[name] = _positions(name, row, 2)
        if numbers[name].shape[1] != numbers["values"].shape[1]:
            got = f"got {numbers[name].shape[1]} and {numbers['values'].shape[1]}"
            raise ValueError(f"{name} must have a number for each bar, {got}")
    low, high = (float(limit) for limit in limits)
    if not low < high:
        raise ValueError(f"limits must rise, got {limits!r}")
    told = ["j", "value", "percent"] + ["dot"] * ("dots" in rows)
    _check_words(words, [*told, *(["interference"] if "interference" in rows else [])])
    color = color if color == "sign" else _hex(color)

    def still(ax: Axes, i: int) -> None:
        heights = _at(numbers["values"], i).numpy()
        colors = [POSITIVE if height > 0 else NEGATIVE for height in heights]
        draw_bars(ax, heights, (low, high), colors if color == "sign" else color)
        if "active" in numbers:
            for j in _at(numbers["active"], i).nonzero().flatten().tolist():
                ax.axvspan(j - 0.5, j + 0.5, color=ACTIVE, lw=0, zorder=0)
                if "targets" in numbers:
                    height = _at(numbers["targets"], i)[j].item()
                    ax.bar(j, height, 1, facecolor="none", edgecolor="black", zorder=3)
        ax.set(xlabel=xlabel, ylabel=label.replace("\n", " "))

    settings = {"low": low, "high": high, "label": label, "words": words, "color": color}
    settings |= {"xlabel": xlabel, "places": places}
    if ticks is not None:
        settings["ticks"] = [float(tick) for tick in ticks]
    return Panel("bars", f"Bars: {label}".replace("\n", " "), numbers, settings, still)


def stacks(
    values,
    limits: tuple[float, float],
    label: str,
    words: str,
    *,
    xlabel: str = "",
    places: bool = False,
) -> Panel:
    """A row of bars that are made of numbered parts: red above zero, blue below.

    A part's height is its value. The largest are next to zero, and a part that is high enough
    shows its number.

    Args:
        values: (positions, k, parts) or (1, k, parts). limits: of the axis; a pile that leaves it
            says how far it reaches.
        words: what is said of a bar, with {j} and {parts}, the largest parts and their values.
        label, xlabel, places: as in `bars`.
    """
    values = _positions("values", values, 3)
    _check_words(words, ["j", "parts"])
    plain = bars(values.sum(dim=-1), limits, label, "{j}", xlabel=xlabel, places=places)

    def still(ax: Axes, i: int) -> None:
        draw_stacks(ax, _at(values, i).numpy(), limits)
        ax.set(xlabel=xlabel, ylabel=label.replace("\n", " "))

    numbers = plain.numbers | {"stacks": values}
    settings = plain.settings | {"words": words}
    return plain.with_(numbers=numbers, settings=settings, still=still)


def lengths(W) -> Panel:
    """The lengths of the features' arrows, coloured by interference, with dimensionality as dots.

    Args:
        W: (positions, m, n) or (1, m, n).
    """
    W = _positions("W", W, 3)
    norms = metrics.feature_norms(W)
    # A direction without length has no dimensionality
    D = metrics.feature_dimensionality(W).where(norms > 0.1, torch.nan)
    words = "arrow {j}: length {value}, interference {interference}, dimensionality {dot}"
    looks = {"interference": metrics.interference(W), "dots": D}
    panel = bars(norms, (0, 1.6), "length\n|W\u1d62|", words, REFERENCE, **looks)

    def still(ax: Axes, i: int) -> None:
        plot.feature_norms(_at(W, i), ax, colorbar=False)

    return panel.with_(still=still, name="Lengths of the features' arrows")


def histogram(
    shares,
    span: tuple[float, float],
    label: str,
    xlabel: str,
    words: str,
    *,
    color: str,
    marked,
    edge,
    sides: tuple[str, str],
) -> Panel:
    """How often values lie in each of k bins, with an edge that moves across the bins.

    Args:
        shares: (positions, k) or (1, k), in %. span: where the first bin begins and the last ends.
        words: what is said about a bin, with {from}, {to} and {value} in it.
        marked: (positions, k) or (1, k), 1 where a bar has the colour. The others are grey.
        edge: (positions,), within the span. What lies above it is shaded. sides: what to call the
            values below and above the edge.
    """
    shares = _positions("shares", shares, 2)
    numbers = {
        "values": shares,
        "marked": _positions("marked", marked, 2),
        "edge": require.numbers("edge", edge)[:, None],
    }
    low, high = span
    bins = shares.shape[1]
    _check_words(words, ["from", "to", "value"])
    # A quarter more than the highest bar, to leave room for the names of the sides
    limits = 0.0, 1.25 * shares.max().item()
    plain = bars(shares, limits, label, "{j}", color, xlabel=xlabel)

    def still(ax: Axes, i: int) -> None:
        colors = [color if mark else UNMARKED for mark in _at(numbers["marked"], i)]
        draw_bars(ax, _at(shares, i).numpy(), limits, colors)
        places = (torch.tensor([low, 0.0, 1.0, numbers["edge"][i]]) - low) / (high - low) * bins
        *ticks, cut = (places - 0.5).tolist()  # bars stand at whole numbers
        ax.axvspan(cut, bins - 0.5, color=ACTIVE, lw=0, zorder=0)
        ax.axvline(cut, color=REFERENCE, lw=1.5)
        ax.set(xticks=ticks, xticklabels=[f"{low:g}", "0", "1"])
        ax.set(xlabel=xlabel, ylabel=label.replace("\n", " "))

    settings = plain.settings | {"range": [low, high], "sides": list(sides), "words": words}
    axis = f"bins of {xlabel}"
    return plain.with_(numbers=numbers, settings=settings, still=still, axis=axis)


@dataclass(frozen=True)
class Line:
    """A curve of a chart.

    Attributes:
        xs: (k,). ys: (positions, k) or (1, k). name: written at its end, if there are several.
        dots: draw its points as well. alone: draw dots without a line. alpha: 1 is opaque.
    """

    xs: Sequence[float]
    ys: Tensor
    color: str
    name: str = ""
    dots: bool = False
    alone: bool = False
    dashed: bool = False
    alpha: float = 1.0


@dataclass(frozen=True)
class Axis:
    """An axis of a chart, from low to high. kind: "linear" or "log"."""

    label: str
    low: float
    high: float
    kind: str = "linear"


def chart(
    lines: Sequence[Line],
    x: Axis,
    y: Axis,
    at: Sequence[float] | None = None,
    marked: bool = False,
    level: float | None = None,
    upright: Sequence[tuple[str, str, Sequence[float]]] = (),
) -> Panel:
    """Curves over the slider, or over anything else.

    Args:
        at: the x of each position, shown by a line or, if marked, by a dot on each curve.
        level: a y with a dashed line. upright: (name, color, x at each position) of dashed lines.
    """
    if not isinstance(lines, (list, tuple)) or not all(isinstance(line, Line) for line in lines):
        raise TypeError(f"lines must be a list of Line, got {lines!r:.200}")
    if not lines:
        raise ValueError("lines must hold at least one Line, got none")
    for name, axis in (("x", x), ("y", y)):
        if not isinstance(axis, Axis):
            raise TypeError(f"{name} must be an Axis, got {axis!r:.200}")
        if axis.kind not in ("linear", "log"):
            raise ValueError(f"{name}.kind must be linear or log, got {axis.kind!r}")
    lines = [_checked(line) for line in lines]
    if marked and (at is None or any(place not in list(lines[0].xs) for place in at)):
        raise ValueError(f"at must be among the first line's xs if marked, got {at!r:.200}")
    upright = [(name, _hex(color), xs) for name, color, xs in upright]

    def still(ax: Axes, i: int) -> None:
        for line in lines:
            look = ("." if line.dots or line.alone else "") + ("" if line.alone else "-")
            ys = _at(line.ys, i)
            ax.plot(line.xs, ys, look, color=line.color, alpha=line.alpha, label=line.name, ms=4)
            if marked and at is not None:
                ax.plot([at[i]], [ys[list(line.xs).index(at[i])]], "o", color=line.color, ms=9)
        for name, color, xs in upright:
            ax.axvline(xs[i], color=color, ls=DASHED, lw=1.2, label=name)
        if level is not None:
            ax.axhline(level, color=REFERENCE, ls=DASHED, lw=1.2)
        if at is not None and not marked:
            ax.axvline(at[i], color=REFERENCE, lw=1.2)
        ax.set(xlim=(x.low, x.high), ylim=(y.low, y.high), xlabel=x.label, ylabel=y.label)
        ax.set(xscale=x.kind, yscale=y.kind)

    numbers = {f"line {k}": line.ys for k, line in enumerate(lines)}
    drawn = [
        {
            "xs": [float(value) for value in line.xs],
            **{name: getattr(line, name) for name in ("color", "name", "dots", "alone", "dashed")},
            "alpha": float(line.alpha),
        }
        for line in lines
    ]
    settings = {
        "lines": drawn,
        "x": vars(x) | {"low": float(x.low), "high": float(x.high)},
        "y": vars(y) | {"low": float(y.low), "high": float(y.high)},
        "at": None if at is None else [float(value) for value in at],
        "marked": marked,
        "level": None if level is None else float(level),
        "upright": [
            {"name": name, "color": color, "xs": [float(value) for value in xs]}
            for name, color, xs in upright
        ],
    }
    return Panel("chart", f"{y.label} against {x.label}", numbers, settings, still, axis=x.label)


def round_trip(
    stations: Sequence[Tensor],
    hidden: str,
    output: str,
    negative: bool,
    before: Tensor | None = None,
) -> list[Panel]:
    """The rows of bars of a round trip: x, h, W^T h, + b, x_hat. With fewer, the last are left out.

    Args:
        stations: each (positions, n), except h, which is (positions, m).
        hidden, output: names of the second and the last row. negative: x_hat may be below 0.
        before: (positions, n), the samples before they were changed. Their features are then those
            that are marked as active, and x may be below 0.
    """
    both, above = (-1.5, 1.5), (-0.3, 1.5)
    first = ("x", above) if before is None else ("x +\nnudge", both)
    rows = [
        (*first, "x: feature {j} is {value}", 1.0),
        (hidden, both, "hidden dimension {j}: {value}", 1.0),
        ("W\u1d40h", both, "W\u1d40h: feature {j} reads {value}", 1.6),
        ("+ b", both, "with its bias, feature {j} is at {value}", 1.6),
        (output, both if negative else above, "x\u0302: feature {j} comes back as {value}", 1.0),
    ][: len(stations)]
    x = stations[0] if before is None else before
    active = (x != 0).double()
    panels = []
    for k, ((label, limits, words, weight), values) in enumerate(zip(rows, stations, strict=True)):
        more = {} if k == 1 else {"active": active}
        last = k == len(rows) - 1
        if k == 4:
            more["targets"] = x
        if last:
            more["xlabel"] = "feature i"
        elif k == 1:
            more["places"] = True
        panel = bars(
            values, limits, label, words, ticks=[0, 1] if limits is above else [-1, 0, 1], **more
        )
        axis = "hidden dimension" if k == 1 else FEATURE
        room = 32 if last else 16 if k == 1 else 0
        panels.append(panel.with_(axis=axis, weight=weight, height=int(52 * weight) + room))
    return panels


def _shade_half_plane(ax: Axes, right: float, up: float, b: float) -> None:
    """Shade where right x + up y + b > 0, and draw the edge. The axes keep their limits."""
    size = math.hypot(right, up)
    if not size:
        return
    far = 10.0  # beyond every picture
    across = np.array([-up, right]) / size
    along = np.array([right, up]) / size
    near = -b / size * along  # the edge's nearest point to the middle
    edge = np.array([near - far * across, near + far * across])
    corners = np.concatenate([edge, edge[::-1] + 2 * far * along])
    limits = ax.get_xlim(), ax.get_ylim()
    ax.fill(*corners.T, color=ACTIVE, lw=0, zorder=0)
    ax.plot(*edge.T, color=REFERENCE, lw=1.5, zorder=1)
    ax.set(xlim=limits[0], ylim=limits[1])


def _positions(name: str, values, ndim: int) -> Tensor:
    """The numbers, (positions, ...), float64."""
    numbers = require.numbers(name, values, torch.float64)
    if numbers.ndim != ndim:
        raise ValueError(
            f"{name} must have {ndim} axes, the first of them the positions of the slider, "
            f"got shape {tuple(numbers.shape)}"
        )
    return numbers


def _checked(line: Line) -> Line:
    """The line with its numbers as tensors, or an error that names what is wrong with it."""
    ys = _positions("ys", line.ys, 2)
    if ys.shape[1] != len(line.xs):
        raise ValueError(f"ys must have as many values as xs, got {ys.shape[1]} and {len(line.xs)}")
    return replace(line, ys=ys, color=_hex(line.color))


def _hex(color) -> str:
    """A colour as the front end takes it, whatever matplotlib calls it."""
    try:
        return to_hex(color)
    except ValueError as error:
        wanted = "color must be one of matplotlib's, for example black"
        raise ValueError(f"{wanted}, got {color!r:.200}") from error


def _check_words(words: str, names: list[str]) -> None:
    """Raise if a sentence asks for something that the panel does not know."""
    for _, name, _, _ in Formatter().parse(words):
        if name is not None and name not in names:
            known = ", ".join(f"{{{known}}}" for known in names)
            raise ValueError(f"words may hold {known}, got {{{name}}} in {words!r:.200}")


def _at(values: Tensor, i: int) -> Tensor:
    """The numbers of a position. What is the same at all positions is stored once."""
    return values[0 if len(values) == 1 else i]
