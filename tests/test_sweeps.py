import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import joblib
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

import toymodels as tm
from toymodels import sweeps

GUIDE = Path(__file__).parent.parent / "CONTRIBUTING.md"
QUICK = {"steps": 20, "batch_size": 32, "samples": 512, "progress": False}
IMPORTANCES = [[1.0, 0.5, 0.2], [1.0, 1.0, 1.0]]
LEVELS = [0.1, 0.9]
PAIRS = [[0, 1]]
ROWS = torch.rand(50, 3, generator=torch.Generator().manual_seed(0))


def quick(model_class=tm.ReLUOutputModel, data=None, importances=None, seeds=3, m=2, **options):
    data = data or tm.SparseFeatures(3, LEVELS)
    return tm.sweep(model_class, m, data, importances, seeds, **QUICK | options)


def same(a, b):
    return all(torch.equal(getattr(a, name), getattr(b, name)) for name in ("loss", "W", "b"))


class OnOff:
    """Data of the student's own: each feature is 1 with probability 1 - S, else 0."""

    def __init__(self, n, S):
        self.n, self.S = n, torch.tensor(S)
        self.copies = len(S) if self.S.ndim else None

    def sample(self, batch_size, rng):
        draws = torch.from_numpy(rng.random((batch_size, self.n), dtype="float32"))
        return (draws > (self.S[:, None, None] if self.copies else self.S)).float()


class Untied(tm.TiedAutoencoder):
    """A matrix of its own on the way out."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, output=torch.relu)
        self.V = torch.nn.Parameter(self.W.detach().clone())

    def decode(self, h):
        return self.output(h @ self.V + (self.b.unsqueeze(-2) if self.copies else self.b))


class WithoutBias(tm.LinearModel):
    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        self.b = None

    def decode(self, h):
        return h @ self.W


SPARSE = tm.SparseFeatures(3, LEVELS), [tm.SparseFeatures(3, S) for S in LEVELS]
UNEVEN = torch.tensor([[0.1, 0.5, 0.9], [0.8, 0.8, 0.2]])
SETTINGS = {  # model class; data; the same, one setting at a time
    "linear": (tm.LinearModel, *SPARSE),
    "ReLU": (tm.ReLUModel, *SPARSE),
    "ReLU-output": (tm.ReLUOutputModel, *SPARSE),
    "untied": (Untied, *SPARSE),
    "without bias": (WithoutBias, *SPARSE),
    "one sparsity": (tm.ReLUOutputModel, SPARSE[1][1], SPARSE[1][1:]),
    "a sparsity for each feature": (
        tm.ReLUOutputModel,
        tm.SparseFeatures(3, UNEVEN),
        [tm.SparseFeatures(3, row[None]) for row in UNEVEN],
    ),
    "groups": (
        tm.ReLUOutputModel,
        tm.GroupedFeatures(3, 0.7, PAIRS, [[-1.0], [1.0]]),
        [tm.GroupedFeatures(3, 0.7, PAIRS, bond) for bond in (-1.0, 1.0)],
    ),
    "rows": (tm.ReLUModel, tm.Rows(ROWS), [tm.Rows(ROWS)]),
    "own data": (tm.ReLUOutputModel, OnOff(3, 0.5), [OnOff(3, 0.5)]),
    "own data with copies": (tm.ReLUOutputModel, OnOff(3, LEVELS), [OnOff(3, S) for S in LEVELS]),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_each_model_is_what_train_makes_of_its_setting(name):
    model_class, data, one_by_one = SETTINGS[name]
    result = quick(model_class, data, IMPORTANCES)
    cut = quick(model_class, data, IMPORTANCES, at_once=4)
    assert result.loss.shape == (len(one_by_one), 2, 3)
    assert (result.b is None) == (model_class is WithoutBias)
    for s, single in enumerate(one_by_one):
        for i, importance in enumerate(IMPORTANCES):
            for seed in range(3):
                model = model_class(3, 2, copies=1, seed=seed)
                tm.train(model, single, importance, steps=20, batch_size=32, progress=False)
                trained = {name: p.detach()[0] for name, p in model.named_parameters()}
                assert trained.keys() == result.parameters.keys()
                for run in (result, cut):
                    got = {name: values[s, i, seed] for name, values in run.parameters.items()}
                    assert_close(got, trained, rtol=1e-4, atol=1e-5)
                squared = tm.feature_loss(model, single, samples=512, seed=1)[0]
                loss = (torch.tensor(importance) * squared).mean()
                assert_close(result.loss[s, i, seed], loss, rtol=1e-4, atol=1e-7)
                assert_close(cut.loss[s, i, seed], loss, rtol=1e-4, atol=1e-7)


@settings(deadline=None, max_examples=15)
@given(n=st.integers(1, 5), seeds=st.integers(1, 7), at_once=st.integers(1, 30))
def test_the_result_is_the_same_to_the_last_bit_however_the_work_is_cut(n, seeds, at_once):
    options = {"data": tm.SparseFeatures(n, LEVELS), "m": (n + 1) // 2, "seeds": seeds}
    assert same(quick(**options), quick(**options, at_once=at_once))


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({"seeds": 1, "at_once": 1}, [16, 16]),  # a job for each sparsity
        ({"seeds": 17, "at_once": 34}, [48]),
        ({"data": tm.SparseFeatures(100, 0.9), "seeds": 17, "batch_size": 4000}, [16, 16]),
    ],
)
def test_models_train_in_whole_vectors_of_sixteen(options, sizes, monkeypatch):
    """Otherwise rounding would, on some processors, depend on a model's place in the batch."""
    seen = []
    whole = sweeps.train_to_the_end

    def watched(model, *rest, **options):
        seen.append(model.copies)
        return whole(model, *rest, **options)

    monkeypatch.setattr(sweeps, "train_to_the_end", watched)
    quick(**{"steps": 1} | options)
    assert seen == sizes


