"""`python requirements.py EXTRA`: what the distribution needs with one extra, a line each, as pip reads it.

The images install their dependencies from this list and copy the sources after, so that a change of the code
leaves the layer of the dependencies as it is.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
print(*project["dependencies"], *project["optional-dependencies"][sys.argv[1]], sep="\n")
