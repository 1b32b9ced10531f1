"""What happens to a feature at every sparsity and importance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from toymodels.plot.elements import array, axes, named, outlined
from toymodels.plot.look import PHASES, in_own_look

LARGE = 0.03  # fraction of the picture: a larger region has its name written in it
SHADES = 257  # an odd number, so that the middle one is exactly the middle phase's


@in_own_look
def phases(phases, sparsities, ratios, ax: Axes | None = None) -> Axes:
    """Diagram of `feature_phases`: not represented, in superposition, a dimension of its own.

    Args:
        phases: (s, r), from 0 to 2, for one feature. Values between two phases get a colour
            between theirs.
        sparsities: (s,), ascending, along the x-axis. ratios: (r,), the feature's importance over
            the others', above 0 and ascending, along the y-axis on a log scale.
    """
    phases = array(phases, 2, "phases")
    sparsities = array(sparsities, 1, "sparsities")
    ratios = array(ratios, 1, "ratios")
    if phases.shape != (len(sparsities), len(ratios)):
        wanted = (len(sparsities), len(ratios))
        raise ValueError(f"phases must be (s, r) = {wanted}, got shape {phases.shape}")
    wrong = phases[~((phases >= 0) & (phases <= 2))]
    if len(wrong):
        raise ValueError(f"phases must be from 0 to 2, got {wrong[0]:g}")
    if not (ratios > 0).all():
        raise ValueError(f"ratios must be above 0, got {ratios.min():g}")
    ax = axes(ax, figsize=(4.4, 3.8))
    colors = LinearSegmentedColormap.from_list("phases", list(PHASES.values()), N=SHADES)

    def make():
        cells = {"cmap": colors, "vmin": 0, "vmax": 2, "shading": "nearest"}
        mesh = ax.pcolormesh(sparsities, ratios, phases.T, **cells)
        ax.set(xlabel="sparsity S", ylabel="relative importance r", yscale="log")
        return mesh

    mesh = named(ax, "phases", make)
    if mesh.get_array().shape != phases.T.shape:
        raise ValueError(
            f"ax holds {mesh.get_array().shape} cells, got {phases.T.shape}. Use a new ax."
        )
    mesh.set_array(phases.T)
    for k, name in enumerate(PHASES):
        _name(ax, name, np.rint(phases) == k, sparsities, ratios)
    return ax


def _name(ax: Axes, name: str, region: np.ndarray, sparsities, ratios) -> None:
    """Write the phase's name in the middle of its region, if the region is large enough."""
    text = named(ax, name, lambda: outlined(ax, fontsize=10))
    text.set_text(name.replace(" ", "\n", 1) if region.mean() > LARGE else "")
    if region.any():
        s, r = np.nonzero(region)
        text.set_position((sparsities[s].mean(), np.exp(np.log(ratios[r]).mean())))
