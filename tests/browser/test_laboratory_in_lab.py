"""The laboratory in a real JupyterLab: what the kernel hears, and that the view needs no kernel."""

import json
import re
import warnings

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from .conftest import clean_log, shown, unfold

START = "import torch\nimport toymodels as tm"
LABORATORY_CELL = "p = tm.Laboratory(12, 3, seed=2, last_importance=0.5)\np"
ROOT = ".jp-OutputArea-output .toymodels-laboratory"
SLOW = "(slider => { slider.value = 0; slider.dispatchEvent(new Event('input')); })"


@pytest.fixture
def laboratory(shared_lab, server):
    """A new laboratory in a notebook of its own cells."""
    if not shared_lab.page.url.endswith("laboratory.ipynb"):
        shared_lab.open(shared_lab.write("laboratory.ipynb", START, LABORATORY_CELL, "1 + 1"))
    with clean_log(server):
        shared_lab.run_all()
        shared_lab.page.locator(ROOT + "[data-taken]").wait_for()
        unfold(shared_lab.page)
        yield shared_lab
    errors, shared_lab.errors = shared_lab.errors, []
    assert not errors, errors


def event(lab):
    return lab.page.locator(ROOT + " .event").first.inner_text()


def state(lab):
    return lab.page.locator(ROOT + " .chip").first.inner_text()


def at_rest(lab):
    lab.until(lambda: state(lab) == "Settled")


def press(lab, name):
    lab.page.locator(f"{ROOT} button:has-text('{name}')").first.click()


def goes_on(lab):
    """It trains; on a slow machine it may have come to its end before, and a press trains it on."""
    if state(lab) == "Settled":
        press(lab, "Train")
    before = shown(lab.page)["taken"]
    lab.until(lambda: shown(lab.page)["taken"] > before)


def slowly(lab):
    """One step a picture: it trains for longer than a test."""
    lab.page.get_by_role("slider", name="steps per picture").first.evaluate(SLOW)


def test_it_trains_and_python_has_what_is_on_screen(laboratory):
    at_rest(laboratory)
    lab = laboratory
    lab.until(lambda: lab.evaluate("p.taken") == "2000")
    seen = lab.page.locator(ROOT + " .says").inner_text()
    assert f"{lab.evaluate('int(tm.n_represented(p.W))')} of 12 features" in seen
    assert lab.evaluate("p.model()") == "ReLUOutputModel(n=12, m=3)"
    loss = "tm.mean_loss(p.model(), p.features, p.importance)"
    best = "tm.linear_optimum(3, p.features, p.importance)"
    measured = float(lab.evaluate(f"float({loss} / {best})"))
    said = int(re.search(r"loss is (\d+)% of", seen)[1]) / 100
    assert measured == pytest.approx(said, rel=0.1)
    assert lab.evaluate("p.W.shape") == "torch.Size([3, 12])"


def test_a_student_goes_on_in_python_with_what_the_mouse_made(laboratory):
    lab = laboratory
    lab.page.locator(f"{ROOT} .model select").select_option("ReLU")
    lab.page.get_by_role("slider", name="sparsity S").first.press("ArrowLeft")
    at_rest(lab)
    lab.until(lambda: lab.evaluate("p.setting['sparsity']") == "0.89")
    lab.until(lambda: lab.evaluate("p.taken") == str(shown(lab.page)["taken"]))
    code = "type(p.model()).__name__, tm.train(p.model(), p.features, steps=5, progress=False)"
    assert lab.evaluate(code).startswith("('ReLUModel', History(5 steps, last loss")


def test_a_swap_and_a_pause_keep_the_weights_to_the_last_bit(laboratory):
    lab = laboratory
    at_rest(lab)
    lab.until(lambda: lab.evaluate("p.taken") == "2000")
    press(lab, "Train")
    press(lab, "Pause")
    lab.page.wait_for_timeout(300)
    lab.evaluate("exec('before = p.W.clone()')")
    lab.page.locator(f"{ROOT} .model select").select_option("Linear")
    lab.until(lambda: lab.evaluate("p.setting['model']") == "'Linear'")
    assert lab.evaluate("torch.equal(before, p.W)") == "True"


