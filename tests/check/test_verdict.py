"""Whatever a student gives, a check says one line and raises nothing."""

import contextlib
import copy
import doctest
import functools
import inspect
import io
import itertools
import os
import random
import re
import subprocess
import sys
import warnings
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from IPython.core.formatters import DisplayFormatter

import toymodels as tm
from toymodels.check import verdict

from .saying import assert_says

NO_CHECKS = {"Verdict", "judge", "summary"}
CHECKS = [getattr(tm.check, name) for name in sorted(set(tm.check.__all__) - NO_CHECKS)]
FUNCTIONS = [  # the checks that call a function on numbers
    tm.check.share_of_zeros,
    tm.check.largest_cosine,
    tm.check.collision,
    tm.check.relu_output,
    tm.check.best_linear,
    tm.check.interference,
    tm.check.dimensionality,
]


@pytest.mark.parametrize("check", FUNCTIONS, ids=lambda check: check.__name__)
def test_every_check_of_a_function_survives_anything(check):
    assert_says(check(None), "○ Not attempted yet.")
    assert_says(check(3), "The answer must be a function, got 3")
    assert_says(check(lambda *given: None), "It returns nothing")
    assert_says(check(lambda *given: oops), "does not run. NameError")  # noqa: F821
    assert_says(check(lambda *given: "many\nlines"), "The result must be numbers, got 'many")
    assert_says(check(lambda *given: np.nan), "✗")
    assert_says(check(lambda *given: np.zeros((2, 3, 4, 5))), "should have shape")
    assert_says(check(lambda: 1), "does not run. TypeError")


def test_a_mistake_without_a_name_is_shown_with_numbers():
    assert_says(
        tm.check.collision(lambda n, S: 0.5),
        "For the input (40, 0.9) the result should be 0.9195, but it is 0.5.",
    )


RIGHT = {  # check: a right answer
    tm.check.share_of_zeros: lambda t: (t == 0).mean(),
    tm.check.largest_cosine: lambda V: abs(np.triu(cosines(V), 1)).max(),
    tm.check.collision: lambda n, S: 1 - S**n - n * (1 - S) * S ** (n - 1),
    tm.check.relu_output: lambda x, W, b: torch.relu(x @ W.T @ W + b),
    tm.check.best_linear: lambda m, I, v: (I * v).sort().values[: len(I) - m].sum() / len(I),
    tm.check.interference: tm.interference,
    tm.check.dimensionality: tm.feature_dimensionality,
    tm.check.dimensions_per_feature: tm.dimensions_per_feature,
    tm.check.boundary: lambda r: 1 - 4 * r / (2 + 5 * r),
    tm.check.on_off_boundary: lambda r: (1 + r) / (1 + 2 * r),
    tm.check.recall: lambda f, t: (tm.match_directions(f, t)[0] >= 0.95).sum() / len(t),
}


def cosines(V):
    U = V / np.linalg.norm(V, axis=0)
    return U.T @ U


class Method:
    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *arguments, more=()):
        return self.answer(*arguments)


def right_once(answer):
    """Right for each input, but not when it comes again."""
    known = {}

    def kept(*arguments):
        key = str(arguments)
        known[key] = known.get(key, 0) + 1
        return answer(*arguments) + (known[key] - 1)

    return kept


def noisy_by(size):
    return lambda answer: (
        lambda *arguments: answer(*arguments) + size * np.random.default_rng().random()
    )


def emptied(answer):
    def writes(*arguments):
        result = answer(*copy.deepcopy(arguments))
        arguments[-1][...] = 0
        return result

    return writes


@pytest.mark.parametrize("check", RIGHT, ids=lambda check: check.__name__)
def test_what_any_right_answer_may_be_and_what_not(check):
    right = RIGHT[check]
    for unusual in (right, functools.partial(right), Method(right), lambda *a, k=1: k * right(*a)):
        assert_says(check(unusual), "✓")
    if check is not tm.check.relu_output:  # whose gradients are needed
        for kind in (
            np.array,
            lambda result: np.asarray(result).tolist(),
            np.float32,
            torch.as_tensor,
        ):
            answer = lambda *a, kind=kind: kind(numeric(right(*a)))  # noqa: E731
            assert_says(check(answer), "✓")
    assert_says(check(lambda *a: (right(*a), "more")), "returns a tuple of 2")
    assert_says(check(lambda *a: (right(*a),) * 3), "returns a tuple of 3")
    assert_says(check(lambda *a: (part for part in [right(*a)])), "a generator")
    assert_says(check(right_once(right)), "called again")
    assert_says(check(noisy_by(0.1)(right)), "called again")
    assert_says(check(lambda *a: right(*a)[None]), "✗")
    if check not in (tm.check.collision, tm.check.boundary, tm.check.on_off_boundary):
        assert_says(check(emptied(right)), "changes its input")


