"""What a refusal says: why, and which way is still open. Nothing here names a number."""

from datetime import datetime, timedelta

from watchword.features.abuse.judging import Trips
from watchword.features.abuse.rules import Block, Blocked, BlockId, RuleName, Start
from watchword.features.abuse.rulesets import ANY_COUNTRY, Ruleset
from watchword.features.abuse.spray import SPRAY_KEY
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import HIDDEN, Contact

WHOLE = "spend"
"""The subject of what all messages of an organisation cost."""

ORGANISATION = "organisation"
NUMBERS = {RuleName.PREFIX, RuleName.CONVERSION}
SHOWN_OF_A_DIGEST = 8
SHOWN_DIGITS = 4  # of a block of numbers, behind its dial code

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

ROUND = {
    RuleName.PREFIX: (
        "Use an e-mail address, or a device that has verified this number before; or try again "
        "when the block has run out."
    ),
    RuleName.DESTINATION: (
        "Use another contact point, or a device that has verified this one before; or try again "
        "when the block has run out."
    ),
    RuleName.CLIENT: "Try again when the block has run out, or ask the operator to lift it.",
    RuleName.REQUESTER: (
        "Use a device that has verified this contact point before, or try again when the block "
        "has run out."
    ),
    RuleName.SPEND: (
        "Use an e-mail address, or a device that has verified this number before; or ask the "
        "operator to raise the cap: watchword abuse rules set."
    ),
    RuleName.SPRAY: "Nobody is shut out: new codes are longer, and have fewer attempts.",
}
ROUND[RuleName.DIAL_CODE] = ROUND[RuleName.CONVERSION] = ROUND[RuleName.PREFIX]
ROUND[RuleName.ORGANISATION] = ROUND[RuleName.CLIENT]

BY_MAIL = {
    *(RuleName.COUNTRY, RuleName.PREFIX, RuleName.DIAL_CODE, RuleName.CONVERSION),
    *(RuleName.SPEND, RuleName.PRICE_MISSING),
}
"""Rules that no e-mail falls under."""


def refusal(
    rule: RuleName, start: Start, ruleset: Ruleset, home: str, until: datetime | None = None
) -> Blocked:
    """Say why a code is not sent."""
    return Blocked(
        rule=rule,
        reason=reason(rule, start, ruleset, home),
        expires_at=until,
        way_round=way_round(rule, start, ruleset),
        channels=channels(rule, start, ruleset),
    )


def said_of(block: Block) -> Blocked:
    return Blocked(block.rule, block.reason, block.expires_at, block.way_round, block.channels)


def block_of(trip: Trips, id: BlockId, start: Start, ruleset: Ruleset, now: datetime) -> Block:
    """Make the block that begins when a rule that counts has one too many."""
    return Block(
        id=id,
        rule=trip.rule,
        subject=trip.gauge.key,
        shown=shown(trip.rule, start, trip.gauge.subject),
        reason=REASONS[trip.rule],
        way_round=ROUND[trip.rule],
        channels=channels(trip.rule, start, ruleset),
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
        way_round=ROUND[RuleName.SPRAY],
        channels=(),
        created_at=now,
        expires_at=now + timedelta(seconds=ruleset.spray.step_up_seconds),
    )


def reason(rule: RuleName, start: Start, ruleset: Ruleset, home: str) -> str:
    country = start.contact.country or "a country that we cannot tell"
    match rule:
        case RuleName.COUNTRY:
            allowed = ", ".join(ruleset.countries or (home,))
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


def way_round(rule: RuleName, start: Start, ruleset: Ruleset) -> str:
    country = start.contact.country or ANY_COUNTRY
    match rule:
        case RuleName.COUNTRY:
            return (
                f"Use an e-mail address, or ask the operator to allow {country}: "
                "watchword abuse rules set."
            )
        case RuleName.LINE:
            others = ", ".join(channels(rule, start, ruleset))
            return f"Use {others or 'another number'}, or an e-mail address."
        case RuleName.PRICE_MISSING:
            by = f" by {start.provider}" if start.provider else ""
            return (
                f"Use an e-mail address, or ask the operator to add the price of {start.channel}"
                f"{by} for {country} to [prices]."
            )
        case _:
            return ROUND[rule]


def channels(rule: RuleName, start: Start, ruleset: Ruleset) -> tuple[Channel, ...]:
    """Give the channels that the rule does not close."""
    if rule is RuleName.LINE:
        return tuple(
            channel
            for channel in (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)
            if start.contact.line in ruleset.lines.get(channel, (start.contact.line,))
        )
    return (Channel.EMAIL,) if rule in BY_MAIL and start.channel is not Channel.EMAIL else ()


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
    code, prefix = contact.dial_code or "", contact.prefix
    digits = "" if prefix is None else prefix.reveal()[len(code) :]
    # Half of a block is the most that is shown, and its size is not.
    return f"{code} {digits[: min(SHOWN_DIGITS, (len(digits) + 1) // 2)]}{HIDDEN}"
