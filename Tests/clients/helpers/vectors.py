"""The dialogues of Tests/vectors/clients; README.md there describes their form."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import shapes
from helpers.bare import Answer

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "clients"


@dataclass
class Step:
    title: str
    usual: str
    request: str
    expected: list[str]

    def wire(self, values: dict[str, str]) -> tuple[bytes, bytes]:
        """Head and body as they are sent."""
        head, body = (fill(part, values) for part in self.request.replace("<usual>", self.usual).split("\n\n", 1))
        if "transfer-encoding: chunked" in head.lower():
            body = "".join(f"{line}\r\n" for line in body.split("\n"))
        head = head.replace("<length>", str(len(body.encode())))
        return (head.replace("\n", "\r\n") + "\r\n\r\n").encode(), body.encode()


@dataclass
class Scene:
    name: str
    server: str
    steps: list[Step]


def scenes() -> list[Scene]:
    return [scene for file in sorted(FOLDER.glob("*.txt")) for scene in read(file)]


def read(file: Path) -> list[Scene]:
    """Lines before the first scene are prose, and so are lines that begin with #."""
    text = re.sub(r"^#.*\n", "", file.read_text(), flags=re.MULTILINE)
    found = []
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        heading, *steps = re.split(r"^== ", part, flags=re.MULTILINE)
        title, usual = heading.split("\n", 1)
        name, server = title.split(" @ ")
        assert steps, f"{name} has no step"
        found.append(Scene(f"{file.stem}: {name}", server, [read_step(step, usual.strip()) for step in steps]))
    return found


def read_step(text: str, usual: str) -> Step:
    title, rest = text.split("\n", 1)
    request, expected = rest.split("\n--\n", 1)
    # The empty line that ends a head without a body is the one before the dashes.
    request = request if "\n\n" in request else f"{request}\n"
    return Step(title, usual, request, expected.strip().split("\n"))


def fill(text: str, values: dict[str, str]) -> str:
    """Fills in the values of the names in <>, the length last."""
    return re.sub(r"<(?!length>)(\w+)>", lambda match: values[match[1]], text)


def judge(answer: Answer, expected: list[str], values: dict[str, str]) -> None:
    """Raises an assertion that names the line which fails. Values that `keep` names are added to the values."""
    assert answer.field("content-encoding") is None
    if answer.body and answer.field("content-type") == "application/json":
        json.loads(answer.body, parse_int=small, parse_float=no_fraction)
    for line in expected:
        holds = check(answer, fill(line, values), values)
        assert holds, f"{line!r} does not hold: {answer}"


def check(answer: Answer, line: str, values: dict[str, str]) -> bool:
    word, _, rest = line.partition(" ")
    match word:
        case "status":
            return answer.status == int(rest)
        case "shape":
            return shapes.fits(json.loads(answer.body), getattr(shapes, rest))
        case "rows":
            return shapes.rows(getattr(shapes, rest))(json.loads(answer.body)) and answer.body != b"[]"
        case "has":
            return rest in answer.body.decode()
        case "error":
            body = json.loads(answer.body)
            return list(body) == ["error"] and list(body["error"]) == ["message"] and rest in body["error"]["message"]
        case "events":
            return events(answer.body, rest.split())
        case "keep":
            values[rest] = json.loads(answer.body)[rest]
            return True
        case "empty":
            return answer.body == b"" and answer.field("content-length") in (None, "0")
        case "no":
            return answer.field(rest) is None
        case "lists":
            name, wanted = rest.split(": ")
            listed = {item.strip().lower() for item in (answer.field(name) or "").split(",")}
            return listed >= {item.lower() for item in wanted.split(", ")}
        case "number":
            # As Unity reads it, by float.Parse, and TypeScript by Number: it must be above 0.
            return float(answer.field(rest) or "") > 0
    assert word.endswith(":"), f"an expectation that is none: {line}"
    return answer.field(word[:-1]) == rest


def events(body: bytes, names: list[str]) -> bool:
    """An event stream as Unity reads it, whole and split on line feeds (spec F.2), and as spec D words it."""
    assert body.isascii() and b"\r" not in body
    found: list[tuple[str, Any]] = []
    name = ""
    for line in body.decode().split("\n"):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            found.append((name, json.loads(line[6:], parse_int=small, parse_float=no_fraction)))
    assert "".join(f"event: {name}\ndata: {shortest(data)}\n\n" for name, data in found).encode() == body
    texts = [data["text"] for name, data in found if name == "text_delta"]
    assert [name for name, _ in found] == names[:1] + ["text_delta"] * len(texts) + names[1:] and texts
    metadata, last = found[0][1], found[-1][1]
    if names[-1] == "error":
        return list(last) == ["error"] and isinstance(last["error"], str)
    shapes.fits(last, shapes.REPLY)
    return metadata == {name: last[name] for name in list(last)[1:]} and "".join(texts) == last["message"]


def shortest(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"))


def small(digits: str) -> int:
    assert -(2**31) <= int(digits) < 2**31, f"{digits} is no number of 32 bits"
    return int(digits)


def no_fraction(number: str) -> int:
    raise AssertionError(f"{number} is not written as a whole number")
