import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController, threadpool_limits
from torch import nn
from torch.testing import assert_close

import toymodels as tm

FEATURES = tm.SparseFeatures(6, 0.5)


def quick(model, data=FEATURES, **options):
    options = {"steps": 20, "batch_size": 32, "progress": False} | options
    return tm.train(model, data, **options)


def test_weighted_mse_by_hand():
    x = torch.tensor([[1.0, 2.0], [0.0, 1.0]])
    x_hat = torch.tensor([[0.5, 2.0], [1.0, 3.0]])
    # (10 * 0.25 + 0.5 * 0 + 10 * 1 + 0.5 * 4) / 4
    assert tm.weighted_mse(x, x_hat, torch.tensor([10.0, 0.5])) == pytest.approx(14.5 / 4)
    per_copy = tm.weighted_mse(x, torch.stack([x, x_hat]), torch.tensor([10.0, 0.5]))
    assert per_copy.tolist() == pytest.approx([0, 14.5 / 4])
    with pytest.raises(ValueError, match=r"x_hat must have the shape of x, \(2, 2\), got \(2, 3\)"):
        tm.weighted_mse(x, torch.zeros(2, 3), torch.ones(2))
    with pytest.raises(ValueError, match=r"importance must have shape \(2,\), got \(3,\)"):
        tm.weighted_mse(x, x_hat, torch.ones(3))
    with pytest.raises(
        ValueError, match=r"importance must have shape \(2,\) or \(5, 2\), got \(5, 1\)"
    ):
        tm.weighted_mse(x, torch.zeros(5, 2, 2), torch.ones(5, 1))


