"""The laboratory on a web page without a kernel: what every control does, and what must not break."""

import json
import random
import re

import numpy as np
import pytest
from PIL import Image

import toymodels as tm
from toymodels.laboratory.widget import KINDS, SETTINGS

from .conftest import StrictWebPage, WebPage, shown, unfold, web_page, web_server
from .lab import until, violations
from .laboratory import (
    TELEPHONE,
    at_one_place,
    at_rest,
    drag_to,
    event,
    kept,
    loss,
    on_screen,
    photographed,
    pixels,
    press,
    red,
    says,
    slide,
    state,
    swipe,
    type_number,
    watched,
)

DEFAULTS = {
    "n": 40,
    "m": 5,
    "sparsity": 0.9,
    "own_sparsity": {},
    "model": "ReLU-output",
    "last_importance": 0.1,
    "lr": 0.03,
    "seed": 0,
    "feed": 0,
}


def test_it_trains_by_itself_and_comes_to_rest(page):
    page.open()
    at_rest(page)
    assert shown(page) == DEFAULTS | {"taken": 2000}
    assert 14 <= kept(page) <= 17
    assert 66 < loss(page) < 82
    before = pixels(page, "view")
    page.wait_for_timeout(300)
    assert shown(page)["taken"] == 2000
    assert (pixels(page, "view") == before).all()


def test_start_pause_ten_steps_reset_new_seed(page):
    page.open(n=12, m=3)
    press(page, "Pause")
    taken = shown(page)["taken"]
    page.wait_for_timeout(200)
    taken = shown(page)["taken"]  # what was asked before had come by then
    page.wait_for_timeout(200)
    assert shown(page)["taken"] == taken
    press(page, "10 steps")
    until(page, lambda: shown(page)["taken"] == taken + 10)
    press(page, "reset")
    until(page, lambda: shown(page)["taken"] == 0)
    assert "fresh weights" in event(page)
    page.wait_for_timeout(200)
    assert shown(page)["taken"] == 0  # a reset of a paused one stays paused
    press(page, "Train")
    until(page, lambda: shown(page)["taken"] > 100)
    began = watched(page)
    press(page, "reset")
    until(page, lambda: began() < 100)
    until(page, lambda: shown(page)["taken"] > 100)  # and one that trains goes on training
    press(page, "new seed")
    until(page, lambda: shown(page)["seed"] == 1)
    at_rest(page)
    press(page, "Train")  # once more, from the schedule's beginning
    until(page, lambda: shown(page)["taken"] > 2000)


def test_the_same_seed_gives_the_same_weights(page):
    page.open(n=12, m=4, seed=5)
    at_rest(page)
    first = pixels(page, "view")
    press(page, "reset")
    at_rest(page)
    assert (pixels(page, "view") == first).all()
    press(page, "new seed")
    at_rest(page)
    assert (pixels(page, "view") != first).any()


def test_a_change_while_it_trains_keeps_the_weights_and_goes_on_from_rest(page):
    page.open()
    at_rest(page)
    drag_to(page, "sparsity S", 0.0)
    assert "S = 0, same weights" in event(page)
    until(page, lambda: shown(page)["taken"] > 2100)
    assert shown(page)["sparsity"] == 0
    at_rest(page)
    assert kept(page) <= 5
    assert shown(page)["taken"] >= 3800  # a change does not count the steps anew


def test_dense_data_undo_the_sharing_and_the_network_remembers(page):
    """The experiment of chapter 4: from 0.9 to 0.8, on to 0.5, and back. No output dies of it."""
    page.open()
    at_rest(page)
    seen = {}
    for place, S in enumerate(("0.8", "0.5", "0.8", "0.9")):
        slide(page, "sparsity S", S)
        at_rest(page)
        assert "dead" not in says(page)
        seen[place] = kept(page)
    assert 11 <= seen[0] <= 13
    assert (seen[1], seen[2]) == (10, 10)
    assert 13 <= seen[3] <= 17
    way = page.locator("canvas.trail").get_attribute("aria-label")
    assert re.fullmatch(
        rf".*{seen[0]} at S = 0.8, .*10 at S = 0.5, .*10 at S = 0.8, .*{seen[3]} at S = 0.9\.", way
    )


