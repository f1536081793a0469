"""What a refusal says: why, and which way is still open. Nothing here names a number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.abuse.judging import Trips
from watchword.features.abuse.rules import Block, Blocked, BlockId, RuleName, Start
from watchword.features.abuse.rulesets import ANY_COUNTRY, Ruleset
from watchword.features.abuse.spray import SPRAY_KEY
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import BLOCK_DIGITS, Contact
from watchword.features.delivery.routes import ALL_CHANNELS

WHOLE = "spend"
"""The subject of what all messages of an organisation cost."""

ORGANISATION = "organisation"
NUMBERS = {RuleName.PREFIX, RuleName.CONVERSION}
SHOWN_OF_A_DIGEST = 8
SHOWN_DIGITS = 4  # of a block of numbers, behind its dial code
SHARED, ANY_DIGIT = "•", "x"

REASONS = {
    RuleName.PREFIX: "So many codes were asked for to neighbouring numbers that sending stopped.",
    RuleName.DIAL_CODE: "So many codes were asked for to this country that sending stopped.",
    RuleName.DESTINATION: "So many codes were asked for to this contact point that it rests.",
    RuleName.CLIENT: "This application has asked for as many codes as its rules allow.",
    RuleName.REQUESTER: "This requester has asked for as many codes as the rules allow.",
    RuleName.ORGANISATION: "The organisation has asked for as many codes as its rules allow.",
    RuleName.CONVERSION: (
        "Codes went to neighbouring numbers, and hardly any was typed back, so sending stopped."
    ),
    RuleName.SPEND: "Another message would cost more than the rules allow to be spent.",
    RuleName.SPRAY: "So many answers are wrong that somebody seems to be trying codes.",
}
"""What is said of rules that count."""

NUMBER, POINT, CONTACT = "number", "contact point", "another contact point"
KNOWN_OF = {
    RuleName.PREFIX: NUMBER,
    RuleName.DIAL_CODE: NUMBER,
    RuleName.CONVERSION: NUMBER,
    RuleName.SPEND: NUMBER,
    RuleName.DESTINATION: POINT,
    RuleName.REQUESTER: POINT,
}
"""Rules that let those pass who have answered rightly here before, and what they had to show."""

WAIT = "try again when the block has run out"
AT_LAST = {
    RuleName.CLIENT: f"{WAIT}, or ask the operator to lift it",
    RuleName.ORGANISATION: f"{WAIT}, or ask the operator to lift it",
    RuleName.SPEND: "ask the operator to raise the cap: watchword abuse rules set",
}
"""What is left when nothing else helps; of all others, to wait."""

NOBODY_IS_SHUT_OUT = "Nobody is shut out: new codes are longer, and have fewer attempts."

BY_MAIL = {
    *(RuleName.COUNTRY, RuleName.PREFIX, RuleName.DIAL_CODE, RuleName.CONVERSION),
    *(RuleName.SPEND, RuleName.PRICE_MISSING),
}
"""Rules that no e-mail falls under."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a refusal stands on: the rules, the organisation's country, and who serves what."""

    ruleset: Ruleset
    home: str
    served: Collection[Channel] = ALL_CHANNELS


def refusal(rule: RuleName, start: Start, ground: Ground, until: datetime | None = None) -> Blocked:
    """Say why a code is not sent."""
    return Blocked(
        rule=rule,
        reason=reason(rule, start, ground),
        expires_at=until,
        way_round=way_round(rule, start, ground),
        channels=channels(rule, start, ground),
    )


def said_of(block: Block) -> Blocked:
    return Blocked(block.rule, block.reason, block.expires_at, block.way_round, block.channels)


def block_of(trip: Trips, id: BlockId, start: Start, ground: Ground, now: datetime) -> Block:
    """Make the block that begins when a rule that counts has one too many."""
    return Block(
        id=id,
        rule=trip.rule,
        subject=trip.gauge.key,
        shown=shown(trip.rule, start, trip.gauge.subject),
        reason=REASONS[trip.rule],
        way_round=way_round(trip.rule, start, ground, spares_known=trip.spares_known),
        channels=channels(trip.rule, start, ground),
        created_at=now,
        expires_at=trip.until,
    )


def block_of_spray(id: BlockId, ruleset: Ruleset, now: datetime) -> Block:
    return Block(
        id=id,
        rule=RuleName.SPRAY,
        subject=SPRAY_KEY,
        shown=ORGANISATION,
        reason=REASONS[RuleName.SPRAY],
        way_round=NOBODY_IS_SHUT_OUT,
        channels=(),
        created_at=now,
        expires_at=now + timedelta(seconds=ruleset.spray.step_up_seconds),
    )


