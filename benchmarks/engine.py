"""How fast is the engine, against the ways it is usually done? One table of ratios, measured in one run.

    python benchmarks/engine.py        (`make bench`)

Every row times A and B in turn, A B A B ..., and gives the ratio of each pair: median, minimum, maximum.
The baselines are written here from their published descriptions: the article's generator, which builds
samples one by one; one nn.Module at a time with autograd and Adam; the paper's notebook, which runs copies
in one einsum with two random draws per copy and AdamW. The floor is the random draw and the five matrix
products alone, as PyTorch does them, with one thread (as ours) and with all.
"""

import multiprocessing
import random
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import numpy as np
import torch
from nbclient import NotebookClient
from torch import nn

import toymodels as tm
from toymodels._engine import one_thread

n, m, BATCH = 40, 5, 1024
THREADS = torch.get_num_threads()
SPARSITIES = [*torch.linspace(0, 0.9, 11).tolist(), *torch.linspace(0.91, 0.99, 10).tolist()]  # 21
IMPORTANCE = tm.linear_importance(n)


def article_generator(dim_sample, num_sample, sparsity):
    """Sample by sample, value by value, in Python lists; at the end a NumPy array."""
    return np.array(
        [
            [0.0 if random.random() < sparsity else random.random() for _ in range(dim_sample)]
            for _ in range(num_sample)
        ]
    )


class OneModel(nn.Module):
    """As most notebooks write it."""

    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.randn(m, n) * n**-0.5)
        self.b = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        return torch.relu(x @ self.W.T @ self.W + self.b)