def test_a_step_is_adam_on_the_weighted_loss():
    """The loop written out once more with autograd and torch.optim: same losses, same weights."""
    model, twin = tm.ReLUModel(6, 2, seed=1), tm.ReLUModel(6, 2, seed=1)
    importance = torch.linspace(1, 0.1, 6)
    history = quick(model, importance=importance, seed=3, lr=0.02)
    generator = np.random.default_rng(3)
    optimizer = torch.optim.Adam(twin.parameters(), lr=0.02, betas=(0.9, 0.99))
    for step in range(20):
        x = FEATURES.sample(32, generator)
        loss = (importance * (x - twin(x)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        climb, fall = min(1, (step + 1) / 2), (1 + math.cos(math.pi * step / 20)) / 2
        optimizer.param_groups[0]["lr"] = 0.02 * climb * fall
        optimizer.step()
        assert_close(history.loss[step], loss.detach())
    assert_close(model.W, twin.W)
    assert_close(model.b, twin.b)


def test_copies_train_as_they_would_alone(model_class):
    features = tm.SparseFeatures(6, [0.1, 0.5, 0.9])
    together = model_class(6, 2, copies=3, seed=0)
    history = quick(together, features)
    assert history.loss.shape == (20, 3)
    for i, S in enumerate([0.1, 0.5, 0.9]):
        alone = model_class(6, 2, copies=3, seed=0)[i]
        alone_history = quick(alone, tm.SparseFeatures(6, S))
        assert alone_history.loss.shape == (20,)
        assert_close(history.loss[:, i], alone_history.loss, rtol=1e-3, atol=1e-5)
        assert_close(together.W[i], alone.W, rtol=1e-3, atol=1e-4)


def test_same_seed_same_run_and_the_global_state_stays():
    before = torch.get_rng_state()
    models = [tm.ReLUOutputModel(6, 2, seed=0) for _ in range(3)]
    runs = [quick(model, seed=seed) for model, seed in zip(models, [5, 5, 6], strict=True)]
    assert torch.equal(runs[0].loss, runs[1].loss) and torch.equal(models[0].W, models[1].W)
    assert not torch.equal(runs[0].loss, runs[2].loss)
    assert torch.equal(before, torch.get_rng_state())


class Untied(nn.Module):
    """What a student might write."""

    def __init__(self):
        super().__init__()
        self.squeeze, self.expand = nn.Linear(6, 2), nn.Linear(2, 6)

    def forward(self, x):
        return self.expand(torch.tanh(self.squeeze(x)))


def test_a_students_module_trains():
    torch.manual_seed(0)
    history = quick(Untied(), steps=200)
    assert history.loss[-20:].mean() < 0.8 * history.loss[:20].mean()


def test_snapshots_run_from_the_first_weights_to_the_last():
    model = tm.LinearModel(6, 2, copies=3, seed=0)
    start = model.W.detach().clone()
    history = quick(model, snapshots=5)
    assert history.snapshots.shape == (5, 3, 2, 6)
    assert history.snapshot_steps.tolist() == [0, 1, 5, 11, 20]
    assert torch.equal(history.snapshots[0], start)
    assert torch.equal(history.snapshots[-1], model.W)
    assert quick(model, snapshots=1).snapshot_steps.tolist() == [20]
    assert quick(model).snapshots is None


def test_thread_setting_is_left_as_it_was():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    for _, _ in itertools.islice(tm.training_steps(tm.LinearModel(6, 2), FEATURES), 3):
        assert torch.get_num_threads() == 2
    with pytest.raises(tm.DivergedError):
        quick(tm.LinearModel(6, 2), lr=1e12)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)


def test_steps_is_the_axis_of_loss():
    history = quick(tm.LinearModel(6, 2))
    assert history.steps.tolist() == list(range(1, 21))
    assert repr(history).startswith("History(20 steps, last loss ")


def test_a_parameter_without_gradient_stays_where_it_is():
    class Spare(Untied):
        def __init__(self):
            super().__init__()
            self.spare = nn.Parameter(torch.ones(2))

    model = Spare()
    quick(model)
    assert model.spare.tolist() == [1, 1]


def test_a_module_may_have_copies_without_saying_so():
    class Pair(tm.LinearModel):
        def forward(self, x):
            return torch.stack([x @ self.W.mT @ self.W, x * 0])

    assert quick(Pair(6, 2, seed=0)).loss.shape == (20, 2)


class InterruptedFeatures(tm.SparseFeatures):
    """Presses the stop button while batch number 8 is made."""

    drawn = 0

    def sample(self, *args):
        self.drawn += 1
        if self.drawn == 8:
            raise KeyboardInterrupt
        return super().sample(*args)


def test_an_interrupt_keeps_model_and_history(capsys):
    model, twin = tm.LinearModel(6, 2, seed=0), tm.LinearModel(6, 2, seed=0)
    history = quick(model, InterruptedFeatures(6, 0.5), snapshots=3)
    assert len(history.loss) == 7
    assert history.snapshot_steps.tolist() == [0, 5, 7]
    assert torch.equal(history.snapshots[-1], model.W)
    assert "Stopped after step 7 of 20" in capsys.readouterr().out
    for _ in itertools.islice(tm.training_steps(twin, FEATURES, steps=20, batch_size=32), 7):
        pass
    assert_close(model.W, twin.W)


def test_an_interrupt_before_the_first_step_keeps_the_shapes(capsys):
    features = InterruptedFeatures(6, [0.5, 0.9])
    features.drawn = 7
    model = tm.LinearModel(6, 2, copies=2, seed=0)
    history = quick(model, features, snapshots=3)
    assert history.loss.shape == (0, 2)
    assert torch.equal(history.snapshots, model.W[None]) and history.snapshot_steps.tolist() == [0]
    assert "Stopped after step 0 of 20" in capsys.readouterr().out


def test_divergence_stops_at_once_and_says_what_to_try():
    model = tm.LinearModel(6, 2, seed=0)
    with pytest.raises(
        tm.DivergedError, match=r"step \d+ with learning rate .*Try a lower lr"
    ) as caught:
        quick(model, lr=1e12, steps=50)
    assert 0 < len(caught.value.history.loss) < 50
    assert torch.isfinite(caught.value.history.loss).all()
    assert torch.isfinite(model.W).all()


def test_a_nan_in_a_students_module_stops_too():
    class Nan(Untied):
        def forward(self, x):
            return super().forward(x) * float("nan")

    with pytest.raises(tm.DivergedError, match="step 1 "):
        quick(Nan())


def test_training_steps_follow_sparsity_while_they_run():
    features, losses = tm.SparseFeatures(6, 0.0), []
    for step, loss in tm.training_steps(tm.LinearModel(6, 2), features, steps=None, batch_size=32):
        losses.append(loss.item())
        features.sparsity = 1.0  # nothing but zeros from now on
        if step == 2:
            break
    assert losses[0] > 0.01
    assert losses[1] < losses[0] / 5


def test_the_learning_rate_climbs_and_falls_to_zero_along_a_cosine():
    rate = tm.warmup_cosine(0.04, steps=100)
    assert rate(0) == pytest.approx(0.004)
    assert rate(4) == pytest.approx(0.02, rel=0.01)
    assert max(map(rate, range(100))) == rate(9) == pytest.approx(0.04, rel=0.03)
    assert rate(50) == pytest.approx(0.02)
    assert rate(99) < 0.04 * 0.001
    seen = []
    quick(tm.LinearModel(6, 2), lr=lambda step: seen.append(step) or 0.01, steps=3)
    assert sorted(set(seen)) == [0, 1, 2]


def test_the_progress_bar_shows_loss_and_rate(capsys):
    quick(tm.LinearModel(6, 2), progress=True)
    shown = capsys.readouterr().err
    assert "training" in shown and "loss=" in shown and "lr=" in shown and "20/20" in shown


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"steps": 1.5}, TypeError, "steps must be a whole number, got 1.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"lr": 0}, ValueError, "lr must be finite and above 0, got 0"),
        ({"lr": float("inf")}, ValueError, "lr must be finite and above 0, got inf"),
        ({"lr": "fast"}, TypeError, "lr must be a number, got 'fast'"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"snapshots": -1}, ValueError, "snapshots must be at least 0"),
        ({"importance": [1.0] * 5}, ValueError, r"importance must have shape .*got \(5,\)"),
        ({"importance": [0.0] * 6}, ValueError, "must not be zero for every feature"),
        ({"importance": [-1.0] * 6}, ValueError, "not negative"),
    ],
)
def test_bad_options_are_named_before_any_work(options, error, says):
    model = tm.LinearModel(6, 2, seed=0)
    start = model.W.detach().clone()
    with pytest.raises(error, match=says):
        quick(model, **options)
    assert torch.equal(model.W, start)


