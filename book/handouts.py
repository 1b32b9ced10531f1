"""Write the students' edition: every notebook without solutions, and without stored outputs.

python -m book.handouts folder [address]      (`make handouts`)

address: of the course's repository. Then each notebook begins with a cell that installs the course where it
is missing, as in Colab.
"""

import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

from tools.notebooks import NOTEBOOKS, ours

INSTALL = """# Installs the course where it is missing, as in Colab
from importlib.util import find_spec

if find_spec("toymodels") is None:
    %pip install --quiet git+{address}"""


def handout(path: Path, address: str = "") -> nbformat.NotebookNode:
    """The notebook as students get it."""
    notebook = nbformat.read(path, as_version=4)
    for step in (TagRemovePreprocessor(remove_cell_tags={"solution"}), ClearOutputPreprocessor()):
        notebook, _ = step.preprocess(notebook, {})
    if address:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(address=address)))
    return notebook


def write(folder: Path, address: str = "") -> None:
    """Write all handouts, and the page of symbols that they link."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(NOTEBOOKS / "summary.md", folder)
    for path in ours():
        nbformat.write(handout(path, address), folder / path.name)
        print(folder / path.name)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    write(Path(sys.argv[1]), *sys.argv[2:])
