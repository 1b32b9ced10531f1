"""The three toy models: squeeze n features through m hidden dimensions and back with the same weights."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _validate as check
from toymodels.data import SparseFeatures


def identity(x: Tensor) -> Tensor:
    """Return x unchanged: a layer without non-linearity."""
    return x


@contextmanager
def one_thread():
    """Small tensors are done before a second thread has woken up, and on a busy machine the threads wait
    for each other: measured, two are at best 1.7 times as fast as one, at worst 15 times as slow."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class TiedAutoencoder(nn.Module):
    """x_hat = output(W^T hidden(W x) + b): one matrix W on the way in and, transposed, on the way out.

    Column i of W is the direction of feature i in the hidden space. With `copies`, that many
    independent models run side by side; copy i starts from weights that depend on n, m, seed and i
    only. At the start W is normal with standard deviation sqrt(1 / n) and b is zero.

    Args:
        n, m: features and hidden dimensions, 1 <= m <= n.
        copies: None for a single model, else how many side by side.
        seed: whole number; None: drawn from PyTorch's global random state.
        hidden, output: functions applied to the hidden layer and to the output.
    Attributes:
        W: (m, n) or (copies, m, n), float32.
        b: (n,) or (copies, n), float32.
    Raises:
        TypeError, ValueError: a size is no whole number above 0; m > n; the seed is negative.
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
        self.n, self.m = check.size(n, m)
        self.copies = None if copies is None else check.whole_number("copies", copies)
        self.hidden, self.output = hidden, output
        if seed is None:
            seed = torch.randint(2**31, ()).item()
        # NumPy fills an array in order, so the first k copies of any number of copies are the same
        rng = np.random.default_rng(check.whole_number("seed", seed, at_least=0))
        W = rng.standard_normal((self.copies or 1, self.m, self.n), dtype=np.float32)
        W = torch.from_numpy(W) * self.n**-0.5
        self.W = nn.Parameter(W if self.copies else W[0])  # (..., m, n)
        self.b = nn.Parameter(
            torch.zeros(*W.shape[: -2 if self.copies else 0], self.n, dtype=torch.float32)
        )  # (..., n)

    def encode(self, x: Tensor) -> Tensor:
        """Hidden state hidden(W x): (..., batch, n) -> (..., batch, m)."""
        if x.shape[-1:] != (self.n,) or (self.copies and x.ndim < 2):
            raise ValueError(f"x must be (..., batch, n = {self.n}), got shape {tuple(x.shape)}")
        return self.hidden(x @ self.W.mT)

    def decode(self, h: Tensor) -> Tensor:
        """Reconstruction output(W^T h + b): (..., batch, m) -> (..., batch, n)."""
        bias = self.b.unsqueeze(-2) if self.copies else self.b
        return self.output(h @ self.W + bias)

    def forward(self, x: Tensor) -> Tensor:
        """x_hat, the reconstruction of x: (..., batch, n) -> (..., batch, n)."""
        return self.decode(self.encode(x))

    def __getitem__(self, i: int) -> TiedAutoencoder:
        """Copy i as a single model with its own weights; changing it leaves this one alone."""
        if not self.copies:
            raise TypeError("this is a single model: only a model made with copies=k can be indexed")
        if isinstance(i, bool) or not isinstance(i, int):
            raise TypeError(f"copy index must be one whole number, got {i!r}")
        if not -self.copies <= i < self.copies:
            raise IndexError(f"copy index must be below copies = {self.copies}, got {i}")
        single = copy.deepcopy(self)
        single.copies = None
        single.W = nn.Parameter(self.W[i].detach().clone())
        single.b = nn.Parameter(self.b[i].detach().clone())
        return single

    def extra_repr(self) -> str:
        return f"n={self.n}, m={self.m}" + (f", copies={self.copies}" if self.copies else "")


class LinearModel(TiedAutoencoder):
    """x_hat = W^T W x + b. No non-linearity anywhere."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed)


class ReLUModel(TiedAutoencoder):
    """x_hat = relu(W^T relu(W x) + b). The article's model: ReLU on the hidden layer and the output."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed, hidden=torch.relu, output=torch.relu)


class ReLUOutputModel(TiedAutoencoder):
    """x_hat = relu(W^T W x + b). The paper's model: linear inside, ReLU on the output only."""

    def __init__(self, n: int, m: int, copies: int | None = None, seed: int | None = None):
        super().__init__(n, m, copies, seed, output=torch.relu)


