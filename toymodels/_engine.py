"""What makes training quick: one thread, Adam in NumPy, and gradients written out.

Two classes lead to the same numbers. Each has `gradients(x)`, which returns the loss of a batch,
and `update(lr)`, which takes a step of Adam. `Autograd` works for any model and loss. `WrittenOut`
is several times as fast, and works for the course's models with the usual loss.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache

import numpy as np
import torch
from threadpoolctl import LibController, ThreadpoolController
from torch import Tensor, nn

from toymodels.models import TiedAutoencoder, computes_as_tied, identity

EPSILON = 1e-8  # Adam adds it to a root, so that nothing is divided by zero


@cache
def _blas() -> list[LibController]:
    """The libraries that multiply NumPy's matrices, looked up once, because it takes 20 ms."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


@contextmanager
def one_thread():
    """Have PyTorch and NumPy compute on one thread.

    Work on small tensors is done before a second thread has woken up, and on a busy machine the
    threads wait for each other. On two cores with other busy loops, a step at n = 200 took fifteen
    times as long with two NumPy threads as with one. Idle, two threads save at most a third.
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
    """Record gradients, even if the caller is in torch.no_grad() or inference_mode()."""
    if torch.is_grad_enabled() and not torch.is_inference_mode_enabled():
        yield  # nearly always: to enter both takes 14 microseconds
        return
    with torch.inference_mode(False), torch.enable_grad():
        yield


class Adam:
    """Adam in NumPy, with the numbers of torch.optim.Adam but without its 0.1 ms a step.

    That is as long as all the rest of a single model's step.

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
        """Move in place every value that has a gradient. None: it has none."""
        self.steps_taken += 1
        rate = lr / (1 - self.beta1**self.steps_taken)  # the means start at 0: divided out again
        root = (1 - self.beta2**self.steps_taken) ** -0.5
        moments = zip(self.means, self.squares, strict=True)
        for value, gradient, (mean, square) in zip(values, gradients, moments, strict=True):
            if gradient is None:
                continue
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient * gradient - square)
            change = np.sqrt(square, out=np.empty_like(square))  # an array, also of a scalar
            change *= root
            change += EPSILON
            np.divide(mean, change, out=change)
            change *= rate
            value -= change