@pytest.mark.parametrize(
    ("model", "features", "error", "says"),
    [
        (tm.LinearModel(5, 2), FEATURES, ValueError, "data must have n = 5"),
        (tm.LinearModel(6, 2), tm.SparseFeatures(6, [0.1, 0.2]), ValueError, r"got copies=2"),
        (
            tm.LinearModel(6, 2, copies=3),
            tm.SparseFeatures(6, [0.1, 0.2]),
            ValueError,
            r"got copies=2",
        ),
        (nn.Identity(), FEATURES, ValueError, "model must have parameters"),
        (tm.LinearModel(6, 2), torch.rand(9, 6), TypeError, "data must be SparseFeatures"),
        (
            nn.Linear(6, 4),
            FEATURES,
            ValueError,
            r"model\(x\) must be \(32, 6\) as x, got \(32, 4\)",
        ),
    ],
)
def test_bad_models_and_data_are_named(model, features, error, says):
    with pytest.raises(error, match=says):
        quick(model, features)


def test_snapshots_need_a_W():
    with pytest.raises(
        ValueError, match="snapshots must be 0 for a model without a weight matrix W"
    ):
        quick(Untied(), snapshots=2)


def test_sparsity_of_another_shape_is_checked_while_training():
    features = tm.SparseFeatures(6, 0.5)
    run = tm.training_steps(tm.LinearModel(6, 2, copies=3), features, batch_size=8)
    next(run)
    features.sparsity = [0.1, 0.2, 0.3]
    assert next(run)[1].shape == (3,)
    features.sparsity = [0.1, 0.2]
    with pytest.raises(ValueError, match="got copies=2"):
        next(run)


@pytest.mark.parametrize(
    ("model", "lr", "error", "says"),
    [
        (tm.LinearModel, 0.01, TypeError, "model must be an nn.Module"),
        (tm.LinearModel(6, 2).double(), 0.01, TypeError, "model must be float32"),
        (tm.LinearModel(6, 2), lambda step: -0.1, ValueError, r"lr\(step\) must be .*got -0.1"),
        (tm.LinearModel(6, 2), lambda step: None, ValueError, r"lr\(step\) must be .*got None"),
    ],
)
def test_likely_slips_are_named(model, lr, error, says):
    with pytest.raises(error, match=says):
        quick(model, lr=lr)


