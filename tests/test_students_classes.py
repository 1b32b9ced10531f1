"""Models that students write: every parameter is started, trained, copied and measured, or named."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

import toymodels as tm

n, m = 4, 2
DATA = tm.SparseFeatures(n, 0.7)
SHORT = {"steps": 30, "batch_size": 32, "progress": False}


def normal(seed, *shape):
    """Numbers that for any number of copies begin alike, as the course's models draw theirs."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32)) / 2


class Untied(tm.TiedAutoencoder):
    """What if the way back had a matrix of its own?"""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, output=torch.relu)
        V = normal(seed + 1, copies or 1, m, n)
        self.V = nn.Parameter(V if copies else V[0])

    def decode(self, h):
        return torch.relu(h @ self.V + (self.b.unsqueeze(-2) if self.copies else self.b))


class WithoutBias(tm.TiedAutoencoder):
    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, output=torch.relu)
        self.b = None

    def decode(self, h):
        return torch.relu(h @ self.W)


class Deeper(tm.TiedAutoencoder):
    """A hidden layer more, in a module of its own."""

    class Layer(nn.Module):
        def __init__(self, m, copies, seed):
            super().__init__()
            A = normal(seed + 2, copies or 1, m, m)
            self.A = nn.Parameter(A if copies else A[0])

        def forward(self, h):
            return h + torch.tanh(h @ self.A)

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, output=torch.relu)
        self.hidden = self.Layer(m, copies, seed)


class LearnedActivation(tm.TiedAutoencoder):
    """A ReLU whose slope below zero is learned, and a mask that is not trained."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        slope = 0.1 + 0.1 * normal(seed + 3, copies or 1, 1, 1).abs()
        self.slope = nn.Parameter(slope if copies else slope[0])
        mask = (normal(seed + 4, copies or 1, 1, n) > -0.5).float()
        self.register_buffer("mask", mask if copies else mask[0])
        self.register_buffer("scale", torch.tensor(1.5))  # serves all copies

    def decode(self, h):
        back = super().decode(h) * self.mask * self.scale
        return torch.where(back > 0, back, self.slope * back)


class Shared(tm.TiedAutoencoder):
    """Its one slope would couple all copies."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, output=nn.PReLU())


