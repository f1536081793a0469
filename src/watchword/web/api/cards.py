"""Cards over HTTP: made, read, found by their number, and verified by a code.

What staff confirm has no endpoint: a key is nobody, and somebody with a name confirms a card.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import (
    Because,
    Card,
    CardId,
    CardState,
    Verification,
    may_collect,
    may_redeem,
    shows_balance,
)
from watchword.features.cards.rules import (
    Kind as LineKind,
)
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    BadNumber,
    CameBack,
    Confirmed,
    Frozen,
    NotAtWork,
    NothingOpen,
    NotOffered,
    NotOnFile,
    NumberTaken,
    RecentContact,
)
from watchword.features.challenges.verdicts import Locked, TooMany, Wrong
from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import OtherBody
from watchword.foundation.ids import Id
from watchword.foundation.secret import secret_if_any
from watchword.web.api.challenges import NOT_SENT, refused
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, until
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)

Number: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, examples=["4711 0815"])]
ByCode: TypeAlias = Literal["letter", "email", "sms", "whatsapp"]


class NewCard(Body, frozen=True):
    """Whose a card is, and its number; without one it gets one."""

    customer_id: UUID
    number: Number | None = None


class NewCardSearch(Body, frozen=True):
    """The number that is on a card, however it is written."""

    number: Number


class NewAttempt(Body, frozen=True):
    """By which way a code is to go; without a contact point, to the first that it leads to."""

    method: ByCode
    contact_id: UUID | None = None
    requester: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class NewCardAnswer(Body, frozen=True):
    """What the customer typed."""

    code: Annotated[str, Meta(max_length=64, examples=["123456"])]


class CardView(Struct, frozen=True):
    """A card. Of its number, the last digits are shown."""

    id: UUID
    customer_id: UUID
    account_id: UUID
    last_four: str
    state: CardState
    method: Means | None
    assurance: int
    verified_at: datetime | None
    is_frozen: bool
    may_collect: bool
    may_redeem: bool
    shows_balance: bool
    version: int
    created_at: datetime
    updated_at: datetime


class NewCardView(CardView, frozen=True):
    """A card that was just made, with its whole number: it is shown this once."""

    number: str


class CardPage(Struct, frozen=True):
    cards: list[CardView]
    cursor: str | None


class VerificationView(Struct, frozen=True):
    """A line of a card's history. It never goes."""

    id: UUID
    kind: LineKind
    method: Means | None
    assurance: int
    because: Because | None
    evidence: list[str]
    location_id: UUID | None
    challenge_id: UUID | None
    at: datetime


class Verifications(Struct, frozen=True):
    verifications: list[VerificationView]


class CardAttemptView(Struct, frozen=True):
    """A code on its way."""

    method: Means
    challenge_id: UUID | None
    contact_id: UUID | None
    expires_at: datetime


class CardVerdict(StrEnum):
    VERIFIED = "verified"
    ALREADY_VERIFIED = "already_verified"
    """It was verified by another way while this code was under way."""
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    OVER = "over"
    CAME_BACK = "came_back"
    """The letter with the code could not be delivered."""
    NOTHING_OPEN = "nothing_open"


class CardJudgement(Struct, frozen=True):
    """What became of an answer."""

    verdict: CardVerdict
    attempts_left: int | UnsetType = UNSET


@post(
    "/v1/cards",
    opt={SCOPE: Scope.CARDS_WRITE},
    summary="Make a card",
    responses=problems(*WRITTEN, Kind.OTHER_BODY, Kind.NOT_FOUND, Kind.CARD_NUMBER_TAKEN),
)
async def create_card(data: JSONBody[NewCard], admitted: NamedDependency[Admitted]) -> NewCardView:
    whose = CustomerId(Id(int=data.customer_id.int))
    made = await admitted.services.cards.cards.create_once(
        admitted.client, whose, data.number, admitted.once
    )
    match made:
        case Card():
            number = "" if made.number is None else made.number.reveal()
            return NewCardView(**asdict(card_view(made)), number=number)
        case BadNumber(because):
            raise Problem(Kind.MALFORMED, because)
        case NumberTaken():
            raise Problem(Kind.CARD_NUMBER_TAKEN, "Look it up with POST /v1/card-searches.")
        case OtherBody():
            raise refused(made, admitted.services.storage.now())
        case never:
            assert_never(never)


