"""How an exercise is judged: one line, never an error, whatever a student's code does."""

from __future__ import annotations

import contextlib
import copy
import io
import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

BLANK = "○ not attempted"
SAID = [BLANK]  # the verdict that was printed last

# Where a terminal cannot print a mark
IN_ASCII = str.maketrans({"○": "o", "✓": "[right]", "✗": "[not yet]", "²": "^2", "·": "*"})


def say(verdict: str) -> None:
    """Print the verdict on one line, on an ASCII terminal without the marks."""
    line = " ".join(verdict.split())
    SAID[0] = line
    try:
        line.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        line = line.translate(IN_ASCII).encode("ascii", "replace").decode()
    print(line)


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
    return f"✗ it does not run: {type(error).__name__}: {message or 'no message'}"


def called(function: Callable, arguments: tuple):
    """function(*arguments). What sys.exit() raises is an Exception here; an interrupt passes."""
    try:
        return function(*arguments)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise RuntimeError(f"it raises {type(error).__name__}") from error


def numbers(value) -> np.ndarray:
    """The value as an array of real numbers, or TypeError."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
    array = called(np.asarray, (value,))
    if array.dtype.kind in "cSU":
        raise TypeError("complex numbers, or text")
    return array.astype(float)


def _same(got, expected) -> bool:
    got, expected = np.asarray(got), np.asarray(expected)
    return np.shape(got) == np.shape(expected) and np.allclose(
        got, expected, rtol=1e-3, atol=1e-5, equal_nan=True
    )


def results_of(answer, inputs: Sequence[tuple]) -> list[np.ndarray] | str:
    """What a student's function returns for each input; or the verdict, if it gives no numbers."""
    if answer is None:
        return BLANK
    if not callable(answer):
        return f"✗ expected a function, got {shown(answer)}"
    try:
        results = [called(answer, copy.deepcopy(arguments)) for arguments in inputs]
    except Exception as error:
        return does_not_run(error)
    if any(result is None for result in results):
        return "✗ it returns nothing: is there a return at the end?"
    try:
        return [numbers(result) for result in results]
    except Exception:
        return f"✗ expected numbers, got {shown(results[0])}"


def judge(
    answer, inputs: Sequence[tuple], right: Callable, mistakes: Mapping[str, Callable]
) -> str:
    """One line on a student's function: right, or the mistake that gives the same results."""
    results = results_of(answer, inputs)
    if isinstance(results, str):
        return results
    expected = [numbers(right(*arguments)) for arguments in inputs]
    if all(map(_same, results, expected)):
        return "✓ right on every input tried"
    for said, mistake in mistakes.items():
        if all(
            _same(r, numbers(mistake(*arguments)))
            for r, arguments in zip(results, inputs, strict=True)
        ):
            return f"✗ {said}"
    for got, wanted in zip(results, expected, strict=True):
        if got.shape != wanted.shape:
            return f"✗ the result should have shape {wanted.shape}, got {got.shape}"
    return _first_difference(results, expected, inputs)


def _first_difference(results: list, expected: list, inputs: Sequence[tuple]) -> str:
    k = next(k for k, pair in enumerate(zip(results, expected, strict=True)) if not _same(*pair))
    got = results[k].flatten()
    wanted = expected[k].flatten()
    j = (
        int(np.abs(got - wanted).argmax())
        if np.isfinite(got).all()
        else int(np.argmin(np.isfinite(got)))
    )
    return f"✗ expected {wanted[j]:.4g}, got {got[j]:.4g}, for {_input(inputs[k])}"


def _input(arguments: tuple) -> str:
    sized = (f"an array {tuple(a.shape)}" if hasattr(a, "shape") else f"{a:g}" for a in arguments)
    return "the input (" + ", ".join(sized) + ")"


def checks_summary(title: str, *exercises: tuple) -> None:
    """Print one line on several exercises, to be handed in: how many are right, which are open.

    The checks run anew, silently: what counts is how the answers stand now.

    Args:
        title: what the line begins with, such as a chapter or a name.
        exercises: (check, answer) each, where `check(answer)` prints a verdict; a check of two
            things takes (check, first, second).
    Raises:
        TypeError: an exercise does not begin with a check.
    """
    for exercise in exercises:
        if not (isinstance(exercise, tuple) and exercise and callable(exercise[0])):
            raise TypeError(f"exercises must be (check, answer) each, got {shown(exercise)}")
    found = {"✓": [], "✗": [], "○": []}
    for check, *answer in exercises:
        with contextlib.redirect_stdout(io.StringIO()):  # what the student's code prints, too
            check(*answer)
        found[SAID[0][0]].append(check.__name__.removeprefix("check_"))
    parts = [f"{title}: {len(found['✓'])} of {len(exercises)} right"]
    for mark, words in (("✗", "not yet right"), ("○", "not attempted")):
        if found[mark]:
            parts.append(f"{words}: {', '.join(found[mark])}")
    say("; ".join(parts))
