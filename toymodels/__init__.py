"""Toy models of superposition: sparse features, three models, a training loop, what to measure.

In reading order: data, models, training, metrics, theory; then recovery, sweeps, plots,
    interactive, exercises.
"""

from toymodels._look import COLORS, NAMES, PHASES, REFERENCE
from toymodels.data import (
    Data,
    GroupedFeatures,
    Rows,
    SparseFeatures,
    generate_synthetic_dataset,
    linear_importance,
)
from toymodels.exercises.chapter1 import (
    check_largest_cosine,
    check_share_of_zeros,
    check_six_lines,
)
from toymodels.exercises.chapter2 import check_collision, check_generator, check_pairs
from toymodels.exercises.chapter3 import (
    check_best_linear,
    check_loss,
    check_relu_output,
    check_training_step,
)
from toymodels.exercises.chapter4 import (
    check_by_hand,
    check_dimensionality,
    check_interference,
)
from toymodels.exercises.chapter5 import check_dimensions_per_feature, check_eight_arrows
from toymodels.exercises.chapter6 import check_boundary, check_on_off_boundary
from toymodels.exercises.chapter7 import check_bonded, check_recall
from toymodels.exercises.judge import checks_summary
from toymodels.interactive.explorer import Explorer
from toymodels.interactive.explorers import (
    SPARSITIES,
    explore_gram,
    explore_samples,
    explore_seeds,
    explore_training,
)
from toymodels.interactive.geometry import explore_formation, explore_odd_one, explore_space
from toymodels.interactive.phase_change import explore_phase_change
from toymodels.interactive.playground import Playground
from toymodels.interactive.recovered import explore_bond, explore_penalty
from toymodels.interactive.round_trips import (
    explore_columns,
    explore_directions,
    explore_round_trip,
    explore_shadow,
    explore_shared_number,
)
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
from toymodels.models import (
    LinearModel,
    ReLUModel,
    ReLUOutputModel,
    SparseAutoencoder,
    TiedAutoencoder,
)
from toymodels.plots import (
    plot_active_counts,
    plot_bias,
    plot_directions,
    plot_feature_norms,
    plot_gram,
    plot_loss,
    plot_per_feature,
    plot_phases,
    plot_position,
    plot_round_trip,
    plot_samples,
    plot_space,
)
from toymodels.recovery import (
    match_directions,
    recovery,
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

__version__ = "1.1.0"
