"""Mark a folder of handed-in notebooks: a table of who has which exercise right.

python -m book.grade folder [--csv file] [--points file] [--seconds 60]      (`make grade`)

No student's code runs in this process, which judges. Each hand-in has a process of its own,
book/answer.py. It runs the statements that the answers need, and then answers questions. The checks
of `toymodels.check` run here: what they take for a student's function asks the other process for
each result. Only numbers and text come back, so whatever a notebook redefines or prints, it gives
no marks. The page book/pages/grade.md says what else is held back, and what is not.
"""

from __future__ import annotations

import argparse
import ast
import base64
import contextlib
import csv
import functools
import json
import os
import pickle
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch

from book.answer import TRIES, checks_in, statements
from tools.notebooks import NOTEBOOKS, OURS
from toymodels import check
from toymodels.check.verdict import BLANK, Verdict, does_not_run

ROOT = Path(__file__).parent.parent
MEMORY = 2 * 2**30  # bytes of its own that a student's process may hold
FILE = 100 * 2**20  # bytes of a file that it may write
START = 120  # seconds that a process may take to import the course
LONGEST = 64 * 2**20  # bytes of a hand-in, or of one reply
SOLUTION = "solution"  # the tag of cells that are no answers
NAMELESS = "without a name"
# What browsers and Jupyter add to the name of a second file
AGAIN = re.compile(r"[ _-]*(\(\d+\)|-Copy\d+)$")


# ---------------------------------------------------------------- what there is to mark


@dataclass
class Cell:
    id: str
    source: str
    kind: str
    tags: tuple[str, ...] = ()


@dataclass
class Exercise:
    check: str  # its name in toymodels.check
    answers: tuple[str, ...]  # what the check is given in the original
    cell: str  # the id of the cell that gives it
    points: float


@dataclass
class Chapter:
    name: str
    cells: list[Cell]
    exercises: list[Exercise]


@dataclass
class Mark:
    """A row of the table."""

    student: str
    chapter: str
    exercise: str
    verdict: str
    diagnosis: str
    points: float
    out_of: float
    file: str


def cells_of(path: Path) -> list[Cell]:
    """The cells of a notebook of any format and encoding, or ValueError."""
    if path.stat().st_size > LONGEST:
        raise ValueError("the file is larger than any notebook of the course")
    notebook = json.loads(text_of(path.read_bytes()))
    if "worksheets" in notebook:  # the format before 2014
        notebook = {"cells": [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]}
    cells = []
    for cell in notebook["cells"]:
        source = cell.get("source", cell.get("input", ""))
        tags = cell.get("metadata", {}).get("tags", [])
        cells.append(
            Cell(str(cell.get("id")), "".join(source).strip(), cell["cell_type"], tuple(tags))
        )
    return cells


