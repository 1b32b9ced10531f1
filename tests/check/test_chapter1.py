"""The checks of chapter 1 on right answers and each wrong one."""

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says

FUNCTIONS = {  # check: [(answer, what is said)], each with two right answers
    tm.check.share_of_zeros: [
        (lambda t: (t == 0).mean(), "✓"),
        (lambda t: 1 - np.count_nonzero(t) / t.size, "✓"),
        (lambda t: (t != 0).mean(), "not zero. Count the zeros"),
        (lambda t: (t == 0).sum(), "the number of zeros"),
        (lambda t: sum(v == 0 for v in t.flat) / len(t), "divides by the number of rows"),
        (lambda t: (t < 0.5).mean(), "small and negative values"),
        (lambda t: (abs(t) < 0.3).mean(), "counts small values"),
        (lambda t: (t <= 0).mean(), "counts negative values"),
        (lambda t: np.isclose(t, 0).mean(), "counts very small values"),
        (lambda t: (t.round(4) == 0).mean(), "counts very small values"),
    ],
    tm.check.largest_cosine: [
        (lambda V: largest_cosine(V), "✓"),
        (lambda V: largest_cosine(2.5 * V), "✓"),
        (lambda V: 1.0, "Leave the diagonal out"),
        (
            lambda V: np.abs((V.T @ V)[~np.eye(V.shape[1], dtype=bool)]).max(),
            "not scaled to length 1",
        ),
        (lambda V: np.abs(V.T @ V).max(), "diagonal is not left out, and"),
        (lambda V: largest_cosine(V, absolute=lambda c: c), "Take absolute values"),
        (lambda V: largest_cosine(V.T), "Compare its columns"),
        (lambda V: max(c for c in cosines(V).flat if c < 0.999), "may have a cosine of 1"),
        (lambda V: cosines(V).diagonal(1).max(), "should be"),
        (lambda V: largest_cosine(normalised_in_place(V)), "changes its input"),
    ],
}


def cosines(V):
    U = V / np.sqrt((V * V).sum(0))
    return np.abs(U.T @ U)


def normalised_in_place(V):
    V /= np.linalg.norm(V, axis=0)
    return V


def largest_cosine(V, absolute=np.abs):
    U = V / np.sqrt((V * V).sum(0))
    return max(absolute(U[:, i] @ U[:, j]) for i in range(U.shape[1]) for j in range(i))


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in FUNCTIONS.items() for answer, says in answers],
)
def test_the_check_of_a_function_names_the_mistake(check, answer, says):
    assert_says(check(answer), says)


def icosahedron():
    phi = (1 + 5**0.5) / 2
    return np.array([[0, 0, 1, 1, phi, phi], [1, 1, phi, -phi, 0, 0], [phi, -phi, 0, 0, 1, -1]])


ROOTS = np.array([[1.0, 1, 1, 1, 0, 0], [1, -1, 0, 0, 1, 1], [0, 0, 1, -1, 1, -1]])


@pytest.mark.parametrize(
    ("V", "says"),
    [
        (None, "○ Not attempted yet."),
        (icosahedron(), "✓ Right: the largest |cosine| is 0.447"),
        (torch.tensor(-3 * icosahedron()) + 0.01, "✓"),
        (icosahedron().T, "lies on its side"),
        (np.eye(3), "must have shape (3, 6)"),
        ("lines", "numbers"),
        (np.zeros((3, 6)), "contains a zero vector"),
        (np.hstack([np.eye(3), -np.eye(3)]), "on the same line"),
        (ROOTS, "✓ Right: the largest |cosine| is 0.500"),
        (ROOTS / np.linalg.norm(ROOTS, axis=0), "✓ Right: the largest |cosine| is 0.500"),
        ((ROOTS / np.linalg.norm(ROOTS, axis=0)).astype(np.float16), "✓ Right"),
        ((ROOTS / np.linalg.norm(ROOTS, axis=0)).round(4), "✓ Right"),
        (torch.tensor(icosahedron(), dtype=torch.bfloat16), "✓ Right"),
        (icosahedron().astype("timedelta64[s]"), "numbers"),
        (np.hstack([np.eye(3), np.eye(3) + 0.4]), "✗ The largest |cosine| is"),
    ],
)
def test_six_lines_check_names_the_mistake(V, says):
    assert_says(tm.check.six_lines(V), says)


def test_huge_and_tiny_directions_are_measured_like_others():
    spread = np.random.default_rng(0).standard_normal((3, 6))
    assert_says(tm.check.six_lines(1e200 * spread), "The largest |cosine| is 0.")
    assert_says(tm.check.six_lines(1e-5 * icosahedron()), "✓ Right")


def test_a_students_numpy_settings_make_no_error_of_a_check():
    with np.errstate(all="raise"):
        assert_says(tm.check.six_lines(1e200 * icosahedron()), "✓ Right")
        assert_says(
            tm.check.generator(lambda d, k, S: np.zeros((k, d))), "100% of the values are zero"
        )
