"""How an exercise is judged: with one line and never an error, whatever a student's code does."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch

BLANK = "○ Not attempted yet."
MOST = 10**7  # numbers in a result; no exercise asks for more than a million

# Where a terminal cannot print a mark
IN_ASCII = str.maketrans({"○": "o", "✓": "[right]", "✗": "[not yet]", "²": "^2", "·": "*"})


class Verdict:
    """One line about an answer. It is true if the answer is right, as in `assert verdict`.

    A notebook shows the line where the verdict is the last expression of a cell. Elsewhere,
    print it. On a terminal that cannot print the marks, the line is shown in ASCII.

    Args:
        text: the line. It begins with ✓ on a right answer, with ✗ on a wrong one, and with ○
            where nothing was attempted.
        right: whether the answer is right. If it is None, the text decides: it is right if it
            begins with ✓. A verdict without text is never right.
        answer: a right answer to go on with, the student's own or one of the check's.
    Attributes: text, right and answer, and
        exercise: the name of the check, or "" where it is not known.
    """

    def __init__(self, text: str, right: bool | None = None, answer=None):
        self.text = " ".join(text.split()).encode("utf-8", "replace").decode()
        self.right = bool(self.text and (self.text[0] == "✓" if right is None else right))
        self.answer = answer
        self.exercise = ""

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        try:
            self.text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            return self.text.translate(IN_ASCII).encode("ascii", "replace").decode()
        return self.text


class NotRightError(Exception):
    """What is wrong with an answer that ran, in the words of the verdict."""


@contextlib.contextmanager
def usual_settings() -> Iterator[None]:
    """Run code with the usual settings, whatever was set before, and restore those afterwards."""
    dtype = torch.get_default_dtype()
    elsewhere = torch.get_default_device().type != "cpu"
    with (
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(sys.stdout),
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.device("cpu") if elsewhere else contextlib.nullcontext(),
    ):
        warnings.simplefilter("ignore")
        torch.set_default_dtype(torch.float32)
        try:
            yield
        finally:
            torch.set_default_dtype(dtype)
            if torch.get_default_device().type != "cpu":
                torch.set_default_device(None)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Run a check with the usual settings, and leave the random states as they were."""
    python, numpy = random.getstate(), np.random.get_state(legacy=False)  # noqa: NPY002
    with torch.random.fork_rng(devices=[]), usual_settings():
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002


