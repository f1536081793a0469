"""The settings themselves: each section a frozen structure, each field with what it touches.

A field says by its `Fact` whether a location may differ, whether it touches every customer, and
who reads it. What reads it may not be part of this version yet; pages say so plainly.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

from watchword.foundation.networks import LONGEST


class SectionName(StrEnum):
    """What settings are about. The order is that of the page."""

    BASIS = "basis"
    VERIFICATION = "verification"
    JOINING = "joining"
    REDEMPTION = "redemption"
    EXCEPTIONS = "exceptions"
    OFFLINE = "offline"
    MESSAGES = "messages"
    CONSENT = "consent"
    APPEARANCE = "appearance"
    ACCESS = "access"
    APPROVALS = "approvals"


class Reader(StrEnum):
    """What acts by a setting."""

    HOUSE = "house"
    WALLET = "wallet"
    TILL = "till"
    CARDS = "cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is true of a field, whatever stands in it."""

    per_location: bool = False
    touches_everyone: bool = False
    reader: Reader = Reader.HOUSE


PLAIN = Fact()
EVERYONE = Fact(touches_everyone=True)


class Preset(StrEnum):
    """What a trade usually begins with."""

    RETAIL_LOYALTY = "retail_loyalty"
    GARDEN_CENTRE = "garden_centre"
    CREDIT_UNION = "credit_union"


class Rank(StrEnum):
    """From which role on somebody may do a thing. The order is that of the house."""

    CLERK = "clerk"
    MANAGER = "manager"
    OWNER = "owner"


class Method(StrEnum):
    """How customers can confirm who they are. The order is that of the house."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    LETTER = "letter"
    IN_STORE = "in_store"
    PHONE = "phone"


LINK_AT_MOST, ORIGINS_AT_MOST = 200, 10
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=64)]
Link: TypeAlias = Annotated[str, msgspec.Meta(max_length=LINK_AT_MOST)]
Network: TypeAlias = Annotated[str, msgspec.Meta(max_length=LONGEST)]
MARK_AT_MOST = 3
HOURS_AT_MOST = 720
REGISTRATIONS_AT_MOST = 600


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section with a value in every field."""


class Basis(Section, frozen=True):
    """`time_zone` (IANA) is that of the clock on the wall; else the one of the country."""

    preset: Annotated[Preset | None, EVERYONE] = None
    time_zone: Annotated[Text | None, PLAIN] = None


class Verification(Section, frozen=True):
    """`methods` are those that are on, in the order in which they are offered."""

    methods: Annotated[tuple[Method, ...], EVERYONE] = tuple(Method)
    more_than_contact: Annotated[bool, EVERYONE] = False
    """A contact point that answers is not enough: only ways that are worth more verify a card."""
    whatsapp_link: Annotated[bool, EVERYONE] = False
    """A second message by WhatsApp leads to the page on which the code of the first is typed."""
    other_for_staff: Annotated[bool, Fact(per_location=True, reader=Reader.CARDS)] = False
    """The seventh method: staff confirm for another reason, and say which."""
    recent_hours: Annotated[int, EVERYONE] = 24
    """So long a contact point that staff or a program added verifies no card."""


class Joining(Section, frozen=True):
    """`open`: whether customers can register by themselves, and so have pages here at all.

    `telephone` is the number that customers may call, as they read it. `embed_origins` are the
    sites that may show the form inside of a page of theirs. `registrations_per_hour` are those from
    one network address; from `own_networks`, those of the shops, they are not counted so.
    """

    open: Annotated[bool, EVERYONE] = False
    telephone: Annotated[Text | None, PLAIN] = None
    privacy_notice: Annotated[Link | None, PLAIN] = None
    embed_origins: Annotated[tuple[Link, ...], PLAIN] = ()
    registrations_per_hour: Annotated[int, PLAIN] = 10
    own_networks: Annotated[tuple[Network, ...], PLAIN] = ()


class Redemption(Section, frozen=True):
    customer_pins: Annotated[bool, EVERYONE] = True
    show_in_wallet: Annotated[bool, Fact(touches_everyone=True, reader=Reader.WALLET)] = False
    copy_to_email: Annotated[bool, Fact(touches_everyone=True, reader=Reader.TILL)] = False
    master_pin: Annotated[
        bool, Fact(per_location=True, touches_everyone=True, reader=Reader.TILL)
    ] = False
    clerks_enter_master_pin: Annotated[bool, Fact(per_location=True, reader=Reader.TILL)] = False
    wallets_pulled_up_from: Annotated[Rank, Fact(per_location=True, reader=Reader.TILL)] = (
        Rank.MANAGER
    )
    """From which role on staff may read the code of somebody who came without a telephone."""
    require_code: Annotated[bool, Fact(touches_everyone=True, reader=Reader.TILL)] = True
    hide_points: Annotated[bool, Fact(touches_everyone=True, reader=Reader.WALLET)] = False
    """Tills and wallets then say nought; what may be had is shown all the same."""


