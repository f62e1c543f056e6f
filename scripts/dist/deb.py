"""The Debian package, by debhelper from packaging/debian."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

from components import Component, DistError

MAINTAINER = "The foilmock authors <foilmock@users.noreply.github.com>"
# Its whole text, to the end of the notice that it wants in each file.
APACHE = re.compile(r" *Apache License\n *Version 2\.0.*?limitations under the License\.", re.DOTALL)
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def write(tree: Path, output: Path, components: list[Component], house: Path, version: str, seconds: int, machine: str) -> None:
    """`tree` is the content of the tarball."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / f"foilmock-{version}"
        shutil.copytree(tree, folder / "tree", copy_function=shutil.copy2)
        shutil.copytree(house / "packaging" / "debian", folder / "debian")
        debian = folder / "debian"
        (debian / "changelog").write_text(
            f"foilmock ({version}) unstable; urgency=medium\n\n  * Release {version}; CHANGELOG.md has the changes.\n\n"
            f" -- {MAINTAINER}  {formatdate(seconds)}\n"
        )
        (debian / "copyright").write_text(copyright_of(tree / "licences"), encoding="utf-8")
        sources = ", ".join(component.debian_source for component in components if component.debian_source)
        environment = {
            **os.environ, "SOURCE_DATE_EPOCH": str(seconds), "LC_ALL": "C.UTF-8", "STATIC_BUILT_USING": sources
        }  # fmt: skip
        # dpkg keeps times that are older than SOURCE_DATE_EPOCH.
        for path in folder.rglob("*"):
            os.utime(path, (seconds, seconds))
        # dpkg makes files as umask says.
        command = ["sh", "-c", "umask 022 && exec debian/rules binary"]
        if ARCHITECTURES[machine] != (host := debian_architecture()):
            raise DistError(f"the program is for {machine}, and the Debian package would be for {host}")
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise DistError(f"debhelper could not make the package:\n{done.stdout}{done.stderr}")
        for package in Path(place).glob("*.deb"):
            shutil.copy(package, output)


def debian_architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def copyright_of(licences: Path) -> str:
    """Each text once; those that Debian has on every system are only named, as its policy asks."""
    common = {path.name for path in Path("/usr/share/common-licenses").iterdir()}
    texts = [path for path in sorted(licences.iterdir()) if path.stem not in common]
    own = licences / "foilmock.txt"
    texts.remove(own)
    parts = [own.read_text(encoding="utf-8"), "The program has code of others in it. Their licences follow.\n"]
    line = "=" * 78
    parts += [f"{line}\n{path.stem}\n{line}\n\n{path.read_text(encoding='utf-8')}" for path in texts]
    return APACHE.sub("The Apache License, version 2.0, is in /usr/share/common-licenses/Apache-2.0.", "\n".join(parts))
