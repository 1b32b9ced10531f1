"""The explorers of chapter 9: their words and numbers, recomputed here."""

import re

import numpy as np
import pytest
import torch
from torch.testing import assert_close

import toymodels as tm

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

LEVELS = [0.0, 0.9]
STARTS = 3
IMPORTANCE = 0.8 ** torch.arange(6)
DATA = tm.SignedFeatures(6, [0.0] * STARTS + [0.9] * STARTS)


@pytest.fixture(scope="module")
def model():
    made = tm.AbsoluteModel(6, 4, copies=2 * STARTS, seed=0)
    options = {"steps": 600, "batch_size": 128, "progress": False}
    tm.train(made, DATA, loss=tm.absolute_loss(IMPORTANCE), **options)
    return made


@pytest.fixture(scope="module")
def neurons(model):
    return recorded(tm.explore.neurons, model, DATA, IMPORTANCE)


@pytest.fixture(scope="module")
def answers(model):
    return recorded(tm.explore.answers, model[4], 4, [-0.5, 1.0])


def by_loops(W1, W2):
    """What neurons take in and give out, scaled."""
    takes, gives = W1.clone(), W2.clone()
    for k in range(len(W1)):
        largest = max(abs(w) for w in W1[k].tolist())
        takes[k] /= largest
        gives[:, k] *= largest
    return takes, gives


def test_neurons_show_what_each_copy_takes_in_and_gives_out(neurons, model):
    explorer, _ = neurons
    takes, gives = carried(explorer, 0)["stacks"], carried(explorer, 1)["values"]
    for k in range(2 * STARTS):
        expected = by_loops(model.W1[k].detach(), model.W2[k].detach())
        assert_close(takes[k].float(), expected[0], atol=1e-3, rtol=0)
        assert_close(gives[k].float(), expected[1], atol=1e-3, rtol=0)


