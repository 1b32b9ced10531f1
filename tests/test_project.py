"""The files around the code agree with each other."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import toymodels as tm
from book.build import EDITIONS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"torch": "pytorch-cpu"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def split(requirement):
    return re.fullmatch(r"([\w.-]+)\s*(.*)", requirement).groups()


def requirements(*extras):
    listed = PROJECT["dependencies"] + [
        r for extra in extras for r in PROJECT["optional-dependencies"][extra]
    ]
    return dict(split(requirement) for requirement in listed)


def test_environment_yml_lists_what_the_course_needs_and_no_test_tools():
    lines = re.findall(r"^  - ([\w.-]+)([<>=!].*)?$", (ROOT / "environment.yml").read_text(), re.M)
    conda = dict(lines)
    assert conda.pop("pip") == ""
    assert conda.pop("python") == PROJECT["requires-python"]
    conda.pop("conda-forge")
    assert conda == {CONDA_NAMES.get(name, name): bounds for name, bounds in requirements().items()}


def test_pip_accepts_the_pip_section_of_environment_yml(tmp_path):
    """conda writes the section into a requirements file, where pip takes fewer options."""
    section = (ROOT / "environment.yml").read_text().split("- pip:\n")[1]
    lines = [line.strip().removeprefix("- ") for line in section.splitlines()]
    file = tmp_path / "condaenv.requirements.txt"
    file.write_text("\n".join(lines))
    code = (
        "import sys; from pip._internal.network.session import PipSession;"
        "from pip._internal.req.req_file import parse_requirements;"
        "print([(r.requirement, r.is_editable) for r in parse_requirements(sys.argv[1], PipSession())])"
    )
    run = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[('.', True)]"


def test_the_oldest_versions_are_those_that_pyproject_allows():
    run = subprocess.run(
        [sys.executable, ROOT / "tools" / "oldest.py"], capture_output=True, text=True, check=True
    )
    oldest = dict(line.split("==") for line in run.stdout.splitlines())
    assert oldest == {
        name: re.match(r">=([\w.]+)", bounds)[1] for name, bounds in requirements("dev").items()
    }


def test_the_packages_files_are_all_in_the_wheel_that_its_sdist_makes(tmp_path):
    """An asset that a wheel misses breaks only for those who install it."""
    listed = subprocess.run(
        ["git", "ls-files", "toymodels"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    copy = tmp_path / "copy"
    for name in [*listed.stdout.split(), "pyproject.toml", "README.md", "LICENSE"]:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    pack = "import setuptools.build_meta as backend; backend.build_sdist('.')"
    subprocess.run([sys.executable, "-c", pack], cwd=copy, check=True, capture_output=True)
    (sdist,) = copy.glob("*.tar.gz")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*build, tmp_path, sdist], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    sources = "toymodels/frontend/"  # of JavaScript: readers need only the bundles
    bundles = f"{sources}bundles/"
    needed = {
        name
        for name in listed.stdout.split()
        if name.startswith(bundles) or not name.startswith(sources)
    }
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert needed <= shipped and any(name.startswith(bundles) for name in needed)
    assert not [
        name for name in shipped if name.startswith(sources) and not name.startswith(bundles)
    ]


def test_constraints_pin_every_dependency_exactly():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {normal(line.split("==")[0]) for line in lines}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert {normal(name) for name in requirements("dev")} <= pinned


def test_the_pinned_packages_install_on_the_first_python_that_is_promised():
    """A package may ask for a later patch than 3.11.0: Debian 12 has 3.11.2."""
    first = PROJECT["requires-python"].split(",")[0].removeprefix(">=") + ".0"
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        name, version = line.split("==")
        try:
            needs = metadata.metadata(name)["Requires-Python"]
        except metadata.PackageNotFoundError:  # of another system, or of another Python
            continue
        if metadata.version(name) == version:  # else the newest are tried, or the oldest
            assert not needs or first in SpecifierSet(needs), line


def test_the_version_stands_in_one_place_and_has_a_change_entry():
    assert PROJECT["dynamic"] == ["version"] and "version" not in PROJECT
    assert metadata.version("toymodels") == tm.__version__  # else: make setup
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (.+)$", changes, re.M)[1] == tm.__version__


def test_who_cites_the_course_finds_its_version_and_date():
    """Change these, too, when the version changes: CONTRIBUTING.md, "Release"."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert citation["version"] == meta["version"] == tm.__version__
    assert str(citation["date-released"]) == meta["dateModified"]
    assert meta["license"].endswith(f"/{PROJECT['license']}") and meta["name"] == PROJECT["name"]
    assert {normal(name) for name in meta["softwareRequirements"]} == set(requirements())


