"""By which words of ours providers say that nobody is there: no such number, no such mailbox.

Much else is final for one message and says nothing of the address: a text that is not allowed, a
filter, a telephone that was off for days. Only what names the address itself stands here, so that
nobody is given up for a fault of ours.
"""

from typing import Final

NOBODY_THERE: Final = frozenset(
    {
        "number not valid",
        "number unknown",
        "Twilio 21211",
        "Twilio 30005",
        "SMPP ESME_RINVDSTADR",
        *(
            f"{said} {status}"
            for said in ("SMTP", "DSN")
            # No such mailbox, no such host, no such spelling, moved without a word, no mail at all.
            for status in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
        ),
    }
)


def is_nobody_there(reason: str | None) -> bool:
    """Say whether a message has failed for good because its address leads to nobody."""
    return reason in NOBODY_THERE
