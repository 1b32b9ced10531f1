"""What a reader has set before changes no number, no picture and no verdict, and stays as it was."""

import io
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from inspect import isclass, isfunction
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from IPython.core.pylabtools import print_figure
from matplotlib.axes import Axes
from torch import nn

import toymodels as tm

W = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
X = torch.rand(64, 3, generator=torch.Generator().manual_seed(1))
LOSSES = torch.tensor([[1.0, 2.0], [0.5, 1.0], [0.25, 0.75]])
CLASS = tm.ReLUOutputModel
NETWORK = tm.AbsoluteModel
QUICK = {"steps": 20, "batch_size": 16, "progress": False}
ICOSAHEDRON = np.array([(a, s * b, 0) for a, b in [(1, 1.618)] for s in (1, -1)])
LINES = np.concatenate([np.roll(ICOSAHEDRON, k, axis=1) for k in range(3)]).T  # (3, 6)
ARROWS = torch.eye(3).repeat(1, 3)[:, :8]  # no answer, but eight of length 1


WHEEL = 0.75 * torch.stack([torch.arange(12.0).mul(torch.pi / 6).cos()] * 2)
WHEEL[1] = WHEEL[0].roll(3)  # a sine


class Untied(nn.Module):
    """A student's own module, float32 wherever it is made: trained through autograd."""

    def __init__(self):
        super().__init__()
        with torch.inference_mode(False):
            self.encoder = nn.Parameter(W[:, :2].clone())
            self.decoder = nn.Parameter(W[:2, :3].clone())

    def forward(self, x):
        return torch.relu(x @ self.encoder @ self.decoder)


class Own:
    """A student's own data."""

    n = 3
    copies = None

    def sample(self, batch_size, rng):
        return torch.from_numpy(rng.random((batch_size, 3), dtype=np.float32))


def after(train, model, *arguments, **options):
    """What a training leaves behind: what it returns, and the weights."""
    return train(model, *arguments, **options), model