def test_copy_gives_the_line_that_makes_it_again(laboratory, browser):
    lab = laboratory
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.get_by_role("slider", name="S of feature 0 alone").first.press("End")
    press(lab, "share")
    lab.until(lambda: event(lab).startswith("copied"))
    line = lab.page.evaluate("() => navigator.clipboard.readText()")
    assert line == (
        "tm.Laboratory(12, 3, sparsity=0.9, model_class=tm.ReLUOutputModel, "
        "last_importance=0.5, seed=2, own_sparsity={0: 0.999})"
    )
    lab.until(lambda: lab.evaluate(f"{line}.setting == p.setting") == "True")


def test_clearing_the_output_ends_the_worker_and_running_again_makes_one(laboratory):
    lab = laboratory
    slowly(lab)
    assert len(lab.page.workers) == 1
    lab.command("notebook:clear-all-cell-outputs", wait=True)
    lab.until(lambda: not lab.page.workers)
    lab.run_all()
    lab.page.locator(ROOT + "[data-taken]").wait_for()
    lab.run_all()
    lab.page.locator(ROOT + "[data-taken]").wait_for()
    lab.until(lambda: len(lab.page.workers) == 1)


def test_a_busy_kernel_and_its_restart_do_not_stop_it(laboratory):
    lab = laboratory
    slowly(lab)
    asleep = lab.begin("import time; print('asleep'); time.sleep(600)", "asleep")
    goes_on(lab)
    lab.interrupt()
    assert asleep() == "KeyboardInterrupt"
    goes_on(lab)
    lab.restart()
    goes_on(lab)
    press(lab, "new seed")
    lab.until(lambda: shown(lab.page)["seed"] == 3)
    goes_on(lab)
    lab.run_all()  # and the cells give a new one
    lab.page.locator(ROOT + "[data-taken]").wait_for()
    lab.until(lambda: shown(lab.page)["seed"] == 2)


def test_a_reload_of_the_page_finds_it_as_it_was(laboratory):
    lab = laboratory
    lab.page.get_by_role("slider", name="sparsity S").first.press("Home")
    at_rest(lab)
    left = shown(lab.page)
    lab.until(lambda: lab.evaluate("p.taken") == str(left["taken"]))
    lab.command("docmanager:save", wait=True)
    lab.page.reload()
    lab.page.locator(ROOT + "[data-taken]").wait_for(timeout=60_000)
    assert json.dumps(shown(lab.page), sort_keys=True) == json.dumps(left, sort_keys=True)
    assert event(lab) == "as it was left: press Train to go on"


def test_one_letter_commands_of_jupyterlab_stay_away(laboratory):
    lab = laboratory
    cells = lab.page.locator(".jp-Cell").count()
    lab.page.get_by_role("slider", name="sparsity S").first.focus()
    lab.page.keyboard.press("x")
    lab.page.keyboard.press("d")
    lab.page.keyboard.press("d")
    assert lab.page.locator(".jp-Cell").count() == cells


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768)])
def test_beside_the_side_bar_nothing_is_cut(laboratory, width, height):
    lab = laboratory
    lab.page.set_viewport_size({"width": width, "height": height})
    at_rest(lab)
    right = lab.page.locator(".jp-OutputArea-output").last.bounding_box()
    edge = right["x"] + right["width"]
    for box in lab.page.locator(f"{ROOT} :is(canvas, input, button, select, summary)").all():
        if box.is_visible():
            place = box.bounding_box()
            assert place["x"] + place["width"] <= edge + 1
    lab.page.set_viewport_size({"width": 1500, "height": 1000})


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720)])
def test_picture_slider_and_button_are_on_one_screen_beside_the_side_bar(laboratory, width, height):
    lab = laboratory
    lab.page.set_viewport_size({"width": width, "height": height})
    lab.page.locator(f"{ROOT} .top").first.evaluate("top => top.scrollIntoView()")
    notebook = lab.page.locator(".jp-NotebookPanel-notebook").first.bounding_box()
    assert lab.page.locator("#jp-left-stack").bounding_box()["width"] > 200
    for part in (".top", "canvas.view", ".says", ".dial input", "button.start", ".chip"):
        box = lab.page.locator(f"{ROOT} {part}").first.bounding_box()
        assert notebook["y"] <= box["y"] + 1, part
        assert box["y"] + box["height"] <= notebook["y"] + notebook["height"], part
    assert lab.page.locator(f"{ROOT} canvas.view").bounding_box()["height"] >= 380
    lab.page.set_viewport_size({"width": 1500, "height": 1000})
    # What is off the screen waits: the next test begins at the top
    lab.page.locator(".jp-Cell").first.evaluate("cell => cell.scrollIntoView()")


