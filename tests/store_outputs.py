"""Execute notebooks and store their outputs: text and pictures only, no widget views, no timings.

python -m tests.store_outputs [notebook ...]      (default: the chapters; `make notebooks`)
"""

import base64
import io
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from tools.notebooks import VIEW, executed, ours

LONGEST_CELL = 120  # seconds
NOT_STORED = (VIEW, "text/html")  # the text and the picture stay
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def smaller(data: str) -> str:
    """A base64 PNG at half its size: without an alpha channel, each colour rounded to a multiple of 5.

    At most 2 of 255 levels off, which nobody sees; equal colours stay equal, near ones near (a palette made
    speckle of them).
    """
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    rounded = (np.round(picture / 5) * 5).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(rounded).save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def store_outputs(path: Path, write: bool) -> None:
    """Run one notebook from top to bottom in a fresh kernel and write it back."""
    notebook = executed(path, LONGEST_CELL)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in NOT_STORED:
                data.pop(kind, None)
            if "image/png" in data:
                data["image/png"] = smaller(data["image/png"])
        if cell.cell_type == "code":  # a progress bar leaves nothing to show
            cell.outputs = [o for o in cell.outputs if o.get("data") or o.output_type == "stream"]
    if write:
        nbformat.write(notebook, path)


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--dry-run"]
    for path in map(Path, names) if names else ours():
        start = time.perf_counter()
        store_outputs(path, write="--dry-run" not in sys.argv)
        print(f"{path.name}: {time.perf_counter() - start:.1f} s")
