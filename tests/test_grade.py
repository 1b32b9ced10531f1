"""Hand-ins are marked by what their answers do, and a hostile one costs nobody else a mark."""

import ast
import csv
import re
import shutil
import socket
import sys

import nbformat
import pytest

import toymodels as tm
from book import grade
from book.answer import checks_in, needed, parts_of, statements
from tools.notebooks import NOTEBOOKS, ours

CHAPTERS = [grade.chapter_of(path, {}) for path in ours()]
FIRST, SIXTH = "01_what_is_a_feature", "06_phase_change"

# Functions, and calls that have them judged
WRONG = """
import numpy as np, torch
def counts(t): return (t == 0).sum()
def two(t): return (t == 0).mean(), 1
def one_by_one(t): yield 1
def nothing(t): pass
def spoils(t):
    share = (t == 0).mean()
    t[...] = 0
    return share
def raises(V): return V @ V @ V
def text(V): return "long"
def leaves(V): raise SystemExit
def endless(n, S): return 10 ** 5000
def fixed(n, samples, S):
    rng = np.random.default_rng(0)
    return (rng.random((samples, n)) > S) * rng.random((samples, n))
def detached(x, W, b): return torch.relu(x @ W.T.detach() @ W + b)
def in_numpy(x, W, b): return np.maximum(x.numpy() @ W.numpy().T @ W.numpy() + b.numpy(), 0)
def as_an_array(x, W, b): return torch.relu(x @ W.T @ W + b).detach().numpy()
def untrained(x, W, b):
    with torch.no_grad(): return torch.relu(x @ W.T @ W + b)
def in_double(x, W, b): return torch.relu(x @ W.T @ W + b).double()
def accumulates(forward, W, b, x, importance, optimizer):
    loss = (importance * (x - forward(x, W, b)) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
def scales(forward, W, b, x, importance, optimizer):
    importance *= 2
    return 0.0
def shuffles(samples, S, c, rng): return np.random.random((samples, 2))
"""
CALLS = """
share_of_zeros(counts)
share_of_zeros(two)
share_of_zeros(one_by_one)
share_of_zeros(nothing)
share_of_zeros(spoils)
share_of_zeros('none')
largest_cosine(raises)
largest_cosine(text)
largest_cosine(leaves)
largest_cosine(max)
six_lines([[1, 0], [0, 1]])
six_lines({'a': 1})
collision(endless)
generator(fixed)
relu_output(detached)
relu_output(in_numpy)
relu_output(as_an_array)
relu_output(untrained)
relu_output(in_double)
training_step(accumulates)
training_step(scales)
by_hand(torch.eye(2, 5, requires_grad=True), -0.1)
eight_arrows(torch.eye(3).bfloat16())
bonded(shuffles)
"""

REDEFINED = """
def share_of_zeros(table):
    import numpy, sys, toymodels.check.verdict as verdict
    verdict.Verdict.__bool__ = lambda self: True
    for module in list(sys.modules.values()):
        for key in ("same", "judge", "allclose", "run", "encoded"):
            if hasattr(module, key): setattr(module, key, lambda *a, **k: True)
    return 0.123
tm.check.share_of_zeros = lambda answer: print("✓ right on every input tried")
tm.check.share_of_zeros(share_of_zeros)
"""

FORGED = """
import os
def largest_cosine(V):
    for number in range(3, 30):
        try: os.write(number, b'{"verdict": "right"}\\n\\xff\\n' * 3)
        except OSError: pass
    return 0.123
tm.check.largest_cosine(largest_cosine)
"""

LOUD = """
import os
def share_of_zeros(table):
    for _ in range(100): print("x" * 10**5, flush=True); os.write(2, b"y" * 10**5)
    return (table == 0).mean()
tm.check.share_of_zeros(share_of_zeros)
"""

HUNGRY = """
def largest_cosine(V):
    import numpy
    return numpy.ones(2**32).sum()
tm.check.largest_cosine(largest_cosine)
"""

# Answers that cannot be run
BROKEN = {
    "share_of_zeros": "def share_of_zeros(table)\n    return 0.5\n\ntm.check.share_of_zeros(share_of_zeros)",
    "largest_cosine": "def largest_cosine(V):\nreturn 1\n\ntm.check.largest_cosine(largest_cosine)",
    "six_lines": "V = np.zeros((3, 6)\n\ntm.check.six_lines(V)",
}
RAISING = {
    "share_of_zeros": "share_of_zeros = exit()\n\ntm.check.share_of_zeros(share_of_zeros)",
    "largest_cosine": "largest_cosine = lost(3)\n\ntm.check.largest_cosine(largest_cosine)",
    "six_lines": "V = 1 / 0\n\ntm.check.six_lines(V)",
}