def numeric(result):
    return result.detach().double().numpy() if isinstance(result, torch.Tensor) else result


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


class Leaves:
    """Ends the program wherever it is looked at."""

    def __repr__(self):
        sys.exit()

    __str__ = __array__ = __len__ = __float__ = __eq__ = __hash__ = __iter__ = __repr__


class NoClass:
    @property
    def __class__(self):
        raise ValueError("no")


class HostileArray(np.ndarray):
    @property
    def shape(self):
        raise ValueError("no")

    dtype = size = __array_ufunc__ = shape


class LongName(Exception):
    def __str__(self):
        return "long " * 10**5


class NotAFunction:
    @property
    def __call__(self):
        raise ValueError("no")


itself = []
itself.append(itself)
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
    Leaves(),
    NoClass(),
    np.ones((3, 6)).view(HostileArray),
    itself,
    functools.reduce(lambda nested, _: [nested], range(2000), 1.0),
    itertools.count(),
    (k for k in itertools.count()),
    iter(int, 1),
    range(10**12),
    10**400,
    -(10**30),
    [10**400] * 6,
    Fraction(1, 3),
    Decimal("NaN"),
    np.broadcast_to(0.0, (10**6, 10**6)),
    torch.zeros(1).expand(10**6, 10**6),
    np.frompyfunc(lambda _: Awkward(), 1, 1)(np.zeros(3)),
    np.frompyfunc(lambda _: Leaves(), 1, 1)(np.zeros(3)),
    np.zeros(3, dtype=[("a", float), ("b", int)]),
    np.zeros((3, 6), dtype="datetime64[s]"),
    np.ma.masked_all((3, 6)),
    np.full((3, 6), 1e308),
    np.full((2, 5), -np.inf),
    torch.full((2, 5), 1e38),
    torch.ones(3, 6, dtype=torch.complex64),
    torch.ones(3, 6, dtype=torch.bool),
    torch.ones(3, 8, dtype=torch.bfloat16),
    memoryview(b"abc"),
    {1.0, 2.0},
    "✓ right",
    "a" * 10**6,
    [[]],
    (),
    True,
    NotImplemented,
    ...,
    sys,
    LongName(),
    NotAFunction(),
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
            LongName(),
            MemoryError(),
            StopIteration(),
            GeneratorExit("two\nlines"),
            UserWarning("no error"),
            UnicodeDecodeError("utf-8", b"", 0, 1, "\ud800"),
        ],
    ),
    lambda *arguments: arguments,
    lambda *arguments: arguments[-1],
    lambda *arguments, needed: 1.0,
    lambda *arguments: exit(),
    lambda *arguments: exec("def"),
    lambda *arguments: np.zeros(10**13),
    lambda *arguments: torch.zeros(10**13),
    lambda *arguments: [[0.0] * 7] * 10**4,
    lambda *arguments: np.random.default_rng().random((4000, 7)),
    lambda *arguments: torch.rand(*map(int, arguments[:2])),
    type("Later", (), {"__call__": lambda self, *arguments: self})(),
    dict,
    list,
    tuple,
    super,
    len,
    max,
    sorted,
    np.linalg.inv,
    torch.as_tensor,
    contextlib.suppress,
    raises(type("Strange", (Exception,), {"__str__": Awkward.__repr__})()),
    endless,
    lambda: 1,
    lambda *arguments: (row for row in [[1], [2, 3]]),
]


def others(check, value) -> list:
    """A value for each further answer that the check cannot do without."""
    wanted = inspect.signature(check).parameters.values()
    return [value] * (sum(parameter.default is parameter.empty for parameter in wanted) - 1)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_says_one_line_and_never_raises(check):
    for answer in STRANGE_ANSWERS:
        for other in (0.1, Awkward()):
            text = check(answer, *others(check, other)).text
            assert text[0] in "○✗" and len(text) < 250