def pairs(n, samples, S):
    rng = np.random.default_rng()
    there = rng.random((samples, n // 2)) >= S
    return np.repeat(there, 2, axis=1) * rng.random((samples, n))


def bonded(samples, S, c, rng):
    there = rng.random((samples, 2)) > S
    together = rng.random(samples) < c
    there[together, 1] = there[together, 0]
    return there * rng.random((samples, 2))


def best_linear(m, importance, variance):
    return (importance * variance).sort().values[: len(importance) - m].sum() / len(importance)


def deletion(W, b, x, i, j):
    reading = x @ W.T @ W + b
    without = reading.clone()
    without[:, i] -= (W.T @ W)[i, j] * x[:, j]
    return (x - without.relu()).square().mean() - (x - reading.relu()).square().mean()


def worth(C, m):
    return len(C) * torch.linalg.eigvalsh(C)[-m:].sum() / C.trace()


def training_step(forward, W, b, x, importance, optimizer):
    loss = (importance * (x - forward(x, W, b)) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def largest_cosine(V):
    U = V / np.sqrt((V * V).sum(0))
    return max(abs(U[:, i] @ U[:, j]) for i in range(U.shape[1]) for j in range(i))


# Every public name -> what is done with it. Numbers that every kind of float holds exactly
NUMBERS = {
    "AbsoluteModel": lambda tm: used(tm.AbsoluteModel(3, 2, copies=2, seed=1)),
    "Data": lambda tm: after(tm.train, CLASS(3, 2, seed=0), Own(), **QUICK),
    "DivergedError": lambda tm: diverged(tm),
    "GroupedFeatures": lambda tm: grouped(tm.GroupedFeatures(5, 0.75, [[0, 1], [2, 3]], -0.5)),
    "History": lambda tm: [tm.History(LOSSES), tm.History(LOSSES).steps, repr(tm.History(LOSSES))],
    "LinearModel": lambda tm: used(tm.LinearModel(3, 2, copies=2, seed=1)),
    "ReLUModel": lambda tm: used(tm.ReLUModel(3, 2)),
    "ReLUOutputModel": lambda tm: used(CLASS.from_weights(W[:2, :3], 0.25)),
    "Rows": lambda tm: tm.Rows(X).sample(4, np.random.default_rng(0)),
    "SignedFeatures": lambda tm: [sparse(tm.SignedFeatures(3, S)) for S in (0.5, [0.25, 0.5])],
    "SparseAutoencoder": lambda tm: dictionary(tm),
    "SparseFeatures": lambda tm: [sparse(tm.SparseFeatures(3, S)) for S in (0.5, [0.25, 0.5])],
    "Sweep": lambda tm: swept(tm.sweep(Students, 2, features(tm), seeds=2, **QUICK)),
    "TiedAutoencoder": lambda tm: used(tm.TiedAutoencoder(3, 2, seed=1, hidden=torch.tanh)),
    "absolute_loss": lambda tm: tm.absolute_loss([1.0, 0.5, 0.25])(by_hand_9(tm), X),
    "attack": lambda tm: tm.attack(CLASS.from_weights(W[:2, :3], -0.25), X[:2], 0.5),
    "best_linear_model": lambda tm: tm.best_linear_model(2, features(tm), [1.0, 0.5, 0.25]),
    "dimensions_per_feature": lambda tm: tm.dimensions_per_feature(W),
    "expected_loss": lambda tm: tm.expected_loss(CLASS(3, 2, 2, 0), features(tm), points=4),
    "feature_dimensionality": lambda tm: tm.feature_dimensionality(W),
    "feature_loss": lambda tm: tm.feature_loss(CLASS(3, 2, 2, 0), features(tm), 700, seed=1),
    "feature_norms": lambda tm: tm.feature_norms(W),
    "feature_phases": lambda tm: tm.feature_phases(W, 0.5),
    "generate_synthetic_dataset": lambda tm: tm.generate_synthetic_dataset(3, 5, 0.5, seed=0),
    "gram": lambda tm: tm.gram(W),
    "interference": lambda tm: tm.interference(W),
    "linear_importance": lambda tm: tm.linear_importance(3, 1.0, 0.5),
    "linear_loss": lambda tm: tm.linear_loss(tm.LinearModel(3, 2, 2, 0), features(tm), [1.0] * 3),
    "linear_optimum": lambda tm: tm.linear_optimum(2, features(tm)),
    "match_directions": lambda tm: tm.match_directions(W, W[:2] + 0.5),
    "mean_loss": lambda tm: tm.mean_loss(CLASS(3, 2, seed=0), Own(), [1.0, 0.5, 0.0], 700),
    "n_represented": lambda tm: tm.n_represented(W, 0.5),
    "one_feature_loss": lambda tm: tm.one_feature_loss(3, tm.SignedFeatures(3, [0.25, 0.5])),
    "pair_loss": lambda tm: tm.pair_loss(0.75),
    "pair_threshold": lambda tm: tm.pair_threshold(0.5),
    "recovery_scores": lambda tm: tm.recovery_scores(
        tm.SparseAutoencoder(3, 6, seed=0), X, W[:, :3]
    ),
    "sparse_code_loss": lambda tm: tm.sparse_code_loss(0.5)(tm.SparseAutoencoder(3, 6, seed=0), X),
    "sweep": lambda tm: tm.sweep(CLASS, 2, features(tm), seeds=2, samples=None, lr=0.125, **QUICK),
    "train": lambda tm: [
        after(tm.train, CLASS(3, 2, 2, 0), features(tm), snapshots=4, **QUICK),
        after(tm.train, Students(3, 2, 2, 0), features(tm), [1.0, 0.5, 0.25], **QUICK),
        after(tm.train, Untied(), tm.SparseFeatures(3, 0.5), lr=0.125, betas=(0.5, 0.75), **QUICK),
    ],
    "train_autoencoder": lambda tm: after(
        tm.train_autoencoder, tm.SparseAutoencoder(3, 6, seed=0), X, 0.125, steps=10, seed=0
    ),
    "training_steps": lambda tm: list(
        tm.training_steps(CLASS(3, 2, seed=0), tm.SparseFeatures(3, 0.5), steps=3, lr=0.125)
    ),
    "triangle_loss": lambda tm: tm.triangle_loss(0.75),
    "warmup_cosine": lambda tm: [tm.warmup_cosine(0.125, 5)(step) for step in range(5)],
    "weighted_mse": lambda tm: tm.weighted_mse(X, X / 2, torch.ones_like(X[0])),
}
CHECKS = {
    "absolute_by_hand": [torch.eye(3).repeat(2, 1), torch.eye(3).repeat(1, 2), 0.0],
    "best_linear": [best_linear],
    "bonded": [bonded],
    "boundary": [lambda ratio: 1 - 4 * ratio / (2 + 5 * ratio)],
    "by_hand": [W[:2], -0.25],
    "collision": [lambda n, S: 1 - S**n - n * (1 - S) * S ** (n - 1)],
    "deletion": [deletion],
    "dimensionality": [tm.feature_dimensionality],
    "dimensions_per_feature": [tm.dimensions_per_feature],
    "eight_arrows": [ARROWS],
    "generator": [tm.generate_synthetic_dataset],
    "interference": [tm.interference],
    "largest_cosine": [largest_cosine],
    "neurons_needed": [lambda q, share: np.ceil(np.log(1 - share) / np.log(1 - q * q))],
    "on_off_boundary": [lambda ratio: (1 + ratio) / (1 + 2 * ratio)],
    "pairs": [pairs],
    "recall": [lambda f, t: (tm.match_directions(f, t)[0] >= 0.95).double().mean()],
    "relu_output": [lambda x, W, b: torch.relu(x @ W.T @ W + b)],
    "share_of_zeros": [lambda t: (t == 0).mean()],
    "six_lines": [LINES],
    "three_neurons": [[[1, 0], [-1, 0.5], [0, -1]], [[1.25, 1.25, 0], [0, 0.5, 1]], [-0.25, 0]],
    "training_step": [training_step],
    "wheel": [WHEEL, -0.35],
    "worth": [worth],
    "shortest_nudge": [lambda W, b: (-b / (W.T @ W).norm(dim=-1)).min()],
    "through_shadows": [torch.tensor([0.0, 0.0, 0.25, 0.0, 0.0])],
    "vulnerability": [lambda W: torch.linalg.eigvalsh(W.mT @ W)[..., -1]],
}
NUMBERS |= {
    f"check.{name}": lambda tm, name=name: [
        getattr(tm.check, name)(*CHECKS[name]),
        getattr(tm.check, name)(*[None for _ in CHECKS[name]]),
    ]
    for name in CHECKS
}
NUMBERS |= {
    "check.Verdict": lambda tm: tm.check.Verdict("✓ right", answer=0.5),
    "check.judge": lambda tm: tm.check.judge(lambda x: x * x, [(0.5,)], lambda x: x + x),
    "check.summary": lambda tm: tm.check.summary(
        "All", *((getattr(tm.check, name), *answers) for name, answers in CHECKS.items())
    ),
}
PICTURES = {
    "explore.Axis": lambda tm: shown(tm, curve(tm)),
    "explore.Explorer": lambda tm: shown(tm, tm.explore.heatmap(W[None])),
    "explore.Line": lambda tm: shown(tm, curve(tm)),
    "explore.Panel": lambda tm: shown(tm, tm.explore.lengths(W[None]).with_(height=90)),
    "Laboratory": lambda tm: still(tm.Laboratory(3, 2, 0.5, lr=0.125)),
    "explore.answers": lambda tm: tm.explore.answers(by_hand_9(tm), values=[0.5]),
    "explore.arrows": lambda tm: shown(tm, tm.explore.arrows(W[None], turns=[0.0, 45.0])),
    "explore.attack": lambda tm: tm.explore.attack(
        CLASS.from_weights(W[:2, :3], -0.25), {"one": X[0]}, [0.0, 0.5]
    ),
    "explore.bars": lambda tm: shown(
        tm, tm.explore.bars(W[:2], (-1, 1), "label", "{j}: {value}", ticks=[0, 1], dots=W[1:])
    ),
    "explore.bias": lambda tm: tm.explore.bias(
        CLASS.from_weights([[1.0, -0.75, 0.0], [0.0, 0.0, 1.0]]),
        tm.SparseFeatures(3, 0.5),
        biases=[0.0, -0.25],
    ),
    "explore.bond": lambda tm: tm.explore.bond([0.5], 0.75),
    "explore.chart": lambda tm: shown(tm, curve(tm)),
    "explore.columns": lambda tm: tm.explore.columns(CLASS, 0.5, 3, 2, steps=5),
    "explore.directions": lambda tm: tm.explore.directions([0.5, 0.75], 5),
    "explore.formation": lambda tm: tm.explore.formation(3, 0.5, 5, positions=2),
    "explore.gram": lambda tm: tm.explore.gram(3, 2, [CLASS, Students], [0.5, 0.75], steps=5),
    "explore.heatmap": lambda tm: shown(tm, tm.explore.heatmap(W[None], "title")),
    "explore.lengths": lambda tm: shown(tm, tm.explore.lengths(W[None])),
    "explore.matrix": lambda tm: shown(tm, tm.explore.matrix(X[None], "x", "y", "{i}: {value}")),
    "explore.memory": lambda tm: tm.explore.memory(
        CLASS(3, 2, copies=2, seed=0), [X[:2], X[:4]], [1.0, 0.5]
    ),
    "explore.months": lambda tm: tm.explore.months([0.5], 5),
    "explore.neurons": lambda tm: tm.explore.neurons(
        tm.AbsoluteModel(3, 2, copies=2, seed=0), tm.SignedFeatures(3, [0.25, 0.5])
    ),
    "explore.odd_one": lambda tm: tm.explore.odd_one([0.5], 0.75),
    "explore.penalty": lambda tm: tm.explore.penalty([0.25], latents=5, steps=5),
    "explore.phase_change": lambda tm: tm.explore.phase_change([0.5]),
    "explore.round_trip": lambda tm: tm.explore.round_trip(3, 2, [CLASS], 0.5, 1, steps=5),
    "explore.samples": lambda tm: tm.explore.samples(3, 4, [0.5, 0.75]),
    "explore.seeds": lambda tm: tm.explore.seeds(Students, 0.5, 3, 2, steps=5, seeds=2),
    "explore.shadow": lambda tm: tm.explore.shadow(),
    "explore.shared_number": lambda tm: tm.explore.shared_number(),
    "explore.space": lambda tm: tm.explore.space(W),
    "explore.stacks": lambda tm: shown(
        tm, tm.explore.stacks(W[None], (-1, 1), "label", "{j}: {parts}")
    ),
    "explore.training": lambda tm: tm.explore.training(CLASS, 0.5, 3, 2, steps=5, positions=2),
    "plot.bias": lambda tm: tm.plot.bias(W[0]),
    "plot.directions": lambda tm: tm.plot.directions(W[:2], importance=[1.0, 0.5, 0.5, 0.25, 0.0]),
    "plot.feature_norms": lambda tm: tm.plot.feature_norms(W),
    "plot.gram": lambda tm: tm.plot.gram(W, limit=0.5),
    "plot.per_feature": lambda tm: tm.plot.per_feature(W, label="seeds"),
    "plot.phases": lambda tm: tm.plot.phases(
        [[0, 1], [1, 2], [2, 2]], [0.25, 0.5, 0.75], [0.5, 1.0]
    ),
    "plot.round_trip": lambda tm: tm.plot.round_trip(CLASS(3, 2, seed=0), [1.0, 0.5, 0.0])[0],
    "plot.samples": lambda tm: tm.plot.samples(X[:5]),
    "plot.space": lambda tm: tm.plot.space(W, turn=30.0),
}


class Students(tm.TiedAutoencoder):
    """A student's own class of models: trained through autograd."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, hidden=torch.tanh, output=torch.relu)


def by_hand_9(tm):
    """A network for |x|, made by hand."""
    return NETWORK.from_weights(W[:, :3], W[:, 2:].T, 0.25)


def features(tm):
    return tm.SparseFeatures(3, [0.5, 0.75])


def diverged(tm):
    model = tm.LinearModel(3, 2, seed=0)
    with pytest.raises(tm.DivergedError) as caught:
        tm.train(model, tm.SparseFeatures(3, 0.5), lr=lambda step: 1e30, progress=False)
    return str(caught.value), caught.value.history, model


def grouped(data):
    return data.sample(50, np.random.default_rng(0)), data.mean, repr(data)


def used(model):
    return model, model(torch.stack([X] * 2) if model.copies else X), repr(model)


def dictionary(tm):
    model = tm.SparseAutoencoder(3, 4)
    return after(tm.train, model, tm.Rows(X), loss=tm.sparse_code_loss(0.5), **QUICK)


def sparse(data):
    samples = data.sample(50, np.random.default_rng(0)), data.sample(5)
    return samples, data.mean, data.variance, repr(data)


def shown(tm, panel):
    """An explorer of a reader's own, with that panel at two positions."""
    lines = [["first"], ["second"]]
    track = ("track", [("curve", "black", [0.5, 1.0])])
    return tm.explore.Explorer("S", ["0", "1"], [panel], lines, "mine", stops=[0, 1], track=track)


def curve(tm):
    x, y = tm.explore.Axis("x", 0.25, 2, "log"), tm.explore.Axis("y", -1.5, 1.5)
    line = tm.explore.Line([0.5, 1.0], W[:2, :2], "black", alpha=0.5)
    upright = [("here", "red", [0.5, 1.0])]
    return tm.explore.chart([line], x, y, [0.5, 1.0], marked=True, level=0.5, upright=upright)


def still(laboratory):
    data = laboratory._repr_mimebundle_()
    return data["text/plain"], data["image/png"]


def swept(sweep):
    return sweep, sweep.best, sweep.spread, sweep.setting(1)


def seen(value):
    """Everything that a reader can see of a result, as something to compare."""
    if isinstance(value, torch.Tensor):
        return value.dtype, value.detach().numpy()
    if isinstance(value, Axes):
        figure = value.figure
        file = io.BytesIO()
        figure.savefig(file)
        shown = file.getvalue(), print_figure(figure, base64=False)
        plt.close(figure)
        return shown
    if isinstance(value, nn.Module):
        return seen(value.state_dict())
    if isinstance(value, tm.check.Verdict):
        return repr(value), bool(value)
    if isinstance(value, tm.explore.Explorer):
        return seen(value._repr_mimebundle_())
    if is_dataclass(value):
        return [seen(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, dict):
        return {key: seen(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [seen(entry) for entry in value]
    return value


def same(got, expected):
    assert type(got) is type(expected)
    if isinstance(got, (list, tuple)):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            same(one, other)
    elif isinstance(got, dict):
        assert got.keys() == expected.keys()
        for key in got:
            same(got[key], expected[key])
    elif isinstance(got, np.ndarray):
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)
    else:
        assert got == expected


@contextmanager
def a_readers_look():
    with plt.rc_context():
        plt.style.use("dark_background")
        plt.xkcd()
        plt.rcParams.update({"axes.grid": True, "font.size": 24, "image.origin": "lower"})
        plt.rcParams.update({"mathtext.fontset": "cm", "axes.unicode_minus": False})
        plt.rcParams.update({"text.usetex": True, "savefig.facecolor": "red"})
        plt.rcParams.update({"figure.constrained_layout.use": False, "figure.dpi": 40})
        yield


@contextmanager
def another_dtype(dtype):
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextmanager
def another_device():
    """Tensors without a device hold no numbers: stands in for a graphics card."""
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


@contextmanager
def every_warning_an_error():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


@contextmanager
def deterministic():
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


SURROUNDINGS = {
    "a look": a_readers_look,
    "float64": lambda: another_dtype(torch.float64),
    "float16": lambda: another_dtype(torch.float16),
    "bfloat16": lambda: another_dtype(torch.bfloat16),
    "set device": another_device,
    "device": lambda: torch.device("meta"),
    "warnings": every_warning_an_error,
    "deterministic": deterministic,
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
}
# Drawing takes time: pictures see at once all that go together
TOGETHER = ["a look", "float64", "set device", "warnings", "deterministic", "inference_mode"]


def state():
    return {
        "rcParams": dict(plt.rcParams),
        "dtype": torch.get_default_dtype(),
        "device": torch.get_default_device(),
        "errors": np.geterr(),
        "filters": [entry for entry in warnings.filters if entry[0] == "error"],
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "gradients": (torch.is_grad_enabled(), torch.is_inference_mode_enabled()),
        "threads": torch.get_num_threads(),
        "random": torch.get_rng_state().tolist(),
    }


def result(name, surroundings=(), tm=tm):
    """What is seen of the call with that name, by itself or in surroundings, which stay as they were."""
    torch.manual_seed(0)
    with ExitStack() as stack:
        for surrounding in surroundings:
            stack.enter_context(SURROUNDINGS[surrounding]())
        calls = NUMBERS | PICTURES
        torch.manual_seed(0)
        before = state()
        got = seen(calls[name](tm))
        now = state()
        if name.startswith(("check.", "Signed", "Sparse", "ReLUModel")):  # they draw, unseeded
            before.pop("random"), now.pop("random")
        same(now, before)
    return got


class WithNumPysNumbers:
    """The module, its functions called with NumPy's numbers instead of Python's."""

    def __init__(self, whole, real, module=tm):
        self.types = {int: whole, float: real}
        self.module = module

    def __getattr__(self, name):
        def call(*arguments, **options):
            options = {key: self.converted(value) for key, value in options.items()}
            return thing(*map(self.converted, arguments), **options)

        thing = getattr(self.module, name)
        if isinstance(thing, ModuleType):  # a door
            return WithNumPysNumbers(*self.types.values(), thing)
        return thing if isclass(thing) and issubclass(thing, Exception) else call

    def converted(self, value):
        if type(value) in (list, tuple):
            return type(value)(self.converted(entry) for entry in value)
        return self.types.get(type(value), lambda value: value)(value)


@pytest.fixture(scope="module")
def expected():
    """Results with nothing set, each computed once: name -> result."""

    class Expected(dict):
        def __missing__(self, name):
            self[name] = result(name)
            return self[name]

    return Expected()


def test_every_public_function_and_class_is_in_the_walk():
    rooms = {"": tm} | {f"{door}.": getattr(tm, door) for door in ("plot", "explore", "check")}
    public = {
        place + name
        for place, room in rooms.items()
        for name in dir(room)
        if not name.startswith("_")
        and (isfunction(getattr(room, name)) or isclass(getattr(room, name)))
    }
    assert public == NUMBERS.keys() | PICTURES.keys()


@pytest.mark.parametrize("surrounding", SURROUNDINGS)
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_and_verdicts_are_the_same(expected, name, surrounding):
    same(result(name, [surrounding]), expected[name])


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_the_same(expected, name):
    same(result(name, TOGETHER, WithNumPysNumbers(np.int16, np.float32)), expected[name])


@pytest.mark.parametrize("types", [(np.int64, np.float64), (np.int16, np.float32)])
@pytest.mark.parametrize("name", [name for name in NUMBERS if not name.startswith("check.")])
def test_numpys_numbers_count_as_pythons(expected, name, types):
    got = result(name, ["warnings"], WithNumPysNumbers(*types))
    same(got, expected[name])


def test_a_module_that_can_never_be_trained_is_refused():
    with torch.inference_mode():
        model = nn.Linear(3, 3)
    with pytest.raises(ValueError, match="model must be made outside torch.inference_mode"):
        tm.train(model, tm.SparseFeatures(3, 0.5), progress=False)