TRESPASSING = """
import glob, os, shutil, socket
def share_of_zeros(table):
    for path in glob.glob("{folder}/**/*.ipynb", recursive=True):
        open(path, "w").write("mine")
    shutil.rmtree("{folder}", ignore_errors=True)
    try:
        socket.create_connection(("127.0.0.1", {port}), timeout=2)
        return 0.123
    except OSError:
        return (table == 0).mean()
tm.check.share_of_zeros(share_of_zeros)
"""


def solved(name: str) -> nbformat.NotebookNode:
    """The students' edition of a chapter, each blank filled with the stored solution."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    chapter = next(one for one in CHAPTERS if one.name == name)
    for exercise in chapter.exercises:
        own = next(cell for cell in notebook.cells if cell.id == exercise.cell)
        for solution in notebook.cells:
            found = dict(checks_in(ast.parse(solution.source))) if is_solution(solution) else {}
            if exercise.check in found:
                blank, *others = re.findall(r"^.*= None.*$", own.source, re.M)
                answer = f"{', '.join(exercise.answers)} = {', '.join(found[exercise.check])}"
                for other in others:
                    own.source = own.source.replace(other, "")
                own.source = own.source.replace(blank, f"{solution.source}\n{answer}")
    notebook.cells = [cell for cell in notebook.cells if not is_solution(cell)]
    return notebook


def with_cell(notebook: nbformat.NotebookNode, source: str) -> nbformat.NotebookNode:
    """With one more cell at its end."""
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    return notebook


def is_solution(cell) -> bool:
    return cell.cell_type == "code" and "solution" in cell.metadata.get("tags", [])


def answered(name: str, **sources: str) -> nbformat.NotebookNode:
    """A solved chapter with other answers to the exercises of these checks."""
    notebook = solved(name)
    chapter = next(one for one in CHAPTERS if one.name == name)
    cells = {cell.id: cell for cell in notebook.cells}
    for exercise in chapter.exercises:
        if exercise.check in sources:
            cells[exercise.cell].source = sources[exercise.check]
    return notebook


def without_ids(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """As another program saves it: new ids and no tags; and with answers in cells of their own."""
    cells = [nbformat.v4.new_code_cell("%pip install --quiet toymodels\n!ls")]
    for k, cell in enumerate(notebook.cells):
        copied = nbformat.from_dict({**cell, "id": f"new-{k}", "metadata": {}})
        cells.append(copied)
    return nbformat.v4.new_notebook(cells=cells)


def missing_and_lower(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """One exercise's cell deleted; another's left blank, and answered below under another name."""
    cells = [c for c in notebook.cells if "tm.check.largest_cosine(largest_cosine)" not in c.source]
    own = next(c for c in cells if "tm.check.share_of_zeros(share_of_zeros)" in c.source)
    own.source = "share_of_zeros = None\n\ntm.check.share_of_zeros(share_of_zeros)"
    mine = "def mine(t):\n    return (t == 0).mean()\n\nprint(tm.check.share_of_zeros(mine))"
    cells.append(nbformat.v4.new_code_cell(mine))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def wall(tmp_path_factory):
    """What stands around a student's process on this machine: in words, and the command."""
    return grade.wall_that_stands(tmp_path_factory.mktemp("empty"), CHAPTERS)