def test_outputs_that_died_are_counted_and_a_reset_revives_them(page):
    page.open(sparsity=0.999)
    at_rest(page)
    dead = int(re.search(r"(\d+) dead outputs", says(page))[1])
    assert 10 <= dead <= 30
    assert red(page, "norms") > 4 * dead  # a cross for each
    slide(page, "sparsity S", "0")
    at_rest(page)
    left = re.search(r"(\d+) dead output", says(page))
    assert (
        0 < int(left[1]) < dead
    )  # most of them opened again, as their features are there all the time
    assert loss(page) > 102
    press(page, "reset")
    at_rest(page)
    assert "dead" not in says(page) and abs(loss(page) - 100) <= 1
    assert red(page, "norms") < dead  # some dots of dimensionality come near


def test_a_model_is_swapped_with_its_weights(page):
    page.open()
    at_rest(page)
    press(page, "Train")
    press(page, "Pause")
    until(page, lambda: shown(page)["taken"] > 2000)
    page.wait_for_timeout(100)
    before, taken = pixels(page, "norms"), shown(page)["taken"]
    page.get_by_role("combobox", name="model").select_option("Linear")
    until(page, lambda: shown(page)["model"] == "Linear")
    assert "Linear model, same weights" in event(page)
    assert (pixels(page, "norms") == before).all()
    assert shown(page)["taken"] == taken
    press(page, "Train")
    at_rest(page)
    assert kept(page) == 5 and abs(loss(page) - 100) <= 2


def test_numbers_out_of_range_are_refused_in_words_and_m_comes_back(page):
    page.open(n=12, m=5)
    for text, got in (
        ("0", "0"),
        ("500", "500"),
        ("", "nothing"),
        ("abc", "nothing"),
        ("3.5", "3.5"),
    ):
        type_number(page, "n", text)
        wrong = f"n must be a whole number from 1 to 200, got {got}. It stays 12"
        until(page, lambda wrong=wrong: event(page) == wrong)
        assert page.get_by_role("spinbutton", name="n", exact=True).input_value() == "12"
    type_number(page, "feed feature", "12")
    assert "feed must be a whole number from 0 to 11, got 12" in event(page)
    type_number(page, "seed", "-1")
    assert "seed must be a whole number from 0" in event(page)
    type_number(page, "n", "3")
    until(page, lambda: (shown(page)["n"], shown(page)["m"]) == (3, 3))
    assert "fresh weights, because n changed" in event(page)
    type_number(page, "n", "20")
    until(page, lambda: (shown(page)["n"], shown(page)["m"]) == (20, 5))
    type_number(page, "m", "2")
    until(page, lambda: shown(page)["m"] == 2)
    assert "fresh weights, because m changed" in event(page)


def test_a_fed_feature_that_is_gone_gives_way_to_the_first(page):
    page.open(n=12, m=5, feed=9)
    type_number(page, "n", "5")
    until(page, lambda: (shown(page)["n"], shown(page)["feed"]) == (5, 0))


def test_the_end_of_training_hides_no_refusal(page):
    page.open(n=12, m=5)
    at_rest(page)
    page.evaluate(  # both before the next picture, however slow the machine
        """() => {
          const all = [...document.querySelectorAll(".toymodels-laboratory :is(label, button)")];
          const named = text => all.find(element => element.textContent === text);
          named("reset").click();
          const box = named("n").querySelector("input");
          box.value = "500";
          box.dispatchEvent(new Event("change"));
        }"""
    )
    at_rest(page)
    assert event(page) == "n must be a whole number from 1 to 200, got 500. It stays 12"


@pytest.mark.parametrize(("n", "m"), [(1, 1), (200, 20), (5, 2), (8, 3), (6, 6)])
def test_all_sizes_train(page, n, m):
    page.open(n=n, m=m)
    until(page, lambda: shown(page)["taken"] > 50)
    assert f"of {n} feature" in says(page)
    if n == m:
        until(page, lambda: "A linear model could be exact here" in says(page))


def test_a_click_on_a_column_or_a_bar_feeds_that_feature(page):
    page.open(n=10, m=4)
    at_rest(page)
    trip = pixels(page, "trip")
    on_screen(page, "norms")
    norms = page.locator("canvas.norms").bounding_box()
    width = (norms["width"] - 96) / 10
    page.mouse.click(norms["x"] + 88 + 7.5 * width, norms["y"] + 60)
    until(page, lambda: shown(page)["feed"] == 7)
    assert not np.array_equal(pixels(page, "trip"), trip)
    assert page.get_by_role("spinbutton", name="feed feature").input_value() == "7"
    on_screen(page, "view")
    view = page.locator("canvas.view").bounding_box()
    page.mouse.click(view["x"] + view["width"] / 2, view["y"] + view["height"] / 2)
    until(page, lambda: shown(page)["feed"] in (4, 5))
    trip = page.locator("canvas.trip").bounding_box()
    page.mouse.click(trip["x"] + 78 + 2.5 * (trip["width"] - 86) / 10, trip["y"] + 100)
    until(page, lambda: shown(page)["feed"] == 2)
    assert shown(page)["taken"] == 2000  # looking changes nothing


