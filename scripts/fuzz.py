#!/usr/bin/env python3
"""Runs libFuzzer over the JSON reader, the fixture decoders with the dialogue engine, the request parser, the form parsers, and
the readers of snapshots, journals, faults, scripts, clocks, stories and imported personas with a server behind them.

usage: scripts/fuzz.py [--seconds S] [--keep] [TARGET...]

Seeds are the fixtures and the vectors of the tests, and Tests/fuzz/seeds; what was found stays, for the next run, in .build/fuzz. --keep puts the
inputs that add most to what the seeds reach into Tests/fuzz/corpus, which `swift test` reads. The exit code is 1 if anything
crashed, hung or took too much memory; the input is then in .build/fuzz/crashes/TARGET.
"""

import argparse
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, ".build", "fuzz")
# In one option: of several the compiler takes the last.
SANITIZE = "-sanitize=fuzzer,address"
MODULES = ("Exact", "Metrics", "JSON", "HTTP", "Text", "Dialogue", "Fixtures", "Stories", "Coverage", "Exploration", "Store", "EventLoop", "HTTPServer", "Embedded", "CLibedit", "Crypto", "Journal", "Emulator",
           "FoilEngineAPI", "FluidTalkAPI", "CharactersAPI", "ControlAPI", "Program", "FuzzChecks")
SYSTEM_MODULES = ("CPCRE2", "CUtf8proc", "CSQLite", "CCrypto", "CLibevent", "CProcess")
# Those with a whole server behind them. Its fixtures are loaded once.
SERVED = ("snapshot", "journal", "fault", "script", "clock", "story", "imported")
TARGETS = ("json", "catalog", "http", "form", "multipart", *SERVED)
LONGEST = {"json": 4096, "catalog": 16384, "http": 20480, "form": 4096, "multipart": 20480,
           "snapshot": 16384, "journal": 65536, "fault": 4096, "script": 4096, "clock": 4096, "story": 8192, "imported": 16384}
# Numbers about which bounds are forgotten.
EXTREMES = {"-1", "0", "1", "3.5", "1e300", "999999999", "1000000000", "1000000001", "2147483647", "2147483648",
            "-2147483648", "9214646399999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808"}
MOST_KEPT = 50
SEPARATOR = b"\f"
LINES = b"""lines
I have something rare to sell, you know.
Call me Zoe. Mercy, please help!
[[pass]] what do you recommend?
[[redirect]]
[[follow_up]] ok
hi [[reject]]
no
[[kick_out]]
"""


def read(*path):
    with open(os.path.join(ROOT, *path), "rb") as file:
        return file.read()


def files(folder, ending):
    """The paths, below the root, of the files below a folder."""
    found = glob.glob(f"{folder}/**/*{ending}", root_dir=ROOT, recursive=True)
    return sorted(path for path in found if os.path.isfile(os.path.join(ROOT, path)))


def compile_targets():
    """The modules as SwiftPM builds them, instrumented; then one program a target, because SwiftPM wants a main."""
    subprocess.run(
        ["swift", "build", "--package-path", ROOT, "--scratch-path", BUILD, "-c", "release", "--target", "FuzzChecks",
         "-Xswiftc", SANITIZE, "-Xswiftc", "-assert-config", "-Xswiftc", "Debug", "-Xswiftc", "-use-ld=lld"],
        check=True)
    built = os.path.join(BUILD, "release")
    objects = [path for module in MODULES for path in glob.glob(f"{built}/{module}.build/*.o")]
    for target in TARGETS:
        subprocess.run(
            ["swiftc", "-swift-version", "6", "-parse-as-library", SANITIZE, "-use-ld=lld",
             "-module-name", f"Fuzz_{target}", "-I", f"{built}/Modules", f"{ROOT}/Tests/fuzz/entries/{target}.swift",
             *(f"-I{ROOT}/Sources/{module}" for module in SYSTEM_MODULES),
             "-Xcc", f"-fmodule-map-file={built}/Embedded.build/module.modulemap",
             "-Xcc", f"-fmodule-map-file={built}/CLibedit.build/module.modulemap", *objects,
             "-levent_core", "-ledit", "-ltinfo", "-lc", "-lbsd", "-o", program(target)],
            check=True)


