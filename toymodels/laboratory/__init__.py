"""The laboratory: a network that trains in the reader's browser while its data change."""

from toymodels.laboratory.widget import Laboratory

__all__ = ["Laboratory"]