def text_of(content: bytes) -> str:
    """Text in UTF-8 or UTF-16, with or without a mark at its beginning, or else in Latin letters."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    if content[1:2] == b"\0":
        return content.decode("utf-16-le")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def chapter_of(path: Path, points: dict[str, float]) -> Chapter:
    """A chapter of the course and its exercises, which are the checks that end a cell.

    An exercise is worth its difficulty, or 1 if none is named, or what `points` say.
    """
    cells = cells_of(path)
    exercises = []
    difficulty = 1.0
    for cell in cells:
        if cell.kind == "markdown" and cell.source.startswith("#"):
            level = re.search(r"difficulty (\d)", cell.source)
            difficulty = float(level[1]) if level else 1.0
        if cell.kind != "code" or SOLUTION in cell.tags or not cell.source:
            continue
        for last in statements(cell.source)[-1:]:
            for name, answers in checks_in(last) if isinstance(last, ast.Expr) else []:
                worth = points.get(name, difficulty)
                exercises.append(Exercise(name, answers, cell.id, worth))
    return Chapter(path.stem, cells, exercises)


def original_of(cells: list[Cell], chapters: list[Chapter]) -> Chapter | None:
    """The chapter that shares most cells with a hand-in, by id or by content."""

    def shared(chapter: Chapter) -> int:
        ids, sources = {c.id for c in chapter.cells}, {c.source for c in chapter.cells}
        return sum(cell.id in ids or cell.source in sources for cell in cells if cell.source)

    best = max(chapters, key=shared)
    return best if shared(best) else None


def student_of(path: Path, folder: Path, chapters: list[Chapter]) -> str:
    """A student's name: the hand-in's folder, or what its file is called beside the chapter."""
    inside = path.relative_to(folder)
    if len(inside.parts) > 1:
        return re.sub(r"_\d+_assignsubmission_.*", "", inside.parts[0])  # as Moodle names them
    name = AGAIN.sub("", path.stem)
    for chapter in chapters:
        name = name.replace(chapter.name, "")
    return name.strip(" _-.") or NAMELESS


# ---------------------------------------------------------------- a student's process, seen from here


class Lost(Exception):
    """The process gives no more replies. The message says why, in words for the student."""


class Process:
    """A process for one student's code, in an empty home and behind a wall.

    Its time begins when it has imported the course. At its end it is killed, with what it started.
    """

    def __init__(self, wall: list[str], seconds: float):
        self.seconds, self.lost = seconds, ""
        self.home = tempfile.TemporaryDirectory(prefix="hand-in-", ignore_cleanup_errors=True)
        self.replies: queue.Queue[bytes] = queue.Queue(2)  # unasked lines wait
        command = [part.replace("{home}", self.home.name) for part in wall]
        self.process = subprocess.Popen(
            [*command, sys.executable, "-m", "book.answer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.home.name,
            env=surroundings(self.home.name, seconds),
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        with contextlib.suppress(queue.Empty):
            self.replies.get(timeout=START)  # its first line: from now on its time runs
        self.ends = time.monotonic() + seconds
        self.timer = threading.Timer(seconds, self.kill)
        self.timer.start()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_) -> None:
        self.timer.cancel()
        self.kill()
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.home.cleanup()

    def _read(self) -> None:
        with self.process.stdout as lines:
            while line := lines.readline(LONGEST):
                self.replies.put(line)
        self.replies.put(b"")

    def kill(self) -> None:
        """End it and what it has started."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.process.wait()

    def ask(self, *request):
        """Its reply to a request, or Lost."""
        if self.lost:
            raise Lost(self.lost)
        try:
            self.process.stdin.write(pickle.dumps(request))
            self.process.stdin.flush()
            reply = json.loads(self.replies.get(timeout=max(self.ends - time.monotonic(), 0.01)))
        except (ValueError, OSError, RecursionError, queue.Empty):
            self.lost = "Its process ended. Does it exit, or take too much memory?"
            if time.monotonic() > self.ends - 0.1:
                self.lost = f"It takes more than {self.seconds:g} s. Is there an endless loop?"
            raise Lost(self.lost) from None
        if isinstance(reply, dict) and "error" in reply:
            raise raised(reply["error"])
        return reply


def raised(error: list[str]) -> Exception:
    """An error of the other process: what its type was called, and its message."""
    name, message = map(str, error)
    return type(re.sub(r"\W", "", name)[:50] or "Error", (Exception,), {})(message)


