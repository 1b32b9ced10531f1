"""Many settings and many starts at once, here or on other processes and machines."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._engine import one_thread
from toymodels._progress import progress_bar
from toymodels.data import FLOAT32, Data, SparseFeatures
from toymodels.metrics import PIECE, mean_loss
from toymodels.theory import expected_loss
from toymodels.training import DivergedError, draw, train_to_the_end

# Numbers in a batch of all models trained side by side: what is made of them stays in the cache
AT_ONCE = 400_000
# Models trained side by side are a multiple of this, which fills the vectors of every processor:
# otherwise rounding would depend on a model's place among them
WHOLE_VECTORS = 16


@dataclass
class Sweep:
    """Trained models, on three axes: settings of the data (s), importances (i) and starts (r).

    Attributes:
        importances: (i, n). seeds: (r,), of the starts.
        loss: (s, i, r) float64, on fresh data or exact. NaN where training failed or was not
            reached.
        parameters: those of the model class by name, each (s, i, r, ...), with NaN in the same
            places. Empty until the first model is done.
        W: (s, i, r, m, n), and b: (s, i, r, n), from the parameters, or None if there is none.
        failures: (setting, error) of each model that failed, both as text.
        interrupted: whether the sweep was stopped before its last model.
    """

    importances: Tensor
    seeds: Tensor
    loss: Tensor
    parameters: dict[str, Tensor] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False

    @property
    def W(self) -> Tensor | None:
        return self.parameters.get("W")

    @property
    def b(self) -> Tensor | None:
        return self.parameters.get("b")

    @property
    def best(self) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """The start with the lowest loss in each setting: loss (s, i), W (s, i, m, n), b (s, i, n).

        W or b is None where the model class has no such parameter.
        """
        r = self.loss.nan_to_num(nan=torch.inf).argmin(-1)
        s, i = torch.meshgrid(*(torch.arange(k, device="cpu") for k in r.shape), indexing="ij")
        W, b = (None if values is None else values[s, i, r] for values in (self.W, self.b))
        return self.loss[s, i, r], W, b

    @property
    def spread(self) -> Tensor:
        """(s, i): the highest loss of a setting's starts over the lowest, minus 1.

        0 means that all starts end alike, and NaN that fewer than two of them are known.
        """
        known = self.loss.isfinite()
        largest = self.loss.where(known, -torch.inf).amax(-1)
        least = self.loss.where(known, torch.inf).amin(-1)
        return (largest / least - 1).where(known.sum(-1) > 1, torch.nan)

    def __repr__(self) -> str:
        s, i, r = self.loss.shape
        known = self.loss[self.loss.isfinite()]
        least = f"least loss {known.min():.4g}" if len(known) else "no loss known"
        return f"Sweep({s} settings x {i} importances x {r} starts, {least})"

    def setting(self, k: int) -> str:
        """Name of model number k, in the order of `loss.flatten()`."""
        s, i, r = np.unravel_index(k, self.loss.shape)
        return f"copy {s} of the data, importance number {i}, seed {self.seeds[r]}"


def sweep(
    model_class: type[nn.Module],
    m: int,
    data: Data,
    importances=None,
    seeds: int = 5,
    *,
    loss: Callable[[nn.Module, Tensor], Tensor] | None = None,
    steps: int = 1000,
    batch_size: int = 512,
    lr: float | Callable[[int], float] = 0.03,
    weight_decay: float = 0.0,
    samples: int | None = 16_384,
    bias_at_mean: bool = False,
    at_once: int | None = None,
    n_jobs: int | None = None,
    progress: bool = True,
) -> Sweep:
    """Train every combination of data, importance and start.

    Tiny models end in different optima. With several seeds, `best` has the best of them, and
    `spread` tells how far apart they end. All models see the same random numbers. A seed stands for
    starting weights. The results depend neither on `at_once` nor on where they are computed.

    Args:
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or another class of modules that is
            called like these. Each of its parameters has a leading axis of copies.
        m: hidden dimensions, 1 <= m <= data.n. With a loss of your own, as many as you like.
        data: each of its copies is a setting, so `SparseFeatures(40, [0.1, 0.5, 0.9])` has three.
            Data without copies are one setting.
        importances: (i, n) or (n,), not negative. None: all 1.
        seeds: how many starts of each setting, at least 1: seeds 0, 1, ...
        loss: as in `train`. A loss of your own returns (copies,), whatever their number. It also
            measures the trained models. Leave importances None then.
        steps, batch_size, lr, weight_decay: as in `train`.
        samples: number of fresh samples to measure the loss on. None, for sparse features with n up
            to 3: the exact loss, by `expected_loss`. In very sparse data collisions are so rare
            that the start with the lowest loss on a few thousand samples may simply be the
            luckiest.
        bias_at_mean: start each bias at its feature's mean, `data.mean`, instead of at 0. With many
            features in dense data, outputs whose biases start at 0 die on the way (chapter 5).
        at_once: number of models trained side by side. None: as many as fit into the cache, or
            fewer if otherwise a process would have nothing to do.
        n_jobs: number of processes, as in joblib: 2, or -1 for one per processor. None: this one,
            or what `joblib.parallel_config` says, which can reach other machines as well.
        progress: show a progress bar.
    Returns:
        A Sweep. Models that failed, because their loss diverged or a worker was killed, are NaN in
        it and are named in `failures` and in a warning. If you interrupt the kernel, the models
        that are done are kept, and all others are NaN.
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been trained then.
        RuntimeError: every model failed. Its text is the first failure's.
    """
    require.data(data)
    if loss is None:
        n, m = require.size(data.n, m)
    else:  # not a reconstruction: more hidden dimensions than features make sense
        n, m = require.whole_number("n", data.n), require.whole_number("m", m)
    require.model_class("model_class", model_class, n, m)
    if loss is not None and importances is not None:
        raise ValueError(
            "importances must be None if you pass your own loss. Apply weights inside it"
        )
    if loss is not None and samples is None:
        raise ValueError("samples must be a whole number if you pass your own loss, got None")
    if importances is None:
        importances = torch.ones(1, n, **FLOAT32)
    importances = torch.atleast_2d(require.numbers("importances", importances, torch.float32))
    importances = require.importance(importances, n, len(importances), name="importances")
    seeds = torch.arange(require.whole_number("seeds", seeds), device="cpu")
    options = {
        "loss": loss,
        "steps": require.whole_number("steps", steps),
        "batch_size": require.whole_number("batch_size", batch_size),
        "lr": lr if callable(lr) else require.positive("lr", lr),
        "weight_decay": require.positive("weight_decay", weight_decay, or_zero=True),
    }
    if samples is not None:
        samples = require.whole_number("samples", samples)
    elif type(data) is not SparseFeatures or n > 3:  # the grid for four takes a gigabyte
        raise ValueError(
            "samples must be a whole number, got None. The exact loss is known for SparseFeatures "
            "with n up to 3 only."
        )
    if bias_at_mean and (not hasattr(data, "mean") or require.draws_otherwise(data)):
        wanted = "bias_at_mean must be False for data without a mean of their own"
        raise ValueError(f"{wanted}, got {data!r:.200}")
    processes = _processes(n_jobs)
    shape = (data.copies or 1, len(importances), len(seeds))
    unknown = torch.full(shape, torch.nan, dtype=torch.float64, device="cpu")
    result = Sweep(importances, seeds, unknown)
    numbers = np.arange(unknown.numel())
    if at_once is None:
        in_cache = AT_ONCE // (n * options["batch_size"])
        at_once = _whole_vectors(min(in_cache, -(-len(numbers) // processes)))
    at_once = require.whole_number("at_once", at_once)
    job = Job(model_class, m, data, importances, shape, numbers, samples, bias_at_mean, options)
    starts = range(0, len(numbers), at_once)
    jobs = [job.part(slice(start, start + at_once)) for start in starts]
    _fill(result, jobs, processes, progress)
    return result


def _processes(n_jobs: int | None) -> int:
    """How many processes take the jobs; 1: this one."""
    from joblib import effective_n_jobs  # here: it takes 0.1 s to import

    if n_jobs is not None:
        n_jobs = require.whole_number("n_jobs", n_jobs, at_least=-(2**16))
    if n_jobs == 0:
        raise ValueError("n_jobs must not be 0. None computes here, and -1 on all processors.")
    return effective_n_jobs(n_jobs)


def _whole_vectors(models: int) -> int:
    """That many, or a few more."""
    return WHOLE_VECTORS * max(1, -(-models // WHOLE_VECTORS))


@dataclass(frozen=True)
class Outcome:
    """The results of k models, as arrays. The models are a job's or a part's.

    Attributes:
        numbers: (k,), which models of the sweep, in the order of `Sweep.loss.flatten()`.
        loss: (k,), NaN where training failed.
        parameters: by name, (k, ...), or none where training failed.
        failure: what went wrong, or None.
    """

    numbers: np.ndarray
    loss: np.ndarray
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True)
class Job:
    """Models of a sweep that train side by side. Any process can run it.

    Attributes:
        shape: (s, i, r), of the sweep. numbers: (k,), which of its models, counted as in
            `Sweep.setting`.
        The rest: as in `sweep`; options are those of `train`.
    """

    model_class: type[nn.Module]
    m: int
    data: Data
    importances: Tensor
    shape: tuple[int, int, int]
    numbers: np.ndarray
    samples: int | None
    bias_at_mean: bool
    options: dict

    def part(self, which) -> Job:
        """Some of its models; which: a slice, or (k,) indices."""
        return replace(self, numbers=self.numbers[which])

    def run(self) -> list[Outcome]:
        """Train all models together. What goes wrong is in the outcomes, and is never raised.

        If a model diverges, each half trains by itself, so that only this model is lost. All of it
        happens on one thread, because the other jobs use the other processors.
        """
        try:
            with one_thread():
                return [self._trained_together()]
        except DivergedError as error:
            k = len(self.numbers)
            if k > 1:
                return self.part(slice(k // 2)).run() + self.part(slice(k // 2, k)).run()
            return [self.failed(error)]
        except Exception as error:
            return [self.failed(error)]

    def failed(self, error: BaseException) -> Outcome:
        """The outcome if all of its models failed for one reason."""
        kind = "" if isinstance(error, DivergedError) else f"{type(error).__name__}: "
        return Outcome(self.numbers, np.full(len(self.numbers), np.nan), failure=f"{kind}{error}")

    def _trained_together(self) -> Outcome:
        k = len(self.numbers)
        filled = self.numbers[np.arange(_whole_vectors(k)) % k]  # the first ones once more
        s, i, r = np.unravel_index(filled, self.shape)  # each model's place on the grid
        model = _start_of_each(self.model_class, self.data.n, self.m, r)
        data = _copies_of(self.data, s)
        if self.bias_at_mean:
            if getattr(model, "b", None) is None:
                raise TypeError(
                    f"bias_at_mean must be False for {self.model_class.__name__}, which has no b"
                )
            with torch.no_grad():
                model.b.copy_(data.mean)
        own_loss = self.options["loss"]
        importance = None if own_loss else self.importances[i]  # (k, n)
        train_to_the_end(model, data, importance, progress=False, **self.options)
        if own_loss:
            loss = _measured(own_loss, model, data, self.samples)
        elif self.samples is None:
            loss = expected_loss(model, data, importance).detach()
        else:
            loss = mean_loss(model, data, importance, samples=self.samples, seed=1)
        if not loss.isfinite().all():  # weights so large that only fresh data tell
            raise DivergedError("The loss on fresh data is NaN or infinite. Try a lower lr.")
        parameters = {name: p.detach()[:k].numpy() for name, p in model.named_parameters()}
        return Outcome(self.numbers, loss[:k].numpy(), parameters)


@torch.no_grad()
def _measured(loss: Callable, model: nn.Module, data: Data, samples: int) -> Tensor:
    """A loss of the reader's on fresh samples, (k,) float64: the mean over pieces of them."""
    rng = np.random.default_rng(1)
    total = 0
    for start in range(0, samples, PIECE):
        size = min(PIECE, samples - start)
        total = total + size * loss(model, draw(data, size, rng)).double()
    return total / samples


