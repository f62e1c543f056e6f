"""A system without apt-get is told what to do instead of a build by `make`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ("bash", "make", "uname")


@pytest.mark.parametrize("command", [["make", "build"], ["make", "serve"], ["scripts/install-packages", "python3-venv"]], ids=" ".join)
def test_it_names_the_other_ways(command: list[str], tmp_path: Path) -> None:
    for tool in TOOLS:
        path = shutil.which(tool)
        assert path is not None
        (tmp_path / tool).symlink_to(path)
    done = subprocess.run(
        command, cwd=ROOT, env={"PATH": str(tmp_path), "HOME": os.environ.get("HOME", "/")}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    first, second = done.stderr.splitlines()[:2]
    assert first.startswith("Error: ") and "has no apt-get" in first
    assert first.endswith("Take the wheel, the tarball or the container,")
    assert "### Other systems\n" in (ROOT / "docs/install.md").read_text() and second.endswith('docs/install.md says in "Other systems".')


def test_it_names_the_packages(tmp_path: Path) -> None:
    (tmp_path / "uname").symlink_to(shutil.which("uname"))
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "scripts/install-packages", "wrk", "nginx"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and "(wrk nginx)" in done.stderr
