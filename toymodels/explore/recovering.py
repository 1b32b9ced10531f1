"""The explorers of chapter 7: features that come together, and a penalty that finds directions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import FLOAT32, SparseFeatures, linear_importance
from toymodels.explore.explorer import Explorer, labelled, signed
from toymodels.explore.kit import MOST, listed, stops_at
from toymodels.explore.panels import Axis, Line, arrows, chart, matrix
from toymodels.explore.round_trips import frames_alike
from toymodels.grouped import GroupedFeatures
from toymodels.metrics import feature_norms
from toymodels.models import ReLUOutputModel
from toymodels.plot.look import COLORS, PRECISION, REFERENCE
from toymodels.recovery import (
    LOOKED_AT,
    SparseAutoencoder,
    match_directions,
    recovery_scores,
    train_autoencoder,
)
from toymodels.training import train_to_the_end

BONDS = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.95, 1.0)
PAIRS = [[0, 1], [2, 3]]
STARTS = 6  # of each bond
PENALTIES = (0.003, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)
ACTIVATIONS = 100_000


def bond(bonds: Sequence[float] = BONDS, sparsity: float = 0.7) -> Explorer:
    """Slider over the bond of two pairs of features, 0 with 1 and 2 with 3, in the plane.

    The bond runs from never together, through independent, to always together (`GroupedFeatures`).
    The models are ReLU-output models with equal importance, each the best of six starts. The pairs
    are alike, and so are partners. Each frame is numbered and rotated to be as close as possible to
    the one before.

    Args:
        bonds: the positions of the slider, each in [-1, 1].
        sparsity: S in [0, 1). Below 0.5 features cannot exclude each other.
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been trained then.
    """
    bonds = listed("bonds", bonds, at_most=MOST)
    data = GroupedFeatures(4, sparsity, PAIRS, bonds[:, None].expand(-1, 2))
    opposite = torch.tensor([[1, -1, 0, 0], [0, 0, 1, -1]], **FLOAT32)
    orders = [order for order in permutations(range(4)) if set(order[:2]) in ({0, 1}, {2, 3})]
    options = {"samples": 2**14, "batch_size": 256}
    W = frames_alike(data, opposite, STARTS, orders=orders, **options)  # (positions, 2, 4)
    u = torch.nn.functional.normalize(W, dim=-2)
    cosine = (u[..., 0] * u[..., 1]).sum(-1)  # (positions,), of the partners 0 and 1
    positions = bonds.tolist()
    length = feature_norms(W).mean(-1)
    curve = chart(
        [Line(positions, cosine[None], REFERENCE, dots=True)],
        Axis("bond of 0 and 1, and of 2 and 3", -1, 1),
        Axis("cosine of arrows 0 and 1", -1.15, 1.15),
        at=positions,
        marked=True,
        level=0,
    )
    return Explorer(
        "bond",
        labelled(positions),
        [arrows(W), curve],
        [
            [
                f"Bond {signed(f'{bond:.10g}')}: the cosine of the partners is "
                f"{signed(f'{cosine[i]:z.2f}')}, and the arrows' mean length is {length[i]:.2f}."
            ]
            for i, bond in enumerate(positions)
        ],
        f"Two pairs of features in two dimensions, at {len(positions)} bonds",
        stops=stops_at(positions, (-1, 0, 0.7, 1)),
        track=("cosine of partners", [("", REFERENCE, cosine)]),
    )


def penalty(
    penalties: Sequence[float] = PENALTIES, latents: int = 40, steps: int = 1000, seed: int = 0
) -> Explorer:
    """Slider over the penalty of sparse autoencoders on the activations of one model, 40 -> 5.

    The left picture shows the cosines between the directions that were found, matched, and the true
    ones, which are those of the features that the model represents. The right one shows how much
    is reconstructed, and how much is found.

    Args:
        penalties: the positions of the slider, at most 200, each above 0, in ascending order.
        latents: size of the dictionary. steps, seed: of the autoencoders' training.
    """
    penalties = listed("penalties", penalties, at_most=MOST)
    if not bool(((penalties > 0) & penalties.isfinite()).all()):
        raise ValueError(f"penalties must be finite and above 0, got {penalties.tolist()!r:.100}")
    latents = require.whole_number("latents", latents, at_most=1000)
    model = ReLUOutputModel(40, 5, seed=0)
    features = SparseFeatures(40, 0.9)
    found = SparseAutoencoder(5, latents, copies=len(penalties), seed=seed)
    train_to_the_end(model, features, linear_importance(40))
    h = model.encode(features.sample(ACTIVATIONS, np.random.default_rng(1))).detach()
    h = h[h.norm(dim=-1) > 0]
    train_autoencoder(found, h, penalties, steps=steps, seed=seed)
    W = model.W.detach()
    true = W.T[feature_norms(W) > 0.5]  # (r, m)
    scores = [recovery_scores(found[k], h, true) for k in range(len(penalties))]
    matched = [_matched(found[k], h, true) for k in range(len(penalties))]
    positions = penalties.tolist()
    looks = {"explained": REFERENCE, "recall": COLORS[ReLUOutputModel], "precision": PRECISION}
    exact = {"dtype": torch.float64, "device": "cpu"}
    curves = {name: torch.tensor([score[name] for score in scores], **exact) for name in looks}
    words = "cosine between true direction {j} and the partner of true direction {i}: {value}"
    right = chart(
        [Line(positions, curves[name][None], looks[name], name, dots=True) for name in looks],
        Axis("penalty", min(positions), max(positions), "log"),
        Axis("fraction", 0, 1.05),
        at=positions,
        marked=True,
    )
    lines = [
        [
            f"A penalty of {penalty:.3g} explains {said['explained']:.0%} of the variance and "
            f"finds {said['recall']:.0%} of {len(true)} directions. "
            f"On average {said['active']:.1f} latents are active at a time."
        ]
        for penalty, said in zip(positions, scores, strict=True)
    ]
    cosines = torch.stack(matched)
    left = matrix(cosines, "true direction", "partner that was found", words, title="cosines")
    return Explorer(
        "penalty",
        [f"{penalty:.3g}" for penalty in positions],
        [left, right],
        lines,
        f"Sparse autoencoders with {latents} latents at {len(positions)} penalties",
        stops=stops_at(positions, (0.003, 0.1, 0.3, 1.2)),
        track=("recall", [("", looks["recall"], curves["recall"])]),
    )


def _matched(model: SparseAutoencoder, h: Tensor, true: Tensor) -> Tensor:
    """(r, r): cosine of true direction j with the partner of true direction i; 0 without one."""
    found = model.directions.detach()[~model.dead(h[:LOOKED_AT])]
    _, partner = match_directions(found, true)
    cosines = found @ torch.nn.functional.normalize(true, dim=-1).mT  # (living, r)
    return torch.where((partner >= 0)[:, None], cosines[partner], 0.0)