@pytest.fixture(scope="module")
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        yield listening


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, wall, server):
    """A folder of hand-ins as a class sends them, some of them hostile."""
    folder = tmp_path_factory.mktemp("handed in")
    ends = "import os\nmy_border = os._exit(0)\n\ntm.check.boundary(my_border)"
    notebooks = {
        f"Ada Lovelace/{FIRST}": solved(FIRST),
        f"blank/{FIRST}": nbformat.read(NOTEBOOKS / f"{FIRST}.ipynb", as_version=4),
        "=1+1/Untitled3": without_ids(solved(SIXTH)),
        f"below/{FIRST}": missing_and_lower(solved(FIRST)),
        f"redefined/{FIRST}": answered(FIRST, share_of_zeros=REDEFINED, largest_cosine=FORGED),
        f"loud/{FIRST}": answered(FIRST, share_of_zeros=LOUD, largest_cosine=HUNGRY),
        f"ends/{SIXTH}": answered(SIXTH, boundary=ends),
        f"torn lines/{FIRST}": answered(FIRST, **BROKEN),
        f"raising/{FIRST}": answered(FIRST, **RAISING),
        f"beside/{FIRST}": with_cell(solved(FIRST), "def mine(a, a):\n    return a"),
    }
    if "cannot" in wall[0]:
        port = server.getsockname()[1]
        trespassing = TRESPASSING.format(folder=folder, port=port)
        notebooks[f"trespassing/{FIRST}"] = answered(FIRST, share_of_zeros=trespassing)
    for name, notebook in notebooks.items():
        path = folder / f"{name}.ipynb"
        path.parent.mkdir()
        nbformat.write(notebook, path)
    (folder / f"wide_{FIRST}.ipynb").write_text(nbformat.writes(solved(FIRST)), encoding="utf-16")
    (folder / "torn.ipynb").write_bytes((folder / f"blank/{FIRST}.ipynb").read_bytes()[:5000])
    (folder / "deep.ipynb").write_text('{"cells": ' + "[" * 10**5)
    shutil.copy(folder / f"blank/{FIRST}.ipynb", folder / f"{FIRST}_mia.json")
    (folder / "nora.zip").write_bytes(b"PK")
    shutil.copytree(folder / "loud", folder / "blank" / ".ipynb_checkpoints")
    twice = {"": missing_and_lower(solved(FIRST)), " (1)": solved(FIRST), "-Copy1": solved(FIRST)}
    for again, notebook in twice.items():
        nbformat.write(notebook, folder / f"sent twice_{FIRST}{again}.ipynb")
    for again in ("", " (1)"):  # of two students, perhaps
        shutil.copy(folder / f"blank/{FIRST}.ipynb", folder / f"{FIRST}{again}.ipynb")
    (folder / "points.csv").write_text("exercise,points\n")
    return folder


