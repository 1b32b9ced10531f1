"""What the random draws of an answer must satisfy. A right answer fails less than once in 10,000 times."""

from __future__ import annotations

from math import comb

import numpy as np


def not_uniform(values: np.ndarray) -> str | None:
    """What to say of active values that are not uniform on [0, 1), by Kolmogorov and Smirnov."""
    values = np.sort(values)
    below = (np.arange(len(values)) + 0.5) / len(values)
    gaps = np.abs(below - np.clip(values, 0, 1))
    worst = gaps.argmax()
    outside = values[0] < 0 or values[-1] > 1
    if outside or gaps[worst] > 3 / len(values) ** 0.5:
        return (
            f"Active values should be uniform on [0, 1), but {below[worst]:.0%} of them are below "
            f"{values[worst]:.2f}. Are the mask and the value independent?"
        )
    return None


def coarse(values: np.ndarray) -> str | None:
    """What to say of active values that have few digits or take few values."""
    if (values == values.round()).all():
        return "Every active value is a whole number. Draw fractions, uniform on [0, 1)."
    distinct = len(np.unique(values))
    if distinct < 50:
        plural = "s" if distinct > 1 else ""
        return (
            f"Its {len(values)} active values are only {distinct} number{plural}, repeated. "
            "Draw a new number for each, uniform on [0, 1)."
        )
    if (values == values.round(3)).all() or (values == values.astype(np.float16)).all():
        return "The values are rounded to a few digits. Keep all digits."
    return None


def repeats(table: np.ndarray) -> bool:
    """Whether values of a sample repeat in others: if independent, hardly any two are equal."""
    rows = np.sort(table, axis=1)
    once = np.diff(rows, axis=1, prepend=-np.inf) > 0  # in its row
    values = rows[once & (rows != 0)]
    return len(np.unique(values)) < 0.9 * len(values)


def related(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two features, (samples,) each, are not independent.

    Each falls into five cells: zero, and four quarters of [0, 1]. What is compared is how often
    two cells meet. The correlation sees a weak slope better.
    """
    noise = len(first) ** -0.5
    correlation = np.corrcoef(first, second)[0, 1]
    cells = [np.ceil(4 * np.clip(feature, 0, 1)) for feature in (first, second)]
    meet = np.histogram2d(*cells, bins=np.arange(-0.5, 5))[0] / len(first)
    apart = np.outer(meet.sum(axis=1), meet.sum(axis=0))
    return abs(correlation) > 6.5 * noise or np.abs(meet - apart).max() > 1.4 * noise


def any_related(table: np.ndarray) -> bool:
    """Whether any two columns of (samples, features) are not independent."""
    columns = table.T
    return any(related(columns[i], columns[j]) for i in range(len(columns)) for j in range(i))


def crowds_differ(active: np.ndarray, p: float) -> bool:
    """Whether the number of active features in a sample does not fit independent features."""
    samples, n = active.shape
    expected = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    counted = np.bincount(active.sum(axis=1), minlength=n + 1) / samples
    return np.abs(np.cumsum(counted - expected)).max() > 3 / samples**0.5


def in_sequence(table: np.ndarray) -> bool:
    """Whether samples depend on samples before them: the correlation of row sums at any lag."""
    sums = table.sum(axis=1)
    power = np.abs(np.fft.rfft(sums - sums.mean())) ** 2
    correlation = np.fft.irfft(power, n=len(sums))
    return np.abs(correlation[1:]).max() > 6.5 / len(sums) ** 0.5 * correlation[0]


def fixed(first: np.ndarray, second: np.ndarray) -> str | None:
    """What two draws have in common but should not: their data, zeros or values. Else None."""
    both = (first != 0) & (second != 0)
    if np.array_equal(first, second):
        return "data"
    if np.array_equal(first != 0, second != 0):
        return "zeros"
    if (first[both] == second[both]).mean() > 0.1:
        return "values"
    return None
