"""The wheel `foilmock`: what is in it, where it installs, and what it brings."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import datetime, timezone
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from helpers.readme import ROOT
from helpers.server import command, environment, program

BUILD = ROOT / "scripts/dist/wheel"
PACKAGE = ROOT / "clients/python"
EPOCH = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"]
FOREIGN = ["win_amd64", "macosx_11_0_arm64", "manylinux_2_17_aarch64", "linux_i686"]
SBOM = {
    "packages": [
        {"name": "foilmock", "licenseDeclared": "MIT"},
        {"name": "other", "licenseDeclared": "BSD-3-Clause OR GPL-2.0-only"},
        {"name": "libevent", "licenseDeclared": "BSD-3-Clause"},
        {"name": "glibc", "licenseDeclared": "LGPL-2.1-or-later AND LicenseRef-glibc AND MIT"},
        {"name": "swift", "licenseDeclared": "Apache-2.0 WITH Swift-exception"},
        {"name": "libgcc", "licenseDeclared": "GPL-3.0-or-later WITH GCC-exception-3.1"},
        {"name": "sqlite", "licenseDeclared": "blessing"},
    ]
}
TIMEOUT = 120
TEST = """
import os
def test_it(foilmock_server):
    print("exe", os.readlink(f"/proc/{foilmock_server.process_id}/exe"))
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options for what is linked in."""
    place = tmp_path_factory.mktemp("parts")
    (place / "licences").mkdir()
    (place / "licences/libevent.txt").write_text("Redistribution and use")
    (place / "foilmock.spdx.json").write_text(json.dumps(SBOM))
    return ["--licences", str(place / "licences"), "--sbom", str(place / "foilmock.spdx.json")]


@pytest.fixture(scope="module")
def wheel(parts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"), *parts)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of a new virtual environment that is not activated. It finds this one's pytest; this one has no foilmock."""
    run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")])
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (site / "others.pth").write_text(str(Path(pytest.__file__).parents[1]))
    return tmp_path / "venv/bin/python"


# MARK: What is in it


def test_it_has_the_package_the_program_and_the_licences(wheel: Path) -> None:
    modules = {f"pytest_foilmock/{file.name}" for file in (PACKAGE / "src/pytest_foilmock").iterdir() if file.is_file()}
    told = f"foilmock-{version()}.dist-info"
    script = f"foilmock-{version()}.data/scripts/foilmock"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert set(names) - modules == {
            script,
            *(f"{told}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")),
            f"{told}/licenses/LICENSE",
            f"{told}/licenses/licences/libevent.txt",
            f"{told}/sboms/foilmock.spdx.json",
        }
        assert modules < set(names) and len(set(names)) == len(names)
        assert archive.read(script) == Path(program()).read_bytes()
        assert archive.getinfo(script).external_attr >> 16 == 0o100755
        assert {entry.date_time for entry in archive.infolist()} == {EPOCH.timetuple()[:6]}
        assert archive.read(f"{told}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
        assert {row[0] for row in csv.reader(io.StringIO(archive.read(f"{told}/RECORD").decode()))} == set(names)


def test_its_tags_are_those_of_linux_on_x86_64(wheel: Path) -> None:
    name = wheel.name.removesuffix(".whl").split("-")
    assert name[:4] == ["foilmock", version(), "py3", "none"]
    assert sorted(name[4].split(".")) == PLATFORMS
    told = read(wheel, "WHEEL")
    assert sorted(told.get_all("Tag", [])) == [f"py3-none-{platform}" for platform in PLATFORMS]
    assert told["Root-Is-Purelib"] == "false"


def test_a_program_for_arm_gives_the_tags_of_arm(tmp_path: Path) -> None:
    """A head without segments will do: nothing runs it here."""
    head = bytearray(64)
    head[:6], head[18] = b"\x7fELF\x02\x01", 183
    (tmp_path / "foilmock").write_bytes(head)
    told = read(built(tmp_path / "out", of=tmp_path / "foilmock"), "WHEEL")
    assert sorted(told.get_all("Tag", [])) == [f"py3-none-{name.replace('x86_64', 'aarch64')}" for name in PLATFORMS]


def test_its_metadata_are_those_of_the_package_and_of_what_is_linked_in(wheel: Path) -> None:
    told = read(wheel, "METADATA")
    assert (told["Name"], told["Version"], told["Requires-Python"]) == ("foilmock", version(), ">=3.10")
    # Without the extra it requires nothing.
    assert told.get_all("Requires-Dist") == ["pytest>=8; extra == 'pytest'"]
    assert told["License-Expression"] == (
        "(BSD-3-Clause OR GPL-2.0-only) AND Apache-2.0 WITH Swift-exception AND BSD-3-Clause AND GPL-3.0-or-later WITH "
        "GCC-exception-3.1 AND LGPL-2.1-or-later AND LicenseRef-glibc AND MIT AND blessing"
    )
    assert told.get_all("License-File") == ["LICENSE", "licences/libevent.txt"]
    assert told.get_payload() == (PACKAGE / "README.md").read_text()


def test_it_is_built_by_the_pinned_hatchling(wheel: Path) -> None:
    """Otherwise the bytes differ from those of scripts/dist/wheel where it installs hatchling."""
    pinned = re.findall(r'"hatchling==(.*)"', (PACKAGE / "pyproject.toml").read_text())
    assert [read(wheel, "WHEEL")["Generator"]] == [f"hatchling {number}" for number in pinned]


def test_the_same_input_gives_the_same_bytes(wheel: Path, parts: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy of the program"
    copy.write_bytes(Path(program()).read_bytes())
    again = built(tmp_path / "again", *parts, of=copy)
    assert again.name == wheel.name and again.read_bytes() == wheel.read_bytes()


# MARK: What is refused


@pytest.mark.parametrize(
    ("start", "machine", "told"),
    [
        (b"#!/bin/sh\n", None, "is not a 64-bit Linux program"),
        (None, 243, "is for a machine of number 243; a wheel is for x86_64 or aarch64"),
        (None, None, "needs libraries of the system; build the static program with 'make build'"),
    ],
    ids=["script", "machine", "dynamic"],
)
def test_a_program_that_the_tags_do_not_fit_is_refused(
    tmp_path: Path, start: bytes | None, machine: int | None, told: str
) -> None:
    file = tmp_path / "foilmock"
    # Python itself is dynamic.
    content = bytearray(start or Path(sys.executable).resolve().read_bytes())
    if machine:
        content[18:20] = machine.to_bytes(2, "little")
    file.write_bytes(content)
    done = subprocess.run([sys.executable, BUILD, file, tmp_path / "out"], capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"Error: {file} {told}\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", " is not an SPDX 2 document in JSON with the licence of each package"),
        ('{"packages": [{"name": "zlib", "licenseDeclared": "NOASSERTION"}]}', ": the package zlib declares no licence: NOASSERTION"),
    ],
    ids=["other", "none"],
)
def test_a_document_that_does_not_name_each_licence_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "sbom").write_text(text)
    command = [sys.executable, BUILD, "--sbom", tmp_path / "sbom", program(), tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"Error: {tmp_path}/sbom{told}\n")