def test_one_feature_made_rarer_is_dropped(page):
    page.open(n=5, m=2, last_importance=1, sparsity=0.9)
    at_rest(page)
    type_number(page, "feed feature", "3")
    drag_to(page, "S of feature 3 alone", 1.0)
    until(page, lambda: shown(page)["own_sparsity"] == {"3": 0.999})
    assert "feature 3: S = 0.999" in event(page)
    at_rest(page)
    assert "feature 3: 0.999" in says(page)
    assert re.search(r"4 of 5 features \(0–2, 4\)", says(page))
    slide(page, "S of feature 3 alone", "0.9")
    until(page, lambda: shown(page)["own_sparsity"] == {})


def test_importance_and_learning_rate_act(page):
    page.open(last_importance=1)
    at_rest(page)
    even = says(page)
    slide(page, "importance of the last", "0")
    at_rest(page)
    assert shown(page)["last_importance"] == 0 and says(page) != even
    slide(page, "learning rate", "0.0001")
    until(page, lambda: shown(page)["lr"] == 0.0001)


def test_no_loss_is_said_before_one_is_known(page):
    page.open()
    press(page, "Pause")
    press(page, "reset")
    until(page, lambda: shown(page)["taken"] == 0)
    assert says(page).endswith("pairs.") or says(page).endswith("pair.")


def test_its_numbers_are_the_laboratorys(page):
    page.open()
    assert shown(page) | {"taken": 0} == tm.Laboratory().setting | {"taken": 0}
    limits = page.get_by_role("spinbutton").evaluate_all("all => all.map(b => [+b.min, +b.max])")
    n, m, seed = (SETTINGS[name]["range"] for name in ("n", "m", "seed"))
    assert limits == [n, m, [0, 39], seed]
    names = page.get_by_role("combobox", name="model").locator("option").all_inner_texts()
    assert names == list(KINDS)


def test_arrows_in_the_plane_and_in_space(page):
    page.open(n=5, m=2)
    at_rest(page)
    view = page.locator("canvas.view")
    assert view.get_attribute("aria-label").startswith("Arrows of 5 features in 2 dimensions")
    assert not page.get_by_role("slider", name="turn").is_visible()
    type_number(page, "m", "3")
    at_rest(page)
    before = pixels(page, "view")
    box = view.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 40, steps=5)
    page.mouse.up()
    until(page, lambda: (pixels(page, "view") != before).any())
    before = pixels(page, "view")
    page.get_by_role("slider", name="turn").press("ArrowRight")
    until(page, lambda: (pixels(page, "view") != before).any())


def test_turning_hands_nothing_to_python(page, parts):
    page.open(n=8, m=3)
    page.evaluate(
        """async () => {
          const { laboratory } = await import("./parts.js");
          const here = document.querySelector("main");
          window.end();
          here.replaceChildren();
          window.handed = 0;
          const keep = () => { window.handed += 1; };
          window.end = laboratory(here, { n: 8, m: 3 }, { keep, takeHome: () => "" });
        }"""
    )
    at_rest(page)
    handed = page.evaluate("() => window.handed")
    assert handed >= 2
    before = pixels(page, "view")
    for _ in range(5):
        page.get_by_role("slider", name="turn").press("ArrowRight")
        page.wait_for_timeout(40)
    assert (pixels(page, "view") != before).any()
    assert page.evaluate("() => window.handed") == handed


def test_an_arrow_can_be_clicked(page):
    page.open(n=2, m=2, sparsity=0)
    at_rest(page)
    red = pixels(page, "view")
    ys, xs = np.nonzero((red[..., 0] > 150) & (red[..., 2] < 80))
    far = np.argmax(np.hypot(xs - xs.mean(), ys - ys.mean()))
    assert shown(page)["feed"] == 0 and len(xs) > 20
    page.get_by_role("spinbutton", name="feed feature").fill("1")
    page.get_by_role("spinbutton", name="feed feature").press("Enter")
    until(page, lambda: shown(page)["feed"] == 1)
    on_screen(page, "view")
    view = page.locator("canvas.view").bounding_box()
    page.mouse.click(view["x"] + int(xs[far]), view["y"] + int(ys[far]))
    until(page, lambda: shown(page)["feed"] == 0 or far_from_tip(page, xs, ys, far))