def program(target):
    return os.path.join(BUILD, f"fuzz-{target}")


def seeds(target):
    if target == "json":
        vectors = b"\n".join(read(path) for path in files("Tests/vectors/json", ".txt"))
        lines = [line for line in vectors.splitlines() if line and not line.startswith(b"#")]
        texts = [part for line in lines for part in line.split(b"\t")]
        return [urllib.parse.unquote_to_bytes(text) for text in texts] + [
            read(path) for path in files("fixtures", ".json")]
    if target == "catalog":
        folders = ["fixtures", "Tests/fuzz/language", "Tests/vectors/check/broken", "Tests/vectors/check/doubtful"]
        return [folder for root in folders for folder in persona_folders(root)]
    if target == "http":
        return vector_inputs("http")
    if target in SERVED:
        return [read(path) for path in files(f"Tests/fuzz/seeds/{target}", "")]
    forms = [tuple(vector.split(b"\r\n", 1)) for vector in vector_inputs("forms")]
    pairs = b"application/x-www-form-urlencoded"
    return [body if target == "form" else kind + b"\r\n" + body
            for kind, body in forms if (kind == pairs) == (target == "form")]


def vector_inputs(folder):
    paths = files(f"Tests/vectors/{folder}", ".txt")
    vectors = [vector for path in paths for vector in read(path).split(b"\n== ")[1:]]
    return [http_bytes(vector.split(b"\n--\n")[0].split(b"\n", 1)[1]) for vector in vectors]


def persona_folders(root):
    """One input a persona, in the form that FuzzFolder reads: a whole folder is too long to be changed well."""
    paths = files(root, ".json")
    shared = [path for path in paths if "/personas/" not in path]
    for slug in sorted({path.split("/personas/")[1].split("/")[0] for path in paths if path not in shared}):
        mine = shared + [path for path in paths if f"/personas/{slug}/" in path]
        parts = [os.path.relpath(path, root).encode() + b"\n" + read(path) for path in mine]
        yield SEPARATOR.join([*parts, LINES])


def http_bytes(text):
    """The input of a vector; Tests/vectors/http/README.md tells its form."""
    def repeated(match):
        return http_bytes(match[1]) * int(match[2])

    def escaped(match):
        sign = match[1]
        return {b"r": b"\r", b"n": b"\n", b"t": b"\t"}.get(sign) or (
            bytes([int(sign[1:], 16)]) if sign.startswith(b"x") else sign)

    pieces = re.split(rb"(?<!\\)(\{[^}]*\*\d+\})", text.replace(b"\n", b""))
    return b"".join(
        re.sub(rb"\{(.*)\*(\d+)\}", repeated, piece, flags=re.S) if index % 2
        else re.sub(rb"\\(x[0-9A-Fa-f]{2}|.)", escaped, piece, flags=re.S)
        for index, piece in enumerate(pieces))


def words(target):
    """What a change may put in: the words of the fixture language as its page names them, or those of the seeds."""
    if target not in ("json", "catalog"):
        texts = [seed.decode("latin-1") for seed in seeds(target)]
        if target not in SERVED:
            return set(re.findall(r"[A-Za-z][A-Za-z0-9/.-]{3,}", "".join(text for text in texts if len(text) < 500)))
        return EXTREMES | set(re.findall(r'"\w+"', "".join(texts)))
    page = read("docs", "fixtures.md").decode()
    named = {word for code in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"[A-Za-z]\w*", code)}
    return {f'"{word}"' for word in named if word.isascii()} | set(re.findall(r"\{[a-z_.|]+\}", page))


