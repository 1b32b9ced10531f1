"""Whatever a student gives, a check says one line and raises nothing."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says, said_by

CHECKS = [getattr(tm, name) for name in dir(tm) if name.startswith("check_")]
FUNCTIONS = [  # the checks that call a function on numbers
    tm.check_share_of_zeros,
    tm.check_largest_cosine,
    tm.check_collision,
    tm.check_relu_output,
    tm.check_loss,
    tm.check_best_linear,
    tm.check_interference,
    tm.check_dimensionality,
]


@pytest.mark.parametrize("check", FUNCTIONS, ids=lambda check: check.__name__)
def test_every_check_of_a_function_survives_anything(capsys, check):
    assert_says(said_by(capsys, check, None), "○ not attempted")
    assert_says(said_by(capsys, check, 3), "expected a function, got 3")
    assert_says(said_by(capsys, check, lambda *given: None), "returns nothing")
    assert_says(said_by(capsys, check, lambda *given: oops), "does not run: NameError")  # noqa: F821
    assert_says(said_by(capsys, check, lambda *given: "many\nlines"), "expected numbers, got 'many")
    assert_says(said_by(capsys, check, lambda *given: np.nan), "✗")
    assert_says(said_by(capsys, check, lambda *given: np.zeros((2, 3, 4, 5))), "should have shape")
    assert_says(said_by(capsys, check, lambda: 1), "does not run: TypeError")


def test_a_mistake_without_a_name_is_shown_with_numbers(capsys):
    assert_says(
        said_by(capsys, tm.check_collision, lambda n, S: 0.5),
        "expected 0.9195, got 0.5, for the input (40, 0.9)",
    )


def test_an_answer_that_spoils_its_input_is_judged_by_its_result(capsys):
    assert_says(
        said_by(
            capsys, tm.check_interference, lambda W: tm.interference(W.clone()) + 0 * W.zero_()[0]
        ),
        "✓",
    )


class Awkward:
    """Raises wherever it is looked at."""

    def __repr__(self):
        raise ValueError("no")

    __str__ = __array__ = __len__ = __float__ = __bool__ = __repr__


def raises(error):
    def answer(*arguments):
        raise error

    return answer


def endless(*arguments):
    return endless(*arguments)


STRANGE = [
    None,
    0,
    1.5,
    "text",
    b"bytes",
    object(),
    Awkward(),
    int,
    Awkward,
    [1, [2, 3]],
    {"a": 1},
    np.array(None),
    np.array([1j]),
    np.zeros((0, 6)),
    np.full((3, 6), np.nan),
    torch.ones(3, 6, requires_grad=True),
    torch.ones(3, 6).to_sparse(),
    torch.ones(2, 5, device="meta"),
]
STRANGE_ANSWERS = [
    *STRANGE,
    *[lambda *arguments, value=value: value for value in STRANGE],
    *map(
        raises,
        [
            ValueError("two\nlines"),
            SystemExit(),
            GeneratorExit(),
            RecursionError(),
            AssertionError(),
        ],
    ),
    raises(type("Strange", (Exception,), {"__str__": Awkward.__repr__})()),
    endless,
    lambda: 1,
    lambda *arguments: (row for row in [[1], [2, 3]]),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_says_one_line_and_never_raises(check, capsys):
    for answer in STRANGE_ANSWERS:
        for more in ([0.1], [Awkward()]) if check is tm.check_by_hand else ([],):
            said = said_by(capsys, check, answer, *more)
            assert said[0] in "○✗" and len(said) < 250


@pytest.mark.parametrize(
    "sparsity", [90, -1, 1, 1.0, 1 - 1e-6, "0.9", None, [0.1, 0.2], True, float("nan"), Awkward()]
)
def test_a_strange_sparsity_is_named(capsys, sparsity):
    W = torch.eye(2, 5)
    assert_says(said_by(capsys, tm.check_by_hand, W, 0.0, sparsity), "sparsity must")


def test_a_real_interrupt_passes_through():
    with pytest.raises(KeyboardInterrupt):
        tm.check_share_of_zeros(raises(KeyboardInterrupt()))


def small_ones_set_to_zero(t):
    t[abs(t) < 0.5] = 0
    return (t == 0).mean()


def test_an_answer_is_judged_against_the_input_as_it_was(capsys):
    assert_says(
        said_by(capsys, tm.check_share_of_zeros, small_ones_set_to_zero),
        "counts small values as zeros",
    )


def test_on_an_ascii_terminal_a_check_still_says_it():
    code = """if True:
        import toymodels as tm
        tm.check_share_of_zeros(None)
        tm.check_share_of_zeros(lambda t: (t == 0).mean())
        tm.check_share_of_zeros(lambda t: 0)
        tm.check_six_lines([[1, 2]])
        tm.check_share_of_zeros(chr(233))
    """
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=ascii_only, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert lines[0] == "o not attempted"
    assert lines[1] == "[right] right on every input tried"
    assert [line.split("]")[0] for line in lines[2:]] == ["[not yet"] * 3


def noisy(table):
    print("✓ right, believe me", end="")
    return (table == 0).sum()


def test_a_summary_counts_what_is_right_and_names_what_is_open(capsys):
    tm.checks_summary(
        "Ada, chapter 1",
        (tm.check_share_of_zeros, noisy),
        (tm.check_largest_cosine, None),
        (tm.check_by_hand, None, None),
        (
            tm.check_best_linear,
            lambda m, I, v: (I * v).sort(descending=True).values[m:].sum() / len(I),
        ),
    )
    assert capsys.readouterr().out == (
        "Ada, chapter 1: 1 of 4 right; not yet right: share_of_zeros; "
        "not attempted: largest_cosine, by_hand\n"
    )


def test_a_summary_of_all_right_says_no_more(capsys):
    tm.checks_summary("All", (tm.check_share_of_zeros, lambda table: (table == 0).mean()))
    assert capsys.readouterr().out == "All: 1 of 1 right\n"