def test_a_missing_return_is_named():
    class NoReturn(Untied):
        def forward(self, x):
            super().forward(x)

    with pytest.raises(
        TypeError, match=r"model\(x\) must be a tensor, got None. Is a return missing"
    ):
        quick(NoReturn())


def test_snapshots_are_taken_at_the_nearest_quadratically_spaced_steps():
    history = tm.train(
        tm.LinearModel(3, 2, seed=0),
        tm.SparseFeatures(3, 0.5),
        steps=11,
        snapshots=5,
        progress=False,
    )
    assert history.snapshot_steps.tolist() == [
        0,
        1,
        3,
        6,
        11,
    ]  # 11 * (0, 1/16, 1/4, 9/16, 1) = 0, 0.7, 2.8, 6.2, 11


class Correlated:
    """Features 0 and 1 come together, 2 and 3 too: a data set in fifteen lines."""

    copies = None

    def __init__(self, n, sparsity):
        self.n = n
        self.sparsity = sparsity

    def sample(self, batch_size, rng):
        active = rng.random((batch_size, self.n // 2)) > self.sparsity
        values = rng.random((batch_size, self.n), dtype=np.float32)
        return torch.from_numpy(active.repeat(2, axis=1) * values)


def test_data_of_ones_own_train_any_model(model_class):
    data = Correlated(6, 0.8)
    model = model_class(6, 2, seed=0)
    before = tm.mean_loss(model, data)
    history = quick(model, data, steps=300)
    after = tm.mean_loss(model, data)
    assert after < 0.8 * before
    assert_close(history.loss[-50:].mean().double(), after, rtol=0.2, atol=0)
    assert tm.feature_loss(model, data).shape == (6,)


def test_data_of_ones_own_may_have_copies():
    class Three(Correlated):
        copies = 3

        def sample(self, batch_size, rng):
            return torch.stack([super(Three, self).sample(batch_size, rng) * k for k in range(3)])

    model = tm.LinearModel(6, 2, copies=3, seed=0)
    history = quick(model, Three(6, 0.5))
    assert history.loss.shape == (20, 3)
    assert tm.feature_loss(model, Three(6, 0.5)).shape == (3, 6)
    assert (
        tm.mean_loss(tm.LinearModel(6, 2, copies=3, seed=0), Three(6, 0.5))[0] < 1e-9
    )  # all zeros


class HiddenActivations:
    """h = W x of a trained model: what a sparse autoencoder sees."""

    copies = None

    def __init__(self, model, features):
        self.model, self.features, self.n = model, features, model.m

    def sample(self, batch_size, rng):
        return self.model.encode(self.features.sample(batch_size, rng)).detach()


def test_a_sparse_autoencoder_with_its_own_loss_in_twenty_lines():
    class SparseAutoencoder(nn.Module):
        def __init__(self, m, latents):
            super().__init__()
            generator = torch.Generator().manual_seed(0)
            self.encoder = nn.Parameter(torch.randn(m, latents, generator=generator) * m**-0.5)
            self.decoder = nn.Parameter(torch.randn(latents, m, generator=generator) * m**-0.5)

        def encode(self, h):
            return torch.relu(h @ self.encoder)

    def loss(autoencoder, h):
        z = autoencoder.encode(h)
        return (h - z @ autoencoder.decoder).square().mean() + penalty * z.mean()

    hidden = HiddenActivations(tm.ReLUOutputModel(6, 2, seed=0), tm.SparseFeatures(6, 0.8))
    shares = []
    for penalty in (0.0, 0.3):  # noqa: B007
        autoencoder = SparseAutoencoder(2, 8)
        history = quick(autoencoder, hidden, loss=loss, steps=500, batch_size=128)
        assert history.loss[-50:].mean() < 0.5 * history.loss[:5].mean()
        z = autoencoder.encode(hidden.sample(2000, np.random.default_rng(9)))
        shares.append((z > 0.01).float().mean())
    assert shares[1] < 0.7 * shares[0]  # the penalty makes it sparse


@pytest.mark.parametrize("copies", [None, 3])
def test_a_loss_may_be_one_per_copy(copies):
    def absolute(model, x):
        return (x - model(x)).abs().mean(dim=(-2, -1))

    model = tm.ReLUOutputModel(6, 2, copies=copies, seed=0)
    history = quick(model, loss=absolute, steps=200)
    assert history.loss.shape == (200, *([copies] if copies else []))
    assert (history.loss[-10:].mean(0) < 0.9 * history.loss[:3].mean(0)).all()


@pytest.mark.parametrize("own_loss", [False, True], ids=["written out", "autograd"])
@pytest.mark.parametrize("copies", [None, 3])
def test_weight_decay_is_that_of_adamw_on_weights_and_biases(own_loss, copies):
    model, twin = (tm.ReLUOutputModel(6, 2, copies=copies, seed=1) for _ in range(2))
    importance = torch.linspace(1, 0.1, 6)

    def usual(model, x):
        return tm.weighted_mse(x, model(x), importance)

    options = {"loss": usual} if own_loss else {"importance": importance}
    for m in (model, twin):
        with torch.no_grad():
            m.b.fill_(0.4)
    rates = [0.05 / (1 + step) for step in range(10)]
    quick(model, steps=10, lr=rates.__getitem__, weight_decay=0.7, **options)
    optimizer = torch.optim.AdamW(twin.parameters(), betas=(0.9, 0.99), weight_decay=0.7)
    rng = np.random.default_rng(0)
    for rate in rates:
        x = FEATURES.sample(32, rng)
        optimizer.zero_grad()
        usual(twin, x).sum().backward()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    assert_close(model.W, twin.W)
    assert_close(model.b, twin.b)


def test_weight_decay_alone_shrinks_each_parameter_by_rate_times_decay():
    """Empty data leave an unbiased model without a gradient: what is left is the decay."""
    model = tm.LinearModel(6, 2, seed=0)
    before = model.W.detach().clone()
    quick(model, tm.SparseFeatures(6, 1.0), steps=3, lr=lambda step: 0.1, weight_decay=0.5)
    assert_close(model.W.detach(), before * 0.95**3)
    twin = tm.LinearModel(6, 2, seed=0)
    quick(twin, tm.SparseFeatures(6, 1.0), steps=3, lr=lambda step: 0.1)
    assert torch.equal(twin.W, before)


def test_adams_betas_are_those_given():
    model, twin = Untied(), Untied()
    twin.load_state_dict(model.state_dict())
    quick(model, steps=10, lr=lambda step: 0.05, betas=(0.5, 0.7))
    optimizer = torch.optim.Adam(twin.parameters(), lr=0.05, betas=(0.5, 0.7))
    rng = np.random.default_rng(0)
    for _ in range(10):
        x = FEATURES.sample(32, rng)
        optimizer.zero_grad()
        tm.weighted_mse(x, twin(x), torch.ones(6)).backward()
        optimizer.step()
    for got, expected in zip(model.parameters(), twin.parameters(), strict=True):
        assert_close(got, expected)


class Odd(Correlated):
    def __init__(self, gives):
        super().__init__(6, 0.5)
        self.gives = gives

    def sample(self, batch_size, rng):
        return self.gives


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (Odd([1.0]), TypeError, r"data.sample.* must be a tensor, got \[1.0\]"),
        (Odd(torch.ones(31, 6)), ValueError, r"data.sample must return \(32, 6\) .* got \(31, 6\)"),
        (Odd(torch.ones(32, 6).double()), ValueError, "torch.float32, got .* torch.float64"),
    ],
)
def test_an_odd_batch_is_named(data, error, says):
    with pytest.raises(error, match=says):
        quick(Untied(), data)
    with pytest.raises(error, match=says):
        tm.feature_loss(Untied(), data, samples=32)


