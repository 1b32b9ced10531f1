"""The front page: five things, two numbers, a slider and a guess."""

import html
from pathlib import Path
from string import Template

from torch import Tensor
from torch.nn.functional import normalize

import toymodels as tm
from toymodels.explore.explorer import Explorer, nearest

THINGS = 5
STOPS = (0, 0.42, 0.6, 0.9)  # as in chapter 1
GUESSES = (2, 4, 5)
UNBROKEN = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
PAGE = Template(Path(__file__).with_name("front.html").read_text(encoding="utf-8"))


def picture() -> Explorer:
    """The arrows of chapter 1's first slider, alone, with words for someone who knows nothing yet."""
    whole = tm.explore.directions()
    arrows = whole.columns[0][0]
    words = [[f"S = {S}: {told(W)}"] for S, W in zip(whole.labels, frames(whole), strict=True)]
    summary = (
        "Five numbered arrows in the plane: two, then three, then four, and at last five long ones"
    )
    return Explorer(
        "sparsity S",
        whole.labels,
        [arrows],
        words,
        summary,
        stops=[nearest([float(S) for S in whole.labels], S) for S in STOPS],
    )


def frames(explorer: Explorer) -> Tensor:
    """The arrows at each position: (positions, 2, 5)."""
    return explorer.columns[0][0].numbers["W"].mT


def told(W: Tensor) -> str:
    """What a visitor sees of W, (2, 5), in words."""
    count = tm.n_represented(W)
    said = f"the network keeps {count} of the {THINGS} things."
    cosine = cosines(W)
    if count == 2 and cosine.abs().max() < 0.1:
        return f"{said} Each has a direction of its own."
    if count == 4 and (cosine.min(-1).values < -0.95).all():
        return f"{said} Their arrows form two opposite pairs."
    if count == 5 and cosine.max() < 0.5:
        return f"{said} Their arrows form a star."
    return said


def cosines(W: Tensor) -> Tensor:
    """Those between long arrows, (k, k), and 0 of an arrow with itself."""
    long = normalize(W[:, tm.feature_norms(W) > 0.5], dim=0)
    cosine = long.mT @ long
    return cosine - cosine.diag().diag()


def answers(explorer: Explorer) -> dict[int, str]:
    """What is said of each guess once the slider has been at its end."""
    counts = tm.n_represented(frames(explorer)).tolist()
    said = {}
    for guess in GUESSES:
        at = [S for S, count in zip(explorer.labels, counts, strict=True) if count == guess]
        where = f"at S = {at[0]}" if len(at) == 1 else f"from S = {at[0]} to S = {at[-1]}"
        said[guess] = f"You guessed {guess}. That is right {where}.".replace(" = ", UNBROKEN)
    return said


def section(explorer: Explorer, moving: str) -> str:
    """The front page's HTML. moving: the explorer's own, as the book shows it."""
    buttons = [
        f'<button type="button" aria-pressed="false" data-answer="{html.escape(words)}">{guess}</button>'
        for guess, words in answers(explorer).items()
    ]
    return PAGE.substitute(explorer=moving, guesses="\n".join(buttons))
