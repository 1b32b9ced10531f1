"""Figures that move: a slider over positions that were computed beforehand.

Shown in a notebook they need no kernel, and no network.
"""

from toymodels.explore.computing import answers, neurons
from toymodels.explore.correlated import months
from toymodels.explore.explorer import Explorer
from toymodels.explore.filtering import bias
from toymodels.explore.geometry import formation, odd_one, space
from toymodels.explore.heatmaps import SPARSITIES, gram, samples, seeds, training
from toymodels.explore.panels import (
    Axis,
    Line,
    Panel,
    arrows,
    bars,
    chart,
    heatmap,
    lengths,
    matrix,
    stacks,
)
from toymodels.explore.phases import phase_change
from toymodels.explore.recovering import bond, penalty
from toymodels.explore.round_trips import (
    columns,
    directions,
    round_trip,
    shadow,
    shared_number,
)

__all__ = [
    "SPARSITIES",
    "Axis",
    "Explorer",
    "Line",
    "Panel",
    "answers",
    "arrows",
    "bars",
    "bias",
    "bond",
    "chart",
    "columns",
    "directions",
    "formation",
    "gram",
    "heatmap",
    "lengths",
    "matrix",
    "months",
    "neurons",
    "odd_one",
    "penalty",
    "phase_change",
    "round_trip",
    "samples",
    "seeds",
    "shadow",
    "shared_number",
    "space",
    "stacks",
    "training",
]


def __dir__() -> list[str]:
    return __all__
