"""One run of pytest in one environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from environments import Environment

HERE = Path(__file__).resolve().parent
TIMEOUT = 900
# Each server is then three, and nginx.
TIMEOUT_OF_REPLICAS = 2700
# pytest's exit codes: all passed, some failed.
ORDINARY = (0, 1)


_running: set[subprocess.Popen[bytes]] = set()


@contextmanager
def stopping() -> Iterator[None]:
    """Ends the runs under way when the caller is interrupted."""
    try:
        yield
    except BaseException:
        for process in list(_running):
            _end(process)
        raise


def run_tests(environment: Environment, folder: str, server: Path, postgres: Path) -> tuple[dict[str, bool], str]:
    """Whether each test passed, by its id, and pytest's output. An early end of pytest counts as a failed test."""
    with tempfile.TemporaryDirectory() as place:
        results, certificates = Path(place) / "results.json", Path(place) / "certificates"
        temporary = Path(place) / "temporary"
        certificates.mkdir()
        temporary.mkdir()
        command = [str(environment.python), "-m", "pytest", "--quiet", "--no-header", folder]
        variables = {
            "FOILMOCK_SERVER": str(server),
            "FOILMOCK_POSTGRES": str(postgres),
            "FOILMOCK_RESULTS": str(results),
            # Nothing here is encrypted, and each client would read the whole certificate bundle: 30 ms.
            "SSL_CERT_DIR": str(certificates),
            # A run that begins or ends removes old folders of tests, and may take those of a run beside it for old.
            "PYTEST_DEBUG_TEMPROOT": str(temporary),
        }
        said = Path(place) / "said"
        code = _run(command, variables, said)
        outcomes: dict[str, bool] = json.loads(results.read_text()) if results.exists() else {}
        text = said.read_text(errors="replace")
    if code not in ORDINARY or not outcomes:
        outcomes[f"{folder}: pytest ended with {code}"] = False
    return outcomes, text


def _run(command: list[str], variables: dict[str, str], said: Path) -> int:
    environment = {
        # The server is on this machine: no proxy is used.
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and name != "SSL_CERT_FILE"
    }
    environment |= variables | {"PYTHONDONTWRITEBYTECODE": "1"}
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=HERE, env=environment, start_new_session=True, stdout=output, stderr=subprocess.STDOUT
        )
    _running.add(process)
    try:
        return process.wait(TIMEOUT_OF_REPLICAS if "REPLICAS_SERVE" in environment else TIMEOUT)
    except subprocess.TimeoutExpired:
        return _end(process)
    finally:
        _running.discard(process)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Ends the run and its servers, which are in its process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
