"""Where the foilmock program is."""

from __future__ import annotations

import json
import os
import shutil
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .server import ServerError


def find(config: pytest.Config) -> str:
    """The one that is named; else the one that was installed with this package; else the one on PATH; else the one built in
    the checkout that this package is from."""
    named = [
        (config.getoption("foilmock"), config.invocation_params.dir, "--foilmock"),
        (config.getini("foilmock_program"), config.rootpath, "foilmock_program"),
        (os.environ.get("FOILMOCK_PROGRAM"), config.rootpath, "FOILMOCK_PROGRAM"),
    ]
    for name, place, source in named:
        if not name:
            continue
        # A bare name is looked for on PATH, as a shell does; anything else is a path.
        path = name if "/" not in name else str(place / name)
        if found := shutil.which(path):
            return found
        raise ServerError(f"{source} names {name!r}, which is no program that can be run")
    for path in (_installed(), "foilmock", _built()):
        if path and (found := shutil.which(path)):
            return found
    raise ServerError(
        "there is no foilmock program: install the wheel of foilmock that has it, or build it with 'make build'; then name "
        "it with --foilmock=PATH, foilmock_program in the ini file or FOILMOCK_PROGRAM, or put it on PATH; or run the tests "
        "as 'foilmock exec -- pytest'"
    )


def _installed() -> str | None:
    """Of the same wheel as this package. It is beside the Python that runs this, which PATH need not name.

    `pip install --target` puts both into one folder, but notes another place of the program."""
    if (beside := Path(__file__).parent.parent / "bin/foilmock").is_file():
        return str(beside)
    package = _package()
    for file in (package and package.files) or []:
        if file.name == "foilmock":
            return os.path.realpath(str(file.locate()))
    return None


def _built() -> str | None:
    """Of the checkout that this package was installed from, which pip keeps (PEP 610)."""
    package = _package()
    origin = json.loads((package.read_text("direct_url.json") if package else None) or "{}")
    if "dir_info" not in origin:
        return None
    folder = Path(unquote(urlsplit(origin["url"]).path))
    return str(folder.parent.parent / ".build/release/foilmock")


def _package() -> metadata.Distribution | None:
    try:
        return metadata.distribution("foilmock")
    except metadata.PackageNotFoundError:
        return None
