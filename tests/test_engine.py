"""The quick way gives the numbers of PyTorch's autograd, and takes over only where it does."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

import toymodels as tm

FEATURES = tm.SparseFeatures(6, 0.5)
MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]


def quick(model, data=FEATURES, **options):
    options = {"steps": 20, "batch_size": 32, "progress": False} | options
    return tm.train(model, data, **options)


def usual_loss(importance):
    """The same loss as a function of one's own: what it is given to goes through autograd."""
    return lambda model, x: tm.weighted_mse(x, model(x), importance)


@settings_of_hypothesis(max_examples=60)
@given(
    st.sampled_from(MODELS),
    st.integers(1, 9),
    st.sampled_from([None, 1, 3, 6]),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(1, 40),
    st.integers(0, 99),
)
def test_both_ways_give_the_same_numbers(model_class, n, copies, settings, batch_size, seed):
    """Losses at each step and weights at the end, whatever the shapes."""
    m = (n + 1) // 2
    sparsity = 0.4
    if copies and settings:  # of so many settings, each with a number of copies
        each = -(-copies // settings)
        sparsity = torch.linspace(0.1, 0.9, settings).repeat_interleave(each)[:copies]
    importance = torch.rand(n, generator=torch.Generator().manual_seed(seed)) + 0.05
    models = [model_class(n, m, copies, seed) for _ in range(2)]
    for model in models:  # a bias of zero would hide what belongs to it
        model.b.data += torch.linspace(-0.2, 0.3, n)
    options = {"steps": 6, "batch_size": batch_size, "seed": seed, "lr": 0.01}
    quickly = quick(models[0], tm.SparseFeatures(n, sparsity), importance=importance, **options)
    plainly = quick(
        models[1], tm.SparseFeatures(n, sparsity), loss=usual_loss(importance), **options
    )
    assert_close(quickly.loss, plainly.loss, rtol=1e-4, atol=1e-6)
    assert_close(models[0].W, models[1].W, rtol=1e-3, atol=2e-4)
    assert_close(models[0].b, models[1].b, rtol=1e-3, atol=2e-4)


@given(st.integers(1, 9), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_every_batch_is_the_one_that_the_data_would_draw(n, batch_size, seed):
    """With weights and bias of zero the loss is the samples' mean square: it tells one batch from another."""
    features = tm.SparseFeatures(n, 0.5)
    model = tm.LinearModel.from_weights(torch.zeros(1, n))
    run = tm.training_steps(
        model, features, steps=3, batch_size=batch_size, seed=seed, lr=lambda step: 0.0
    )
    rng = np.random.default_rng(seed)
    for _, loss in run:
        assert_close(loss, features.sample(batch_size, rng).square().mean(), rtol=1e-5, atol=1e-8)


def test_one_step_moves_each_weight_against_its_slope(model_class):
    """Slopes by finite differences of the loss, which share nothing with either way."""
    importance = torch.tensor([1.0, 0.5, 2.0, 0.1, 1.0, 0.3])
    start = model_class(6, 2, seed=1)
    start.b.data += torch.linspace(-0.1, 0.2, 6)
    model = model_class.from_weights(start.W, start.b)
    quick(model, importance=importance, steps=1, batch_size=64, lr=lambda step: 1e-3)
    moved = torch.cat([(model.W - start.W).flatten(), model.b - start.b])  # 1e-3 times the sign
    x = FEATURES.sample(64, np.random.default_rng(0)).double()
    start = start.double()
    values = [
        value for parameter in start.parameters() for value in parameter.data.view(-1).split(1)
    ]
    for value, move in zip(values, moved.tolist(), strict=True):
        value += 1e-5
        above = tm.weighted_mse(x, start(x), importance.double())
        value -= 2e-5
        below = tm.weighted_mse(x, start(x), importance.double())
        value += 1e-5
        slope = (above - below).item() / 2e-5
        if abs(slope) > 1e-4:
            assert move == pytest.approx(-1e-3 if slope > 0 else 1e-3, rel=1e-2)


@pytest.mark.parametrize("held", ["W", "b"])
def test_what_is_held_stays_and_the_rest_trains(model_class, held):
    models = [model_class(6, 2, copies=2, seed=0) for _ in range(2)]
    for model in models:
        getattr(model, held).requires_grad_(False)
    quick(models[0])
    quick(models[1], loss=usual_loss(torch.ones(6)))
    start = model_class(6, 2, copies=2, seed=0)
    other = {"W": "b", "b": "W"}[held]
    for model in models:
        assert torch.equal(getattr(model, held), getattr(start, held))
        assert not torch.equal(getattr(model, other), getattr(start, other))
    assert_close(getattr(models[0], other), getattr(models[1], other), rtol=1e-3, atol=1e-4)


def test_an_overridden_method_is_respected(model_class):
    class Doubled(model_class):
        def encode(self, x):
            return 2 * super().encode(x)

    plain, doubled = model_class(6, 2, seed=0), Doubled(6, 2, seed=0)
    assert not torch.allclose(quick(plain, steps=1).loss, quick(doubled, steps=1).loss)


def test_data_with_a_sample_of_their_own_are_respected():
    class Half(tm.SparseFeatures):
        def sample(self, *args):
            return super().sample(*args) / 2

    other = tm.SparseFeatures(6, 0.5)
    other.sample = lambda *args: torch.zeros(32, 6)
    losses = [
        quick(tm.LinearModel(6, 2, seed=0), data, steps=1).loss
        for data in (FEATURES, Half(6, 0.5), other)
    ]
    assert_close(losses[0] / 4, losses[1])
    assert losses[2] == 0


def test_other_functions_than_relu_go_their_own_way():
    smooth, twin = (tm.TiedAutoencoder(6, 2, seed=0, hidden=torch.tanh) for _ in range(2))
    assert_close(quick(smooth).loss, quick(twin, loss=usual_loss(torch.ones(6))).loss)


def test_another_run_on_the_same_model_does_not_spoil_the_first():
    lone, shared = tm.ReLUOutputModel(6, 2, seed=0), tm.ReLUOutputModel(6, 2, seed=0)
    options = {"steps": 30, "batch_size": 32}
    for _ in tm.training_steps(lone, FEATURES, **options):
        pass
    for _ in tm.training_steps(shared, FEATURES, **options):
        tm.training_steps(shared, FEATURES)  # made, never stepped
        shared.zero_grad()
    assert torch.equal(lone.W, shared.W)


def test_making_a_run_leaves_the_gradients_alone():
    model = tm.LinearModel(6, 2)
    tm.training_steps(model, FEATURES)
    assert model.W.grad is None


def test_hooks_and_methods_on_the_instance_are_respected():
    hooked, frozen, patched = (tm.LinearModel(6, 2, seed=0) for _ in range(3))
    calls = []
    hooked.register_forward_hook(lambda *_: calls.append(1))
    frozen.W.register_hook(lambda gradient: gradient * 0)
    patched.decode = lambda h: torch.relu(h @ patched.W + patched.b)
    for model in (hooked, frozen, patched):
        quick(model)
    twin = tm.ReLUOutputModel(6, 2, seed=0)
    quick(twin)
    assert len(calls) == 20
    assert torch.equal(frozen.W, tm.LinearModel(6, 2, seed=0).W)
    assert_close(patched.W, twin.W)


def test_weights_that_are_set_anew_between_two_steps_are_followed(model_class):
    """Their memory, too, may be another: by data, by a new parameter, by a change in place."""

    def disturbed(loss):
        model = model_class(6, 2, seed=0)
        losses = []
        for step, value in tm.training_steps(model, FEATURES, loss=loss, steps=40, batch_size=32):
            losses.append(value)
            if step == 10:
                model.W.data = torch.full((2, 6), 0.01)
            if step == 20:
                model.W.data.mul_(2)
                model.b.data[:] = 0.3
            if step == 30:
                model.b.requires_grad_(False)
        return model, torch.stack(losses)

    quickly, losses = disturbed(None)
    plainly, expected = disturbed(usual_loss(torch.ones(6)))
    assert_close(losses[:30], expected[:30], rtol=1e-3, atol=1e-5)
    assert_close(quickly.W[:], plainly.W[:], rtol=0.1, atol=0.02)


def test_a_new_parameter_is_trained_too():
    model = tm.ReLUOutputModel(6, 2, seed=0)
    for step, _ in tm.training_steps(model, FEATURES, steps=20, batch_size=32):
        if step == 10:
            model.W = nn.Parameter(torch.full((2, 6), 0.3))
    assert (model.W != 0.3).all()


def test_a_sparsity_that_is_set_anew_is_followed_whatever_its_shape(model_class):
    settings = [0.5, [0.1, 0.4, 0.9], 0.2, [0.3, 0.3, 0.3], [0.9, 0.4, 0.1], [[0.5] * 6] * 3, 0.5]

    def losses(loss):
        model = model_class(6, 2, copies=3, seed=0)
        data = tm.SparseFeatures(6, settings[0])
        run = tm.training_steps(model, data, loss=loss, steps=2 * len(settings), batch_size=32)
        seen = []
        for setting in settings:
            data.sparsity = setting
            seen += [next(run)[1], next(run)[1]]
        return torch.stack(seen)

    assert_close(losses(None), losses(usual_loss(torch.ones(6))), rtol=1e-3, atol=1e-5)
