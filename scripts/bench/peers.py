"""Whom foilmock is compared with: nginx, which sends fixed bodies, and a mock as many would write it."""

import os
import subprocess
import sys

from servers import HERE, Server, Unmeasurable, free_port, program

ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "Tests", "clients"))
from environments import Environment, InstallError  # noqa: E402


class Nginx(Server):
    """One process that answers each path of `bodies` with a fixed body; `under` is a command that runs it."""

    def __init__(self, folder, bodies, under=()):
        port = free_port()
        locations = "\n".join(
            f"        location = {path} {{ return 200 '{Nginx.quoted(body)}'; }}" for path, body in bodies.items())
        with open(os.path.join(HERE, "nginx.conf"), encoding="utf-8") as file:
            text = file.read().replace("@FOLDER@", folder).replace("@PORT@", str(port))
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(text.replace("@LOCATIONS@", locations))
        super().__init__(port, next(iter(bodies)), [
            *under, program("nginx"), "-p", folder, "-e", os.path.join(folder, "nginx.log"), "-c", configuration])

    @staticmethod
    def quoted(body):
        if "$" in body:
            raise Unmeasurable("nginx would take a $ in the body for a variable")
        return body.replace("\\", "\\\\").replace("'", "\\'")


class Mock(Server):
    """mock.py, run by uvicorn as one process, with a fresh database in `folder`."""

    def __init__(self, folder):
        port = free_port()
        super().__init__(
            port, "/api/v1/sdk/personas",
            [Mock.python(), "-m", "uvicorn", "mock:app", "--app-dir", HERE, "--port", str(port), "--workers", "1",
             "--log-level", "warning", "--no-access-log"],
            env=os.environ | {"MOCK_DATABASE": os.path.join(folder, "mock.db"), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL)

    @staticmethod
    def python():
        """Of a virtual environment that has what the mock needs; made when it is missing."""
        with open(os.path.join(HERE, "mock-requirements.txt"), encoding="utf-8") as file:
            requirements = file.read().split()
        try:
            return str(Environment("bench", *requirements).prepared().python)
        except InstallError as error:
            raise Unmeasurable(str(error)) from error
