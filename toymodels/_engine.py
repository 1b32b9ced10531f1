"""What makes training quick: one thread, Adam in NumPy, gradients written out."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from toymodels.data import SparseFeatures
from toymodels.models import TiedAutoencoder, identity


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


@contextmanager
def recording_gradients():
    """Gradients as always, though the caller may stand in torch.no_grad() or torch.inference_mode()."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


class Adam:
    """Adam in NumPy: the numbers of torch.optim.Adam, without its 0.1 ms a step.

    That would be a third of the training of a single model.

    Source: Kingma and Ba 2015, "Adam: A method for stochastic optimization".
    """

    def __init__(self, parameters: list[nn.Parameter], betas: tuple[float, float] = (0.9, 0.99)):
        self.step_count, self.parameters, self.betas = 0, parameters, betas
        self.moments = [tuple(np.zeros((2, *p.shape), p.detach().numpy().dtype)) for p in parameters]

    @np.errstate(all="ignore")
    def step(self, lr: float) -> None:
        """Move every parameter that has a gradient."""
        self.step_count += 1
        beta1, beta2 = self.betas
        fix1, fix2 = 1 - beta1**self.step_count, 1 - beta2**self.step_count
        for parameter, (mean, square) in zip(self.parameters, self.moments, strict=True):
            if parameter.grad is None:
                continue
            value, gradient = parameter.detach().numpy(), parameter.grad.numpy()
            mean += (1 - beta1) * (gradient - mean)
            square += (1 - beta2) * (gradient * gradient - square)
            value -= lr / fix1 * mean / (np.sqrt(square / fix2) + 1e-8)


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
