"""Figures shared by chapters and explorers: each draws on `ax` (a new one if None) and returns it.

They depend on none of the reader's matplotlib settings. How they are redrawn: `elements`.
"""

from toymodels.plot.batches import active_counts, samples
from toymodels.plot.curves import per_feature, position
from toymodels.plot.look import COLORS, NAMES, PHASES, REFERENCE
from toymodels.plot.phase_map import phases
from toymodels.plot.rows_of_bars import round_trip
from toymodels.plot.weights import bias, directions, feature_norms, gram, key, space

__all__ = [
    "COLORS",
    "NAMES",
    "PHASES",
    "REFERENCE",
    "active_counts",
    "bias",
    "directions",
    "feature_norms",
    "gram",
    "key",
    "per_feature",
    "phases",
    "position",
    "round_trip",
    "samples",
    "space",
]


def __dir__() -> list[str]:
    return __all__
