"""One run of pytest in one environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from environments import Environment

HERE = Path(__file__).resolve().parent
TIMEOUT = 900
# pytest's exit codes: all passed, some failed.
ORDINARY = (0, 1)


def run_tests(environment: Environment, folder: str, server: Path) -> dict[str, bool]:
    """Whether each test passed, by its id. What ends pytest early counts as a failed test of its own."""
    with tempfile.TemporaryDirectory() as place:
        results, certificates = Path(place) / "results.json", Path(place) / "certificates"
        certificates.mkdir()
        command = [str(environment.python), "-m", "pytest", "--quiet", "--no-header", folder]
        variables = {
            "FOILMOCK_SERVER": str(server),
            "FOILMOCK_RESULTS": str(results),
            # Nothing here is encrypted, and each client would read the whole certificate bundle: 30 ms.
            "SSL_CERT_DIR": str(certificates),
        }
        code = _run(command, variables)
        outcomes: dict[str, bool] = json.loads(results.read_text()) if results.exists() else {}
    if code not in ORDINARY or not outcomes:
        outcomes[f"{folder}: pytest ended with {code}"] = False
    return outcomes


def _run(command: list[str], variables: dict[str, str]) -> int:
    environment = {
        # The server is on this machine: no proxy stands between.
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and name != "SSL_CERT_FILE"
    }
    environment |= variables | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, cwd=HERE, env=environment, start_new_session=True)
    try:
        return process.wait(TIMEOUT)
    except BaseException as error:
        # Its servers are of its process group, and end with it.
        os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            return code
        raise