class WrittenOutGradients:
    """Loss and gradients of a tied model in five matrix products, without autograd.

    Calling it with uniform numbers u, (batch, n), makes the samples, sets `model.W.grad` and `model.b.grad`
    to its own memory and returns the loss per copy. Everything is held as (copies, rows, batch), and all
    memory is taken once, here. The bias is one more row of W, the hidden state has one more row, of ones.
    """

    def __init__(self, model: TiedAutoencoder, features: SparseFeatures, batch_size: int):
        self.model, self.features = model, features
        self.relu_hidden, self.relu_output = model.hidden is torch.relu, model.output is torch.relu
        self.gradients = torch.empty_like(model.W).detach(), torch.empty_like(model.b).detach()
        lead, empty = (model.copies or 1, -1), model.W.detach().new_empty
        self.W, self.dW = (t.detach().view(*lead, model.n) for t in (model.W, self.gradients[0]))
        self.b, self.db = (t.detach().view(lead) for t in (model.b, self.gradients[1]))
        k, m, n = self.W.shape
        self.Wb, self.dWb, self.weighted = empty(k, m + 1, n), empty(k, m + 1, n), empty(k, m, n)
        self.H1, self.dH = empty(k, m + 1, batch_size).fill_(1), empty(k, m, batch_size)
        self.X, self.X_hat, self.R = empty(3, k, n, batch_size)
        self._make_products()

    def _make_products(self):
        """The five matrix products. With a handful of rows NumPy's take half of torch.bmm's time where the
        batch is in the result, and a fifth more where it is summed over (measured): so each has its own.
        """

        def product(A, B, out):
            return partial(np.matmul, A.numpy(), B.numpy(), out=out.numpy())

        self.copies = self.features.copies
        X = self.X if self.copies else self.X[0]  # one for all, if the copies' data do not differ
        self.x = X.mT
        W, H = self.Wb[:, :-1], self.H1[:, :-1]
        self.hidden_product = product(W, X, out=H)
        self.output_product = product(self.Wb.mT, self.H1, out=self.X_hat)
        self.back_product = product(self.weighted, self.R, out=self.dH)
        self.way_out_product = partial(torch.bmm, self.H1, self.R.mT, out=self.dWb)
        self.way_in_product = partial(torch.bmm, self.dH, X.expand_as(self.R).mT, out=self.dW)

    @staticmethod
    def fits(model: nn.Module) -> bool:
        """Whether the model is tied, with ReLU or nothing as its functions, and computed as here.

        Hooks, methods put on the instance, parametrized or frozen weights: all that is autograd's.
        """
        ours, cls = TiedAutoencoder, type(model)
        return (
            isinstance(model, ours)
            and {"W", "b"} <= model._parameters.keys()
            and not {"encode", "decode", "forward"} & vars(model).keys()
            and not (model._forward_hooks or model._forward_pre_hooks)
            and not (model._backward_hooks or model._backward_pre_hooks)
            and not (model.W._backward_hooks or model.b._backward_hooks)
            and (cls.encode, cls.decode, cls.forward) == (ours.encode, ours.decode, ours.forward)
            and model.hidden in (identity, torch.relu)
            and model.output in (identity, torch.relu)
            and model.W.requires_grad
            and model.b.requires_grad
        )

    @np.errstate(all="ignore")  # as PyTorch does; the training loop looks at the loss
    def __call__(self, u: Tensor, importance: Tensor) -> Tensor:
        if self.copies != self.features.copies:  # the sparsity was set anew
            self._make_products()
        H, dH, X_hat, R, (_, n, batch) = self.H1[:, :-1], self.dH, self.X_hat, self.R, self.R.shape
        self.Wb[:, :-1], self.Wb[:, -1] = self.W, self.b
        self.features.from_uniform(u, out=self.x)
        self.hidden_product()  # H = W X
        if self.relu_hidden:
            H.relu_()
        self.output_product()  # X_hat = W^T H + b
        if self.relu_output:
            X_hat.relu_()
        torch.sub(X_hat, self.x.mT, out=R)  # residuals
        loss = (importance * torch.linalg.vector_norm(R, dim=-1).square_()).mean(-1) / batch
        if self.relu_output:
            pass_where_positive(R, X_hat)
        weight = (importance * (2 / (n * batch))).unsqueeze(-2)  # d loss / d X_hat = weight * R
        torch.mul(self.W, weight, out=self.weighted)
        self.back_product()  # dH = (weight * W) R
        if self.relu_hidden:
            pass_where_positive(dH, H)
        self.way_out_product()  # R H^T: W and b on the way out ...
        self.way_in_product()  # dH X^T: ... and W on the way in
        self.dWb.mul_(weight)
        self.dW.add_(self.dWb[:, :-1])
        self.db.copy_(self.dWb[:, -1])
        self.model.W.grad, self.model.b.grad = self.gradients  # each time: another run may have set its own
        return loss.view(self.model.b.shape[:-1])


def pass_where_positive(gradient: Tensor, activation: Tensor) -> None:
    """The ReLU's derivative, in place: keep the gradient where the activation is above 0, else 0."""
    torch.ops.aten.threshold_backward.grad_input(gradient, activation, 0, grad_input=gradient)
