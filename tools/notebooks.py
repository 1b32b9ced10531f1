"""The course's notebooks: which they are, and how one is run."""

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
OURS = re.compile(r"(\d\d|appendix|lesson)_\w+\.ipynb")  # not what a reader keeps beside them


def ours() -> list[Path]:
    """The chapters in their order, then the appendix and the lesson."""
    return [path for path in sorted(NOTEBOOKS.iterdir()) if OURS.fullmatch(path.name)]


def executed(path: Path, seconds: int) -> nbformat.NotebookNode:
    """The notebook after a run from top to bottom in a fresh kernel, where no cell may take longer than that.

    What widgets there were is in its metadata.
    """
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    options = {"record_timing": False, "coalesce_streams": True}  # how print() was cut is chance
    NotebookClient(notebook, timeout=seconds, resources=where, **options).execute()
    return notebook