class Exceptions(Section, frozen=True):
    """How often, and for how much, the master PIN may stand in for the code of a customer.

    All counts are for a day, and values in the smallest unit of the currency. From `opens` to
    `closes`, by the clock of the location, somebody is there who sells: what happens at another
    hour is looked into.
    """

    uses_by_staff: Annotated[int, Fact(per_location=True, touches_everyone=True)] = 10
    uses_by_terminal: Annotated[int, Fact(per_location=True, touches_everyone=True)] = 20
    uses_by_customer: Annotated[int, Fact(per_location=True, touches_everyone=True)] = 2
    value_once: Annotated[int, Fact(per_location=True, touches_everyone=True)] = 5_000
    value_a_day: Annotated[int, Fact(per_location=True, touches_everyone=True)] = 50_000
    opens: Annotated[int, Fact(per_location=True)] = 6
    closes: Annotated[int, Fact(per_location=True)] = 22


class Offline(Section, frozen=True):
    """Whether customers can take vouchers along for tills without a line, and within what bounds.

    Values are in the smallest unit of the currency. A voucher is good for `voucher_hours`; its
    points come back `grace_hours` after, unless a till has settled it. A till that has heard of us
    longer than `kit_hours` ago takes none.
    """

    offline_vouchers: Annotated[bool, Fact(touches_everyone=True, reader=Reader.WALLET)] = False
    vouchers_by_customer: Annotated[int, EVERYONE] = 2
    value_by_customer: Annotated[int, EVERYONE] = 2_000
    vouchers_by_terminal: Annotated[int, EVERYONE] = 20
    value_by_terminal: Annotated[int, EVERYONE] = 10_000
    voucher_hours: Annotated[int, EVERYONE] = 48
    kit_hours: Annotated[int, EVERYONE] = 24
    grace_hours: Annotated[int, EVERYONE] = 72


class Messages(Section, frozen=True):
    """`language` is that of messages for which nobody names one; else the organisation's own."""

    language: Annotated[Text | None, EVERYONE] = None


class OptIn(StrEnum):
    """What a box on the form does by which customers say that they want offers."""

    OFF = "off"
    """There is none."""
    ASK = "ask"
    """They are asked by a text message, and agree with their answer."""
    AUTOMATIC = "automatic"
    """They have agreed, and get a message that says how it ends."""


class Consent(Section, frozen=True):
    """How customers agree to offers, and when they get any.

    `opt_in_requests`: so often one number is asked, over all time. Offers are sent between these
    hours, by the clock of whoever gets them. `help_contact` is what HELP is answered with.
    """

    opt_in: Annotated[OptIn, EVERYONE] = OptIn.OFF
    opt_in_requests: Annotated[int, EVERYONE] = 2
    help_contact: Annotated[Text | None, PLAIN] = None
    offers_from: Annotated[int, EVERYONE] = 8
    offers_until: Annotated[int, EVERYONE] = 21


class Appearance(Section, frozen=True):
    mark: Annotated[Text, PLAIN] = ""
    colour: Annotated[Text | None, PLAIN] = None
    colour_on_dark: Annotated[Text | None, PLAIN] = None


class Access(Section, frozen=True):
    """`networks`: from where staff may come; from everywhere, if none is named."""

    networks: Annotated[tuple[Network, ...], PLAIN] = ()
    idle_minutes: Annotated[int | None, PLAIN] = None
    whole_hours: Annotated[int | None, PLAIN] = None


class Approvals(Section, frozen=True):
    """What needs a second person, and how many hours a request for one lives."""

    settings: Annotated[bool, PLAIN] = False
    ledger_export: Annotated[bool, PLAIN] = False
    person_export: Annotated[bool, PLAIN] = False
    person_erasure: Annotated[bool, PLAIN] = False
    bulk: Annotated[bool, Fact(reader=Reader.CARDS)] = False
    card_override: Annotated[bool, Fact(reader=Reader.CARDS)] = False
    campaign_recipients: Annotated[int, PLAIN] = 1_000
    """From so many recipients on, somebody else agrees to a campaign; to one that advertises what
    is regulated, always."""
    life_hours: Annotated[int, PLAIN] = 72


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """All settings as they hold at one place."""

    basis: Basis = Basis()
    verification: Verification = Verification()
    joining: Joining = Joining()
    redemption: Redemption = Redemption()
    exceptions: Exceptions = Exceptions()
    offline: Offline = Offline()
    messages: Messages = Messages()
    consent: Consent = Consent()
    appearance: Appearance = Appearance()
    access: Access = Access()
    approvals: Approvals = Approvals()

    def section(self, name: SectionName) -> Section:
        found: Section = getattr(self, name)
        return found
