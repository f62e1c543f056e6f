"""Counts the instructions and allocations of a server by callgrind."""

import os
import re
import subprocess
import tempfile

from servers import program

ALLOCATORS = re.compile(r"^_*(libc_)?(malloc|calloc|realloc|memalign|posix_memalign|aligned_alloc)$")


def stripped(binary, folder):
    """A copy of the program without debug information: valgrind cannot read the DWARF of Swift. The symbols stay."""
    copy = os.path.join(folder, "foilmock")
    subprocess.run([program("objcopy"), "--strip-debug", binary, copy], check=True)
    # So that two runs do the same.
    os.environ["SWIFT_DETERMINISTIC_HASHING"] = "1"
    return copy


def count(start, use):
    """The instructions and allocations of a server, from start to stop: `start(folder, under)` returns it, `use(server)`
    asks it."""
    with tempfile.TemporaryDirectory(prefix="foilmock-count-") as folder:
        os.chmod(folder, 0o755)
        file = os.path.join(folder, "callgrind.out")
        server = start(folder, [program("valgrind"), "--quiet", "--tool=callgrind", f"--callgrind-out-file={file}"])
        try:
            server.wait_until_ready()
            use(server)
        finally:
            server.stop()
        with open(file, encoding="utf-8", errors="replace") as lines:
            return totals(lines)


def totals(lines):
    """The instructions, and the calls of functions that allocate, of a file of callgrind
    (https://valgrind.org/docs/manual/cl-format.html)."""
    names, allocations, instructions, called = {}, 0, 0, ""
    for line in lines:
        if match := re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line):
            number, name = match.groups()
            # A name is written where it comes first.
            if name:
                names[number] = name
            if line.startswith("c"):
                called = names[number]
        elif line.startswith("calls=") and ALLOCATORS.match(called):
            allocations += int(line[6:].split()[0])
        elif line.startswith(("summary:", "totals:")):
            instructions = int(line.split()[1])
    return instructions, allocations