@get(
    "/v1/cards",
    opt={SCOPE: Scope.CARDS_READ},
    summary="List cards, the newest first",
    responses=problems(),
)
async def list_cards(
    admitted: NamedDependency[Admitted],
    only: Annotated[CardState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> CardPage:
    page = await admitted.services.cards.cards.page(
        admitted.client.organisation.id, only, read_cursor(cursor), limit
    )
    return CardPage([card_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/card-searches",
    opt={SCOPE: Scope.CARDS_READ},
    status_code=200,
    summary="Find a card by its number",
    responses=problems(*WRITTEN),
)
async def find_card(data: JSONBody[NewCardSearch], admitted: NamedDependency[Admitted]) -> CardPage:
    found = await admitted.services.cards.cards.find(admitted.client.organisation.id, data.number)
    return CardPage([] if found is None else [card_view(found)], None)


@get(
    "/v1/cards/{card_id:uuid}",
    opt={SCOPE: Scope.CARDS_READ},
    summary="Read a card",
    responses=problems(Kind.NOT_FOUND),
)
async def read_card(card_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> CardView:
    whose = admitted.client.organisation.id
    return card_view(await admitted.services.cards.cards.read(whose, _id(card_id)))


@get(
    "/v1/cards/{card_id:uuid}/verifications",
    opt={SCOPE: Scope.CARDS_READ},
    summary="Read what was proven about a card, the oldest first",
    responses=problems(Kind.NOT_FOUND),
)
async def list_verifications(
    card_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> Verifications:
    history = await admitted.services.cards.cards.history(admitted.client, _id(card_id))
    return Verifications([_line(each.line) for each in history])


@post(
    "/v1/cards/{card_id:uuid}/attempts",
    opt={SCOPE: Scope.CARDS_WRITE},
    summary="Send a code that verifies a card",
    responses=problems(
        *(*WRITTEN, Kind.NOT_FOUND, Kind.CARD_NOT_READY, Kind.WAY_NOT_OFFERED),
        *(Kind.RECENT_CONTACT, *NOT_SENT),
    ),
)
async def begin_attempt(
    card_id: FromPath[UUID], data: JSONBody[NewAttempt], admitted: NamedDependency[Admitted]
) -> CardAttemptView:
    to = None if data.contact_id is None else ContactId(Id(int=data.contact_id.int))
    begun = await admitted.services.cards.attempts.begin(
        admitted.client, _id(card_id), Means(data.method), to, secret_if_any(data.requester)
    )
    match begun:
        case Attempt():
            return CardAttemptView(
                begun.means, begun.challenge_id, begun.contact_id, begun.expires_at
            )
        case AlreadyVerified() | Frozen() | NotAtWork():
            raise _not_ready(begun)
        case NotOffered():
            detail = "It is switched off, or the customer has no contact point for it."
            raise Problem(Kind.WAY_NOT_OFFERED, detail)
        case NotOnFile():
            detail = "The card was somebody else's, who was never reached there. Staff can help."
            raise Problem(Kind.WAY_NOT_OFFERED, detail)
        case RecentContact(moment):
            detail = "It was added lately, and the customer has not shown yet that it is theirs."
            raise Problem(
                Kind.RECENT_CONTACT, detail, until(moment, admitted.services.storage.now())
            )
        case _:
            raise refused(begun, admitted.services.storage.now())


@post(
    "/v1/cards/{card_id:uuid}/answers",
    opt={SCOPE: Scope.CARDS_WRITE},
    summary="Try the code that verifies a card",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.CARD_NOT_READY, Kind.LOCKED),
)
async def answer_for_card(
    card_id: FromPath[UUID], data: JSONBody[NewCardAnswer], admitted: NamedDependency[Admitted]
) -> CardJudgement:
    ended = await admitted.services.cards.attempts.answer(admitted.client, _id(card_id), data.code)
    match ended:
        case Confirmed() | AlreadyVerified() | NothingOpen() | CameBack():
            return CardJudgement(CardVerdict(ended.word))
        case Frozen() | NotAtWork():
            raise _not_ready(ended)
        case TooMany() | Locked() | OtherBody():
            raise refused(ended, admitted.services.storage.now())
        case Wrong(left):
            return CardJudgement(CardVerdict.WRONG, left)
        case _:
            return CardJudgement(CardVerdict(ended.word))


def card_view(card: Card) -> CardView:
    return CardView(
        id=card.id,
        customer_id=card.customer_id,
        account_id=card.account_id,
        last_four=card.last_four,
        state=card.state,
        method=card.method,
        assurance=int(card.assurance),
        verified_at=card.verified_at,
        is_frozen=card.frozen_at is not None,
        may_collect=may_collect(card),
        may_redeem=may_redeem(card),
        shows_balance=shows_balance(card),
        version=card.version,
        created_at=card.created_at,
        updated_at=card.updated_at,
    )


def _line(line: Verification) -> VerificationView:
    return VerificationView(
        id=line.id,
        kind=line.kind,
        method=line.means,
        assurance=int(line.assurance),
        because=line.because,
        evidence=[*line.evidence],
        location_id=line.location,
        challenge_id=line.challenge_id,
        at=line.at,
    )


def _not_ready(because: AlreadyVerified | Frozen | NotAtWork) -> Problem:
    details = {
        "already_verified": "It is verified already.",
        "frozen": "Two people claim it, and staff have to decide first.",
        "not_at_work": "It is blocked or deleted.",
    }
    return Problem(Kind.CARD_NOT_READY, details[because.word], more={"because": because.word})


def _id(id: UUID) -> CardId:
    return CardId(Id(int=id.int))


routes = [
    create_card,
    list_cards,
    find_card,
    read_card,
    list_verifications,
    begin_attempt,
    answer_for_card,
]
