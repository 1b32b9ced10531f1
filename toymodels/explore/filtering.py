"""The explorer of chapter 3: one bias for all kept features, and what the ReLU lets through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import SparseFeatures
from toymodels.explore.explorer import Explorer, labelled, signed
from toymodels.explore.kit import MOST, listed, loss_ratio, stops_at
from toymodels.explore.panels import Axis, Line, Panel, arrows, chart, histogram
from toymodels.metrics import feature_norms, mean_loss
from toymodels.models import ReLUOutputModel, TiedAutoencoder, computes_as_tied
from toymodels.plot.look import COLORS, NEGATIVE, POSITIVE, REFERENCE
from toymodels.theory import best_linear_model

BIASES = tuple(k / 50 for k in range(0, -26, -1))  # 0 to -0.5
SAMPLES = 20_000  # whose readings are counted
DOTS = 300  # of the cloud
SEEN = 1.4  # distance from the middle up to which a dot is within the picture
BIN = 0.02  # width of a bin, as the steps of BIASES
BINS = 120
SPAN = -0.8, 1.6  # of the bins
NO_SHADOW = 0.005  # readings nearer to 0 are left out: they are so many that they hide the others


def bias(
    model: TiedAutoencoder,
    features: SparseFeatures,
    importance=None,
    biases: Sequence[float] = BIASES,
    tolerance: float = 0.1,
) -> Explorer:
    """Slider over one bias, b, of all kept features: which readings the output ReLU lets through.

    The weights stay as they are, and so do the biases of the features that are not kept. A kept
    feature's reading is its entry of W^T h, and it comes back as relu(reading + b). A reading is
    *false* if the feature is absent but comes back above `tolerance`. It is *missed* if the feature
    is present but comes back as 0. Both are counted among the readings of kept features, as
    fractions of those of absent and of present features, in samples that hold a feature.

    The right column shows both fractions, and the loss over that of the best linear model, which
    also runs along the slider. With m = 2, the left column shows hidden states in the plane and the
    half-plane in which the first kept feature comes back. Otherwise it shows histograms of the
    readings of absent and of present features. Readings of absent features within 0.005 of 0 are
    counted, but not drawn.

    Args:
        model: a single model whose output is a ReLU, for example a trained `ReLUOutputModel`.
        features: `SparseFeatures`, or other data with exact moments, without copies.
        importance: (n,), the weights in the loss. None: 1 for all.
        biases: the positions of the slider, at most 200. tolerance: at least 0.
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been computed then.
    """
    _check_model(model)
    require.data(features)
    require.moments("features", features)
    require.fits(model, features, "features")
    importance = require.importance(importance, model.n)
    biases = listed("biases", biases, at_most=MOST)
    if not bool(biases.isfinite().all()):
        raise ValueError(f"biases must be finite, got {biases.tolist()!r:.200}")
    if not isinstance(tolerance, Real) or not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance must be finite and at least 0, got {tolerance!r}")
    W = model.W.detach()  # (m, n)
    kept = feature_norms(W) > 0.5  # (n,)
    x = features.sample(SAMPLES, np.random.default_rng(0))
    x = x[(x != 0).any(dim=-1)]
    absent = x[:, kept] == 0  # (samples, kept)
    if not kept.any() or not absent.any() or absent.all():
        wanted = "model must keep a feature that is present in some samples and absent in others"
        raise ValueError(f"{wanted}, got {int(kept.sum())} kept features and {features!r:.200}")
    h = model.encode(x).detach()
    readings = (h @ W)[:, kept].double()  # (samples, kept)
    false = torch.stack([(readings[absent] > tolerance - b).double().mean() for b in biases])
    missed = torch.stack([(readings[~absent] <= -b).double().mean() for b in biases])
    ratio = _loss_ratio(model, kept, features, importance, biases)
    positions = biases.tolist()
    if model.m == 2:
        left = [_plane(W, kept, h, absent[:, 0], readings[:, 0], biases, tolerance)]
    else:
        left = _histograms(readings, absent, biases, tolerance)
    trained = model.b.detach()[kept].mean().item()
    low, high = min(positions), max(positions)
    curves = [
        Line(positions, false[None], POSITIVE, "false"),
        Line(positions, missed[None], NEGATIVE, "missed"),
        Line(positions, ratio[None], COLORS[ReLUOutputModel], "loss \u00f7 best linear"),
    ]
    highest = max(curve.ys.nan_to_num(nan=0.0).max().item() for curve in curves)
    fractions = chart(
        curves,
        Axis("bias b", positions[0], positions[-1] if high > low else low + 1),
        Axis("fraction of readings", 0, 1.1 * max(0.1, highest)),
        at=positions,
        marked=True,
        upright=[("as trained", REFERENCE, [trained] * len(positions))],
    )
    lines = [
        [
            f"b = {signed(f'{b:.10g}')}: absent features come back above {tolerance:g} in "
            f"{false[i]:.0%} of cases, and present ones come back as 0 in {missed[i]:.0%}. "
            f"The loss is {ratio[i]:.0%} of the best linear loss."
        ]
        for i, b in enumerate(positions)
    ]
    return Explorer(
        "bias b",
        labelled(positions),
        [left, fractions],
        lines,
        f"What one bias for {int(kept.sum())} kept features lets through, "
        f"at {len(positions)} biases",
        stops=stops_at(positions, (0, trained / 2, trained, 2 * trained)),
        track=("loss \u00f7 best linear loss", [("", COLORS[ReLUOutputModel], ratio)]),
    )


def _check_model(model) -> None:
    """Raise unless it is a single tied model with a ReLU at its output."""
    require.module(model)
    if not computes_as_tied(model) or model.output is not torch.relu:
        own = type(model).__name__
        raise TypeError(f"model must have a ReLU output, as ReLUOutputModel has, got {own}")
    if model.copies:
        got = f"got copies={model.copies}"
        raise ValueError(f"model must be a single one, {got}. model[0] is its first copy.")


def _loss_ratio(
    model: TiedAutoencoder, kept: Tensor, features: SparseFeatures, importance, biases: Tensor
) -> Tensor:
    """(positions,): the loss with each bias over the best linear model's, on the same samples."""
    b = model.b.detach().repeat(len(biases), 1)  # (positions, n)
    b[:, kept] = biases.to(b.dtype)[:, None]
    W = model.W.detach().expand(len(biases), -1, -1)
    shifted = TiedAutoencoder.from_weights(W, b, hidden=model.hidden, output=model.output)
    best = best_linear_model(model.m, features, importance)
    return loss_ratio(
        mean_loss(shifted, features, importance), mean_loss(best, features, importance)
    )


