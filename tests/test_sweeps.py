import multiprocessing
import os
import re
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import distributed
import nbformat
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

import toymodels as tm
from toymodels import sweeps

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
QUICK = {"steps": 20, "batch_size": 32, "samples": 512, "progress": False}
IMPORTANCES = [[1.0, 0.5, 0.2], [1.0, 1.0, 1.0]]


def quick(
    model_class=tm.ReLUOutputModel,
    n=3,
    m=2,
    sparsities=(0.1, 0.9),
    importances=None,
    seeds=3,
    **options,
):
    return tm.sweep(model_class, n, m, sparsities, importances, seeds, **QUICK | options)


def same(a, b):
    return all(torch.equal(getattr(a, name), getattr(b, name)) for name in ("loss", "W", "b"))


def spawned(workers):
    """Processes that start from nothing, as on Windows and macOS."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def test_each_model_is_what_train_makes_of_its_setting(model_class):
    result = quick(model_class, importances=IMPORTANCES)
    assert result.loss.shape == (2, 2, 3)
    for s, S in enumerate([0.1, 0.9]):
        for i, importance in enumerate(IMPORTANCES):
            for seed in range(3):
                model, features = model_class(3, 2, seed=seed), tm.SparseFeatures(3, S)
                tm.train(model, features, importance, steps=20, batch_size=32, progress=False)
                assert_close(result.W[s, i, seed], model.W.detach(), rtol=1e-4, atol=1e-5)
                assert_close(result.b[s, i, seed], model.b.detach(), rtol=1e-4, atol=1e-5)
                loss = (
                    torch.tensor(importance) * tm.feature_loss(model, features, samples=512, seed=1)
                ).mean()
                assert_close(result.loss[s, i, seed], loss, rtol=1e-4, atol=1e-7)


@settings(deadline=None, max_examples=15)
@given(n=st.integers(1, 5), seeds=st.integers(1, 7), at_once=st.integers(1, 30))
def test_the_result_does_not_depend_on_how_many_train_at_once(n, seeds, at_once):
    m = (n + 1) // 2
    assert same(quick(n=n, m=m, seeds=seeds), quick(n=n, m=m, seeds=seeds, at_once=at_once))


def test_models_train_in_whole_vectors_of_sixteen(monkeypatch):
    """Else rounding would depend on a model's place in the batch: on some processors, for some sizes."""
    seen = []
    whole = sweeps.train_to_the_end
    monkeypatch.setattr(
        sweeps,
        "train_to_the_end",
        lambda model, *rest, **options: (seen.append(model.copies), whole(model, *rest, **options)),
    )
    quick(seeds=1, at_once=1)
    quick(sparsities=[0.1] * 17, seeds=1, at_once=17)
    assert seen == [16, 16, 32]


def test_biases_start_at_zero_or_at_the_means():
    """A single step of a tiny rate moves them by hardly anything."""
    still = {"steps": 1, "lr": 1e-6}
    assert_close(quick(**still).b, torch.zeros(2, 1, 3, 3), atol=1e-5, rtol=0)
    means = torch.tensor([0.45, 0.05])[:, None, None, None].expand(2, 1, 3, 3)
    assert_close(quick(bias_at_mean=True, **still).b, means, atol=1e-5, rtol=0)


def test_without_samples_the_loss_is_exact():
    result = quick(importances=IMPORTANCES, samples=None)
    assert torch.equal(result.W, quick(importances=IMPORTANCES).W)  # the training is the same
    for s, S in enumerate([0.1, 0.9]):
        for i, importance in enumerate(IMPORTANCES):
            W, b = result.W[s, i], result.b[s, i]
            model = tm.ReLUOutputModel.from_weights(W, b)
            exact = tm.expected_loss(model, tm.SparseFeatures(3, S), importance).detach()
            assert_close(result.loss[s, i], exact.double(), rtol=1e-5, atol=0)


def test_processes_give_the_same_numbers():
    with spawned(2) as pool:
        assert same(quick(), quick(executor=pool, at_once=2))


def test_a_dask_cluster_gives_the_same_numbers():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert same(quick(), quick(executor=client.get_executor(), at_once=2))


