"""The program itself, as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ENDS_WITHIN = 180  # seconds


@contextmanager
def running(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """Run `watchword` in a folder that is also the place for its temporary files."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watchword", *arguments],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stop(process: "subprocess.Popen[str]", by: signal.Signals) -> tuple[int, str]:
    """Ask it to stop; give what it ends with, and what it said on stderr from then on."""
    process.send_signal(by)
    _, said = process.communicate(timeout=ENDS_WITHIN)
    return process.returncode, said