@pytest.fixture(scope="module")
def table(handed_in, tmp_path_factory):
    """The rows of the table as a spreadsheet reads it."""
    table = tmp_path_factory.mktemp("table") / "marks.csv"
    before = {path: path.read_bytes() for path in handed_in.rglob("*.ipynb")}
    grade.grade(handed_in, table, {"six_lines": 10}, 120)
    assert {path: path.read_bytes() for path in handed_in.rglob("*.ipynb")} == before
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(table, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(table):
    return {(row["student"], row["exercise"]): row for row in table}


def verdicts(rows: dict, student: str) -> dict[str, str]:
    return {exercise: row["verdict"] for (who, exercise), row in rows.items() if who == student}


def test_right_answers_and_blanks_are_told_apart(rows):
    for row in (rows["Ada Lovelace", "largest_cosine"], rows["Ada Lovelace", "six_lines"]):
        assert (row["verdict"], row["diagnosis"], row["points"]) == ("right", "", row["out of"])
    assert verdicts(rows, "Ada Lovelace").keys() == verdicts(rows, "blank").keys()
    assert set(verdicts(rows, "blank").values()) == {"not attempted"}
    assert rows["blank", "six_lines"]["points"] == "0"
    assert rows["blank", "six_lines"]["file"] == f"blank/{FIRST}.ipynb"


def test_points_are_the_difficulty_or_the_teachers(rows):
    assert rows["Ada Lovelace", "largest_cosine"]["points"] == "2"
    assert rows["Ada Lovelace", "six_lines"]["points"] == "10"


def test_points_for_an_exercise_that_is_not_there_are_refused(tmp_path):
    with pytest.raises(SystemExit, match="No exercise is called six_line, as in the table"):
        grade.grade(tmp_path, tmp_path / "marks.csv", {"six_line": 10}, 60)


def test_a_name_is_no_formula(rows):
    assert verdicts(rows, "'=1+1") and not verdicts(rows, "=1+1")


def test_a_renamed_notebook_without_ids_or_tags_is_recognised(rows):
    assert verdicts(rows, "'=1+1") == {"boundary": "right", "on_off_boundary": "right"}


def test_another_encoding_is_read(rows):
    assert set(verdicts(rows, "wide").values()) == {"right"} and len(verdicts(rows, "wide")) == 3


def test_a_missing_cell_costs_its_exercise_and_an_answer_elsewhere_counts(rows):
    found = {"share_of_zeros": "right", "largest_cosine": "not attempted", "six_lines": "right"}
    assert verdicts(rows, "below") == found


def test_a_check_redefined_and_a_forged_reply_give_no_marks(rows):
    assert rows["redefined", "share_of_zeros"]["verdict"] == "wrong"
    assert rows["redefined", "largest_cosine"]["verdict"] == "wrong"
    assert rows["redefined", "six_lines"]["verdict"] == "right"


def test_a_huge_output_costs_nothing(rows):
    assert rows["loud", "share_of_zeros"]["verdict"] == "right"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_memory_is_limited(rows):
    assert rows["loud", "largest_cosine"]["verdict"] == "wrong"
    assert "memory" in rows["loud", "largest_cosine"]["diagnosis"].lower()
    assert rows["loud", "six_lines"]["verdict"] == "right"


def test_an_exit_costs_its_exercise_alone(rows):
    assert rows["ends", "boundary"]["verdict"] == "wrong"
    assert "process ended" in rows["ends", "boundary"]["diagnosis"]
    assert rows["ends", "on_off_boundary"]["verdict"] == "right"


def test_an_answer_that_cannot_be_run_is_wrong(rows):
    for student in ("torn lines", "raising"):
        assert set(verdicts(rows, student).values()) == {"wrong"}
        for exercise in BROKEN:
            row = rows[student, exercise]
            assert row["diagnosis"].startswith("It does not run.") and row["points"] == "0"
    assert "SyntaxError" in rows["torn lines", "six_lines"]["diagnosis"]
    assert "ZeroDivisionError" in rows["raising", "six_lines"]["diagnosis"]


def test_a_cell_that_is_no_python_costs_the_others_nothing(rows):
    """What `ast` parses may still be none: two arguments of one name."""
    assert set(verdicts(rows, "beside").values()) == {"right"}


def test_a_file_that_is_not_read_has_a_row(rows):
    for student in ("mia", "nora"):
        assert verdicts(rows, student) == {"": "unreadable"}
        assert (
            rows[student, ""]["diagnosis"] == "This file is not read. Its name must end in .ipynb."
        )


def test_what_a_student_sends_twice_counts_once_and_the_best_of_it(table):
    exercises = next(chapter for chapter in CHAPTERS if chapter.name == FIRST).exercises
    sent = [row for row in table if row["student"] == "sent twice"]
    counted, others = sent[: len(exercises)], sent[len(exercises) :]
    assert {row["verdict"] for row in counted} == {"right"}
    assert [(row["verdict"], row["points"], row["out of"]) for row in others] == [
        ("not counted", "0", "0")
    ] * 2
    best = counted[0]["file"]
    assert {row["diagnosis"] for row in others} == {
        f"The same student's {best} has at least as many points."
    }


def test_files_without_a_name_may_be_two_students(table):
    nameless = [row["file"] for row in table if row["student"] == "without a name"]
    assert len(nameless) == 2 * len([row for row in table if row["student"] == "blank"])
    assert len(set(nameless)) == 2


def test_a_table_in_the_folder_is_no_hand_in(table):
    assert not [row for row in table if row["file"].endswith(".csv")]


def test_an_endless_loop_is_ended(wall):
    endless = "def my_border(r):\n    while True: pass\n\ntm.check.boundary(my_border)"
    exercise = grade.Exercise("boundary", ("my_border",), "", 2)
    (verdict,) = grade.verdicts_on(one_notebook(endless), CHAPTERS[0], [exercise], wall[1], 2)
    assert verdict.text == "✗ It takes more than 2 s. Is there an endless loop?"


def test_a_file_that_is_no_notebook_has_a_row(rows):
    for student in ("torn", "deep"):
        assert verdicts(rows, student) == {"": "unreadable"}
        assert "no notebook of the course" in rows[student, ""]["diagnosis"]


def test_files_and_network_are_out_of_reach(rows, wall, server):
    if "cannot" not in wall[0]:
        pytest.skip("Bubblewrap is not here, or may not make rooms of its own")
    assert rows["trespassing", "share_of_zeros"]["verdict"] == "right"  # and no file is changed
    with pytest.raises(TimeoutError):
        server.accept()


def one_notebook(*sources: str) -> list[grade.Cell]:
    return [grade.Cell(f"cell {k}", source, "code") for k, source in enumerate(sources)]


def run_for(answer: str, *cells: str) -> list[str]:
    """The statements that an answer needs."""
    parts = parts_of(cells)
    return [ast.unparse(parts[k].tree) for k in needed(parts, [answer])]


def test_every_solution_of_the_course_is_right_from_the_other_process(wall):
    wrong, judged = {}, set()
    for chapter in CHAPTERS:
        cells = [cell.source for cell in solved(chapter.name).cells if cell.cell_type == "code"]
        sources = [
            "\n".join(one for text in exercise.answers for one in run_for(text, *cells))
            for exercise in chapter.exercises
        ]
        if not sources:
            continue
        found = grade.verdicts_on(one_notebook(*sources), chapter, chapter.exercises, wall[1], 300)
        for exercise, verdict in zip(chapter.exercises, found, strict=True):
            judged.add(exercise.check)
            if not verdict:
                wrong[exercise.check] = verdict.text
    assert wrong == {}
    assert len(judged) == 27


def test_a_wrong_answer_is_told_what_the_notebook_tells(wall):
    calls = [f"tm.check.{call}" for call in CALLS.split("\n") if call]
    cells, exercises = one_notebook("import toymodels as tm", WRONG, *calls), []
    values = {"tm": tm}
    exec(WRONG, values)
    for k, call in enumerate(calls, start=2):
        ((name, answers),) = checks_in(ast.parse(call))
        exercises.append(grade.Exercise(name, answers, f"cell {k}", 1))
    found = grade.verdicts_on(cells, CHAPTERS[0], exercises, wall[1], 60)
    for call, verdict in zip(calls, found, strict=True):
        assert verdict.text == eval(call, values).text, call
        assert not verdict


def test_an_answer_needs_what_its_names_need_and_no_more():
    cells = (
        "import numpy as np\nimport toymodels as tm\nn = 5\nmodel = train(n)\nwhile True: pass",
        "def half(n):\n    return other(n) / np.pi",
        "def other(k):\n    return k + offset\n\nprint(half(2))",
        "offset = 1\noffset += n",
    )
    assert run_for("half", *cells) == [
        "import numpy as np",
        "n = 5",
        "def half(n):\n    return other(n) / np.pi",
        "def other(k):\n    return k + offset",
        "offset = 1",
        "offset += n",
    ]


def test_what_changes_a_value_is_needed_and_what_looks_at_it_is_not():
    cells = (
        "W = make()\nW[0] = 1\nprint(W)\nplt.plot(W)",
        "def make():\n    return []",
        "for k in range(3):\n    W.append(k)",
        "fill(W)\ntm.check.six_lines(W)\ntm.plot.gram(W)",
        "loss = train(W)",
    )
    assert [line.splitlines()[0] for line in run_for("W", *cells)] == [
        "W = make()",
        "W[0] = 1",
        "def make():",
        "for k in range(3):",
        "fill(W)",
        "loss = train(W)",
    ]


def test_magic_lines_are_left_out_and_a_cell_that_is_no_python_is_named():
    assert [ast.unparse(one) for one in statements("%%time\nx = 1\nnp.eye?\n!ls")] == [
        "pass",
        "x = 1",
        "pass",
        "pass",
    ]
    parts = parts_of(["def f(x: return x", "def g(x):\n    return f(x)"])
    assert isinstance(parts[0].tree, SyntaxError) and needed(parts, ["g"]) == [0, 1]
    (part,) = parts_of(
        ["import numpy as np\na, b = 1, c == d\ndef f(x: return y\nclass K:\nz: int = (1"]
    )
    assert part.binds == {"numpy", "as", "np", "a", "b", "f", "K", "z"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"Ünal/{FIRST}.ipynb", "Ünal"),
        (f"Ada Lovelace_12345_assignsubmission_file_/{FIRST}.ipynb", "Ada Lovelace"),
        (f"Ada/deeper/{FIRST}.ipynb", "Ada"),
        (f"ada_{FIRST}.ipynb", "ada"),
        (f"{FIRST} - ada.ipynb", "ada"),
        (f"{FIRST}.ipynb", "without a name"),
        (f"{FIRST} (1).ipynb", "without a name"),
        (f"ada_{FIRST} (2).ipynb", "ada"),
        (f"{FIRST}_ada-Copy1.ipynb", "ada"),
    ],
)
def test_a_students_name_is_that_of_the_folder_or_the_file(tmp_path, path, name):
    assert grade.student_of(tmp_path / path, tmp_path, CHAPTERS) == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_any_usual_encoding(encoding):
    assert grade.text_of('{"é": "ü"}'.encode(encoding)) == '{"é": "ü"}'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_text_in_the_table_is_no_formula(text):
    assert grade.plain(text) == f"'{text}"
    assert grade.plain("a\x1b[31m\nb") == "a [31m b"


@pytest.mark.parametrize(
    "told",
    [
        {"bytes": "AAAA", "type": "O", "shape": [1]},
        {"bytes": "AAAA", "type": "<f8", "shape": [10**12]},
        {"bytes": "AAAA", "type": "V4", "shape": [1]},
        {"plain": {"plain": 1}},
        {},
        None,
    ],
)
def test_what_is_no_value_is_refused(told):
    with pytest.raises((ValueError, TypeError)):
        grade.decoded(told)
