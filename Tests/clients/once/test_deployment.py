"""config/compose.yaml and config/kubernetes.yaml: valid, without secrets, of one mind with the image and the server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import yaml

from helpers.image import health_command, of_image
from helpers.server import Server

CONFIG = Path(__file__).parents[3] / "config"
STAGE = "debian:bookworm-slim AS postgres"
PORT = of_image("EXPOSE", STAGE)
DEFAULTS: dict[str, Any] = json.loads((CONFIG / "foilmock.json").read_text())
SETTINGS = {f"FOILMOCK_{name.upper()}" for name in DEFAULTS}
DRAIN = int(DEFAULTS["drain"].removesuffix("s"))

COMPOSE = (CONFIG / "compose.yaml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
REPLICAS = {name: service for name, service in SERVICES.items() if service["image"] == "foilmock-postgres"}

KUBERNETES = (CONFIG / "kubernetes.yaml").read_text()
OBJECTS: dict[str, Any] = {document["kind"]: document["spec"] for document in yaml.safe_load_all(KUBERNETES)}
TEMPLATE: dict[str, Any] = OBJECTS["Deployment"]["template"]
POD: dict[str, Any] = TEMPLATE["spec"]
(CONTAINER,) = POD["containers"]


def validate(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_manifest_is_valid() -> None:
    done = validate(CONFIG / "kubernetes.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_finds_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(KUBERNETES.replace("readinessProbe", "readynessProbe"))
    assert validate(file).returncode == 1


def test_variables_are_settings_and_no_secret_is_in_the_files() -> None:
    for service in REPLICAS.values():
        assert service["environment"].keys() - {"PGPASSWORD"} <= SETTINGS
    given = re.findall(r"(?:PASSWORD|TOKEN): (.*)", COMPOSE)
    assert len(given) == 3
    for secret in given:
        # Compose ends with this message where the variable is not set.
        assert re.fullmatch(r"\$\{FOILMOCK_[A-Z_]+:\?set the [A-Za-z ]+\}", secret)
    own = {variable["name"] for variable in CONTAINER["env"]}
    assert own <= SETTINGS - {"FOILMOCK_DB", "FOILMOCK_CONTROL_TOKEN", "FOILMOCK_JWT_SECRET"}
    assert CONTAINER["envFrom"] == [{"secretRef": {"name": "foilmock"}}]
    assert "Secret" not in OBJECTS


def test_the_balancers_know_the_servers_of_compose() -> None:
    for file in ("nginx.conf", "haproxy.cfg"):
        found = re.findall(r"^ +server .*?(\S+):(\d+)(?: |;|$)", (CONFIG / file).read_text(), re.MULTILINE)
        assert found == [(name, PORT) for name in REPLICAS]
    balancer = SERVICES["balancer"]
    assert balancer["depends_on"].keys() == REPLICAS.keys()
    (mount,) = balancer["volumes"]
    assert (CONFIG / mount.split(":")[0]).is_file()
    assert f"bind :{balancer['ports'][0].split(':')[2]}\n" in (CONFIG / "haproxy.cfg").read_text()
    (alias,) = balancer["networks"]["default"]["aliases"]
    for service in REPLICAS.values():
        assert service["environment"]["FOILMOCK_ALLOW_HOST"] == alias


def test_compose_agrees_with_the_image() -> None:
    for service in REPLICAS.values():
        assert STAGE.endswith(f" AS {service['build']['target']}")
        assert (CONFIG / service["build"]["context"] / "Dockerfile").is_file()
        assert service["healthcheck"]["test"][1:] == health_command(STAGE)
        # What a read-only container needs: everything else is in PostgreSQL.
        assert service["read_only"] and service["tmpfs"] == ["/tmp"]
        assert DRAIN + 1 < int(service["stop_grace_period"].removesuffix("s"))


def test_the_manifest_agrees_with_the_image() -> None:
    user, group = map(int, of_image("USER", STAGE).split(":"))
    context = POD["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (user, group, group)
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": int(PORT)}]
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"]
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == ["/tmp"]
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} == {volume["name"] for volume in POD["volumes"]}
    pause = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause + DRAIN + 1 < POD["terminationGracePeriodSeconds"]


def test_the_objects_of_the_manifest_mean_the_same_pods() -> None:
    labels = TEMPLATE["metadata"]["labels"]
    assert OBJECTS["Service"]["selector"] == labels
    for selector in (OBJECTS["Deployment"], OBJECTS["PodDisruptionBudget"], POD["topologySpreadConstraints"][0]):
        assert selector.get("selector", selector.get("labelSelector")) == {"matchLabels": labels}
    assert [port["targetPort"] for port in OBJECTS["Service"]["ports"]] == ["http"]


def test_the_server_answers_the_probes(server: Server) -> None:
    probes = {name: CONTAINER[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    for probe in probes.values():
        # The kubelet calls a pod by its address.
        assert httpx.get(server.url + probe["path"], headers={"Host": "10.0.0.1:8000"}).status_code == 200
    # A restart does not help where the database is away.
    assert [name for name, probe in probes.items() if probe["path"].endswith("/ready")] == ["readiness"]
