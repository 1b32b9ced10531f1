"""What students may see of a notebook and of a page: no solution, and no answer to their predictions."""

import copy
import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from tools.notebooks import VIEW

SECTION = re.compile(r"^#{1,2} ", re.M)
PREDICTION = re.compile(r"^guess\w*\b.* = .*None", re.M)
WHAT_YOU_SAW = "**What you saw.**"
YOURS = '<p class="yours">Make your prediction in your notebook, and run this cell there.</p>'
# In a page: a block of one edition only
ONLY = re.compile(r"^% only (teachers|students)\n(.*?)^% end\n", re.M | re.S)


def for_students(notebook: NotebookNode) -> NotebookNode:
    """A copy without solutions, and without what answers a prediction before it is made.

    From a prediction to the end of its section, pictures and printed lines are left out, and the
    paragraph "What you saw" is folded. What moves stays: its answer comes only by moving it.
    """
    copied = copy.deepcopy(notebook)
    copied.cells = [c for c in copied.cells if "solution" not in c.metadata.get("tags", [])]
    asked = False  # has the section asked for a prediction?
    for cell in copied.cells:
        if cell.cell_type == "code":
            asked = asked or bool(PREDICTION.search(cell.source))
            if asked and cell.outputs and not any(moves(output) for output in cell.outputs):
                cell.outputs = [new_output("display_data", {"text/html": YOURS})]
        else:
            asked = asked and not SECTION.search(cell.source)
            if asked and cell.source.startswith(WHAT_YOU_SAW):
                cell.source = folded("What you saw", cell.source.removeprefix(WHAT_YOU_SAW).strip())
    return copied


def moves(output: NotebookNode) -> bool:
    """Is it an explorer, or the laboratory?"""
    return bool({"text/html", VIEW} & set(output.get("data", {})))


def folded(summary: str, text: str) -> str:
    """Markdown, which both Jupyter and the book fold."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def page_for(reader: str, text: str) -> str:
    """A page without the blocks from `% only ...` to `% end` that are for others than the reader."""
    return ONLY.sub(lambda block: block[2] if block[1] == reader else "", text)


def teachers_own(index: str) -> set[str]:
    """The documents that the index lists for teachers only."""
    blocks = [text for reader, text in ONLY.findall(index) if reader == "teachers"]
    return {line for text in blocks for line in text.splitlines() if re.fullmatch(r"[\w/]+", line)}
