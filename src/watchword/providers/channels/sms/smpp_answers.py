"""What an SMSC answers, as a table. Words for the numbers are those of the specification.

What is about the person or the text is permanent. What is about the account, the way we write, or
the load is temporary: it was surely not taken, and the operator, another provider or time can help.
"""

from typing import Final

from watchword.features.delivery.rules import SendOutcome
from watchword.providers.channels.answers import Answer, Answers, Meaning, outcome

OK: Final = 0x00
BAD_COMMAND_LENGTH: Final = 0x02
BAD_COMMAND: Final = 0x03
QUEUE_FULL: Final = 0x14
NOT_READABLE: Final = 0x66

NAMES: Final = {
    0x00: "ESME_ROK",
    0x01: "ESME_RINVMSGLEN",
    0x02: "ESME_RINVCMDLEN",
    0x03: "ESME_RINVCMDID",
    0x04: "ESME_RINVBNDSTS",
    0x05: "ESME_RALYBND",
    0x06: "ESME_RINVPRTFLG",
    0x07: "ESME_RINVREGDLVFLG",
    0x08: "ESME_RSYSERR",
    0x0A: "ESME_RINVSRCADR",
    0x0B: "ESME_RINVDSTADR",
    0x0C: "ESME_RINVMSGID",
    0x0D: "ESME_RBINDFAIL",
    0x0E: "ESME_RINVPASWD",
    0x0F: "ESME_RINVSYSID",
    0x14: "ESME_RMSGQFUL",
    0x15: "ESME_RINVSERTYP",
    0x43: "ESME_RINVESMCLASS",
    0x45: "ESME_RSUBMITFAIL",
    0x48: "ESME_RINVSRCTON",
    0x49: "ESME_RINVSRCNPI",
    0x50: "ESME_RINVDSTTON",
    0x51: "ESME_RINVDSTNPI",
    0x53: "ESME_RINVSYSTYP",
    0x58: "ESME_RTHROTTLED",
    0x61: "ESME_RINVSCHED",
    0x62: "ESME_RINVEXPIRY",
    0x64: "ESME_RX_T_APPN",
    0x65: "ESME_RX_P_APPN",
    0x66: "ESME_RX_R_APPN",
    0xC0: "ESME_RINVOPTPARSTREAM",
    0xC1: "ESME_ROPTPARNOTALLWD",
    0xC2: "ESME_RINVPARLEN",
    0xC3: "ESME_RMISSINGOPTPARAM",
    0xC4: "ESME_RINVOPTPARAMVAL",
    0xFE: "ESME_RDELIVERYFAILURE",
    0xFF: "ESME_RUNKNOWNERR",
}

PERMANENT: Final = (
    "ESME_RINVMSGLEN",
    "ESME_RINVDSTADR",
    "ESME_RX_P_APPN",
    "ESME_RX_R_APPN",
    "ESME_RDELIVERYFAILURE",
)
AUTHENTICATION: Final = ("ESME_RBINDFAIL", "ESME_RINVPASWD", "ESME_RINVSYSID")

ANSWERS: Answers = {
    f"SMPP {name}": Answer(Meaning.TEMPORARY, f"SMPP {name}") for name in NAMES.values()
} | {
    "SMPP ESME_ROK": Answer(Meaning.TAKEN, "taken"),
    **{f"SMPP {name}": Answer(Meaning.PERMANENT, f"SMPP {name}") for name in PERMANENT},
    **{
        f"SMPP {name}": Answer(Meaning.TEMPORARY, "authentication refused")
        for name in AUTHENTICATION
    },
}
"""Each status of the specification that an account or a message can meet. Any other, such as those
that providers make up, is temporary: it is no consent, so the message was surely not taken."""


def answer_for(status: int) -> Answer:
    word = f"SMPP {NAMES[status]}" if status in NAMES else f"SMPP 0x{status:08x}"
    return ANSWERS.get(word, Answer(Meaning.TEMPORARY, word))


def read_status(status: int, reference: str | None) -> SendOutcome:
    """Say what became of a message."""
    return outcome(answer_for(status), reference=reference)