def test_two_processes_give_the_same_numbers_and_each_gets_work(monkeypatch):
    jobs = []
    monkeypatch.setattr(sweeps, "as_they_finish", _counted(sweeps.as_they_finish, jobs))
    for data, model_class in (
        (SPARSE[0], tm.ReLUOutputModel),
        (OnOff(3, LEVELS), tm.ReLUOutputModel),
        (SPARSE[0], Untied),
    ):
        assert same(*(quick(model_class, data, seeds=20, n_jobs=n_jobs) for n_jobs in (None, 2)))
        assert jobs[-2:] == [1, 2]
    with joblib.parallel_config(n_jobs=2):
        quick(seeds=20)
    assert jobs[-1] == 2


def _counted(function, counts):
    def counted(jobs, processes):
        counts.append(len(jobs))
        return function(jobs, processes)

    return counted


def test_the_lines_for_dask_in_the_guide_run_as_they_stand(tmp_path):
    """As a script, as the text beside them says; the numbers are those of a sweep without it."""
    (lines,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.S)
    assert "LocalCluster" in lines and 'parallel_config(backend="dask")' in lines
    told = "\nfor row in run.loss.flatten().tolist():\n    print(repr(row))\n"
    body = textwrap.indent(lines + told, "    ")
    out = output(start(tmp_path, f'if __name__ == "__main__":\n{body}'))
    data = tm.SparseFeatures(3, [0.5, 0.9])
    here = tm.sweep(tm.ReLUOutputModel, 2, data, seeds=20, progress=False)
    losses = [float(line) for line in out.splitlines() if re.fullmatch(r"[\d.e-]+", line)]
    assert losses == here.loss.flatten().tolist()


def test_the_learning_rate_may_be_a_function_of_the_step():
    falling = quick(lr=lambda step: 0.1 / (step + 1))
    assert torch.equal(
        quick(lr=tm.warmup_cosine(0.125, 20), steps=20).W, quick(lr=0.125, steps=20).W
    )
    assert not torch.equal(falling.W, quick(lr=lambda step: 0.1).W)


