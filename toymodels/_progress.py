"""Progress bars: on a terminal tqdm's, in a notebook text that is gone when the work is done.

Where a program runs the notebook and nobody watches, there is none.
"""

from __future__ import annotations

import io

from IPython import get_ipython
from IPython.display import display
from tqdm import tqdm


class NoBar:
    """A bar that is not shown. No tqdm at all: a lock of the parent's would stop a forked one."""

    def update(self, n: int = 1) -> None:
        """Nothing."""

    def set_postfix(self, **shown) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def __enter__(self) -> NoBar:
        return self

    def __exit__(self, *error) -> None:
        pass


class Bar(tqdm):
    """tqdm's bar; an interrupt while it is drawn leaves no lock behind for others to wait at."""

    def refresh(self, nolock: bool = False, lock_args: tuple | None = None) -> bool:
        """Draw the bar as it is now; as tqdm's, whose lock is not released by an interrupt."""
        if nolock:
            return super().refresh(nolock=True)
        with self.get_lock():
            return super().refresh(nolock=True)


class NotebookBar(Bar):
    """The bar as text in the cell's output; no widget, so that a restart can kill nothing."""

    def __init__(self, **options):
        self._output = display({"text/plain": ""}, raw=True, display_id=True)
        super().__init__(file=io.StringIO(), ncols=90, **options)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Show the bar as it is now (tqdm calls this ten times a second at most)."""
        self._output.update({"text/plain": str(self) if msg is None else msg}, raw=True)

    def close(self) -> None:
        """Take the bar away: a comment is left, for an output can be emptied but not removed."""
        if not self.disable:
            super().close()
            done = f"<!-- {self.desc}: {self.n}/{self.total} -->"
            self._output.update({"text/html": done}, raw=True)


def progress_bar(total: int, desc: str, disable: bool = False) -> Bar | NoBar:
    """A bar with the given total and description."""
    kernel = getattr(get_ipython(), "kernel", None)
    if disable or (kernel and not _watched(kernel)):
        return NoBar()
    bar = NotebookBar if kernel else Bar
    return bar(total=total, desc=desc)


def _watched(kernel) -> bool:
    """Whether somebody sees what the kernel shows.

    Whoever runs a notebook from a program (nbconvert, papermill, nbval) lets no cell ask for input.
    """
    return kernel.get_parent("shell").get("content", {}).get("allow_stdin", True)
