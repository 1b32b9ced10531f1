import base64
import io
import random
from itertools import pairwise

import pytest
from PIL import Image

import toymodels as tm


@pytest.fixture(scope="module")
def explorers():
    return {
        "samples": tm.explore_samples(n=8, sparsities=[0.0, 0.5, 0.9, 1.0]),
        "gram": tm.explore_gram(6, 2, [tm.LinearModel, tm.ReLUModel], [0.0, 0.9, 0.99], steps=30),
    }


@pytest.mark.parametrize("name", ["samples", "gram"])
def test_one_picture_and_one_line_per_position(explorers, name):
    explorer = explorers[name]
    count = len(explorer.slider.options)
    assert len(explorer.pictures.children) == len(explorer.lines.children) == count
    sizes = {Image.open(io.BytesIO(frame)).size for frame in explorer.frames}
    assert len(sizes) == 1  # no jump from one position to the next
    assert len(set(explorer.frames)) == count
    for frame, page in zip(explorer.frames, explorer.pictures.children, strict=True):
        assert base64.b64encode(frame).decode() in page.value
    for label, line in zip(explorer.slider.options, explorer.lines.children, strict=True):
        assert f"S = {label}:" in line.value


@pytest.mark.parametrize("name", ["samples", "gram"])
def test_the_slider_is_linked_in_the_browser(explorers, name):
    explorer = explorers[name]
    links = [(link.source, link.target) for link in explorer.links]
    assert ((explorer.slider, "index"), (explorer.pictures, "selected_index")) in links
    assert ((explorer.slider, "index"), (explorer.lines, "selected_index")) in links
    assert ((explorer.play, "value"), (explorer.slider, "index")) in links


def test_it_begins_at_the_beginning(explorers):
    assert explorers["samples"].slider.value == "0"
    assert explorers["samples"].pictures.selected_index == explorers["samples"].lines.selected_index == 0


def test_positions_can_be_set_at_both_ends_and_at_random(explorers):
    slider = explorers["gram"].slider
    for position in [0, 2, 1, *random.Random(0).choices(range(3), k=5)]:
        slider.index = position
        assert slider.value == ["0", "0.9", "0.99"][position]


def test_lines_say_what_the_models_do(explorers):
    dense = explorers["gram"].lines.children[0].value
    assert "Linear keeps" in dense and "ReLU keeps" in dense and "of the linear optimum" in dense
    assert "on average 8.0 of 8 features are active" in explorers["samples"].lines.children[0].value


def test_without_a_front_end_it_is_a_picture_and_a_summary(explorers):
    bundle = explorers["gram"]._repr_mimebundle_()
    assert bundle["text/plain"] == "W^T W of Linear, ReLU at 3 sparsities; shown: sparsity S = 0.9"
    assert bundle["image/png"] == explorers["gram"].frames[1]
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize(
    "explore",
    [
        lambda: tm.explore_gram(models=[]),
        lambda: tm.explore_gram(models=[tm.TiedAutoencoder]),
        lambda: tm.explore_training(3),
        lambda: tm.explore_seeds("ReLU"),
    ],
)
def test_models_must_be_known(explore):
    with pytest.raises(
        ValueError, match="models must be some of LinearModel, ReLUModel, ReLUOutputModel, got"
    ):
        explore()


def test_the_default_positions_are_many_and_finer_towards_one():
    positions = tm.SPARSITIES
    assert len(positions) >= 21 and list(positions) == sorted(set(positions))
    gaps = [b - a for a, b in pairwise(positions)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(gaps, gaps[2:], strict=False))


@pytest.mark.parametrize("still", [-1, 2])
def test_bad_input_is_named(still):
    with pytest.raises(ValueError, match="equally many"):
        tm.Explorer("S", ["0", "1"], [b"", b""], ["", ""], "", still)
    with pytest.raises(ValueError, match="sparsity must lie in"):
        tm.explore_samples(sparsities=[0.5, 1.5])
    with pytest.raises(ValueError, match="m must be at most"):
        tm.explore_gram(3, 4, sparsities=[0.5])
