"""How the course's figures look: their colours, whatever matplotlib and NumPy are set to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel

# One colour per model through the whole series (Okabe and Ito's colour-blind safe palette).
COLORS = {LinearModel: "#0072B2", ReLUModel: "#E69F00", ReLUOutputModel: "#009E73"}
NAMES = {LinearModel: "Linear", ReLUModel: "ReLU", ReLUOutputModel: "ReLU-output"}
STUDENTS_COLORS = (
    "#CC79A7",
    "#56B4E9",
    "#8C510A",
    "#7570B3",
)  # of classes that are not the course's
REFERENCE = "#555555"  # exact results and other things to hold a model against

WEIGHTS = "RdBu_r"  # colours of W^T W: blue negative, white zero, red positive
POSITIVE = "#B2182B"  # bars of numbers that W^T W shows as colours: nearly that map's ends
NEGATIVE = "#2166AC"
ACTIVE = "#FFF0B0"  # band behind a feature that is active in the sample
INTERFERENCE = "cividis"
MOST_INTERFERENCE = 5.0  # value of that map's last colour
DIMENSIONALITY = "#D55E00"
# What becomes of a feature, in the order of `metrics.feature_phases`
PHASES = {
    "not represented": "#E6E6E6",
    "in superposition": "#CC79A7",
    "own dimension": "#56B4E9",
}

_inside = ContextVar("inside our own look", default=False)


def names_and_colors(classes: list[type]) -> dict[type, tuple[str, str]]:
    """What to call each class in a figure, and its colour; a student's class has its own name."""
    looks = {}
    students = 0
    for cls in classes:
        if cls in NAMES:
            looks[cls] = NAMES[cls], COLORS[cls]
        else:
            looks[cls] = cls.__name__, STUDENTS_COLORS[students % len(STUDENTS_COLORS)]
            students += 1
    return looks


@contextmanager
def own_look() -> Iterator[None]:
    """A context with the default settings of matplotlib; within itself, as cheap as nothing.

    NumPy raises nothing in it: matplotlib divides by zero and underflows as a matter of course.
    """
    if _inside.get():
        yield
        return
    token = _inside.set(True)
    try:
        with plt.style.context("default", after_reset=True), np.errstate(all="ignore"):
            yield
    finally:
        _inside.reset(token)


def in_own_look(plot: Callable) -> Callable:
    """Decorator: draw in our own look."""

    @wraps(plot)
    def drawn(*args, **kwargs):
        with own_look():
            return plot(*args, **kwargs)

    return drawn


class OwnFigure(Figure):
    """A figure that keeps our own look when it is drawn or saved, which happens later.

    Part of what matplotlib is set to counts only then: fonts, ticks, the ground of a saved picture.
    """

    def __repr__(self) -> str:
        """As matplotlib's figures say it: chapters store this line, and a reader knows it."""
        return super().__repr__().replace(type(self).__name__, "Figure")

    draw = in_own_look(Figure.draw)
    get_tightbbox = in_own_look(Figure.get_tightbbox)

    def savefig(self, fname, **options) -> None:
        """Save it on its own ground, white, and else as matplotlib does."""
        super().savefig(fname, **{"facecolor": "auto", "edgecolor": "auto"} | options)
