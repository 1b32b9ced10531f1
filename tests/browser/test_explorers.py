"""Explorers where students meet them: in JupyterLab, Notebook 7, an exported page, on every screen."""

import base64
import hashlib
import io
import re

import nbformat
import pytest
import torch
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.sign import NotebookNotary
from PIL import Image

import toymodels as tm

from .lab import violations

POSITIONS = [i / 20 for i in range(20)]
EXPLORER = ".toymodels-explorer"

# The position that the sliders of an explorer stand at: a pair's counts by the first, then by the second.
WHERE = """root => [...root.querySelectorAll('input')].reduce(
  (position, slider) => position * (+slider.max + 1) + +slider.value, 0)"""
# What explorer number k shows: its sliders' position, that of the painted picture, its words, its pixels.
SHOWN = f"""async k => {{
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const canvas = root.querySelector('canvas');
  const sliders = [...root.querySelectorAll('input')];
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', pixels));
  return {{
    position: ({WHERE})(root),
    values: sliders.map(slider => +slider.value),
    painted: +canvas.dataset.position,
    read: sliders.map(slider => slider.ariaValueText),
    readout: [...root.querySelectorAll('output')].map(output => output.textContent),
    lines: [...root.querySelectorAll('.lines div')].map(line => line.textContent),
    alt: canvas.ariaLabel,
    width: canvas.width,
    hash: [...hash].map(b => b.toString(16).padStart(2, '0')).join(''),
  }};
}}"""
PAINTED = f"""([k, position]) => {{
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const painted = +root?.querySelector('canvas')?.dataset.position;
  return painted === (position ?? (root && ({WHERE})(root)));
}}"""


@pytest.fixture(scope="module")
def explorers():
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
        tm.explore.space(torch.randn(3, 8, generator=torch.Generator().manual_seed(0))),
        tm.explore.formation(steps=40, positions=3),
        tm.explore.odd_one([1.0, 0.2]),
        tm.explore.phase_change([0.5, 1.0]),
        tm.explore.bond([-1.0, 1.0]),
        tm.explore.penalty([0.01, 0.3], steps=50),
    ]


HEIGHTS = "outputs => outputs.map(output => output.getBoundingClientRect().height)"
TWO = 4  # the first of them with two sliders, six labels each
COUNT = 15


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
    button(page, "all").click()
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
    page.wait_for_function(PAINTED, arg=[k, position])
    return page.evaluate(SHOWN, k)


def agrees(page, explorers, k=0, position=None):
    """Sliders, words and every pixel belong to one position, which is returned."""
    shown = painted(page, k, position)
    explorer, i = explorers[k], shown["position"]
    labels = [
        slider["labels"][value]
        for slider, value in zip(explorer.sliders, shown["values"], strict=True)
    ]
    assert shown["readout"] == labels
    names = [slider["name"] for slider in explorer.sliders]
    assert shown["read"] == [f"{name} = {label}" for name, label in zip(names, labels, strict=True)]
    assert shown["lines"] == explorer.lines[i]
    assert shown["alt"] == " ".join(explorer.lines[i])
    pixels = explorer.picture(i).convert("RGBA").tobytes()
    assert shown["hash"] == hashlib.sha256(pixels).hexdigest()
    return i


def slider(page, k=0, which=0):
    return page.locator(EXPLORER).nth(k).locator("input").nth(which)


def button(page, name, k=0):
    return page.locator(EXPLORER).nth(k).get_by_role("button", name=name, exact=True)