def test_biases_start_at_zero_or_at_the_means():
    """A single step at a tiny rate hardly moves them."""
    still = {"steps": 1, "lr": 1e-6}
    assert_close(quick(**still).b, torch.zeros(2, 1, 3, 3), atol=1e-5, rtol=0)
    means = torch.tensor([0.45, 0.05])[:, None, None, None].expand(2, 1, 3, 3)
    assert_close(quick(bias_at_mean=True, **still).b, means, atol=1e-5, rtol=0)
    grouped = tm.GroupedFeatures(3, 0.5, PAIRS, [[-1.0], [1.0]])
    means = torch.full((2, 1, 3, 3), 0.25)
    assert_close(quick(data=grouped, bias_at_mean=True, **still).b, means, atol=1e-5, rtol=0)


def test_without_samples_the_loss_is_exact():
    result = quick(importances=IMPORTANCES, samples=None)
    assert torch.equal(result.W, quick(importances=IMPORTANCES).W)  # the training is the same
    for s, S in enumerate(LEVELS):
        for i, importance in enumerate(IMPORTANCES):
            model = tm.ReLUOutputModel.from_weights(result.W[s, i], result.b[s, i])
            exact = tm.expected_loss(model, tm.SparseFeatures(3, S), importance).detach()
            assert_close(result.loss[s, i], exact.double(), rtol=1e-5, atol=0)


def test_the_best_start_and_the_spread_leave_failures_out():
    loss = torch.tensor([[[3.0, 2.0, torch.nan]], [[torch.nan, 5.0, 5.5]]], dtype=torch.float64)
    W = torch.arange(2 * 1 * 3 * 1 * 2.0).reshape(2, 1, 3, 1, 2)
    parameters = {"W": W, "b": torch.zeros(2, 1, 3, 2)}
    result = tm.Sweep(torch.ones(1, 2), torch.arange(3), loss, parameters)
    best = result.best
    assert best[0].tolist() == [[2.0], [5.0]]
    assert torch.equal(best[1], torch.stack([W[0, :, 1], W[1, :, 1]]))
    assert_close(result.spread, torch.tensor([[0.5], [0.1]], dtype=torch.float64))
    result.loss[0, 0, 1] = torch.nan  # one is left: nothing to compare it with
    assert result.spread.isnan().tolist() == [[True], [False]]
    assert result.setting(4) == "copy 1 of the data, importance number 0, seed 1"


def test_tiny_models_have_several_optima_and_restarts_find_the_best():
    """Five equal features in two dimensions, very sparse: only some starts end as a pentagon."""
    result = tm.sweep(tm.ReLUOutputModel, 2, tm.SparseFeatures(5, [0.95]), seeds=12, progress=False)
    assert result.spread > 0.03
    loss, W, _ = result.best
    assert loss == result.loss.amin()
    assert torch.equal(W[0, 0], result.W[0, 0, result.loss[0, 0].argmin()])


class Seeded(tm.LinearModel):
    """Each copy knows the seed that it started from."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        self.register_buffer("start", torch.full((copies,), seed))


class Diverging(Seeded):
    """Seed 1 starts from NaN."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        if seed == 1:
            torch.nn.init.constant_(self.W, torch.nan)


class Faulty(Seeded):
    """Seed 1 cannot be trained."""

    def encode(self, x):
        if (self.start == 1).any():
            raise ZeroDivisionError("seed 1 is unlucky")
        return super().encode(x)


class Deadly(Seeded):
    """The last seed kills its process, when the others are done."""

    def encode(self, x):
        if (self.start == 3).any():
            time.sleep(2)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(x)


class Peculiar(tm.LinearModel):
    def __init__(self, size):
        super().__init__(size, size)


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize(
    ("cls", "said"),
    [
        (Diverging, "The loss or the weights became NaN"),
        (Faulty, "ZeroDivisionError: seed 1 is unlucky"),
    ],
)
def test_a_model_that_fails_is_named_and_no_other_is_lost(cls, said, n_jobs):
    at_once = None if cls is Diverging else 1  # an error takes its whole job along
    first = "copy 0 of the data, importance number 0, seed 1"
    with pytest.warns(RuntimeWarning, match=f"2 of 6 models failed, the first at {first}: {said}"):
        result = quick(cls, n_jobs=n_jobs, at_once=at_once)
    assert [setting for setting, _ in result.failures] == [first, first.replace("copy 0", "copy 1")]
    whole = quick(tm.LinearModel)
    for name in ("loss", "W", "b"):
        got, expected = getattr(result, name), getattr(whole, name)
        assert got[:, :, 1].isnan().all()
        assert_close(got[:, :, ::2], expected[:, :, ::2], rtol=1e-4, atol=1e-6)


