"""The teachers' recipes do what they say, and the plan of three weeks adds up."""

import re
import subprocess
import sys
import textwrap

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from book.build import BOOK
from book.editions import for_students
from tools.notebooks import NOTEBOOKS, executed

RECIPES = (BOOK / "pages" / "recipes.md").read_text(encoding="utf-8")
MODULE = (BOOK / "pages" / "module.md").read_text(encoding="utf-8")


def codes(heading):
    """The blocks of code below a heading."""
    section = RECIPES.split(f"## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^( *)```python\n(.*?)^ *```$", section, re.M | re.S)
    return [textwrap.dedent(code) for _, code in blocks]


def said(cell):
    return cell.outputs[0].data["text/plain"]


def test_an_exercise_of_your_own_knows_a_blank_a_right_answer_and_a_wrong_one(tmp_path):
    check, exercise, solution = codes("An exercise of your own")
    (tmp_path / "our_checks.py").write_text(check, encoding="utf-8")
    wrong = exercise.replace("my_lengths = None", "my_lengths = lambda W: W.norm(dim=1)  #")
    hidden = new_code_cell(solution, metadata={"tags": ["solution"]})
    notebook = new_notebook(cells=[new_code_cell(exercise), hidden, new_code_cell(wrong)])
    nbformat.write(notebook, tmp_path / "own.ipynb")
    done = executed(tmp_path / "own.ipynb", 60)
    blank, right, mistaken = map(said, done.cells)
    assert "not attempted" in blank.lower() or "blank" in blank.lower(), blank
    assert right.startswith("✓") and "The arrows are the columns." in mistaken
    assert "lengths_solution" not in nbformat.writes(for_students(done))


def test_another_number_of_features_runs_and_names_what_is_left_to_change(tmp_path):
    (script,) = codes("Another number of features")
    (tmp_path / "another_n.py").write_text(script, encoding="utf-8")
    chapter = nbformat.read(NOTEBOOKS / "02_sparse_data.ipynb", as_version=4)
    nbformat.write(chapter, tmp_path / "02_sparse_data.ipynb")
    run = subprocess.run(
        [sys.executable, "another_n.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    done = executed(tmp_path / "02_twenty_features.ipynb", 120)
    named = set(re.findall(r"^(\w+): ", run.stdout, re.M))
    for cell in done.cells:
        spoken = cell.source + str(cell.metadata.get("alt", ""))
        assert cell.id in named or not re.search(r"\b(40|39|[Ff]orty)\b", spoken), cell.source
    described = [cell for cell in done.cells if "40" in str(cell.metadata.get("alt", ""))]
    assert described and {cell.id for cell in described} <= named
    shown = [str(output) for cell in done.cells for output in cell.get("outputs", [])]
    assert any("of 20" in text for text in shown)


def sections():
    """ "1.7" -> the minutes that its heading gives it, of every chapter."""
    minutes = {}
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        found = re.findall(r"^## (\d+\.\d+) .*\*(?:optional, )?(\d+) min\*", text, re.M)
        minutes |= {section: int(number) for section, number in found}
    return minutes


def named(text):
    """The sections of "1.1 to 1.3, 1.6"."""
    for first, last in re.findall(r"(\d+\.\d+)(?: to (\d+\.\d+))?", text):
        chapter, begin = first.split(".")
        end = (last or first).split(".")[1]
        yield from (f"{chapter}.{k}" for k in range(int(begin), int(end) + 1))


MEETINGS = re.findall(r"^\| (\d), week \d \| (.+?) \| (\d+) \| (.+?) \|$", MODULE, re.M)


@pytest.mark.parametrize(("meeting", "in_class", "total", "left_out"), MEETINGS)
def test_a_meeting_of_the_module_fits_and_adds_up(meeting, in_class, total, left_out):
    minutes = sections()
    assert sum(minutes[section] for section in named(in_class)) == int(total) <= 80
    homework = {"2.7", "3.8", "4.9", "5.8", "6.8", "7.11"}
    planned = set(named(in_class)) | set(named(left_out)) | homework
    chapters = {section.split(".")[0] for section in named(in_class)}
    assert {section for section in minutes if section.split(".")[0] in chapters} <= planned


def test_the_modules_points_are_a_hundred():
    assert len(MEETINGS) == 4
    points = re.search(r"## Points\n(.*?)\n## ", MODULE, re.S)[1]
    assert sum(map(int, re.findall(r"^\| .+? \| (\d+) \| ", points, re.M))) == 100
    rubric = re.findall(r"^\| \*\*.+\*\*, (\d+) \|", MODULE, re.M)
    assert sum(map(int, rubric)) == 40


def test_the_modules_homework_gives_the_exercises_minutes():
    minutes = sections()
    homework = re.findall(r"^\| \d \| ([\d., ]+) \| .+ \| (\d+) \+ \d+ \|$", MODULE, re.M)
    assert len(homework) == 4
    for exercises, total in homework:
        assert sum(minutes[section] for section in named(exercises)) == int(total)
