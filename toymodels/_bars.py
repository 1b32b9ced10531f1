"""The bars of `_progress` that are shown: tqdm's on a terminal, text in a notebook."""

from __future__ import annotations

import io
import time

from IPython.display import display
from tqdm import tqdm

LOOK_EVERY = 0.1  # seconds between two changes of a bar. With more changes a notebook lags


class Bar(tqdm):
    """tqdm's bar. An interrupt while it is drawn leaves no lock behind to wait for."""

    next_look = 0.0

    def reaches(self, step: int) -> bool:
        """Move the bar to this step, at most ten times a second. Return whether it did."""
        now = time.monotonic()
        if now < self.next_look and step < self.total:
            return False
        self.next_look = now + LOOK_EVERY
        self.update(step - self.n)
        return True

    def refresh(self, nolock: bool = False, lock_args: tuple | None = None) -> bool:
        """Draw the bar as it is now. In tqdm's own method an interrupt would keep the lock."""
        if nolock:
            return super().refresh(nolock=True)
        with self.get_lock():
            return super().refresh(nolock=True)


class NotebookBar(Bar):
    """The bar as text in the cell's output. It is no widget, so a restart breaks nothing."""

    def __init__(self, **options):
        self._output = display({"text/plain": ""}, raw=True, display_id=True)
        super().__init__(file=io.StringIO(), ncols=90, **options)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Show the bar as it is now (tqdm calls this ten times a second at most)."""
        self._output.update({"text/plain": str(self) if msg is None else msg}, raw=True)

    def close(self) -> None:
        """Take the bar away, but leave a comment: an output can be emptied, not removed."""
        if not self.disable:
            super().close()
            done = f"<!-- {self.desc}: {self.n}/{self.total} -->"
            self._output.update({"text/html": done}, raw=True)
