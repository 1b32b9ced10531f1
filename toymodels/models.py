"""The three toy models: n features through m hidden dimensions and back by the same weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._copies import single_copy


def identity(x: Tensor) -> Tensor:
    """Return x unchanged: a layer without non-linearity."""
    return x


class TiedAutoencoder(nn.Module):
    """x_hat = output(W^T hidden(W x) + b), with the same W on the way in and on the way out.

    Column i of W is the direction of feature i in the hidden space. `copies` is the number of
    independent models that run side by side. Copy i starts from weights that depend only on n, m,
    seed and i. At the start W is normal with standard deviation sqrt(1 / n), and b is zero.

    Args:
        n, m: features and hidden dimensions, 1 <= m <= n.
        copies: None for a single model, or the number of models side by side.
        seed: a whole number. None: drawn from PyTorch's global random state.
        hidden, output: functions applied to the hidden layer and to the output.
    Attributes:
        W: (m, n) or (copies, m, n). b: (n,) or (copies, n). Both are float32.
    Source: Elhage et al. 2022, "Demonstrating Superposition"; the initial scale is the article's.
    """

    def __init__(
        self,
        n: int,
        m: int,
        copies: int | None = None,
        seed: int | None = None,
        hidden: Callable[[Tensor], Tensor] = identity,
        output: Callable[[Tensor], Tensor] = identity,
    ):
        super().__init__()
        for name in ("hidden", "output"):
            if hasattr(type(self), name):
                own = type(self).__name__
                raise TypeError(f"{own} must not define {name}. Pass it to super().__init__.")
        self.n, self.m = require.size(n, m)
        self.copies = None if copies is None else require.whole_number("copies", copies)
        self.hidden = hidden
        self.output = output
        if seed is None:
            seed = torch.randint(2**31, (), device="cpu").item()
        rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
        # NumPy fills an array in order: the first k copies of any number of copies are the same
        shape = (self.copies or 1, self.m, self.n)
        W = rng.standard_normal(shape, dtype=np.float32) * self.n**-0.5
        b = np.zeros((self.copies or 1, self.n), dtype=np.float32)
        with torch.inference_mode(False):  # else they could never be trained
            self.W = nn.Parameter(torch.from_numpy(W if self.copies else W[0]))  # (..., m, n)
            self.b = nn.Parameter(torch.from_numpy(b if self.copies else b[0]))  # (..., n)

    @classmethod
    def from_weights(cls, W, b=0.0, **options) -> TiedAutoencoder:
        """A model made by hand: `ReLUOutputModel.from_weights(W, b)`. The numbers are copied.

        Args:
            W: (m, n), or (copies, m, n).
            b: (n,), or (copies, n), or one number for all features.
            options: further arguments of the class, such as hidden and output of TiedAutoencoder.
        """
        W = require.weights("W", W)
        if W.ndim > 3:
            raise ValueError(f"W must be (m, n) or (copies, m, n), got shape {tuple(W.shape)}")
        *copies, m, n = W.shape
        b = require.bias("b", b, n, copies)
        model = cls(n, m, copies=copies[0] if copies else None, seed=0, **options)
        given = {"W", "b"} if model.b is not None else {"W"}
        others = [name for name, _ in model.named_parameters() if name not in given]
        if others:
            raise TypeError(
                f"from_weights sets W and b, but {cls.__name__} has {', '.join(others)} as well. "
                "Make a model and copy the numbers into each of its parameters."
            )
        if model.b is None and bool((b != 0).any()):
            raise ValueError(f"b must be 0 for {cls.__name__}, which has no bias")
        with torch.no_grad():
            model.W.copy_(W)
            if model.b is not None:
                model.b.copy_(b)
        return model

    def encode(self, x: Tensor) -> Tensor:
        """Hidden state hidden(W x): (..., batch, n) -> (..., batch, m)."""
        require.tensor("x", x, self.W.dtype)
        if x.shape[-1:] != (self.n,) or (self.copies and x.ndim < 2):
            raise ValueError(f"x must be (..., batch, n = {self.n}), got shape {tuple(x.shape)}")
        if x.ndim == 1:
            return self.hidden(self.W @ x)
        h = (self.W @ x.mT).mT  # ten times as fast as x W^T where x lies feature by feature
        return self.hidden(h)

    def decode(self, h: Tensor) -> Tensor:
        """Reconstruction output(W^T h + b): (..., batch, m) -> (..., batch, n)."""
        require.tensor("h", h, self.W.dtype)
        if h.shape[-1:] != (self.m,):
            raise ValueError(f"h must be (..., batch, m = {self.m}), got shape {tuple(h.shape)}")
        bias = self.b.unsqueeze(-2) if self.copies else self.b  # (copies, 1, n) or (n,)
        return self.output(h @ self.W + bias)

    def forward(self, x: Tensor) -> Tensor:
        """x_hat, the reconstruction of x: (..., batch, n) -> (..., batch, n)."""
        return self.decode(self.encode(x))

    @torch.no_grad()
    def round_trip(self, x: Tensor) -> list[Tensor]:
        """The five stations of x, (n,): x; h (m,); W^T h (n,); W^T h + b (n,); x_hat (n,)."""
        h = self.encode(x)
        back = h @ self.W
        return [x, h, back, back + self.b, self.decode(h)]

    def __getitem__(self, i: int) -> TiedAutoencoder:
        """Copy i as a single model with its own weights. Changing it leaves this one alone.

        Every parameter of a subclass is taken along, and so is every buffer with a leading axis of
        copies. Other buffers serve all copies.
        """
        return single_copy(self, i)

    def extra_repr(self) -> str:
        return f"n={self.n}, m={self.m}" + (f", copies={self.copies}" if self.copies else "")


def computes_as_tied(model: nn.Module) -> bool:
    """Whether the model computes output(W^T hidden(W x) + b), as TiedAutoencoder does.

    Its methods are then TiedAutoencoder's own, and it has W and b. Only then do results hold that
    are derived from W alone.
    """
    methods = ("encode", "decode", "forward", "__call__")
    ours = TiedAutoencoder
    return (
        isinstance(model, ours)
        and not vars(model).keys() & set(methods)
        and all(getattr(type(model), name) is getattr(ours, name) for name in methods)
        and all(model._parameters.get(name) is not None for name in ("W", "b"))
    )


class LinearModel(TiedAutoencoder):
    """x_hat = W^T W x + b. No non-linearity anywhere."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed)


class ReLUModel(TiedAutoencoder):
    """x_hat = relu(W^T relu(W x) + b). The article's model: both layers have a ReLU."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed, hidden=torch.relu, output=torch.relu)


class ReLUOutputModel(TiedAutoencoder):
    """x_hat = relu(W^T W x + b). The paper's model: linear inside, ReLU on the output only."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed, output=torch.relu)
