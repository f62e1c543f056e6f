"""The README's session with the client, run unchanged but for the port."""

import contextlib
import io

from helpers.readme import block
from helpers.server import Server


def test_python_session(server: Server) -> None:
    code = block("python", 'api_key="ft_sk_test_readme"').replace("http://127.0.0.1:8000", server.url)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == ["hey @lead, loved your last post", "['here you go']"]
