"""What becomes of files on a real database."""

from datetime import UTC, date, datetime

from tests.features.imports.files import ANNA, BERND, HEADINGS, Counter, table
from tests.stores import at_rest
from watchword.features.cards.desk import number_place as card_place
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.cards.store import CardStore
from watchword.features.customers.rules import Customer, Origin, Profile
from watchword.features.customers.search.rules import Found
from watchword.features.customers.store import CustomerStore
from watchword.features.imports.columns import Plan
from watchword.features.imports.intake.service import number_place
from watchword.features.imports.intake.store import KeyStore
from watchword.features.imports.rules import NoNames, Progress
from watchword.foundation.sealing import Sealer

VERIFIED = HEADINGS + ";Verifiziert;Verifiziert durch;Verifiziert am"


async def one(counter: Counter, typed: str) -> Customer:
    found = await counter.shop.customers.search(counter.shop.organisation.id, typed)
    assert isinstance(found, Found)
    [customer] = found.customers
    return customer


async def cards(counter: Counter, customer: Customer) -> list[Card]:
    shop = counter.shop
    async with shop.storage.reading(shop.organisation.id) as transaction:
        return [*await CardStore(transaction, shop.organisation.id).of_customers([customer.id])]


class TestAFile:
    async def test_brings_customers_with_contact_points_accounts_and_cards(
        self, counter: Counter
    ) -> None:
        progress, heard = await counter.take(table(ANNA, BERND))

        assert progress == Progress(read=2, kept=2)
        assert heard.refusals == []
        anna = await one(counter, "Müller")
        assert anna.profile == Profile("Anna", "Müller", date(1980, 5, 17))
        assert anna.origin is Origin.IMPORT
        assert {each.kind for each in anna.contacts} == {"email", "phone", "post"}
        [card] = await cards(counter, anna)
        assert card.last_four == "001"
        assert card.state is CardState.UNVERIFIED

    async def test_can_come_again_without_doubles(self, counter: Counter) -> None:
        await counter.take(table(ANNA))

        progress, _ = await counter.take(table(ANNA, BERND))

        assert progress == Progress(read=2, kept=1, known=1)
        assert await counter.shop.names("Müller") == ["Anna Müller"]

    async def test_that_is_tried_says_the_same_and_leaves_nothing(self, counter: Counter) -> None:
        bad = ANNA.replace("17.05.1980", "31.02.1980").replace("1001", "1003")
        other = BERND.replace("1002;", "1009;")
        content = table(ANNA, bad, ANNA, other, BERND)

        tried, of_trial = await counter.take(content, is_trial=True)
        assert await counter.shop.names("Müller") == []
        taken, of_run = await counter.take(content)

        assert tried == taken == Progress(read=5, kept=2, known=1, refused=2)
        assert of_trial.why == of_run.why == {3: ["bad_date"], 6: ["card_taken"]}

    async def test_rests_unreadable(self, counter: Counter, migrated: str) -> None:
        await counter.take(table(ANNA.replace("1001;Anna;Müller", "KD-77;Theodora;Gänsebühl")))

        rests = (await at_rest(migrated)).lower()

        for said in ("theodora", "gänsebühl", "kd-77", "4711001", "gartenweg", "1980-05-17"):
            assert said.encode() not in rests

    async def test_without_family_names_is_not_begun(self, counter: Counter) -> None:
        heard = lambda _progress, _refusals: None  # noqa: E731 - nobody listens

        outcome = await counter.imports.run(
            counter.shop.caller, [b"Ort\nBerlin\n"], Plan((None,)), heard, is_trial=False
        )

        assert isinstance(outcome, NoNames)


class TestACard:
    async def test_is_unverified_whatever_the_file_says_if_nobody_vouches(
        self, counter: Counter
    ) -> None:
        row = f"{ANNA};ja;Brief;01.02.2024"

        progress, _ = await counter.take(table(row, headings=VERIFIED))

        [card] = await cards(counter, await one(counter, "Müller"))
        assert card.state is CardState.UNVERIFIED
        assert progress.verified == 0

    async def test_is_verified_as_the_file_says_if_somebody_vouches(self, counter: Counter) -> None:
        row = f"{ANNA};ja;Brief;01.02.2024"

        progress, _ = await counter.take(table(row, headings=VERIFIED), vouches=True)

        [card] = await cards(counter, await one(counter, "Müller"))
        assert (card.state, card.method) == (CardState.VERIFIED, Means.LETTER)
        assert card.verified_at == datetime(2024, 2, 1, tzinfo=UTC)
        assert progress.verified == 1

    async def test_of_whoever_brings_the_file_stays_unverified(self, counter: Counter) -> None:
        await counter.take(table(ANNA.replace("4711001", "")))
        anna = await one(counter, "Müller")
        [counter.own] = [each.contact_id for each in anna.contacts if each.kind == "email"]
        mine = ANNA.replace("1001;Anna", "1007;Annie").replace("4711001", "4711007")

        further = f"{ANNA};ja;;"

        await counter.take(table(f"{mine};ja;;", further, headings=VERIFIED), vouches=True)

        for name in ("Annie", "Anna"):
            [card] = await cards(counter, await one(counter, name))
            assert card.state is CardState.UNVERIFIED

    async def test_more_of_somebody_who_is_here_comes_to_their_account(
        self, counter: Counter
    ) -> None:
        await counter.take(table(ANNA))

        progress, _ = await counter.take(table(ANNA.replace("4711001", "4711099")))

        assert progress == Progress(read=1, kept=1)
        first, second = await cards(counter, await one(counter, "Müller"))
        assert first.account_id == second.account_id


async def numbers(counter: Counter, customer: Customer) -> list[str]:
    """Give what a customer's own key opens: the number they have elsewhere, and those of cards."""
    shop, whose = counter.shop, counter.shop.organisation.id
    async with shop.storage.reading(whose) as transaction:
        sealed = await CustomerStore(transaction, whose).get(customer.id)
        assert sealed is not None
        assert sealed.key is not None
        keys = await shop.customers._organisations.keys(transaction, whose)  # noqa: SLF001 - those of the shop
        sealer = Sealer({1: keys.unwrap_person(sealed.key.data_version, sealed.key.wrapped)})
        id, own = (await KeyStore(transaction, whose).numbers([customer.id]))[customer.id]
        found, store = [sealer.open(own, number_place(whose, id))], CardStore(transaction, whose)
        for card in await store.of_customers([customer.id]):
            number = await store.number(card.id)
            assert number is not None
            found.append(sealer.open(number, card_place(whose, card.id)))
    return sorted(each.decode() for each in found)


async def test_numbers_open_with_the_key_of_their_customer_also_of_a_card_that_came_later(
    counter: Counter,
) -> None:
    await counter.take(table(ANNA))

    await counter.take(table(ANNA.replace("4711001", "4711099")))

    anna = await one(counter, "Müller")
    assert await numbers(counter, anna) == ["1001", "4711001", "4711099"]