def test_after_a_killed_worker_what_was_finished_is_kept_and_the_next_sweep_works():
    first = "copy 0 of the data, importance number 0, seed 3"
    with pytest.warns(RuntimeWarning, match=f"1 of 4 models failed.*{first}: TerminatedWorker"):
        result = quick(Deadly, tm.SparseFeatures(3, 0.5), seeds=4, at_once=1, n_jobs=2)
    assert result.loss.isfinite().tolist() == [[[True, True, True, False]]]
    assert result.W.isfinite().all(dim=(-1, -2)).tolist() == [[[True, True, True, False]]]
    assert [setting for setting, _ in result.failures] == [first]
    assert not result.interrupted
    assert quick(n_jobs=2).loss.isfinite().all()


@pytest.mark.parametrize(
    ("cls", "options", "said"),
    [
        (tm.LinearModel, {"steps": 1, "lr": 1e37}, "NaN or infinite"),  # spoilt by the last step
        (tm.LinearModel, {"lr": 1e30}, "became NaN or infinite"),
        (Faulty, {}, "ZeroDivisionError: seed 1"),
        (WithoutBias, {"bias_at_mean": True}, "TypeError: bias_at_mean must be False for Without"),
    ],
)
def test_when_every_model_fails_that_is_an_error(cls, options, said):
    first = "Every model failed, the first at copy 0 of the data, importance number 0, seed 0"
    with pytest.raises(RuntimeError, match=f"{first}: .*{said}"):
        quick(cls, **options)


def start(tmp_path, code, *arguments):
    """A Python process of its own that runs the code, in a group of its own."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, script, *arguments], start_new_session=True, **pipes)


def output(process, seconds=120):
    try:
        out, error = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, error
    return out


AMID_TRAINING = """
    import os, signal, threading, time
    import toymodels as tm
    from toymodels import sweeps

    def press():
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    def watched(*args, **options):
        jobs.append(None)
        if len(jobs) == 2:
            options["steps"] = 10**6
            threading.Timer(0.3, press).start()
        return whole(*args, **options)

    pressed, jobs, whole = [], [], sweeps.train_to_the_end
    sweeps.train_to_the_end = watched
    options = {"seeds": 3, "steps": 20, "at_once": 2, "progress": False}
    result = tm.sweep(tm.ReLUOutputModel, 5, tm.SparseFeatures(40, [0.9, 0.95]), **options)
    print("SECONDS", time.monotonic() - pressed[0], "INTERRUPTED", result.interrupted)
    for values in (result.loss, result.W[..., 0, 0], result.b[..., 0]):
        print(values.isfinite().flatten().tolist())
"""


def test_an_interrupt_amid_training_stops_the_sweep_at_once_and_leaves_nan(tmp_path):
    """Three jobs: the second is interrupted, in a real process by a real signal."""
    out = output(start(tmp_path, AMID_TRAINING))
    assert out.count("[True, True, False, False, False, False]") == 3
    assert "Stopped with 2 of 6 models done. The others are NaN." in out
    assert "Stopped after" not in out and "INTERRUPTED True" in out
    assert float(out.split("SECONDS")[1].split()[0]) < 0.5


PROCESSES = """
    import os, sys
    import torch
    import toymodels as tm

    class Loud(tm.ReLUOutputModel):  # the script's own, which no process can import
        def __init__(self, n, m, copies, seed):
            super().__init__(n, m, copies, seed)
            if copies > 1:
                os.write(1, f"MADE by {os.getpid()}\\n".encode())

    if __name__ == "__main__":
        torch.set_num_threads(2)
        torch.rand(400, 400) @ torch.rand(400, 400)  # PyTorch's threads are awake
        data = tm.SparseFeatures(40, [0.5, 0.9])
        options = {"seeds": 2, "steps": int(sys.argv[1]), "at_once": 1, "progress": False}
        result = tm.sweep(Loud, 5, data, n_jobs=2, **options)
        print("LOSS", result.loss.flatten().tolist(), result.interrupted)