def test_the_words_on_neurons_say_the_loss_and_how_many_features_they_serve(neurons, model):
    explorer, _ = neurons
    x = DATA.sample(300_000, np.random.default_rng(9))
    with torch.no_grad():
        loss = (IMPORTANCE * (x.abs() - model(x)).square()).mean(dim=(1, 2)).double()
    p = 1 - torch.tensor(LEVELS).double().repeat_interleave(STARTS)
    line = (p / 3 - p**2 / 4) * IMPORTANCE[2:].sum() / 6
    takes = carried(explorer, 0)["stacks"]
    for k, (said,) in enumerate(explorer.lines):
        numbers = re.fullmatch(
            r"At S = ([\d.]+) the loss is ([\d.]+) of the line\. "
            r"A neuron serves ([\d.]+) features on average\.",
            said,
        )
        assert float(numbers[1]) == LEVELS[k // STARTS]
        assert float(numbers[2]) == pytest.approx((loss / line)[k].item(), rel=0.05, abs=0.01)
        serves = (takes[k].abs() > 0.3).sum().item() / 4
        assert abs(float(numbers[3]) - serves) < 0.051
    means = [
        np.mean([float(line.split()[7]) for (line,) in explorer.lines[i:j]])
        for i, j in ((0, 3), (3, 6))
    ]
    np.testing.assert_allclose(track(explorer)[""], means, atol=0.02)


def test_neurons_begin_with_the_best_start_of_the_first_sparsity(neurons):
    explorer, _ = neurons
    losses = [float(line.split()[7]) for (line,) in explorer.lines[:STARTS]]
    sliders = spec(explorer)["sliders"]
    assert losses[sliders[1]["start"]] == min(losses) and sliders[0]["start"] == 0
    assert sliders[0]["labels"] == ["0", "0.9"] and sliders[1]["labels"] == ["0", "1", "2"]


def test_one_start_each_needs_one_slider(model):
    single = tm.AbsoluteModel.from_weights(model.W1[[0, 3]], model.W2[[0, 3]], model.b[[0, 3]])
    explorer = tm.explore.neurons(single, tm.SignedFeatures(6, LEVELS))
    assert len(spec(explorer)["sliders"]) == 1 and len(explorer.lines) == 2


def test_answers_are_those_of_the_model_and_parts_add_up_to_what_outputs_get(answers, model):
    explorer, _ = answers
    one = model[4]
    position = 0
    for feature in range(4):
        for value in (-0.5, 1.0):
            x = torch.zeros(6)
            x[feature] = value
            _, h, given, _, y_hat = one.round_trip(x)
            shown = [carried(explorer, 0, row) for row in range(4)]
            assert_close(shown[0]["values"][position].float(), x, atol=1e-3, rtol=0)
            scaled = h / one.W1.detach().abs().amax(dim=1)
            assert_close(shown[1]["values"][position].float(), scaled, atol=1e-3, rtol=0)
            parts = one.W2.detach() * h  # (output, neuron)
            assert_close(shown[2]["stacks"][position].float(), parts, atol=2e-3, rtol=0)
            assert_close(shown[2]["values"][position].float(), given, atol=2e-3, rtol=0)
            assert_close(shown[3]["values"][position].float(), y_hat, atol=1e-3, rtol=0)
            assert_close(shown[3]["targets"][position].float(), x.abs(), atol=1e-3, rtol=0)
            others = [i for i in range(6) if i != feature]
            pushed = sum(parts[i].clamp_min(0).sum().item() > 0.5 for i in others)
            false = max(y_hat[others].tolist())
            said = f"{value:g}".replace("-", "\N{MINUS SIGN}")
            assert explorer.lines[position] == [
                f"Feature {feature} is {said} and is answered with {y_hat[feature]:z.2f}. Neurons push "
                f"{pushed} other outputs above 0.5. The largest false answer is {false:z.2f}."
            ]
            position += 1


@pytest.mark.parametrize("name", ["neurons", "answers"])
def test_numbers_arrive_and_the_stored_picture_is_whole(name, request):
    explorer, figure = request.getfixturevalue(name)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 150_000


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((tm.AbsoluteModel(3, 2, seed=0), tm.SignedFeatures(3, [0.5])), TypeError, "with copies"),
        (
            (tm.AbsoluteModel(3, 2, 2, 0), tm.SparseFeatures(3, [0.5, 0.9])),
            TypeError,
            "SignedFeatures",
        ),
        (
            (tm.AbsoluteModel(3, 2, 2, 0), tm.SignedFeatures(3, 0.5)),
            ValueError,
            "one sparsity per copy",
        ),
        ((tm.AbsoluteModel(3, 2, 2, 0), tm.SignedFeatures(4, [0.5, 0.9])), ValueError, "n = 3"),
        (
            (tm.AbsoluteModel(3, 2, 3, 0), tm.SignedFeatures(3, [0.5, 0.5, 0.9])),
            ValueError,
            "equally many starts",
        ),
        (
            (tm.AbsoluteModel(3, 2, 3, 0), tm.SignedFeatures(3, [0.5, 0.9, 0.5])),
            ValueError,
            "side by side",
        ),
    ],
)
def test_what_neurons_cannot_show_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        tm.explore.neurons(*arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((tm.AbsoluteModel(3, 2, 2, 0),), TypeError, "a single AbsoluteModel"),
        ((tm.LinearModel(3, 2, seed=0),), TypeError, "a single AbsoluteModel"),
        ((tm.AbsoluteModel(3, 2, seed=0), 4), ValueError, "shown must be at most 3"),
        ((tm.AbsoluteModel(3, 2, seed=0), 2, [0.0]), ValueError, "values must be a list"),
        ((tm.AbsoluteModel(3, 2, seed=0), 2, [1.5]), ValueError, "values must be a list"),
    ],
)
def test_what_answers_cannot_show_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        tm.explore.answers(*arguments)