def test_the_citation_file_has_what_its_format_demands():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    for cited in (citation, *citation["references"]):
        assert cited["title"] and all("name" in a or "family-names" in a for a in cited["authors"])
    assert citation["cff-version"] == "1.2.0" and citation["message"]
    assert citation["license"] == PROJECT["license"]


def test_the_container_copies_files_that_exist_and_installs_as_make_does():
    lines = (ROOT / "tools" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.split() for line in lines if line and not line.startswith("#")]
    assert steps[0][0] == "FROM"
    known = {"FROM", "ARG", "RUN", "USER", "WORKDIR", "ENV", "COPY", "EXPOSE", "CMD"}
    assert {step[0] for step in steps} <= known
    copied = [name for step in steps if step[0] == "COPY" for name in step[2:-1]]
    assert {"pyproject.toml", "toymodels", "notebooks"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    assert any("--constraint constraints.txt --editable ." in line for line in lines)
    assert "--constraint constraints.txt --editable ." in (ROOT / "Makefile").read_text()
    json.loads(lines[-1].removeprefix("CMD "))  # the form without a shell


GITHUB = ROOT / ".github"


@pytest.mark.parametrize("path", sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml")), ids=str)
def test_an_issue_form_has_what_github_demands(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"] and form["body"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    names = [field["id"] for field in fields]
    assert len(names) == len(set(names)) and all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_a_release_has_both_editions_and_the_handouts_without_the_keys():
    """What the workflow packs is what make writes; the workflow itself runs at GitHub only."""
    jobs = yaml.safe_load((GITHUB / "workflows" / "book.yml").read_text(encoding="utf-8"))["jobs"]
    steps = "\n".join(step.get("run", "") for step in jobs["build"]["steps"])
    for made in ("make book\n", "make book EDITION=students", "make handouts", "python -m build"):
        assert made in steps
    for edition in EDITIONS.values():
        assert f"book/_build/{edition} site/" in steps
    assert "cp -r lesson_for_the_teacher site" in steps
    (upload,) = [step["run"] for step in jobs["release"]["steps"] if "run" in step]
    assert "gh release create" in upload and upload.endswith("release/*")


def test_the_students_page_installs_and_starts_what_the_handouts_have():
    """Four systems do so in the same lines, apart from where Python is."""
    page = (ROOT / "book" / "pages" / "install.md").read_text(encoding="utf-8")
    starts = re.findall(r"^ *.*python -m jupyter lab (.*)$", page, re.M)
    assert starts == ["01_what_is_a_feature.ipynb"] * 4
    assert page.count("python -m pip install -r requirements.txt\n") == 4
    assert (ROOT / "notebooks" / starts[0]).exists()
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert re.search(rf"{re.escape(lowest)}(\.\d)? to 3\.14", page)


def public(module):
    return [name for name in dir(module) if not name.startswith("_")]


@pytest.mark.parametrize("module", [tm, tm.plot, tm.explore, tm.check], ids=lambda m: m.__name__)
def test_public_names_are_documented(module):
    for name in public(module):
        if callable(getattr(module, name)):
            assert getattr(module, name).__doc__, name


def test_the_core_has_few_names_and_tab_shows_its_doors():
    assert {"train", "gram", "sweep", "Laboratory", *tm.DOORS} <= set(public(tm))
    assert not {*tm.ROOMS, "laboratory", "import_module"} & set(dir(tm))
    assert len(public(tm)) <= 55


@pytest.mark.parametrize(
    ("door", "behind"), [("plot", "gram"), ("explore", "gram"), ("check", "interference")]
)
def test_tab_shows_what_is_behind_a_door_and_a_wrong_name_is_an_error(door, behind):
    room = getattr(tm, door)
    assert behind in dir(room) and dir(room) == sorted(set(room.__all__))
    assert all(getattr(room, name) is not None for name in dir(room))
    assert not [name for name in dir(room) if name.startswith(f"{door}_")]
    with pytest.raises(AttributeError, match=f"{door}_{behind}"):
        getattr(room, f"{door}_{behind}")


@pytest.mark.parametrize("name", ["no_such_name", "plot_gram", "Playground", "plots"])
def test_a_name_that_the_module_lacks_is_an_error(name):
    with pytest.raises(AttributeError, match=f"module 'toymodels' has no attribute '{name}'"):
        getattr(tm, name)


HEAVY = {"matplotlib", "scipy", "sklearn", "joblib", "anywidget", "ipywidgets", "IPython", "PIL"}


@pytest.mark.parametrize(
    ("use", "brings"),
    [
        ("pass", None),
        ("tm.plot.gram", "matplotlib"),
        ("tm.Laboratory", "anywidget"),
    ],
)
def test_what_takes_long_to_import_is_imported_when_it_is_first_used(use, brings):
    code = f"import sys, toymodels as tm; {use}; print(*{HEAVY} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert brings in imported if brings else not imported


# Each room may use those of the lines above it, and what is in its own package
ROOMS = [
    {"_require", "_bars", "_copies"},
    {"data", "models", "_progress"},
    {"_engine", "_recording", "grouped"},
    {"training"},
    {"metrics", "theory"},
    {"computing", "recovery", "robustness", "sweeps", "plot"},
    {"explore", "check"},
    {"laboratory"},
]
NOTEBOOK = {"IPython", "tqdm", "ipywidgets", "anywidget"}
READ_BY_STUDENTS = ("data", "models", "training", "metrics", "theory")


def imported(path):
    """Full names of what a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_imports_run_one_way():
    level = {room: i for i, rooms in enumerate(ROOMS) for room in rooms}
    package = ROOT / "toymodels"
    paths = [path for path in package.rglob("*.py") if path != package / "__init__.py"]
    assert {path.relative_to(package).parts[0].removesuffix(".py") for path in paths} == set(level)
    for path in paths:
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for name in imported(path):
            if name.split(".")[0] == "toymodels":
                other = name.split(".")[1]
                assert other == room or level[other] < level[room], f"{path.name} imports {name}"


def test_lines_of_the_module_are_short():
    for path in (ROOT / "toymodels").rglob("*.py"):
        if path.parent.name != "check":  # there a diagnosis stands beside the mistake it names
            longest = max(path.read_text(encoding="utf-8").splitlines(), key=len, default="")
            assert len(longest) <= 100, longest


def test_what_students_read_needs_no_notebook_and_has_plain_lines():
    for room in READ_BY_STUDENTS:
        path = ROOT / "toymodels" / f"{room}.py"
        assert not {name.split(".")[0] for name in imported(path)} & NOTEBOOK, room
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            packed = isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
            assert not (packed and isinstance(node.targets[0], ast.Tuple)), f"{room}: {node.lineno}"


def test_no_test_touches_a_private_member():
    """But for IPython's protocol."""
    allowed = {"_repr_mimebundle_", "_ipython_display_", "_trait_values", "_control_lock"}
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        private = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and re.match(r"_[a-z]", node.attr)
            and not (isinstance(node.value, ast.Name) and node.value.id == "self")
        }
        assert private <= allowed, path.name
        assert not {name for name in imported_relatively(tree) if name.startswith("_")}, path.name


def imported_relatively(tree):
    """Names of modules and members that come from the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toymodels"):
            yield from node.module.split(".")[1:]
            yield from (alias.name for alias in node.names)


def test_importing_draws_no_window_and_changes_no_setting():
    code = (
        "import matplotlib, torch; before = dict(matplotlib.rcParams), torch.get_num_threads();"
        "state = torch.get_rng_state(); import toymodels;"
        "assert before == (dict(matplotlib.rcParams), torch.get_num_threads());"
        "assert torch.equal(state, torch.get_rng_state())"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("version", "fits"), [("3, 10", False), ("3, 14", True), ("3, 15", False)])
def test_make_names_the_way_out_on_a_python_that_the_course_cannot_use(tmp_path, version, fits):
    """The check is run by this Python, which is told that it is another."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    other = tmp_path / "python"
    pretend = f"import sys; sys.version_info = ({version}); "
    other.write_text(f'#!/bin/sh\n[ $1 = -c ] && exec {sys.executable} -c "{pretend}$2"\nexit 9\n')
    other.chmod(0o755)
    run = subprocess.run(
        ["make", "lab", f"PYTHON={other}"], cwd=tmp_path, capture_output=True, text=True
    )
    said = f"runs on Python 3.11 to 3.14, and this is {version.replace(', ', '.')}. Install one of"
    assert run.returncode != 0  # where it fits, making the environment is what fails
    assert (said in run.stderr) != fits
    assert ("Installing the course" in run.stdout) == fits


@pytest.mark.parametrize(
    "name", ["plain", "dollar$HOME", "cmd$(touch PWNED)", 'q"uote', "back`ls`"]
)
def test_an_environment_that_was_moved_is_made_anew(tmp_path, name):
    """A copied .venv runs the code of the folder that it was made in; a folder's name runs nothing."""
    tmp_path /= name
    tmp_path.mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("course", "tools"):
        (tmp_path / ".venv").mkdir(exist_ok=True)
        (tmp_path / ".venv" / name).touch()
    place = tmp_path / ".venv" / "place"
    place.write_text(f"{tmp_path.resolve()}\n")
    subprocess.run(["make", "help"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / ".venv" / "course").exists()
    place.write_text("/elsewhere\n")
    subprocess.run(["make", "help"], cwd=tmp_path, check=True, capture_output=True)
    assert (
        not (tmp_path / ".venv" / "course").exists() and not (tmp_path / ".venv" / "tools").exists()
    )
