"""What `watchword audit` says of an export, and of a receipt."""

from typing import assert_never

from msgspec import Struct

from watchword.features.ledger.faults import Fault
from watchword.features.ledger.receipts import Because, Finding, NotProven, Proven
from watchword.features.ledger.verification import Verdict

WHY = {
    Because.UNREADABLE: "It is not a receipt, or not a whole one.",
    Because.NOT_SIGNED: "Its checkpoint is not signed by its key: it was changed.",
    Because.NOT_INCLUDED: "Its entry is not the one that stands in the signed ledger.",
    Because.OTHER_ORIGIN: "Its key is that of another ledger.",
}
NOTHING_OUTSIDE = (
    "Nothing from outside was compared, so it is not known whether entries are missing at the end. "
    "Name the copies: --checkpoint FILE"
)
OWN_KEYS = (
    "The file itself names this key. Compare it with the one that you know, or name that: --key KEY"
)


class FaultView(Struct, frozen=True):
    kind: str
    words: str
    line: int | None
    position: int | None


class VerdictView(Struct, frozen=True):
    """`newest_outside`: how many entries the newest checkpoint from outside tells of."""

    is_good: bool
    origin: str | None
    entries: int
    checkpoints: int
    outside: int
    newest_outside: int | None
    keys: list[str]
    are_keys_given: bool
    faults: list[FaultView]
    more_faults: int

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictView":
        return cls(
            is_good=verdict.is_good,
            origin=verdict.origin,
            entries=verdict.entries,
            checkpoints=verdict.checkpoints,
            outside=verdict.outside,
            newest_outside=verdict.newest_outside,
            keys=[*verdict.keys],
            are_keys_given=verdict.are_keys_given,
            faults=[_view(fault) for fault in verdict.faults],
            more_faults=verdict.more_faults,
        )


def say_verdict(verdict: Verdict) -> str:
    if not verdict.is_good:
        return "\n".join(_bad(verdict))
    return "\n".join(_good(verdict))


def _good(verdict: Verdict) -> list[str]:
    whose = f"{verdict.entries:,} entries of {verdict.origin}"
    said = [
        f"{whose} are as they were signed, and in their order.",
        f"Signed by {', '.join(verdict.keys)} at {verdict.checkpoints:,} checkpoints.",
    ]
    if not verdict.are_keys_given:
        said.append(OWN_KEYS)
    if verdict.newest_outside is None:
        said.append(NOTHING_OUTSIDE)
    else:
        said.append(
            f"None of the {verdict.newest_outside:,} entries is missing that were known outside."
        )
    return said


def _bad(verdict: Verdict) -> list[str]:
    whose = f" of {verdict.origin}" if verdict.origin else ""
    said = [f"This ledger{whose} is not as it was signed."]
    said += [_say(fault) for fault in verdict.faults]
    if verdict.more_faults:
        said.append(f"And {verdict.more_faults:,} more of the kind.")
    return said


def _say(fault: Fault) -> str:
    return fault.words if fault.line is None else f"Line {fault.line}: {fault.words}"


def _view(fault: Fault) -> FaultView:
    return FaultView(fault.kind, fault.words, fault.line, fault.position)


def say_finding(finding: Finding, *, has_keys: bool) -> str:
    match finding:
        case Proven():
            return "\n".join(_proven(finding, has_keys=has_keys))
        case NotProven(because):
            return f"This proves nothing. {WHY[because]}"
        case _:
            assert_never(finding)


def _proven(found: Proven, *, has_keys: bool) -> list[str]:
    entry = found.entry
    if has_keys and not found.is_known:
        return [f"This proves nothing. It is signed by {found.key.raw}, which you did not name."]
    signed = f"{found.checkpoint.size:,} entries were signed by {found.key.raw}"
    said = [
        f"It is proven: at {entry.at}, {entry.actor} did {entry.action} to {entry.target}.",
        f"It is entry {entry.position} of {found.checkpoint.origin}, of which {signed}.",
    ]
    if not has_keys:
        said.append(OWN_KEYS.replace("The file itself", "The receipt itself"))
    return said
