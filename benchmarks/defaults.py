"""Why 1000 steps of 512 samples, a learning rate of 0.03, a warm-up? Every choice against its neighbours.

    python benchmarks/defaults.py > benchmarks/defaults.md      (about a quarter of an hour)

Each variant trains all three models at seven sparsities and four sizes, 3 seeds each (of the largest, 1).
Printed is by how many percent its loss (mean over seeds, same fresh data for all) lies above that of a run
six times as long with twice the batch: the worst and the mean over the models and S <= 0.95, and the mean at
S = 0.99 and 0.999. Below zero: a luckier optimum. Large numbers of tiny models: a start in a worse one.
"""

import math

import torch

import toymodels as tm

MODELS = tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel
SIZES = {(2, 1): 3, (10, 3): 3, (40, 5): 3, (200, 20): 1}  # and how many seeds
SPARSITIES = [0.0, 0.3, 0.7, 0.9, 0.95, 0.99, 0.999]
DEFAULT = {
    "steps": 1000,
    "batch_size": 512,
    "lr": 0.03,
    "beta2": 0.99,
    "scale": 1.0,
    "schedule": "default",
}
VARIANTS = [
    {},
    {"batch_size": 256},
    {"batch_size": 1024},
    {"steps": 500},
    {"steps": 500, "lr": 0.05},
    {"steps": 2000},
    {"lr": 0.01},
    {"lr": 0.1},
    {"schedule": "no warm-up"},
    {"schedule": "constant"},
    {"beta2": 0.999},
    {"beta2": 0.95},
    {"scale": 0.3},
    {"scale": 2.0},
]


def rate(schedule, lr, steps):
    if schedule == "constant":
        return lambda step: lr
    if schedule == "no warm-up":
        return lambda step: lr * 0.5 * (1 + math.cos(math.pi * step / steps))
    return tm.warmup_cosine(lr, steps)


def losses(cls, n, m, seeds, steps, batch_size, lr, beta2, scale, schedule):
    """(sparsities,): mean loss over seeds."""
    features, importance = tm.SparseFeatures(n, SPARSITIES * seeds), tm.linear_importance(n)
    model = cls(n, m, copies=features.copies, seed=0)
    with torch.no_grad():
        model.W *= scale
    options = {
        "steps": steps,
        "batch_size": batch_size,
        "lr": rate(schedule, lr, steps),
        "betas": (0.9, beta2),
        "progress": False,
    }
    tm.train(model, features, importance, **options)
    loss = tm.mean_loss(model, features, importance, samples=2**17, seed=10**6)
    return loss.reshape(seeds, -1).mean(0)


def main():
    columns = ["n -> m", "variant", "steps x batch", "worst", "mean", "S = 0.99", "S = 0.999"]
    print(
        "Made by `python benchmarks/defaults.py > benchmarks/defaults.md`; what it shows is said there.\n"
    )
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)
    for (n, m), seeds in SIZES.items():
        long = DEFAULT | {"steps": 6000, "batch_size": 1024, "lr": 0.02}
        reference = torch.stack([losses(cls, n, m, seeds, **long) for cls in MODELS])
        for variant in VARIANTS:
            setting = DEFAULT | variant
            loss = torch.stack([losses(cls, n, m, seeds, **setting) for cls in MODELS])
            excess = 100 * (loss / reference - 1)
            dense = excess[:, :5]
            name = ", ".join(f"{key} {value}" for key, value in variant.items()) or "**default**"
            numbers = (dense.max(), dense.mean(), *excess[:, 5:].mean(0))
            cost = setting["steps"] * setting["batch_size"] // 1000
            cells = [f"{n} -> {m}", name, f"{cost}k", *(f"{v:.1f}%" for v in numbers)]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
