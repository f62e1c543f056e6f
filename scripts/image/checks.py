"""What is proven of the image."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import roots
from report import Report
from served import PATIENCE, Served

from .dockerfile import Stage

MEGABYTE = 1_000_000
SIZE_LIMIT = 24 * MEGABYTE
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200_000)


class Image:
    """The image's root, and how a container of it runs."""

    def __init__(self, stage: Stage, root: roots.Root) -> None:
        self.stage, self.root = stage, root
        self.user = stage.one("USER")
        self.volume = stage.one("VOLUME")
        self.database = stage.variables()["FOILMOCK_DB"]

    def start(self, root: roots.Root, command: list[str], port: int, **variables: str) -> subprocess.Popen[str]:
        """The port is of our own, because the container shares this machine's network."""
        set_ = {"PATH": roots.PATH, **self.stage.variables(), "FOILMOCK_PORT": str(port), **variables}
        return root.start(command, self.user, env=set_)

    def serve(self, root: roots.Root, **variables: str) -> Served:
        return Served(self.start(root, self.stage.command(), 0, **variables))

    def health(self, port: int) -> tuple[int, str]:
        asking = self.start(self.root, self.stage.health_command(), port)
        said = asking.communicate(timeout=PATIENCE)[0]
        return asking.returncode, said.strip()

    def stop(self, server: Served) -> int:
        return server.stop(signal.Signals[self.stage.one("STOPSIGNAL")])

    @contextmanager
    def read_only(self) -> Iterator[roots.Root]:
        """The root as `docker run --read-only --tmpfs /tmp` shows it, with the volume."""
        with roots.Root(self.root.log) as view:
            view.bind(self.root.folder, "")
            view.mount_memory("/tmp")
            view.bind(self.root.path(self.volume), self.volume, read_only=False)
            yield view


def linked(builder: roots.Root, report: Report) -> None:
    versions = builder.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "libevent-dev", "libssl-dev", "libc6-dev"])
    report.check("libevent-dev 2.1.12-stable-8+deb12u" in versions, "libevent has its security update", ", ".join(versions.splitlines()))


def contents(image: Image, report: Report) -> None:
    program = image.stage.command()[0]
    files, folders, owned = [], [], []
    for folder, names, others in os.walk(image.root.folder):
        for name in [*names, *others]:
            path = os.path.join(folder, name)
            inside = path.removeprefix(image.root.folder)
            (folders if name in names else files).append(inside)
            if os.lstat(path).st_uid == int(image.user.split(":")[0]):
                owned.append(inside)
    report.check(files == [program], "one file is in the image: the program", " ".join(files))
    size = os.path.getsize(image.root.path(program))
    report.check(size <= SIZE_LIMIT, "it has at most 24 MB", f"{size / MEGABYTE:.1f} MB")
    headers = roots.run(["readelf", "--wide", "--program-headers", "--dynamic", image.root.path(program)], image.root.log)
    report.check("INTERP" not in headers and "NEEDED" not in headers, "it loads no library")
    report.check(owned == [image.volume], "the image's user owns the volume's folder alone", " ".join(owned))
    parents = {"/tmp", image.volume, *parents_of(program), *parents_of(image.volume)}
    report.check(set(folders) == parents, "no folder is there that nobody needs", " ".join(sorted(folders)))
    report.check(stat.S_IMODE(os.stat(image.root.path("/tmp")).st_mode) == 0o1777, "/tmp is everybody's")


def parents_of(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(2, len(parts))]


def loaded(image: Image, report: Report) -> None:
    program = image.stage.command()[0]
    printed = image.root.run(["ldd", program])
    report.check("libpq.so" in printed and "not found" not in printed, "all libraries that it loads are there",
                 f"{len(printed.splitlines())} of them")
    info = os.stat(image.root.path(image.volume))
    report.check(f"{info.st_uid}:{info.st_gid}" == image.user, "the image's user owns the volume's folder")


def database(image: Image, report: Report) -> None:
    """A conversation that is kept in PostgreSQL."""
    command = [f"{roots.HOUSE}/scripts/postgres-server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as postgres, image.read_only() as view:
        # It ends with its standard input.
        address = f"postgresql://foilmock@127.0.0.1:{int(postgres.stdout.readline())}/postgres"
        with image.serve(view, FOILMOCK_DB=address) as server:
            report.check(f"database  {address}" in server.block, "with an address in FOILMOCK_DB it uses PostgreSQL", address)
            status, begun = server.begin()
            report.check(status == 200, "a session begins", begun.get("message", begun))
            report.check(image.stop(server) == 0, "it ends with exit code 0")
        with image.serve(view, FOILMOCK_DB=address) as server:
            status, session = server.session()
            report.check(status == 200, "a second start goes on with the session", session.get("current_state", session))
            report.check(image.stop(server) == 0, "and ends with exit code 0")


def service(image: Image, report: Report) -> None:
    user = image.user.split(":")[0]
    with image.serve(image.root) as server:
        report.check(server.user() == user != "0", "the server runs as the image's user", f"uid {server.user()}")
        report.check("fixtures  built in" in server.block, "its fixtures are the built-in ones")
        report.check(f"database  {image.database}" in server.block, "its database is the image's", image.database)
        code, said = image.health(server.port)
        report.check(code == 0, "HEALTHCHECK says healthy", said)
        status, begun = server.begin()
        report.check(status == 200, "a session begins from outside", begun.get("message", begun))
        status, turn = server.say("I heard you have something rare.")
        answered = status == 200 and turn.get("decision") == "pass"
        report.check(answered, "a message is answered", turn.get("message", turn))
        code = image.stop(server)
        report.check(code == 0, f"{image.stage.one('STOPSIGNAL')} ends it, as process 1, with exit code 0", str(code))
        code, said = image.health(server.port)
        report.check(code == 1, "HEALTHCHECK then says unhealthy", said)

    files = sorted(os.listdir(image.root.path(image.volume)))
    report.check(files == [os.path.basename(image.database)], "the volume holds the database and nothing else", " ".join(files))
    info = os.stat(image.root.path(image.database))
    report.check(str(info.st_uid) == user and info.st_mode & 0o077 == 0, "it is the user's and nobody else's",
                 f"uid {info.st_uid}, mode {info.st_mode & 0o777:o}")
    report.check(os.listdir(image.root.path("/tmp")) == [], "nothing is left in /tmp")

    with image.serve(image.root) as server:
        status, session = server.session()
        report.check(status == 200 and session.get("current_state") == turn.get("current_state"),
                     "a second start goes on with the session", session.get("current_state", session))
        report.check(image.stop(server) == 0, "and ends with exit code 0")


def read_only(image: Image, report: Report) -> None:
    with image.read_only() as view, image.serve(view) as server:
        status, session = server.session()
        report.check(status == 200, "read-only, with a volume and a /tmp in memory, it goes on with the session",
                     session.get("current_state", session))
        status, turn = server.say("How much is it?")
        report.check(status == 200, "a message is answered", turn.get("message", turn))
        status, kept = upload(server)
        report.check(status == 200, "a picture that is too large for memory is taken", kept.get("url", kept))
        report.check(image.stop(server) == 0, "and it ends with exit code 0")


def upload(server: Served) -> tuple[int, dict]:
    form = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + PICTURE + b"\r\n"
    body = form % (b"target", b"@lead") + file + b"--x--\r\n"
    headers = {"X-API-Key": "ft_sk_test_check", "Content-Type": "multipart/form-data; boundary=x"}
    return server.send("POST", "/api/v1/bot/upload", body, headers)
