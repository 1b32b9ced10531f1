"""Figures shared by chapters and widgets: each draws on `ax` (a new one if None) and returns it.

They depend on none of the reader's matplotlib settings. How they are redrawn: `elements`.
"""

from toymodels.plots.curves import plot_loss, plot_per_feature, plot_position
from toymodels.plots.phases import plot_phases
from toymodels.plots.round_trip import plot_round_trip
from toymodels.plots.samples import plot_active_counts, plot_samples
from toymodels.plots.weights import (
    plot_bias,
    plot_directions,
    plot_feature_norms,
    plot_gram,
    plot_key,
    plot_space,
)
