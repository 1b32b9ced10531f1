"""Print constraints that pin every dependency to the oldest version that pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
for extra in (project["dependencies"], *project["optional-dependencies"].values()):
    for requirement in extra:
        name, oldest = re.match(r"([\w.-]+)>=([\w.]+)", requirement).groups()
        print(f"{name}=={oldest}")
