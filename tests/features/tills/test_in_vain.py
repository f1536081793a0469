"""A sale in whose place another one comes, and what whoever began both learns by that."""

from datetime import timedelta
from itertools import permutations

import pytest

from tests.features.customers.people import email, phone
from tests.features.tills.shop import Shop
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Wrong
from watchword.features.contacts.rules import Contact
from watchword.features.tills.rules import CardNumber, NewSession, State, Superseded
from watchword.features.tills.verdicts import Asking, Proven
from watchword.foundation.secret import Secret

WAYS = ("phone", "email", "card")
PAIRS = list(permutations(WAYS, 2))
STRANGER: dict[str, Contact | CardNumber] = {
    "phone": phone("0170 7654321"),
    "email": email("ben@example.org"),
    "card": CardNumber(Secret("2999999999990")),
}
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def known(shop: Shop) -> dict[str, Contact | CardNumber]:
    """Give what leads to one customer."""
    card = await shop.card(await shop.customer())
    opened = await shop.services.cards.cards.open(shop.client, card.id)
    assert opened.number is not None
    shop.time.pass_by(timedelta(days=2))
    return {"phone": phone(), "email": email(), "card": CardNumber(opened.number)}


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["-then-".join(each) for each in PAIRS])
class TestByAnotherWay:
    @pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "shown"])
    async def test_nothing_says_before_the_proof_who_belongs_together(
        self,
        shop: Shop,
        known: dict[str, Contact | CardNumber],
        first: str,
        second: str,
        *,
        is_sent: bool,
    ) -> None:
        await shop.elsewhere(show_in_wallet=True)

        told = [
            await _told(shop, who[first], who[second], is_sent=is_sent) for who in (known, STRANGER)
        ]

        assert told[0] == told[1]
        assert told[0][:2] == ["asking", Status.PENDING]

    async def test_the_code_of_the_first_is_good_no_more(
        self, shop: Shop, known: dict[str, Contact | CardNumber], first: str, second: str
    ) -> None:
        before = await _begun(shop, known[first])
        code = shop.dealt.latest
        after = await _begun(shop, known[second])

        tills, typed = shop.services.tills, shop.dealt.latest
        assert await tills.answer(shop.client, before.id, code) == Wrong(4)
        assert await tills.answer(shop.client, before.id, typed) == Wrong(3)
        assert isinstance(await tills.answer(shop.client, after.id, typed), Proven)
        assert await tills.answer(shop.client, before.id, typed) == Wrong(2)

    async def test_nothing_more_is_sent_for_the_first(
        self, shop: Shop, known: dict[str, Contact | CardNumber], first: str, second: str
    ) -> None:
        await shop.sent()
        before = await _begun(shop, known[first])
        await _begun(shop, known[second])
        assert len(await shop.sent()) == 1

        shop.time.pass_by(A_MINUTE)
        again = await shop.services.tills.send_again(shop.client, before.id)

        assert isinstance(again, Asking)
        assert await shop.sent() == []


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_is_asked_for_by_the_same_again_is_known_or_not_and_the_first_is_told(
    shop: Shop, known: dict[str, Contact | CardNumber], way: str
) -> None:
    for who in (known, STRANGER):
        first = await _begun(shop, who[way])
        between = next(other for other in WAYS if other != way)
        await _begun(shop, who[between])
        await _begun(shop, who[way])

        answered = await shop.services.tills.answer(shop.client, first.id, shop.dealt.wrong)
        assert answered == Superseded()
        session = await shop.services.tills.read(shop.client, first.id)
        assert session.state is State.SUPERSEDED
        assert session.challenge_id is not None
        asked = await shop.services.challenges.read(shop.client, session.challenge_id)
        assert asked.status is Status.SUPERSEDED


async def _begun(shop: Shop, who: Contact | CardNumber, *, is_sent: bool = True) -> Asking:
    opened = await shop.services.tills.open(shop.client, NewSession(who=who, is_sent=is_sent))
    assert isinstance(opened, Asking), opened
    return opened


async def _told(
    shop: Shop, first: Contact | CardNumber, second: Contact | CardNumber, *, is_sent: bool
) -> list[object]:
    """Give all that is heard of a sale, once another one has begun."""
    tills, started = shop.services.tills, shop.time()
    before = await _begun(shop, first, is_sent=is_sent)
    await _begun(shop, second, is_sent=is_sent)
    session = await tills.read(shop.client, before.id)
    assert session.challenge_id is not None
    asked = await shop.services.challenges.read(shop.client, session.challenge_id)
    told: list[object] = [session.state.value, asked.status, session.expires_at - started]
    for wait in (timedelta(), A_MINUTE):
        shop.time.pass_by(wait)
        again = await tills.send_again(shop.client, before.id)
        if isinstance(again, Asking):
            since = (again.expires_at - started, again.resend_at - started)
            told.append((again.word, again.attempts_left, again.code_length, *since))
        else:
            told.append(type(again))
    for _ in range(6):
        told.append(await tills.answer(shop.client, before.id, shop.dealt.wrong))
        told.append((await tills.read(shop.client, before.id)).state.value)
    return told
