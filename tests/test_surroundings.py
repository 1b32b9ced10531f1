"""Results do not depend on what a notebook has set before: default dtype, no_grad, inference_mode."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

import toymodels as tm


@contextmanager
def double_precision():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


SURROUNDINGS = [double_precision, torch.no_grad, torch.inference_mode]


class Untied(nn.Module):
    """A student's own module: trained through autograd."""

    def __init__(self):
        super().__init__()
        with torch.inference_mode(False):
            generator = torch.Generator().manual_seed(0)
            self.encoder = nn.Parameter(torch.randn(3, 2, generator=generator, dtype=torch.float32))
            self.decoder = nn.Parameter(torch.randn(2, 3, generator=generator, dtype=torch.float32))

    def forward(self, x):
        return torch.relu(x @ self.encoder @ self.decoder)


def trained(make):
    model, features = make(), tm.SparseFeatures(3, [0.1, 0.9] if make is not Untied else 0.5)
    history = tm.train(
        model, features, steps=30, batch_size=16, snapshots=4 * (make is not Untied), progress=False
    )
    parameters = [parameter.detach().clone() for parameter in model.parameters()]
    return [*parameters, history.loss, tm.feature_loss(model, features, samples=700)]


def swept():
    result = tm.sweep(
        tm.ReLUModel, 3, 2, [0.1, 0.9], seeds=2, steps=30, samples=500, progress=False
    )
    return [result.loss, result.W, result.b]


def exact():
    model, features = tm.LinearModel(3, 2, seed=0), tm.SparseFeatures(3, 0.5)
    importance = tm.linear_importance(3)
    return [
        importance,
        tm.linear_loss(model, features, importance),
        tm.linear_optimum(2, features),
        tm.gram(model.W),
    ]


@pytest.mark.parametrize("surrounding", SURROUNDINGS)
@pytest.mark.parametrize(
    "work",
    [
        lambda: trained(lambda: tm.ReLUOutputModel(3, 2, copies=2, seed=0)),
        lambda: trained(lambda: tm.TiedAutoencoder(3, 2, copies=2, seed=0, hidden=torch.tanh)),
        lambda: trained(Untied),
        swept,
        exact,
        lambda: [tm.SparseFeatures(3, 0.5).sample(20, np.random.default_rng(0))],
    ],
    ids=["written-out gradients", "autograd", "own module", "sweep", "exact", "samples"],
)
def test_results_are_the_same(surrounding, work):
    expected = work()
    with surrounding():
        got = work()
    for one, other in zip(got, expected, strict=True):
        assert one.isfinite().all()
        torch.testing.assert_close(one, other, rtol=0, atol=0, check_dtype=False)


def test_a_module_that_can_never_be_trained_is_refused():
    with torch.inference_mode():
        model = nn.Linear(3, 3)
    with pytest.raises(ValueError, match="model must be made outside torch.inference_mode"):
        tm.train(model, tm.SparseFeatures(3, 0.5), progress=False)
