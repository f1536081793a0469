"""Measures Watchword beside its peers; see README.md."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.peers.better_auth import BetterAuth
from bench.peers.measure import Plan, Reading, measure
from bench.peers.peer import Peer
from bench.peers.privacyidea import PrivacyIdea
from bench.peers.report import report, table
from bench.peers.watchword import Watchword

RESULTS = Path(__file__).resolve().parents[1] / "results" / "peers.json"

PEERS: dict[str, Callable[[], Peer]] = {
    "watchword": Watchword,
    "better-auth": BetterAuth,
    "privacyidea": lambda: PrivacyIdea(signing=True),
    "privacyidea-unsigned": lambda: PrivacyIdea(signing=False),
}
# Asked for by name, the others come too.
USUAL = ["watchword", "better-auth", "privacyidea"]


def main() -> int:
    asked = arguments().parse_args()
    plan = Plan(asked.rounds, asked.pairs, asked.concurrency, asked.warm_up)
    readings = asyncio.run(interruptible(asked.only, plan))
    whole = report(readings, plan)
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    asked.results.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    print(table(whole))
    print(asked.results.read_text())
    return 1 if any(fell_short(reading) for reading in readings) else 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--pairs", type=positive, default=200, help="pairs a round, for each peer")
    parser.add_argument("--concurrency", type=positive, default=16)
    parser.add_argument("--warm-up", type=positive, default=10, help="seconds, for each peer")
    parser.add_argument("--only", type=names, default=USUAL, help=",".join(PEERS))
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def names(text: str) -> list[str]:
    chosen = text.split(",")
    unknown = sorted(set(chosen) - set(PEERS))
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {unknown}; known: {list(PEERS)}")
    return chosen


async def interruptible(chosen: list[str], plan: Plan) -> list[Reading]:
    """A measurement that is told to end takes its servers with it."""
    work = asyncio.ensure_future(measure([PEERS[name]() for name in chosen], plan, say))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    return await work


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def fell_short(reading: Reading) -> bool:
    """Only Watchword decides: a peer that cannot run here is no fault of this tree."""
    return reading.peer.name == "watchword" and (reading.failed > 0 or not reading.rounds)


if __name__ == "__main__":
    sys.exit(main())
