"""Networks that compute the absolute value of every feature, and an exact line for them to beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._copies import single_copy
from toymodels.data import SparseFeatures, generator_of
from toymodels.training import reconstruction

START = 0.3  # of the weights, times one over the root of how many add up: features compete slowly


class SignedFeatures:
    """Independent features, each zero with probability S and otherwise uniform on (-1, 1).

    One uniform draw u decides mask, size and sign. With v = 2u - 1, the sign of x is that of v, and
    its size is what `SparseFeatures` makes of |v|. Copies with different S share the draw.

    Args:
        n: number of features, at least 1.
        sparsity: S in [0, 1], the probability that a feature is zero. With one number, samples are
            (batch, n). With (k,), one for each copy, or (k, n), one for each copy and feature,
            they are (k, batch, n).
    Source: Elhage et al. 2022, "Computing in Superposition".
    """

    def __init__(self, n: int, sparsity):
        self._sizes = SparseFeatures(n, sparsity)
        self.n = self._sizes.n

    @property
    def sparsity(self) -> Tensor:
        """A copy of S, float64: (), (k,) or (k, n). Set S as a whole, even during training."""
        return self._sizes.sparsity

    @sparsity.setter
    def sparsity(self, value):
        self._sizes.sparsity = value

    @property
    def copies(self) -> int | None:
        """Number of copies k, or None when sparsity is one number."""
        return self._sizes.copies

    @property
    def mean(self) -> Tensor:
        """Exact mean of each feature, 0: (n,) or (k, n), float64."""
        return torch.zeros_like(self._sizes.mean)

    @property
    def variance(self) -> Tensor:
        """Exact variance of each feature, (1 - S) / 3: (n,) or (k, n), float64."""
        return 2 * self._sizes.mean / 3

    def sample(self, batch_size: int, rng: np.random.Generator | None = None) -> Tensor:
        """Draw a batch: (batch, n), or (k, batch, n) with copies; float32 in (-1, 1).

        rng is NumPy's generator; None: a new one, seeded by PyTorch's global state.
        """
        rng = generator_of(rng)
        batch_size = require.whole_number("batch_size", batch_size)
        u = rng.random((self.n, batch_size), dtype=np.float32)  # the quickest layout for a product
        return self.from_uniform(torch.from_numpy(u).mT)

    def from_uniform(self, u: Tensor) -> Tensor:
        """Samples from numbers u, (batch, n), uniform on [0, 1)."""
        v = 2 * u - 1
        return self._sizes.from_uniform(v.abs()) * v.sign()

    def __repr__(self) -> str:
        return repr(self._sizes).replace("Sparse", "Signed")


class AbsoluteModel(nn.Module):
    """A network for |x|: y_hat = output(W2 hidden(W1 x) + b), with two ReLUs by default.

    Row k of W1 is what neuron k takes in, and column k of W2 is what it gives to each output. At
    the start W1 is normal with standard deviation 0.3 / sqrt(n), and b is zero. W2 is the absolute
    value of a normal number with standard deviation 0.3 / sqrt(m). If a neuron began with a weight
    of the wrong sign for an output, that output's ReLU might never open. The first weights of copy
    i depend only on n, m, seed and i.

    Train it with `absolute_loss`, because the usual loss would make it answer x.

    Args:
        n, m: features and neurons, each at least 1; m may be larger than n.
        copies, seed: as in `TiedAutoencoder`.
        hidden, output: functions applied to the hidden layer and to the output.
    Attributes:
        W1: (m, n) or (copies, m, n). W2: (n, m) or (copies, n, m). b: (n,) or (copies, n).
    Source: Elhage et al. 2022, "Computing in Superposition". We let W2 start above zero.
    """

    def __init__(
        self,
        n: int,
        m: int,
        copies: int | None = None,
        seed: int | None = None,
        hidden: Callable[[Tensor], Tensor] = torch.relu,
        output: Callable[[Tensor], Tensor] = torch.relu,
    ):
        super().__init__()
        self.n = require.whole_number("n", n)
        self.m = require.whole_number("m", m)
        self.copies = None if copies is None else require.whole_number("copies", copies)
        self.hidden = hidden
        self.output = output
        if seed is None:
            seed = torch.randint(2**31, (), device="cpu").item()
        rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
        # One draw for both layers of a copy: the first k copies of any number are the same
        shape = (self.copies or 1, 2, self.m, self.n)
        normal = START * torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))
        W1 = normal[:, 0] * self.n**-0.5
        W2 = normal[:, 1].abs().mT.contiguous() * self.m**-0.5
        b = torch.zeros_like(W2[..., 0])
        with torch.inference_mode(False):  # else they could never be trained
            self.W1, self.W2, self.b = (
                nn.Parameter((start if self.copies else start[0]).clone()) for start in (W1, W2, b)
            )

    @classmethod
    def from_weights(cls, W1, W2, b=0.0, **options) -> AbsoluteModel:
        """A model made by hand. The numbers are copied.

        Args:
            W1: (m, n), or (copies, m, n). W2: (n, m), or (copies, n, m).
            b: (n,), or (copies, n), or one number for all outputs.
            options: hidden, output.
        """
        W1 = require.matrix("W1", W1)
        W2 = require.matrix("W2", W2)
        if W1.ndim > 3:
            raise ValueError(f"W1 must be (m, n) or (copies, m, n), got shape {tuple(W1.shape)}")
        *copies, m, n = W1.shape
        if W2.shape != (*copies, n, m):
            raise ValueError(f"W2 must have shape {(*copies, n, m)}, got {tuple(W2.shape)}")
        b = require.bias("b", b, n, copies)
        model = cls(n, m, copies=copies[0] if copies else None, seed=0, **options)
        with torch.no_grad():
            for parameter, given in ((model.W1, W1), (model.W2, W2), (model.b, b)):
                parameter.copy_(given)
        return model

    def encode(self, x: Tensor) -> Tensor:
        """The neurons, hidden(W1 x): (..., batch, n) -> (..., batch, m)."""
        require.tensor("x", x, self.W1.dtype)
        if x.shape[-1:] != (self.n,) or (self.copies and x.ndim < 2):
            raise ValueError(f"x must be (..., batch, n = {self.n}), got shape {tuple(x.shape)}")
        if x.ndim == 1:
            return self.hidden(self.W1 @ x)
        return self.hidden(self.W1 @ x.mT).mT  # twice as fast as x W1^T in this layout

    def decode(self, h: Tensor) -> Tensor:
        """The answer, output(W2 h + b): (..., batch, m) -> (..., batch, n)."""
        require.tensor("h", h, self.W2.dtype)
        if h.shape[-1:] != (self.m,):
            raise ValueError(f"h must be (..., batch, m = {self.m}), got shape {tuple(h.shape)}")
        if h.ndim == 1:
            return self.output(self.W2 @ h + self.b)
        return self.output(self.W2 @ h.mT + self.b.unsqueeze(-1)).mT

    def forward(self, x: Tensor) -> Tensor:
        """y_hat: (..., batch, n) -> (..., batch, n)."""
        return self.decode(self.encode(x))

    @torch.no_grad()
    def round_trip(self, x: Tensor) -> list[Tensor]:
        """The five stations of x, (n,): x; h (m,); W2 h (n,); W2 h + b (n,); y_hat (n,)."""
        h = self.encode(x)
        given = self.W2 @ h
        return [x, h, given, given + self.b, self.decode(h)]

    @torch.no_grad()
    def takes_and_gives(self) -> tuple[Tensor, Tensor]:
        """What each neuron takes in and gives out, scaled to a largest input weight of size 1.

        A neuron with inputs c w and outputs v / c gives the same answers for every c > 0, because
        relu(c z) = c relu(z). Here c is chosen so that neurons can be compared.

        Returns:
            takes: (..., m, n), row k: W1 of neuron k over its largest size; 0 for a dead neuron.
            gives: (..., n, m), column k: W2 of neuron k times the same number.
        """
        largest = self.W1.abs().amax(dim=-1)  # (..., m)
        takes = self.W1 / largest.clamp_min(torch.finfo(largest.dtype).tiny).unsqueeze(-1)
        return takes, self.W2 * largest.unsqueeze(-2)

    def __getitem__(self, i: int) -> AbsoluteModel:
        """Copy i as a single model with its own weights; changing it leaves this one alone."""
        return single_copy(self, i)

    def extra_repr(self) -> str:
        return f"n={self.n}, m={self.m}" + (f", copies={self.copies}" if self.copies else "")


def absolute_loss(importance=None) -> Callable[[nn.Module, Tensor], Tensor]:
    """The loss of a model that should answer |x|, in the form that `train` and `sweep` take.

    It is the mean over batch and features of I_i (|x_i| - y_hat_i)^2.

    Args:
        importance: (n,) or (copies, n), not negative; None: all 1.
    Returns:
        A function of (model, x) that returns () or (copies,), in squared units of x.
    """
    if importance is not None:
        weights = require.numbers("importance", importance, torch.float32)
        shape = tuple(weights.shape)
        if len(shape) not in {1, 2} or not all(shape):
            raise ValueError(f"importance must be (n,) or (copies, n), got shape {shape}")
        importance = require.importance(weights, shape[-1], shape[0])

    def loss(model: nn.Module, x: Tensor) -> Tensor:
        error = (x.abs() - reconstruction(model, x)).square().mean(dim=-2)  # (..., n)
        return (error if importance is None else importance * error).mean(dim=-1)

    return loss


def one_feature_loss(m: int, features: SignedFeatures, importance=None) -> Tensor:
    """The least loss on |x| of m neurons that serve one feature each: the line to beat.

    Such a neuron takes in one feature, and gives to the output of that feature only. With
    p = 1 - S the variance of |x| is V = p / 3 - p^2 / 4, and this much of it remains:

    - V with no neuron: the answer is the mean, p / 2;
    - V (1 - g) with one, g = A / (2A + p / 8), A = 1/6 - p/8: it sees one side of zero only;
    - 0 with two, as |x| = relu(x) + relu(-x).

    As g is at most 1/2, the second neuron of a feature removes at least as much as the first. So
    giving one neuron to each of two features is never better than giving both neurons to the
    feature with the larger I V.
    The neurons go in pairs to the features with the largest I V. If m is odd, the last neuron goes
    where it removes most.

    Args:
        m: neurons, at least 0. features: only their n, copies and sparsity matter.
        importance: (n,) or (copies, n), not negative; None: all 1.
    Returns:
        () or (copies,) float64, in squared units of x; a mean over features, as `absolute_loss`.
    """
    m = require.whole_number("m", m, at_least=0)
    if not isinstance(features, SignedFeatures):
        raise TypeError(f"features must be SignedFeatures, got {features!r:.200}")
    importance = require.importance(importance, features.n, features.copies, torch.float64)
    p = 3 * features.variance  # (n,) or (copies, n)
    V = p / 3 - p.square() / 4
    A = 1 / 6 - p / 8
    half_served = A / (2 * A + p / 8)
    costs, order = (importance * V).sort(dim=-1, descending=True)
    served = min(m // 2, features.n)
    loss = costs[..., served:].sum(dim=-1)
    if m % 2 and served < features.n:
        loss = loss - _last_neuron(costs, half_served.expand_as(V).gather(-1, order), served)
    return loss / features.n


def _last_neuron(costs: Tensor, half_served: Tensor, served: int) -> Tensor:
    """What the last of an odd number of neurons removes, beside `served` pairs: (...).

    It serves either a feature without a pair, or a feature whose pair then goes to the next
    feature instead. costs: (..., n), falling. half_served: (..., n), in the same order.
    """
    half = costs * half_served
    without = half[..., served:].amax(dim=-1)
    if not served:
        return without
    swapped = half[..., :served] - costs[..., :served] + costs[..., served : served + 1]
    return torch.maximum(without, swapped.amax(dim=-1))
