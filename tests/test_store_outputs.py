import base64
import io

import nbformat
import numpy as np
from PIL import Image

from tests.store_outputs import smaller
from tools.notebooks import STATE, VIEW, show_what_widgets_hold


def test_a_stored_picture_keeps_equal_colours_equal_and_every_colour_within_two_levels():
    levels = np.arange(256, dtype=np.uint8)
    picture = np.stack([np.stack([levels, levels[::-1], np.full_like(levels, 247)], axis=-1)] * 2)
    buffer = io.BytesIO()
    Image.fromarray(picture).convert("RGBA").save(buffer, "png")
    given = base64.b64encode(buffer.getvalue()).decode()
    stored = np.asarray(Image.open(io.BytesIO(base64.b64decode(smaller(given)))))
    assert stored.shape == picture.shape
    assert np.abs(stored.astype(int) - picture).max() <= 2
    assert (stored[0] == stored[1]).all() and len(np.unique(stored[..., 2])) == 1
    assert (stored[0, [0, -1], 0] == [0, 255]).all()  # black stays black, white stays white


def test_what_interact_drew_is_stored_before_its_widget():
    drawn = {"output_type": "display_data", "data": {"text/plain": "<Figure>"}, "metadata": {}}
    box = {"children": ["IPY_MODEL_slider", "IPY_MODEL_output"]}
    states = {"box": box, "slider": {"value": 1}, "output": {"outputs": [drawn]}}
    view = nbformat.v4.new_output("display_data", {VIEW: {"model_id": "box"}})
    cells = [
        nbformat.v4.new_code_cell(outputs=[view]),
        nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text="said")]),
        nbformat.v4.new_markdown_cell("text"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    state = {name: {"state": state} for name, state in states.items()}
    notebook.metadata["widgets"] = {STATE: {"state": state}}
    show_what_widgets_hold(notebook)
    assert notebook.cells[0].outputs == [drawn, view]
    assert [output.text for output in notebook.cells[1].outputs] == ["said"]
    nbformat.validate(notebook)
