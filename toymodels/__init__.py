"""Toy models of superposition: sparse features, three models, a training loop, what to measure.

The core, in reading order, is data, models, training, metrics and theory. Then come computing,
recovery and sweeps. Four doors lead on, and each is imported when it is first used: `plot` draws
figures, `explore` draws figures that move, `check` judges exercises, and `Laboratory` trains in the
browser.
"""

from importlib import import_module

from toymodels.computing import (
    AbsoluteModel,
    SignedFeatures,
    absolute_loss,
    one_feature_loss,
)
from toymodels.data import (
    Data,
    Rows,
    SparseFeatures,
    generate_synthetic_dataset,
    linear_importance,
)
from toymodels.grouped import GroupedFeatures
from toymodels.metrics import (
    dimensions_per_feature,
    feature_dimensionality,
    feature_loss,
    feature_norms,
    feature_phases,
    gram,
    interference,
    mean_loss,
    n_represented,
)
from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel, TiedAutoencoder
from toymodels.recovery import (
    SparseAutoencoder,
    match_directions,
    recovery_scores,
    sparse_code_loss,
    train_autoencoder,
)
from toymodels.sweeps import Sweep, sweep
from toymodels.theory import (
    best_linear_model,
    expected_loss,
    linear_loss,
    linear_optimum,
    pair_loss,
    pair_threshold,
    triangle_loss,
)
from toymodels.training import (
    DivergedError,
    History,
    train,
    training_steps,
    warmup_cosine,
    weighted_mse,
)

__version__ = "2.1.0"

DOORS = ("check", "explore", "plot")
ROOMS = (
    "computing",
    "data",
    "grouped",
    "metrics",
    "models",
    "recovery",
    "sweeps",
    "theory",
    "training",
)


def __getattr__(name: str):
    """Open a door when it is first used: matplotlib and widgets take half a second to import."""
    if name in DOORS:
        return import_module(f"toymodels.{name}")
    if name == "Laboratory":
        return import_module("toymodels.laboratory").Laboratory
    raise AttributeError(f"module 'toymodels' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names that Tab shows: the core's and the doors, but not the files that they come from."""
    hidden = {"DOORS", "ROOMS", "import_module", "laboratory", *ROOMS}
    return sorted({*globals(), *DOORS, "Laboratory"} - hidden)