def test_the_lines_for_dask_in_chapter_6_run_as_they_stand(tmp_path):
    """As a script, as the text beside them says; the numbers are those of a sweep without it."""
    notebook = nbformat.read(NOTEBOOKS / "06_phase_change.ipynb", as_version=4)
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    (lines,) = re.findall(r"```python\n(.*?)```", texts, flags=re.S)
    assert "LocalCluster" in lines and "executor=" in lines
    told = "\nfor row in run.loss.flatten().tolist():\n    print(repr(row))\n"
    script = tmp_path / "script.py"
    body = textwrap.indent(lines + told, "    ")
    script.write_text(f'if __name__ == "__main__":\n{body}', encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    here = tm.sweep(tm.ReLUOutputModel, 3, 2, [0.5, 0.9], seeds=8, progress=False)
    losses = [float(line) for line in done.stdout.splitlines() if re.fullmatch(r"[\d.e-]+", line)]
    assert losses == here.loss.flatten().tolist()


def test_the_best_start_and_the_spread_leave_failures_out():
    loss = torch.tensor([[[3.0, 2.0, torch.nan]], [[torch.nan, 5.0, 5.5]]], dtype=torch.float64)
    W = torch.arange(2 * 1 * 3 * 1 * 2.0).reshape(2, 1, 3, 1, 2)
    result = tm.Sweep(
        torch.tensor([0.1, 0.2]),
        torch.ones(1, 2),
        torch.arange(3),
        loss,
        {"W": W, "b": torch.zeros(2, 1, 3, 2)},
    )
    best = result.best
    assert best[0].tolist() == [[2.0], [5.0]]
    assert torch.equal(best[1], torch.stack([W[0, :, 1], W[1, :, 1]]))
    assert_close(result.spread, torch.tensor([[0.5], [0.1]], dtype=torch.float64))
    result.loss[0, 0, 1] = torch.nan  # one is left: nothing to compare it with
    assert result.spread.isnan().tolist() == [[True], [False]]
    assert result.setting(4) == "sparsity 0.2, importance number 0, seed 1"


def test_tiny_models_have_several_optima_and_restarts_find_the_best():
    """Five equal features in two dimensions, very sparse: some starts end in a pentagon, some do not."""
    result = tm.sweep(tm.ReLUOutputModel, 5, 2, [0.95], seeds=12, progress=False)
    assert result.spread > 0.03
    loss, W, _ = result.best
    assert loss == result.loss.amin()
    assert torch.equal(W[0, 0], result.W[0, 0, result.loss[0, 0].argmin()])


class Diverging(tm.LinearModel):
    """Seed 1 starts from NaN."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        if seed == 1:
            torch.nn.init.constant_(self.W, torch.nan)


def test_a_diverging_model_is_named_and_the_others_are_not_lost():
    with pytest.warns(
        RuntimeWarning, match="2 models failed, the first at sparsity 0.1, importance number 0"
    ):
        result = quick(Diverging)
    settings = [
        "sparsity 0.1, importance number 0, seed 1",
        "sparsity 0.9, importance number 0, seed 1",
    ]
    assert [setting for setting, _ in result.failures] == settings
    assert "became NaN or infinite" in result.failures[0][1]
    whole = quick(tm.LinearModel)
    for name in ("loss", "W", "b"):
        got, expected = getattr(result, name), getattr(whole, name)
        assert got[:, :, 1].isnan().all()
        assert torch.equal(got[:, :, ::2], expected[:, :, ::2])


class Deadly(tm.LinearModel):
    """Seed 1 kills its process."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        if seed == 1:
            os.kill(os.getpid(), signal.SIGKILL)


class Faulty(tm.LinearModel):
    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed)
        if seed == 1:
            raise ZeroDivisionError("seed 1 is unlucky")


class Hopeless(tm.LinearModel):
    def __init__(self, n, m, copies=None, seed=None):
        raise ZeroDivisionError("never")


class Peculiar(tm.LinearModel):
    def __init__(self, size):
        super().__init__(size, size)


def test_a_killed_worker_is_reported_with_its_setting_and_finished_results_are_kept():
    with (
        spawned(1) as pool,
        pytest.warns(
            RuntimeWarning, match="failed, the first at sparsity 0.1.*seed 1: BrokenProcessPool"
        ),
    ):
        result = quick(Deadly, sparsities=[0.1], executor=pool, at_once=1)
    assert result.loss.isfinite().tolist() == [[[True, False, False]]]
    assert [setting[-6:] for setting, _ in result.failures] == ["seed 1", "seed 2"]
    with pytest.raises(
        RuntimeError, match="every model failed, .* seed 0: BrokenProcessPool"
    ) as failed:
        quick(Deadly, sparsities=[0.1], executor=pool)  # the pool takes no more
    assert isinstance(failed.value.__cause__, BrokenProcessPool)


def test_models_that_the_last_step_spoils_have_failed():
    with pytest.raises(RuntimeError, match="every model failed.*NaN or infinite"):
        quick(steps=1, lr=1e37)


def test_when_every_model_fails_that_is_an_error():
    with pytest.raises(
        RuntimeError, match="every model failed, the first at sparsity 0.1.*seed 0: Zero"
    ) as failed:
        quick(Hopeless)
    assert isinstance(failed.value.__cause__, ZeroDivisionError)
    with pytest.raises(RuntimeError, match="every model failed.*became NaN or infinite"):
        quick(Diverging, sparsities=[0.5], lr=1e30)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_failed_task_is_reported_with_its_setting(elsewhere):
    with (
        spawned(1) as pool,
        pytest.warns(RuntimeWarning, match="2 models failed.*ZeroDivisionError: seed 1 is unlucky"),
    ):
        result = quick(Faulty, at_once=1, executor=pool if elsewhere else None)
    assert result.loss.isfinite().tolist() == [[[True, False, True]]] * 2


