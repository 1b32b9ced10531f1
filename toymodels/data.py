"""What the models are trained on: synthetic features, most of them zero most of the time.

In the whole package, an argument that cannot be used raises TypeError or ValueError.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require

BELOW_ONE = 1 - 2**-24  # largest float32 under 1: keeps values in [0, 1) whatever the rounding
SMALLEST_GAP = 2**-25  # taken for 1 - S where S = 1, so that nothing is divided by zero
FLOAT32 = {"dtype": torch.float32, "device": "cpu"}  # whatever the reader's defaults are


@runtime_checkable
class Data(Protocol):
    """What a model can be trained on and measured with: `SparseFeatures`, or a class of your own.

    `theory` also needs its exact `mean` and `variance`, (n,) or (copies, n), except that
    `expected_loss` takes `SparseFeatures` only.

    Attributes:
        n: numbers in a sample, at least 1.
        copies: None, or k if each of the model's k copies sees data of its own.
    """

    n: int
    copies: int | None

    def sample(self, batch_size: int, rng: np.random.Generator) -> Tensor:
        """Draw a batch with random numbers from rng: (batch, n) or (copies, batch, n), float32."""


def linear_importance(n: int, first: float = 1.0, last: float = 0.1) -> Tensor:
    """Importance that falls evenly from the first feature to the last.

    I_i = first + (last - first) * i / (n - 1), i = 0 ... n-1. For n = 1 it is first.

    Args:
        n: at least 1. first, last: weights of the first and last feature in the loss, at least 0.
    Returns:
        (n,) float32.
    """
    n = require.whole_number("n", n)
    ends = require.numbers("first and last", [first, last])
    require.importance(ends, 2, name="first and last")
    first, last = ends.tolist()
    return torch.linspace(first, last, n, **FLOAT32)


class SparseFeatures:
    """Independent features, each zero with probability S and else uniform on [0, 1).

    One uniform draw u gives both mask and value, x = relu((u - S) / (1 - S)). It lands above S with
    probability 1 - S, and then its distance above S, rescaled, is uniform. With S = 0.9 the data
    are 90% zeros. Copies with different S use the same draw u, so they see the same noise. u is
    float32, in steps of 2^-24, so above S = 1 - 1e-5 values are coarse.

    Args:
        n: number of features, at least 1.
        sparsity: S in [0, 1], the probability that a feature is zero. With one number, samples are
            (batch, n). With (k,), one for each copy, or (k, n), one for each copy and feature,
            they are (k, batch, n).
    Source: Elhage et al. 2022, "Demonstrating Superposition".
    """

    def __init__(self, n: int, sparsity):
        self.n = require.whole_number("n", n)
        self.sparsity = sparsity

    @property
    def sparsity(self) -> Tensor:
        """A copy of S, float64: (), (k,) or (k, n). Assign a new S as a whole, even in training."""
        return self._sparsity.clone()

    @sparsity.setter
    def sparsity(self, value):
        S = require.sparsity(value, self.n).clone()
        per_feature = S if S.ndim == 2 else S.unsqueeze(-1)  # (k, n), (k, 1) or (1,)
        self._sparsity = S
        self._density = 1 - per_feature.expand(*S.shape[:1], self.n)  # (k, n) or (n,)
        # (), or (k, 1, 1 or n): beside (batch, n) or (k, batch, n)
        self._shift = S.float() if S.ndim == 0 else per_feature.float().unsqueeze(1)
        self._scale = 1 / (1 - self._shift).clamp_min(SMALLEST_GAP)

    @property
    def copies(self) -> int | None:
        """Number of copies k, or None when sparsity is one number."""
        return self._sparsity.shape[0] if self._sparsity.ndim else None

    @property
    def mean(self) -> Tensor:
        """Exact mean of each feature, (1 - S) / 2: (n,) or (k, n), float64."""
        return self._density / 2

    @property
    def variance(self) -> Tensor:
        """Exact variance of each feature, (1 - S) / 3 - (1 - S)^2 / 4: (n,) or (k, n), float64."""
        return self._density / 3 - self._density.square() / 4

    def sample(self, batch_size: int, rng: np.random.Generator | None = None) -> Tensor:
        """Draw a batch: (batch, n), or (k, batch, n) with copies; float32 in [0, 1).

        rng is NumPy's generator, which draws uniform numbers twice as fast as PyTorch's. None: a
        new one, seeded by PyTorch's global state.
        """
        rng = generator_of(rng)
        batch_size = require.whole_number("batch_size", batch_size)
        # (n, batch): a product with W is three times as fast on numbers that lie so
        u = rng.random((self.n, batch_size), dtype=np.float32)
        return self.from_uniform(torch.from_numpy(u).mT)

    def from_uniform(self, u: Tensor) -> Tensor:
        """x = relu((u - S) / (1 - S)): samples from numbers u, (batch, n), uniform on [0, 1)."""
        return (u - self._shift).mul_(self._scale).clamp_(0, BELOW_ONE)

    def __repr__(self) -> str:
        S = self.sparsity
        shown = f"{S.item():g}" if S.ndim == 0 else f"<{' x '.join(map(str, S.shape))} values>"
        return f"SparseFeatures(n={self.n}, sparsity={shown})"


class Rows:
    """Rows of given data for training a model. A batch is rows drawn at random.

    Args:
        x: (rows, n), finite numbers, stored as float32. With (copies, rows, n) each copy of a model
            has rows of its own, and a batch holds the same row numbers for all of them.
    """

    def __init__(self, x):
        self.x = require.matrix("x", x).float().clone()  # what the reader does to x changes nothing
        if self.x.ndim > 3:
            wanted = "x must be (rows, n) or (copies, rows, n)"
            raise ValueError(f"{wanted}, got shape {tuple(self.x.shape)}")
        bad = (~self.x.isfinite()).nonzero()
        if len(bad):
            place = bad[0].tolist()
            got = f"got {self.x[tuple(place)]} in row {place[-2]}, column {place[-1]}"
            copy = f" of copy {place[0]}" if len(place) == 3 else ""
            raise ValueError(f"x must hold finite numbers, {got}{copy}")
        self.copies = len(self.x) if self.x.ndim == 3 else None
        self.n = self.x.shape[-1]

    def sample(self, batch_size: int, rng: np.random.Generator | None = None) -> Tensor:
        """Draw a batch, with replacement: (batch, n) or (copies, batch, n), float32."""
        rng = generator_of(rng)
        batch_size = require.whole_number("batch_size", batch_size)
        return self.x[..., torch.from_numpy(rng.integers(0, self.x.shape[-2], batch_size)), :]

    def __repr__(self) -> str:
        return f"Rows({' x '.join(map(str, self.x.shape))})"


def generate_synthetic_dataset(
    dim_sample: int, num_sample: int, sparsity: float, seed: int | None = None
) -> np.ndarray:
    """Draw a data set of sparse features, as the article's function does, but without its loop.

    Args:
        dim_sample: features per sample, n. num_sample: samples. Each at least 1.
        sparsity: probability in [0, 1] that a value is zero (0.8: 80% zeros).
        seed: the same seed gives the same data. None gives other data at each call.
    Returns:
        (num_sample, dim_sample) NumPy array, float32, values in [0, 1).
    """
    dim_sample = require.whole_number("dim_sample", dim_sample)
    num_sample = require.whole_number("num_sample", num_sample)
    features = SparseFeatures(dim_sample, sparsity)
    if features.copies:
        raise ValueError("sparsity must be one number here. SparseFeatures takes several.")
    if seed is not None:
        seed = require.whole_number("seed", seed, at_least=0)
    return features.sample(num_sample, np.random.default_rng(seed)).contiguous().numpy()


def generator_of(value) -> np.random.Generator:
    """Return the generator, or for None a new one, seeded by PyTorch's global state."""
    if value is None:
        return np.random.default_rng(torch.randint(2**63 - 1, (), device="cpu").item())
    if not isinstance(value, np.random.Generator):
        got = type(value).__name__
        raise TypeError(f"rng must be NumPy's generator, as np.random.default_rng(0), got {got}")
    return value
