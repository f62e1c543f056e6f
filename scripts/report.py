"""What a check prints: each step, and whether each thing holds."""

from __future__ import annotations

import sys
import time


class Report:
    def __init__(self) -> None:
        self.failures = 0
        self.started = time.monotonic()

    def step(self, text: str) -> None:
        print(f"  ..   {text[:130]}{'…' if len(text) > 130 else ''}", flush=True)

    def check(self, holds: bool, text: str, detail: object = "") -> None:
        self.failures += not holds
        print(f"  {'ok' if holds else 'FAIL':5}{text}" + (f": {detail}" if detail else ""), flush=True)

    def end(self) -> None:
        print(f"{self.failures or 'no'} failures, {time.monotonic() - self.started:.0f} s")
        sys.exit(1 if self.failures else 0)
