"""The pytest plugin's fixture for this client, run from the checkout. `plugin/test_fluidtalk.py` has more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from helpers.readme import ROOT
from helpers.server import environment, program

TIMEOUT = 60
TEST = """
from fluidtalk import FluidTalk
def test_it(foilmock_fluidtalk, foilmock_sandbox):
    assert type(foilmock_fluidtalk) is FluidTalk
    reply = foilmock_fluidtalk.chat(platform="instagram", handle="sam", message="hi")
    assert [bubble.text for bubble in reply.bubbles] == ["hey!", "saw my post?"]
    assert [session["player"] for session in foilmock_sandbox.sessions()] == ["sam"]
    assert foilmock_sandbox.sessions()[0]["channel"] == "characters:instagram"
"""


def test_the_fixture_is_this_client(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    variables = {"FOILMOCK_PROGRAM": os.path.abspath(program()), "PYTHONPATH": str(ROOT / "clients/python/src")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_foilmock.plugin", "-p", "no:cacheprovider"],
        cwd=tmp_path, env=environment() | variables, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout + done.stderr