class Autograd:
    """Any model, data and loss, by PyTorch's automatic differentiation.

    Args:
        loss: (model, x) -> () or (copies,).
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[[nn.Module, Tensor], Tensor],
        betas: tuple[float, float],
    ):
        self.model = model
        self.loss = loss
        shapes = {name: p.shape for name, p in model.named_parameters()}
        self.names = list(shapes)
        self.adam = Adam(list(shapes.values()), betas)

    def gradients(self, x: Tensor) -> Tensor:
        """Return the loss of a batch, () or (copies,), and keep the gradients for `update`."""
        self.model.zero_grad()
        loss = self.loss(self.model, x)
        loss.sum().backward()  # copies share no weights: the sum's gradient is each copy's own
        return loss.detach()

    def update(self, lr: float) -> None:
        """Take a step of Adam."""
        now = dict(self.model.named_parameters())  # they may have been set anew between two steps
        parameters = [now[name] for name in self.names]
        values = [p.detach().numpy() for p in parameters]
        moving = [p.requires_grad and p.grad is not None for p in parameters]
        gradients = [
            p.grad.numpy() if moves else None for p, moves in zip(parameters, moving, strict=True)
        ]
        self.adam.step(values, gradients, lr)


class WrittenOut:
    """A tied model with the usual loss: five matrix products, no autograd.

    Everything has shape (copies, rows, batch), in memory that is allocated once, here. To allocate
    it at each step would double the time of 21 copies. The bias is the last row of W, and the
    hidden state has a last row of ones, so Wb^T [h, 1] = W^T h + b. That saves a quarter of a
    single model's step. So do NumPy's products, which with so few rows take half of torch.bmm's
    time. The ReLU and its derivative are PyTorch's, which are twice as fast. All of this was
    measured.

    Args:
        importance: (n,) or (copies, n), float32. It may be changed in place while the model trains.
    """

    def __init__(
        self,
        model: TiedAutoencoder,
        importance: Tensor,
        batch_size: int,
        betas: tuple[float, float],
    ):
        def memory(rows: int, columns: int) -> np.ndarray:
            return np.ones((*model.W.shape[:-2], rows, columns), np.float32)

        self.model = model
        self.importance = importance.numpy()
        self.relu_hidden = model.hidden is torch.relu
        self.relu_output = model.output is torch.relu
        self.slope_of_one = np.float32(2 / (model.n * batch_size))
        self.Wb = memory(model.m + 1, model.n)
        self.H1 = memory(model.m + 1, batch_size)
        self.H = self.H1[..., :-1, :]
        self.dH = memory(model.m, batch_size)
        self.X_hat = memory(model.n, batch_size)
        self.R = memory(model.n, batch_size)
        # The same memory as PyTorch's tensors: a view made anew takes 3 microseconds
        self.tensors = [torch.from_numpy(array) for array in (self.H, self.dH, self.X_hat, self.R)]
        self.adam = Adam([self.Wb.shape], betas)

    @staticmethod
    def fits(model: nn.Module) -> bool:
        """Whether the model computes as here: tied, with ReLU or nothing as its functions.

        Models with hooks or parametrized weights are left to autograd.
        """
        hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
        own = ("_backward_hooks", "_post_accumulate_grad_hooks")
        return (
            computes_as_tied(model)
            and all(f in (identity, torch.relu) for f in (model.hidden, model.output))
            and not any(getattr(model, name) for name in hooks)
            and not any(getattr(p, name, None) for p in (model.W, model.b) for name in own)
        )

    def _parameters(self) -> list[nn.Parameter]:
        """W and b as the model has them now, because they may be assigned between two steps."""
        return [self.model._parameters[name] for name in ("W", "b")]

    def gradients(self, x: Tensor) -> Tensor:
        """Return the loss of a batch, () or (copies,), and keep the gradients for `update`."""
        W, b = (parameter.detach().numpy() for parameter in self._parameters())
        Wb, H1, X_hat, R = self.Wb, self.H1, self.X_hat, self.R
        H, dH, X_hat_tensor, R_tensor = self.tensors
        X = x.mT.numpy()  # (n, batch) or (copies, n, batch), as the data are
        slope = self.importance * self.slope_of_one  # of the loss by X_hat, in units of R
        Wb[..., :-1, :] = W
        Wb[..., -1, :] = b

        np.matmul(W, X, out=self.H)
        if self.relu_hidden:
            H.relu_()
        np.matmul(Wb.swapaxes(-1, -2), H1, out=X_hat)
        if self.relu_output:
            X_hat_tensor.relu_()
        np.subtract(X_hat, X, out=R)  # the error; below, what of it passes the output's ReLU
        loss = (np.vecdot(R, R) * slope).sum(axis=-1) / 2

        if self.relu_output:
            _pass_where_positive(R_tensor, X_hat_tensor)
        slope_of_columns = slope[..., None, :]  # (..., 1, n), beside (..., m, n)
        np.matmul(W * slope_of_columns, R, out=self.dH)
        if self.relu_hidden:
            _pass_where_positive(dH, H)
        self.dWb = H1 @ R.swapaxes(-1, -2) * slope_of_columns  # of the way out
        self.dWb[..., :-1, :] += self.dH @ X.swapaxes(-1, -2)  # of the way in
        return torch.from_numpy(np.asarray(loss))

    def update(self, lr: float) -> None:
        """Take a step of Adam."""
        self.adam.step([self.Wb], [self.dWb], lr)
        W, b = self._parameters()
        if W.requires_grad:
            W.detach().numpy()[...] = self.Wb[..., :-1, :]
        if b.requires_grad:
            b.detach().numpy()[...] = self.Wb[..., -1, :]


# Looked up once: that takes a microsecond
_threshold = torch.ops.aten.threshold_backward.grad_input


def _pass_where_positive(gradient: Tensor, activation: Tensor) -> None:
    """The ReLU's derivative, in place: the gradient where the activation is above 0, else 0."""
    _threshold(gradient, activation, 0, grad_input=gradient)
