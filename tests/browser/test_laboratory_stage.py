"""The laboratory around its picture: first screen, presets, one state, speech, undo, address, values."""

import re

import pytest

from .conftest import shown, unfold, web_page
from .lab import until
from .laboratory import (
    TELEPHONE,
    at_one_place,
    at_rest,
    drag_to,
    event,
    kept,
    on_screen,
    pixels,
    press,
    says,
    slide,
    state,
    swipe,
    type_number,
)

LABORATORY = ".toymodels-laboratory"
# Shares of the first screen in per cent, and the controls that are seen on it; a slider and its ticks are one
FIRST_SCREEN = """() => {
  const inside = element => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const wide = Math.min(innerWidth, right) - Math.max(0, left);
    const high = Math.min(innerHeight, bottom) - Math.max(0, top);
    return element.checkVisibility() ? Math.max(0, wide) * Math.max(0, high) : 0;
  };
  const share = selector => [...document.querySelectorAll(selector)]
    .reduce((sum, element) => sum + (100 * inside(element)) / (innerWidth * innerHeight), 0);
  // The tips of the arrows are part of the picture
  const controls = "button:not(.grip), select, input, summary";
  const seen = [...document.querySelectorAll(controls)].filter(element => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    return inside(element) > 0 && element.contains(there) && !element.closest(".ticks");
  });
  return {
    picture: share("canvas.view"),
    controls: share(".top, .dial, .go"),
    names: seen.map(element => element.ariaLabel || element.textContent),
    scrolled: scrollY,
  };
}"""
# A laboratory whose weights a test can read, as Python can: window.now
WATCHED = """async setting => {
  const { laboratory } = await import("./parts.js");
  const here = document.querySelector("main");
  window.end();
  here.replaceChildren();
  const keep = (_, answer) => { window.now = [...answer.W, ...answer.b]; };
  window.end = laboratory(here, setting, { keep, takeHome: () => ({ text: "", without: "" }) });
}"""
# Counts what a screen reader is told from now on
LISTEN = """() => {
  window.heard = [];
  const speech = document.querySelector(".speech");
  new MutationObserver(() => window.heard.push(speech.textContent)).observe(speech, { childList: true });
}"""


# A drag of the sparsity as a hand makes it, in a third of a second
DRAG = """async () => {
  const slider = document.querySelector(".dial input");
  for (let k = 0; k < 20; k++) {
    slider.value = 80 - 2 * k;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(done => setTimeout(done, 16));
  }
}"""


def folded(page, web, search=""):
    """The laboratory as a reader finds it."""
    page.goto(f"{web}{search}")
    page.wait_for_selector(f"{LABORATORY}[data-taken]")


def test_on_a_telephone_the_picture_is_first_and_six_controls_are_in_sight(browser, web):
    with web_page(browser, web, **TELEPHONE) as page:
        for search in ("", "?n=5&m=2&sparsity=0.95&last_importance=1"):
            folded(page, web, search)
            seen = page.evaluate(FIRST_SCREEN)
            assert seen["scrolled"] == 0
            assert seen["picture"] >= 38 and seen["controls"] <= 15
            assert len(seen["names"]) <= 6, seen["names"]
            assert {"preset", "sparsity S"} <= set(seen["names"])


def test_on_a_telephone_slider_and_button_stay_at_the_bottom(browser, web):
    with web_page(browser, web, **TELEPHONE) as page:
        page.open()
        for place in (0, 400, 1200):
            page.evaluate("y => window.scrollTo(0, y)", place)
            until(page, lambda: at_one_place(page))
            for part in (".dial input", "button.start"):
                box = page.locator(part).bounding_box()
                assert box["y"] > 640 and box["y"] + box["height"] <= 844
        page.get_by_role("button", name="sparsity S = 0.5, ten").tap()
        until(page, lambda: shown(page)["sparsity"] == 0.5)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720)])
def test_on_a_laptop_picture_slider_and_button_are_on_one_screen(browser, web, width, height):
    with web_page(browser, web, viewport={"width": width, "height": height}) as page:
        folded(page, web)
        for part in ("canvas.view", ".dial input", "button.start", ".chip", ".says", "canvas.trip"):
            box = page.locator(part).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, part
        assert page.locator("canvas.view").bounding_box()["height"] >= 400


