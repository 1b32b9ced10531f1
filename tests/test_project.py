"""The files around the code agree with each other."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import toymodels as tm

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"torch": "pytorch-cpu", "playwright": "playwright-python"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def split(requirement):
    return re.fullmatch(r"([\w.-]+)\s*(.*)", requirement).groups()


def requirements():
    listed = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    return dict(split(requirement) for requirement in listed)


def test_environment_yml_lists_what_pyproject_lists():
    lines = re.findall(r"^  - ([\w.-]+)([<>=!].*)?$", (ROOT / "environment.yml").read_text(), re.M)
    conda = dict(lines)
    assert conda.pop("pip") == ""
    assert conda.pop("python") == PROJECT["requires-python"]
    conda.pop("conda-forge")
    assert conda == {CONDA_NAMES.get(name, name): bounds for name, bounds in requirements().items()}


def test_constraints_pin_every_dependency_exactly():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {normal(line.split("==")[0]) for line in lines}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert {normal(name) for name in requirements()} <= pinned


def test_public_names_are_documented_and_modules_short():
    for name in dir(tm):
        if not name.startswith("_") and callable(getattr(tm, name)):
            assert getattr(tm, name).__doc__, name
    for module in (ROOT / "toymodels").glob("*.py"):
        assert len(module.read_text().splitlines()) <= 300, module.name


def test_importing_draws_no_window_and_changes_no_setting():
    code = (
        "import matplotlib, torch; before = dict(matplotlib.rcParams), torch.get_num_threads();"
        "state = torch.get_rng_state(); import toymodels;"
        "assert before == (dict(matplotlib.rcParams), torch.get_num_threads());"
        "assert torch.equal(state, torch.get_rng_state())"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
