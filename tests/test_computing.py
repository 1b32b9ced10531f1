"""Signed features, the model that computes |x|, and the line, against closed forms and brute force."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from torch.testing import assert_close

import toymodels as tm

IDENTITY = torch.nn.Identity()


def rng(seed=0):
    return np.random.default_rng(seed)


def made_by_hand(copies=None, seed=3, n=3, m=5):
    """A network with weights that are not special."""
    generator = torch.Generator().manual_seed(seed)
    shape = () if copies is None else (copies,)
    W1 = 1.7 * torch.randn(*shape, m, n, generator=generator)
    W2 = 0.9 * torch.randn(*shape, n, m, generator=generator)
    b = 0.4 * torch.randn(*shape, n, generator=generator)
    return W1, W2, b


def reference(x, W1, W2, b):
    """relu(W2 relu(W1 x) + b) of one sample, with loops."""
    h = [max(0.0, sum(w * v for w, v in zip(row, x, strict=True))) for row in W1]
    return [
        max(0.0, sum(w * v for w, v in zip(row, h, strict=True)) + c)
        for row, c in zip(W2, b, strict=True)
    ]


# Data


@pytest.mark.parametrize("S", [0.0, 0.3, 0.9])
def test_signed_features_are_zero_with_probability_S_and_else_uniform_on_both_sides(S):
    data = tm.SignedFeatures(4, S)
    x = data.sample(200_000, rng()).double()
    assert x.abs().max() <= 1 and x.dtype == torch.float64
    assert_close((x == 0).double().mean(0), torch.full((4,), S).double(), atol=0.005, rtol=0)
    active = x[x != 0]
    places = torch.tensor([-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75]).double()
    below = (active[:, None] < places).double().mean(0)
    assert_close(below, (places + 1) / 2, atol=0.006, rtol=0)
    assert_close(x.mean(0), data.mean, atol=0.006, rtol=0)
    assert_close(x.var(0), data.variance, atol=0.006, rtol=0)
    assert_close(data.variance, torch.full((4,), (1 - S) / 3).double())


def test_signed_features_are_independent_of_each_other():
    x = tm.SignedFeatures(3, 0.5).sample(100_000, rng())
    for values in (x, x.sign(), (x != 0).float(), x.abs()):
        correlation = torch.corrcoef(values.T) - torch.eye(3)
        assert correlation.abs().max() < 0.015


def test_a_sign_and_a_size_do_not_depend_on_each_other():
    x = tm.SignedFeatures(1, 0.4).sample(200_000, rng())
    up, down = x[x > 0], -x[x < 0]
    assert abs(len(up) / (len(up) + len(down)) - 0.5) < 0.005
    assert abs(up.mean() - down.mean()) < 0.01


def test_copies_of_signed_features_share_the_draw():
    data = tm.SignedFeatures(3, [0.2, 0.8])
    x = data.sample(500, rng())
    assert x.shape == (2, 500, 3) and data.copies == 2
    alone = tm.SignedFeatures(3, 0.8).sample(500, rng())
    assert_close(x[1], alone)
    assert (x[0][x[1] != 0].sign() == x[1][x[1] != 0].sign()).all()
    assert_close(data.variance, torch.tensor([[0.8 / 3] * 3, [0.2 / 3] * 3]).double())


def test_sparsity_can_be_set_anew_and_its_words_name_the_class():
    data = tm.SignedFeatures(2, 0.5)
    data.sparsity = 1.0
    assert (data.sample(50, rng()) == 0).all() and data.sparsity == 1
    assert repr(data) == "SignedFeatures(n=2, sparsity=1)"
    with pytest.raises(ValueError, match="sparsity must lie in"):
        tm.SignedFeatures(2, 1.5)
    with pytest.raises(TypeError, match="SparseFeatures"):
        tm.expected_loss(tm.LinearModel(2, 1, seed=0), data)  # its grid knows no negative values


def test_a_seed_gives_the_same_samples_and_none_follows_pytorchs_state():
    data = tm.SignedFeatures(2, 0.5)
    assert torch.equal(data.sample(9, rng(4)), data.sample(9, rng(4)))
    torch.manual_seed(1)
    first = data.sample(9)
    torch.manual_seed(1)
    assert torch.equal(first, data.sample(9))


# The model


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 4), m=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_the_model_computes_what_a_loop_computes(n, m, seed):
    W1, W2, b = made_by_hand(seed=seed, n=n, m=m)
    model = tm.AbsoluteModel.from_weights(W1, W2, b)
    x = tm.SignedFeatures(n, 0.3).sample(4, rng(seed))
    got = model(x)
    for row, sample in zip(got.tolist(), x.tolist(), strict=True):
        expected = reference(sample, W1.tolist(), W2.tolist(), b.tolist())
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-5)
    assert_close(model(x[0]), got[0])
    assert_close(model.decode(model.encode(x)), got)


def test_functions_of_layers_can_be_others():
    W1, W2, b = made_by_hand()
    x = tm.SignedFeatures(3, 0.0).sample(6, rng())
    linear = tm.AbsoluteModel.from_weights(W1, W2, b, hidden=IDENTITY, output=IDENTITY)
    assert_close(linear(x), x @ W1.T @ W2.T + b)
    half = tm.AbsoluteModel.from_weights(W1, W2, b, output=IDENTITY)
    assert_close(half(x), torch.relu(x @ W1.T) @ W2.T + b)


def test_a_copy_is_what_it_would_be_alone():
    W1, W2, b = made_by_hand(copies=3)
    many = tm.AbsoluteModel.from_weights(W1, W2, b)
    x = tm.SignedFeatures(3, 0.2).sample(7, rng())
    for k in (0, 2, -1):
        assert_close(many[k](x), many(x)[k])
        assert many[k].copies is None
    with torch.no_grad():
        many[0].W1.zero_()
    assert many.W1[0].abs().sum() > 0
    with pytest.raises(IndexError, match="below copies = 3"):
        many[3]


def test_a_start_depends_on_sizes_seed_and_number_only_and_gives_to_every_output():
    few, many = tm.AbsoluteModel(4, 3, copies=2, seed=5), tm.AbsoluteModel(4, 3, copies=6, seed=5)
    for name in ("W1", "W2", "b"):
        assert torch.equal(getattr(few, name), getattr(many, name)[:2])
        assert torch.equal(getattr(tm.AbsoluteModel(4, 3, seed=5), name), getattr(few, name)[0])
    wide = tm.AbsoluteModel(50, 60, copies=40, seed=0)
    assert (wide.W2 > 0).all() and (wide.b == 0).all()
    assert abs(wide.W1.std() / (0.3 / 50**0.5) - 1) < 0.01 and abs(wide.W1.mean()) < 1e-3
    assert abs(wide.W2.square().mean().sqrt() / (0.3 / 60**0.5) - 1) < 0.01
    torch.manual_seed(3)
    drawn = tm.AbsoluteModel(4, 3)
    torch.manual_seed(3)
    assert torch.equal(drawn.W1, tm.AbsoluteModel(4, 3).W1)


@pytest.mark.parametrize("copies", [None, 2])
def test_scaled_neurons_do_the_same(copies):
    W1, W2, b = made_by_hand(copies)
    W1[..., 1, :] = 0  # a dead neuron
    model = tm.AbsoluteModel.from_weights(W1, W2, b)
    takes, gives = model.takes_and_gives()
    largest = takes.abs().amax(dim=-1)
    assert_close(largest, (torch.arange(5) != 1).float().expand_as(largest))
    assert (gives[..., 1] == 0).all()
    x = tm.SignedFeatures(3, 0.2).sample(9, rng())
    assert_close(tm.AbsoluteModel.from_weights(takes, gives, b)(x), model(x))
    assert (takes.sign() == W1.sign()).all()


def test_the_round_trip_ends_in_the_answer():
    W1, W2, b = made_by_hand()
    model = tm.AbsoluteModel.from_weights(W1, W2, b)
    x = torch.tensor([0.3, -0.8, 0.5])
    first, h, given, biased, answer = model.round_trip(x)
    assert_close(h, torch.relu(W1 @ x))
    assert_close(given, W2 @ h)
    assert_close(biased, W2 @ h + b)
    assert_close(answer, torch.relu(W2 @ h + b))
    assert first is x


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((torch.ones(2, 3), torch.ones(2, 3)), r"W2 must have shape \(3, 2\), got \(2, 3\)"),
        ((torch.ones(2, 3), torch.ones(3, 2), torch.ones(2)), r"b must be one number or \(3,\)"),
        ((torch.ones(1, 1, 2, 3), torch.ones(3, 2)), "W1 must be"),
    ],
)
def test_weights_that_do_not_fit_are_named(arguments, says):
    with pytest.raises(ValueError, match=says):
        tm.AbsoluteModel.from_weights(*arguments)


def test_samples_that_do_not_fit_are_named():
    model = tm.AbsoluteModel(3, 2, copies=2, seed=0)
    with pytest.raises(ValueError, match=r"x must be \(\.\.\., batch, n = 3\)"):
        model(torch.ones(4, 2))
    with pytest.raises(ValueError, match=r"h must be \(\.\.\., batch, m = 2\)"):
        model.decode(torch.ones(4, 3))
    with pytest.raises(TypeError, match="x must be a tensor"):
        model([[1.0, 2.0, 3.0]])


# The loss


def test_the_loss_is_a_weighted_mean_of_squared_errors_of_each_copy():
    W1, W2, b = made_by_hand(copies=2)
    model = tm.AbsoluteModel.from_weights(W1, W2, b)
    x = tm.SignedFeatures(3, 0.3).sample(40, rng())
    importance = torch.tensor([[1.0, 0.3, 2.0], [0.1, 0.7, 0.0]])
    expected = torch.stack(
        [(w * (x.abs() - model(x)[k]) ** 2).mean() for k, w in enumerate(importance)]
    )
    assert_close(tm.absolute_loss(importance)(model, x), expected)
    assert_close(tm.absolute_loss(importance[0])(model[0], x), expected[0])
    assert_close(tm.absolute_loss()(model, x), (x.abs() - model(x)).square().mean(dim=(1, 2)))


@pytest.mark.parametrize("importance", [[-1.0, 1.0], [[0.0, 0.0], [1.0, 1.0]], 1.0, []])
def test_importance_that_cannot_be_used_is_named(importance):
    with pytest.raises(ValueError, match="importance must"):
        tm.absolute_loss(importance)


def test_training_two_neurons_learns_the_absolute_value():
    feature, loss = tm.SignedFeatures(1, 0.5), tm.absolute_loss()
    model = tm.AbsoluteModel(1, 2, copies=6, seed=0)
    tm.train(model, feature, loss=loss, steps=400, progress=False)
    assert loss(model, feature.sample(5000, rng())).min() < 1e-4


def test_a_sweep_takes_the_model():
    data, loss = tm.SignedFeatures(2, [0.5, 0.9]), tm.absolute_loss()
    run = tm.sweep(tm.AbsoluteModel, 4, data, seeds=2, loss=loss, steps=300, progress=False)
    assert run.loss.shape == (2, 1, 2)
    assert {name: tuple(p.shape) for name, p in run.parameters.items()} == {
        "W1": (2, 1, 2, 4, 2),
        "W2": (2, 1, 2, 2, 4),
        "b": (2, 1, 2, 2),
    }
    best = tm.AbsoluteModel.from_weights(
        *(run.parameters[name][1, 0, 0] for name in ("W1", "W2", "b"))
    )
    measured = loss(best, tm.SignedFeatures(2, 0.9).sample(100_000, rng(7)))
    assert_close(run.loss[1, 0, 0].float(), measured.detach(), rtol=0.1, atol=1e-5)


def test_a_sweep_with_a_loss_of_ones_own_leaves_weights_and_the_exact_loss_out():
    data, options = tm.SignedFeatures(2, 0.5), {"loss": tm.absolute_loss(), "progress": False}
    with pytest.raises(ValueError, match="importances must be None if you pass your own loss"):
        tm.sweep(tm.AbsoluteModel, 2, data, [1.0, 0.5], **options)
    with pytest.raises(ValueError, match="samples must be a whole number if you pass your own"):
        tm.sweep(tm.AbsoluteModel, 2, data, samples=None, **options)


# The line


def least_with_one_neuron(p):
    """The least expected (|x| - relu(a relu(x) + b))^2, by a search over a and b."""
    from scipy.optimize import minimize

    def expected(weights):
        a, b = weights
        up = quad(lambda x: (x - max(0, a * x + b)) ** 2, 0, 1)[0]
        down = quad(lambda x: (x - max(0, b)) ** 2, 0, 1)[0]
        return p / 2 * (up + down) + (1 - p) * max(0, b) ** 2

    starts = itertools.product((-0.5, 0.3, 1.0), (-0.3, 0.0, 0.4))
    return min(minimize(expected, start, method="Nelder-Mead").fun for start in starts)


@pytest.mark.parametrize("S", [0.0, 0.4, 0.9])
def test_one_feature_costs_its_variance_then_what_one_side_leaves_then_nothing(S):
    p = 1 - S
    second, first = quad(lambda x: x * x, 0, 1)[0] * p, quad(lambda x: x, 0, 1)[0] * p
    data = tm.SignedFeatures(1, S)
    assert tm.one_feature_loss(0, data).item() == pytest.approx(second - first**2)
    assert tm.one_feature_loss(1, data).item() == pytest.approx(least_with_one_neuron(p), rel=1e-5)
    assert tm.one_feature_loss(2, data) == tm.one_feature_loss(7, data) == 0


@settings(deadline=None, max_examples=40)
@given(
    m=st.integers(0, 9),
    S=st.lists(st.floats(0, 0.99), min_size=4, max_size=4),
    importance=st.lists(st.floats(0.01, 3), min_size=4, max_size=4),
)
def test_no_allocation_of_neurons_costs_less_than_the_line(m, S, importance):
    alone = [
        [
            importance[i] * tm.one_feature_loss(k, tm.SignedFeatures(1, S[i])).item()
            for k in (0, 1, 2)
        ]
        for i in range(4)
    ]
    least = min(
        sum(alone[i][k] for i, k in enumerate(neurons)) / 4
        for neurons in itertools.product((0, 1, 2), repeat=4)
        if sum(neurons) <= m
    )
    line = tm.one_feature_loss(m, tm.SignedFeatures(4, [S]), [importance])
    assert line.shape == (1,) and line.item() == pytest.approx(least, rel=1e-6, abs=1e-12)


def test_the_line_of_ten_neurons_is_five_features_and_one_for_each_copy():
    importance = 0.8 ** torch.arange(20)
    S = torch.tensor([0.0, 0.95]).double()
    line = tm.one_feature_loss(10, tm.SignedFeatures(20, S), importance)
    p = 1 - S
    assert_close(line, (p / 3 - p**2 / 4) * importance[5:].sum() / 20)


def test_what_is_no_signed_data_has_no_line():
    with pytest.raises(TypeError, match="features must be SignedFeatures"):
        tm.one_feature_loss(2, tm.SparseFeatures(3, 0.5))
    with pytest.raises(ValueError, match="m must be at least 0"):
        tm.one_feature_loss(-1, tm.SignedFeatures(3, 0.5))
