"""The README, and the examples in it and in the pages that it links to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
# With those that have examples that the tests run.
NAMES = ("accounts", "characters", "control", "handshake", "languages", "running")
PAGES = README + "".join((ROOT / f"docs/{name}.md").read_text() for name in NAMES)


def block(language: str, containing: str) -> str:
    """The one code block of that language that holds the text."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES, re.M | re.S)
    found = [text for name, text in blocks if name == language and containing in text]
    assert len(found) == 1, f"{len(found)} {language} blocks with {containing!r}"
    return found[0]