class Overlooked(tm.TiedAutoencoder):
    """Its V is neither parameter nor buffer: nobody would know of it."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        self.V = torch.ones(copies or 1, m, n)

    def decode(self, h):
        return h @ self.V


CLASSES = [Untied, WithoutBias, Deeper, LearnedActivation]
REFUSED = [
    (Shared, r"leading axis of \d+ copies, got output.weight of shape \(1,\)"),
    (Overlooked, r"must hold V as an nn.Parameter or, .* register_buffer\('V', ...\)"),
]
every_class = pytest.mark.parametrize("cls", CLASSES)
every_refused = pytest.mark.parametrize(("cls", "said"), REFUSED)


def trained(cls, copies, seed):
    model = cls(n, m, copies=copies, seed=seed)
    tm.train(model, tm.SparseFeatures(n, 0.7), tm.linear_importance(n), **SHORT)
    return model


@every_class
def test_a_copy_is_a_model_of_its_own_with_all_that_belongs_to_it(cls):
    model = cls(n, m, copies=3, seed=0)
    x = torch.rand(5, n)
    expected = model(x).detach()
    single = model[1]
    assert single.copies is None
    assert_close(single(x).detach(), expected[1])
    with torch.no_grad():
        for parameter in single.parameters():
            parameter.zero_()
    assert_close(model(x).detach(), expected)


@every_class
def test_copies_train_as_each_of_them_would_alone(cls):
    features = tm.SparseFeatures(n, 0.7)
    start = cls(n, m, copies=3, seed=0)
    alone = [start[i] for i in range(3)]
    together = trained(cls, copies=3, seed=0)
    for i, model in enumerate(alone):
        tm.train(model, features, tm.linear_importance(n), **SHORT)
        for name, parameter in model.named_parameters():
            assert not torch.equal(parameter, dict(start.named_parameters())[name][i]), name
            assert_close(parameter, together[i].get_parameter(name), rtol=1e-4, atol=1e-5)
        got = tm.feature_loss(together, features, samples=600)[i]
        assert_close(got, tm.feature_loss(model, features, samples=600), rtol=1e-4, atol=1e-6)


@every_class
def test_the_steps_are_those_of_train(cls):
    model = cls(n, m, copies=2, seed=0)
    features = tm.SparseFeatures(n, 0.7)
    options = {"steps": 30, "batch_size": 32}
    losses = [loss for _, loss in tm.training_steps(model, features, **options)]
    again = cls(n, m, copies=2, seed=0)
    history = tm.train(again, features, progress=False, **options)
    assert torch.equal(torch.stack(losses), history.loss)


@every_class
def test_a_sweep_starts_and_keeps_every_parameter(cls):
    alike = None
    for at_once in (1, 3, None):
        result = tm.sweep(cls, m, DATA, seeds=3, samples=512, at_once=at_once, **SHORT)
        if alike is not None:
            assert_close(result.loss, alike.loss, rtol=1e-4, atol=1e-8)
        alike = result
    for seed in range(3):
        model = cls(n, m, copies=1, seed=seed)
        tm.train(model, tm.SparseFeatures(n, 0.7), **SHORT)
        for name, parameter in model.named_parameters():
            got = result.parameters[name][0, 0, seed]
            assert_close(got, parameter.detach()[0], rtol=1e-3, atol=1e-4, msg=name)
    assert (result.b is None) == (cls is WithoutBias)
    assert len(result.best) == 3


def test_other_processes_start_and_keep_every_parameter_too():
    here = tm.sweep(Untied, m, DATA, seeds=2, samples=512, **SHORT)
    there = tm.sweep(Untied, m, DATA, seeds=2, samples=512, n_jobs=2, **SHORT)
    assert torch.equal(here.loss, there.loss)
    assert torch.equal(here.parameters["V"], there.parameters["V"])


@every_class
def test_explorers_show_it(cls):
    options = {"n": n, "m": m, "steps": 5}
    assert len(tm.explore.gram(models=[cls], sparsities=[0.5, 0.9], **options).lines) == 2
    assert len(tm.explore.training(cls, positions=2, **options).lines) == 2
    assert len(tm.explore.seeds(cls, seeds=2, **options).lines) == 2


@pytest.mark.parametrize("cls", [Untied, WithoutBias, LearnedActivation])
def test_a_round_trip_by_one_matrix_is_not_shown_of_a_model_with_a_decode_of_its_own(cls):
    with pytest.raises(TypeError, match="encodes and decodes with the same W"):
        tm.plot.round_trip(cls(n, m, seed=0), torch.ones(n))
    with pytest.raises(TypeError, match="encode and decode with the same W"):
        tm.explore.columns(cls, 0.9, n, m, steps=2)
    with pytest.raises(TypeError, match="encode and decode with the same W"):
        tm.explore.round_trip(n, m, [cls], 0.9, steps=2)


def test_the_exact_loss_of_a_linear_model_is_not_claimed_for_an_untied_one():
    model = Untied(n, m, seed=0)
    model.output = model.hidden
    with pytest.raises(TypeError, match="model must be linear"):
        tm.linear_loss(model, tm.SparseFeatures(n, 0.5))


def test_from_weights_names_the_parameters_that_it_would_not_set():
    with pytest.raises(TypeError, match="sets W and b, but Deeper has hidden.A as well"):
        Deeper.from_weights(torch.ones(m, n))
    with pytest.raises(ValueError, match="b must be 0 for WithoutBias, which has no bias"):
        WithoutBias.from_weights(torch.ones(m, n), 0.5)
    assert WithoutBias.from_weights(torch.ones(m, n)).W.sum() == n * m


@every_refused
def test_what_would_be_shared_or_overlooked_is_named(cls, said):
    features = tm.SparseFeatures(n, 0.7)
    for refused in (
        lambda: cls(n, m, copies=3, seed=0)[1],
        lambda: tm.train(cls(n, m, copies=3, seed=0), features, **SHORT),
        lambda: tm.training_steps(cls(n, m, copies=3, seed=0), features),
        lambda: tm.explore.gram(n, m, [cls], [0.5, 0.9], steps=5),
        lambda: tm.explore.seeds(cls, 0.9, n, m, steps=5, seeds=2),
    ):
        with pytest.raises(TypeError, match=said):
            refused()
    with pytest.raises(RuntimeError, match=said):
        tm.sweep(cls, m, DATA, seeds=2, samples=64, **SHORT)


def test_a_single_model_may_share_what_it_likes():
    model = Shared(n, m, seed=0)
    assert len(tm.train(model, tm.SparseFeatures(n, 0.7), **SHORT).loss) == 30


class Twice(tm.TiedAutoencoder):
    """One matrix under two names, in a module of its own and in the model."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        self.V = self.W
        self.scale = nn.Parameter(torch.ones(copies, 1, 1) if copies else torch.tensor(1.0))

    def decode(self, h):
        return self.scale * (h @ self.V)