def test_ctrl_z_undoes_in_the_laboratory_and_not_in_the_notebook(laboratory):
    lab = laboratory
    at_rest(lab)
    lab.until(lambda: lab.evaluate("p.taken") == "2000")
    lab.evaluate("exec('before = p.W.clone()')")
    press(lab, "new seed")
    at_rest(lab)
    lab.until(lambda: lab.evaluate("torch.equal(before, p.W)") == "False")
    cells = lab.page.locator(".jp-Cell").count()
    lab.page.get_by_role("slider", name="sparsity S").first.focus()
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: shown(lab.page)["seed"] == 2)
    lab.until(lambda: lab.evaluate("torch.equal(before, p.W)") == "True")
    assert lab.page.locator(".jp-Cell").count() == cells


@pytest.fixture(scope="module")
def second_day(shared_lab):
    """A notebook with a laboratory that was run, saved and closed with its kernel."""
    lab = shared_lab
    lab.open(lab.write("second_day.ipynb", START, LABORATORY_CELL))
    lab.run_all()
    at_rest(lab)
    assert not lab.page.get_by_text("Run this cell to train the network.").is_visible()
    lab.command("docmanager:save", wait=True)
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    return "second_day.ipynb"


def is_seen(page):
    """The stored picture and its sentence, and no complaint."""
    page.get_by_text("Run this cell to train the network.").wait_for()
    picture = page.locator(".toymodels-still img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    assert picture.is_visible() and "n = 12, m = 3" in picture.get_attribute("alt")


def test_on_the_second_day_jupyterlab_shows_the_picture_and_a_run_trains(lab, second_day):
    lab.open(second_day)
    is_seen(lab.page)
    lab.until(lambda: any("model not found" in error for error in lab.errors))
    assert not lab.page.get_by_text("Error displaying widget").is_visible()
    lab.errors.clear()  # of ipywidgets, which looks for the view's model
    lab.run_all()
    at_rest(lab)
    assert not lab.page.get_by_text("Run this cell to train the network.").is_visible()
    assert lab.page.locator(".toymodels-laboratory").count() == 1


def test_on_the_second_day_notebook_7_shows_the_picture(lab, second_day):
    lab.page.goto(f"{lab.address}/notebooks/{second_day}?token={lab.token}")
    is_seen(lab.page)
    lab.until(lambda: any("model not found" in error for error in lab.errors))
    assert not lab.page.get_by_text("Error displaying widget").is_visible()
    lab.errors.clear()  # of ipywidgets, as above, and two of Notebook 7's own


@pytest.mark.parametrize("state", ["with", "without"])
def test_an_exported_page_shows_the_picture_offline(lab, second_day, browser, tmp_path, state):
    """With its state in the notebook, nbconvert shows of an output only the view; without, never the view."""
    notebook = nbformat.read(lab.folder / second_day, as_version=4)
    if state == "with":
        notebook = NotebookClient(notebook).execute()
    path = tmp_path / "page.html"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        path.write_text(HTMLExporter().from_notebook_node(notebook)[0])
    with browser.new_context(offline=True).new_page() as page:
        page.goto(path.as_uri())
        is_seen(page)
        page.context.close()