@pytest.mark.parametrize(
    ("loss", "error", "says"),
    [
        (
            lambda model, x: None,
            TypeError,
            "loss.model, x. must be a tensor, got None. Is a return",
        ),
        (
            lambda model, x: model(x),
            ValueError,
            r"must be \(\), got shape \(32, 6\)",
        ),
        (lambda model, x: x.sum(), ValueError, "must depend on the parameters"),
    ],
)
def test_an_odd_loss_is_named(loss, error, says):
    with pytest.raises(error, match=says):
        quick(Untied(), loss=loss)


def test_a_last_step_that_spoils_the_weights_is_no_success():
    """No later loss would tell."""
    model = tm.ReLUOutputModel(6, 2, seed=0)
    with pytest.raises(tm.DivergedError, match="weights became NaN or infinite at step 3"):
        quick(model, steps=3, lr=lambda step: 1e39 if step == 2 else 0.01)


def test_an_interrupted_history_says_so():
    model = tm.LinearModel(6, 2, seed=0)
    assert repr(quick(model, InterruptedFeatures(6, 0.5))).endswith(", interrupted)")
    assert "interrupted" not in repr(quick(model))


LOCK = """
import signal, threading
from concurrent.futures import ThreadPoolExecutor
import toymodels as tm
from tqdm import tqdm

from toymodels import _bars
drawn = []
whole = _bars.Bar.display

def interrupted(self, *args, **options):
    drawn.append(None)
    if len(drawn) == 2:
        signal.raise_signal(signal.SIGINT)
    return whole(self, *args, **options)

_bars.Bar.display = interrupted
history = tm.train(tm.LinearModel(6, 2, seed=0), tm.SparseFeatures(6, 0.5), steps=10**7)
assert history.interrupted
done = []
thread = threading.Thread(target=lambda: done.append(tqdm(total=1, disable=True)), daemon=True)
thread.start()
thread.join(10)
print("FREE", bool(done))
"""