def far_from_tip(page, xs, ys, far):
    """The farthest red pixel may be the arrow's foot: then its other end is the tip."""
    view = page.locator("canvas.view").bounding_box()
    other = np.argmax(np.hypot(xs - xs[far], ys - ys[far]))
    page.mouse.click(view["x"] + int(xs[other]), view["y"] + int(ys[other]))
    page.wait_for_timeout(100)
    return shown(page)["feed"] == 0


def test_copy_gives_an_address_that_opens_the_same_laboratory(page):
    page.open(n=12, m=3, sparsity=0.8, model="ReLU", seed=4, feed=2, own_sparsity="3:0.99,5:0.5")
    press(page, "share")
    until(page, lambda: event(page).startswith("copied"))
    address = page.evaluate("() => navigator.clipboard.readText()")
    setting = shown(page)
    page.goto(address)
    page.wait_for_selector(".toymodels-laboratory[data-taken]")
    assert shown(page) | {"taken": 0} == setting | {"taken": 0}
    assert setting["own_sparsity"] == {"3": 0.99, "5": 0.5}


WHOLE = "must be a whole number from"
SAME = "must be in the address once"
OWN = (
    "own_sparsity must hold features from 0 to 39, each at most once, with an S from 0 to 1, "
    "as in 3:0.5,7:0.99, got {}. It stays empty"
)
REFUSED = {  # address -> how the status begins
    "sparsity=95&n=500": f"n {WHOLE} 1 to 200, got 500. It stays 40. "
    "sparsity must be a number from 0 to 1, got 95. It stays 0.9",
    "n=": f"n {WHOLE} 1 to 200, got nothing. It stays 40",
    "n=3.5": f"n {WHOLE} 1 to 200, got 3.5. It stays 40",
    "n=10&n=12": f"n {SAME}, got 10 and 12. It stays 40",
    "m=0": f"m {WHOLE} 1 to 20, got 0. It stays 5",
    "m=x": f"m {WHOLE} 1 to 20, got x. It stays 5",
    "seed=-1": f"seed {WHOLE} 0 to 9007199254740991, got -1. It stays 0",
    "feed=40": f"feed {WHOLE} 0 to 39, got 40. It stays 0",
    "sparsity=95%25": "sparsity must be a number from 0 to 1, got 95%. It stays 0.9",
    "sparsity=0.5&sparsity=0.5": f"sparsity {SAME}, got 0.5 and 0.5. It stays 0.9",
    "last_importance=NaN": "last_importance must be a number from 0 to 1, got NaN. It stays 0.1",
    "lr=0": "lr must be a number from 0.0001 to 0.3, got 0. It stays 0.03",
    "model=GPT": "model must be one of Linear, ReLU, ReLU-output, got GPT. It stays ReLU-output",
    "model=toString": "model must be one of Linear, ReLU, ReLU-output, got toString. It stays ReLU",
    "own_sparsity=40:0.5": OWN.format("40:0.5"),
    "own_sparsity=3:0.5,3:0.6": OWN.format("3:0.5,3:0.6"),
    "own_sparsity=3:2": OWN.format("3:2"),
    "own_sparsity=a:b,,3": OWN.format("a:b,,3"),
    "own_sparsity=3:0.5:0.6": OWN.format("3:0.5:0.6"),
    "spasity=0.5": "spasity in the address is unknown: it can hold n, m, sparsity, own_sparsity",
    "constructor=1": "constructor in the address is unknown: it can hold n, m, sparsity",
}


@pytest.mark.parametrize("search", REFUSED)
def test_an_address_is_refused_in_the_words_of_the_boxes(page, web, search):
    page.goto(f"{web}?{search}")
    page.wait_for_selector(".toymodels-laboratory[data-taken]")
    at_rest(page)
    assert event(page).startswith(REFUSED[search])
    assert shown(page) == DEFAULTS | {"taken": 2000}


