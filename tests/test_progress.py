"""Progress bars in notebooks: seen while somebody looks, and nothing empty is saved."""

from functools import cache

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

CELLS = [
    "import toymodels as tm",
    "model = tm.LinearModel(6, 2, seed=0)\n"
    "history = tm.train(model, tm.SparseFeatures(6, 0.5), steps=3000, progress=True)\n"
    "len(history.loss)",
    "tm.explore.samples(5, 4, [0.5, 0.9])",
    "tm.sweep(tm.LinearModel, 2, tm.SparseFeatures(3, [0.5, 0.9]), steps=300).loss.shape",
]


class Watched(NotebookClient):
    """As with JupyterLab in front of it: cells may ask for input. Remembers all that was shown."""

    shown = ()

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        client.allow_stdin = True
        return client

    def process_message(self, message, cell, index):
        data = message["content"].get("data", {}).get("text/plain", "")
        if message["msg_type"] == "update_display_data" and data:
            self.shown = (*self.shown, data)
        return super().process_message(message, cell, index)


@cache
def run(client, **options):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    running = client(notebook, kernel_name="python3", timeout=120, **options)
    running.execute()
    return notebook, running


@pytest.mark.parametrize(
    ("client", "options"),
    [(NotebookClient, {}), (NotebookClient, {"store_widget_state": False}), (Watched, {})],
)
@pytest.mark.filterwarnings("error:Your element with mimetype")
def test_no_output_is_empty(client, options):
    notebook, _ = run(client, **options)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert all(output.data for output in outputs)
    said = [output.data["text/plain"] for output in outputs if "text/plain" in output.data]
    summary = "Samples of 5 features at 2 sparsities; shown: sparsity S = 0.5, 0.9"
    assert said == ["3000", summary, "torch.Size([2, 1, 5])"]
    HTMLExporter().from_notebook_node(notebook)  # warns of an empty output


def test_a_program_that_runs_a_notebook_gets_results_only():
    notebook, _ = run(NotebookClient)
    assert [len(cell.outputs) for cell in notebook.cells] == [0, 1, 1, 1]


def test_who_watches_sees_the_bar_and_then_no_more_of_it():
    notebook, watched = run(Watched)
    bars = "".join(watched.shown)
    assert "3000/3000" in bars and "loss=" in bars
    assert "models: " in bars
    left = [cell.outputs[0].data for cell in notebook.cells[1::2]]  # the two that train
    assert [set(data) for data in left] == [{"text/html"}] * 2
    assert left[0]["text/html"] == "<!-- training: 3000/3000 -->"
