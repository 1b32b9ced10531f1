"""Toy models of superposition: sparse features, three small models, a training loop, what to measure."""

from toymodels._look import COLORS, NAMES, REFERENCE
from toymodels.checks import (
    check_best_linear,
    check_collision,
    check_dimensionality,
    check_interference,
    check_largest_cosine,
    check_loss,
    check_relu_output,
    check_share_of_zeros,
)
from toymodels.checks_made import check_by_hand, check_generator, check_pairs, check_six_lines
from toymodels.data import SparseFeatures, generate_synthetic_dataset, linear_importance
from toymodels.explorer import Explorer
from toymodels.explorers import (
    SPARSITIES,
    explore_gram,
    explore_samples,
    explore_seeds,
    explore_training,
)
from toymodels.metrics import (
    dimensions_per_feature,
    feature_dimensionality,
    feature_loss,
    feature_norms,
    gram,
    interference,
    n_represented,
)
from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel, TiedAutoencoder
from toymodels.playground import Playground
from toymodels.plots import (
    plot_active_counts,
    plot_bias,
    plot_directions,
    plot_feature_norms,
    plot_gram,
    plot_loss,
    plot_per_feature,
    plot_position,
    plot_samples,
)
from toymodels.sweeps import Sweep, sweep
from toymodels.theory import linear_loss, linear_optimum
from toymodels.training import (
    DivergedError,
    History,
    train,
    training_steps,
    warmup_cosine,
    weighted_mse,
)

__version__ = "0.1.0"
