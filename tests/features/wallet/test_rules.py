"""What a wallet shows agrees with what a till would do."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.customers.accounts.rules import AccountId, NewAccount, opened
from watchword.features.customers.rules import CustomerId
from watchword.features.tills.rules import NoAccount, account_of
from watchword.features.wallet.rules import HeldCard, may_spend
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret

THEN = datetime(2030, 1, 1, tzinfo=UTC)
KINDS = st.tuples(st.sampled_from(list(CardState)), st.booleans())


def card(number: int, state: CardState, *, is_frozen: bool) -> Card:
    return Card(
        id=CardId(Id(int=number)),
        account_id=AccountId(Id(int=number)),
        customer_id=CustomerId(Id(int=1)),
        last_four="0131",
        state=state,
        frozen_at=THEN if is_frozen else None,
        created_at=THEN,
        updated_at=THEN,
    )


def held(card: Card) -> HeldCard:
    return HeldCard(
        id=card.id,
        account_id=card.account_id,
        number=Secret("402177880131"),
        last_four="0131",
        state=card.state,
        is_frozen=card.frozen_at is not None,
        points=100,
        bonus=None,
        currency="EUR",
    )


@given(st.lists(KINDS, max_size=4))
def test_a_code_is_offered_exactly_where_a_till_would_find_points(
    kinds: list[tuple[CardState, bool]],
) -> None:
    cards = [card(n, state, is_frozen=frozen) for n, (state, frozen) in enumerate(kinds, 1)]
    account = opened(AccountId(Id(int=9)), NewAccount(points=100), THEN)

    finds = not isinstance(account_of(cards, [account], None), NoAccount)

    assert may_spend([held(each) for each in cards]) == finds
