"""The laboratory's JavaScript as one text: what a notebook's view and the book both take."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

LABORATORY = Path(__file__).parent


def palette_text() -> str:
    """The course's colours, palette.json, as the ES module palette.js."""
    palette = files("toymodels").joinpath("palette.json").read_text(encoding="utf-8")
    return f"export const PALETTE = {palette.strip()};\n"


def module_text() -> str:
    """The palette and the laboratory's four files as one ES module, which a notebook's view wants.

    They import each other by relative names, as a web page takes them; together in one text they
    need no import, and only the last one exports.
    """
    texts = [palette_text()]
    for name in ("trainer.js", "pictures.js", "session.js", "controls.js"):
        texts.append((LABORATORY / name).read_text(encoding="utf-8"))
    text = re.sub(r"^import .*\n", "", "\n".join(texts), flags=re.M)
    return re.sub(r"^export (?!default)", "", text, flags=re.M)