def test_forty_in_five_ends_at_sixteen(page, web):
    folded(page, web, "?n=12&m=3&seed=5&sparsity=0.3")
    at_rest(page)
    press(page, "Forty in five")
    assert event(page) == "Forty in five: fresh weights"
    at_rest(page)
    assert kept(page) == 16
    assert shown(page)["n"] == 40 and shown(page)["seed"] == 0
    assert page.get_by_role("button", name="Forty in five").get_attribute("aria-pressed") == "true"
    press(page, "undo")
    until(page, lambda: (shown(page)["n"], shown(page)["seed"]) == (12, 5))


def test_memory_leads_through_its_steps_and_lights_up_the_control(page, web):
    folded(page, web)
    press(page, "Memory")
    guide = page.locator(".guide")
    assert guide.inner_text().startswith("Step 1 of 4.")
    at_rest(page)
    lit = page.locator(".wanted")
    for step, S in ((2, "0.8"), (3, "0.5"), (4, "0.8")):
        assert guide.inner_text().startswith(f"Step {step} of 4.")
        assert lit.count() == 1 and lit.locator("input").is_visible()
        slide(page, "sparsity S", S)
        assert lit.count() == 0
        at_rest(page)
    seen = re.search(
        r"You saw (\d+) kept .* 0.9, (\d+) .* 0.8, (\d+) .* 0.5, (\d+) .* at S = 0.8",
        guide.inner_text(),
    )
    first, denser, dense, back = map(int, seen.groups())
    assert first == 16 and 11 <= denser <= 13 and (dense, back) == (10, 10)


def test_memory_concludes_and_goes_when_something_else_begins(page, web):
    folded(page, web)
    press(page, "Memory")
    guide = page.locator(".guide")
    at_rest(page)
    slide(page, "sparsity S", "0.81")
    assert "S is 0.81 now, but this step needs 0.8" in guide.inner_text()
    for S in ("0.8", "0.5", "0.8"):
        slide(page, "sparsity S", S)
        assert "this step needs" not in guide.inner_text()
        at_rest(page)
    assert "It remembers where it came from" in guide.inner_text()
    slide(page, "sparsity S", "0.9")
    assert guide.inner_text() == ""


def test_a_preset_keeps_its_button_and_its_words_while_s_moves(page, web):
    folded(page, web)
    press(page, "Two pairs")
    at_rest(page)
    slide(page, "sparsity S", "0.95")  # the whole setting of another one
    lit = page.locator(".presets button[aria-pressed=true]")
    assert lit.all_inner_texts() == ["Two pairs"]
    assert "At S = 0.7, four of them" in page.locator(".guide").inner_text()


def test_a_preset_says_what_is_true_while_the_model_is_another(page, web):
    folded(page, web)
    press(page, "Two pairs")
    at_rest(page)
    guide = page.locator(".guide")
    page.locator("summary", has_text="By hand").click()
    relu = page.get_by_role("checkbox", name="output ReLU")
    relu.uncheck()
    until(page, lambda: guide.inner_text().startswith("There is no ReLU now"))
    relu.check()
    until(page, lambda: "At S = 0.7, four of them" in guide.inner_text())


def test_controls_stay_in_place_when_training_starts(page, web):
    folded(page, web)
    at_rest(page)
    where = """() => [...document.querySelectorAll(".dial input, .start, .takings button")]
      .map(element => JSON.stringify(element.getBoundingClientRect()))"""
    before = page.evaluate(where)
    press(page, "Train")
    until(page, lambda: state(page).startswith("Training"))
    assert page.evaluate(where) == before


def test_there_is_one_state_and_it_follows_real_training(page):
    page.open(n=12, m=3)
    until(page, lambda: re.fullmatch(r"Training [\d,]+ of 2,000|Settled", state(page)))
    at_rest(page)
    assert event(page) == ""
    press(page, "Train")
    assert state(page).startswith("Training")
    press(page, "Pause")
    assert (state(page), event(page)) == ("Ready", "")
    page.get_by_role("slider", name="steps per picture").press("Home")
    press(page, "Train")
    page.evaluate("() => { document.body.style.paddingTop = '3000px'; window.scrollTo(0, 0); }")
    until(
        page, lambda: page.evaluate("() => document.querySelector('.chip').textContent") == "Ready"
    )
    page.evaluate("() => window.scrollTo(0, 9999)")
    until(page, lambda: state(page).startswith("Training"))


