"""Another process of ours, which works ahead while this one waits for the database.

Python works at one thing at a time in a process; a machine with two cores has room for two.
"""

import os
import signal
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def another_process() -> Executor:
    """Give a process that begins when it is first asked for something. It shares nothing with this
    one, and knows no more than it is told: through a pipe, which nobody else reads."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    # Whoever stops us by the keyboard means the first process, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_first, daemon=True).start()


def _end_with_the_first() -> None:
    """Stay no longer than whoever asks, even if they are killed: keys may be in our memory."""
    first = parent_process()
    if first is not None:
        first.join()
    os._exit(1)
