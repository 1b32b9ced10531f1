"""How soon is the training good enough? Our defaults against the paper-style loop run to its end.

    python benchmarks/quality.py paper     trains the paper-style loop once and stores its losses (a quarter
                                           of an hour), in paper_style.csv next to this file
    python benchmarks/quality.py           trains ours (seconds), prints losses and times next to the stored

The setting: ReLU-output models 40 -> 5 at 21 sparsities from 0 to 0.99, 5 seeds each. The paper-style loop
(engine.py) takes 10,000 steps of 1024 samples at a learning rate of 1e-3. Both are judged by the same
262,144 fresh samples; the time of the paper-style loop is extrapolated from its steps in this run.
Last, single models of every kind: how far above the loss of ten times as many steps, and how long it took.
"""

import csv
import statistics
import sys
import time
from pathlib import Path

import torch
from engine import IMPORTANCE, SPARSITIES, m, n, paper_style, seconds

import toymodels as tm

SEEDS, PAPER_STEPS = 5, 10_000
STORED = Path(__file__).with_name("paper_style.csv")
ALL = tm.SparseFeatures(n, SPARSITIES * SEEDS)  # copy s * 21 + i: seed s, sparsity i


def judge(model, features, samples=2**18):
    """Loss of every copy on fresh data, the same for all."""
    return tm.mean_loss(model, features, IMPORTANCE, samples=samples, seed=10**6)


def train_paper_style():
    torch.manual_seed(0)
    step = paper_style(len(SPARSITIES) * SEEDS)
    for taken in range(PAPER_STEPS):
        step()
        if (taken + 1) % 500 == 0:
            print(f"step {taken + 1}", flush=True)
    model = tm.ReLUOutputModel(n, m, copies=len(SPARSITIES) * SEEDS, seed=0)
    with torch.no_grad():
        model.W.copy_(step.W.mT)
        model.b.copy_(step.b)
    loss = judge(model, ALL).reshape(SEEDS, -1).T
    with STORED.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["made by: python benchmarks/quality.py paper"])
        rows.writerow(["sparsity", *(f"loss of seed {s}" for s in range(SEEDS))])
        rows.writerows(
            [f"{S:.3g}", *(f"{v:.6g}" for v in row)]
            for S, row in zip(SPARSITIES, loss, strict=True)
        )


def compare_with_paper_style():
    with STORED.open() as file:
        stored = torch.tensor([[float(v) for v in row[1:]] for row in list(csv.reader(file))[2:]])
    losses = torch.stack([_train_21(seed) for seed in range(SEEDS)], dim=-1)
    excess = losses.mean(-1) / stored.mean(-1) - 1
    print(
        f"{'S':>5s} {'paper-style':>12s} {'ours':>10s} {'ours above by':>14s}   (means of {SEEDS} seeds)"
    )
    for S, theirs, mine, e in zip(
        SPARSITIES, stored.mean(-1), losses.mean(-1), excess, strict=True
    ):
        print(f"{S:5.2f} {theirs:12.6f} {mine:10.6f} {e:14.2%}")
    step = paper_style(21)
    step()
    rounds = [
        (PAPER_STEPS * seconds(step, 20), seconds(lambda: _train_21(0, judged=False), 1))
        for _ in range(5)
    ]
    ratios = sorted(a / b for a, b in rounds)
    theirs, mine = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"time to quality: ratio median {ratios[2]:.0f}, min {ratios[0]:.0f}, max {ratios[-1]:.0f}"
        f"   (this machine: paper-style {theirs:.0f} s, ours {mine:.2f} s)"
    )


def _train_21(seed, judged=True):
    features = tm.SparseFeatures(n, SPARSITIES)
    model = tm.ReLUOutputModel(n, m, copies=21, seed=seed)
    tm.train(model, features, IMPORTANCE, seed=seed, progress=False)
    return judge(model, features) if judged else None


def single_models():
    print("\none model: time (this machine), and loss above that of 10,000 steps of 1024, 5 seeds")
    for cls in (tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel):
        for S in (0.0, 0.5, 0.9, 0.95):
            loss, times = {}, []
            features = tm.SparseFeatures(n, [S] * SEEDS)
            for steps, batch in ((1000, 512), (10_000, 1024)):
                model = cls(n, m, copies=SEEDS, seed=0)
                tm.train(model, features, IMPORTANCE, steps=steps, batch_size=batch, progress=False)
                loss[steps] = judge(model, features).mean()
            for seed in range(SEEDS):
                one, feature = cls(n, m, seed=seed), tm.SparseFeatures(n, S)
                start = time.perf_counter()
                tm.train(one, feature, IMPORTANCE, progress=False)
                times.append(time.perf_counter() - start)
            print(
                f"{cls.__name__:16s} S = {S:4.2f}  {1000 * statistics.median(times):4.0f} ms "
                f"{loss[1000] / loss[10_000] - 1:7.2%}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:] == ["paper"]:
        train_paper_style()
    else:
        compare_with_paper_style()
        single_models()