def test_a_screen_reader_hears_a_drag_twice_and_a_training_five_times_at_most(page):
    page.open()
    at_rest(page)
    page.wait_for_timeout(700)
    assert page.locator("[aria-live], [role=status], [role=alert]").count() == 1
    page.evaluate(LISTEN)
    page.evaluate(DRAG)
    at_rest(page)
    page.wait_for_timeout(700)
    heard = page.evaluate("() => window.heard.splice(0)")
    assert 1 <= len(heard) <= 2, heard
    assert "same weights. Settled. Step" in heard[-1] and "opposite pair" in heard[-1]
    press(page, "Train")
    at_rest(page)
    page.wait_for_timeout(700)
    heard = page.evaluate("() => window.heard.splice(0)")
    assert 1 <= len(heard) <= 5, heard
    press(page, "share")
    until(page, lambda: page.evaluate("() => window.heard.length") == 1)


@pytest.mark.parametrize("way", ["button", "keys"])
def test_undo_brings_the_weights_back_to_the_last_bit(page, parts, way):
    page.open()
    page.evaluate(WATCHED, {"n": 8, "m": 3})
    at_rest(page)
    unfold(page)
    now = "() => window.now"

    def undo():
        if way == "button":
            return press(page, "undo")
        page.get_by_role("slider", name="sparsity S").focus()
        page.keyboard.press("Control+z")

    assert page.get_by_role("button", name="undo").is_disabled()
    first = page.evaluate(now)
    drag_to(page, "sparsity S", 0.1)
    at_rest(page)
    second, S = page.evaluate(now), shown(page)["sparsity"]
    assert second != first
    press(page, "reset")
    at_rest(page)
    type_number(page, "n", "12")
    until(page, lambda: shown(page)["n"] == 12)
    undo()
    until(page, lambda: shown(page)["n"] == 8)
    undo()
    until(page, lambda: page.evaluate(now) == second)
    assert shown(page)["sparsity"] == S and state(page) == "Settled"
    undo()  # of the whole drag
    until(page, lambda: page.evaluate(now) == first)
    assert shown(page)["sparsity"] == 0.9 and state(page) == "Settled"
    assert page.get_by_role("button", name="undo").is_disabled()
    page.wait_for_timeout(300)
    assert page.evaluate(now) == first
    press(page, "Train")  # and it goes on from there
    until(page, lambda: shown(page)["taken"] > 2000)


def test_the_address_is_current_and_a_reload_restores(page, web):
    folded(page, web)
    at_rest(page)
    assert page.url == web  # nothing was set
    slide(page, "sparsity S", "0.7")
    until(page, lambda: "sparsity=0.7&" in page.url)
    press(page, "Pentagon")
    until(page, lambda: "n=5&m=2&sparsity=0.95&" in page.url)
    at_rest(page)
    before = shown(page)
    page.reload()
    at_rest(page)
    assert shown(page) == before
    assert (
        page.get_by_role("button", name="Pentagon", exact=True).get_attribute("aria-pressed")
        == "true"
    )
    assert page.evaluate("() => history.length") <= 2


HAND = "f7+/PgAAAAAAAAAAf7+/PgAAAL8AAIA+"  # 6 numbers: W of two features in two dimensions, b


def test_weights_moved_by_hand_travel_in_the_address(page, web):
    text = HAND.replace("+", "-").replace("/", "_")
    page.goto(f"{web}?n=2&m=2&weights={text}&lr=0.01")
    until(page, lambda: state(page) == "By hand")
    assert (event(page), shown(page)["taken"]) == ("", 0)
    picture = pixels(page, "view")
    press(page, "share")
    until(page, lambda: event(page).startswith("copied, with the weights that were moved by hand"))
    assert f"weights={text}" in page.evaluate("() => navigator.clipboard.readText()")
    slide(page, "sparsity S", "0.8")  # other data: the weights stay
    until(page, lambda: "sparsity=0.8" in page.url and f"weights={text}" in page.url)
    page.reload()
    until(page, lambda: state(page) == "By hand")
    assert (pixels(page, "view") == picture).all()
    press(page, "Train")
    at_rest(page)
    until(page, lambda: "weights=" in page.url and text not in page.url)  # what is on the screen
    trained = says(page)
    page.reload()
    until(page, lambda: state(page) == "By hand" and "kept" in says(page))
    assert says(page).split("kept")[0].split(":")[1] == trained.split("kept")[0].split(":")[1]
    unfold(page)
    press(page, "reset")
    until(page, lambda: "weights" not in page.url)


