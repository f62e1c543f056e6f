"""An ini file that pytest did not read because of how an option was written.

Pytest looks for the ini file before it knows the options of plugins. So it takes the value in `--foilmock PATH` for a path
to tests, and looks beside it. A value after `=` is not taken for one."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

NAMES = (
    "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg",
)  # fmt: skip
SETTING = re.compile(r"^\s*(foilmock_\w+)\s*=", re.MULTILINE)
OPTIONS = ("--foilmock", "--foilmock-artifacts")


def warning(config: pytest.Config) -> str | None:
    """What to tell of settings that have no effect; None if there are none."""
    words = [*map(str, config.invocation_params.args), *shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))]
    options = [option for option in OPTIONS if option in words]
    # An ini file that somebody named is the one that they want.
    if not options or config.getoption("inifilename"):
        return None
    file, settings = _nearest(config.invocation_params.dir)
    if file is None or (config.inipath is not None and file.parent in config.inipath.parents):
        return None
    return (
        f"pytest did not read {', '.join(settings)} from {file}: it took the value after {' and '.join(options)} for a "
        f"path to tests. Write {' and '.join(f'{option}=VALUE' for option in options)}"
    )


def _nearest(place: Path) -> tuple[Path | None, list[str]]:
    """The first file with settings of this plugin in a folder or those above it, and the names of the settings."""
    for folder in (place, *place.parents):
        for file in (folder / name for name in NAMES):
            if not (os.access(file, os.R_OK) and file.is_file()):
                continue
            if settings := SETTING.findall(file.read_text(errors="replace")):
                return file, settings
    return None, []
