"""Write the students' edition: every notebook without solutions, and without stored outputs.

python -m book.handouts folder [address]      (`make handouts`)

As notebooks; as one page to print; and for the teacher the lesson's screens, pictures for slides.
address: of the course's repository. Then each notebook begins with a cell that installs the course where it
is missing, as in Colab.
"""

import base64
import copy
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

from tools.notebooks import NOTEBOOKS, ours

LESSON = NOTEBOOKS / "lesson_50_minutes.ipynb"
INSTALL = """# Installs the course where it is missing, as in Colab
from importlib.util import find_spec

if find_spec("toymodels") is None:
    %pip install --quiet git+{address}"""

TO_PRINT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Superposition, in toy models: students' edition</title>
<style>
body { max-width: 44em; margin: 1em auto; padding: 0 1em; font: 11pt/1.4 Georgia, serif; }
section { break-before: page; }
h1, h2, h3 { break-after: avoid; font-family: sans-serif; line-height: 1.2; }
.code_cell { break-inside: avoid; margin: 0.8em 0; border: 1px solid #999; padding: 0 0.6em; }
pre { font: 9pt/1.35 monospace; white-space: pre-wrap; }
summary::after { content: " (folded; in the notebook)"; font-style: italic; }
</style>
<h1>Superposition, in toy models</h1>
<p>Students' edition: without solutions and without answers. Pictures and sliders are in the notebooks.</p>
"""


def handout(path: Path) -> nbformat.NotebookNode:
    """The notebook as students get it."""
    notebook = nbformat.read(path, as_version=4)
    for step in (TagRemovePreprocessor(remove_cell_tags={"solution"}), ClearOutputPreprocessor()):
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def to_print(notebooks: list[nbformat.NotebookNode]) -> str:
    """All of them as one page of HTML that needs nothing around it."""
    exporter = HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_anchor_links=True
    )
    bodies = [exporter.from_notebook_node(without_pictures(n))[0] for n in notebooks]
    return TO_PRINT + "".join(f"<section>\n{body}\n</section>\n" for body in bodies) + "</html>\n"


def without_pictures(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy in which a picture of the text is its description: the page needs nothing around it."""
    copied = copy.deepcopy(notebook)
    for cell in copied.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"!\[([^\]]+)\]\([^)]+\)", r"*(Picture: \1)*", cell.source)
    return copied


def screens(path: Path) -> list[bytes]:
    """PNG, the stored pictures of a notebook's cells with the tag `screen`."""
    cells = nbformat.read(path, as_version=4).cells
    shown = [cell for cell in cells if "screen" in cell.metadata.get("tags", [])]
    pictures = [
        output.data["image/png"] for cell in shown for output in cell.outputs if "data" in output
    ]
    return [base64.b64decode(picture) for picture in pictures]


def write(folder: Path, address: str = "") -> None:
    """Write all handouts, and what they link: the page of symbols, stored pictures."""
    handouts = {path.name: handout(path) for path in ours()}
    files = {f"screens/{k}.png": picture for k, picture in enumerate(screens(LESSON), start=1)}
    for beside in (NOTEBOOKS / "summary.md", *NOTEBOOKS.glob("*.png")):
        files[beside.name] = beside.read_bytes()
    files["to_print.html"] = to_print(list(handouts.values())).encode()
    for name, notebook in handouts.items():
        if address:
            notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(address=address)))
        files[name] = f"{nbformat.writes(notebook)}\n".encode()
    (folder / "screens").mkdir(parents=True, exist_ok=True)
    for name, content in sorted(files.items()):
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    write(Path(sys.argv[1]), *sys.argv[2:])