def settings():
    return (
        np.geterr(),
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.is_grad_enabled(),
        list(warnings.filters),
        sys.stdout,
        random.getstate(),
        str(np.random.get_state()),
        torch.get_rng_state().tolist(),
    )


def leave_nothing_as_it_was():
    np.seterr(all="raise")
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    warnings.simplefilter("error")
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    sys.stdout = io.StringIO()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_leaves_the_settings_and_random_states_as_they_were(check):
    def disturbing(*arguments):
        result = RIGHT.get(check, lambda *arguments: 1.0)(*arguments)
        leave_nothing_as_it_was()
        return result

    def raising(*arguments):
        leave_nothing_as_it_was()
        raise ValueError

    before = settings()
    for answer in (disturbing, raising):
        verdict = check(answer, *others(check, 0.0))
        assert settings() == before
        assert bool(verdict) == (answer is disturbing and check in RIGHT)
        assert verdict.text[0] in "✓✗"


@pytest.mark.parametrize("check", RIGHT, ids=lambda check: check.__name__)
def test_a_check_does_not_depend_on_the_readers_settings(check):
    dtype = torch.get_default_dtype()
    with np.errstate(all="raise"), warnings.catch_warnings(), torch.no_grad():
        torch.set_default_dtype(torch.float64)
        try:
            verdict = check(RIGHT[check])
        finally:
            torch.set_default_dtype(dtype)
    assert_says(verdict, "✓")


def test_what_an_answer_prints_is_seen_once_and_a_check_prints_nothing(capsys):
    tm.check.collision(lambda n, S: print("n is", n) or 0.0)
    assert capsys.readouterr().out.splitlines() == ["n is 40", "n is 5", "n is 40"]


@pytest.mark.parametrize(
    "sparsity", [90, -1, 1, 1.0, 1 - 1e-6, "0.9", None, [0.1, 0.2], True, float("nan"), Awkward()]
)
def test_a_strange_sparsity_is_named(sparsity):
    W = torch.eye(2, 5)
    assert_says(tm.check.by_hand(W, 0.0, sparsity), "sparsity must")


def test_a_real_interrupt_passes_through():
    with pytest.raises(KeyboardInterrupt):
        tm.check.share_of_zeros(raises(KeyboardInterrupt()))


def small_ones_set_to_zero(t):
    t[abs(t) < 0.5] = 0
    return (t == 0).mean()


def test_an_answer_is_judged_against_the_input_as_it_was():
    assert_says(
        tm.check.share_of_zeros(small_ones_set_to_zero),
        "counts small values as zeros",
    )


def test_on_an_ascii_terminal_a_check_still_says_it():
    code = """if True:
        import toymodels as tm
        print(tm.check.share_of_zeros(None))
        print(tm.check.share_of_zeros(lambda t: (t == 0).mean()))
        print(tm.check.share_of_zeros(lambda t: 0))
        print(repr(tm.check.six_lines([[1, 2]])))
        print(tm.check.share_of_zeros(chr(233)))
        print(tm.check.summary(chr(233), (tm.check.share_of_zeros, None)))
    """
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=ascii_only, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert lines[0] == "o Not attempted yet."
    assert lines[1] == "[right] Right on every input that we tried."
    assert [line.split("]")[0] for line in lines[2:5]] == ["[not yet"] * 3
    assert lines[5] == "?: 0 of 1 right; not attempted: share_of_zeros"


def noisy(table):
    print("✓ right, believe me", end="")
    return (table == 0).sum()


def best_linear(m, I, v):
    return (I * v).sort(descending=True).values[m:].sum() / len(I)


def test_a_summary_counts_what_is_right_and_names_what_is_open(capsys):
    line = tm.check.summary(
        "Ada, chapter 1",
        (tm.check.share_of_zeros, noisy),
        (tm.check.largest_cosine, None),
        (tm.check.by_hand, None, None),
        (tm.check.best_linear, best_linear),
    )
    assert not line and repr(line) == (
        "Ada, chapter 1: 1 of 4 right; not yet right: share_of_zeros; "
        "not attempted: largest_cosine, by_hand"
    )
    assert capsys.readouterr().out == ""


