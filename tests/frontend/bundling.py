"""The front end's bundles: the committed ones, and those that tests make."""

import subprocess
from pathlib import Path

import toymodels
from tests.browser.lab import needs

FRONTEND = Path(toymodels.__file__).parent / "frontend"
BUNDLES = FRONTEND / "bundles"
HERE = Path(__file__).parent


def run_node(*command) -> subprocess.CompletedProcess:
    """What Node.js says to a command; without what bundles the front end the test cannot be."""
    needs(
        FRONTEND / "node_modules" / "esbuild",
        "esbuild",
        "npm ci --prefix toymodels/frontend",
    )
    return subprocess.run(["node", *command], capture_output=True, text=True, timeout=120)


def bundle_tests(folder: Path) -> None:
    """Bundles parts.js and Node's tests into a folder."""
    run = run_node(HERE / "bundled.mjs", folder)
    assert run.returncode == 0, run.stderr