def _start_of_each(model_class: type[nn.Module], n: int, m: int, seeds: np.ndarray) -> nn.Module:
    """A model with one copy per seed (copies,), each as the class makes it from that seed."""
    copies = len(seeds)
    model = model_class(n, m, copies=copies, seed=0)
    who = f"{model_class.__name__}(n, m, copies={copies}, seed=...)"
    for seed in np.unique(seeds):
        start = model_class(n, m, copies=1, seed=int(seed))
        buffers = dict(start.named_buffers())
        trained = dict(start.named_parameters())
        for name, mine in [*model.named_parameters(), *model.named_buffers()]:
            its = trained[name] if name in trained else buffers[name]
            if mine.shape == (copies, *its.shape[1:]) and its.shape[:1] == (1,):
                mine.data[torch.from_numpy(seeds == seed)] = its.detach()
            elif name in trained or not torch.equal(mine, its):
                wanted = f"parameters with a leading axis of {copies} copies"
                raise TypeError(
                    f"{who} must have {wanted}, got {name} of shape {tuple(mine.shape)}"
                )
    return model


def _copies_of(data: Data, which: np.ndarray) -> Data:
    """Data with one copy for each model. which: (k,), of the copies that there are."""
    if data.copies is None:
        return data
    if type(data) is SparseFeatures:
        return SparseFeatures(data.n, data.sparsity[which])
    return Chosen(data, which)


