"""How fast is the engine, against the ways it is usually done? One table of ratios, measured in one run.

    python benchmarks/engine.py        (`make bench`)

Every row times A and B in turn, A B A B ..., and gives the ratio of each pair: median, minimum, maximum.
The baselines are written here from their published descriptions: the article's generator, which builds
samples one by one; one nn.Module at a time with autograd and Adam; the paper's notebook, which runs copies
in one einsum with two random draws per copy and AdamW. The floor is what cannot be avoided: the random
draw and the five matrix products.
"""

import random
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import torch
from torch import nn

import toymodels as tm

n, m, BATCH = 40, 5, 1024
SPARSITIES = [*torch.linspace(0, 0.9, 11).tolist(), *torch.linspace(0.91, 0.99, 10).tolist()]  # 21
IMPORTANCE = tm.linear_importance(n)


def article_generator(dim_sample, num_sample, sparsity):
    """Sample by sample, value by value, in Python lists."""
    return [
        [0.0 if random.random() < sparsity else random.random() for _ in range(dim_sample)]
        for _ in range(num_sample)
    ]


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
    S = torch.tensor(SPARSITIES[:count])[None, :, None]
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

    return step


def ours(count):
    """A step of `count` copies with the module's engine."""
    model = tm.ReLUOutputModel(n, m, copies=count, seed=0)
    features = tm.SparseFeatures(n, (SPARSITIES * (1 + count // 21))[:count])
    run = tm.training_steps(model, features, IMPORTANCE, steps=None)
    return lambda: next(run)


def floor(count):
    """The shared random draw and the five matrix products of a step, nothing else."""
    W, X = torch.randn(count, m, n), torch.rand(count, n, BATCH)
    H, R, u = torch.rand(count, m, BATCH), torch.rand(count, n, BATCH), torch.rand(n, BATCH)

    def step():
        torch.rand(n, BATCH, out=u)
        torch.bmm(W, X, out=H)
        torch.bmm(W.mT, H, out=R)
        torch.bmm(W, R, out=H)
        torch.bmm(H, R.mT)
        torch.bmm(H, X.mT)

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
        f"   ({slow:.4g} ms against {fast:.4g} ms)",
        flush=True,
    )


def main():
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
    compare("(c) paper-style loop / ours, a step of 21 copies", paper_style(21), ours(21), repeats=(10, 20))
    compare("(d) ours / floor, a step of 21 copies", ours(21), floor(21), repeats=(30, 30))
    compare("(d) ours / floor, a step of 1 model", ours(1), floor(1), repeats=(200, 200))
    one = ours(1)
    for count in (4, 16, 64, 256):
        compare(
            f"a step of {count} copies / {count} steps of 1 model",
            ours(count),
            partial(seconds, one, count),
            rounds=5,
            repeats=(5, 1),
        )
    _import_and_chapters()


def _import_and_chapters():
    root = Path(__file__).parent.parent
    compare(
        "import toymodels / import torch",
        lambda: subprocess.run([sys.executable, "-c", "import toymodels"], check=True),
        lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True),
        rounds=3,
    )
    print("\nwall time of the chapters, executed from top to bottom")
    store = [sys.executable, str(root / "tests" / "store_outputs.py"), "--dry-run"]
    subprocess.run(store, check=True)


if __name__ == "__main__":
    main()
