"""Draw chapter 5's plateaus for 400 features in 30 dimensions: minutes, not seconds, so the figure is stored.

python tools/plateaus.py [processes]      (writes notebooks/plateaus.png)
"""

import sys
import time
from pathlib import Path

from matplotlib.figure import Figure

import toymodels as tm

PICTURE = Path(__file__).parent.parent / "notebooks" / "plateaus.png"
n, m = 400, 30
SPARSITIES = [
    *(0.0, 0.2, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7),
    *(0.75, 0.775, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99),
]
SEEDS = 3
OPTIONS = {"steps": 3000, "batch_size": 512, "samples": 2048, "bias_at_mean": True}

if __name__ == "__main__":
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    start = time.perf_counter()
    data = tm.SparseFeatures(n, SPARSITIES)
    run = tm.sweep(tm.ReLUOutputModel, m, data, seeds=SEEDS, n_jobs=processes, **OPTIONS)
    minutes = (time.perf_counter() - start) / 60
    shares = tm.dimensions_per_feature(run.W[:, 0])  # (s, seeds)
    figure = Figure(figsize=(7, 2.8), dpi=100, layout="constrained")
    ax = figure.subplots()
    ax.plot(SPARSITIES, shares, "o-", color=tm.plot.COLORS[tm.ReLUOutputModel], ms=3, lw=0.8)
    for level in (1, 1 / 2):
        ax.axhline(level, color=tm.plot.REFERENCE, ls="--", lw=1)
    ax.set(xlabel="sparsity S", ylabel="dimensions per feature", ylim=(0, 1.1))
    ax.set_title(f"{n} features in {m} dimensions, {SEEDS} starts each", fontsize=10)
    figure.savefig(PICTURE)
    print(f"{run.loss.numel()} models in {minutes:.1f} minutes on {processes} processes")
    for S, row in zip(SPARSITIES, shares.tolist(), strict=True):
        print(f"S = {S:<6} " + " ".join(f"{share:.3f}" for share in row))
