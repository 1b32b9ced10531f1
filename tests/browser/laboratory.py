"""What tests do to the laboratory on a page, and what they read there."""

import base64
import io
import re

import numpy as np
from PIL import Image

from .lab import until

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def says(page):
    return page.locator(".says").inner_text()


def event(page):
    """What happened last, in words."""
    return page.locator(".event").inner_text()


def state(page):
    return page.locator(".chip").inner_text()


def at_rest(page):
    until(page, lambda: state(page) == "Settled")
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def watched(page):
    """A function: the fewest steps shown from now on. A look from here may come too late."""
    page.evaluate(
        """() => {
          const root = document.querySelector(".toymodels-laboratory");
          window.fewest = Infinity;
          const look = () => { window.fewest = Math.min(window.fewest, root.dataset.taken); };
          new MutationObserver(look).observe(root, { attributeFilter: ["data-taken"] });
        }"""
    )
    return lambda: page.evaluate("() => window.fewest")


def press(page, name):
    page.get_by_role("button", name=name, exact=False).click()


def slide(page, name, label):
    """Move a slider, place by place, to where it reads `label`."""
    slider = page.get_by_role("slider", name=name)
    arrived = slider.evaluate(
        """(slider, label) => {
          const reads = () => Number(slider.ariaValueText.split("= ")[1].split(" ")[0]);
          const way = Math.sign(label - reads());
          for (let k = 0; k <= +slider.max && reads() !== label; k++) {
            slider.value = +slider.value + way;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
          return reads() === label;
        }""",
        float(label),
    )
    assert arrived, f"{name} has no place {label}"


def drag_to(page, name, fraction):
    """A drag in twenty events, to a fraction of the slider."""
    slider = page.get_by_role("slider", name=name)
    for k in range(20):
        slider.evaluate(
            """(slider, where) => {
              slider.value = Math.round(where * slider.max);
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            fraction * (k + 1) / 20,
        )
        page.wait_for_timeout(16)


def type_number(page, name, text):
    box = page.get_by_role("spinbutton", name=name, exact=True)
    box.evaluate("(box, text) => { box.value = text; }", text)
    box.dispatch_event("change")


def on_screen(page, name):
    """Scrolls to a picture, which is drawn only where it is seen."""
    page.locator(f"canvas.{name}").scroll_into_view_if_needed()
    page.evaluate(
        """async () => {
          for (let k = 0; k < 4; k++) await new Promise(requestAnimationFrame);
        }"""
    )


def pixels(page, name):
    """What is drawn on a canvas, on white."""
    on_screen(page, name)
    data = page.locator(f"canvas.{name}").evaluate("canvas => canvas.toDataURL().split(',')[1]")
    drawn = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
    white = Image.new("RGBA", drawn.size, "white")
    return np.asarray(Image.alpha_composite(white, drawn).convert("RGB")).astype(int)


def photographed(page, name):
    """A picture on the page's own ground."""
    on_screen(page, name)
    data = page.locator(f"canvas.{name}").screenshot()
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def red(page, name):
    """How many pixels have the colour of crosses and positive numbers, or nearly so."""
    r, g, b = np.moveaxis(pixels(page, name), -1, 0)
    return int(((r > 150) & (g < 70) & (b < 110)).sum())  # the orange of dots has more green


def loss(page):
    return round(float(re.search(r"loss is ([\d.]+)% of the best linear", says(page))[1]))


def kept(page):
    return int(re.search(r"(\d+) of \d+ feature", says(page))[1])


def swipe(page, name, across, down):
    """A finger on the middle of a picture that goes so many pixels to the right and down."""
    box = page.locator(f"canvas.{name}").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    for k in range(11):
        kind = "touchMove" if k else "touchStart"
        place = {"x": x + across * k / 10, "y": y + down * k / 10}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        page.wait_for_timeout(16)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(200)


def at_one_place(page):
    """Whether the page does not scroll any more."""
    before = page.evaluate("() => scrollY")
    page.wait_for_timeout(150)
    return page.evaluate("() => scrollY") == before
