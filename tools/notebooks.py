"""The course's notebooks: which they are, and how one is run."""

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
OURS = re.compile(r"(\d\d|appendix|lesson)_\w+\.ipynb")  # not what a reader keeps beside them


def ours() -> list[Path]:
    """The chapters in their order, then the appendix."""
    return [path for path in sorted(NOTEBOOKS.iterdir()) if OURS.fullmatch(path.name)]


def executed(path: Path, seconds: int) -> nbformat.NotebookNode:
    """The notebook after a run from top to bottom in a fresh kernel, where no cell may take longer than that.

    What widgets there were is in its metadata.
    """
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=seconds, resources=where, record_timing=False).execute()
    return notebook
