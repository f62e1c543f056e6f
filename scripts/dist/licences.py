"""The licences of foilmock and of what is linked in: a folder of plain texts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from components import Component

COMMON = Path("/usr/share/common-licenses")
RELINKING = """\
How to put another glibc into foilmock
======================================

foilmock is linked with the GNU C Library (glibc), which is under the GNU Lesser General Public License 2.1 or later
(LGPL-2.1.txt). You may change that library and link foilmock with your version (section 6 of the licence), and you may
take the program apart to find mistakes in such changes.

This foilmock was made from {commit}, with {glibc}.

1. Get the source of foilmock: it is open, under the licence in foilmock.txt. Check out the commit above, which is tagged
   v{version} if it is a release.
2. Get the source of glibc: on Debian with 'deb-src' in apt's sources, 'apt-get source {source}'; or take it from
   https://www.gnu.org/software/libc/. Change it, build it ('dpkg-buildpackage -b' in its folder) and install its package
   libc6-dev, which has libc.a.
3. In the source of foilmock run 'make build'. It links .build/release/foilmock with the libc.a that is installed. It
   needs the Swift toolchain {swift} and Debian's packages that the Makefile names.

The same way exchanges any other library that is linked in.
"""


def write(folder: Path, components: list[Component], house: Path, version: str, commit: str) -> None:
    folder.mkdir()
    shutil.copyfile(house / "LICENSE", folder / "foilmock.txt")
    named: set[str] = set()
    for component in components:
        text = component.copyright.read_text(encoding="utf-8")
        named.update(re.findall(rf"{COMMON}/((?:L?GPL|Apache)[-.\w]*\w)", text))
        (folder / f"{component.name}.txt").write_text(text, encoding="utf-8")
    # What they refer to, which only Debian's systems have.
    for name in sorted(named):
        shutil.copyfile(COMMON / name, folder / f"{name}.txt")
    by_name = {component.name: component for component in components}
    text = RELINKING.format(
        version=version, commit=f"the commit {commit}",
        glibc=f"glibc {by_name['glibc'].version} of Debian's package {by_name['glibc'].debian_source}",
        source=by_name["glibc"].debian_source.replace(" (= ", "=").removesuffix(")"), swift=by_name["swift"].version,
    )  # fmt: skip
    (folder / "RELINKING.txt").write_text(text, encoding="utf-8")
