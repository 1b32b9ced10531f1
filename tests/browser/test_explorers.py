"""Explorers where students meet them: in JupyterLab, Notebook 7, an exported page, on every screen."""

import base64
import html
import io
import json
import re
import subprocess
import sys
from functools import cache

import nbformat
import pytest
import torch
from nbconvert import HTMLExporter
from nbformat.sign import NotebookNotary
from PIL import Image

import toymodels as tm

from .lab import violations

POSITIONS = [i / 20 for i in range(20)]
EXPLORER = ".toymodels-explorer"

# The position that the sliders of an explorer stand at: a pair's counts by the first, then by the second.
WHERE = """root => [...root.querySelectorAll('input[type=range]')].reduce(
  (position, slider) => position * (+slider.max + 1) + +slider.value, 0)"""
# What explorer number k shows: its sliders' position, that of what is drawn, its words.
SHOWN = f"""k => {{
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const canvases = [...root.querySelectorAll('.panel canvas')].filter(canvas => canvas.checkVisibility());
  const sliders = [...root.querySelectorAll('input[type=range]')];
  return {{
    position: ({WHERE})(root),
    values: sliders.map(slider => +slider.value),
    drawn: +root.dataset.position,
    read: sliders.map(slider => slider.ariaValueText),
    readout: [...root.querySelectorAll('output')].map(output => output.textContent),
    lines: [...root.querySelectorAll('.lines div')].map(line => line.textContent),
    alts: canvases.map(canvas => canvas.ariaLabel),
    panels: canvases.length,
  }};
}}"""
# Its panels' pixels, as text.
PIXELS = """k => [...document.querySelectorAll('.toymodels-explorer')[k].querySelectorAll('.panel canvas')]
  .filter(canvas => canvas.checkVisibility()).map(canvas => canvas.toDataURL()).join()"""
DRAWN = f"""([k, position]) => {{
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const drawn = +root?.dataset.position;
  return root?.classList.contains('live') && drawn === (position ?? ({WHERE})(root));
}}"""


@cache
def made():
    """One of each kind, small and short."""
    figure = torch.randn(3, 8, generator=torch.Generator().manual_seed(0))
    return [
        tm.explore.gram(8, 2, [tm.LinearModel, tm.ReLUModel], POSITIONS, steps=40),
        tm.explore.samples(8, sparsities=[0.0, 0.5, 0.9]),
        tm.explore.training(n=8, m=2, steps=40, positions=3),
        tm.explore.seeds(n=8, m=2, steps=40, seeds=3),
        tm.explore.shared_number(),
        tm.explore.shadow(),
        tm.explore.round_trip(8, 2, steps=40, samples=2),
        tm.explore.columns(n=8, m=2, steps=40),
        tm.explore.directions([0.0, 0.9], steps=40),
        tm.explore.space(figure / figure.norm(dim=0)),
        tm.explore.formation(steps=40, positions=3),
        tm.explore.odd_one([1.0, 0.2]),
        tm.explore.phase_change([0.5, 1.0]),
        tm.explore.bond([-1.0, 1.0]),
        tm.explore.penalty([0.003, 1.0], steps=50),
        tm.explore.bias(*trained(8, 3), biases=[0.0, -0.1, -0.2]),
        tm.explore.bias(*trained(5, 2), biases=[0.0, -0.2], tolerance=0),
        tm.explore.months([0.0, 1.0], steps=40),
        tm.explore.neurons(tm.AbsoluteModel(4, 3, 2, 0), tm.SignedFeatures(4, [0.5, 0.9])),
        tm.explore.answers(tm.AbsoluteModel(4, 3, seed=0), values=[0.5, 1.0]),
        tm.explore.attack(trained(8, 3)[0], {"one": torch.eye(8)[0], "none": torch.zeros(8)}),
        memorised(),
    ]


def trained(n, m):
    """A small model, and its data."""
    model, features = tm.ReLUOutputModel(n, m, seed=0), tm.SparseFeatures(n, 0.9)
    tm.train(model, features, steps=200, progress=False)
    return model, features


