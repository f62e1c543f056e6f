"""Carries out the two stages of an image, each in a root of its own."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import IO

import roots
import toolchain
from report import Report

from .dockerfile import DockerfileError, Stage, copy_words

HOUSE = Path(roots.HOUSE)


def build(stage: Stage, log: IO[str], report: Report) -> roots.Root:
    """The builder's root: Debian of the base image's suite, with this machine's toolchain, and all that the stage does."""
    image, _, tag = stage.base.partition(":")
    version, _, suite = tag.partition("-")
    if image != "swift" or not suite:
        raise DockerfileError(f"FROM {stage.base}: scripts/image-check knows swift:<version>-<suite of Debian> in its place")
    report.step(f"FROM {stage.base}: debootstrap of {suite}, and the toolchain of this machine")
    root = toolchain.root(suite, log)
    try:
        if f"Swift version {version}." not in root.run(["swift", "--version"], env=toolchain.variables()):
            raise DockerfileError(f"FROM {stage.base}: the toolchain of this machine has another version; see 'swift --version'")
        folder = "/"
        for word, rest in stage.instructions:
            report.step(f"{word} {rest}")
            if word == "WORKDIR":
                folder = rest
                root.make_folder(folder)
            elif word == "COPY" and rest == ". .":
                copy_context(root.path(folder))
            elif word == "RUN":
                root.run(["sh", "-c", f"cd {shlex.quote(folder)} || exit\n{rest}"], env=toolchain.variables())
            else:
                raise DockerfileError(f"{word} {rest}: scripts/image-check does not know this in the builder")
    except BaseException:
        root.remove()
        raise
    return root


def copy_context(place: str) -> None:
    """Copies what .dockerignore leaves in: of all files (`*`), those that a `!name` names, without any `**/name` in them."""
    lines = [line for line in (HOUSE / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    taken = [line[1:] for line in lines if line.startswith("!")]
    left_out = [line[3:] for line in lines if line.startswith("**/")]
    if lines[0] != "*" or len(lines) != 1 + len(taken) + len(left_out):
        raise DockerfileError(".dockerignore: scripts/image-check knows a first line '*', then '!name' and '**/name'")
    for name in taken:
        source, target = HOUSE / name, os.path.join(place, name)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*left_out))
        else:
            shutil.copy2(source, target)


def assemble(stage: Stage, builder: roots.Root, log: IO[str]) -> roots.Root:
    """The image's root: an empty one or Debian's, with what the stage copies from the builder and runs."""
    image, _, suite = stage.base.partition(":")
    suite = suite.removesuffix("-slim")
    if stage.base != "scratch" and (image != "debian" or not suite):
        raise DockerfileError(f"FROM {stage.base}: scripts/image-check knows 'scratch' and debian:<suite>-slim here")
    root = roots.debian(suite, log) if suite else roots.Root(log)
    try:
        for word, rest in stage.instructions:
            if word == "COPY":
                copy(rest, builder, root, log)
            elif word == "RUN":
                root.run(["sh", "-c", rest])
    except BaseException:
        root.remove()
        raise
    return root


def copy(rest: str, builder: roots.Root, root: roots.Root, log: IO[str]) -> None:
    options, source, target = copy_words(rest)
    if not source.endswith("/"):
        raise DockerfileError(f"COPY {rest}: scripts/image-check knows a folder of the builder, named with a slash at its end")
    for entry in sorted(Path(builder.path(source)).iterdir()):
        roots.run(["cp", "-a", str(entry), root.make_folder(target)], log)
        if "chown" in options:
            roots.run(["chown", "-R", options["chown"], os.path.join(root.path(target), entry.name)], log)
