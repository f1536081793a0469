"""A change of rules as it waits for a second person, and how rules are named in a form."""

import hashlib

import msgspec

from watchword.features.abuse.rulesets import OwnRules, Part, written


class WantedRules(Part, frozen=True):
    """What an organisation is to have of its own, and what it had when that was asked for."""

    before: OwnRules
    own: OwnRules


def write_wanted(wanted: WantedRules) -> bytes:
    return msgspec.json.encode(wanted)


def read_wanted(payload: bytes) -> WantedRules:
    return msgspec.json.decode(payload, type=WantedRules)


def digest_of(own: OwnRules) -> str:
    """Name rules, so that it shows whether somebody else has set others meanwhile."""
    return hashlib.sha256(written(own).encode()).hexdigest()[:16]
