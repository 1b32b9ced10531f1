"""Features that depend on each other.

Groups that come together, or that exclude each other; and neighbours on a circle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import BELOW_ONE, FLOAT32, generator_of


class GroupedFeatures:
    """Features in groups that come together, or that exclude each other.

    Each feature by itself is as in `SparseFeatures`: zero with probability S, else uniform on
    [0, 1). The bond of a group, from -1 to 1, says how its features depend on each other:

    - c > 0: with probability c one draw makes all of the group active or none. Otherwise each is
      drawn independently. The correlation of being active is c.
    - c < 0: with probability -c at most one of the group is active. Otherwise each is drawn
      independently. The correlation of being active is c p / (1 - p), with p = 1 - S.

    The values of active features are independent of everything else.

    Args:
        n: number of features, at least 1.
        sparsity: S in [0, 1), one number for all features.
        groups: lists of features, 0 ... n-1, each at most once. A feature in none is independent.
        bond: in [-1, 1], one number, (groups,), or (copies, groups) with a row for each copy. Where
            it is negative, the size of the group times p must be at most 1.
    Source: correlated and anti-correlated features of Elhage et al. 2022, "The Geometry of
        Superposition"; the mixture is ours.
    """

    def __init__(self, n: int, sparsity: float, groups: Sequence[Sequence[int]], bond):
        self.n = require.whole_number("n", n)
        if not isinstance(groups, Sequence) or not all(isinstance(g, Sequence) for g in groups):
            raise TypeError(f"groups must be a list of lists of features, got {groups!r:.200}")
        each = [
            require.whole_number("groups' features", i, 0, self.n - 1) for g in groups for i in g
        ]
        if len(set(each)) < len(each):
            raise ValueError(f"groups must hold each feature at most once, got {groups!r:.200}")
        self.groups = [list(map(int, group)) for group in groups]
        S = require.sparsity(sparsity, self.n)
        if S.ndim or S == 1:
            raise ValueError(f"sparsity must be one number in [0, 1) here, got {sparsity!r:.100}")
        self.sparsity = S.item()
        bond = require.numbers("bond", bond, torch.float32)
        self.bond = bond.repeat(len(groups)) if bond.ndim == 0 else bond  # (..., groups)
        if self.bond.ndim > 2 or self.bond.shape[-1] != len(groups):
            allowed = f"one number, ({len(groups)},) or (copies, {len(groups)})"
            raise ValueError(f"bond must be {allowed}, got shape {tuple(self.bond.shape)}")
        if not (self.bond.abs() <= 1).all():
            raise ValueError(f"bond must lie in [-1, 1], got {self.bond.tolist()!r:.100}")
        for group, bonds in zip(self.groups, self.bond.unbind(-1), strict=True):
            if (bonds < 0).any() and len(group) * (1 - self.sparsity) > 1 + 1e-9:
                got = f"got {len(group)} features with 1 - S = {1 - self.sparsity:.3g}"
                raise ValueError(f"groups with a bond below 0 need size (1 - S) at most 1, {got}")
        self._group = torch.full((self.n,), -1, device="cpu")  # of each feature; -1: none
        self._place = torch.zeros(self.n, **FLOAT32)  # in its group, 0, 1, ...
        for g, group in enumerate(self.groups):
            self._group[group] = g
            self._place[group] = torch.arange(len(group), **FLOAT32)

    @property
    def copies(self) -> int | None:
        """Number of copies, or None when all see the same data."""
        return self.bond.shape[0] if self.bond.ndim == 2 else None

    @property
    def mean(self) -> Tensor:
        """Exact mean of each feature, (1 - S) / 2: (n,) or (copies, n), float64."""
        shape = (*self.bond.shape[:-1], self.n)
        return torch.full(shape, (1 - self.sparsity) / 2, dtype=torch.float64, device="cpu")

    def _bond_of_each(self) -> Tensor:
        """(..., n): of the group a feature is in; 0 for one in none."""
        padded = torch.nn.functional.pad(self.bond, (0, 1))  # the last: of no group
        return padded[..., self._group]

    def sample(self, batch_size: int, rng: np.random.Generator | None = None) -> Tensor:
        """Draw a batch: (batch, n), or (copies, batch, n); float32 in [0, 1).

        All copies share the draws. Arguments and errors as in `SparseFeatures.sample`.
        """
        rng = generator_of(rng)
        batch_size = require.whole_number("batch_size", batch_size)
        shape = (batch_size, len(self.groups) + 1)  # the last: of no group, and of no effect
        own = torch.from_numpy(rng.random((batch_size, self.n), dtype=np.float32))
        shared = torch.from_numpy(rng.random(shape, dtype=np.float32))[:, self._group]
        mode = torch.from_numpy(rng.random(shape, dtype=np.float32))[:, self._group]
        p = 1 - self.sparsity
        alone = ((own - self.sparsity) / p).clamp(0, BELOW_ONE)  # there, and how large, by one draw
        first = self._place * p  # of the part of [0, 1) that calls this feature, p wide
        only = own * ((shared >= first) & (shared < first + p))
        together = own * (shared < p)
        bond = self._bond_of_each().unsqueeze(-2)  # (..., 1, n)
        return torch.where(mode < bond, together, torch.where(mode < -bond, only, alone))

    def __repr__(self) -> str:
        return f"GroupedFeatures(n={self.n}, sparsity={self.sparsity:g}, groups={self.groups})"


class Months:
    """Twelve features on a circle: three neighbours, a season, are active, or each by itself.

    With probability c a random season is active and all other months are absent; otherwise each
    month is active by itself with probability 1/4. So each month is active in a quarter of the
    samples, whatever c is. Values of active months are independent and uniform on [0, 1).

    Args:
        c: in [0, 1]: one number, or (copies,), one for each copy.
    Attributes:
        n: 12. season: 3, months in a row. density: 1/4, how often a month is active.
    Source: features that are active together on a circle, after Prieto et al. 2026, "From Data
        Statistics to Feature Geometry"; the mixture is ours.
    """

    n = 12
    season = 3
    density = season / n

    def __init__(self, c):
        self.c = require.numbers("c", c)
        if self.c.ndim > 1:
            raise ValueError(f"c must be one number or (copies,), got shape {tuple(self.c.shape)}")
        if not ((self.c >= 0) & (self.c <= 1)).all():
            raise ValueError(f"c must lie in [0, 1], got {self.c.tolist()!r:.100}")

    @property
    def copies(self) -> int | None:
        """Number of copies, or None when all see the same data."""
        return len(self.c) if self.c.ndim else None

    @property
    def variance(self) -> float:
        """Exact variance of each month, p / 3 - p^2 / 4 with p = 1/4."""
        return self.density / 3 - self.density**2 / 4

    def sample(self, batch_size: int, rng: np.random.Generator | None = None) -> Tensor:
        """Draw a batch: (batch, 12), or (copies, batch, 12); float32 in [0, 1).

        All copies share the draws. Arguments and errors as in `SparseFeatures.sample`.
        """
        rng = generator_of(rng)
        batch_size = require.whole_number("batch_size", batch_size)
        first = rng.integers(0, self.n, (batch_size, 1))
        season = (np.arange(self.n) - first) % self.n < self.season
        alone = rng.random((batch_size, self.n)) < self.density
        decides = rng.random((batch_size, 1)) < self.c.numpy()[..., None, None]
        there = np.where(decides, season, alone)  # (batch, 12), or (copies, batch, 12)
        return torch.from_numpy(there * rng.random((batch_size, self.n), dtype=np.float32))

    def __repr__(self) -> str:
        shown = f"{self.c.item():g}" if self.c.ndim == 0 else f"<{len(self.c)} values>"
        return f"Months(c={shown})"
