"""compose.yaml and the examples for CI: valid, of one mind with the Dockerfile, and the server does what they ask of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml

from helpers.image import DOCKERFILE, health_command, of_image
from helpers.server import Server

ROOT = Path(__file__).parents[3]
FILES = {
    "compose.yaml": "compose-spec",
    "config/compose.yaml": "compose-spec",
    "docs/ci/github-actions.yml": "github-workflows",
    "docs/ci/gitlab-ci.yml": "gitlab-ci",
}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["foilmock"]
GITHUB = yaml.safe_load((ROOT / "docs/ci/github-actions.yml").read_text())["jobs"]["tests"]
GITLAB = yaml.safe_load((ROOT / "docs/ci/gitlab-ci.yml").read_text())["tests"]
GITHUB_SERVICE = GITHUB["services"]["foilmock"]
GITLAB_SERVICE = GITLAB["services"][0]
SETTINGS = {f"FOILMOCK_{name.upper()}" for name in json.loads((ROOT / "config/foilmock.json").read_text())}
PORT = "8000"


@pytest.mark.parametrize(("file", "schema"), FILES.items())
def test_each_is_valid(file: str, schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema", sorted(set(FILES.values())))
def test_the_check_finds_a_mistake(schema: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yml"
    file.write_text("services: 1\njobs: 1\n")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 1


@pytest.mark.parametrize(
    "variables",
    [
        dict(pair.split("=") for pair in shlex.split(of_image("ENV"))),
        COMPOSE["environment"],
        GITHUB_SERVICE["env"],
        GITLAB_SERVICE["variables"],
    ],
    ids=["Dockerfile", "compose", "GitHub", "GitLab"],
)
def test_variables_are_settings(variables: dict[str, str]) -> None:
    assert variables.keys() <= SETTINGS


def test_compose_agrees_with_the_image() -> None:
    assert COMPOSE["ports"] == [f"127.0.0.1:{PORT}:{of_image('EXPOSE')}"]
    assert COMPOSE["healthcheck"]["test"][1:] == health_command()
    mounts = [mount.split(":") for mount in COMPOSE["volumes"]]
    assert mounts == [["database", of_image("VOLUME")], ["./fixtures", COMPOSE["environment"]["FOILMOCK_FIXTURES"], "ro"]]
    # What a read-only container needs besides its volume.
    assert COMPOSE["read_only"] and COMPOSE["tmpfs"] == ["/tmp"]


@pytest.mark.parametrize("page", ["README.md", "docs/install.md"])
def test_pages_run_the_image_as_it_is(page: str) -> None:
    text = (ROOT / page).read_text()
    build, run = re.match(r"# (docker build .*) && (docker run .*)\n", DOCKERFILE).groups()
    assert f"{build}\n{run}\n" in text
    assert f"-p 127.0.0.1:{PORT}:{of_image('EXPOSE')} -v foilmock:{of_image('VOLUME')} " in run


def test_the_program_is_where_other_images_copy_it_from() -> None:
    (program,) = json.loads(of_image("ENTRYPOINT"))
    assert f"COPY --from=foilmock {program} {program}\n" in (ROOT / "docs/install.md").read_text()


def test_the_image_is_given_time_to_stop() -> None:
    """Its own limit is `--drain`, and a second for the log."""
    drain = json.loads((ROOT / "config/foilmock.json").read_text())["drain"]
    (grace,) = re.findall(r"--stop-timeout (\d+)", DOCKERFILE)
    assert COMPOSE["stop_grace_period"] == f"{grace}s"
    assert int(drain.removesuffix("s")) + 1 < int(grace)


def test_jobs_name_the_service_and_its_token() -> None:
    assert GITHUB_SERVICE["ports"] == [f"127.0.0.1:{PORT}:{of_image('EXPOSE')}"]
    assert GITHUB["env"]["FOILMOCK_CONTROL_TOKEN"] == GITHUB_SERVICE["env"]["FOILMOCK_CONTROL_TOKEN"]
    assert GITLAB_SERVICE["variables"]["FOILMOCK_ALLOW_HOST"] == GITLAB_SERVICE["alias"]
    for variables, host in ((GITHUB["env"], f"127.0.0.1:{PORT}"), (GITLAB["variables"], f"{GITLAB_SERVICE['alias']}:{PORT}")):
        assert variables["FOILENGINE_BASE_URL"] == f"http://{host}"
        assert variables["FOILMOCK_CONTROL_URL"] == f"http://{host}/_foilmock"


@pytest.mark.parametrize(
    ("service", "job"),
    [
        (GITHUB_SERVICE["env"], GITHUB["env"]),
        # GitLab gives a job's variables to its services too.
        (GITLAB["variables"] | GITLAB_SERVICE["variables"], GITLAB["variables"]),
        (COMPOSE["environment"] | {"FOILMOCK_CONTROL_TOKEN": "token-of-this-job"}, GITLAB["variables"]),
    ],
    ids=["GitHub", "GitLab", "compose"],
)
def test_a_server_answers_as_the_job_calls_it(
    service: dict[str, str], job: dict[str, str], launch: Callable[..., Server]
) -> None:
    options = [f"--{name.removeprefix('FOILMOCK_').lower().replace('_', '-')}={value}"
               for name, value in service.items() if name in SETTINGS and name != "FOILMOCK_FIXTURES"]  # fmt: skip
    server = launch("job", "--host", "0.0.0.0", *options, token=None)
    control = f"{server.url}/_foilmock/v1/sandboxes".replace("0.0.0.0", "127.0.0.1")
    headers = {"Host": job["FOILMOCK_CONTROL_URL"].split("/")[2], "Authorization": f"Bearer {job['FOILMOCK_CONTROL_TOKEN']}"}
    assert httpx.get(control, headers=headers).status_code == 200
    assert httpx.get(control, headers=headers | {"Host": "unknown.example"}).status_code == 403