def one_at_a_time(count):
    """A step of `count` such models, one after the other."""
    models = [OneModel() for _ in range(count)]
    optimizers = [torch.optim.Adam(model.parameters(), lr=1e-3) for model in models]

    def step():
        for model, optimizer, S in zip(models, optimizers, SPARSITIES, strict=False):
            x = torch.rand(BATCH, n) * (torch.rand(BATCH, n) > S)
            loss = (IMPORTANCE * (x - model(x)) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return step


def paper_style(count):
    """A step of `count` copies in one einsum: own value and mask draws for each copy, AdamW."""
    S = torch.tensor((SPARSITIES * (1 + count // 21))[:count])[None, :, None]
    W = nn.Parameter(torch.randn(count, n, m) * n**-0.5)
    b = nn.Parameter(torch.zeros(count, n))
    optimizer = torch.optim.AdamW([W, b], lr=1e-3)

    def step():
        x = torch.rand(BATCH, count, n)
        x = torch.where(torch.rand(BATCH, count, n) > S, x, torch.zeros(()))
        hidden = torch.einsum("bcn,cnm->bcm", x, W)
        out = torch.relu(torch.einsum("bcm,cnm->bcn", hidden, W) + b)
        loss = (IMPORTANCE * (x - out) ** 2).mean(dim=(0, 2)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    step.W, step.b = W, b
    return step


def ours(count):
    """A step of `count` copies with the module's engine."""
    model = tm.ReLUOutputModel(n, m, copies=count, seed=0)
    features = tm.SparseFeatures(n, (SPARSITIES * (1 + count // 21))[:count])
    run = tm.training_steps(model, features, IMPORTANCE, steps=None, batch_size=BATCH)
    return lambda: next(run)


def floor(count, threads=1):
    """The shared random draw and the five matrix products of a step, nothing else."""
    W, X = torch.randn(count, m, n), torch.rand(count, n, BATCH)
    H, R, u = torch.rand(count, m, BATCH), torch.rand(count, n, BATCH), torch.rand(n, BATCH)

    def step():
        torch.set_num_threads(threads)
        torch.rand(n, BATCH, out=u)
        torch.bmm(W, X, out=H)
        torch.bmm(W.mT, H, out=R)
        torch.bmm(W, R, out=H)
        torch.bmm(H, R.mT)
        torch.bmm(H, X.mT)
        torch.set_num_threads(THREADS)

    return step


def seconds(call, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def compare(name, a, b, rounds=9, repeats=(1, 1)):
    """Print time of a / time of b, pair by pair."""
    a(), b()
    pairs = [(seconds(a, repeats[0]), seconds(b, repeats[1])) for _ in range(rounds)]
    ratios = [x / y for x, y in pairs]
    slow, fast = (1e3 * statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"{name:66s} {statistics.median(ratios):7.2f} {min(ratios):7.2f} {max(ratios):7.2f}"
        f"   (this machine: {slow:.4g} ms, {fast:.4g} ms)",
        flush=True,
    )


def main():
    print("Ratios hold on other machines; what is marked `this machine` does not.\n")
    print(f"{'ratio of times':66s} {'median':>7s} {'min':>7s} {'max':>7s}")
    compare(
        "(a) article's generator / ours, 100,000 x 40, S = 0.8",
        lambda: article_generator(n, 100_000, 0.8),
        lambda: tm.generate_synthetic_dataset(n, 100_000, 0.8, seed=0),
        rounds=5,
        repeats=(1, 5),
    )
    compare(
        "(b) one model at a time / ours, a step of 21 models",
        one_at_a_time(21),
        ours(21),
        repeats=(5, 20),
    )
    compare(
        "(b) one model with autograd and Adam / ours, a step of 1 model",
        one_at_a_time(1),
        ours(1),
        repeats=(50, 50),
    )
    compare(
        "(c) paper-style loop / ours, a step of 21 copies",
        paper_style(21),
        ours(21),
        repeats=(10, 20),
    )
    for name, threads in (("one thread", 1), (f"{THREADS} threads", THREADS)):
        compare(
            f"(d) ours / floor on {name}, 21 copies", ours(21), floor(21, threads), repeats=(30, 30)
        )
        compare(
            f"(d) ours / floor on {name}, 1 model", ours(1), floor(1, threads), repeats=(200, 200)
        )
    one = ours(1)
    for count in (4, 16, 64, 256):
        compare(
            f"a step of {count} copies / {count} steps of 1 model",
            ours(count),
            partial(seconds, one, count),
            rounds=5,
            repeats=(5, 1),
        )
    _sizes()
    _sweeps()
    compare(
        "import toymodels / import torch",
        lambda: subprocess.run([sys.executable, "-c", "import toymodels"], check=True),
        lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True),
        rounds=3,
    )
    _chapters()


def _busy(stop):
    """What a browser, a second kernel or a classmate does to a processor."""
    while not stop.is_set():
        sum(range(10_000))


def _sizes():
    """Cost against size, and beside a busy loop: a step of 512 samples over its floor.

    The floor is the random draw and five products, as NumPy does them on one thread.
    """
    for loops in (0, 1):
        stop = multiprocessing.Event()
        others = [multiprocessing.Process(target=_busy, args=(stop,)) for _ in range(loops)]
        for other in others:
            other.start()
        for n, m, repeats in ((40, 5, 100), (200, 20, 30), (1000, 100, 5), (4000, 400, 1)):
            at = f"{n} -> {m}, beside a busy loop" if loops else f"{n} -> {m}, idle"
            quick = _one_model(n, m)
            compare(
                f"cost against size, {at}: ours / floor",
                quick,
                _numpy_floor(n, m),
                7,
                [repeats] * 2,
            )
            compare(
                f"cost against size, {at}: autograd / ours",
                _one_model(n, m, _plain_loss),
                quick,
                7,
                [repeats] * 2,
            )
        stop.set()
        for other in others:
            other.join()


def _plain_loss(model, x):
    """The usual loss, in a form that the engine does not know: autograd trains it."""
    return (x - model(x)).square().mean()


def _one_model(n, m, loss=None):
    """A step of one model, n -> m."""
    model = tm.ReLUOutputModel(n, m, seed=0)
    data = tm.SparseFeatures(n, 0.9)
    run = tm.training_steps(model, data, loss=loss, steps=None, batch_size=512)
    return lambda: next(run)


def _numpy_floor(n, m, batch=512):
    rng = np.random.default_rng(0)
    u, X, R = (rng.random((n, batch), dtype=np.float32) for _ in range(3))
    W, D = (rng.random((m, n), dtype=np.float32) for _ in range(2))
    H = rng.random((m, batch), dtype=np.float32)

    def step():
        with one_thread():
            rng.random(out=u, dtype=np.float32)
            np.matmul(W, X, out=H)
            np.matmul(W.T, H, out=R)
            np.matmul(W, R, out=H)
            np.matmul(H, R.T, out=D)
            np.matmul(H, X.T, out=D)

    return step


def _sweeps():
    """Settings shared out among processes of one thread each; then the sweeps of chapters 5 and 6."""

    def large(n_jobs):
        data = tm.SparseFeatures(n, torch.linspace(0, 0.99, 24))
        options = {"seeds": 4, "n_jobs": n_jobs, "progress": False}
        tm.sweep(tm.ReLUOutputModel, m, data, IMPORTANCE, **options)

    compare(
        "a sweep of 96 models 40 -> 5: one process / two",
        lambda: large(1),
        lambda: large(2),
        5,
    )
    start = time.perf_counter()
    data = tm.SparseFeatures(100, SPARSITIES)
    tm.sweep(tm.ReLUOutputModel, 10, data, seeds=3, batch_size=128, bias_at_mean=True)
    print(
        f"plateaus n = 100, m = 10: {len(SPARSITIES)} sparsities, 3 starts each "
        f"(this machine): {time.perf_counter() - start:.1f} s"
    )
    start = time.perf_counter()
    ratio = torch.logspace(-1, 1, 100)  # importance of the second feature
    importances = torch.stack([torch.ones(100), ratio], dim=-1)
    data = tm.SparseFeatures(2, 1 - torch.logspace(-2, 0, 100))
    tm.sweep(tm.ReLUOutputModel, 1, data, importances, seeds=5, steps=300, batch_size=256)
    print(
        f"phase diagram n = 2, m = 1: 100 x 100 settings, 5 starts each "
        f"(this machine): {time.perf_counter() - start:.1f} s"
    )


def _chapters():
    """Wall time and peak memory of each chapter's kernel, executed from top to bottom."""
    # VmHWM, and not getrusage, which counts the parent's memory at the fork
    peak = "print(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1])"
    for path in sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(peak))
        start = time.perf_counter()
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": path.parent}}
        ).execute()
        took, memory = time.perf_counter() - start, int(notebook.cells[-1].outputs[0].text) // 1024
        print(f"{path.name:32s} (this machine) {took:5.1f} s, {memory} MB at most", flush=True)


if __name__ == "__main__":
    main()
