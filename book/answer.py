"""The process in which one student's code runs, for book/grade.py.

It is asked through its standard input, in pickles, and replies through its standard output, a line
of JSON each. It runs what the answers need and no more: of all statements of the notebook those
that bind or change a name that an answer uses, and what these use in turn, in their order.
Nothing that this process says is trusted. It judges nothing.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import functools
import json
import os
import pickle
import re
import symtable
import sys
import time
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from toymodels.check.verdict import MOST, called

MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?+[ \t]*)$", re.M)
LOOKS = re.compile(r"(print|display)\(|(plt|tm\.(check|plot|explore))\.")  # changes no answer
# What a line that is no Python would bind: by def or class, by an import, by =
BINDS = re.compile(
    r"^\s*(?:async )?(?:def|class)\s+(\w+)|^\s*(?:from .*)?import (.+)|^\s*([\w\s,]+?)\s*(?::[^=\n]*)?=(?!=)",
    re.M,
)
TRIES = 4  # calls of one check that are looked at


@dataclass
class Part:
    """A statement of the notebook, or why a cell is no Python."""

    tree: ast.stmt | Exception
    binds: set[str]  # names that it binds or changes
    uses: set[str]


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell. What IPython alone understands is left out."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return ast.parse(MAGIC.sub(r"\1pass", source)).body


def checks_in(tree: ast.AST) -> list[tuple[str, tuple[str, ...]]]:
    """The calls of checks, tm.check.name(answer, ...), as (name, answers)."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and not node.keywords:
            name = re.fullmatch(r"(?:\w+\.)?check\.(\w+)", ast.unparse(node.func))
            if name and name[1] not in ("judge", "summary", "Verdict"):
                found.append((name[1], tuple(map(ast.unparse, node.args))))
    return found


# ---------------------------------------------------------------- what an answer needs


def parts_of(sources: Sequence[str]) -> list[Part]:
    """All statements of the notebook."""
    trees: list[ast.stmt | Exception] = []
    broken: dict[int, str] = {}
    for source in sources:
        try:
            found = statements(source)
            for tree in found:
                names(tree)  # what `ast` parses may still be no Python: two arguments of one name
            trees += found
        except (SyntaxError, ValueError) as error:
            broken[len(trees)] = source
            trees.append(error)
    bound_once = _never_changed([tree for tree in trees if isinstance(tree, ast.stmt)])
    parts = []
    for k, tree in enumerate(trees):
        if isinstance(tree, Exception):
            bound = " ".join(map(" ".join, BINDS.findall(broken[k])))
            parts.append(Part(tree, set(re.findall(r"\w+", bound)), set()))
        else:
            binds, uses = names(tree)
            parts.append(Part(tree, binds | (changed(tree) - bound_once), uses))
    return parts