def test_a_summary_takes_verdicts_as_they_were():
    verdicts = [tm.check.by_hand(None, None), tm.check.best_linear(best_linear)]
    line = tm.check.summary("Ada", *verdicts, (tm.check.collision, lambda n, S: 0))
    assert line.text == "Ada: 1 of 3 right; not yet right: collision; not attempted: by_hand"


def test_a_summary_of_all_right_says_no_more_and_is_right():
    line = tm.check.summary("All", (tm.check.share_of_zeros, lambda table: (table == 0).mean()))
    assert line and line.text == "All: 1 of 1 right"
    assert not tm.check.summary("None")


def says_nothing(answer):
    print("✓ right")


def says_true(answer):
    return True


def fails(answer):
    assert answer == 2


def says_something(answer):
    return tm.check.Verdict("✓ well done" if answer == 1 else "")


def test_a_summary_of_a_teachers_own_checks():
    checks = [says_nothing, says_true, fails, raises(SystemExit()), says_something]
    line = tm.check.summary("Ours", *((check, 1) for check in checks))
    assert line.text == (
        "Ours: 1 of 5 right; not yet right: says_nothing, says_true, fails, answer"
    )
    unnamed = functools.partial(says_something, 1), lambda: tm.check.Verdict("○ later")
    line = tm.check.summary("Ours", (says_something, 2), *((check,) for check in unnamed))
    assert line.text == (
        "Ours: 1 of 3 right; not yet right: says_something; not attempted: exercise 3"
    )
    judged = tm.check.judge(None, [(1,)], abs), tm.check.judge(abs, [(1,)], abs)
    assert tm.check.summary("Ours", *judged).text == "Ours: 1 of 2 right; not attempted: exercise 1"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("✓ right", True),
        ("✗ wrong", False),
        ("○ Not attempted yet.", False),
        ("", False),
        (" \n", False),
    ],
)
def test_a_verdict_is_true_only_if_it_says_right(text, right):
    verdict = tm.check.Verdict(text)
    assert bool(verdict) == verdict.right == right
    assert f"{verdict}" == repr(verdict) == verdict.text == " ".join(text.split())
    assert verdict.answer is None and verdict.exercise == ""


def test_what_a_verdict_says_of_itself():
    assert tm.check.Verdict("Well done.", right=True)
    assert not tm.check.Verdict("✓ by chance", right=False)
    assert not tm.check.Verdict("", right=True)
    assert tm.check.interference(None).exercise == "interference"
    with pytest.raises(AssertionError, match="Not attempted"):
        assert tm.check.interference(None), tm.check.interference(None)


def test_a_notebook_shows_a_verdict_as_its_line():
    shown, _ = DisplayFormatter().format(tm.check.interference(None))
    assert shown == {"text/plain": "○ Not attempted yet."}


@pytest.mark.parametrize(
    ("inputs", "error", "says"),
    [
        ([], ValueError, "inputs must hold the arguments of at least one call"),
        ([1.0], TypeError, "inputs must be tuples of arguments, got 1.0"),
    ],
)
def test_judge_names_what_a_teacher_gave(inputs, error, says):
    with pytest.raises(error, match=says):
        tm.check.judge(abs, inputs, abs)


def test_the_example_of_judge():
    assert doctest.testmod(verdict).attempted > 4
    assert doctest.testmod(verdict).failed == 0


def test_the_teachers_page_has_a_check_of_ones_own():
    page = (Path(__file__).parents[2] / "book/pages/teach.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"```python\n(import.*?)```", page, re.DOTALL)[1], names)
    lengths = names["lengths"]
    assert_says(lengths(None), "○ Not attempted yet.")
    assert_says(lengths(lambda W: W.norm(dim=0)), "✓")
    assert_says(lengths(lambda W: (W * W).sum(0).sqrt().tolist()), "✓")
    assert_says(lengths(lambda W: W.square().sum(0)), "root is missing")
    assert_says(lengths(lambda W: W.norm(dim=1)), "arrows are the columns")
    assert_says(lengths(lambda W: W.norm()), "should have shape")
    assert tm.check.summary("Ours", (lengths, tm.feature_norms))