def test_what_is_one_tensor_stays_one_in_a_copy():
    single = Twice(n, m, copies=3, seed=0)[1]
    assert single.V is single.W and single.W.shape == (m, n)


def test_a_scalar_parameter_trains():
    model = Twice(n, m, seed=0)
    tm.train(model, tm.SparseFeatures(n, 0.7), **SHORT)
    assert model.scale.shape == () and model.scale != 1


def test_a_parameter_that_is_freed_between_two_steps_trains():
    model = Untied(n, m, seed=0)
    model.V.requires_grad_(False)
    start = model.V.detach().clone()
    for step, _ in tm.training_steps(model, tm.SparseFeatures(n, 0.7), steps=4, batch_size=8):
        assert torch.equal(model.V, start) == (step <= 2)
        if step == 2:
            model.V.requires_grad_(True)


@pytest.mark.parametrize("name", ["hidden", "output"])
def test_a_function_written_as_a_method_is_not_ignored(name):
    cls = type("Method", (tm.TiedAutoencoder,), {name: lambda self, y: torch.sigmoid(y)})
    with pytest.raises(TypeError, match=f"Method must not define {name}. Pass"):
        cls(n, m, seed=0)


def test_an_overridden_call_is_trained_as_it_is_written():
    class Called(tm.LinearModel):
        def __call__(self, x):
            return torch.relu(super().__call__(x))

    class Forward(tm.LinearModel):
        def forward(self, x):
            return torch.relu(super().forward(x))

    models = [cls(n, m, seed=0) for cls in (Called, Forward)]
    for model in models:
        tm.train(model, tm.SparseFeatures(n, 0.7), **SHORT)
    assert_close(models[0].W, models[1].W)


def test_a_loss_with_an_axis_too_many_is_not_taken_for_copies():
    def loss(model, x):
        return (x - model(x)).square().mean(-1)

    with pytest.raises(ValueError, match=r"must be \(\), got shape \(32,\)"):
        tm.train(tm.ReLUModel(n, m, seed=0), tm.SparseFeatures(n, 0.5), loss=loss, **SHORT)


class OnOff(tm.SparseFeatures):
    def sample(self, batch_size, generator=None):
        return (super().sample(batch_size, generator) > 0).float()


def test_exact_results_are_not_claimed_for_data_that_draw_other_samples():
    features = OnOff(2, 0.5)
    for exact in (
        lambda: tm.linear_optimum(1, features),
        lambda: tm.linear_loss(tm.LinearModel(2, 1, seed=0), features),
        lambda: tm.expected_loss(tm.LinearModel(2, 1, seed=0), features),
    ):
        with pytest.raises(TypeError, match="OnOff draws other samples"):
            exact()
    assert len(tm.train(tm.LinearModel(2, 1, seed=0), features, **SHORT).loss) == 30


def test_an_exact_loss_wants_an_output_for_each_feature():
    with pytest.raises(ValueError, match=r"model\(x\) must be .* as x, got"):
        tm.expected_loss(nn.Linear(2, 1), tm.SparseFeatures(2, 0.5))
