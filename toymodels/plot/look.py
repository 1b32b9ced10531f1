"""How the course's figures look: their colours, whatever matplotlib and NumPy are set to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel

# The laboratory reads the same file; colour-blind safe after Okabe and Ito
PALETTE = json.loads(files("toymodels").joinpath("palette.json").read_text(encoding="utf-8"))
MODELS = (LinearModel, ReLUModel, ReLUOutputModel)
# One colour and one name per model through the whole series
COLORS = {cls: PALETTE["models"][cls.__name__]["color"] for cls in MODELS}
NAMES = {cls: PALETTE["models"][cls.__name__]["name"] for cls in MODELS}
STUDENTS_COLORS = PALETTE["students"]  # of classes that are not the course's
GUESS = PALETTE["guess"]  # the ring that marks a reader's prediction beside the answer
REFERENCE = PALETTE["reference"]  # exact results and other things to hold a model against
DASHED = PALETTE["lines"]["reference"]["matplotlib"]
DOTTED = PALETTE["lines"]["unit circle"]["matplotlib"]

WEIGHTS = PALETTE["weights"]["matplotlib"]  # W^T W: blue negative, white zero, red positive
POSITIVE = PALETTE["positive"]  # bars of numbers that W^T W shows as colours: nearly its ends
NEGATIVE = PALETTE["negative"]
ACTIVE = PALETTE["active"]  # band behind a feature that is active in the sample
COUNTS = PALETTE["counts"]  # bars that count samples
UNMARKED = PALETTE["unmarked"]  # bars and dots among which others are marked
INTERFERENCE = PALETTE["interference"]["matplotlib"]
MOST_INTERFERENCE = PALETTE["interference"]["most"]  # value of that map's last colour
DIMENSIONALITY = PALETTE["dimensionality"]
PRECISION = PALETTE["precision"]
WHEEL = PALETTE["wheel"]  # twelve hues of one lightness, for features that form a circle
# What becomes of a feature, in the order of `metrics.feature_phases`
PHASES = PALETTE["phases"]

_inside = ContextVar("inside our own look", default=False)


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