def _plane(W: Tensor, kept, h: Tensor, absent, readings, biases, tolerance: float) -> Panel:
    """The cloud of hidden states (samples, 2), and the half-plane of the first kept feature.

    absent, readings: (samples,), of that feature.
    """
    first = int(kept.nonzero()[0])
    inside = (h.norm(dim=-1) < SEEN).nonzero().flatten()[:DOTS]
    read = readings[inside] + biases[:, None]  # (positions, dots)
    states = (absent[inside] & (read > tolerance)) + 2.0 * (~absent[inside] & (read <= 0))
    w = W[:, first].double().expand(len(biases), 2)
    half = torch.cat([w, biases[:, None]], dim=-1)  # (positions, 3)
    title = f"Shaded: feature {first} comes back"
    return arrows(W[None], cloud=h[None, inside], states=states, half=half, title=title)


def _histograms(readings: Tensor, absent: Tensor, biases: Tensor, tolerance: float) -> list[Panel]:
    """Of the readings of absent features, above, and of present ones."""
    middles = torch.linspace(SPAN[0] + BIN / 2, SPAN[1] - BIN / 2, BINS, dtype=torch.float64)
    read = middles + biases[:, None]  # (positions, bins), with the bias
    edge = (-biases).clamp(*SPAN)
    panels = []
    for name, those, color, marked, xlabel in (
        ("absent", absent & (readings.abs() > NO_SHADOW), POSITIVE, read > tolerance, ""),
        ("present", ~absent, NEGATIVE, read < 0, "reading before bias and ReLU"),
    ):
        counts = torch.histc(readings[those], BINS, *SPAN)
        everything = absent.sum() if name == "absent" else those.sum()
        words = f"{{value}}% of the readings of {name} features lie between {{from}} and {{to}}"
        panel = histogram(
            100 * counts[None] / everything,
            SPAN,
            f"{name},\nin %",
            xlabel,
            words,
            color=color,
            marked=marked.double(),
            edge=edge,
            sides=("\u2190 0", "above 0 \u2192"),
        )
        panels.append(panel.with_(weight=1.8, height=150))
    return panels