def surroundings(home: str, seconds: float) -> dict[str, str]:
    """The variables that a student's process has: none of the teacher's."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    homes = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR", "IPYTHONDIR")
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    limits = {"MEMORY": MEMORY, "SECONDS": int(seconds) + 1, "FILE": FILE}
    limits = {f"HAND_IN_{name}": str(most) for name, most in limits.items()}
    course = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return {**kept, **dict.fromkeys(homes, home), **quiet, **limits, **course}


def walls(folder: Path) -> dict[str, list[str]]:
    """What may stand around a student's process, the best first, and the command for it.

    {home} is the process's empty home.
    """
    found = {}
    if shutil.which("bwrap"):
        hidden = ["/tmp", os.path.expanduser("~")]
        seen = [str(ROOT), sys.prefix, sys.base_prefix]
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/"]
        command += ["--dev", "/dev", "--proc", "/proc"]
        for place in hidden:
            command += ["--tmpfs", place]
        for place in seen:
            command += ["--ro-bind", place, place]
        command += ["--tmpfs", str(folder), "--bind", "{home}", "{home}", "--chdir", "{home}"]
        found["Students' code has no network, and it cannot change your files."] = command
    if shutil.which("unshare"):
        command = ["unshare", "--user", "--map-root-user", "--net"]
        command += ["--pid", "--fork", "--kill-child", "--mount-proc"]
        found["Students' code has no network, but it can change your files."] = command
    found["Students' code can use the network and change your files."] = []
    return found


class Function:
    """What our checks call in place of a student's function."""

    def __init__(self, process: Process, number: int):
        self.process, self.number = process, number

    def __call__(self, *arguments):
        slopes = [getattr(given, "grad", None) for given in arguments]  # a pickle leaves them out
        reply = self.process.ask("call", self.number, arguments, slopes)
        for given, after in zip(arguments, reply["after"], strict=True):
            bring_back(given, after)
        result = decoded(reply["result"])
        if reply["result"].get("trainable") is True:
            return Passed.apply(functools.partial(self._slopes, arguments), result, *arguments)
        return result

    def _slopes(self, arguments: tuple, slope: torch.Tensor) -> list[torch.Tensor | None]:
        return [decoded(told) for told in self.process.ask("slopes", self.number, arguments, slope)]


class Passed(torch.autograd.Function):
    """A result of the other process, with gradients that are computed there."""

    @staticmethod
    def forward(ctx, slopes, result, *arguments):
        ctx.slopes = slopes
        return result.clone()

    @staticmethod
    def backward(ctx, slope):
        return None, None, *ctx.slopes(slope)


def bring_back(given, after: dict) -> None:
    """Change an argument as the call in the other process has changed it."""
    if isinstance(given, torch.Tensor):
        with torch.no_grad():
            data = decoded(after["data"])
            if not torch.equal(data, given):
                given.copy_(data)
        given.grad = decoded(after["slope"])
    elif isinstance(given, np.ndarray):
        given[...] = decoded(after["data"])


def decoded(told: dict):
    """A value that the other process has sent. Nothing of it runs here."""
    match told:
        case {"plain": None | bool() | int() | float() | str() as value}:
            return value
        case {"tuple": [*items]}:
            return tuple(decoded(item) for item in items)
        case {"bytes": str(content), "type": str(kind), "shape": [*shape]}:
            if np.dtype(kind).kind not in "biuf":
                raise ValueError("an array of other things than numbers")
            array = np.frombuffer(base64.b64decode(content), np.dtype(kind)).reshape(shape).copy()
            return in_torch(array, told["torch"]) if told.get("torch") else array
        case {"type": str(name), "text": str(text), "iterator": bool(iterator)}:
            bases = (Iterator,) if iterator else ()
            methods = {"__repr__": lambda _: text, "__next__": lambda _: next(iter(()))}
            return type(name, bases, methods)()
    raise ValueError("no value")


def in_torch(array: np.ndarray, kind: str) -> torch.Tensor:
    dtype = getattr(torch, re.sub(r"\W", "", kind))
    return torch.from_numpy(array).to(dtype)


# ---------------------------------------------------------------- marking, here


