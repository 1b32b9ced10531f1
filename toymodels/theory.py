"""Exact results to compare the trained models with.

In all of this module, `features` is `SparseFeatures` or, except in `expected_loss`, any data with
independent features and their exact mean and variance. These may differ between features and
copies. `importance` is (n,), or (copies, n) if there are copies, and None means 1 for all. A loss
is () or (copies,), float64, in squared units of x.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._engine import one_thread
from toymodels.data import SparseFeatures
from toymodels.models import LinearModel, TiedAutoencoder, computes_as_tied, identity
from toymodels.training import reconstruction

MOST_SAMPLES = 100_000  # of a grid, because more would fill the memory


def linear_loss(model: TiedAutoencoder, features: SparseFeatures, importance=None) -> Tensor:
    """Expected loss of a linear model, computed exactly, without sampling.

    The error of feature i is sum_j (delta_ij - G_ij) x_j - b_i with G = W^T W. The x_j are
    independent, so its mean square is sum_j (delta_ij - G_ij)^2 var_j + (mean error)^2. The loss is
    the mean over i of I_i times that.

    Raises:
        TypeError: model is not a LinearModel or another TiedAutoencoder without non-linearity.
        ValueError: the model and the features differ in n or in copies.
    """
    if not computes_as_tied(model) or not (model.hidden is model.output is identity):
        raise TypeError(f"model must be linear (a LinearModel), got {type(model).__name__}")
    require.moments("features", features)
    require.fits(model, features, "features")
    I = require.importance(importance, model.n, model.copies, torch.float64)
    W = model.W.detach().double()  # (..., m, n)
    b = model.b.detach().double()  # (..., n)
    identity_matrix = torch.eye(model.n, dtype=torch.float64, device="cpu")
    missing = identity_matrix - W.mT @ W  # (..., n, n), not reconstructed
    spread = (missing.square() @ features.variance.unsqueeze(-1)).squeeze(-1)  # (..., n)
    offset = (missing @ features.mean.unsqueeze(-1)).squeeze(-1) - b  # (..., n)
    return (I * (spread + offset.square())).mean(dim=-1)


def linear_optimum(m: int, features: SparseFeatures, importance=None) -> Tensor:
    """Lowest loss that any linear model with m hidden dimensions can reach, computed exactly.

    Keep the m features with the largest I_i var_i, and answer the others with their mean. The loss
    is then the sum of the other I_i var_i, divided by n. No linear model does better. With the best
    bias the loss is |A (1 - G) B|_F^2 / n. Here 1 is the identity, G = W^T W has rank m, and A and
    B are diagonal, with A_ii = sqrt(I_i) and B_ii = sqrt(var_i). By Eckart and Young no matrix of
    rank m, and so no A G B, comes closer to A B than its m largest entries do. A diagonal G with 1
    for each kept feature and 0 for the others attains that, and it is a W^T W.

    Source: Eckart and Young 1936; principal component analysis with weights.
    """
    m, worth = _worth(m, features, importance)
    n = features.n
    dropped = worth.sort(dim=-1).values[..., : n - m]  # (..., n - m), the smallest
    return dropped.sum(dim=-1) / n


def best_linear_model(m: int, features: SparseFeatures, importance=None) -> LinearModel:
    """The model whose loss is `linear_optimum`, with copies if the features have them.

    It keeps the m most valuable features and answers the others with their mean.
    """
    m, worth = _worth(m, features, importance)
    kept = worth.argsort(dim=-1, descending=True, stable=True)[..., :m]  # (..., m)
    empty = worth.new_zeros(*worth.shape[:-1], m, features.n)  # (..., m, n)
    W = empty.scatter(-1, kept.unsqueeze(-1), 1.0)  # row k: the k-th kept feature
    b = features.mean.scatter(-1, kept, 0.0)
    return LinearModel.from_weights(W, b)


def expected_loss(
    model: nn.Module, features: SparseFeatures, importance=None, points: int = 16
) -> Tensor:
    """Expected loss of any model on a few features, without sampling, as an average over a grid.

    Each feature is zero, with probability S, or has one of `points` values in (0, 1) with the
    weights of Gauss's rule. The loss is the average over all (points + 1)^n samples of that kind,
    each weighted by its probability. Gradients pass through, so it can be trained on:
    `train(model, features, loss=lambda model, x: expected_loss(model, features))`.

    For a linear model it is exact to rounding from 2 points on. With a ReLU, whose kink Gauss's
    rule does not know, it is exact to about 1 / points^2.

    Args:
        model: maps (batch, n) to (..., batch, n), with copies as the features have them.
        features: `SparseFeatures`, with a grid of at most 100,000 samples: n up to 3 at 16 points.
    Source: Gauss-Legendre quadrature.
    """
    require.module(model)
    if not isinstance(features, SparseFeatures):
        raise TypeError(f"features must be SparseFeatures, got {type(features).__name__}")
    require.moments("features", features)
    require.fits(model, features, "features")
    points = require.whole_number("points", points)
    n = features.n
    if (points + 1) ** n > MOST_SAMPLES:
        raise ValueError(
            f"points must give a grid of at most {MOST_SAMPLES:,} samples, got {points} points for "
            f"{n} features. (points + 1)^n is {(points + 1) ** n:,}."
        )
    I = require.importance(importance, n, require.copies(model, features))
    places, weights = (torch.from_numpy(array) for array in np.polynomial.legendre.leggauss(points))
    value = (places + 1) / 2
    value = torch.cat([value.new_zeros(1), value]).float()  # (points + 1,), float32 as data
    density = 2 * features.mean.unsqueeze(-1)  # (..., n, 1), the probability of not being zero
    chance = torch.cat([1 - density, density * weights / 2], dim=-1)  # (..., n, points + 1)
    each = torch.arange(points + 1, device="cpu")
    choice = torch.cartesian_prod(*[each] * n).reshape(-1, n)  # (samples, n)
    weight = torch.stack([chance[..., i, choice[:, i]] for i in range(n)]).prod(dim=0)
    x = value[choice]  # (samples, n)
    with one_thread():
        x_hat = reconstruction(model, x)
        error = (I.unsqueeze(-2) * (x - x_hat).square()).mean(dim=-1)
        return (weight * error).sum(dim=-1).to(error.dtype)  # weight, error: (..., samples)


def pair_loss(sparsity) -> Tensor:
    """Mean squared error of each feature of a bare opposite pair: W = [1, -1], b = 0, output ReLU.

    It is p^2 / 6 with p = 1 - S. A feature that is active alone comes back exactly. A collision has
    probability p^2. Then h = x_0 - x_1, so the larger feature comes back too small, by the value of
    the smaller one, and the smaller comes back as 0. Both errors are the smaller of two uniform
    values, whose mean square is 1/6.

    S may have any shape, and the loss, float64, has the same.

    Source: derived in chapter 6; the configuration is in Elhage et al. 2022, "Superposition as a
        Phase Change".
    """
    return _density(sparsity).square() / 6


def triangle_loss(sparsity) -> Tensor:
    """Mean squared error of each feature of a bare triangle, with b = 0 and output ReLU.

    Three unit arrows are 120 degrees apart in two dimensions. The loss is p^2 / 8 + p^3 / 24 with
    p = 1 - S. With one other active feature y, which has probability 2 p (1 - p), the error is
    min(x, y/2), with mean square 1/16. With both others active, which has probability p^2, it is
    min(x, (y + z)/2), with mean square 1/6. All of this counts only if x is active, which gives a
    factor p. Shapes are as in `pair_loss`.

    Source: derived in chapter 5.
    """
    p = _density(sparsity)
    return p.square() / 8 + p**3 / 24


def pair_threshold(ratio) -> Tensor:
    """The sparsity above which a bare opposite pair costs less than keeping one of its features.

    Dropping the less important feature costs p/3 - p^2/4 times its importance I_low. The pair costs
    (I_high + I_low) p^2 / 6. The two are equal at p = 4 q / (2 + 5 q), with q = I_low / I_high, and
    S = 1 - p. Equal features have S = 3/7. A second feature of no importance has S = 1.
    The ratio, of any shape and above 0, is the importance of one feature over the other's, either
    way round. The threshold, float64, has the same shape and is in [3/7, 1).

    Source: derived in chapter 6; the diagram is in Elhage et al. 2022, "Superposition as a Phase
        Change".
    """
    ratio = require.numbers("ratio", ratio)
    if not bool(((ratio > 0) & ratio.isfinite()).all()):
        raise ValueError(f"ratio must be finite and above 0, got {ratio!s:.100}")
    q = torch.minimum(ratio, 1 / ratio)
    return 1 - 4 * q / (2 + 5 * q)


def _density(sparsity) -> Tensor:
    """1 - S, float64, of any shape."""
    S = require.numbers("sparsity", sparsity)
    return 1 - require.sparsity(S.reshape(-1), n=1).reshape(S.shape)


def _worth(m: int, features: SparseFeatures, importance) -> tuple[int, Tensor]:
    """m, checked, and I_i var_i, (..., n): what a feature adds to n times the loss when dropped."""
    require.moments("features", features)
    n, m = require.size(features.n, m)
    I = require.importance(importance, n, features.copies, torch.float64)
    return m, I * features.variance
