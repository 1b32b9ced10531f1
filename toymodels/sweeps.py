"""Many settings at once: a grid of sparsities, importances and starts, here or on other processes."""

from __future__ import annotations

import inspect
import uuid
import warnings
from collections.abc import Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from toymodels import _validate as check
from toymodels._engine import one_thread
from toymodels._progress import progress_bar
from toymodels.data import SparseFeatures
from toymodels.metrics import feature_loss
from toymodels.models import TiedAutoencoder
from toymodels.training import DivergedError, train_to_the_end

interrupted_sweeps: set[str] = set()  # known to a worker process: it takes no more of their jobs

AT_ONCE = 400_000  # numbers in a batch of all copies: what is made of them stays in the processor's cache


@dataclass
class Sweep:
    """Trained models on a grid with the axes sparsity (s), importance (i) and seed (r).

    Attributes:
        sparsities: (s,); importances: (i, n); seeds: (r,).
        loss: (s, i, r) float64, on fresh data; NaN where training failed or was not reached.
        W: (s, i, r, m, n) and b: (s, i, r, n), NaN likewise.
        failures: (setting, error) of each model that failed, both as text.
    """

    sparsities: Tensor
    importances: Tensor
    seeds: Tensor
    loss: Tensor
    W: Tensor
    b: Tensor
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def best(self) -> tuple[Tensor, Tensor, Tensor]:
        """The start with the least loss of each setting: loss (s, i), W (s, i, m, n), b (s, i, n)."""
        r = self.loss.nan_to_num(nan=torch.inf).argmin(-1)
        s, i = torch.meshgrid(*(torch.arange(k) for k in r.shape), indexing="ij")
        return self.loss[s, i, r], self.W[s, i, r], self.b[s, i, r]

    @property
    def spread(self) -> Tensor:
        """(s, i): the largest loss of a setting's starts over the least, minus 1. 0: all starts end alike."""
        known = self.loss.isfinite()
        return self.loss.where(known, -torch.inf).amax(-1) / self.loss.where(known, torch.inf).amin(-1) - 1

    def setting(self, k: int) -> str:
        """Name of model number k, in the order of `loss.flatten()`."""
        s, i, r = np.unravel_index(k, self.loss.shape)
        return f"sparsity {self.sparsities[s]:g}, importance number {i}, seed {self.seeds[r]}"