def memorised():
    """Features and samples in the plane, at three numbers of samples."""
    rng = torch.Generator().manual_seed(0)
    model = tm.ReLUOutputModel(20, 2, copies=3, seed=0)
    rows = [torch.randn(T, 20, generator=rng) for T in (4, 9, 40)]
    return tm.explore.memory(model, rows, [1.0, 1.4, 0.9])


@pytest.fixture(scope="module")
def explorers():
    return made()


HEIGHTS = "outputs => outputs.map(output => output.getBoundingClientRect().height)"
TWO = 4  # the first of them with two sliders, six labels each
TRIPS = 6  # the other one with parts
COUNT = 22


@pytest.fixture(scope="module")
def stored(explorers):
    """The notebook that a student saved yesterday, with every explorer's output in it."""
    cells = []
    for k, explorer in enumerate(explorers):
        data = explorer._repr_mimebundle_()
        data["image/png"] = base64.b64encode(data["image/png"]).decode()
        output = nbformat.v4.new_output("execute_result", data=data, execution_count=k + 1)
        cells.append(
            nbformat.v4.new_code_cell(f"explorer_{k}", outputs=[output], execution_count=k + 1)
        )
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def save_trusted(lab, stored, name):
    """Put that notebook on the server; pages that open one file share its kernel, so give each its own."""
    nbformat.write(stored, lab.folder / name)
    NotebookNotary(data_dir=str(lab.folder.parent / "data")).sign(stored)
    return name


@pytest.fixture(scope="module")
def opened(shared_lab, stored):
    shared_lab.open(save_trusted(shared_lab, stored, "saved.ipynb"))
    painted(shared_lab.page, COUNT - 1)
    return shared_lab


@pytest.fixture
def saved(opened):
    """Open in JupyterLab since an earlier test, everything set as at the beginning."""
    page = opened.page
    page.set_viewport_size({"width": 1500, "height": 1000})
    for k in (0, TRIPS):
        button(page, made()[k].parts[-1], k).click()
    for k in range(COUNT):
        set_slider(page, k, 0)
        painted(page, k, 0)
    return opened


@pytest.fixture
def own(lab, stored):
    """On a page of its own, for a test that leaves it changed."""
    lab.open(save_trusted(lab, stored, "own.ipynb"))
    painted(lab.page, COUNT - 1)
    return lab


def painted(page, k=0, position=None):
    """Wait until explorer k shows the position, by default its sliders'; return all that it shows."""
    page.wait_for_function(DRAWN, arg=[k, position])
    return page.evaluate(SHOWN, k)


def picture(page, k=0, position=None):
    """The pixels of explorer k at a position."""
    painted(page, k, position)
    return page.evaluate(PIXELS, k)


def agrees(page, explorers, k=0, position=None):
    """Sliders, words and pictures' names belong to one position, which is returned."""
    shown = painted(page, k, position)
    explorer, i = explorers[k], shown["position"]
    labels = explorer.positions[i]
    names = [name for name, _ in sliders_of(explorer)]
    assert shown["drawn"] == i
    assert shown["readout"] == list(labels)
    assert shown["read"] == [f"{name} = {label}" for name, label in zip(names, labels, strict=True)]
    lines = explorer.lines[i]
    if explorer.parts and len(shown["lines"]) == 1:
        lines = [line for line in lines if line == shown["lines"][0]]
    assert shown["lines"] == lines
    assert shown["panels"]
    assert all(alt.endswith(". " + " ".join(lines)) for alt in shown["alts"])
    return i


def sliders_of(explorer):
    """Name and labels of each slider, as the page has them."""
    names = re.findall(r'"name": ("[^"]*"), "labels"', explorer.html)
    first, *second = [eval(name) for name in names]
    return [(first, explorer.labels), *((name, None) for name in second)]


def slider(page, k=0, which=0):
    return page.locator(EXPLORER).nth(k).locator("input[type=range]").nth(which)


