"""What makes training quick: one thread, Adam in NumPy, gradients written out.

Two ways to the same numbers, each with `gradients(rng)`, which draws a batch and returns its loss,
and `update(lr)`, which takes a step of Adam: `Autograd` for any model, data and loss, and
`WrittenOut`, several times as fast, for the ones that it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache, partial

import numpy as np
import torch
from threadpoolctl import LibController, ThreadpoolController
from torch import Tensor, nn

from toymodels import _require as require
from toymodels.data import FLOAT32, Data, SparseFeatures
from toymodels.models import TiedAutoencoder, computes_as_tied, identity

EPSILON = 1e-8  # Adam's, added to a root so that nothing is divided by zero


@cache
def _blas() -> list[LibController]:
    """The libraries that multiply NumPy's matrices; looked up once, which takes 20 ms."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


@contextmanager
def one_thread():
    """Have PyTorch and NumPy compute on one thread.

    Small tensors are done before a second thread has woken up, and on a busy machine the threads
    wait for each other. Measured on two cores beside busy loops, a step at n = 200 took fifteen
    times as long with NumPy's two threads as with one; idle, two threads save a third at most.
    """
    torch_threads = torch.get_num_threads()
    blas_threads = [library.get_num_threads() for library in _blas()]
    torch.set_num_threads(1)
    for library in _blas():  # threadpoolctl's own context takes 50 microseconds, this 3
        library.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(torch_threads)
        for library, threads in zip(_blas(), blas_threads, strict=True):
            library.set_num_threads(threads)


