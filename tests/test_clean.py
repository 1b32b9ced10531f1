"""`make clean` takes away what the project made, and nothing of a student's."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
MADE = [
    ".venv/bin/python",
    ".venv-oldest/bin/python",
    ".pytest_cache/v/x",
    ".ruff_cache/x",
    ".hypothesis/x",
    "toymodels.egg-info/PKG-INFO",
    "toymodels/__pycache__/data.pyc",
    "toymodels/explore/__pycache__/x.pyc",
    "toymodels/plot/__pycache__/x.pyc",
    "toymodels/check/__pycache__/x.pyc",
    "toymodels/laboratory/__pycache__/x.pyc",
    "tests/check/__pycache__/x.pyc",
    "tests/explore/__pycache__/x.pyc",
    "tests/plot/__pycache__/x.pyc",
    "tests/laboratory/__pycache__/x.pyc",
    "tests/frontend/__pycache__/x.pyc",
    "tests/__pycache__/x.pyc",
    "tests/browser/__pycache__/x.pyc",
    "tests/browser/node_modules/axe-core/axe.min.js",
    "toymodels/frontend/node_modules/esbuild/lib/main.js",
    "benchmarks/__pycache__/x.pyc",
    "tools/__pycache__/x.pyc",
    "book/__pycache__/x.pyc",
    "book/_build/html/index.html",
    "book/node_modules/mathjax/es5/tex-chtml.js",
]
STUDENTS = [
    "notebooks/my work.ipynb",
    "notebooks/.ipynb_checkpoints/my work-checkpoint.ipynb",
    "notebooks copy/04.ipynb",
    "notebooks copy/.ipynb_checkpoints/04-checkpoint.ipynb",
    "my __pycache__ folder/notes.txt",
    "x\n.venv/notes.txt",
    "-rf/notes.txt",
    "work/__pycache__/notes.txt",
    "thesis.egg-info/notes.txt",
]


def test_make_clean_removes_what_was_made_and_nothing_else(tmp_path):
    clone = tmp_path / "a clone with spaces"
    clone.mkdir()
    shutil.copy(ROOT / "Makefile", clone)
    for name in MADE + STUDENTS:
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("here")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.txt").write_text("here")
    (clone / "benchmarks" / "__pycache__" / "link").symlink_to(outside)
    subprocess.run(["make", "clean"], cwd=clone, check=True, capture_output=True)
    assert [name for name in STUDENTS if not (clone / name).exists()] == []
    assert [name for name in MADE if (clone / name).exists()] == []
    assert (outside / "notes.txt").read_text() == "here"