def button(page, name, k=0):
    return page.locator(EXPLORER).nth(k).get_by_role("button", name=name, exact=True)


def check_box(page, name, k=0):
    return page.locator(EXPLORER).nth(k).get_by_role("checkbox", name=name)


def set_slider(page, k, position):
    """Set all sliders of explorer k as the position asks."""
    page.locator(EXPLORER).nth(k).evaluate(
        """(root, position) => {
          for (const slider of [...root.querySelectorAll('input[type=range]')].reverse()) {
            slider.value = position % (+slider.max + 1);
            position = Math.floor(position / (+slider.max + 1));
            slider.dispatchEvent(new Event('input'));
          }
        }""",
        position,
    )


def test_keys_and_mouse_move_it(saved, explorers):
    page = saved.page
    slider(page).focus()
    assert agrees(page, explorers, position=0) == 0
    for key, expected in (
        ("ArrowRight", 1),
        ("ArrowUp", 2),
        ("ArrowLeft", 1),
        ("End", 19),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        assert agrees(page, explorers, position=expected) == expected
    box = slider(page).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 5, middle)
    page.mouse.down()
    for k in range(1, 20):
        page.mouse.move(box["x"] + box["width"] * k / 20, middle)
    page.mouse.up()
    assert agrees(page, explorers) >= 17


def test_two_sliders_move_by_keys_each_on_its_own(saved, explorers):
    page = saved.page
    set_slider(page, TWO, 0)
    first, second = (slider(page, TWO, which) for which in (0, 1))
    first.focus()
    for key, expected in (("ArrowRight", 6), ("ArrowRight", 12), ("End", 30), ("ArrowLeft", 24)):
        page.keyboard.press(key)
        assert agrees(page, explorers, TWO, expected) == expected
    for _ in (*explorers[TWO].stops, "and on"):  # the first slider's ticks lie between
        page.keyboard.press("Tab")
    assert second.evaluate("slider => slider === document.activeElement")
    for key, expected in (("ArrowRight", 25), ("ArrowUp", 26), ("End", 29), ("Home", 24)):
        page.keyboard.press(key)
        assert agrees(page, explorers, TWO, expected) == expected
    assert [first.input_value(), second.input_value()] == ["4", "0"]
    assert [each.get_attribute("aria-label") for each in (first, second)] == ["x_0", "x_1"]
    said = page.locator(EXPLORER).nth(TWO).locator(".lines").inner_text()
    assert said == "x = (0.8, 0) is stored as h = 0.8 and comes back as (0.8, 0.0)."


def test_two_sliders_are_dragged_each_on_its_own(saved, explorers):
    page = saved.page
    set_slider(page, TWO, 0)
    for which, expected in ((1, 5), (0, 35)):
        slider(page, TWO, which).scroll_into_view_if_needed()
        box = slider(page, TWO, which).bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 5, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.move(box["x"] + box["width"] - 2, middle)
        page.mouse.up()
        assert agrees(page, explorers, TWO, expected) == expected


def test_play_moves_the_first_slider_and_leaves_the_second(page, explorers):
    page.clock.install()
    set_slider(page, TWO, 2)  # the second at 2
    button(page, "▶ Play", TWO).click()
    page.clock.run_for(1300)  # a second at its first tick
    assert agrees(page, explorers, TWO) in [first * 6 + 2 for first in range(1, 4)]
    page.clock.run_for(9000)
    assert agrees(page, explorers, TWO) == 5 * 6 + 2
    assert button(page, "▶ Play", TWO).is_visible()


