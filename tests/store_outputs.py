"""Execute notebooks and store their outputs: text and pictures only, no widget views, no timings.

python tests/store_outputs.py [notebook ...]      (default: every notebook; `make notebooks`)
"""

import base64
import io
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from toymodels.widgets import png

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def store_outputs(path: Path, write: bool) -> None:
    """Run one notebook from top to bottom in a fresh kernel and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": path.parent}}, record_timing=False
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(WIDGET_VIEW, None)
            if "image/png" in data:  # with a palette a third of the size
                picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
                data["image/png"] = base64.b64encode(png(picture)).decode()
        if cell.cell_type == "code":  # a bare widget leaves nothing to show
            cell.outputs = [o for o in cell.outputs if o.get("data") or o.output_type == "stream"]
    if write:
        nbformat.write(notebook, path)


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--dry-run"]
    for path in map(Path, names) if names else sorted(NOTEBOOKS.glob("*.ipynb")):
        start = time.perf_counter()
        store_outputs(path, write="--dry-run" not in sys.argv)
        print(f"{path.name}: {time.perf_counter() - start:.1f} s")