def start(tmp_path, code, *arguments):
    """A Python process of its own that runs the code, in a group of its own."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, script, *arguments], start_new_session=True, **pipes)


def output(process, seconds=60):
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
    result = tm.sweep(tm.ReLUOutputModel, 40, 5, [0.9, 0.95], seeds=3, steps=20, at_once=2, progress=False)
    print("SECONDS", time.monotonic() - pressed[0])
    for values in (result.loss, result.W[..., 0, 0], result.b[..., 0]):
        print(values.isfinite().flatten().tolist())
"""


def test_an_interrupt_inside_train_stops_the_sweep_at_once_and_leaves_nan(tmp_path):
    """Three jobs: the second is interrupted amid its training, in a real process by a real signal."""
    out = output(start(tmp_path, AMID_TRAINING))
    assert out.count("[True, True, False, False, False, False]") == 3
    assert (
        "Stopped with 2 of 6 models done; the others are NaN." in out and "Stopped after" not in out
    )
    assert float(out.split("SECONDS")[1].split()[0]) < 0.5


POOL = """
    import multiprocessing, os, sys
    from concurrent.futures import ProcessPoolExecutor
    import torch
    import toymodels as tm

    class Loud(tm.ReLUOutputModel):
        def __init__(self, *size, **options):
            super().__init__(*size, **options)
            os.write(1, f"MADE by {os.getpid()}\\n".encode())

    if __name__ == "__main__":
        torch.rand(400, 400) @ torch.rand(400, 400)  # PyTorch's threads are awake
        tm.explore.samples(sparsities=[0.5, 0.9])
        options = {"seeds": 2, "steps": int(sys.argv[2]), "at_once": 1, "progress": False}
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(sys.argv[1])) as pool:
            result = tm.sweep(Loud, 40, 5, [0.5, 0.9], executor=pool, **options)
        print("LOSS", result.loss.flatten().tolist())
"""
METHODS = pytest.mark.parametrize(
    "method",
    [method for method in ("fork", "spawn") if method in multiprocessing.get_all_start_methods()],
)


@METHODS
def test_processes_finish_however_they_start_after_pytorch_used_threads(tmp_path, method):
    out = output(start(tmp_path, POOL, method, "30"))
    here = tm.sweep(tm.ReLUOutputModel, 40, 5, [0.5, 0.9], seeds=2, steps=30, progress=False)
    assert f"LOSS {here.loss.flatten().tolist()}" in out


@METHODS
def test_after_ctrl_c_no_process_hangs(tmp_path, method):
    process = start(tmp_path, POOL, method, "1000000")
    at_work = set()
    while len(at_work) < 2:  # two jobs more wait in the queue
        line = process.stdout.readline()
        assert line.startswith("MADE by ")
        at_work.add(line)
    os.killpg(process.pid, signal.SIGINT)  # to the whole group, as a terminal and Jupyter do
    out = output(process, seconds=20)
    assert "Stopped with 0 of 4 models done" in out
    assert "LOSS [nan, nan, nan, nan]" in out


def test_the_progress_bar_counts_models(capsys):
    quick(progress=True)
    assert "6/6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"executor": 4}, TypeError, "executor must be a concurrent.futures.Executor .*got 4"),
        ({"executor": ProcessPoolExecutor}, TypeError, "executor must be .*not its class"),
        (
            {"model_class": Peculiar},
            TypeError,
            r"model_class must be called like .*Peculiar\(size\) cannot",
        ),
        ({"sparsities": 0.9}, TypeError, "sparsities must be a list of numbers, got 0.9"),
        ({"sparsities": {0.1, 0.9}}, TypeError, "sparsities must be a list of numbers, got {"),
        (
            {"sparsities": (S for S in (0.1, 0.9))},
            TypeError,
            "sparsities must be a list of numbers, got <gen",
        ),
        (
            {"model_class": "linear"},
            TypeError,
            "model_class must be a class like LinearModel, got 'linear'",
        ),
        ({"m": 4}, ValueError, "m must be at most n = 3"),
        ({"sparsities": [0.1, 1.1]}, ValueError, r"sparsity must lie in \[0, 1\].*1.1"),
        ({"sparsities": []}, ValueError, "sparsities must hold at least one number"),
        (
            {"sparsities": [[0.1, 0.2, 0.3]]},
            ValueError,
            r"sparsities must be a list of numbers.*\(1, 3\)",
        ),
        ({"importances": [[1.0, 2.0]]}, ValueError, r"importances must have shape .*got \(1, 2\)"),
        (
            {"importances": [-1.0, 1.0, 1.0]},
            ValueError,
            "importances must be finite and not negative",
        ),
        ({"seeds": 0}, ValueError, "seeds must be at least 1, got 0"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"lr": -1.0}, ValueError, "lr must be finite and above 0"),
        ({"at_once": 0}, ValueError, "at_once must be at least 1"),
        ({"samples": "many"}, TypeError, "samples must be a whole number"),
    ],
)
def test_bad_input_is_named(options, error, says):
    with pytest.raises(error, match=says):
        quick(**options)
