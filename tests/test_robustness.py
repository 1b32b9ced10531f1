"""Attacks: closed forms for linear models and for an opposite pair, and a search by brute force."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import toymodels as tm


def length_of_move(model, x, nudge):
    """How far the answer moves, (..., batch)."""
    with torch.no_grad():
        return (model(x + nudge) - model(x)).norm(dim=-1)


def weights(seed, *shape):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.standard_normal(shape)).float() * 0.6


def polygon(n, radius=1.0):
    angle = torch.arange(n) * 2 * torch.pi / n
    return radius * torch.stack([angle.cos(), angle.sin()])


@pytest.mark.parametrize("size", [0.003, 0.7, 12.0])
def test_a_linear_models_answer_moves_by_the_largest_eigenvalue_in_each_copy(size):
    W = weights(0, 4, 3, 7)
    model = tm.LinearModel.from_weights(W, weights(1, 4, 7))
    x = weights(2, 4, 5, 7)
    nudge = tm.attack(model, x, size)
    assert nudge.shape == (4, 5, 7)
    largest = np.linalg.eigvalsh((W.mT @ W).numpy().astype(float))[:, -1]
    moves = length_of_move(model, x, nudge).numpy()
    np.testing.assert_allclose(moves, size * largest[:, None].repeat(5, axis=1), rtol=1e-3)


@pytest.mark.parametrize("n", [3, 5, 8])
def test_in_an_even_shape_that_is_one_over_the_dimensionality(n):
    W = polygon(n, 1.3)
    model, empty = tm.LinearModel.from_weights(W), torch.zeros(1, n)
    moved = length_of_move(model, empty, tm.attack(model, empty, 0.2))
    D = tm.feature_dimensionality(W)[0]
    assert moved.item() == pytest.approx(0.2 * 1.3**2 / D.item(), rel=1e-4)


@pytest.mark.parametrize("x", [[0.0, 0.0], [0.6, 0.0], [0.4, 0.4], [0.0, 0.9]])
def test_an_opposite_pair_with_a_relu_moves_by_the_root_of_two(x):
    model = tm.ReLUOutputModel.from_weights([[1.0, -1.0]])
    x = torch.tensor(x)
    nudge = tm.attack(model, x, 0.3)
    assert nudge.shape == (2,)
    assert length_of_move(model, x, nudge).item() == pytest.approx(0.3 * 2**0.5, rel=1e-3)


def farthest_by_brute_force(model, x, size, angles=7200):
    """With two hidden numbers, every nudge that matters is W^T times a point of a circle."""
    W = model.W.detach().double()
    b = model.b.detach().double()
    around = torch.linspace(0, 2 * torch.pi, angles, dtype=torch.float64)
    z = torch.stack([around.cos(), around.sin()])
    nudges = torch.nn.functional.normalize((W.mT @ z).mT, dim=-1) * size  # (angles, n)
    x = x.double().unsqueeze(-2)  # (batch, 1, n)
    G = W.mT @ W
    return ((((x + nudges) @ G + b).relu() - (x @ G + b).relu()).norm(dim=-1)).amax(dim=-1)


@pytest.mark.parametrize("size", [0.05, 0.14, 0.4, 1.5])
@pytest.mark.parametrize("seed", range(4))
def test_no_nudge_on_the_whole_circle_moves_the_answer_farther(seed, size):
    W = polygon(5, 1.1) if seed == 0 else weights(seed, 2, 6)
    n = W.shape[1]
    model = tm.ReLUOutputModel.from_weights(W, -0.05 - 0.1 * weights(seed, n).abs())
    x = tm.SparseFeatures(n, 0.7).sample(40, np.random.default_rng(seed))
    found = length_of_move(model, x, tm.attack(model, x, size)).double()
    best = farthest_by_brute_force(model, x, size)
    assert (found <= best * (1 + 1e-4) + 1e-6).all()
    assert (found >= 0.97 * best - 1e-6).all() and found.sum() > 0.995 * best.sum()


def test_an_empty_sample_is_moved_from_the_exact_length_on():
    """An output opens where size times the length of its row of W^T W exceeds what closes it."""
    W = polygon(5, 1.1) * torch.tensor([1.0, 1.1, 0.9, 1.0, 1.2])
    b = -torch.tensor([0.2, 0.3, 0.25, 0.35, 0.3])
    model = tm.ReLUOutputModel.from_weights(W, b)
    first = (b.abs() / (W.mT @ W).norm(dim=-1)).min().item()
    empty = torch.zeros(1, 5)
    assert not tm.attack(model, empty, 0.99 * first).any()
    assert length_of_move(model, empty, tm.attack(model, empty, 1.01 * first)) > 0
    alone = torch.tensor([[1.0, 0, 0, 0, 0]])  # its output is open, and no bias protects it
    assert length_of_move(model, alone, tm.attack(model, alone, 0.01)) > 0.01


@given(
    seed=st.integers(0, 10_000),
    size=st.floats(1e-3, 10),
    n=st.integers(2, 7),
    kind=st.sampled_from([tm.LinearModel, tm.ReLUOutputModel]),
)
def test_it_is_never_longer_than_allowed_and_no_move_beats_the_linear_bound(seed, size, n, kind):
    W = weights(seed, 2, min(n, 3), n)
    model = kind.from_weights(W, 0.3 * weights(seed + 1, 2, n))
    x = weights(seed + 2, 4, n)  # the same rows for both copies
    nudge = tm.attack(model, x, size)
    assert nudge.shape == (2, 4, n) and nudge.isfinite().all()
    assert (nudge.norm(dim=-1) <= size * (1 + 1e-5)).all()
    bound = torch.linalg.eigvalsh(W.double().mT @ W.double())[:, -1:] * size
    assert (length_of_move(model, x, nudge) <= bound * (1 + 1e-3) + 1e-5).all()


def test_each_sample_and_each_copy_has_the_nudge_that_it_has_alone():
    model = tm.ReLUOutputModel.from_weights(weights(5, 3, 2, 5), -0.1)
    x = tm.SparseFeatures(5, 0.6).sample(4, np.random.default_rng(0))
    together = tm.attack(model, x, 0.4)
    for k in range(3):
        for i in range(4):
            torch.testing.assert_close(together[k, i], tm.attack(model[k], x[i], 0.4))


def test_the_model_stays_as_it_is_and_no_gradient_is_kept():
    model = tm.ReLUOutputModel(6, 2, seed=0)
    before = model.W.detach().clone()
    nudge = tm.attack(model, torch.rand(3, 6), 0.2)
    assert not nudge.requires_grad and model.W.grad is None
    assert torch.equal(model.W, before)


def test_a_model_without_arrows_has_nothing_to_move():
    model = tm.ReLUOutputModel.from_weights(torch.zeros(2, 4), 0.3)
    assert not tm.attack(model, torch.rand(3, 4), 0.5).any()