@pytest.mark.parametrize("platform", [*FOREIGN, *PLATFORMS])
def test_pip_refuses_it_for_every_other_system(wheel: Path, tmp_path: Path, platform: str) -> None:
    options = ["--dry-run", "--platform", platform, "--only-binary", ":all:", "--target", str(tmp_path)]
    done = pip("install", *options, str(wheel))
    assert ("is not a supported wheel on this platform" in done.stderr) == (platform in FOREIGN)
    assert (done.returncode == 0) == (platform in PLATFORMS)


# MARK: What it brings


def test_it_installs_and_leaves_nothing(wheel: Path, python: Path) -> None:
    before = files(python.parents[1])
    assert pip("--python", str(python), "install", str(wheel)).returncode == 0
    assert run([str(python.parent / "foilmock"), "--version"]) == command("--version").stdout
    assert pip("--python", str(python), "uninstall", "--yes", "foilmock").returncode == 0
    assert files(python.parents[1]) == before


def test_the_plugin_starts_the_program_of_the_wheel(wheel: Path, python: Path, tmp_path: Path) -> None:
    """It is not on PATH, where another one is."""
    assert pip("--python", str(python), "install", str(wheel)).returncode == 0
    (tmp_path / "test_it.py").write_text(TEST)
    (tmp_path / "foilmock").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "foilmock").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    said = run([str(python), "-m", "pytest", "-s", "-p", "no:cacheprovider", "test_it.py"], cwd=tmp_path, PATH=path)
    assert f"exe {python.parent}/foilmock\n" in said


def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs/install.md").read_text().split("\n## Wheel\n", 1)[1].split("\n## ", 1)[0]
    (example,) = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "example.py").write_text(example)
    assert "Grumpy Barista\n" in run([program(), "exec", "--", sys.executable, "example.py"], cwd=tmp_path)


# MARK: Helpers


def built(folder: Path, *options: str, of: Path | None = None) -> Path:
    epoch = {"SOURCE_DATE_EPOCH": str(int(EPOCH.timestamp()))}
    said = run([sys.executable, str(BUILD), *options, str(of or program()), str(folder)], **epoch)
    (file,) = folder.iterdir()
    assert said == f"{file}\n"
    return file


def version() -> str:
    return command("--version").stdout.split()[1]


def read(wheel: Path, name: str) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(f"foilmock-{version()}.dist-info/{name}").decode())


def files(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.name != "__pycache__" and file.suffix != ".pyc"}


def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        env=environment() | offline, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip


def run(command: list[str], cwd: Path | None = None, **variables: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment() | variables, capture_output=True, text=True, timeout=TIMEOUT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
