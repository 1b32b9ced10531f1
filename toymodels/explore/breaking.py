"""The explorers of chapter 10: a nudge that moves an answer, and samples in place of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import FLOAT32
from toymodels.explore.explorer import Explorer, labelled
from toymodels.explore.kit import MOST, listed, names_and_colors, stops_at
from toymodels.explore.panels import Axis, Line, Panel, arrows, chart
from toymodels.explore.panels import round_trip as round_trip_of
from toymodels.explore.round_trips import stations_of
from toymodels.models import TiedAutoencoder, identity
from toymodels.plot.look import REFERENCE
from toymodels.robustness import attack as attack_of
from toymodels.robustness import check_attackable

SIZES = tuple(k / 20 for k in range(21))  # 0 to 1
COMES_BACK = 0.1  # an absent feature counts as coming back from here on
AS_ARROWS = 12  # of the samples or features of one picture; more of them are dots
DOTS = 400  # of the cloud
LONGEST = 1.3  # of the arrows in a picture, whatever their length


def attack(
    model: TiedAutoencoder, samples: Mapping[str, Tensor], sizes: Sequence[float] = SIZES
) -> Explorer:
    """Slider over the length of a nudge, and one over samples: the round trip of x + nudge.

    Each position has the nudge of `toymodels.attack`, the one that moves the answer most. On the
    left is the round trip of x + nudge, with the features of x marked. On the right is how far the
    answer moves. A dashed line shows the most that any nudge could move it without a ReLU, which
    is size times the largest eigenvalue.

    Args:
        model: a single one, as in `toymodels.attack`.
        samples: name -> (n,), the positions of the second slider.
        sizes: the positions of the first slider, rising from 0 or more.
    Raises:
        TypeError, ValueError: an argument is unusable. All functions here raise before any work.
    """
    check_attackable(model)
    if model.copies:
        got = f"got copies={model.copies}"
        raise ValueError(f"model must be a single one, {got}. model[0] is its first copy.")
    if not isinstance(samples, Mapping) or not samples:
        raise TypeError(f"samples must be a dict of names and samples, got {samples!r:.200}")
    names = list(samples)
    x = torch.stack([require.numbers("samples", samples[name], torch.float32) for name in names])
    if x.shape[1:] != (model.n,):
        raise ValueError(f"samples must be (n,) = ({model.n},) each, got {tuple(x.shape[1:])}")
    sizes = listed("sizes", sizes, at_most=MOST)
    if not bool((sizes.diff() > 0).all() and sizes[0] >= 0 and sizes.isfinite().all()):
        raise ValueError(f"sizes must rise from 0 or more, got {sizes.tolist()!r:.200}")
    positions = sizes.tolist()
    nudges = torch.stack([attack_of(model, x, s) if s else torch.zeros_like(x) for s in positions])
    nudged = x + nudges  # (sizes, samples, n)
    with torch.no_grad():
        back = model(nudged)
        moves = (back - model(x)).norm(dim=-1).double()  # (sizes, samples)
        bound = torch.linalg.eigvalsh(model.W @ model.W.mT)[-1].item() * sizes  # (sizes,)
    false = ((x == 0) & (back > COMES_BACK)).sum(dim=-1)  # (sizes, samples)
    lines = []
    for s, size in enumerate(positions):
        for k, name in enumerate(names):
            count = int(false[s, k])
            lines.append(
                [
                    f"{name.capitalize()}, nudge of length {size:.2f}: the answer moves by "
                    f"{moves[s, k]:.2f}. Without a ReLU it could move by {bound[s]:.2f}. "
                    f"{count} absent feature{'s' * (count != 1)} "
                    f"come{'s' * (count == 1)} back above {COMES_BACK:g}."
                ]
            )
    ((_, color),) = names_and_colors([type(model)]).values()
    curves = moves.mT.repeat(len(positions), 1)  # (positions, sizes), by size, then by sample
    right = chart(
        [
            Line(positions, curves, color, "this model", dots=True),
            Line(positions, bound[None], REFERENCE, "without a ReLU", dashed=True),
        ],
        Axis("length of the nudge", positions[0], positions[-1]),
        Axis("move of the answer", 0, 1.05 * max(bound.max().item(), 0.1)),
        at=[size for size in positions for _ in names],
        marked=True,
    )
    linear = model.output is identity
    rows = round_trip_of(
        stations_of(model, nudged.flatten(0, 1)),
        "h = W x",
        "x\u0302:\nno ReLU" if linear else "x\u0302: ReLU",
        linear,
        before=x.repeat(len(positions), 1),
    )
    return Explorer(
        "length of the nudge",
        labelled(positions),
        [rows, right],
        lines,
        f"Nudges of {len(positions)} lengths, samples: {', '.join(names)}",
        stops=stops_at(positions, (0.1, 0.3, 1)),
        second=("sample", names) if len(names) > 1 else None,
    )


def memory(model: TiedAutoencoder, rows: Sequence[Tensor], loss: Tensor) -> Explorer:
    """Slider over the number of samples: arrows of features, and hidden states of samples.

    On the left are the features' arrows. On the right are the hidden states W x of the samples that
    the model was trained on. Each picture is scaled to its longest arrow. Arrows longer than half
    the longest are counted. If there are at most twelve of them, they are drawn as numbered arrows,
    and all else is drawn as dots. A curve along the slider is the loss on new samples.

    Args:
        model: m = 2, a copy for each position of the slider.
        rows: for each copy the samples that it was trained on, (T, n), at most 100,000 each.
        loss: (copies,), on new samples.
    """
    require.module(model)
    copies = getattr(model, "copies", None)
    if not copies or getattr(model, "m", None) != 2:
        got = f"got m={getattr(model, 'm', None)} and copies={copies}"
        raise ValueError(f"model must have m = 2 and copies, one for each number of samples, {got}")
    if not isinstance(rows, (list, tuple)) or len(rows) != copies:
        raise ValueError(f"rows must be a list of samples for each of {copies} copies")
    rows = [require.matrix("rows", samples).to(torch.float32) for samples in rows]
    loss = listed("loss", loss, at_most=MOST)
    if len(loss) != copies or any(samples.shape[1] != model.n for samples in rows):
        wanted = f"rows must be (T, {model.n}) each, and loss ({copies},)"
        raise ValueError(f"{wanted}, got {tuple(rows[0].shape)} and {tuple(loss.shape)}")
    W = model.W.detach()  # (copies, 2, n)
    ((_, color),) = names_and_colors([type(model)]).values()
    hidden = [w @ samples.mT for w, samples in zip(W, rows, strict=True)]  # each (2, T)
    counts = [samples.shape[0] for samples in rows]
    lines = []
    for w, h, T, value in zip(W, hidden, counts, loss, strict=True):
        lines.append(
            [
                f"T = {T}: {_long(w).sum()} of {model.n} features and {_long(h).sum()} of {T} "
                f"samples have arrows longer than half the longest. "
                f"Loss on new samples: {value:.2f}."
            ]
        )
    return Explorer(
        "samples T",
        labelled(counts),
        [_picture(list(W), "features"), _picture(hidden, "samples")],
        lines,
        f"Features and samples in the plane at {len(counts)} numbers of samples",
        stops=stops_at(counts, (5, 10, 50, max(counts))),
        track=("loss on new samples", [("", color, loss)]),
        strip=1,
    )


def _long(tips: Tensor) -> Tensor:
    """Which of the arrows (2, k) are longer than half the longest: (k,)."""
    lengths = tips.norm(dim=0)
    return lengths > lengths.max() / 2


def _picture(tips: Sequence[Tensor], title: str) -> Panel:
    """Arrows (2, k) of each position: long ones numbered if there are few, all else as dots."""
    long = [_long(arrows) for arrows in tips]  # each (k,)
    drawn = [which if which.sum() <= AS_ARROWS else which & False for which in long]
    most = max(int(which.nonzero().amax()) + 1 if which.any() else 1 for which in drawn)
    W = torch.zeros(len(tips), 2, most, **FLOAT32)
    cloud = torch.full((len(tips), DOTS, 2), torch.nan, **FLOAT32)
    for k, (ends, which) in enumerate(zip(tips, drawn, strict=True)):
        scaled = ends * LONGEST / ends.norm(dim=0).max().clamp_min(1e-9)
        W[k, :, : len(which)][:, which[:most]] = scaled[:, which]
        rest = scaled[:, ~which].mT[:DOTS]
        cloud[k, : len(rest)] = rest
    return arrows(W, cloud=cloud, title=title)
