"""Progress bars: on a terminal tqdm's own, in a notebook text that is gone when the work is
done."""

from __future__ import annotations

import io

from IPython import get_ipython
from IPython.display import display
from tqdm import tqdm


class _NotebookBar(tqdm):
    """tqdm's bar as text in the cell's output. No widget: nothing is left that a restart could
    kill."""

    def __init__(self, **options):
        self._output = display({}, raw=True, display_id=True)
        super().__init__(file=io.StringIO(), ncols=90, **options)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Show the bar as it is now (tqdm calls this ten times a second at most)."""
        self._output.update({"text/plain": str(self) if msg is None else msg}, raw=True)

    def close(self) -> None:
        """Take the bar away."""
        if not self.disable:
            super().close()
            self._output.update({}, raw=True)


def progress_bar(total: int, desc: str, disable: bool = False) -> tqdm:
    """A tqdm bar with the given total and description."""
    if disable or not hasattr(get_ipython(), "kernel"):
        return tqdm(total=total, desc=desc, disable=disable)
    return _NotebookBar(total=total, desc=desc)