class Chosen:
    """Some copies of other data, each as often as it is named.

    Args:
        data: with copies. which: (k,), of them.
    """

    def __init__(self, data: Data, which: np.ndarray):
        self.data = data
        self.which = torch.from_numpy(which)
        self.n = data.n
        self.copies = len(which)

    @property
    def mean(self) -> Tensor:
        return self.data.mean[self.which]

    def sample(self, batch_size: int, rng: np.random.Generator) -> Tensor:
        """(k, batch, n)."""
        return self.data.sample(batch_size, rng)[self.which]


def _fill(result: Sweep, jobs: list[Job], processes: int, progress: bool) -> None:
    """Run the jobs and fill in the results as they come."""
    bar = progress_bar(result.loss.numel(), "models", disable=not progress)
    waiting = {job.numbers[0]: job for job in jobs}
    failed = {}  # model's number -> error
    try:
        with closing(as_they_finish(jobs, processes)) as finished:
            for outcomes in finished:
                del waiting[outcomes[0].numbers[0]]
                for outcome in outcomes:
                    _fill_in(result, outcome, failed)
                    bar.update(len(outcome.numbers))
    except KeyboardInterrupt:
        result.interrupted = True
        known = int(result.loss.isfinite().sum())
        print(f"Stopped with {known} of {result.loss.numel()} models done. The others are NaN.")
    except Exception as error:  # no job raises: a worker was killed, and only what it left is lost
        for job in waiting.values():
            _fill_in(result, job.failed(error), failed)
    finally:
        bar.close()
    result.failures = [(result.setting(k), failed[k]) for k in sorted(failed)]
    if not failed:
        return
    setting, error = result.failures[0]
    if len(failed) == result.loss.numel():
        raise RuntimeError(f"Every model failed, the first at {setting}: {error}")
    said = f"{len(failed)} of {result.loss.numel()} models failed, the first at {setting}: {error}"
    warnings.warn(said, RuntimeWarning, stacklevel=3)


def _fill_in(result: Sweep, part: Outcome, failed: dict[int, str]) -> None:
    result.loss.view(-1)[part.numbers] = torch.from_numpy(part.loss).double()
    for name, values in part.parameters.items():
        shape = (*result.loss.shape, *values.shape[1:])
        known = result.parameters.setdefault(name, torch.full(shape, torch.nan, **FLOAT32))
        known.view(-1, *values.shape[1:])[part.numbers] = torch.from_numpy(values).float()
    if part.failure:
        failed.update(dict.fromkeys(part.numbers.tolist(), part.failure))


def as_they_finish(jobs: list[Job], processes: int) -> Iterator[list[Outcome]]:
    """The outcomes of each job, here one after the other, on other processes as they come."""
    if processes == 1:
        yield from (job.run() for job in jobs)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=processes, batch_size=1, return_as="generator_unordered")
    yield from parallel(delayed(Job.run)(job) for job in jobs)
