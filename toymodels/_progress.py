"""Progress bars: tqdm's on a terminal, and in a notebook text that goes when the work is done.

There is none where a program runs the notebook and nobody watches.
"""

from __future__ import annotations

import sys


class NoBar:
    """A bar that is not shown. It uses no tqdm, because its lock would stop a forked process."""

    def update(self, n: int = 1) -> None:
        """Do nothing."""

    def reaches(self, step: int) -> bool:
        """Do nothing, and return False."""
        return False

    def set_postfix(self, **shown) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> NoBar:
        return self

    def __exit__(self, *error) -> None:
        pass


def progress_bar(total: int, desc: str, disable: bool = False):
    """Return a bar with the given total and description: a `NoBar`, or one of `_bars`.

    `_bars` is imported when the first bar is shown, because IPython takes a quarter of a second.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if disable or (kernel and not _watched(kernel)):
        return NoBar()
    from toymodels._bars import Bar, NotebookBar

    return (NotebookBar if kernel else Bar)(total=total, desc=desc)


def _watched(kernel) -> bool:
    """Whether somebody sees what the kernel shows.

    Programs that run notebooks, such as nbconvert, papermill and nbval, let no cell ask for input.
    """
    return kernel.get_parent("shell").get("content", {}).get("allow_stdin", True)