def exercise(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make a check leave everything as it was, and give its verdict its name."""

    @functools.wraps(check)
    def checked(*answers, **options) -> Verdict:
        with undisturbed():
            verdict = check(*answers, **options)
        verdict.exercise = check.__name__
        return verdict

    return checked


def shown(value) -> str:
    """At most 60 characters of what a student gave, whatever it is."""
    try:
        return called("{!r:.60}".format, (value,))
    except Exception:
        return f"something of type {type(value).__name__}"


def does_not_run(error: BaseException) -> str:
    """The verdict on code that raises."""
    try:
        message = called(str, (error,)).strip().split("\n")[0]
    except Exception:
        message = ""
    return f"✗ It does not run. {type(error).__name__}: {message[:150] or 'no message'}"


def called(function: Callable, arguments: tuple):
    """Return function(*arguments), run with the usual settings.

    What sys.exit() raises becomes an Exception here. An interrupt passes through.
    """
    try:
        with usual_settings():
            return function(*arguments)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise RuntimeError(f"it raises {type(error).__name__}") from error


def numbers(value) -> np.ndarray:
    """The value as an array of real numbers, or TypeError."""
    return called(_numbers, (value,))


def _numbers(value) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        if value.dtype is torch.bfloat16:  # unknown to NumPy
            value = value.float()
    array = np.asarray(value)
    if array.dtype.kind not in "biufO":
        raise TypeError("complex numbers, text or dates")
    if array.size > MOST:
        raise TypeError("too many numbers")
    return array.astype(float)


def same(got, expected) -> bool:
    got, expected = np.asarray(got), np.asarray(expected)
    return np.shape(got) == np.shape(expected) and np.allclose(
        got, expected, rtol=1e-3, atol=1e-5, equal_nan=True
    )


def _run(
    answer: Callable, inputs: Sequence[tuple], expected: str
) -> list[tuple[object, np.ndarray]]:
    """What a student's function returns for each input, as it is and as numbers."""
    ran = []
    for arguments in inputs:
        result = called(answer, arguments)
        if result is None:
            raise NotRightError("It returns nothing. Is a return missing?")
        try:
            ran.append((result, numbers(result)))
        except Exception:
            wrong = packed(result) or f"The result must be {expected}, got {shown(result)}"
            raise NotRightError(wrong) from None
    return ran


def run(
    answer, inputs: Sequence[tuple], expected: str = "numbers"
) -> list[tuple[object, np.ndarray]] | str:
    """What a student's function returns for each input, as it is and as numbers, or a verdict."""
    if answer is None:
        return BLANK
    if not callable(answer):
        return f"✗ The answer must be a function, got {shown(answer)}"
    try:
        return _run(answer, inputs, expected)
    except NotRightError as wrong:
        return f"✗ {wrong}"
    except Exception as error:
        return does_not_run(error)


def packed(result, wanted: str = "the result alone") -> str | None:
    """What to do about a result that is a tuple or gives its numbers one by one, or None."""
    if isinstance(result, tuple):
        return f"It returns a tuple of {len(result)}. Return {wanted}."
    if isinstance(result, Iterator):
        kind = "generator" if inspect.isgenerator(result) else type(result).__name__
        return f"It returns a {kind}. Return {wanted}, not its parts one by one."
    return None


@undisturbed()
def judge(
    answer: Callable | None,
    inputs: Sequence[tuple],
    right: Callable,
    mistakes: Mapping[str, Callable] | None = None,
    *,
    otherwise: Callable[[np.ndarray, np.ndarray], str] | None = None,
) -> Verdict:
    """Judge a student's function by its results: right, or the mistake that gives the same ones.

    Whatever the function does, judge raises nothing. A blank, which is None, is not attempted.

    Args:
        answer: the student's function. It returns a number, or an array or a list of numbers.
        inputs: the arguments of each call, a tuple for each.
        right: a right function.
        mistakes: what to say, and a function that makes this mistake. The first mistake that gives
            the answer's results on all inputs is named.
        otherwise: a function of a result that no mistake gives and of the right one, which returns
            what to say. None: say where the two differ most.
    Raises:
        TypeError: inputs are not tuples.
        ValueError: inputs are empty.
    Example:
        >>> def double(answer):
        ...     mistakes = {"That is the square. Add x to itself.": lambda x: x * x}
        ...     return judge(answer, [(1.0,), (-3.5,)], lambda x: 2 * x, mistakes)
        >>> double(None)
        ○ Not attempted yet.
        >>> double(lambda x: x**2)
        ✗ That is the square. Add x to itself.
        >>> double(lambda x: x + 2)
        ✗ For the input (1) the result should be 2, but it is 3.
        >>> assert double(lambda x: x + x)
    """
    if not len(inputs):
        raise ValueError("inputs must hold the arguments of at least one call, got none")
    for arguments in inputs:
        if not isinstance(arguments, tuple):
            raise TypeError(f"inputs must be tuples of arguments, got {shown(arguments)}")
    return Verdict(_judged(answer, inputs, right, mistakes or {}, otherwise))


def _judged(answer, inputs, right, mistakes, otherwise) -> str:
    given = copy.deepcopy(inputs)
    ran = run(answer, given)
    if isinstance(ran, str):
        return ran
    results = [numeric for _, numeric in ran]
    with contextlib.redirect_stdout(io.StringIO()):  # what the answer prints was seen once
        again = run(answer, copy.deepcopy(inputs))
    if isinstance(again, str) or not all(map(same, results, [numeric for _, numeric in again])):
        return (
            "✗ It gives another result when it is called again with the same input. "
            "Let the result depend on the input alone."
        )
    expected = [numbers(right(*arguments)) for arguments in inputs]
    if all(map(same, results, expected)):
        if not all(map(_unchanged, given, inputs)):
            return "✗ The result is right, but it changes its input. Work on a copy of it."
        return "✓ Right on every input that we tried."
    for said, mistake in mistakes.items():
        if all(
            same(r, numbers(mistake(*arguments)))
            for r, arguments in zip(results, inputs, strict=True)
        ):
            return f"✗ {said}"
    for (result, got), wanted in zip(ran, expected, strict=True):
        if got.shape != wanted.shape:
            shape = f"The result should have shape {wanted.shape}, got {got.shape}."
            return f"✗ {packed(result) or shape}"
    if otherwise:
        differ = (pair for pair in zip(results, expected, strict=True) if not same(*pair))
        return f"✗ {otherwise(*next(differ))}"
    return _first_difference(results, expected, inputs)


def _unchanged(given: tuple, arguments: tuple) -> bool:
    return all(same(numbers(g), numbers(a)) for g, a in zip(given, arguments, strict=True))


def _first_difference(results: list, expected: list, inputs: Sequence[tuple]) -> str:
    k = next(k for k, pair in enumerate(zip(results, expected, strict=True)) if not same(*pair))
    got = results[k].flatten()
    wanted = expected[k].flatten()
    j = (
        int(np.abs(got - wanted).argmax())
        if np.isfinite(got).all()
        else int(np.argmin(np.isfinite(got)))
    )
    where = "an entry of the result" if len(wanted) > 1 else "the result"
    values = f"{where} should be {wanted[j]:.4g}, but it is {got[j]:.4g}."
    return f"✗ For {_input(inputs[k])} {values}"


def _input(arguments: tuple) -> str:
    sized = (
        f"an array of shape {tuple(a.shape)}" if hasattr(a, "shape") else f"{a:g}"
        for a in arguments
    )
    return "the input (" + ", ".join(sized) + ")"


def summary(title: str, *exercises: Verdict | tuple) -> Verdict:
    """One line about several exercises, to be handed in: how many are right, and which are open.

    Each check runs again, silently, so what counts is the answer as it is now. A check that raises
    an error or returns no verdict counts as not yet right.

    Args:
        title: what the line begins with, such as a chapter or a name.
        exercises: verdicts or pairs (check, answer), where `check(answer)` returns a verdict. A
            check of two things takes (check, first, second).
    Returns:
        The line, as a verdict that is true if all exercises are right.
    Raises:
        TypeError: an exercise is not a verdict and does not begin with a check.
    """
    found: dict[str, list[str]] = {"✓": [], "✗": [], "○": []}
    for k, one in enumerate(exercises, start=1):
        verdict, name = _looked_at(one)
        mark = "✓" if verdict else "○" if verdict.text.startswith("○") else "✗"
        found[mark].append(name if name.isidentifier() else f"exercise {k}")
    right = len(found["✓"])
    parts = [f"{title}: {right} of {len(exercises)} right"]
    for mark, words in (("✗", "not yet right"), ("○", "not attempted")):
        if found[mark]:
            parts.append(f"{words}: {', '.join(found[mark])}")
    return Verdict("; ".join(parts), right=right == len(exercises) > 0)


def _looked_at(one: Verdict | tuple) -> tuple[Verdict, str]:
    """The verdict on one exercise as it is now, and its name."""
    if isinstance(one, Verdict):
        return one, one.exercise
    if not (isinstance(one, tuple) and one and callable(one[0])):
        raise TypeError(f"exercises must be verdicts or (check, answer) each, got {shown(one)}")
    check, *answers = one
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what the student's code prints
            verdict = called(check, tuple(answers))
    except Exception:
        verdict = None
    if not isinstance(verdict, Verdict):
        verdict = Verdict("")
    return verdict, getattr(check, "__name__", "")
