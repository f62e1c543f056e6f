"""The README, and its examples."""

from __future__ import annotations

import re
from pathlib import Path

README = (Path(__file__).parents[3] / "README.md").read_text()


def block(language: str, containing: str) -> str:
    """The one code block of that language that holds the text."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
    found = [text for name, text in blocks if name == language and containing in text]
    assert len(found) == 1, f"{len(found)} {language} blocks with {containing!r}"
    return found[0]