@pytest.mark.parametrize(
    ("search", "setting"),
    [
        (
            "n=10&m=2&own_sparsity=3:0.5, 7:0.99",
            {"n": 10, "m": 2, "own_sparsity": {"3": 0.5, "7": 0.99}},
        ),
        ("own_sparsity=03 : .5 ,7:1e-1", {"own_sparsity": {"3": 0.5, "7": 0.1}}),
        ("own_sparsity=&n= 10 &feed=9", {"n": 10, "feed": 9}),
        ("sparsity=+0.50&model= ReLU", {"sparsity": 0.5, "model": "ReLU"}),
        ("n=3", {"n": 3, "m": 3}),
    ],
)
def test_an_address_is_read_as_it_is_meant(page, web, search, setting):
    page.goto(f"{web}?{search}")
    page.wait_for_selector(".toymodels-laboratory[data-taken]")
    at_rest(page)
    assert event(page) == ""
    unfold(page)
    assert shown(page) == DEFAULTS | setting | {"taken": 2000}
    for S in setting.get("own_sparsity", {}):
        type_number(page, "feed feature", S)  # the slider of this feature alone shows its own S
        slider = page.get_by_role("slider", name=f"S of feature {S} alone")
        assert "(as all)" not in slider.get_attribute("aria-valuetext")


def test_an_address_with_m_above_n_is_answered_and_m_comes_back(page):
    page.open(n=3, m=7)
    at_rest(page)
    assert event(page) == "m can be at most n: m = 3"
    assert shown(page) == DEFAULTS | {"n": 3, "m": 3, "taken": 2000}
    type_number(page, "n", "20")
    until(page, lambda: (shown(page)["n"], shown(page)["m"]) == (20, 7))


def test_copy_tells_that_a_page_s_own_sparsity_was_cleared(page, web):
    page.goto(f"{web}?own_sparsity=")
    page.evaluate(
        """() => {
          const here = document.querySelector("main");
          window.end();
          here.replaceChildren();
          window.end = toymodelsLaboratory(here, { own_sparsity: { 3: 0.5 } });
        }"""
    )
    page.wait_for_selector(".toymodels-laboratory[data-taken]")
    assert shown(page)["own_sparsity"] == {}
    press(page, "share")
    until(page, lambda: "copied" in event(page))
    assert "&own_sparsity=&" in page.evaluate("() => navigator.clipboard.readText()")


def test_where_nothing_may_be_copied_the_text_is_selected(page):
    page.add_init_script("delete Clipboard.prototype.writeText")
    page.open()
    press(page, "share")
    until(page, lambda: "the text is selected" in event(page))
    text = (
        page.evaluate("() => window.getSelection().toString()")
        or page.get_by_label("copy this text").input_value()
    )
    assert "sparsity=0.9" in text


def test_save_gives_a_picture_of_what_is_seen(page, tmp_path):
    page.open()
    at_rest(page)
    with page.expect_download() as download:
        press(page, "save")
    assert download.value.suggested_filename == "superposition.png"
    path = tmp_path / "saved.png"
    download.value.save_as(path)
    picture = np.asarray(Image.open(path).convert("RGB"))
    boxes = [canvas.bounding_box() for canvas in page.locator("canvas").all()]
    left, top = (min(box[side] for box in boxes) for side in ("x", "y"))
    right, bottom = (
        max(box[side] + box[size] for box in boxes)
        for side, size in (("x", "width"), ("y", "height"))
    )
    box = {"width": right - left, "height": bottom - top}
    assert picture.shape[:2] == (int(box["height"]) + 30, int(box["width"]))
    part = picture[: int(box["height"])].astype(int)
    assert (part.min(axis=2) < 100).mean() > 0.01 and (part.min(axis=2) > 250).mean() > 0.3


def framed(page, web, sandbox):
    """The laboratory in a frame of a page on the same address."""
    page.goto(f"{web.rsplit('/', 1)[0]}/laboratory-page.js")
    page.set_content(
        f'<iframe src="{web}" sandbox="{sandbox}" style="width: 900px; height: 900px">'
    )
    frame = page.frame_locator("iframe")
    frame.locator(".toymodels-laboratory[data-taken]").wait_for()
    frame.locator("summary", has_text="More pictures").click()
    return frame


@pytest.mark.parametrize("sandbox", ["allow-scripts", "allow-scripts allow-same-origin"])
def test_in_a_frame_that_may_not_save_it_says_so(browser, sandbox):
    with web_server(WebPage) as address, browser.new_context().new_page() as page:
        frame = framed(page, address, sandbox)
        frame.get_by_role("button", name="save").click()
        said = frame.locator(".event").inner_text()
        assert said.startswith("this page may not save: its frame is sandboxed")
        page.context.close()


