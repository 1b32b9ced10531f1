"""A grid of sparsities, importances and starts at once, here or on other processes."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._engine import one_thread
from toymodels._progress import progress_bar
from toymodels.data import FLOAT32, SparseFeatures
from toymodels.metrics import mean_loss
from toymodels.theory import expected_loss
from toymodels.training import DivergedError, train_to_the_end

# Numbers in a batch of all models trained side by side: what is made of them stays in the cache
AT_ONCE = 400_000
# Models trained side by side are a multiple of this, whole vectors of every processor: else
# rounding would depend on a model's place among them
WHOLE_VECTORS = 16
MOST_EXACT = 3  # features: a grid for more of them takes a gigabyte

interrupted_sweeps: set[str] = set()  # known to a worker process: it takes no more of their jobs


@dataclass
class Sweep:
    """Trained models on a grid with the axes sparsity (s), importance (i) and seed (r).

    Attributes:
        sparsities: (s,); importances: (i, n); seeds: (r,).
        loss: (s, i, r) float64, on fresh data or exact; NaN where training failed or was not
            reached.
        parameters: by name, as the model class has them, each (s, i, r, ...), NaN likewise; empty
            until the first model is done.
        W: (s, i, r, m, n) and b: (s, i, r, n), those two of the parameters; None: there is no such.
        failures: (setting, error) of each model that failed, both as text.
    """

    sparsities: Tensor
    importances: Tensor
    seeds: Tensor
    loss: Tensor
    parameters: dict[str, Tensor] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def W(self) -> Tensor | None:
        return self.parameters.get("W")

    @property
    def b(self) -> Tensor | None:
        return self.parameters.get("b")

    @property
    def best(self) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """The start with the least loss of each setting: loss (s, i), W (s, i, m, n), b (s, i, n).

        W or b is None where the model class has no such parameter.
        """
        r = self.loss.nan_to_num(nan=torch.inf).argmin(-1)
        s, i = torch.meshgrid(*(torch.arange(k, device="cpu") for k in r.shape), indexing="ij")
        W, b = (None if values is None else values[s, i, r] for values in (self.W, self.b))
        return self.loss[s, i, r], W, b

    @property
    def spread(self) -> Tensor:
        """(s, i): the largest loss of a setting's starts over the least, minus 1.

        0: all starts end alike. NaN: fewer than two of them are known.
        """
        known = self.loss.isfinite()
        largest = self.loss.where(known, -torch.inf).amax(-1)
        least = self.loss.where(known, torch.inf).amin(-1)
        return (largest / least - 1).where(known.sum(-1) > 1, torch.nan)

    def setting(self, k: int) -> str:
        """Name of model number k, in the order of `loss.flatten()`."""
        s, i, r = np.unravel_index(k, self.loss.shape)
        return f"sparsity {self.sparsities[s]:g}, importance number {i}, seed {self.seeds[r]}"


def sweep(
    model_class: type[nn.Module],
    n: int,
    m: int,
    sparsities: Sequence[float],
    importances=None,
    seeds: int = 5,
    *,
    steps: int = 1000,
    batch_size: int = 512,
    lr: float = 0.03,
    samples: int | None = 16_384,
    bias_at_mean: bool = False,
    at_once: int | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> Sweep:
    """Train every combination of sparsity, importance and start.

    Tiny models end in different optima: with several seeds, `best` has the best of them and
    `spread` tells how far apart they end. All models see the same random numbers; a seed stands
    for starting weights. The results do not depend on `at_once`, nor on where they are computed.

    Args:
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or another class of modules that is
            called like these. Each of its parameters has a leading axis of copies.
        n, m: features and hidden dimensions, 1 <= m <= n.
        sparsities: (s,), each in [0, 1].
        importances: (i, n) or (n,), not negative; None: all 1.
        seeds: how many starts of each setting, at least 1: seeds 0, 1, ...
        steps, batch_size, lr: as in `train`.
        samples: fresh ones, to measure the loss on; None, for n up to 3: the exact loss, by
            `expected_loss`. In very sparse data collisions are so rare that the start with the
            least loss on a few thousand samples may be but the luckiest.
        bias_at_mean: start each bias at its feature's mean instead of at 0. With many features in
            dense data outputs that start at 0 die on the way (chapter 5).
        at_once: models trained side by side; None: as many as fit into the cache.
        executor: for other processes or machines, any `concurrent.futures.Executor`, for example
            ProcessPoolExecutor(2) or a Dask client's `get_executor()`; None: here. A job computes
            on one thread, so that forked processes, too, are safe after PyTorch has used several.
        progress: show a progress bar.
    Returns:
        A Sweep. Failed models (a diverged loss, a killed worker) are NaN in it, named in
        `failures` and in a warning. Interrupting the kernel keeps the models that are done; all
        others are NaN.
    Raises:
        TypeError, ValueError: an argument is unusable; nothing has been trained then.
        RuntimeError: every model failed; its text and its cause are the first failure's.
    """
    n, m = require.size(n, m)
    require.model_class("model_class", model_class, n, m)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(
            f"executor must be a concurrent.futures.Executor (not its class), got {executor!r}"
        )
    sparsities = require.sparsities(sparsities)
    if importances is None:
        importances = torch.ones(1, n, **FLOAT32)
    importances = torch.atleast_2d(require.numbers("importances", importances, torch.float32))
    importances = require.importance(importances, n, len(importances), name="importances")
    seeds = torch.arange(require.whole_number("seeds", seeds), device="cpu")
    options = {
        "steps": require.whole_number("steps", steps),
        "batch_size": require.whole_number("batch_size", batch_size),
        "lr": require.positive("lr", lr),
    }
    if samples is not None:
        samples = require.whole_number("samples", samples)
    elif n > MOST_EXACT:
        raise ValueError(f"samples must be a whole number for n above {MOST_EXACT}, got None")
    bias_at_mean = require.yes_or_no("bias_at_mean", bias_at_mean)
    if at_once is None:
        at_once = max(1, AT_ONCE // (n * options["batch_size"]))
    at_once = require.whole_number("at_once", at_once)

    shape = (len(sparsities), len(importances), len(seeds))
    result = Sweep(
        sparsities,
        importances,
        seeds,
        loss=torch.full(shape, torch.nan, dtype=torch.float64, device="cpu"),
    )
    numbers = np.arange(result.loss.numel())
    s, i, r = np.unravel_index(numbers, shape)  # each model's place on the grid
    everything = Job(
        uuid.uuid4().hex,
        model_class,
        n,
        m,
        numbers,
        sparsities.numpy()[s],
        importances.numpy()[i],
        seeds.numpy()[r],
        samples,
        bias_at_mean,
        options,
    )
    starts = range(0, len(numbers), at_once)
    jobs = [everything.part(slice(start, start + at_once)) for start in starts]
    _fill(result, jobs, executor, progress)
    return result


@dataclass
class Outcome:
    """What came of k models, as arrays: a job's, or a part's.

    Attributes:
        numbers: (k,), which models of the sweep, in the order of `Sweep.loss.flatten()`.
        loss: (k,), NaN where training failed.
        parameters: by name, (k, ...); none where training failed.
        failure: None, or what went wrong.
    """

    numbers: np.ndarray
    loss: np.ndarray
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True)
class Job:
    """Models of a sweep that train side by side; made of arrays, so that any process can run it.

    Attributes:
        sweep_id: which sweep it belongs to.
        numbers: (k,), which models of the sweep. sparsity: (k,), importance: (k, n), seeds: (k,).
        samples: data points that the loss is measured on, or None. bias_at_mean: as in `sweep`.
        options: of `train`.
    """

    sweep_id: str
    model_class: type[nn.Module]
    n: int
    m: int
    numbers: np.ndarray
    sparsity: np.ndarray
    importance: np.ndarray
    seeds: np.ndarray
    samples: int | None
    bias_at_mean: bool
    options: dict

    def part(self, which) -> Job:
        """Some of its models; which: a slice, or (k,) indices."""
        return replace(
            self,
            numbers=self.numbers[which],
            sparsity=self.sparsity[which],
            importance=self.importance[which],
            seeds=self.seeds[which],
        )

    def run(self) -> list[Outcome]:
        """Train, unless this process was interrupted in an earlier job of the same sweep.

        On one thread from the first tensor on: in a forked process a second would wait for ever.
        """
        if self.sweep_id in interrupted_sweeps:
            raise KeyboardInterrupt
        try:
            with one_thread():
                return self._outcomes()
        except KeyboardInterrupt:
            interrupted_sweeps.add(self.sweep_id)
            raise

    def _outcomes(self) -> list[Outcome]:
        """All models together; if one diverges, each half by itself, so that only it is lost."""
        try:
            return [self._trained_together()]
        except DivergedError as error:
            k = len(self.numbers)
            if k > 1:
                halves = self.part(slice(k // 2)), self.part(slice(k // 2, k))
                return [outcome for half in halves for outcome in half._outcomes()]
            return [Outcome(self.numbers, np.array([np.nan]), failure=str(error))]

    def _trained_together(self) -> Outcome:
        k = len(self.numbers)
        padded = -(-k // WHOLE_VECTORS) * WHOLE_VECTORS
        filled = self.part(np.arange(padded) % k)  # the first ones once more
        model = _start_of_each(self.model_class, self.n, self.m, filled.seeds)
        features = SparseFeatures(self.n, filled.sparsity)
        if self.bias_at_mean:
            with torch.no_grad():
                model.b.copy_(features.mean)
        importance = torch.from_numpy(filled.importance)
        train_to_the_end(model, features, importance, progress=False, **self.options)
        if self.samples is None:
            with torch.no_grad():
                loss = expected_loss(model, features, importance)
        else:
            loss = mean_loss(model, features, importance, samples=self.samples, seed=1)
        if not loss.isfinite().all():  # weights so large that only fresh data tell
            raise DivergedError("the loss on fresh data is NaN or infinite. Try a lower lr")
        parameters = {name: p.detach()[:k].numpy() for name, p in model.named_parameters()}
        return Outcome(self.numbers, loss.detach()[:k].numpy(), parameters)


def _start_of_each(model_class: type[nn.Module], n: int, m: int, seeds: np.ndarray) -> nn.Module:
    """A model with one copy per seed (copies,), each as the class makes it from that seed."""
    copies = len(seeds)
    model = model_class(n, m, copies=copies, seed=0)
    require.copies_of_their_own(model)
    tensors = model.state_dict()  # they share the model's memory
    for seed in np.unique(seeds):
        for name, start in model_class(n, m, copies=1, seed=int(seed)).state_dict().items():
            mine = tensors[name]
            if mine.shape == (copies, *start.shape[1:]) and start.shape[:1] == (1,):
                mine[seeds == seed] = start
            elif not torch.equal(mine, start):  # a buffer that is not one and the same for all
                raise TypeError(
                    f"{model_class.__name__} must have {name} with a leading axis of {copies} "
                    f"copies, or the same for every seed, got shape {tuple(mine.shape)}"
                )
    return model


def _fill(result: Sweep, jobs: list[Job], executor: Executor | None, progress: bool) -> None:
    """Run the jobs and fill in the results as they come."""
    bar = progress_bar(result.loss.numel(), "models", disable=not progress)
    cause = None  # of the first failure, if it was an error of a whole job
    try:
        with closing(_as_they_finish(jobs, executor)) as finished:
            for job, outcome in finished:
                if isinstance(outcome, Exception):
                    cause = cause or outcome
                    said = f"{type(outcome).__name__}: {outcome}"
                    result.failures += [(result.setting(k), said) for k in job.numbers]
                else:
                    for part in outcome:
                        _fill_in(result, part)
                bar.update(len(job.numbers))
    except KeyboardInterrupt:
        known = int(result.loss.isfinite().sum())
        print(f"Stopped with {known} of {result.loss.numel()} models done; the others are NaN.")
    finally:
        bar.close()
    if not result.failures:
        return
    setting, error = result.failures[0]
    count = len(result.failures)
    if count == result.loss.numel():
        raise RuntimeError(f"every model failed, the first at {setting}: {error}") from cause
    said = f"{count} models failed, the first at {setting}: {error}"
    warnings.warn(said, RuntimeWarning, stacklevel=3)


def _fill_in(result: Sweep, part: Outcome) -> None:
    result.loss.view(-1)[part.numbers] = torch.from_numpy(part.loss).double()
    for name, values in part.parameters.items():
        shape = (*result.loss.shape, *values.shape[1:])
        unknown = torch.full(shape, torch.nan, **FLOAT32)
        known = result.parameters.setdefault(name, unknown)
        known.view(-1, *known.shape[3:])[part.numbers] = torch.from_numpy(values).float()
    if part.failure:
        result.failures += [(result.setting(k), part.failure) for k in part.numbers]


def _as_they_finish(
    jobs: list[Job], executor: Executor | None
) -> Iterator[tuple[Job, list[Outcome] | Exception]]:
    """Each job with its outcomes or its error, one after the other or as the executor likes."""
    if executor is None:
        for job in jobs:
            yield job, _result_or_error(job.run)
        return
    futures = {}
    try:
        for job in jobs:
            try:
                futures[executor.submit(job.run)] = job
            except Exception as error:  # a pool whose worker was killed takes no more
                yield job, error
        for future in as_completed(futures):
            yield futures[future], _result_or_error(future.result)
    finally:  # nothing is left to wait for, or an interrupt came
        for future in futures:
            future.cancel()


def _result_or_error(call):
    try:
        return call()
    except Exception as error:
        return error
