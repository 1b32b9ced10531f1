"""Hands on the laboratory's arrows: mouse, finger, keys, sliders; biases; the challenge."""

import math
import re

import pytest

from .conftest import shown, web_page
from .lab import until, violations

PENTAGON = {"n": 5, "m": 2, "sparsity": 0.95, "last_importance": 1}
SETTLED = "() => document.querySelector('.chip').textContent === 'Settled'"


def chip(page):
    return page.locator(".chip").inner_text()


def says(page):
    return page.locator(".says").inner_text()


def loss(page):
    return round(float(re.search(r"loss is ([\d.]+)% of the best linear", says(page))[1]))


def grip(page, j):
    return page.locator(".grip").nth(j)


def tip(page, j):
    """Where the tip of an arrow is, on the page."""
    box = grip(page, j).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place(page, j):
    """Angle in degrees and length of an arrow, as its button is called."""
    name = re.fullmatch(
        r"Arrow (\d+), (\d+)°, (\d\.\d\d)", grip(page, j).get_attribute("aria-label")
    )
    assert int(name[1]) == j
    return int(name[2]), float(name[3])


def slide(page, name, value):
    page.get_by_role("slider", name=name).evaluate(
        """(slider, value) => {
          slider.value = value;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          slider.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        value,
    )
    picture_drawn(page)


def picture_drawn(page):
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def part(page, title):
    """Opens a folded part, if it is not open."""
    summary = page.locator("summary", has_text=re.compile(f"^{title}"))
    if not summary.evaluate("summary => summary.parentElement.open"):
        summary.click()


def at(page, angle, length):
    """Where the tip of an arrow with this angle and length is, on the page."""
    middle, unit = page.evaluate("() => window.plane()")
    x = middle[0] + length * unit * math.cos(math.radians(angle))
    y = middle[1] - length * unit * math.sin(math.radians(angle))
    return x, y


# Middle and unit of the arrows' picture on the page, from the canvas' size as drawArrows lays it out
PLANE = """window.plane = () => {
  const { left, top, width, height } = document.querySelector("canvas.view").getBoundingClientRect();
  const side = Math.min(width - 28 - 12, height - 20 - 26);
  const x = left + 28 + (width - 28 - 12 - side) / 2 + side / 2;
  const y = top + 20 + (height - 20 - 26 - side) / 2 + side / 2;
  return [[x, y], side / 2.9];
};"""


@pytest.fixture
def pentagon(page):
    """A pentagon that has settled, in a laboratory without a kernel."""
    page.add_init_script(PLANE)
    page.open(**PENTAGON)
    page.wait_for_function(SETTLED)
    picture_drawn(page)
    return page


def drag(page, j, angle, length, release=True):
    page.mouse.move(*tip(page, j))
    page.mouse.down()
    page.mouse.move(*at(page, angle, length), steps=6)
    picture_drawn(page)
    if release:
        page.mouse.up()


def test_an_arrow_follows_the_mouse_and_the_loss_follows_the_arrow(pentagon):
    page = pentagon
    best = loss(page)
    drag(page, 2, 33, 0.62, release=False)
    angle, length = place(page, 2)
    assert abs(angle - 33) <= 1 and abs(length - 0.62) <= 0.02
    assert chip(page) == "By hand" and shown(page)["feed"] == 2
    assert loss(page) > best + 5
    page.mouse.up()
    page.wait_for_timeout(200)
    assert chip(page) == "By hand" and place(page, 2) == (angle, length)
    moved = {j: place(page, j) for j in range(5)}
    page.get_by_role("button", name="undo").click()
    picture_drawn(page)
    assert abs(loss(page) - best) <= 1
    assert [j for j in range(5) if place(page, j) != moved[j]] == [2]


def test_shift_keeps_the_length_alt_the_angle_and_escape_undoes(pentagon):
    page = pentagon
    before = {j: place(page, j) for j in range(5)}
    page.mouse.move(*tip(page, 1))
    page.mouse.down()
    page.keyboard.down("Shift")
    page.mouse.move(*at(page, before[1][0] + 25, 0.5), steps=4)
    picture_drawn(page)
    angle, length = place(page, 1)
    assert length == before[1][1] and abs((angle - before[1][0]) % 360 - 25) <= 1
    page.keyboard.up("Shift")
    page.keyboard.down("Alt")
    page.mouse.move(*at(page, before[1][0] + 40, 0.5), steps=4)
    picture_drawn(page)
    angle, length = place(page, 1)
    assert angle == before[1][0] and abs(length - 0.5) <= 0.05
    page.keyboard.up("Alt")
    page.keyboard.press("Escape")
    picture_drawn(page)
    assert {j: place(page, j) for j in range(5)} == before
    page.mouse.move(*at(page, 0, 0.2))
    page.mouse.up()
    picture_drawn(page)
    assert {j: place(page, j) for j in range(5)} == before


def test_a_magnet_pulls_to_length_1_and_opposite_another(pentagon):
    page = pentagon
    opposite = (place(page, 0)[0] + 180) % 360
    drag(page, 3, opposite + 3, 1.02)
    picture_drawn(page)
    angle, length = place(page, 3)
    assert length == 1 and (angle - opposite) % 360 in (0, 1, 359)  # both are rounded
    assert "1 opposite pair" in says(page)


def test_a_click_on_a_tip_chooses_and_moves_nothing(pentagon):
    page = pentagon
    before = {j: place(page, j) for j in range(5)}
    page.mouse.click(*tip(page, 4))
    until(page, lambda: shown(page)["feed"] == 4)
    assert {j: place(page, j) for j in range(5)} == before
    assert chip(page) != "By hand"


def test_a_grab_pauses_and_train_goes_on_from_the_hands_weights(page):
    page.add_init_script(PLANE)
    page.open(**PENTAGON)
    page.wait_for_function("() => document.querySelector('.chip').textContent.startsWith('Train')")
    page.wait_for_function("() => document.querySelectorAll('.grip').length === 5")
    page.mouse.move(*tip(page, 0))
    page.mouse.down()
    page.mouse.up()
    until(page, lambda: not chip(page).startswith("Training"))
    page.wait_for_timeout(200)  # what was asked before has come by then
    taken = shown(page)["taken"]
    page.wait_for_timeout(200)
    assert shown(page)["taken"] == taken
    # An arrangement that training would not leave: all but one arrow stay where they are at first
    drag(page, 0, place(page, 0)[0], 0.4)
    picture_drawn(page)
    others = [place(page, j) for j in range(1, 5)]
    slow = page.get_by_role("slider", name="steps per picture", include_hidden=True)
    slow.evaluate(
        "slider => { slider.value = 0; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.get_by_role("button", name="Train").click()
    until(page, lambda: shown(page)["taken"] > taken)
    now = [place(page, j) for j in range(1, 5)]
    for (angle, length), (was, long) in zip(now, others, strict=True):
        assert min((angle - was) % 360, (was - angle) % 360) <= 20 and abs(length - long) < 0.3
    assert chip(page).startswith("Training")


def test_keys_choose_take_turn_lengthen_and_let_go(pentagon):
    page = pentagon
    grip(page, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    picture_drawn(page)
    assert grip(page, 2).evaluate("grip => grip === document.activeElement")
    assert shown(page)["feed"] == 2
    before = place(page, 2)
    page.keyboard.press("Enter")
    picture_drawn(page)
    assert grip(page, 2).get_attribute("aria-pressed") == "true"
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "ArrowDown", "Shift+ArrowUp"):
        page.keyboard.press(key)
    picture_drawn(page)
    angle, length = place(page, 2)
    assert (angle - before[0]) % 360 in (8, 9, 10)  # before it was no whole number
    assert abs(length - (before[1] - 0.04)) < 0.011
    assert chip(page) == "By hand"
    heard = page.locator(".speech")
    until(page, lambda: heard.inner_text().startswith(f"Arrow 2, {angle} degrees, length"))
    assert re.search(r"; nearest arrow \d, \d+ away; loss \d+ percent$", heard.inner_text())
    page.keyboard.press("Escape")
    picture_drawn(page)
    assert place(page, 2) == before
    assert grip(page, 2).get_attribute("aria-pressed") == "false"
    page.keyboard.press("ArrowRight")  # chooses again
    picture_drawn(page)
    assert place(page, 2) == before and shown(page)["feed"] == 3


def test_one_arrow_is_in_the_order_of_tabs(pentagon):
    grips = pentagon.locator(".grip")
    assert grips.evaluate_all("all => all.map(grip => grip.tabIndex)") == [0, -1, -1, -1, -1]
    sizes = grips.evaluate_all("all => all.map(grip => [grip.offsetWidth, grip.offsetHeight])")
    assert sizes == [[32, 32]] * 5


def test_sliders_say_where_an_arrow_is_and_move_it(pentagon):
    page = pentagon
    part(page, "By hand")
    slide(page, "angle of arrow 0", 40)
    slide(page, "length of arrow 0", 0.8)
    assert place(page, 0) == (40, 0.8)
    words = page.get_by_role("slider", name="length of arrow 0").get_attribute("aria-valuetext")
    found = re.fullmatch(
        r"Arrow 0, 40 degrees, length 0\.80; nearest arrow (\d), (\d+) away; loss (\d+) percent",
        words,
    )
    others = {j: abs((place(page, j)[0] - 40 + 180) % 360 - 180) for j in range(1, 5)}
    nearest = int(found[1])
    assert others[nearest] == min(others.values()) and abs(int(found[2]) - others[nearest]) <= 1
    assert int(found[3]) == loss(page)


def test_a_finger_moves_an_arrow_as_far_as_itself_and_elsewhere_scrolls(browser, web):
    look = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with web_page(browser, web, **look) as page:
        page.add_init_script(PLANE)
        page.open(**PENTAGON)
        page.wait_for_function(SETTLED)
        picture_drawn(page)
        assert grip(page, 0).bounding_box()["width"] == 48
        session = page.context.new_cdp_session(page)

        def touch(kind, *points):
            points = [{"x": x, "y": y} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        def swipe(start, way):
            touch("touchStart", start)
            for k in range(1, 11):
                touch("touchMove", (start[0] + way[0] * k / 10, start[1] + way[1] * k / 10))
                page.wait_for_timeout(16)
            picture_drawn(page)

        middle, unit = page.evaluate("() => window.plane()")
        j = min(range(5), key=lambda j: tip(page, j)[1])  # the uppermost
        for way in ((-30, 70), (10, 24)):  # far and near
            start = tip(page, j)
            swipe((start[0] + 9, start[1] - 7), way)  # it need not be taken in its middle
            x, y = tip(page, j)
            assert abs(x - (start[0] + way[0])) < 4 and abs(y - (start[1] + way[1])) < 4
            touch("touchEnd")
        assert page.evaluate("() => window.scrollY") == 0 and chip(page) == "By hand"
        resting = [place(page, i) for i in range(5)]
        # Between the arrows the page scrolls, and no arrow moves
        free = max(
            ((middle[0] + unit * math.cos(a), middle[1] + unit * math.sin(a)) for a in range(0, 6)),
            key=lambda p: min(math.dist(p, tip(page, i)) for i in range(5)),
        )
        swipe(free, (0, -120))
        touch("touchEnd")
        until(page, lambda: page.evaluate("() => window.scrollY") > 40)
        picture_drawn(page)
        assert [place(page, i) for i in range(5)] == resting


def test_the_bias_moves_by_a_slider_and_the_best_comes_back(pentagon):
    page = pentagon
    part(page, "By hand")
    assert not page.get_by_label("best biases for these arrows").is_checked()  # they are trained
    slide(page, "length of arrow 0", 1.13)
    best = loss(page)
    assert page.get_by_label("best biases for these arrows").is_checked()
    before = page.locator("canvas.view").screenshot()
    slide(page, "bias of output 0", -0.6)
    assert not page.get_by_label("best biases for these arrows").is_checked()
    alone = loss(page)
    assert best + 3 < alone < best + 15
    page.get_by_label("all outputs alike").check()
    picture_drawn(page)
    slide(page, "bias of all outputs", -0.6)
    assert loss(page) > best + 20
    page.get_by_role("button", name="undo").click()
    picture_drawn(page)
    page.get_by_role("button", name="undo").click()
    picture_drawn(page)
    assert loss(page) == alone and not page.get_by_label("all outputs alike").is_checked()
    assert page.get_by_role("slider", name="bias of output 0").count() == 1
    page.get_by_label("all outputs alike").check()
    slide(page, "bias of all outputs", -0.6)
    assert page.locator("canvas.view").screenshot() != before  # the half-plane has moved
    words = page.get_by_role("slider", name="bias of").get_attribute("aria-valuetext")
    assert words == f"bias of all outputs -0.60; loss {loss(page)} percent"
    slide(page, "bias of", -0.25)
    assert loss(page) <= best + 1
    assert chip(page) == "By hand"
    slide(page, "bias of", 0.1)
    page.get_by_label("best biases for these arrows").check()
    picture_drawn(page)
    assert loss(page) == best


def test_without_the_output_relu_everything_leaks_and_nothing_trains(pentagon):
    page = pentagon
    part(page, "By hand")
    taken = shown(page)["taken"]
    picture = page.locator("canvas.view").screenshot()
    trip = page.locator("canvas.trip").screenshot()
    page.get_by_label("output ReLU").uncheck()
    until(page, lambda: shown(page)["model"] == "Linear")
    picture_drawn(page)
    assert loss(page) > 100
    assert page.locator("canvas.view").screenshot() != picture
    assert page.locator("canvas.trip").screenshot() != trip
    page.get_by_label("output ReLU").check()
    until(page, lambda: shown(page)["model"] == "ReLU-output")
    picture_drawn(page)
    assert loss(page) <= 20 and shown(page)["taken"] == taken and chip(page) == "By hand"


def test_where_the_hidden_numbers_have_a_relu_the_outputs_stays(page):
    page.open(**PENTAGON, model="ReLU")
    part(page, "By hand")
    assert page.get_by_label("output ReLU").is_disabled()


@pytest.mark.parametrize("setting", [{"n": 8, "m": 3}, {}, {"n": 60, "m": 2}])
def test_where_no_hand_can_move_arrows_there_is_nothing_to_take(page, setting):
    page.open(**setting)
    picture_drawn(page)
    assert page.locator(".grip:visible").count() == 0
    assert not page.locator("summary", has_text="By hand").is_visible()


def test_a_teacher_can_take_the_hands_away(page):
    page.open(**PENTAGON, hide="by_hand,challenge")
    picture_drawn(page)
    assert page.locator(".grip:visible").count() == 0
    assert not page.locator("summary", has_text="Beat the optimiser").is_visible()


def arrange(page, places):
    for j, (angle, length) in enumerate(places):
        grip(page, j).press("Enter")  # takes it, and so chooses it for the sliders
        grip(page, j).press("Enter")
        picture_drawn(page)
        slide(page, f"angle of arrow {j}", angle)
        slide(page, f"length of arrow {j}", length)


def won(page):
    return [words.split(":")[0] for words in page.locator(".medals .won").all_inner_texts()]


def test_the_challenge_gives_medals_and_keeps_the_best_as_ghosts(page):
    page.open(n=7, m=2, sparsity=0.5)
    part(page, "By hand")
    part(page, "Beat the optimiser")
    page.get_by_role("button", name="Start with a fan").click()
    until(page, lambda: shown(page)["n"] == 5)
    picture_drawn(page)
    assert loss(page) > 100 and won(page) == [] and chip(page) == "By hand"
    arrange(page, [(0, 1), (90, 1), (180, 1), (270, 1), (0, 0)])
    assert loss(page) == 37 and won(page) == ["✓ bronze", "✓ silver"]
    assert not page.get_by_role("button", name="Round 2").is_visible()
    arrange(page, [(72 * j, 1) for j in range(5)])
    assert loss(page) == 22 and won(page) == ["✓ bronze", "✓ silver", "✓ gold"]
    until(page, lambda: "which reach 18.5%" in page.locator(".medals").inner_text())
    assert "star: at most 18.7%" in page.locator(".medals").inner_text()
    arrange(page, [(72 * j, 1.13) for j in range(5)])
    assert won(page) == ["✓ bronze", "✓ silver", "✓ gold", "✓ star"]
    slide(page, "length of arrow 4", 0.3)  # the best counts, not the last
    assert (
        won(page)[-1] == "✓ star" and "Your best: 18.5%" in page.locator(".challenge").inner_text()
    )
    page.get_by_role("button", name="Start again").click()
    picture_drawn(page)
    assert loss(page) > 100 and "Your best: 18.5%" in page.locator(".challenge").inner_text()
    page.get_by_role("button", name="Train").click()
    until(page, lambda: "Training has moved the arrows" in page.locator(".challenge").inner_text())


def test_in_the_second_round_the_rare_feature_is_dropped(page):
    page.open(**PENTAGON)
    part(page, "By hand")
    part(page, "Beat the optimiser")
    page.get_by_role("button", name="Start with a fan").click()
    picture_drawn(page)
    arrange(page, [(72 * j, 1.1) for j in range(5)])
    page.get_by_role("button", name="Round 2").click()
    until(page, lambda: shown(page)["own_sparsity"] == {"0": 0.99})
    picture_drawn(page)
    words = page.locator(".challenge")
    assert [place(page, j) for j in range(5)] == [(72 * j, 1.1) for j in range(5)]
    assert "You keep all five" in words.inner_text() and won(page) == []
    arrange(page, [(0, 1), (90, 1), (180, 1), (0, 0), (270, 1)])
    assert "You have dropped feature 3" in words.inner_text() and loss(page) > 40
    until(page, lambda: "which reach 14." in page.locator(".medals").inner_text())
    arrange(page, [(0, 0), (0, 1), (90, 1), (180, 1), (270, 1)])
    assert won(page) == ["✓ star"] and "so does training" in words.inner_text()


def test_another_setting_is_not_the_challenge(page):
    page.open(**PENTAGON)
    part(page, "Beat the optimiser")
    page.get_by_role("button", name="Start with a fan").click()
    picture_drawn(page)
    page.get_by_role("slider", name="sparsity S").press("Home")
    until(page, lambda: "The setting has changed" in page.locator(".challenge").inner_text())
    assert not page.locator(".medals").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_parts_can_be_used_by_everybody(browser, web, scheme):
    with web_page(browser, web, color_scheme=scheme) as page:
        page.open(**PENTAGON)
        page.wait_for_function(SETTLED)
        part(page, "By hand")
        part(page, "Beat the optimiser")
        page.get_by_role("button", name="Start with a fan").click()
        picture_drawn(page)
        assert violations(page, ".toymodels-laboratory") == []


def test_the_game_has_its_own_words_and_gives_no_answer_away(browser, web):
    with web_page(browser, web, viewport={"width": 1366, "height": 768}) as page:
        page.goto(web)
        page.get_by_role("button", name="Two pairs").click()
        page.wait_for_function(SETTLED)
        assert page.locator(".guide").inner_text().startswith("All five features")
        part(page, "By hand")
        part(page, "Beat the optimiser")
        page.get_by_role("button", name="Start with a fan").click()
        until(page, lambda: shown(page)["sparsity"] == 0.95)
        picture_drawn(page)
        assert page.locator(".guide").inner_text() == ""
        assert page.locator(".presets button[aria-pressed=true]").count() == 0
        assert "pentagon" not in page.locator(".ticks").inner_text()
        picture, medals = (page.locator(name).bounding_box() for name in ("canvas.view", ".medals"))
        assert medals["y"] + medals["height"] - picture["y"] <= 768  # both on one screen
        page.get_by_role("button", name="Pentagon").click()
        until(page, lambda: "pentagon" in page.locator(".ticks").inner_text())
        assert "they form a pentagon" in page.locator(".guide").inner_text()


def test_after_a_key_the_mouse_points_at_nothing(pentagon):
    page = pentagon
    page.mouse.move(*tip(page, 3))
    until(page, lambda: page.locator(".said").inner_text().startswith("arrow 3"))
    grip(page, 0).press("ArrowRight")
    until(page, lambda: page.locator(".said").inner_text() == "")
    assert shown(page)["feed"] == 1
