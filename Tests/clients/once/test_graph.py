"""`foilmock graph`: what Graphviz makes of it, with texts that look like its language, and what is said without it."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from helpers.server import command, environment, program

ROOT = Path(__file__).parents[3]
NASTY = [
    '"', "\\", 'a"] -> b["x', "\\N \\G \\l \\", "&lt; &amp; &#60;", "<b>x</b>", "<script>x</script>", "end", "}", "// x", "# x",
    "日本語", "🦊", "]]>", "--", "/* x",
]


def texts(svg: str) -> set[str]:
    """The texts of an SVG, which has nothing but shapes and texts in it."""
    root = ET.fromstring(svg)
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "g", "title", "polygon", "polyline", "path", "ellipse", "text"}
    return {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}


def test_graphviz_shows_each_text_as_it_is(tmp_path: Path) -> None:
    states = [{"state_key": f"k{text}", "is_initial_state": place == 0} for place, text in enumerate(NASTY)]
    moves = [{"from_state_key": state["state_key"], "decision_type": "redirect"} for state in states]
    persona = tmp_path / "personas" / "p"
    (persona / "machines").mkdir(parents=True)
    (persona / "persona.json").write_text(json.dumps({"name": "P"}))
    (persona / "machines" / 'm"].json').write_text(json.dumps({"states": states, "transitions": moves}))
    done = command("graph", "--fixtures", str(tmp_path), "--format", "svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(done.stdout) >= {f"k{text}" for text in NASTY} | {'m"]'}


def test_what_stories_reach(tmp_path: Path) -> None:
    report = command("test", str(ROOT / "fixtures"), "-k", "gate", "--coverage", "--format", "json")
    coverage = tmp_path / "coverage.json"
    coverage.write_text(report.stdout)
    done = command(
        "graph", "warden", "--fixtures", str(ROOT / "fixtures"), "--reached", str(coverage), "--format", "svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not reached" in texts(done.stdout) and "stroke-dasharray" in done.stdout


def test_without_graphviz_only_the_svg_is_refused(tmp_path: Path) -> None:
    assert shutil.which("dot")
    words = [program(), "graph", "warden", "--fixtures", str(ROOT / "fixtures"), "--format"]
    alone = environment() | {"PATH": str(tmp_path)}
    done = {
        kind: subprocess.run([*words, kind], env=alone, capture_output=True, text=True, timeout=60)
        for kind in ("mermaid", "dot", "svg")
    }
    assert {kind: run.returncode for kind, run in done.items()} == {"mermaid": 0, "dot": 0, "svg": 1}
    assert "install the package graphviz, or use --format mermaid" in done["svg"].stderr
    assert done["svg"].stdout == ""
