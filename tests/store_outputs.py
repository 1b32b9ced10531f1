"""Execute notebooks and store their outputs: text and pictures only, no widget views, no timings.

python tests/store_outputs.py [notebook ...]      (default: every notebook; `make notebooks`)
"""

import base64
import io
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
NOT_STORED = ("application/vnd.jupyter.widget-view+json", "text/html")  # the text and the picture stay
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def png(picture: Image.Image) -> bytes:
    """PNG bytes with at most 256 colours, a third of the size.

    The most frequent colours stay as they are, each other one becomes the nearest of these: what was equal
    stays equal, and large areas keep their colour.
    """
    pixels = np.asarray(picture.convert("RGB")).astype(np.int64)
    coded = pixels @ [1 << 16, 1 << 8, 1]  # (height, width)
    colours, place, count = np.unique(coded, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-count, kind="stable")[:256]]
    distance = ((_channels(colours)[:, None] - _channels(kept)) ** 2).sum(-1)  # (colours, kept)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    stored = Image.fromarray(nearest[place.reshape(coded.shape)]).convert("P")
    stored.putpalette(_channels(kept).astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    stored.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _channels(coded: np.ndarray) -> np.ndarray:
    return np.stack([coded >> 16, coded >> 8 & 255, coded & 255], axis=-1)


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
            for kind in NOT_STORED:
                data.pop(kind, None)
            if "image/png" in data:
                picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
                data["image/png"] = base64.b64encode(png(picture)).decode()
        if cell.cell_type == "code":  # a progress bar leaves nothing to show
            cell.outputs = [o for o in cell.outputs if o.get("data") or o.output_type == "stream"]
    if write:
        nbformat.write(notebook, path)


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--dry-run"]
    for path in map(Path, names) if names else sorted(NOTEBOOKS.glob("*.ipynb")):
        start = time.perf_counter()
        store_outputs(path, write="--dry-run" not in sys.argv)
        print(f"{path.name}: {time.perf_counter() - start:.1f} s")
