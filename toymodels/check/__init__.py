"""Checks of the exercises, one file per chapter.

A check never raises. It returns a verdict, which is one line of text: the exercise is not
attempted, or right, or wrong with the likely mistake. A verdict is true if the answer is right.
What is tested is what an answer does, on inputs made for the purpose.
"""

from toymodels.check.chapter1 import largest_cosine, share_of_zeros, six_lines
from toymodels.check.chapter2 import collision, generator, pairs
from toymodels.check.chapter3 import best_linear, relu_output, training_step
from toymodels.check.chapter4 import by_hand, dimensionality, interference
from toymodels.check.chapter5 import dimensions_per_feature, eight_arrows
from toymodels.check.chapter6 import boundary, on_off_boundary
from toymodels.check.chapter7 import bonded, recall
from toymodels.check.chapter8 import deletion, wheel, worth
from toymodels.check.chapter9 import absolute_by_hand, neurons_needed, three_neurons
from toymodels.check.verdict import Verdict, judge, summary

__all__ = [
    "Verdict",
    "absolute_by_hand",
    "best_linear",
    "bonded",
    "boundary",
    "by_hand",
    "collision",
    "deletion",
    "dimensionality",
    "dimensions_per_feature",
    "eight_arrows",
    "generator",
    "interference",
    "judge",
    "largest_cosine",
    "neurons_needed",
    "on_off_boundary",
    "pairs",
    "recall",
    "relu_output",
    "share_of_zeros",
    "six_lines",
    "summary",
    "three_neurons",
    "training_step",
    "wheel",
    "worth",
]


def __dir__() -> list[str]:
    return __all__
