"""Figures that stand still. Each draws on `ax`, or on new axes if `ax` is None, and returns it.

They do not depend on the reader's matplotlib settings. `elements` says how they are redrawn.
"""

from toymodels.plot.batches import samples
from toymodels.plot.curves import per_feature
from toymodels.plot.look import COLORS, GUESS, NAMES, PHASES, REFERENCE, WHEEL
from toymodels.plot.phase_map import phases
from toymodels.plot.rows_of_bars import round_trip
from toymodels.plot.weights import bias, directions, feature_norms, gram, space

__all__ = [
    "COLORS",
    "GUESS",
    "NAMES",
    "PHASES",
    "REFERENCE",
    "WHEEL",
    "bias",
    "directions",
    "feature_norms",
    "gram",
    "per_feature",
    "phases",
    "round_trip",
    "samples",
    "space",
]


def __dir__() -> list[str]:
    return __all__
