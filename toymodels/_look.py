"""How the course's figures look: the colours, and independence of the reader's own matplotlib settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import matplotlib.pyplot as plt

from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel

# One colour per model through the whole series (Okabe and Ito's colour-blind safe palette).
COLORS = {LinearModel: "#0072B2", ReLUModel: "#E69F00", ReLUOutputModel: "#009E73"}
NAMES = {LinearModel: "Linear", ReLUModel: "ReLU", ReLUOutputModel: "ReLU-output"}
REFERENCE = "#555555"  # exact results and other things to hold a model against


WEIGHTS = "RdBu_r"  # colours of W^T W: blue negative, white zero, red positive
INTERFERENCE = "cividis"
MOST_INTERFERENCE = 5.0  # value of that map's last colour
DIMENSIONALITY = "#D55E00"


def own_look():
    """A context with matplotlib's default style, whatever the reader's own settings are."""
    return plt.style.context("default", after_reset=True)


def in_own_look(plot: Callable) -> Callable:
    @wraps(plot)
    def drawn(*args, **kwargs):
        with own_look():
            return plot(*args, **kwargs)

    return drawn