def marks_of(
    path: Path, folder: Path, chapters: list[Chapter], wall: list[str], seconds: float
) -> list[Mark]:
    """The rows of one hand-in. Whatever it is, there is at least one, and never an error."""
    student, file = student_of(path, folder, chapters), path.relative_to(folder).as_posix()
    if ".ipynb" not in path.name.lower():
        said = "This file is not read. Its name must end in .ipynb."
        return [Mark(student, "", "", "unreadable", said, 0, 0, file)]
    try:
        cells = cells_of(path)
        chapter = original_of(cells, chapters)
        if chapter is None:
            raise ValueError("it has no cell of a chapter with exercises")
        verdicts = verdicts_on(cells, chapter, chapter.exercises, wall, seconds)
    except Exception as error:
        said = f"This is no notebook of the course: {error}"[:200]
        return [Mark(student, "", "", "unreadable", said, 0, 0, file)]
    marks = []
    for exercise, verdict in zip(chapter.exercises, verdicts, strict=True):
        word, points = "wrong", 0.0
        if verdict.right:
            word, points = "right", exercise.points
        elif verdict.text == BLANK:
            word = "not attempted"
        said = verdict.text[1:].strip() if word == "wrong" else ""
        row = (student, chapter.name, exercise.check, word, said, points, exercise.points, file)
        marks.append(Mark(*row))
    return marks


def counted_once(hand_ins: list[list[Mark]]) -> list[Mark]:
    """The rows of what one student has handed in for one chapter: the best of it counts."""
    best = max(hand_ins, key=lambda marks: sum(mark.points for mark in marks))
    said = f"The same student's {best[0].file} has at least as many points."
    return best + [
        Mark(marks[0].student, marks[0].chapter, "", "not counted", said, 0, 0, marks[0].file)
        for marks in hand_ins
        if marks is not best
    ]


def verdicts_on(
    cells: list[Cell],
    chapter: Chapter,
    exercises: list[Exercise],
    wall: list[str],
    seconds: float,
) -> list[Verdict]:
    """A verdict on each exercise, all in one process; if that is lost, the rest in another."""
    solutions = {cell.source for cell in chapter.cells if SOLUTION in cell.tags}
    code = [
        (cell.id, cell.source, SOLUTION in cell.tags or cell.source in solutions)
        for cell in cells
        if cell.kind == "code"
    ]
    verdicts: list[Verdict] = []
    with Process(wall, seconds) as process:
        try:
            answers = process.ask("run", code, [(e.check, e.answers, e.cell) for e in exercises])
            for exercise, tried in zip(exercises, answers, strict=True):
                verdict = best(process, exercise, tried)
                if process.lost and verdicts:
                    break  # the ones before it may have taken its time
                verdicts.append(verdict)
                if process.lost:
                    break
        except Lost as lost:
            if len(exercises) > 1:
                return [verdicts_on(cells, chapter, [one], wall, seconds)[0] for one in exercises]
            return [Verdict(f"✗ {lost}")]
        except Exception as error:
            return [Verdict(does_not_run(error))] * len(exercises)
    if left := exercises[len(verdicts) :]:
        verdicts += verdicts_on(cells, chapter, left, wall, seconds)
    return verdicts


def best(process: Process, exercise: Exercise, tried: list) -> Verdict:
    """The verdict on the first right answer to an exercise, or on its first attempt."""
    verdicts = [Verdict(BLANK)]
    for answers in tried[:TRIES]:
        verdicts.append(verdict_on(process, exercise, answers))
        if process.lost:
            return Verdict(f"✗ {process.lost}")
        if verdicts[-1]:
            return verdicts[-1]
    return next((one for one in verdicts if one.text != BLANK), verdicts[0])


def verdict_on(process: Process, exercise: Exercise, answers: list | dict) -> Verdict:
    """Our check's verdict on what the other process has given."""
    try:
        if "error" in answers:
            return Verdict(does_not_run(raised(answers["error"])))
        given = [
            Function(process, answer["function"]) if "function" in answer else decoded(answer)
            for answer in answers
        ]
        return getattr(check, exercise.check)(*given)
    except Exception:
        return Verdict("✗ What it sends is no answer.")


# ---------------------------------------------------------------- the table


