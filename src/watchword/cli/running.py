"""How commands wait: on the fast event loop, and until somebody asks them to stop."""

import asyncio
import gc
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

Outcome = TypeVar("Outcome")

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    # What the program itself is made of is never garbage, and need not be looked through again and
    # again: that costs a sixth of all that an import takes.
    gc.freeze()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Give what is set once we are asked to stop: by Ctrl-C, or by whoever has started us.

    Nothing is torn off by that. The web server hears of it by itself, and passes it on at its end.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