def sweep(
    model_class: type[TiedAutoencoder],
    n: int,
    m: int,
    sparsities: Sequence[float],
    importances=None,
    seeds: int = 5,
    *,
    steps: int = 1000,
    batch_size: int = 512,
    lr: float = 0.03,
    samples: int = 16_384,
    at_once: int | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> Sweep:
    """Train every combination of sparsity, importance and start.

    Tiny models end in different optima: with several seeds, `best` has the best of them and `spread` tells
    how far apart they end. All models see the same random numbers; a seed stands for starting weights.
    The results do not depend on `at_once`, nor on where they are computed.

    Args:
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or another class called like these.
        n, m: features and hidden dimensions, 1 <= m <= n.
        sparsities: (s,), each in [0, 1].
        importances: (i, n) or (n,), not negative; None: all 1.
        seeds: how many starts of each setting, at least 1: seeds 0, 1, ...
        steps, batch_size, lr: as in `train`. samples: fresh data points that the loss is measured on.
        at_once: models trained side by side; None: as many as fit into the cache.
        executor: for other processes or machines, any `concurrent.futures.Executor`, for example
            ProcessPoolExecutor(2) or a Dask client's `get_executor()`; None: here. A job computes on one
            thread, so that forked processes, too, are safe after PyTorch has used several.
        progress: show a progress bar.
    Returns:
        A Sweep. Failed models (a diverged loss, a killed worker) are NaN in it, named in `failures` and in a
        warning. Interrupting the kernel keeps the models that are done; all others are NaN.
    Raises:
        TypeError, ValueError: an argument is unusable; nothing has been trained then.
        RuntimeError: every model failed; its text and its cause are the first failure's.
    """
    n, m = check.size(n, m)
    _check_class(model_class, n, m)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor must be a concurrent.futures.Executor (not its class), got {executor!r}")
    S = check.sparsities(sparsities)
    I = torch.atleast_2d(check.numbers("importances", [[1.0] * n] if importances is None else importances))
    I = check.importance(I.float(), n, len(I))
    seeds = torch.arange(check.whole_number("seeds", seeds))
    options = {
        "steps": check.whole_number("steps", steps),
        "batch_size": check.whole_number("batch_size", batch_size),
        "lr": check.positive("lr", lr),
    }
    samples = check.whole_number("samples", samples)
    if at_once is None:
        at_once = max(1, AT_ONCE // (n * batch_size))
    at_once = check.whole_number("at_once", at_once)
    shape = len(S), len(I), len(seeds)
    empty = [torch.full((*shape, *more), torch.nan, dtype=torch.float32) for more in ((), (m, n), (n,))]
    result = Sweep(S, I, seeds, empty[0].double(), *empty[1:])
    s, i, r = (torch.from_numpy(a) for a in np.unravel_index(np.arange(result.loss.numel()), shape))
    jobs = {}
    for k in torch.arange(len(s)).split(at_once):
        jobs[k] = (model_class, n, m, S[s[k]].numpy(), I[i[k]].numpy(), seeds[r[k]].numpy(), samples, options)
    _run(jobs, result, executor, progress)
    return result


def _check_class(model_class, n: int, m: int) -> None:
    if not (isinstance(model_class, type) and issubclass(model_class, TiedAutoencoder)):
        raise TypeError(f"model_class must be a class like LinearModel, got {model_class!r}")
    try:
        inspect.signature(model_class).bind(n, m, copies=1, seed=0)
    except TypeError as error:
        raise TypeError(
            f"model_class must be called like LinearModel(n, m, copies=..., seed=...), but "
            f"{model_class.__name__}{inspect.signature(model_class)} cannot: {error}"
        ) from error


def _run(jobs: dict, result: Sweep, executor: Executor | None, progress: bool) -> None:
    """Fill in the results as they come."""
    pool = executor or _Here()
    sweep_id = uuid.uuid4().hex
    bar = progress_bar(result.loss.numel(), "models", disable=not progress)
    futures = {}
    causes = []
    try:
        for numbers, job in jobs.items():
            futures[_submit(pool, sweep_id, job)] = numbers
            if executor is None:
                causes.append(_collect(futures.popitem(), result, bar))
        for done in as_completed(futures):
            causes.append(_collect((done, futures[done]), result, bar))
    except KeyboardInterrupt:
        for future in futures:
            future.cancel()
        known = int(result.loss.isfinite().sum())
        print(f"Stopped with {known} of {result.loss.numel()} models done; the others are NaN.")
    finally:
        bar.close()
    if result.failures:
        (setting, error), count = result.failures[0], len(result.failures)
        if count == result.loss.numel():
            raise RuntimeError(f"every model failed, the first at {setting}: {error}") from causes[0]
        warnings.warn(f"{count} models failed, the first at {setting}: {error}", RuntimeWarning, stacklevel=3)


def _submit(pool, sweep_id, job) -> Future:
    try:
        return pool.submit(_train_job, sweep_id, *job)
    except Exception as error:  # a pool whose worker was killed takes no more
        refused = Future()
        refused.set_exception(error)
        return refused


def _collect(done: tuple[Future, Tensor], result: Sweep, bar) -> Exception | None:
    """Put what a job returned into the result; return what it raised."""
    future, numbers = done
    cause = None
    try:
        loss, W, b, errors = future.result()
    except Exception as error:
        cause = error
        said = f"{type(error).__name__}: {error}"
        result.failures += [(result.setting(int(k)), said) for k in numbers]
    else:
        for whole, part in ((result.loss, loss), (result.W, W), (result.b, b)):
            whole.flatten(0, 2)[numbers] = torch.from_numpy(part).to(whole.dtype)
        result.failures += [(result.setting(int(numbers[k])), said) for k, said in errors.items()]
    bar.update(len(numbers))
    return cause


class _Here(Executor):
    """Computes at once, in this thread."""

    def submit(self, call, *args):
        future = Future()
        try:
            future.set_result(call(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def _train_job(sweep_id: str, *job):
    """Train a job's models, unless this process was interrupted in an earlier job of the same sweep."""
    if sweep_id in interrupted_sweeps:
        raise KeyboardInterrupt
    try:
        return _train_models(*job)
    except KeyboardInterrupt:
        interrupted_sweeps.add(sweep_id)
        raise


@one_thread()
def _train_models(model_class, n, m, sparsity, importance, seeds, samples, options):
    """Loss, W and b of models trained side by side, as arrays, and the errors of those that diverged.

    On one thread from the first tensor on: in a forked process a second one would wait for ever.
    """
    k = len(seeds)
    padded = -(-k // 16) * 16  # whole vectors: else rounding would depend on the place in the batch
    fill = np.arange(padded) % k
    sparsity_, importance_, seeds_ = sparsity[fill], torch.from_numpy(importance[fill]), seeds[fill]
    model, features = model_class(n, m, copies=padded, seed=0), SparseFeatures(n, sparsity_)
    with torch.no_grad():
        for seed in np.unique(seeds_):
            model.W[seeds_ == seed] = model_class(n, m, seed=int(seed)).W
    try:
        train_to_the_end(model, features, importance_, progress=False, **options)
    except DivergedError as error:
        return _one_by_one(error, model_class, n, m, sparsity, importance, seeds, samples, options)
    loss = (importance_ * feature_loss(model, features, samples=samples, seed=1)).mean(-1)
    return *(t.detach()[:k].numpy() for t in (loss, model.W, model.b)), {}


def _one_by_one(error, model_class, n, m, sparsity, importance, seeds, samples, options):
    """Some model of several diverged: the halves apart, so that only that one is lost."""
    k = len(seeds)
    if k == 1:
        nan = np.full((1, m + 1, n), np.nan)
        return nan[:, 0, 0], nan[:, :m], nan[:, m], {0: str(error)}
    halves = [
        _train_models(model_class, n, m, sparsity[half], importance[half], seeds[half], samples, options)
        for half in (slice(k // 2), slice(k // 2, k))
    ]
    errors = halves[0][3] | {k // 2 + key: said for key, said in halves[1][3].items()}
    return *(np.concatenate(pair) for pair in list(zip(*halves, strict=True))[:3]), errors
