"""What to measure on a trained W, whose column i belongs to feature i.

W is (..., m, n), float, with m at most n, or a ValueError is raised. Leading axes are separate
models. No gradient passes through these functions, so a term of your own loss must be written out.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._engine import one_thread
from toymodels.data import Data
from toymodels.training import draw, reconstruction

# Samples at once: small enough for the cache with many copies, and always the same, so that the
# random numbers do not depend on the number of copies
PIECE = 256


def gram(W: Tensor) -> Tensor:
    """W^T W, (..., n, n). Entry (i, j) is what feature j adds to feature i before bias and ReLU.

    The diagonal holds |W_i|^2, near 1 if feature i survives the round trip and 0 if it is dropped.
    Off the diagonal, W_i . W_j says how features i and j mix.
    """
    W = require.weights("W", W)
    return W.mT @ W


def feature_norms(W: Tensor) -> Tensor:
    """|W_i|, (..., n), the length of each direction. 1: fully represented; 0: not at all."""
    return require.weights("W", W).norm(dim=-2)


def interference(W: Tensor) -> Tensor:
    """How much other features write on feature i's direction: sum_{j != i} (W_i/|W_i| . W_j)^2.

    0 means that the feature has its direction to itself. 1 means that the others are as strong as
    the feature itself, as in an opposite pair of unit length.

    Returns:
        (..., n), no unit, not negative, and 0 for a feature that is not represented.
    Source: Elhage et al. 2022, "Demonstrating Superposition".
    """
    squared = gram(W).square()
    own = squared.diagonal(dim1=-2, dim2=-1)  # |W_i|^4
    others = (squared.sum(dim=-1) - own).clamp_min(0)
    return others / own.sqrt().clamp_min(torch.finfo(own.dtype).tiny)


def feature_dimensionality(W: Tensor) -> Tensor:
    """Fraction of a hidden dimension that each feature has to itself.

    D_i = |W_i|^2 / sum_j (W_i/|W_i| . W_j)^2.
    1: a direction of its own; 1/2: in an opposite pair; 2/5: in a pentagon; 0: not represented.
    The sum over i is at most the rank of W.

    Returns:
        (..., n), no unit, each in [0, 1].
    Source: Elhage et al. 2022, "The Geometry of Superposition".
    """
    W = require.weights("W", W)
    largest = W.abs().amax(dim=(-2, -1), keepdim=True).clamp_min(torch.finfo(W.dtype).tiny)
    scaled = W / largest
    squared = (scaled.mT @ scaled).square()  # (..., n, n), no under- or overflow
    own = squared.diagonal(dim1=-2, dim2=-1)
    return own / squared.sum(dim=-1).clamp_min(torch.finfo(W.dtype).tiny)


def dimensions_per_feature(W: Tensor) -> Tensor:
    """Hidden dimensions per represented feature, m / |W|_F^2, one number for each model: (...).

    1: each dimension holds one feature; 1/2: two features share each dimension; inf: W is zero.

    Source: Elhage et al. 2022, "The Geometry of Superposition".
    """
    W = require.weights("W", W)
    return W.shape[-2] / W.square().sum(dim=(-2, -1))


def n_represented(W: Tensor, threshold: float = 0.5) -> Tensor:
    """How many features have a direction longer than threshold, one whole number per model."""
    return (feature_norms(W) > require.positive("threshold", threshold)).sum(dim=-1)


def feature_phases(W: Tensor, threshold: float = 0.5) -> Tensor:
    """The phase of each feature: 0 not represented, 1 in superposition, 2 a dimension of its own.

    A feature has phase 0 if its direction is not longer than threshold. It has phase 2 if it is
    longer and its dimensionality is above 3/4, half-way between an opposite pair's 1/2 and a whole
    dimension. Otherwise it has phase 1.

    Returns:
        (..., n), whole numbers.
    Source: the three phases of Elhage et al. 2022, "Superposition as a Phase Change"; the two
        thresholds are ours.
    """
    kept = feature_norms(W) > require.positive("threshold", threshold)  # (..., n)
    own = feature_dimensionality(W) > 3 / 4
    return kept.long() + (kept & own).long()


@torch.no_grad()
def feature_loss(model: nn.Module, data: Data, samples: int = 65_536, seed: int = 0) -> Tensor:
    """Mean squared error of each feature on fresh data, without importance.

    It is E (x_i - x_hat_i)^2: 0 for a perfect reconstruction, and the feature's variance for a
    model that answers every sample with its mean. `mean_loss` is its weighted mean.

    Args:
        model: maps (..., batch, n) to (..., batch, n). A module with dropout is measured as it is,
            so call `model.eval()` first.
        data: `SparseFeatures`, or any other `Data`, the same for all copies or one for each.
        samples: how many are drawn. The error falls with their square root. seed: of the data.
    Returns:
        (..., n) float64, in squared units of x.
    """
    samples = require.whole_number("samples", samples)
    rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
    require.module(model)
    require.data(data)
    require.fits(model, data)
    total = 0
    with one_thread():
        for start in range(0, samples, PIECE):
            size = min(PIECE, samples - start)
            x = draw(data, size, rng)
            x_hat = reconstruction(model, x)
            total = total + (x - x_hat).square().sum(dim=-2, dtype=torch.float64)  # (..., n)
    return total / samples


def mean_loss(
    model: nn.Module, data: Data, importance=None, samples: int = 65_536, seed: int = 0
) -> Tensor:
    """The loss that is trained on, measured on fresh data: the mean of I_i E (x_i - x_hat_i)^2.

    Importance is (n,) or (copies, n), not negative. None: all 1. The rest is as in `feature_loss`.
    Returns () or (copies,) float64, in squared units of x.
    """
    require.data(data)
    importance = require.importance(importance, data.n, require.copies(model, data))
    return (importance * feature_loss(model, data, samples, seed)).mean(dim=-1)
