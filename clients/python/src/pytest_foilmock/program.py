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
    """The one that is named; else the one on PATH; else the one built in the checkout that this package is from."""
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
    if found := shutil.which("foilmock"):
        return found
    if (checkout := _checkout()) and (found := shutil.which(str(checkout / ".build/release/foilmock"))):
        return found
    raise ServerError(
        "there is no foilmock program: build it with 'make build' and name it with --foilmock=PATH, foilmock_program "
        "in the ini file or FOILMOCK_PROGRAM, or put it on PATH; or run the tests as 'foilmock exec -- pytest'"
    )


def _checkout() -> Path | None:
    """What this package was installed from, which pip keeps (PEP 610), holds the folder `clients/python`."""
    try:
        origin = metadata.distribution("pytest-foilmock").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return None
    url = urlsplit(json.loads(origin)["url"]) if origin else None
    if url is None or url.scheme != "file":
        return None
    return Path(unquote(url.path)).parent.parent
