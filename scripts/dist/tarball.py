"""A tar archive whose bytes depend on nothing but the files and one time."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path


def write(folder: Path, archive: Path, seconds: int) -> None:
    """Packs the folder, under its own name."""
    with archive.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=seconds) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in sorted([folder, *folder.rglob("*")]):
                entry = tar.gettarinfo(path, str(path.relative_to(folder.parent)))
                entry.uid = entry.gid = 0
                entry.uname = entry.gname = "root"
                entry.mtime = seconds
                entry.mode = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
                if path.is_dir():
                    tar.addfile(entry)
                else:
                    with path.open("rb") as content:
                        tar.addfile(entry, content)
