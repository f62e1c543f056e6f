"""A Debian root whose own systemd runs: services start in it as on a machine, in namespaces of their own, without a network."""

from __future__ import annotations

import subprocess
import time

import roots

PATIENCE = 60
# The root becomes / (not by chroot: systemd makes user namespaces, which the kernel refuses to who is in a chroot), with
# the folders that a container's manager gives.
BOOT = """
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for place in run tmp dev; do mount -t tmpfs tmpfs "$root/$place"; done
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/run/before"
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
cd "$root"
pivot_root . run/before
umount -l /run/before
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --show-status=0
"""
NAMESPACES = ["--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup"]


class Booted:
    """The root needs the packages systemd and systemd-sysv. `with` ends all that runs in it."""

    def __init__(self, root: roots.Root) -> None:
        self._process = subprocess.Popen(
            ["unshare", *NAMESPACES, "--fork", "--kill-child", "sh", "-c", BOOT, "sh", root.folder],
            stdin=subprocess.DEVNULL, stdout=root.log, stderr=root.log)
        try:
            self._wait(time.monotonic() + PATIENCE)
        except BaseException:
            self.end()
            raise

    def _wait(self, deadline: float) -> None:
        while not (said := self.run("systemctl is-system-running")[1].strip()) in ("running", "degraded"):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise roots.RootError(f"systemd did not start in the root: {said}")
            time.sleep(0.1)

    def run(self, script: str) -> tuple[int, str]:
        """The exit code of a shell script in the system, and what it printed."""
        inside = ["nsenter", "--target", str(roots.program_of(self._process)), *NAMESPACES, "--root", "--wd", "--", "sh", "-c", script]
        done = subprocess.run(
            inside, env=roots.variables(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=PATIENCE)
        return done.returncode, done.stdout

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Booted:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
