"""The other process of ours, on the day the first one is killed."""

import signal
import subprocess
import sys
import time

FIRST = """
import os, sys, time
from watchword.foundation.aside import another_process
if __name__ == "__main__":
    aside = another_process()
    print(aside.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_nobody_stays_behind_who_knows_keys() -> None:
    first = subprocess.Popen([sys.executable, "-c", FIRST], stdout=subprocess.PIPE, text=True)
    with first:
        assert first.stdout is not None
        other = int(first.stdout.readline())
        assert is_there(other)

        first.send_signal(signal.SIGKILL)

    give_up_at = time.monotonic() + 120
    while is_there(other) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert not is_there(other)


def is_there(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
