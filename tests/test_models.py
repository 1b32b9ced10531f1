import numpy as np
import pytest
import torch

import toymodels as tm


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


def test_from_weights_is_the_model_with_those_weights(model_class):
    made = randomised(model_class(7, 3, copies=2))
    x = torch.randn(11, 7)
    for model in (made, made[1]):
        again = model_class.from_weights(model.W, model.b)
        assert type(again) is model_class and again.copies == model.copies
        assert torch.equal(again(x), model(x))
    again = model_class.from_weights(made.W.tolist(), 0.25)
    assert again.b.tolist() == [[0.25] * 7] * 2
    assert model_class.from_weights(made.W).b.count_nonzero() == 0
    assert model_class.from_weights(made.W, made.b[0])(x).shape == (2, 11, 7)


def test_from_weights_copies_the_numbers_and_takes_the_class_own_options():
    W = torch.eye(3)[:2]
    model = tm.TiedAutoencoder.from_weights(W, [0.0, 0.0, 1.0], hidden=torch.tanh)
    W.zero_()
    assert model.W.tolist() == [[1, 0, 0], [0, 1, 0]] and model.W.requires_grad
    expected = torch.tensor([[2.0, -1.0, 5.0]]).tanh() * torch.tensor([1, 1, 0]) + torch.tensor(
        [0, 0, 1]
    )
    torch.testing.assert_close(model(torch.tensor([[2.0, -1.0, 5.0]])), expected)


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
        (
            lambda: tm.ReLUModel.from_weights(torch.ones(4, 2)),
            ValueError,
            "Does W lie on its side?",
        ),
        (
            lambda: tm.ReLUModel.from_weights(torch.ones(1, 1, 2, 4)),
            ValueError,
            r"W must be \(m, n\)",
        ),
    ],
)
def test_bad_input_is_named(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_a_copy_may_be_named_as_argmin_names_it():
    model = randomised(tm.ReLUModel(6, 2, copies=3))
    for i in (np.int64(1), torch.tensor(1), np.array(1)):
        assert torch.equal(model[i].W, model[1].W)
    with pytest.raises(TypeError, match="one whole number"):
        model[torch.tensor([1])]
