"""Drive JupyterLab as a student does: open, run all, drag, press keys, read what is shown."""

import os
import shutil
from pathlib import Path

import nbformat

# noise of JupyterLab itself, not of a notebook
HARMLESS = ("favicon", "ResizeObserver", "/api/me", "Failed to load resource", "WebGL", "GPU")

STATE = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const code = panel.content.widgets.filter(c => c.model.type === 'code');
  const cells = code.filter(c => c.model.sharedModel.source.trim());
  const outputs = cells.flatMap(c => c.model.outputs.toJSON());
  return {
    status: panel.sessionContext.session?.kernel?.status,
    cells: cells.length,
    done: cells.filter(c => c.model.executionCount !== null && c.model.executionState !== 'running').length,
    errors: outputs.filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue),
  };
}"""


def find_chromium():
    """Path of a Chromium or Chrome on this machine; None: playwright's own, if it was installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


class Lab:
    """One page of JupyterLab; `errors` collects what its console complains about."""

    def __init__(self, page, address: str, token: str, folder: Path):
        self.page, self.address, self.token, self.folder = page, address, token, folder
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.errors.append(message.text)

    def write(self, name: str, *cells: str) -> str:
        """Make a notebook of code cells and return its name."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.folder / name)
        return name

    def open(self, name: str):
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{name}?token={self.token}&reset")
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        self.page.wait_for_function(f"() => {kernel}?.status === 'idle'", timeout=90_000)

    def command(self, name: str, wait: bool = False):
        """Execute a JupyterLab command, without waiting for its end unless asked to."""
        call = f"jupyterapp.commands.execute('{name}')"
        self.page.evaluate(f"() => {call}" if wait else f"() => {{ {call} }}")

    def run_all(self, timeout: float = 120):
        """Clear, run every cell from the top, wait until all are done; no cell may fail."""
        self.command("notebook:clear-all-cell-outputs", wait=True)
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            f"() => {{ const s = ({STATE})(); "
            "return s.errors.length || (s.done === s.cells && s.status === 'idle'); }",
            timeout=timeout * 1000,
            polling=200,
        )
        state = self.state()
        assert not state["errors"], state["errors"]
        return state

    def state(self) -> dict:
        return self.page.evaluate(STATE)

    def shut_down_kernels(self):
        self.page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
