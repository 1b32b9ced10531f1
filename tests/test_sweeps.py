import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

import distributed
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

import toymodels as tm

QUICK = {"steps": 20, "batch_size": 32, "samples": 512, "progress": False}
IMPORTANCES = [[1.0, 0.5, 0.2], [1.0, 1.0, 1.0]]


def quick(
    model_class=tm.ReLUOutputModel, n=3, m=2, sparsities=(0.1, 0.9), importances=None, seeds=3, **options
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


def test_the_best_start_and_the_spread_leave_failures_out():
    loss = torch.tensor([[[3.0, 2.0, torch.nan]], [[torch.nan, 5.0, 5.5]]], dtype=torch.float64)
    W = torch.arange(2 * 1 * 3 * 1 * 2.0).reshape(2, 1, 3, 1, 2)
    result = tm.Sweep(
        torch.tensor([0.1, 0.2]), torch.ones(1, 2), torch.arange(3), loss, W, torch.zeros(2, 1, 3, 2)
    )
    best = result.best
    assert best[0].tolist() == [[2.0], [5.0]]
    assert torch.equal(best[1], torch.stack([W[0, :, 1], W[1, :, 1]]))
    assert_close(result.spread, torch.tensor([[0.5], [0.1]], dtype=torch.float64))
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
    settings = ["sparsity 0.1, importance number 0, seed 1", "sparsity 0.9, importance number 0, seed 1"]
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


def test_a_killed_worker_is_reported_with_its_setting_and_finished_results_are_kept():
    with (
        spawned(1) as pool,
        pytest.warns(RuntimeWarning, match="failed, the first at sparsity 0.1.*seed 1: BrokenProcessPool"),
    ):
        result = quick(Deadly, sparsities=[0.1], executor=pool, at_once=1)
    assert result.loss.isfinite().tolist() == [[[True, False, False]]]
    assert [setting[-6:] for setting, _ in result.failures] == ["seed 1", "seed 2"]
    with pytest.warns(RuntimeWarning, match="3 models failed"):
        assert quick(Deadly, sparsities=[0.1], executor=pool).loss.isnan().all()  # the pool takes no more


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_failed_task_is_reported_with_its_setting(elsewhere):
    with (
        spawned(1) as pool,
        pytest.warns(RuntimeWarning, match="2 models failed.*ZeroDivisionError: seed 1 is unlucky"),
    ):
        result = quick(Faulty, at_once=1, executor=pool if elsewhere else None)
    assert result.loss.isfinite().tolist() == [[[True, False, True]]] * 2


def test_an_interrupt_keeps_what_is_done(capsys):
    class Interrupted(tm.LinearModel):
        made = 0

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            Interrupted.made += 1
            if Interrupted.made == 5:  # each job makes one model for all and one for its seed
                raise KeyboardInterrupt

    result = quick(Interrupted, at_once=1)
    assert result.loss.isfinite().flatten().tolist() == [True, True, False, False, False, False]
    assert "Stopped with 2 of 6 models done" in capsys.readouterr().out


def test_the_progress_bar_counts_models(capsys):
    quick(progress=True)
    assert "6/6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"model_class": "linear"}, TypeError, "model_class must be a class like LinearModel, got 'linear'"),
        ({"m": 4}, ValueError, "m must be at most n = 3"),
        ({"sparsities": [0.1, 1.1]}, ValueError, r"sparsity must lie in \[0, 1\].*1.1"),
        ({"sparsities": []}, ValueError, "sparsity must be"),
        ({"sparsities": [[0.1, 0.2, 0.3]]}, ValueError, r"sparsities must be a list of numbers.*\(1, 3\)"),
        ({"importances": [[1.0, 2.0]]}, ValueError, r"importance must have shape .*got \(1, 2\)"),
        ({"importances": [-1.0, 1.0, 1.0]}, ValueError, "importance must be finite and not negative"),
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
