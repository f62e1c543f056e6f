"""The README's session with the client, run unchanged but for the port."""

import contextlib
import io

import pytest

from helpers.readme import block
from helpers.server import Server


@pytest.mark.parametrize("part", ['handle="sam"', 'handle="john_doe"'], ids=["readme", "page"])
def test_python_session(server: Server, part: str) -> None:
    code = block("python", part).replace("http://127.0.0.1:8000", server.url)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == "['hey!', 'saw my post?']\n"
