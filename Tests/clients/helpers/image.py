"""What the Dockerfile says of an image."""

from __future__ import annotations

import json
import re
from pathlib import Path

DOCKERFILE = (Path(__file__).parents[3] / "Dockerfile").read_text()


def of_image(word: str, stage: str = "scratch") -> str:
    """The rest of the one instruction of this word, in the stage that begins `FROM <stage>`."""
    instructions = DOCKERFILE.split(f"FROM {stage}\n")[1].split("\nFROM ")[0]
    (found,) = re.findall(rf"^{word} (.*)$", instructions, re.MULTILINE)
    return found


def health_command(stage: str = "scratch") -> list[str]:
    return json.loads(of_image("HEALTHCHECK", stage).split("CMD", 1)[1])
