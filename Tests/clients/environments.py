"""Virtual environments: one for each version of each client, one without a client, and one for the pytest plugin."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTEST = "pytest==8.4.2"
NEWEST_HTTPX = "httpx>=0.28,<0.29"
COMMON = (PYTEST, NEWEST_HTTPX)
# schemathesis and the package that generates its cases are pinned, so that a seed gives the same cases tomorrow.
CHECKERS = (
    "jsonschema>=4.23,<5",
    "openapi-spec-validator==0.9.0",
    "schemathesis==4.32.5",
    "check-jsonschema==0.39.0",
    "kubernetes-validate==1.37.0",
    "PyYAML>=6,<7",
    "hypothesis==6.170.15",
)
# Holds axe-core, whose script is all that tests take of it: so it is installed without what it requires.
AXE = "axe-playwright-python==0.1.8"
# What clients/python/pyproject.toml requires for a build: a test builds the wheel without a network.
BUILDER = "hatchling==1.33.0"
PLUGIN = ROOT / "clients" / "python"
# Where the plugin's version is.
VERSION = ROOT / "Sources" / "Program" / "App.swift"
INSTALL_TIMEOUT = 600


class InstallError(Exception):
    """An environment could not be made; the text says why and what to do."""


class Environment:
    """`.venvs/<name>`, made when it is missing or was made from other requirements."""

    def __init__(self, name: str, *requirements: str, alone: tuple[str, ...] = ()) -> None:
        self.folder = ROOT / ".venvs" / name
        self.requirements = requirements
        #: Installed without what they require.
        self.alone = alone
        #: When this changes, the environment is made again.
        self.made_from = [*requirements, *alone, f"python {sys.version}"]

    @classmethod
    def of_client(cls, package: str, version: str, httpx: str = "") -> Environment:
        """With that version of httpx; empty: the newest."""
        if httpx:
            return cls(f"{package}-{version}-httpx-{httpx}", f"{package}=={version}", PYTEST, f"httpx=={httpx}")
        return cls(f"{package}-{version}", f"{package}=={version}", *COMMON)

    @classmethod
    def without_client(cls) -> Environment:
        return cls("server", *COMMON, *CHECKERS, BUILDER, alone=(AXE,))

    @classmethod
    def of_plugin(cls) -> Environment:
        """The plugin as its users install it, from the checkout. It is installed again when a file of it has changed."""
        clients = ("foilengine==0.4.0", "fluidtalk==1.0.3")
        made = cls("plugin", f"{PLUGIN}[pytest]", "pytest-xdist==3.8.0", *clients, *COMMON)
        files = [VERSION, *sorted(file for file in PLUGIN.rglob("*") if file.is_file() and file.suffix != ".pyc")]
        made.made_from.append(hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest())
        return made

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def prepared(self) -> Environment:
        # Written last, so a half-made environment is made again.
        stamp = self.folder / "made-from.txt"
        wanted = "\n".join(self.made_from)
        if stamp.exists() and stamp.read_text() == wanted:
            return self
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run([sys.executable, "-m", "venv", str(self.folder)], "make a virtual environment")
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        self._run([*pip, "--only-binary", ":all:", *self.requirements], f"install {' '.join(self.requirements)}")
        for package in self.alone:
            self._run([*pip, "--only-binary", ":all:", "--no-deps", package], f"install {package}")
        stamp.write_text(wanted)
        return self

    def _run(self, command: list[str], purpose: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise InstallError(f"cannot {purpose}: not done after {INSTALL_TIMEOUT} s") from error
        if done.returncode == 0:
            return
        said = (done.stderr or done.stdout).strip()
        raise InstallError(
            f"cannot {purpose}:\n{said}\n"
            "It takes python3-venv, and pip with a package index it can reach: see 'pip config list'."
        )