def test_an_interrupt_while_the_bar_is_drawn_leaves_no_lock_behind():
    """Another thread's bar, or that of a forked process, would wait for ever."""
    run = subprocess.run([sys.executable, "-c", LOCK], capture_output=True, text=True, timeout=60)
    assert "FREE True" in run.stdout, run.stderr


def test_a_loss_of_two_tensors_is_told_what_it_is_called_with():
    with pytest.raises((AttributeError, TypeError)) as caught:
        tm.train(
            tm.ReLUModel(3, 2, seed=0),
            tm.SparseFeatures(3, 0.5),
            loss=lambda x, x_hat: (x - x_hat).square().mean(),
            progress=False,
        )
    assert caught.value.__notes__ == [
        "Training calls loss(model, x) with the model and a batch of data."
    ]


class Broken:
    """Data that go wrong in their second batch."""

    n = 3
    copies = None
    batches = 0

    def sample(self, batch_size, generator):
        self.batches += 1
        return torch.full((batch_size, 3), 1.0 if self.batches == 1 else torch.nan)


def test_data_that_hold_nan_are_named_not_the_learning_rate():
    model = tm.ReLUModel(3, 2, seed=0)
    with pytest.raises(tm.DivergedError, match="data.sample returned NaN .* at step 2") as caught:
        tm.train(model, Broken(), steps=5, progress=False)
    assert len(caught.value.history.loss) == 1
    assert all(parameter.isfinite().all() for parameter in model.parameters())


def all_threads():
    """How many threads PyTorch and each library of linear algebra compute on."""
    libraries = ThreadpoolController().select(user_api="blas").info()
    assert libraries  # else this would test nothing
    return [torch.get_num_threads(), *(library["num_threads"] for library in libraries)]


class Watched(tm.ReLUOutputModel):
    """Writes down on how many threads it computes."""

    seen = ()

    def forward(self, x):
        self.seen = [*self.seen, all_threads()]
        return super().forward(x)


def measured(model, data):
    tm.feature_loss(model, data, samples=300)
    tm.mean_loss(model, data, samples=300)
    tm.expected_loss(model, data)


def trained(model, data):
    tm.train(model, data, steps=2, batch_size=8, progress=False)


@pytest.mark.parametrize("work", [trained, measured])
def test_work_is_done_on_one_thread_and_the_readers_choice_comes_back(work):
    model = Watched(3, 2, seed=0)
    with threadpool_limits(limits=2, user_api="blas"):
        torch.set_num_threads(2)
        before = all_threads()
        work(model, tm.SparseFeatures(3, 0.5))
        after = all_threads()
        torch.set_num_threads(1)
    assert before == after and before[1:] == [2] * len(before[1:])
    assert model.seen and all(set(seen) == {1} for seen in model.seen)


def test_between_two_steps_the_reader_has_all_threads():
    with threadpool_limits(limits=2, user_api="blas"):
        for _ in tm.training_steps(tm.ReLUModel(3, 2, seed=0), tm.SparseFeatures(3, 0.5), steps=2):
            assert all_threads()[1:] == [2] * len(all_threads()[1:])
