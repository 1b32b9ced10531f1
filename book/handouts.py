"""Write the students' edition: every notebook without solutions, and without stored outputs.

python book/handouts.py folder [address]      (`make handouts`)

address: of the course's repository. Then each notebook begins with a cell that installs the course where it
is missing, as in Colab.
"""

import shutil
import sys
from pathlib import Path

import nbformat
from build import ROOT, notebooks

INSTALL = """# Installs the course where it is missing, as in Colab
from importlib.util import find_spec

if find_spec("toymodels") is None:
    %pip install --quiet git+{address}"""


def handout(notebook: nbformat.NotebookNode, address: str = "") -> nbformat.NotebookNode:
    """The notebook as students get it; what is changed is the notebook itself."""
    cells = notebook.cells
    notebook.cells = [cell for cell in cells if "solution" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    if address:
        first = nbformat.v4.new_code_cell(INSTALL.format(address=address))
        notebook.cells.insert(0, first)
    return notebook


def write(folder: Path, address: str = "") -> list[Path]:
    """Write all handouts, and the page of symbols that they link; the notebooks' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "notebooks" / "summary.md", folder)
    written = []
    for path in notebooks():
        nbformat.write(handout(nbformat.read(path, as_version=4), address), folder / path.name)
        written.append(folder / path.name)
    return written


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    for path in write(Path(sys.argv[1]), *sys.argv[2:]):
        print(path)