def prepare(target):
    """The folders of a target, the seeds and the dictionary written anew."""
    folders = {name: os.path.join(BUILD, name, target) for name in ("seeds", "found", "crashes")}
    shutil.rmtree(folders["seeds"], ignore_errors=True)
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    for seed in seeds(target):
        if len(seed) <= LONGEST[target]:
            with open(os.path.join(folders["seeds"], hashlib.sha1(seed).hexdigest()), "wb") as file:
                file.write(seed)
    folders["kept"] = os.path.join(ROOT, "Tests", "fuzz", "corpus", target)
    os.makedirs(folders["kept"], exist_ok=True)
    folders["words"] = os.path.join(BUILD, f"{target}.dict")
    with open(folders["words"], "w", encoding="ascii") as file:
        for word in sorted(words(target)):
            escaped = word.replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'"{escaped}"\n')
    return folders


def run(target, arguments, log):
    # Swift's own backtracer waits for ever for a process that libFuzzer holds.
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
    # Swift packs pointers, so fixtures that stay to the end look lost.
    if target in SERVED:
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
    with open(log, "wb") as output:
        ended = subprocess.run(
            [program(target), f"-max_len={LONGEST[target]}", "-timeout=10", *arguments], stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, env=environment, cwd=BUILD, check=False)
    with open(log, encoding="utf-8", errors="replace") as output:
        return ended.returncode, output.read()


def fuzz(target, seconds):
    folders = prepare(target)
    code, text = run(target, [
        f"-max_total_time={seconds}", "-rss_limit_mb=1024", f"-dict={folders['words']}", "-print_final_stats=1",
        f"-artifact_prefix={folders['crashes']}/", folders["found"], folders["seeds"], folders["kept"],
    ], os.path.join(BUILD, f"{target}.log"))
    if code != 0:
        print(text[-6000:], file=sys.stderr)

    def number(pattern):
        found = re.findall(pattern, text)
        return found[-1] if found else "?"

    counters = number(r"(\d+) inline 8-bit counters")
    if not counters.isdigit() or int(counters) < 1000:
        sys.exit(f"{target} was not built to be fuzzed: {counters} counters")

    return [
        target, number(r"number_of_executed_units: *(\d+)"), number(r"average_exec_per_sec: *(\d+)"),
        number(r" cov: (\d+)"), number(r" corp: (\d+)"), number(r"slowest_unit_time_sec: *(\d+)"),
        number(r"peak_rss_mb: *(\d+)"), "0" if code == 0 else "1",
    ]


def keep(target):
    """The inputs that add most to what the seeds reach. The smallest that reaches something has the credit for it."""
    folders = prepare(target)
    control = os.path.join(BUILD, f"{target}.merge")
    if os.path.exists(control):
        os.remove(control)
    code, text = run(
        target, ["-merge=1", f"-merge_control_file={control}", folders["seeds"], folders["found"], folders["kept"]],
        os.path.join(BUILD, f"{target}-merge.log"))
    if code != 0:
        sys.exit(text[-6000:])
    # How many files, how many of them are seeds, their names; then of each what no earlier one has reached.
    with open(control, encoding="ascii") as file:
        count, known, *lines = file.read().splitlines()
    names = lines[:int(count)]
    reached = [line.split() for line in lines[int(count):] if line.startswith("COV ")]
    adding = [(len(edges), names[int(index)]) for _, index, *edges in reached if edges and int(index) >= int(known)]
    best = {name: read(name) for _, name in sorted(adding, reverse=True)[:MOST_KEPT]}
    shutil.rmtree(folders["kept"])
    os.makedirs(folders["kept"])
    for name, content in best.items():
        with open(os.path.join(folders["kept"], os.path.basename(name)), "wb") as file:
            file.write(content)
    print(f"{target}: {len(best)} of {len(adding)} inputs kept, {sum(map(len, best.values()))} bytes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args()
    chosen = options.targets or TARGETS
    if unknown := set(chosen) - set(TARGETS):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    compile_targets()
    if options.keep:
        for target in chosen:
            keep(target)
        return 0
    rows = [["target", "executions", "a second", "edges", "corpus", "slowest s", "MB", "crashes"]]
    for target in chosen:
        print(f"{target}: {options.seconds} s", flush=True)
        rows.append(fuzz(target, options.seconds))
    for row in rows:
        print("".join(cell.rjust(12) for cell in row))
    return int(any(row[-1] != "0" for row in rows[1:]))


if __name__ == "__main__":
    sys.exit(main())