@contextmanager
def recording_gradients():
    """Gradients as always, though the caller may stand in torch.no_grad() or inference_mode()."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


class Adam:
    """Adam in NumPy: the numbers of torch.optim.Adam, without its 0.1 ms a step.

    That would be as much again as all the rest of a single model's step.

    Args:
        shapes: of the values that are trained.
        betas: decay of the running means of gradient and squared gradient, each in [0, 1).
    Source: Kingma and Ba 2015, "Adam: A method for stochastic optimization".
    """

    def __init__(self, shapes: list[tuple], betas: tuple[float, float]):
        self.beta1, self.beta2 = betas
        self.means = [np.zeros(shape, np.float32) for shape in shapes]
        self.squares = [np.zeros(shape, np.float32) for shape in shapes]
        self.steps_taken = 0

    def step(self, values: list[np.ndarray], gradients: list, lr: float) -> None:
        """Move every value that has a gradient, in place; None: it has none."""
        self.steps_taken += 1
        rate = lr / (1 - self.beta1**self.steps_taken)  # the means start at 0: divided out again
        root = (1 - self.beta2**self.steps_taken) ** -0.5
        moments = zip(self.means, self.squares, strict=True)
        for value, gradient, (mean, square) in zip(values, gradients, moments, strict=True):
            if gradient is None:
                continue
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient * gradient - square)
            step = np.sqrt(square)
            step *= root
            step += EPSILON
            np.divide(mean, step, out=step)
            step *= rate
            value -= step


class Autograd:
    """Any model, data and loss, by PyTorch's automatic differentiation.

    Args:
        loss: (model, x) -> () or (copies,).
    """

    def __init__(
        self,
        model: nn.Module,
        data: Data,
        loss: Callable[[nn.Module, Tensor], Tensor],
        batch_size: int,
        betas: tuple[float, float],
    ):
        self.model = model
        self.data = data
        self.loss = loss
        self.batch_size = batch_size
        trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.names = list(trained)
        self.adam = Adam([p.shape for p in trained.values()], betas)

    def gradients(self, rng: np.random.Generator) -> Tensor:
        """Draw a batch and return its loss, () or (copies,); keep the gradients for `update`."""
        with recording_gradients():
            x = self.data.sample(self.batch_size, rng)
            self.x = require.batch(x, self.data, self.batch_size)
            self.model.zero_grad()
            try:
                loss = require.loss(self.loss(self.model, self.x))
            except (AttributeError, TypeError) as error:
                error.add_note("Training calls loss(model, x) with the model and a batch of data.")
                raise
            loss.sum().backward()  # copies share no weights: the sum's gradient is each copy's own
            return loss.detach()

    def data_are_finite(self) -> bool:
        """Whether the last batch held no NaN and no infinity."""
        return bool(self.x.isfinite().all())

    def update(self, lr: float) -> None:
        """Take a step of Adam."""
        now = dict(self.model.named_parameters())  # they may have been set anew between two steps
        parameters = [now[name] for name in self.names]
        values = [p.detach().numpy() for p in parameters]
        gradients = [None if p.grad is None else p.grad.numpy() for p in parameters]
        self.adam.step(values, gradients, lr)


class WrittenOut:
    """A tied model on sparse features with the usual loss: five matrix products, without autograd.

    Everything lies as (copies, rows, batch) in memory that is taken once, here. The bias is a last
    row of W, and the hidden state has a last row of ones: Wb^T [h, 1] = W^T h + b.

    Args:
        importance: (n,) or (copies, n), float32; may be changed in place while the model trains.
    """

    def __init__(
        self,
        model: TiedAutoencoder,
        data: SparseFeatures,
        importance: Tensor,
        batch_size: int,
        betas: tuple[float, float],
    ):
        copies = model.copies or 1
        n = model.n
        m = model.m

        def empty(*shape):
            return torch.empty(copies, *shape, **FLOAT32)

        self.model = model
        self.data = data
        self.relu_hidden = model.hidden is torch.relu
        self.relu_output = model.output is torch.relu
        self.numbers = np.empty((n, batch_size), np.float32)
        self.u = torch.from_numpy(self.numbers).mT  # (batch, n), the same memory
        self.X = empty(n, batch_size)
        self.H1 = empty(m + 1, batch_size).fill_(1)  # hidden state and the row of ones
        self.H = self.H1[:, :-1]
        self.X_hat = empty(n, batch_size)
        self.R = empty(n, batch_size)  # residual X_hat - X
        self.dH = empty(m, batch_size)
        self.Wb = empty(m + 1, n)
        self.Wb_of_W = self.Wb[:, :-1]
        self.W_as_models = self.Wb_of_W.view_as(model.W)  # no axis of copies, if it has none
        self.b_as_models = self.Wb[:, -1].view_as(model.b)
        self.weighted_W = empty(m, n)
        self.dWb = empty(m + 1, n)  # gradient on the way out
        self.dWb_of_W = self.dWb[:, :-1]
        self.dWb_numbers = self.dWb.numpy()
        self.dW = empty(m, n)  # gradient on the way in
        self.importance = importance.numpy()  # (n,) or (copies, n)
        self.slope = np.empty_like(self.importance)  # of the loss, in units of the residual
        self.slope_per_row = torch.from_numpy(self.slope).unsqueeze(-2)  # (..., 1, n), same memory
        self.slope_of_one = 2 / (n * batch_size)
        self.loss_shape = model.b.shape[:-1]
        self.adam = Adam([self.Wb.shape], betas)
        self.Wb_numbers = self.Wb.numpy()
        self._make_products()

    def _make_products(self):
        """The five matrix products; made anew when the sparsity was set anew.

        In groups of copies that share their samples, (groups, copies of each, rows, batch).
        """
        self.distinct = self.data.distinct
        self.groups = self.distinct.copies
        groups = self.groups or 1

        def grouped(values: Tensor) -> Tensor:
            return values.view(groups, -1, *values.shape[1:])

        X = self.X[:groups] if self.groups else self.X[0]
        self.x = X.mT  # as data have it: (groups, batch, n) or (batch, n)
        self.X_each = self.X[:groups].unsqueeze(1)  # (groups, 1, n, batch)
        self.X_hat_grouped = grouped(self.X_hat)
        self.R_grouped = grouped(self.R)
        self.hidden_product = _product(
            grouped(self.Wb)[:, :, :-1], self.X_each, grouped(self.H1)[:, :, :-1]
        )
        self.output_product = _product(self.Wb.mT, self.H1, self.X_hat)
        self.back_product = _product(self.weighted_W, self.R, self.dH)
        self.way_out_product = _product(self.H1, self.R.mT, self.dWb)
        self.way_in_product = _product(grouped(self.dH), self.X_each.mT, grouped(self.dW))

    @staticmethod
    def fits(model: nn.Module, data: Data) -> bool:
        """Whether model and data are computed as here.

        Tied, with ReLU or nothing as its functions, on sparse features. Hooks, overridden methods
        and parametrized weights are autograd's.
        """
        return (
            computes_as_tied(model)
            and isinstance(data, SparseFeatures)
            and (type(data).sample, type(data).from_uniform)
            == (SparseFeatures.sample, SparseFeatures.from_uniform)
            and not {"sample", "from_uniform"} & vars(data).keys()
            and not (model._forward_hooks or model._forward_pre_hooks)
            and not (model._backward_hooks or model._backward_pre_hooks)
            and not (model.W._backward_hooks or model.b._backward_hooks)
            and model.hidden in (identity, torch.relu)
            and model.output in (identity, torch.relu)
        )

    def _weights(self) -> tuple[nn.Parameter, nn.Parameter]:
        """W and b as the model has them now: they may be set anew between two steps."""
        parameters = self.model._parameters  # model.W asks a function, which takes a microsecond
        return parameters["W"], parameters["b"]

    def gradients(self, rng: np.random.Generator) -> Tensor:
        """Draw a batch and return its loss, () or (copies,); keep the gradients for `update`."""
        distinct = self.data.distinct
        if distinct is not self.distinct or distinct.copies != self.groups:
            self._make_products()
        rng.random(out=self.numbers, dtype=np.float32)
        self.distinct.from_uniform(self.u, out=self.x)
        W, b = self._weights()
        self.W_as_models.copy_(W.data)
        self.b_as_models.copy_(b.data)
        self.hidden_product()  # H = W X
        if self.relu_hidden:
            self.H.relu_()
        self.output_product()  # X_hat = W^T H + b
        if self.relu_output:
            self.X_hat.relu_()
        torch.sub(self.X_hat_grouped, self.X_each, out=self.R_grouped)
        np.multiply(self.importance, self.slope_of_one, out=self.slope)
        norms = torch.linalg.vector_norm(self.R, dim=-1).numpy()  # (copies, n), of the residuals
        loss = (norms * norms * self.slope).sum(axis=-1) / 2  # (copies,)
        self._back()
        return torch.from_numpy(loss.reshape(self.loss_shape))

    def _back(self) -> None:
        """The gradients, from the residuals and the loss's slope."""
        if self.relu_output:
            _pass_where_positive(self.R, self.X_hat)
        torch.mul(self.Wb_of_W, self.slope_per_row, out=self.weighted_W)
        self.back_product()  # dH = (slope W) R
        if self.relu_hidden:
            _pass_where_positive(self.dH, self.H)
        self.way_out_product()  # dWb = [H, 1] R^T
        self.way_in_product()  # dW = dH X^T
        self.dWb.mul_(self.slope_per_row)
        self.dWb_of_W.add_(self.dW)

    def data_are_finite(self) -> bool:
        """Whether the last batch held no NaN: sparse features never do."""
        return True

    def update(self, lr: float) -> None:
        """Take a step of Adam."""
        self.adam.step([self.Wb_numbers], [self.dWb_numbers], lr)
        W, b = self._weights()
        if W.requires_grad:
            W.data.copy_(self.W_as_models)
        if b.requires_grad:
            b.data.copy_(self.b_as_models)


def _product(A: Tensor, B: Tensor, out: Tensor) -> Callable[[], object]:
    """A @ B into out. With so few rows NumPy takes half of torch.bmm's time (measured).

    Where the batch is summed over the two are equally quick, and NumPy it is there, too: the sums
    of a copy would else be rounded differently when it shares its samples with others.
    """
    return partial(np.matmul, A.numpy(), B.numpy(), out=out.numpy())


# Looked up once: that takes a microsecond
_threshold = torch.ops.aten.threshold_backward.grad_input


def _pass_where_positive(gradient: Tensor, activation: Tensor) -> None:
    """The ReLU's derivative, in place: the gradient where the activation is above 0, else 0."""
    _threshold(gradient, activation, 0, grad_input=gradient)
