"""Hosts that clients are to reach without a proxy."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest


def go_around(hosts: Iterable[str], environment: pytest.MonkeyPatch) -> None:
    """Adds hosts to those in `no_proxy` and `NO_PROXY`. Some clients read the one first and some the other, so a variable
    with these hosts alone would hide the hosts in the other one."""
    for name, other in (("no_proxy", "NO_PROXY"), ("NO_PROXY", "no_proxy")):
        listed = os.environ.get(name) or os.environ.get(other) or ""
        exceptions = [host.strip() for host in listed.split(",") if host.strip()]
        if "*" not in exceptions:
            exceptions += [host for host in hosts if host not in exceptions]
        environment.setenv(name, ",".join(exceptions))
