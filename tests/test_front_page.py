"""The front page's words and stills, and the README's moving picture. In a browser: browser/test_book.py."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

import toymodels as tm
from book import front
from book.build import BOOK, ROOT, stills
from book.editions import page_for
from tools.notebooks import ours

INDEX = (BOOK / "pages" / "index.md").read_text(encoding="utf-8")


def polygon(*degrees, length=1.0):
    angles = torch.deg2rad(torch.tensor(degrees))
    arrows = torch.zeros(2, front.THINGS)
    arrows[:, : len(degrees)] = length * torch.stack([angles.cos(), angles.sin()])
    return arrows


@pytest.mark.parametrize(
    ("W", "said"),
    [
        (polygon(0, 90), "keeps 2 of the 5 things. Each has a direction of its own."),
        (polygon(0, 60), "keeps 2 of the 5 things."),
        (polygon(0, 95, 240), "keeps 3 of the 5 things."),
        (
            polygon(3, 90, 180, 272),
            "keeps 4 of the 5 things. Their arrows form two opposite pairs.",
        ),
        (polygon(0, 90, 180, 300), "keeps 4 of the 5 things."),
        (polygon(0, 72, 144, 216, 288), "keeps 5 of the 5 things. Their arrows form a star."),
        (polygon(0, 30, 144, 216, 288), "keeps 5 of the 5 things."),
        (polygon(0, 90, length=0.4), "keeps 0 of the 5 things."),
    ],
)
def test_a_frame_is_told_as_it_is(W, said):
    assert front.told(W) == f"the network {said}"


def test_each_guess_is_right_somewhere_and_is_told_where():
    frames = torch.stack(
        [polygon(0, 90), polygon(0, 90), polygon(0, 90, 180, 270), polygon(0, 72, 144, 216, 288)]
    )
    labels = ["0", "0.3", "0.6", "0.9"]
    explorer = tm.explore.Explorer(
        "S", labels, [tm.explore.arrows(frames)], [["a line"]] * 4, "a summary"
    )
    answers = {guess: said.replace("\xa0", " ") for guess, said in front.answers(explorer).items()}
    assert answers == {
        2: "You guessed 2. That is right from S = 0 to S = 0.3.",
        4: "You guessed 4. That is right at S = 0.6.",
        5: "You guessed 5. That is right at S = 0.9.",
    }


@pytest.mark.parametrize("reader", ["teachers", "students"])
def test_every_chapter_has_a_card_with_a_still_of_its_own(tmp_path, reader):
    index = page_for(reader, INDEX)
    stills(index, tmp_path)
    chapters = [path for path in ours() if not path.stem.startswith("lesson")]
    cards = re.findall(
        r"^- !\[([^\]]+)\]\(stills/(\w+)/.*?^  \[.*?\]\(notebooks/(\w+)\.ipynb\)",
        index,
        re.M | re.S,
    )
    assert [link for _, _, link in cards] == [path.stem for path in chapters]
    for alt, still, link in cards:
        assert still == link and len(alt) > 20
        (picture,) = (tmp_path / still).glob("*.png")
        assert Image.open(io.BytesIO(picture.read_bytes())).width > 300


def test_a_still_that_is_gone_is_named(tmp_path):
    with pytest.raises(LookupError, match="cell no_such of 01_what_is_a_feature"):
        stills("![a](stills/01_what_is_a_feature/no_such.png)", tmp_path)


def test_the_moving_picture_stops_after_three_rounds_and_nothing_crosses_its_label():
    path = ROOT / "notebooks" / "directions.gif"
    assert f"](notebooks/{path.name})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert path.stat().st_size < 500_000
    gif = Image.open(path)
    assert gif.info["loop"] == 2  # repeats after the first round
    frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(gif)]
    assert len(frames) > 15
    for frame in frames:
        inked = (frame < 128).any(axis=1)
        label_ends = np.flatnonzero(inked & ~np.roll(inked, -1))[0]
        frame_begins = np.flatnonzero((frame < 128).mean(axis=1) > 0.5)[0]
        assert 5 < label_ends < frame_begins - 1
        assert (frame[: label_ends + 1, -60:] > 200).all()
