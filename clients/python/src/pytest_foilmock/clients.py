"""The official clients, for a test's sandbox. They are not installed with this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .sandbox import Sandbox

if TYPE_CHECKING:
    from fluidtalk import FluidTalk
    from foilengine import FoilEngineClient

# What a reader of a failed test wants to see is the call, not what is beneath.
__tracebackhide__ = True


def foilengine(sandbox: Sandbox) -> FoilEngineClient:
    try:
        from foilengine import FoilEngineClient
    except ImportError:
        raise _failure("foilmock_client is the official client, which is not installed: pip install foilengine") from None
    return FoilEngineClient(api_key=sandbox.key, base_url=sandbox.base_url)


def fluidtalk(sandbox: Sandbox) -> FluidTalk:
    """Version 1 is the client of the Handshake API, and takes an open key; version 2 that of the Characters API, and takes
    an open token. The sandbox is named in the URL, because such a key has another account than the sandbox's."""
    try:
        import fluidtalk
    except ImportError:
        raise _failure(
            "foilmock_fluidtalk is the official client, which is not installed: pip install fluidtalk"
        ) from None
    if fluidtalk.__version__.partition(".")[0] == "1":
        key = sandbox.key.replace("pk_test_", "ft_sk_test_", 1)
        return fluidtalk.FluidTalk(api_key=key, base_url=sandbox.own_url)
    token = sandbox.key.replace("pk_test_", "ftc_test_", 1)
    return fluidtalk.FluidTalk(token=token, base_url=sandbox.own_url)


def _failure(text: str) -> pytest.fail.Exception:
    return pytest.fail.Exception(text, pytrace=False)
