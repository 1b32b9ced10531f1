import pytest
import torch
from torch import nn

import toymodels as tm
from toymodels._engine import WrittenOutGradients


def randomised(model, seed=0):
    """Weights and biases of no special shape: a dropped bias or transpose shows."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        model.W.normal_(0, 0.7, generator=generator)
        model.b.normal_(0, 0.3, generator=generator)
    return model


def by_hand(model, x):
    """The three models' formulas, sample by sample, for one copy: an independent oracle."""
    W, b = model.W.detach(), model.b.detach()
    rows = []
    for sample in x:
        h = W @ sample
        if isinstance(model, tm.ReLUModel):
            h = h.clamp(min=0)
        out = W.T @ h + b
        rows.append(out if isinstance(model, tm.LinearModel) else out.clamp(min=0))
    return torch.stack(rows)


def test_forward_is_the_formula(model_class):
    model = randomised(model_class(7, 3))
    x = torch.randn(11, 7)
    torch.testing.assert_close(model(x), by_hand(model, x))
    torch.testing.assert_close(model(x[0]), by_hand(model, x[:1])[0])  # one sample, no batch axis


def test_copies_do_not_mix(model_class):
    model = randomised(model_class(7, 3, copies=4))
    shared, own = torch.randn(11, 7), torch.randn(4, 11, 7)
    for i in range(4):
        torch.testing.assert_close(model(shared)[i], by_hand(model[i], shared))
        torch.testing.assert_close(model(own)[i], by_hand(model[i], own[i]))


@pytest.mark.parametrize("copies", [1, 2, 5, 64])
def test_copy_i_starts_the_same_whatever_the_number_of_copies(model_class, copies):
    many = model_class(6, 2, copies=100, seed=3).W[:copies]
    assert torch.equal(model_class(6, 2, copies=copies, seed=3).W, many)
    assert torch.equal(model_class(6, 2, seed=3).W, many[0])


def test_initial_weights_are_normal_with_the_articles_scale():
    model = tm.LinearModel(40, 5, copies=400, seed=0)
    assert model.W.mean().abs() < 0.005
    assert model.W.std().item() == pytest.approx(40**-0.5, rel=0.02)
    assert model.b.count_nonzero() == 0


def test_seeds():
    assert not torch.equal(tm.LinearModel(4, 2, seed=0).W, tm.LinearModel(4, 2, seed=1).W)
    torch.manual_seed(0)
    first = tm.LinearModel(4, 2).W  # no seed: as any nn.Module, from the global state
    torch.manual_seed(0)
    assert torch.equal(first, tm.LinearModel(4, 2).W)


def test_an_explicit_seed_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    tm.ReLUModel(4, 2, copies=3, seed=1)
    assert torch.equal(before, torch.get_rng_state())


def test_indexing_gives_an_independent_single_model(model_class):
    model = randomised(model_class(6, 2, copies=3))
    single = model[-1]
    assert type(single) is model_class and single.copies is None
    with torch.no_grad():
        single.W.zero_()
    assert model.W[2].abs().min() > 0
    assert len(list(model)) == 3


@pytest.mark.parametrize("copies", [None, 1, 3])
def test_written_out_gradients_are_autograds(model_class, copies):
    model = randomised(model_class(8, 3, copies), seed=copies or 0)
    importance = torch.rand(8)
    features, u = tm.SparseFeatures(8, 0.3 if copies is None else [0.3] * copies), torch.rand(50, 8)
    x = features.from_uniform(u)
    loss = WrittenOutGradients(model, features, 50)(u, importance)
    got = model.W.grad.clone(), model.b.grad.clone()
    model.zero_grad()
    expected = tm.weighted_mse(x, model(x), importance)
    expected.sum().backward()
    torch.testing.assert_close(loss, expected.detach())
    torch.testing.assert_close(got, (model.W.grad, model.b.grad))


def test_written_out_gradients_are_finite_differences(model_class):
    model = randomised(model_class(5, 2)).double()
    importance, u = torch.rand(5, dtype=torch.float64), torch.rand(20, 5, dtype=torch.float64)
    features = tm.SparseFeatures(5, 0.4)

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, W, b):
            with torch.no_grad():
                model.W.copy_(W), model.b.copy_(b)
            loss = WrittenOutGradients(model, features, 20)(u, importance)
            ctx.save_for_backward(model.W.grad.clone(), model.b.grad.clone())
            return loss

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * g for g in ctx.saved_tensors)

    W, b = (p.detach().clone().requires_grad_() for p in (model.W, model.b))
    assert torch.autograd.gradcheck(Loss.apply, (W, b))


def test_written_out_gradients_are_for_the_plain_tied_models_only(model_class):
    class Doubled(model_class):
        def encode(self, x):
            return 2 * super().encode(x)

    assert WrittenOutGradients.fits(model_class(4, 2))
    assert not WrittenOutGradients.fits(Doubled(4, 2))
    assert not WrittenOutGradients.fits(tm.TiedAutoencoder(4, 2, hidden=torch.tanh))
    assert not WrittenOutGradients.fits(nn.Linear(4, 4))
    frozen = model_class(4, 2)
    frozen.b.requires_grad_(False)
    assert not WrittenOutGradients.fits(frozen)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: tm.LinearModel(0, 1), ValueError, "n must be at least 1, got 0"),
        (lambda: tm.LinearModel(4, 0), ValueError, "m must be at least 1, got 0"),
        (lambda: tm.ReLUModel(4, 5), ValueError, "m must be at most n = 4.*got 5"),
        (lambda: tm.ReLUModel("40", 5), TypeError, "n must be a whole number, got '40'"),
        (lambda: tm.ReLUModel(40, 5.0), TypeError, "m must be a whole number, got 5.0"),
        (lambda: tm.ReLUModel(4, 2, copies=0), ValueError, "copies must be at least 1"),
        (lambda: tm.ReLUModel(4, 2, seed=-1), ValueError, "seed"),
        (lambda: tm.ReLUModel(4, 2)(torch.rand(3, 5)), ValueError, r"x must be .*n = 4.*\(3, 5\)"),
        (lambda: tm.ReLUModel(4, 2, copies=3)(torch.rand(4)), ValueError, "x must be"),
        (lambda: tm.ReLUModel(4, 2, copies=3)[0:2], TypeError, "one whole number, got slice"),
        (lambda: tm.ReLUModel(4, 2)[0], TypeError, "copies"),
        (lambda: tm.ReLUModel(4, 2, copies=2)[2], IndexError, "copies = 2, got 2"),
    ],
)
def test_bad_input_is_named(make, error, says):
    with pytest.raises(error, match=says):
        make()