def test_in_a_frame_that_may_save_it_saves(browser):
    with web_server(WebPage) as address, browser.new_context().new_page() as page:
        frame = framed(page, address, "allow-scripts allow-same-origin allow-downloads")
        with page.expect_download():
            frame.get_by_role("button", name="save").click()
        assert "among your downloads" in frame.locator(".event").inner_text()
        page.context.close()


def test_where_workers_are_forbidden_it_trains_on_the_pages_own_thread(browser):
    with web_server(StrictWebPage) as address, browser.new_context().new_page() as page:
        page.goto(address)
        page.wait_for_selector(".toymodels-laboratory[data-taken]")
        at_rest(page)
        assert not page.workers and shown(page)["taken"] == 2000
        page.context.close()


# What fails while window.failing is its name, as a page, a worker or a browser may fail
FAILURES = """
const fails = (name, object, method) => {
  const whole = object[method];
  object[method] = function (...args) {
    if (window.failing === name) throw new Error("it failed on purpose");
    return whole.apply(this, args);
  };
};
fails("training", Float64Array.prototype, "slice");
fails("drawing", CanvasRenderingContext2D.prototype, "fillRect");
fails("setting", Object, "fromEntries");
fails("sending", Worker.prototype, "postMessage");
const send = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (ask) {
  const impossible = { fresh: { n: -1, m: 1, seed: 0 } }; // an error in the worker, and no answer
  return send.call(this, window.failing === "worker" ? impossible : ask);
};
"""


@pytest.mark.parametrize("again", ["reset", "new seed", "Train"])
@pytest.mark.parametrize(
    ("failing", "handler"),
    [
        ("worker", WebPage),
        ("sending", WebPage),
        ("drawing", WebPage),
        ("setting", WebPage),
        ("training", StrictWebPage),
        ("drawing", StrictWebPage),
    ],
)
def test_after_a_failure_it_says_so_and_fresh_weights_start_it_again(
    browser, failing, handler, again
):
    with web_server(handler) as address, browser.new_context().new_page() as page:
        page.add_init_script(FAILURES)
        page.goto(f"{address}?n=12&m=3")
        at_rest(page)
        unfold(page)
        page.evaluate("failing => { window.failing = failing; }", failing)
        press(page, "reset")
        until(page, lambda: event(page).startswith("stopped: "))
        stopped = event(page)
        assert stopped.endswith("Press Train to begin with fresh weights")
        assert page.locator("button.start").inner_text().endswith("Train")
        for act in (
            lambda: slide(page, "sparsity S", "0.5"),
            lambda: press(page, "10 steps"),
        ):
            act()
            assert (event(page), state(page)) == (stopped, "Stopped")
        if (
            failing != "worker"
        ):  # a new worker that fails at once leaves it to this thread: see below
            press(page, again)
            until(page, lambda: event(page) == stopped)
        page.evaluate("() => { window.failing = ''; }")
        began = watched(page)
        press(page, again)
        until(page, lambda: event(page).startswith("fresh weights"))
        if again != "Train":
            press(page, "Train")  # the ten steps had paused it
        until(page, lambda: began() < 500)
        at_rest(page)
        assert (shown(page)["sparsity"], shown(page)["taken"]) == (0.5, 2000)
        assert len(page.workers) == (handler is WebPage)
        page.context.close()


def test_where_new_workers_fail_as_well_it_goes_on_on_the_pages_own_thread(browser, web):
    with browser.new_context().new_page() as page:
        page.add_init_script(FAILURES)
        page.goto(web)
        at_rest(page)
        unfold(page)
        page.evaluate("() => { window.failing = 'worker'; }")
        press(page, "reset")
        until(page, lambda: event(page).startswith("stopped: "))
        press(page, "Train")
        at_rest(page)
        assert event(page).startswith("fresh weights") and not page.workers
        page.context.close()


@pytest.mark.parametrize(
    ("failing", "handler"), [("sending", WebPage), ("training", StrictWebPage)]
)
def test_a_failure_at_the_very_beginning_is_said(browser, failing, handler):
    with web_server(handler) as address, browser.new_context().new_page() as page:
        page.add_init_script(f"{FAILURES} window.failing = {failing!r};")
        page.goto(address)
        said = "stopped: it failed on purpose. Press Train to begin with fresh weights"
        until(page, lambda: event(page) == said)
        page.evaluate("() => { window.failing = ''; }")
        press(page, "Train")
        at_rest(page)
        page.context.close()