@functools.cache  # three questions about each statement need them
def names(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The names that a statement binds, and the ones that it or a function in it uses."""
    top = symtable.symtable(ast.unparse(tree), "a cell", "exec")
    binds = {
        s.get_name()
        for s in top.get_symbols()
        if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    if isinstance(tree, ast.ImportFrom) and tree.names[0].name == "*":
        binds = {"*"}
    uses = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    inner = top.get_children()
    while inner:
        scope = inner.pop()
        uses |= {s.get_name() for s in scope.get_symbols() if s.is_global()}
        inner += scope.get_children()
    return binds, uses


def changed(tree: ast.stmt) -> set[str]:
    """The names whose values a statement may change: a[0] = 1, a.append(1), fill(a), b = fill(a)."""
    found = set()
    if isinstance(tree, ast.FunctionDef | ast.ClassDef):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            found |= {_root(node)}
        call = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        if isinstance(call, ast.Call) and not LOOKS.match(ast.unparse(call)):
            found |= {_root(call.func)} if isinstance(call.func, ast.Attribute) else set()
            found |= {_root(argument) for argument in call.args[:1]}
    return found - {""}


def _root(node: ast.AST) -> str:
    """The name at the beginning of a.b[0].c, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _never_changed(trees: list[ast.stmt]) -> set[str]:
    """Names of modules, and of numbers, texts and tuples."""
    fixed, others = set(), set()
    for tree in trees:
        binds, _ = names(tree)
        constant = isinstance(tree, ast.Assign) and not any(
            isinstance(node, ast.List | ast.Dict | ast.Set | ast.Call | ast.Name)
            for node in ast.walk(tree.value)
        )
        (fixed if constant or isinstance(tree, ast.Import | ast.ImportFrom) else others).update(
            binds
        )
    return fixed - others


def needed(parts: list[Part], answers: Sequence[str]) -> list[int]:
    """Which parts the answers need."""
    wanted = {"*"}  # what from a import * binds is not known
    for text in answers:
        wanted |= names(ast.parse(text))[1]
    chosen: set[int] = set()
    while new := {k for k, part in enumerate(parts) if part.binds & wanted} - chosen:
        chosen |= new
        wanted |= set().union(*(parts[k].uses for k in new))
    return sorted(chosen)


# ---------------------------------------------------------------- running it


class Notebook:
    """A student's names and their values, in a module of its own, as in a kernel."""

    def __init__(self):
        self.functions: list = []
        self.parts: list[Part] = []
        self.errors: dict[int, BaseException] = {}  # of a part
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module  # where classes look for themselves
        self.values = module.__dict__
        self.values.update(display=print, get_ipython=lambda: None)

    def run(self, cells: list[tuple], exercises: list[tuple]) -> list[list]:
        """Answers to each exercise: every call of its check in the notebook, evaluated.

        Args:
            cells: (id, source, whether it is a solution) each.
            exercises: (check, answers, id of its cell) each.
        """
        self.parts = parts_of([source for _, source, _ in cells])
        tried = [calls(cells, *exercise) for exercise in exercises]
        for k in needed(self.parts, [text for tries in tried for some in tries for text in some]):
            try:
                self.execute(self.parts[k].tree)
            except BaseException as error:  # exit(), too
                self.errors[k] = error
        return [[self.evaluated(answers) for answers in tries] for tries in tried]

    def execute(self, tree: ast.stmt | Exception) -> None:
        if isinstance(tree, Exception):
            raise tree
        exec(compile(ast.Module([tree], type_ignores=[]), "a cell", "exec"), self.values)

    def evaluated(self, answers: tuple[str, ...]) -> dict | list:
        """What an exercise is given, or why it is not there."""
        values = []
        errors = [self.errors[k] for k in needed(self.parts, answers) if k in self.errors]
        for text in answers:
            try:
                values.append(eval(text, self.values))
            except NameError:
                values.append(None)
            except BaseException as error:
                values.append(None)
                errors.append(error)
        if errors and any(value is None for value in values):
            return {"error": told(errors[0])}
        return [self.answer(value) for value in values]

    def answer(self, value) -> dict:
        if callable(value):
            self.functions.append(value)
            return {"function": len(self.functions) - 1}
        return encoded(value)

    def call(self, number: int, arguments: tuple, slopes: list) -> dict:
        """What a function returns, and what it leaves of its arguments."""
        for given, slope in zip(arguments, slopes, strict=True):
            if slope is not None:
                given.grad = slope
        result = called(self.functions[number], arguments)
        return {"result": encoded(result), "after": [after(given) for given in arguments]}

    def slopes(self, number: int, arguments: tuple, slope: torch.Tensor) -> list[dict]:
        """The gradients of the arguments for one of the result, None where there is none."""
        trained = [k for k, a in enumerate(arguments) if getattr(a, "requires_grad", False)]

        def found():
            result = self.functions[number](*arguments)
            inputs = [arguments[k] for k in trained]
            return torch.autograd.grad(result, inputs, slope, allow_unused=True)

        slopes = dict(zip(trained, called(found, ()), strict=True))
        return [encoded(slopes.get(k)) for k in range(len(arguments))]


def calls(cells: list[tuple], check: str, answers: tuple[str, ...], home: str) -> list[tuple]:
    """What a check is given anywhere: in the cell of the original first, then in the latest."""
    found = []
    for own, source, is_solution in [*(c for c in cells if c[0] == home), *reversed(cells)]:
        with contextlib.suppress(SyntaxError, ValueError):
            if not is_solution or own == home:
                trees = statements(source)
                found += [
                    given for tree in trees for name, given in checks_in(tree) if name == check
                ]
    fitting = [given for given in [*found, answers] if len(given) == len(answers)]
    return list(dict.fromkeys(fitting))[:TRIES]


# ---------------------------------------------------------------- what is sent


def encoded(value) -> dict:
    """A value as JSON, if it consists of numbers; of anything else its type and its beginning."""
    try:
        return called(_encoded, (value,))
    except Exception:
        iterator = isinstance(value, Iterator)
        try:
            text = called("{!r:.60}".format, (value,))
        except Exception:
            text = f"something of type {type(value).__name__}"
        return {"type": type(value).__name__, "text": text, "iterator": iterator}


def _encoded(value) -> dict:
    if value is None or type(value) in (bool, int, float, str):
        plain = value[:100] if isinstance(value, str) else value
        json.dumps(plain)  # ValueError for a whole number without end
        return {"plain": plain}
    if isinstance(value, tuple):
        return {"tuple": [encoded(item) for item in value[:100]]}
    extra = {}
    if isinstance(value, torch.Tensor):
        extra = {"torch": str(value.dtype).removeprefix("torch."), "trainable": value.requires_grad}
        value = value.detach().cpu()
        value = value.float() if value.dtype is torch.bfloat16 else value
    array = np.asarray(value)
    if array.dtype == object:
        array = array.astype(float)
    if array.size > MOST or array.dtype.kind not in "biuf" or isinstance(value, Iterator):
        raise TypeError("no numbers, or too many")
    content = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"bytes": content, "type": array.dtype.str, "shape": array.shape, **extra}


def after(given) -> dict:
    """What an argument is after the call."""
    if isinstance(given, torch.Tensor):
        return {"data": encoded(given), "slope": encoded(given.grad)}
    return {"data": encoded(given) if isinstance(given, np.ndarray) else encoded(None)}


def told(error: BaseException) -> list[str]:
    """The type of an error, and its message."""
    try:
        message = called(str, (error,))
    except Exception:
        message = ""
    return [type(error).__name__, message[:1000]]


# ---------------------------------------------------------------- the process


def limit() -> None:
    """Set limits that the student's code cannot raise again, where the system has them."""
    with contextlib.suppress(ImportError):
        import resource

        limits = {"RLIMIT_DATA": "MEMORY", "RLIMIT_CPU": "SECONDS", "RLIMIT_FSIZE": "FILE"}
        for name, variable in limits.items():
            most = int(os.environ[f"HAND_IN_{variable}"])
            most += round(time.process_time()) if variable == "SECONDS" else 0
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (most, most))


def serve() -> None:
    """Answer what is asked until nobody asks. Whatever is printed is lost."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    print(flush=True, file=replies)  # ready
    limit()
    notebook = Notebook()
    while True:
        try:
            what, *arguments = pickle.load(requests)
        except EOFError:
            return
        try:
            reply = getattr(notebook, what)(*arguments)
        except BaseException as error:
            reply = {"error": told(error)}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    builtins.input = lambda *_: ""
    serve()