"""


def test_processes_finish_after_pytorch_used_threads(tmp_path):
    out = output(start(tmp_path, PROCESSES, "30"))
    data = tm.SparseFeatures(40, [0.5, 0.9])
    here = tm.sweep(tm.ReLUOutputModel, 5, data, seeds=2, steps=30, progress=False)
    assert f"LOSS {here.loss.flatten().tolist()} False" in out
    assert len(set(re.findall(r"MADE by \d+", out))) == 2


def test_after_ctrl_c_no_process_hangs(tmp_path):
    process = start(tmp_path, PROCESSES, "1000000")
    at_work = set()
    while len(at_work) < 2:  # two jobs more wait in the queue
        line = process.stdout.readline()
        assert line.startswith("MADE by ")
        at_work.add(line)
    os.killpg(process.pid, signal.SIGINT)  # to the whole group, as a terminal and Jupyter do
    out = output(process, seconds=60)
    assert "Stopped with 0 of 4 models done" in out
    assert "LOSS [nan, nan, nan, nan] True" in out


def test_the_progress_bar_counts_models(capsys):
    quick(progress=True)
    assert "6/6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"model_class": Peculiar}, TypeError, r"called like .*Peculiar\(size\) cannot"),
        ({"model_class": "linear"}, TypeError, "must be a class like LinearModel, got 'linear'"),
        ({"data": [0.1, 0.9]}, TypeError, r"data must be SparseFeatures.*got \[0.1, 0.9\]"),
        ({"m": 4}, ValueError, "m must be at most n = 3"),
        ({"importances": [[1.0, 2.0]]}, ValueError, r"importances must have shape .*got \(1, 2\)"),
        ({"importances": [-1.0, 1.0, 1.0]}, ValueError, "importances must be finite and not neg"),
        ({"seeds": 0}, ValueError, "seeds must be at least 1, got 0"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"lr": -1.0}, ValueError, "lr must be finite and above 0"),
        ({"at_once": 0}, ValueError, "at_once must be at least 1"),
        ({"samples": "many"}, TypeError, "samples must be a whole number"),
        ({"samples": None, "data": tm.Rows(ROWS)}, ValueError, "samples must be a whole number"),
        ({"samples": None, "data": tm.SparseFeatures(4, 0.5)}, ValueError, "with n up to 3 only"),
        (
            {"bias_at_mean": True, "data": OnOff(3, 0.5)},
            ValueError,
            "data without a mean of their own, got",
        ),
        ({"n_jobs": 0}, ValueError, "n_jobs must not be 0"),
        ({"n_jobs": 1.5}, TypeError, "n_jobs must be a whole number, got 1.5"),
    ],
)
def test_bad_input_is_named(options, error, says):
    with pytest.raises(error, match=says):
        quick(**options)


class OneForAll(nn.Module):
    """Takes copies, and makes one matrix for all of them."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__()
        self.W = nn.Parameter(torch.full((m, n), 0.3))

    def forward(self, x):
        return x @ self.W.mT @ self.W


class Sloped(tm.TiedAutoencoder):
    """Its slopes, one per feature, could be taken for one per copy where n = 16."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        self.slope = nn.Parameter(torch.full((n,), 0.1))

    def decode(self, h):
        return self.slope * super().decode(h)


@pytest.mark.parametrize(("cls", "name", "n"), [(OneForAll, "W", 3), (Sloped, "slope", 16)])
def test_a_parameter_that_all_models_would_share_is_named(cls, name, n):
    data = tm.SparseFeatures(n, [0.5, 0.9])
    with pytest.raises(RuntimeError, match=f"leading axis of .* copies, got {name} of"):
        tm.sweep(cls, 2, data, seeds=2, steps=2, batch_size=8, samples=64, progress=False)