def test_three_hundred_events_end_at_the_sliders_value_and_its_pixels(saved, explorers):
    page = saved.page
    set_slider(page, 0, 5)
    straight = picture(page, 0, 5)
    slider(page).focus()
    for k in range(300):
        page.keyboard.press("ArrowRight" if (k // 17) % 2 == 0 else "ArrowLeft")
    at = agrees(page, explorers)
    assert at != 5 and picture(page) != straight
    for _ in range(abs(at - 5)):
        page.keyboard.press("ArrowLeft" if at > 5 else "ArrowRight")
    assert picture(page, 0, 5) == straight


def test_play_moves_it_pause_holds_it_and_at_the_end_it_rests(page, explorers):
    page.clock.install()
    button(page, "▶ Play").click()
    page.clock.run_for(1900)
    assert 4 <= agrees(page, explorers) < 19  # real time passes, too, on a busy machine much
    button(page, "❚❚ Pause").click()
    held = agrees(page, explorers)
    page.clock.run_for(5000)
    assert agrees(page, explorers) == held < 19
    set_slider(page, 0, 17)
    button(page, "▶ Play").click()
    page.clock.run_for(5000)
    assert agrees(page, explorers) == 19
    button(page, "▶ Play").click()  # from the beginning again
    page.clock.run_for(1300)
    assert 1 <= agrees(page, explorers) < 17


def test_one_part_alone_with_its_words_alone_or_all_side_by_side(saved, explorers):
    page = saved.page
    for k in (0, TRIPS):
        explorer = explorers[k]
        position = len(explorer.lines) - 2
        set_slider(page, k, position)
        assert agrees(page, explorers, k) == position
        pictures = set()
        for which, name in enumerate(explorer.parts):
            button(page, name, k).click()
            page.wait_for_function(
                "([k, line]) => document.querySelectorAll('.toymodels-explorer')[k]"
                ".querySelector('.lines').textContent === line",
                arg=[k, explorer.lines[position][which]],
            )
            shown = painted(page, k, position)
            always = [panel for panel in explorer.columns[which] if panel.option is None]
            assert shown["panels"] == len(always)
            pictures.add(picture(page, k))
            pressed = [
                button(page, each, k).get_attribute("aria-pressed") for each in explorer.parts
            ]
            assert pressed == [str(each == name).lower() for each in explorer.parts]
            assert not check_box(page, "side by side", k).is_checked()
        assert len(pictures) == len(explorer.parts)
        check_box(page, "side by side", k).check()
        count = len(explorer.parts)
        lines = page.locator(EXPLORER).nth(k).locator(".lines div")
        page.wait_for_function(
            "([k, count]) => document.querySelectorAll('.toymodels-explorer')[k]"
            ".querySelectorAll('.lines div').length === count",
            arg=[k, count],
        )
        assert lines.count() == count
        assert agrees(page, explorers, k) == position
        columns = (
            page.locator(EXPLORER)
            .nth(k)
            .locator(".column")
            .evaluate_all(
                "columns => columns.map(column => column.getBoundingClientRect().toJSON())"
            )
        )
        assert len({column["top"] for column in columns}) == 1  # beside each other
        named = page.locator(EXPLORER).nth(k).locator(".part").all_inner_texts()
        assert named == explorer.parts


def test_options_show_more_panels(saved, explorers):
    page = saved.page
    before = painted(page)["panels"]
    for more, name in enumerate(("lengths", "biases", "losses"), 1):
        check_box(page, name).check()
        page.wait_for_function(f"() => ({SHOWN})(0).panels === {before + more}")
        agrees(page, explorers)
    for name in ("lengths", "biases", "losses"):
        check_box(page, name).uncheck()
    page.wait_for_function(f"() => ({SHOWN})(0).panels === {before}")


def test_several_on_a_page_do_not_disturb_each_other(saved, explorers):
    before = [picture(saved.page, k) for k in range(COUNT)]
    for k in range(COUNT):
        set_slider(saved.page, k, 1)
        assert agrees(saved.page, explorers, k) == 1
        for later in range(k + 1, COUNT):
            assert agrees(saved.page, explorers, later) == 0
    for k in range(COUNT):
        set_slider(saved.page, k, 0)
        assert picture(saved.page, k) == before[k]


def test_it_moves_while_the_kernel_is_busy_and_when_it_is_gone(own, explorers):
    page = own.page
    ended = own.begin("import time; print('begun', flush=True); time.sleep(3)", "begun")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    assert agrees(page, explorers, position=1) == 1
    assert own.state()["status"] == "busy"
    assert ended() is None
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.keyboard.press("ArrowRight")
    assert agrees(page, explorers, position=2) == 2


def test_one_letter_commands_spare_the_cell_and_shift_enter_still_runs_it(own, explorers):
    page = own.page
    cells = "() => jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    places = [
        slider(page),
        page.locator(EXPLORER).first.locator(".panel.heatmap canvas").last,
        page.locator(EXPLORER).first.locator(".ticks button").last,
    ]
    for place in places:
        place.click()
        for key in ("x", "d", "d", "b", "m", "ArrowDown"):
            page.keyboard.press(key)
        assert page.evaluate(cells) == before
        agrees(page, explorers)
    page.keyboard.press("Shift+Enter")
    outputs = "jupyterapp.shell.currentWidget.content.widgets[0].model.outputs.toJSON()"
    page.wait_for_function(f"() => {outputs}[0]?.ename === 'NameError'")


def test_run_saved_restarted_and_reloaded_it_still_moves(lab):
    source = (
        "e = tm.explore.gram(8, 2, [tm.LinearModel, tm.ReLUModel], [0.0, 0.5, 0.9], steps=40)\ne"
    )
    name = lab.write("fresh.ipynb", "import toymodels as tm", source)
    lab.open(name)
    lab.run_all()
    assert painted(lab.page)["lines"][0].startswith("S = 0: ReLU keeps")
    lab.command("docmanager:save", wait=True)
    outputs = nbformat.read(lab.folder / name, as_version=4).cells[1].outputs
    kinds = [set(output.data) for output in outputs]
    assert kinds == [{"text/html"}] * 2 + [{"text/html", "image/png", "text/plain"}]
    bars = lab.page.locator(".jp-OutputArea-output").evaluate_all(HEIGHTS)[:2]
    assert bars == [0, 0]  # nothing of them is left to see
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.open(name)
    painted(lab.page)
    set_slider(lab.page, 0, 2)
    assert painted(lab.page)["lines"][0].startswith("S = 0.9: ReLU keeps")


def test_untrusted_it_is_the_stored_picture_with_its_words(lab, stored, explorers):
    nbformat.write(stored, lab.folder / "foreign.ipynb")
    text = (lab.folder / "foreign.ipynb").read_text().replace("explorer_0", "somebody_elses")
    (lab.folder / "foreign.ipynb").write_text(text)
    lab.open("foreign.ipynb")
    roots = lab.page.locator(EXPLORER)
    roots.nth(COUNT - 1).wait_for()
    for k, explorer in enumerate(explorers):
        image = roots.nth(k).locator("img")
        wide = image.evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert wide == picture_of(explorer).width > 400
        assert image.get_attribute("alt") == explorer.summary
        roots.nth(k).scroll_into_view_if_needed()
        assert image.is_visible()
        assert "trust the notebook" in roots.nth(k).inner_text()
        assert roots.nth(k).locator("input, button, canvas").count() == 0


def picture_of(explorer):
    """The stored picture."""
    return Image.open(io.BytesIO(explorer._repr_mimebundle_()["image/png"]))


def test_notebook_7_shows_it_too(lab, stored, explorers):
    name = save_trusted(lab, stored, "seven.ipynb")
    lab.page.route_web_socket(
        "**/channels**", lambda socket: None
    )  # it never reaches a kernel, and needs none
    lab.page.goto(f"{lab.address}/notebooks/{name}?token={lab.token}")
    painted(lab.page, COUNT - 1)
    set_slider(lab.page, 0, 7)
    assert agrees(lab.page, explorers) == 7
    lab.errors.clear()  # on a server that JupyterLab was started on, Notebook 7 begins with two of its own


@pytest.fixture(scope="module")
def exported(stored, tmp_path_factory):
    """The notebook as nbconvert's page, a file on the disk."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(HTMLExporter(mathjax_url="", require_js_url="").from_notebook_node(stored)[0])
    return path


@pytest.fixture
def page(browser, exported):
    """That page, opened as a file, with every request refused."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    asked = []
    errors = []
    context.route("http*://**/*", lambda route: (asked.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(exported.as_uri())
    painted(page, COUNT - 1)
    yield page
    context.close()
    assert not errors
    assert not asked


def test_an_exported_page_moves_offline_from_the_disk(page, explorers):
    for k, explorer in enumerate(explorers):
        for i in range(len(explorer.lines)):
            set_slider(page, k, i)
            assert agrees(page, explorers, k, i) == i


def test_in_a_sandboxed_frame_it_moves_too(browser, exported, explorers):
    """As code-hosting sites and editors show notebooks: scripts, but no origin, no storage."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    inside = html.escape(exported.read_text())
    frame = f'<iframe sandbox="allow-scripts" srcdoc="{inside}" width=1200 height=700>'
    page.set_content(f"<!doctype html><title>A frame</title>{frame}")
    inner = page.frames[1]
    painted(inner, COUNT - 1)
    for k in range(COUNT):
        set_slider(inner, k, 1)
        assert agrees(inner, explorers, k, 1) == 1
    inner.locator(EXPLORER).first.locator(".ticks button").last.click()
    assert agrees(inner, explorers, 0, 19) == 19
    context.close()
    assert not errors


SEEN = "parts => parts.filter(part => part.checkVisibility()).map(part => part.localName)"


def test_on_paper_the_stored_picture_takes_the_place_of_what_moves(page, explorers):
    parts = "img, canvas, input, button, output, .lines, .said"
    for k in range(COUNT):
        set_slider(page, k, 1)
        painted(page, k)
        shown = page.locator(EXPLORER).nth(k).locator("img").evaluate_all(SEEN)
        assert shown == []
    page.emulate_media(media="print")
    for k, explorer in enumerate(explorers):
        root = page.locator(EXPLORER).nth(k)
        assert root.locator(parts).evaluate_all(SEEN) == ["img"]
        source = base64.b64decode(root.locator("img").get_attribute("src").split(",")[1])
        assert source == explorer._repr_mimebundle_()["image/png"]
        width = root.locator("img").evaluate("image => image.decode().then(() => image.width)")
        assert width > 400
    page.emulate_media(media="screen")
    for k in range(COUNT):
        assert agrees(page, explorers, k) == 1
        assert "img" not in page.locator(EXPLORER).nth(k).locator(parts).evaluate_all(SEEN)


def test_without_scripts_it_is_the_stored_picture(browser, exported, explorers):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(exported.as_uri())
    assert page.locator(f"{EXPLORER} img").count() == COUNT
    for k, explorer in enumerate(explorers):
        root = page.locator(EXPLORER).nth(k)
        assert root.locator("img").is_visible()
        assert root.locator("img").get_attribute("alt") == explorer.summary
        assert root.locator("input, button, canvas").count() == 0
    context.close()


WIDTHS = """k => {
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const cell = root.closest('.jp-OutputArea-output') ?? document.documentElement;
  const seen = [...root.querySelectorAll('.view *')].filter(e => e.checkVisibility());
  const inside = seen.map(e => e.getBoundingClientRect()).filter(r => r.width);
  const panel = document.querySelector('.jp-WindowedPanel-outer')?.getBoundingClientRect();
  const first = root.querySelector('.column:not([hidden]) .panel').getBoundingClientRect();
  const top = root.querySelector('.view').getBoundingClientRect().top;
  return {
    overflow: cell.scrollWidth - cell.clientWidth,
    beyond: Math.max(...inside.map(r => r.right)) - cell.getBoundingClientRect().right,
    height: Math.max(...inside.map(r => r.bottom)) - top,
    first: first.bottom - top,
    room: panel ? panel.height : innerHeight,
    picture: first.width,
  };
}"""


def fits(page, k, whole):
    """Nothing is too wide; slider, words and the first picture, or all, are seen at once."""
    page.locator(EXPLORER).nth(k).scroll_into_view_if_needed()
    page.wait_for_function(f"k => ({WIDTHS})(k).overflow <= 0", arg=k)
    measured = page.evaluate(WIDTHS, k)
    assert measured["beyond"] <= 0.5
    assert measured["height" if whole else "first"] <= measured["room"], (k, measured)
    assert measured["picture"] > 200


@pytest.mark.parametrize(
    ("width", "height", "side_bar"), [(1366, 768, 1), (1280, 720, 1), (1024, 768, 1), (390, 844, 0)]
)
def test_it_fits_the_screen(saved, explorers, width, height, side_bar):
    page = saved.page
    page.set_viewport_size({"width": width, "height": height})
    shows = page.evaluate(
        "() => !document.querySelector('#jp-left-stack').classList.contains('lm-mod-hidden')"
    )
    if shows != bool(side_bar):
        saved.command("application:toggle-left-area", wait=True)
    for k in range(COUNT):
        fits(page, k, whole=width > 1000)
    if width > 1100:  # on a narrower one the words of two parts take four lines
        check_box(page, "side by side").check()
        fits(page, 0, whole=True)
        check_box(page, "side by side").uncheck()


def test_on_a_telephone_a_page_shows_one_part_at_a_time(browser, exported, explorers):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(exported.as_uri())
    for k in (0, TRIPS):
        assert painted(page, k)["lines"] == explorers[k].lines[0][-1:]
        assert painted(page, k)["panels"] == sum(p.option is None for p in explorers[k].columns[-1])
    for k in range(COUNT):
        fits(page, k, whole=False)
    context.close()


def grave(page):
    """What axe-core finds in the explorers that is serious or critical."""
    return [
        (v["id"], v["nodes"][0]["html"])
        for v in violations(page, EXPLORER)
        if v["impact"] in ("serious", "critical")
    ]


def change_theme(page, theme):
    """Return when its splash screen is gone, too: a second change before that trips JupyterLab."""
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    splash = "document.getElementById('jupyterlab-splash')"
    page.wait_for_function(f"() => document.body.dataset.jpThemeName === '{theme}' && !{splash}")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_it_is_accessible_in_dark_and_light(saved, theme):
    page = saved.page
    change_theme(page, theme)
    assert grave(page) == []
    assert slider(page).get_attribute("aria-label") == "sparsity S"


def test_an_exported_page_is_accessible(page):
    assert grave(page) == []


def test_a_saved_notebook_stays_small(explorers):
    """Each brings the front end and its numbers; pictures of each position once took 0.5 MB."""
    script = len(tm.explore.explorer.SCRIPT)
    assert script < 64_000
    for explorer in explorers:
        strip = len(explorer._repr_mimebundle_()["image/png"])
        assert strip < 60_000
        assert len(explorer.html) < script + 4 / 3 * strip + 80_000


MEMORY = """
import gc, json
import psutil
import toymodels as tm
from toymodels.explore import heatmaps
heatmaps.SAMPLES = 2**8  # measuring losses takes most of the time, and leaves nothing behind
kept, seen = [], []
for _ in range(5):
    explorer = tm.explore.gram(steps=2)
    kept.append((explorer, explorer._repr_mimebundle_()))  # as IPython keeps every output
    gc.collect()
    seen.append(psutil.Process().memory_info().rss / 2**20)
print(json.dumps([max(len(html["text/html"]) for _, html in kept) / 2**20, seen]))
"""


def test_running_the_largest_explorer_twenty_times_takes_little_memory():
    """Measured over three runs after two that fill the allocator's pools; limits in megabytes."""
    run = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True, timeout=120
    )
    page, seen = json.loads(run.stdout.splitlines()[-1])
    assert page < 0.25
    assert (seen[-1] - seen[1]) / 3 * 20 < 80, seen
