"""The course's notebooks: which they are, and how one is run."""

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
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
    show_what_widgets_hold(notebook)
    return notebook


def show_what_widgets_hold(notebook: nbformat.NotebookNode) -> None:
    """Put what `interact` drew before its widget, where a page without a kernel shows it.

    A kernel without a front end, as nbval's, sends it in this order.
    """
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook.cells:
        outputs = []
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(VIEW)
            outputs += held(models, view["model_id"]) if view else []
            outputs.append(output)
        if cell.cell_type == "code":
            cell.outputs = outputs


def held(models: dict, name: str) -> list[nbformat.NotebookNode]:
    """What the output widgets in a widget hold."""
    state = models[name]["state"]
    children = [child.removeprefix("IPY_MODEL_") for child in state.get("children", [])]
    own = [nbformat.from_dict(output) for output in state.get("outputs", [])]
    return own + [output for child in children for output in held(models, child)]
