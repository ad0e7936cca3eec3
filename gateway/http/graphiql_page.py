"""GraphiQL, from the folder it was built into. Nothing is loaded from anywhere else."""

from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from .security import PAGE_POLICY, POLICY_HEADER

_MISSING: Final = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>GraphiQL is not built</title></head>
  <body>
    <h1>GraphiQL is not built yet</h1>
    <p>Run <code>python -m deploy.graphiql</code> and load this page again.</p>
    <p>The API itself works: it answers POST requests at <code>/graphql</code>.</p>
  </body>
</html>
"""


class GraphiQLPage:
    """The page itself, and the files it is made of."""

    def __init__(self, directory: Path) -> None:
        self._index = directory / "index.html"
        self.files = _HashedFiles(directory=directory, check_dir=False)

    def response(self) -> Response:
        """The page, or one that says how to build it."""
        headers = {POLICY_HEADER: PAGE_POLICY, "cache-control": "no-cache", "vary": "accept"}
        if not self._index.is_file():
            return HTMLResponse(_MISSING, status_code=503, headers=headers)
        return FileResponse(self._index, headers=headers)


class _HashedFiles(StaticFiles):
    """Every file but the page has a hash of its content in its name: it never changes."""

    def file_response(self, *arguments: object, **options: object) -> Response:
        response = super().file_response(*arguments, **options)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response

    async def check_config(self) -> None:
        """The folder may be missing, or come later: then its files are not found."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)