def test_less_motion_means_paused(browser, web):
    with web_page(browser, web, reduced_motion="reduce") as page:
        page.open()
        page.wait_for_timeout(300)
        assert (shown(page)["taken"], state(page), event(page)) == (0, "Ready", "")
        press(page, "Train")
        until(page, lambda: shown(page)["taken"] > 100)


def test_off_the_screen_it_waits_and_at_its_end_the_worker_goes(page):
    page.open()
    page.get_by_role("slider", name="steps per picture").press(
        "Home"
    )  # 2000 pictures until it rests
    page.evaluate("() => { document.body.style.paddingTop = '3000px'; window.scrollTo(0, 0); }")
    page.wait_for_timeout(200)
    taken = shown(page)["taken"]
    page.wait_for_timeout(300)
    assert shown(page)["taken"] == taken
    page.evaluate("() => window.scrollTo(0, 9999)")
    until(page, lambda: shown(page)["taken"] > taken)
    assert len(page.workers) == 1
    page.evaluate("() => window.end()")
    until(page, lambda: not page.workers)


def test_taken_out_of_the_page_it_ends(page):
    page.open()
    page.evaluate("() => document.querySelector('.toymodels-laboratory').remove()")
    until(page, lambda: not page.workers, seconds=10)


def test_abuse(page):
    """300 slider events in ten seconds, every button, wild numbers: it goes on, and stays light."""
    page.open()
    dice = random.Random(0)
    sliders = page.get_by_role("slider")
    heap = page.context.new_cdp_session(page)
    sizes = []
    for round_ in range(3):
        for k in range(100):
            name = dice.randrange(5)
            sliders.nth(name).evaluate(
                """(slider, where) => { slider.value = Math.round(where * slider.max);
                slider.dispatchEvent(new Event("input", { bubbles: true })); }""",
                dice.random(),
            )
            if k % 10 == 0:
                type_number(page, dice.choice(["n", "m", "seed"]), str(dice.randrange(-5, 300)))
                press(page, dice.choice(["10 steps", "reset", "new seed"]))
            page.wait_for_timeout(20)
        for _ in range(10):
            page.locator("button.start").click()
        heap.send("HeapProfiler.collectGarbage")
        sizes.append(heap.send("Runtime.getHeapUsage")["usedSize"])
        assert round_ < 3
    assert sizes[-1] - sizes[0] < 10e6
    type_number(page, "n", "40")
    type_number(page, "m", "5")
    slide(page, "learning rate", "0.03")
    if "Pause" not in page.locator("button.start").inner_text():
        press(page, "Train")
    before = shown(page)["taken"]
    until(page, lambda: shown(page)["taken"] not in (0, before))
    assert "stopped" not in event(page)


def test_a_rate_that_blows_up_starts_afresh_and_says_so(page, parts):
    """Adam's steps are at most about lr: infinite only by a start that is nearly so."""
    page.open(n=12, m=3)
    page.add_script_tag(
        content="""import("./parts.js").then(({ laboratory }) => {
          const here = document.querySelector("main");
          window.end();
          here.replaceChildren();
          const W = new Float64Array(36).fill(1e160);
          const saved = { W, b: new Float64Array(12), taken: 7 };
          window.end = laboratory(here, { n: 12, m: 3 }, { saved, takeHome: () => "" });
        });"""
    )
    until(page, lambda: "as it was left" in event(page))
    press(page, "Train")
    until(page, lambda: "fresh weights, because the loss became infinite" in event(page))
    at_rest(page)


def test_ten_on_a_page(page):
    page.open()
    page.evaluate(
        """() => {
          for (let k = 0; k < 9; k++) {
            toymodelsLaboratory(document.body.appendChild(document.createElement("div")), { n: 20, m: 3 });
          }
        }"""
    )
    for k in range(10):
        page.locator(".toymodels-laboratory").nth(k).scroll_into_view_if_needed()
        until(page, lambda k=k: page.locator(".chip").nth(k).inner_text() == "Settled")
    assert len(page.workers) == 10