def test_weights_that_cannot_be_are_refused_in_words(page, web):
    page.goto(f"{web}?n=5&m=2&weights={HAND}")
    at_rest(page)
    assert event(page).startswith(
        "weights must be 5 * (2 + 1) numbers, at most 60, as a laboratory"
    )
    assert event(page).endswith(". They are fresh")


def test_a_teacher_hides_controls(page, web):
    names = ["presets", "share", "lr", "n", "m", "model", "feed", "strength", "own_sparsity"]
    names += ["last_importance", "events"]
    folded(page, web, f"?hide={','.join(names)}&n=12&m=3")
    for part in ("summary:text('Model and data')", ".presets", "button:text('share')"):
        assert not page.locator(f"{LABORATORY} {part}").first.is_visible(), part
    unfold(page)
    page.locator("button.start").wait_for()
    focused = []
    page.keyboard.press("Tab")
    for _ in range(40):
        focused.append(
            page.evaluate(
                "() => document.activeElement.ariaLabel || document.activeElement.textContent"
            )
        )
        page.keyboard.press("Tab")
    assert "steps per picture" in focused and "undo" not in focused  # nothing to undo
    for name in ("learning rate", "share", "Pentagon", "S of feature 0 alone", "Model and data"):
        assert name not in focused
    assert not page.locator(".ticks").first.is_visible()  # what happens at which sparsity
    slide(page, "sparsity S", "0.8")
    until(page, lambda: "hide=presets" in page.url)  # and they stay away
    page.goto(f"{web}?hide=lr,volume")
    at_rest(page)
    assert event(page).startswith("hide must hold names among presets, undo, share, sparsity")
    assert event(page).endswith("got volume. It stays empty")


def test_twenty_swipes_scroll_and_feed_nothing(browser, web):
    with web_page(browser, web, **TELEPHONE) as page:
        page.open(n=12, m=3, feed=5)
        at_rest(page)
        for k in range(20):
            name = ("view", "trip")[k // 10]
            page.locator(f"canvas.{name}").evaluate(
                "canvas => canvas.scrollIntoView({ block: 'center' })"
            )
            until(page, lambda: at_one_place(page))
            before = page.evaluate("() => scrollY")
            swipe(page, name, k % 5, -90)
            assert page.evaluate("() => scrollY") > before + 30
            assert shown(page)["feed"] == 5


def test_the_value_under_the_pointer_is_said(page, parts):
    page.open()
    page.evaluate(WATCHED, {"n": 6, "m": 4})
    at_rest(page)
    numbers = page.evaluate("() => window.now")
    columns = [numbers[4 * i : 4 * i + 4] for i in range(6)]
    said = page.locator(".said")
    view = page.locator("canvas.view")
    view.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):
        view.press(key)
    until(page, lambda: said.inner_text().startswith("feature 1 alone at 1: feature 3 reads"))
    product = sum(a * b for a, b in zip(columns[1], columns[3], strict=True))
    reads = float(re.search(r"reads (\S+),", said.inner_text())[1].replace("\u2212", "-"))
    assert abs(reads - product) <= 0.0051
    view.press("Enter")
    until(page, lambda: shown(page)["feed"] == 1)
    view.press("Escape")
    until(page, lambda: said.inner_text() == "")
    on_screen(page, "trip")
    trip = page.locator("canvas.trip").bounding_box()
    page.mouse.move(trip["x"] + 78 + 3.5 * (trip["width"] - 86) / 6, trip["y"] + 80)
    until(page, lambda: said.inner_text().startswith("feature 3: x 0, W"))
    assert (
        abs(float(re.search(r"h (\S+),", said.inner_text())[1].replace("\u2212", "-")) - product)
        <= 0.0051
    )
    assert shown(page)["feed"] == 1  # pointing feeds nothing
    page.mouse.move(2, 2)
    until(page, lambda: said.inner_text() == "")


def test_folded_pictures_are_not_drawn(page, web):
    folded(page, web, "?n=12&m=3")
    at_rest(page)
    size = "canvas => [canvas.width, canvas.height]"
    for name in ("norms", "loss", "trail"):
        assert page.locator(f"canvas.{name}").evaluate(size) == [300, 150]  # as a canvas begins
    page.locator("summary", has_text="More pictures").click()
    for name in ("norms", "loss", "trail"):
        on_screen(page, name)
        until(page, lambda name=name: page.locator(f"canvas.{name}").evaluate(size) != [300, 150])
    assert (pixels(page, "loss").min(axis=2) < 100).sum() > 100