def reason(rule: RuleName, start: Start, ground: Ground) -> str:
    country = start.contact.country or "a country that we cannot tell"
    match rule:
        case RuleName.COUNTRY:
            allowed = ", ".join(ground.ruleset.open_countries(ground.home))
            return f"Codes are not sent to numbers of {country}; the rules allow {allowed}."
        case RuleName.LINE:
            return (
                f"This is a {start.contact.line} number, and {start.channel} is not sent to those."
            )
        case RuleName.PRICE_MISSING:
            return (
                f"What {start.channel} to {country} costs is not in the price list, and a cap on "
                "money cannot be kept without it."
            )
        case _:
            return REASONS[rule]


def way_round(rule: RuleName, start: Start, ground: Ground, *, spares_known: bool = True) -> str:
    """Say what is left to do. `spares_known`: those who are known are let through."""
    country = start.contact.country or ANY_COUNTRY
    mail = ["an e-mail address"] if Channel.EMAIL in channels(rule, start, ground) else []
    match rule:
        case RuleName.COUNTRY:
            return _use(mail, f"ask the operator to allow {country}: watchword abuse rules set")
        case RuleName.LINE:
            others = ", ".join(channels(rule, start, ground))
            by_mail = ["an e-mail address"] if Channel.EMAIL in ground.served else []
            return _use([others or "another number", *by_mail])
        case RuleName.PRICE_MISSING:
            by = f" by {start.provider}" if start.provider else ""
            added = f"add the price of {start.channel}{by} for {country} to [prices]"
            return _use(mail, f"ask the operator to {added}")
        case _:
            other = [CONTACT] if rule is RuleName.DESTINATION else []
            known = [_known(rule)] if spares_known and rule in KNOWN_OF else []
            return _use([*mail, *other, *known], AT_LAST.get(rule, WAIT))


def _known(rule: RuleName) -> str:
    this = "one" if rule is RuleName.DESTINATION else KNOWN_OF[rule]
    return f"a device that has verified this {this} before"


def _use(ways: Sequence[str], last: str = "") -> str:
    """Put ways round into one sentence, and what is left when none of them will do."""
    if not ways:
        return f"{last[:1].upper()}{last[1:]}."
    said = "Use " + ", or ".join(ways)
    if not last:
        return f"{said}."
    return f"{said}{'; or' if len(ways) > 1 else ', or'} {last}."


def channels(rule: RuleName, start: Start, ground: Ground) -> tuple[Channel, ...]:
    """Give the channels that the rule does not close, of those that somebody serves."""
    if rule is RuleName.LINE:
        lines = ground.ruleset.lines
        return tuple(
            channel
            for channel in (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)
            if channel in ground.served
            and start.contact.line in lines.get(channel, (start.contact.line,))
        )
    leads_there = rule in BY_MAIL and start.channel is not Channel.EMAIL
    return (Channel.EMAIL,) if leads_there and Channel.EMAIL in ground.served else ()


def shown(rule: RuleName, start: Start, subject: str) -> str:
    """Name what is blocked, so that staff know it and nobody can call it."""
    if rule in NUMBERS or (rule is RuleName.SPEND and subject != WHOLE):
        return _shown_block(start.contact)
    others = {
        RuleName.DIAL_CODE: start.contact.dial_code or "",
        RuleName.DESTINATION: start.contact.masked,
        RuleName.CLIENT: start.client,
        RuleName.REQUESTER: f"requester {(start.requester or '')[:SHOWN_OF_A_DIGEST]}",
    }
    return others.get(rule, ORGANISATION)


def _shown_block(contact: Contact) -> str:
    """Write a block of numbers in its shape: `+49 170•••xxxx` are ten thousand numbers.

    A dot is a digit that all of them share and that is not shown, for with half of a block and
    the end of a number nobody can put the number together. An x is any digit.
    """
    code, prefix = contact.dial_code or "", contact.prefix
    digits = "" if prefix is None else prefix.reveal()[len(code) :]
    seen = min(SHOWN_DIGITS, (len(digits) + 1) // 2)
    return f"{code} {digits[:seen]}{SHARED * (len(digits) - seen)}{ANY_DIGIT * BLOCK_DIGITS}"