def looked_at(page):
    """What a finger could have changed: the fed feature, the angle in space, and where the page is."""
    turned = page.get_by_role("slider", name="turn").get_attribute("aria-valuetext")
    return shown(page)["feed"], turned, page.evaluate("() => scrollY"), page.url


def test_a_finger_that_scrolls_changes_nothing_and_a_tap_feeds(browser, web):
    with web_page(browser, web, **TELEPHONE) as page:
        page.open(n=8, m=3)
        at_rest(page)
        page.locator("canvas.view").scroll_into_view_if_needed()
        feed, turned, place, _ = looked_at(page)
        swipe(page, "view", 3, -150)
        assert looked_at(page)[:2] == (feed, turned) and looked_at(page)[2] > place + 50
        page.evaluate(
            "() => document.querySelector('canvas.norms').scrollIntoView({block: 'center'})"
        )
        until(page, lambda: at_one_place(page))
        place = looked_at(page)[2]
        swipe(page, "norms", 0, 120)
        assert looked_at(page)[:2] == (feed, turned) and looked_at(page)[2] < place - 50
        on_screen(page, "norms")
        until(page, lambda: at_one_place(page))
        box = page.locator("canvas.norms").bounding_box()
        width = (box["width"] - 96) / 8
        page.touchscreen.tap(box["x"] + 88 + 5.5 * width, box["y"] + 60)
        until(page, lambda: shown(page)["feed"] == 5)


def test_a_finger_turns_arrows_in_space_and_stays_on_the_page(browser, web):
    with web_page(browser, web, **TELEPHONE) as page:
        page.open(n=8, m=3)
        at_rest(page)
        page.locator("canvas.view").scroll_into_view_if_needed()
        before = looked_at(page)
        swipe(page, "view", 120, 10)
        after = looked_at(page)
        assert after[1] != before[1] and (after[0], *after[2:]) == (before[0], *before[2:])
        assert page.evaluate("() => [scrollX, visualViewport.offsetLeft]") == [0, 0]


def test_by_night_pictures_have_the_pages_ground_and_a_light_ink(page):
    page.open()
    at_rest(page)
    corners = {name: photographed(page, name)[0, 0].tolist() for name in ("view", "trail", "trip")}
    assert set(map(tuple, corners.values())) == {(255, 255, 255)}
    page.evaluate(
        "() => document.body.setAttribute('style', 'background: rgb(18, 18, 18); color: #ddd')"
    )
    until(page, lambda: photographed(page, "trail")[0, 0].tolist() == [18, 18, 18])
    until(page, lambda: photographed(page, "trail").max() > 200)
    for name in ("view", "norms", "loss", "trail", "trip"):
        seen = photographed(page, name)
        assert seen[0, 0].tolist() == [18, 18, 18], name
        assert (seen.min(axis=2) > 120).sum() > 100, name  # words and axes
    with page.expect_download() as download:
        press(page, "save")
    saved = np.asarray(Image.open(download.value.path()).convert("RGB"))
    assert saved[0, 0].tolist() == saved[-1, -1].tolist() == [18, 18, 18]


@pytest.mark.parametrize("width", [390, 590, 768, 940, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_whole_at_every_width(page, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.open(own_sparsity="3:0.99")
    at_rest(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    parts = ".toymodels-laboratory :is(canvas, input, button, label, select, summary)"
    inside = """parts => [...document.querySelectorAll(parts)].filter(part => {
      const { left, right } = part.getBoundingClientRect();
      return part.getClientRects().length && (left < 0 || right > innerWidth);
    }).length"""
    assert page.evaluate(inside, parts) == 0
    assert page.locator("canvas.trip").bounding_box()["width"] > 200


def test_axe_finds_nothing(page):
    page.open(n=8, m=3)
    at_rest(page)
    found = violations(page, ".toymodels-laboratory")
    assert not found, json.dumps([(v["id"], v["nodes"][0]["html"]) for v in found])
    names = page.get_by_role("slider").evaluate_all(
        "all => all.map(s => [s.ariaLabel, s.ariaValueText])"
    )
    assert ["sparsity S", "sparsity S = 0.9"] in names
    assert all(label and text for label, text in names)


def test_keys_move_and_press(page):
    page.open()
    at_rest(page)
    page.get_by_role("slider", name="sparsity S").focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: shown(page)["sparsity"] == 0.905)  # finer near 1
    page.get_by_role("button", name="reset").focus()
    began = watched(page)
    page.keyboard.press("Enter")
    until(page, lambda: began() < 2000)
