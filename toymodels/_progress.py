"""Progress bars: on a terminal tqdm's, in a notebook text that is gone when the work is done.

Where a program runs the notebook and nobody watches, there is none.
"""

from __future__ import annotations

import sys


class NoBar:
    """A bar that is not shown. No tqdm at all: a lock of the parent's would stop a forked one."""

    def update(self, n: int = 1) -> None:
        """Nothing."""

    def reaches(self, step: int) -> bool:
        """Nothing: False."""
        return False

    def set_postfix(self, **shown) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def __enter__(self) -> NoBar:
        return self

    def __exit__(self, *error) -> None:
        pass


def progress_bar(total: int, desc: str, disable: bool = False):
    """A bar with the given total and description: a `NoBar`, or one of `_bars`.

    These are imported when the first is shown: IPython takes a quarter of a second.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if disable or (kernel and not _watched(kernel)):
        return NoBar()
    from toymodels._bars import Bar, NotebookBar

    return (NotebookBar if kernel else Bar)(total=total, desc=desc)


def _watched(kernel) -> bool:
    """Whether somebody sees what the kernel shows.

    Whoever runs a notebook from a program (nbconvert, papermill, nbval) lets no cell ask for input.
    """
    return kernel.get_parent("shell").get("content", {}).get("allow_stdin", True)