def set_slider(page, k, position):
    """Set all sliders of explorer k as the position asks."""
    page.locator(EXPLORER).nth(k).evaluate(
        """(root, position) => {
          for (const slider of [...root.querySelectorAll('input')].reverse()) {
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


def test_play_moves_the_first_slider_and_leaves_the_second(own, explorers):
    page = own.page
    page.clock.install()
    set_slider(page, TWO, 2)  # the second at 2
    button(page, "▶ Play", TWO).click()
    page.clock.run_for(900)
    assert agrees(page, explorers, TWO) in [first * 6 + 2 for first in range(2, 6)]
    page.clock.run_for(5000)
    assert agrees(page, explorers, TWO) == 5 * 6 + 2
    assert button(page, "▶ Play", TWO).is_visible()


def test_three_hundred_events_end_at_the_sliders_value(saved, explorers):
    slider(saved.page).focus()
    for k in range(300):
        saved.page.keyboard.press("ArrowRight" if (k // 17) % 2 == 0 else "ArrowLeft")
    agrees(saved.page, explorers)


def test_play_moves_it_pause_holds_it_and_at_the_end_it_rests(own, explorers):
    page = own.page
    page.clock.install()
    button(page, "▶ Play").click()
    page.clock.run_for(1700)
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
    page.clock.run_for(500)
    assert 1 <= agrees(page, explorers) < 17


def test_one_model_alone_with_its_words_alone(saved, explorers):
    page, gram = saved.page, explorers[0]
    set_slider(page, 0, 18)
    whole = painted(page)
    widths = []
    for k, (name, (left, right)) in enumerate(gram.columns.items()):
        button(page, name).click()
        page.wait_for_function(
            f"() => document.querySelector('{EXPLORER} canvas').width === {right - left}"
        )
        shown = painted(page, position=18)
        assert shown["lines"] == [gram.lines[18][k]] and f", {name}: " in shown["lines"][0]
        part = gram.picture(18).crop((left, 0, right, gram.picture(18).height)).convert("RGBA")
        assert shown["hash"] == hashlib.sha256(part.tobytes()).hexdigest()
        assert button(page, name).get_attribute("aria-pressed") == "true"
        assert button(page, "all").get_attribute("aria-pressed") == "false"
        widths.append(shown["width"])
    assert sum(widths) == whole["width"]
    button(page, "all").click()
    page.wait_for_function(
        f"() => document.querySelector('{EXPLORER} canvas').width === {whole['width']}"
    )
    assert agrees(page, explorers) == 18


def test_several_on_a_page_do_not_disturb_each_other(saved, explorers):
    for k in range(COUNT):
        set_slider(saved.page, k, 1)
        assert agrees(saved.page, explorers, k) == 1
        for later in range(k + 1, COUNT):
            assert agrees(saved.page, explorers, later) == 0


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
    slider(page).click()
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
    assert painted(lab.page)["lines"][0].startswith("S = 0, Linear: keeps")
    lab.command("docmanager:save", wait=True)
    outputs = nbformat.read(lab.folder / name, as_version=4).cells[1].outputs
    kinds = [set(output.data) for output in outputs]
    assert kinds == [{"text/html"}] * 3 + [{"text/html", "image/png", "text/plain"}]
    bars = lab.page.locator(".jp-OutputArea-output").evaluate_all(HEIGHTS)[:3]
    assert bars == [0, 0, 0]  # nothing of them is left to see
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.open(name)
    painted(lab.page)
    set_slider(lab.page, 0, 2)
    assert painted(lab.page)["lines"][1].startswith("S = 0.9, ReLU: keeps")


def test_untrusted_it_is_the_still_picture_with_its_words(lab, stored, explorers):
    nbformat.write(stored, lab.folder / "foreign.ipynb")
    text = (lab.folder / "foreign.ipynb").read_text().replace("explorer_0", "somebody_elses")
    (lab.folder / "foreign.ipynb").write_text(text)
    lab.open("foreign.ipynb")
    first = lab.page.locator(EXPLORER).first
    first.wait_for()
    still = explorers[0].still
    assert (
        first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        > 500
    )
    assert all(line in first.inner_text() for line in explorers[0].lines[still])
    assert "trust the notebook" in first.inner_text()
    assert first.locator("input, button, canvas").count() == 0


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
            assert agrees(page, explorers, k) == i


def test_on_paper_the_still_picture_and_its_words_take_the_place_of_what_moves(page, explorers):
    seen = "parts => parts.filter(part => part.checkVisibility()).map(part => part.localName)"
    for k in range(COUNT):
        set_slider(page, k, 1)
        painted(page, k)
    page.emulate_media(media="print")
    for k, explorer in enumerate(explorers):
        root = page.locator(EXPLORER).nth(k)
        assert root.inner_text().split("\n") == explorer.lines[explorer.still]
        shown = root.locator("img, canvas, input, button, output").evaluate_all(seen)
        assert shown == ["img"]
        still = base64.b64decode(root.locator("img").get_attribute("src").split(",")[1])
        picture = Image.open(io.BytesIO(still)).convert("RGB")
        assert picture.tobytes() == explorer.picture(explorer.still).tobytes()
    page.emulate_media(media="screen")
    for k in range(COUNT):
        assert agrees(page, explorers, k) == 1
        shown = page.locator(EXPLORER).nth(k).locator("img, canvas").evaluate_all(seen)
        assert shown == ["canvas"]


WIDTHS = """k => {
  const root = document.querySelectorAll('.toymodels-explorer')[k];
  const cell = root.closest('.jp-OutputArea-output') ?? document.documentElement;
  const inside = [...root.querySelectorAll('*')].map(e => e.getBoundingClientRect()).filter(r => r.width);
  const panel = document.querySelector('.jp-WindowedPanel-outer')?.getBoundingClientRect();
  return {
    overflow: cell.scrollWidth - cell.clientWidth,
    beyond: Math.max(...inside.map(r => r.right)) - cell.getBoundingClientRect().right,
    height: Math.max(...inside.map(r => r.bottom)) - Math.min(...inside.map(r => r.top)),
    room: panel ? panel.height : innerHeight,
    picture: root.querySelector('canvas').getBoundingClientRect().width,
  };
}"""


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
        page.locator(EXPLORER).nth(k).scroll_into_view_if_needed()
        page.wait_for_function(f"k => ({WIDTHS})(k).overflow <= 0", arg=k)
        measured = page.evaluate(WIDTHS, k)
        assert measured["beyond"] <= 0.5
        assert measured["height"] <= measured["room"]
        assert measured["picture"] > 200
    button(page, "ReLU").click()
    page.wait_for_function(f"() => document.querySelector('{EXPLORER} canvas').width < 500")
    measured = page.evaluate(WIDTHS, 0)
    assert (
        measured["overflow"] <= 0
        and measured["beyond"] <= 0.5
        and measured["height"] <= measured["room"]
    )


def test_on_a_telephone_a_page_shows_one_model_at_a_time(browser, exported, explorers):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(exported.as_uri())
    assert painted(page)["lines"] == explorers[0].lines[0][:1]
    for k in range(COUNT):
        measured = page.evaluate(WIDTHS, k)
        assert measured["beyond"] <= 0.5 and measured["height"] <= 844
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


MEMORY = """
import ctypes, gc, psutil, sys
gc.collect()
sys.platform == "linux" and ctypes.CDLL(None).malloc_trim(0)
print("MEMORY", psutil.Process().memory_info().rss / 2**20)
"""


def test_running_the_largest_explorer_twenty_times_takes_less_than_ten_megabytes():
    """Measured over four runs after three that fill the allocator's pools; IPython keeps every output."""
    sources = ("import toymodels as tm", "tm.explore.gram(12, 3, steps=10)", MEMORY)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources]
    )
    client = NotebookClient(notebook, timeout=120)
    seen = []
    with client.setup_kernel():
        client.execute_cell(notebook.cells[0], 0)
        for _ in range(7):
            client.execute_cell(notebook.cells[1], 1)
            client.execute_cell(notebook.cells[2], 2)
            seen.append(float(re.search(r"MEMORY ([\d.]+)", notebook.cells[2].outputs[0].text)[1]))
    assert (seen[-1] - seen[2]) / 4 * 20 < 10, seen
