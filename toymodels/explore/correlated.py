"""The explorer of chapter 8: twelve months on a circle, and what their shadows are worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import FLOAT32
from toymodels.explore.explorer import Explorer, labelled, signed
from toymodels.explore.kit import MOST, listed, stops_at, turned_onto
from toymodels.explore.panels import arrows, bars
from toymodels.grouped import Months
from toymodels.metrics import gram, mean_loss
from toymodels.models import ReLUOutputModel
from toymodels.plot.look import COLORS, REFERENCE, WHEEL
from toymodels.training import train_to_the_end

SHARES = tuple(k / 10 for k in range(11))
STARTS = 5  # of each share
NEARLY = 1.01  # of the least loss: a start that ends below is as good as the best
LONG = 0.9  # of the longest arrow: month 0 is one of the months that are kept
SAMPLES = 20_000


def months(shares: Sequence[float] = SHARES, steps: int = 1000) -> Explorer:
    """Slider over c, the share of samples with one season of three neighbouring months.

    It trains ReLU-output models of twelve months in the plane and shows the best of five starts for
    each c. The arrows are on the left. On the right is what each month adds to the reading of month
    0, on average over the samples in which month 0 is active, and over those in which it is absent.
    Two curves along the slider are the fraction of variance unexplained, for the model as it is and
    with all shadows deleted.

    Args:
        shares: the positions of the slider, each in [0, 1]. steps: of the training.
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been trained yet.
    """
    shares = listed("shares", shares, at_most=MOST)
    data = Months(shares)
    W, b = _alike(data, require.whole_number("steps", steps))
    G = gram(W)  # (positions, 12, 12)
    own = torch.diag_embed(G.diagonal(dim1=-2, dim2=-1))
    x = data.sample(SAMPLES, np.random.default_rng(1))
    kept, deleted = (_error(x, weights, b) / data.variance for weights in (G, own))
    active, absent = (G[:, 0] * mean for mean in _means_beside_month_0(shares))
    rows = [
        bars(values, (-0.3, 0.6), label, words, xlabel=xlabel, ticks=[0, 0.5], active=own_band)
        for values, label, words, xlabel, own_band in (
            (
                active,
                "month 0\nactive",
                ADDS.format("active"),
                "",
                torch.eye(1, Months.n, **FLOAT32),
            ),
            (
                absent,
                "month 0\nabsent",
                ADDS.format("absent"),
                "month j",
                torch.zeros(1, Months.n, **FLOAT32),
            ),
        )
    ]
    rows = [row.with_(height=height) for row, height in zip(rows, (110, 136), strict=True)]
    told = [
        (active[i, 0], active[i, 1:].sum(), absent[i].sum(), b[i, 0]) for i in range(len(shares))
    ]
    lines = []
    for c, numbers in zip(shares.tolist(), told, strict=True):
        own_part, others, others_absent, its_bias = (signed(f"{v:z.2f}") for v in numbers)
        lines.append(
            [
                f"c = {c:.10g}: month 0 gets {own_part} from itself and {others} from the others; "
                f"when it is absent, {others_absent}. Its bias is {its_bias}."
            ]
        )
    curves = [
        ("as trained", COLORS[ReLUOutputModel], kept),
        ("shadows deleted", REFERENCE, deleted),
    ]
    return Explorer(
        "c",
        labelled(shares.tolist()),
        [arrows(W, colors=WHEEL), rows],
        lines,
        f"Twelve months in two dimensions, at {len(shares)} shares of seasons",
        stops=stops_at(shares.tolist(), (0, 0.3, 0.6, 1)),
        track=("variance unexplained", curves),
        compact=True,  # it opens chapter 8
    )


ADDS = "with month 0 {}, month {{j}} adds {{value}} to its reading on average"


def _means_beside_month_0(shares: Tensor) -> tuple[Tensor, Tensor]:
    """The exact mean of each month where month 0 is active, and where it is absent.

    Each (positions, 12). Among the seasons that hold month 0, two of three hold month 1 as well.
    """
    apart = torch.arange(Months.n, **FLOAT32)
    apart = torch.minimum(apart, Months.n - apart)
    together = (Months.season - apart).clamp_min(0) / Months.season  # in a season with month 0
    by_itself = torch.full((Months.n,), Months.density, **FLOAT32)
    by_itself[0] = 1
    c = shares.float()[:, None]
    active = c * together + (1 - c) * by_itself  # probabilities, (positions, 12)
    absent = (1 - active) * Months.density / (1 - Months.density)
    return active / 2, absent / 2


def _error(x: Tensor, G: Tensor, b: Tensor) -> Tensor:
    """Mean squared error of relu(G x + b): (positions,)."""
    back = torch.relu(x @ G.mT + b[:, None])
    return (x - back).square().mean(dim=(-2, -1))


def _trained(data: Months, steps: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """The loss (positions,), W and b of a model at each position, all from one seed."""
    model = ReLUOutputModel(Months.n, 2, copies=data.copies, seed=seed)
    with torch.no_grad():
        model.b.fill_(data.density / 2)  # the months' mean
    train_to_the_end(model, data, steps=steps, progress=False)
    return mean_loss(model, data, samples=SAMPLES), model.W.detach(), model.b.detach()


def _alike(data: Months, steps: int) -> tuple[Tensor, Tensor]:
    """W (positions, 2, 12) and b (positions, 12) of the best starts, each frame much like the next.

    It goes from the last position to the first. The last frame is turned like a clock, with month 0
    on top, and each other frame is turned like the one after it. Shifting or mirroring all months
    changes nothing in the data, so month 0 may be any month with a long arrow.
    """
    runs = [_trained(data, steps, seed) for seed in range(STARTS)]
    losses, all_W, all_b = (torch.stack(values, dim=1) for values in zip(*runs, strict=True))
    month = torch.arange(Months.n, device="cpu")
    orders = torch.stack([side * month + k for side in (1, -1) for k in range(Months.n)]) % Months.n
    angle = month.float() * 2 * torch.pi / Months.n
    after = torch.stack([angle.sin(), angle.cos()])
    frames = []
    for loss, W, b in zip(losses, all_W, all_b, strict=True):  # each (starts, ...)
        good = loss <= NEARLY * loss.min()
        W, b = W[good][..., orders].movedim(-2, 1), b[good][:, orders]  # (good, 24, 2, 12)
        lengths = W.norm(dim=-2)
        long = lengths[..., 0] >= LONG * lengths.amax(dim=-1)
        frames.append((W[long], b[long]))
    chosen = []
    for W, b in reversed(frames):  # (some, 2, 12), (some, 12)
        turned = turned_onto(after, W)
        k = (turned - after).square().sum((-2, -1)).argmin()
        after = turned[k]
        chosen.append((after, b[k]))
    W, b = zip(*reversed(chosen), strict=True)
    return torch.stack(W), torch.stack(b)