def plain(value):
    """A value for a spreadsheet: text that is no formula, without what cannot be printed."""
    if not isinstance(value, str):
        return f"{value:g}"
    value = "".join(letter if letter.isprintable() else " " for letter in value)
    return f"'{value}" if value.lstrip().startswith(("=", "+", "-", "@")) else value


def hand_ins(folder: Path) -> list[Path]:
    """Every file in a folder, but for tables, hidden files and the copies that Jupyter keeps."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    inside = [(path, path.relative_to(folder).parts) for path in found]
    shown = [path for path, parts in inside if not any(part.startswith(".") for part in parts)]
    return [path for path in shown if path.suffix.lower() != ".csv"]


def together(paths: list[Path], folder: Path, chapters: list[Chapter]) -> list[list[Path]]:
    """The hand-ins, with those of one student for one chapter together."""
    groups: dict[tuple, list[Path]] = {}
    for path in paths:
        student, chapter = student_of(path, folder, chapters), None
        with contextlib.suppress(Exception):  # its row will say why it is not read
            chapter = original_of(cells_of(path), chapters)
        alone = student == NAMELESS or chapter is None
        groups.setdefault((path,) if alone else (student, chapter.name), []).append(path)
    return list(groups.values())


def wall_that_stands(folder: Path, chapters: list[Chapter]) -> tuple[str, list[str]]:
    """The best wall behind which a right answer is found right, and what it holds back."""
    source = "def f(table):\n    return (table == 0).mean()\n\ntm.check.share_of_zeros(f)"
    cells = [Cell("", source, "code")]
    exercise = Exercise("share_of_zeros", ("f",), "", 1.0)
    for said, wall in walls(folder).items():
        (verdict,) = verdicts_on(cells, chapters[0], [exercise], wall, 60)
        if verdict:
            return said, wall
    raise SystemExit(f"A right answer was not found right: {verdict}")


def grade(
    folder: Path, table: Path, points: dict[str, float], seconds: float, originals: Path = NOTEBOOKS
) -> None:
    """Mark every notebook in a folder, and write the table hand-in by hand-in."""
    chapters = [
        chapter_of(p, points) for p in sorted(originals.iterdir()) if OURS.fullmatch(p.name)
    ]
    chapters = [chapter for chapter in chapters if chapter.exercises]
    known = {exercise.check for chapter in chapters for exercise in chapter.exercises}
    if unknown := sorted(points.keys() - known):
        raise SystemExit(f"No exercise is called {', '.join(unknown)}, as in the table of points.")
    paths = hand_ins(folder)
    said, wall = wall_that_stands(folder, chapters)
    print(f"{len(paths)} hand-ins. {said} See book/pages/grade.md.", flush=True)
    with open(table, "w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(field.name.replace("_", " ") for field in fields(Mark))
        for same in together(paths, folder, chapters):
            marked = []
            for path in same:
                begun = time.monotonic()
                marks = marks_of(path, folder, chapters, wall, seconds)
                right = sum(mark.verdict == "right" for mark in marks)
                took = f"{right} of {len(marks)} right, {time.monotonic() - begun:.0f} s"
                print(f"{plain(path.relative_to(folder).as_posix())}: {took}", flush=True)
                marked.append(marks)
            found = counted_once(marked)
            rows.writerows([plain(value) for value in asdict(mark).values()] for mark in found)
            file.flush()


def points_in(table: Path) -> dict[str, float]:
    """The points of exercises, from a table with the columns exercise and points."""
    with open(table, encoding="utf-8-sig", newline="") as file:
        return {row["exercise"].strip(): float(row["points"]) for row in csv.DictReader(file)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of hand-ins, flat or with a folder a student")
    parser.add_argument("--csv", type=Path, default=Path("marks.csv"), help="where the table goes")
    parser.add_argument("--points", type=points_in, default={}, help="a table: exercise,points")
    parser.add_argument("--seconds", type=float, default=60, help="that a hand-in may take")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # a terminal may lack the letters of a name
    grade(options.folder.resolve(), options.csv, options.points, options.seconds)
