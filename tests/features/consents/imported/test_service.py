"""What becomes of the book when a file of customers says who agreed, on each database."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.features.consents.people import agree, book, may, set_up, write
from tests.features.imports.files import Heard, table
from tests.stores import MovableTime
from tests.whole_house import OTHER_PHONE, PHONE, email, phone
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Client
from watchword.features.consents.imported.service import ImportedConsents
from watchword.features.consents.opt_ins.rules import Asked
from watchword.features.consents.rules import Record, Scope, Shown, Source, Standing, Withdrawn
from watchword.features.imports.agreements import Way
from watchword.features.imports.columns import Plan, changed
from watchword.features.imports.files import look
from watchword.features.imports.ports import Agreed
from watchword.features.imports.rules import NoMoment, NoWording, Progress, Sight, Unready
from watchword.features.imports.service import AT_ONCE
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import EndpointDraft, Made
from watchword.wiring import Services

HEADINGS = "Kundennummer;Nachname;Mobil;E-Mail;SMS Consent;Email Consent;Consent Date;Wortlaut"
WORDS = "Ja, ich möchte Angebote per SMS."
AGREED = datetime(2020, 2, 1, tzinfo=UTC)
ANN = f"1;Müller;{PHONE};ann@example.org;ja;ja;01.02.2020;{WORDS}"
TEXT, EMAIL = Scope.TEXT, Scope.EMAIL


async def begun(
    services: Services, shop: Client, content: bytes, *, wording: str = "", is_trial: bool = False
) -> tuple[Progress | Unready, Heard]:
    sight, heard = look(content), Heard()
    assert isinstance(sight, Sight)
    plan = changed(sight.plan, sight.headings, {}, wording)
    assert isinstance(plan, Plan)
    run = services.imports.imports.run
    return await run(shop, [content], plan, heard, is_trial=is_trial), heard


async def take(
    services: Services, shop: Client, *rows: str, headings: str = HEADINGS, wording: str = ""
) -> Progress:
    """Try a file, and take it in; both say the same."""
    content = table(*rows, headings=headings)
    tried, of_trial = await begun(services, shop, content, wording=wording, is_trial=True)
    taken, of_run = await begun(services, shop, content, wording=wording)
    assert tried == taken
    assert of_trial.why == of_run.why
    assert isinstance(taken, Progress)
    return taken


def at(day: str, row: str = ANN) -> str:
    return row.replace("01.02.2020", day)


async def mail_book(services: Services, shop: Client) -> Sequence[Record]:
    async with services.storage.reading(shop.organisation.id) as transaction:
        whose = shop.organisation.id
        return await services.consents.consents.of(transaction, whose, email("ann@example.org"))


class TestAFile:
    async def test_writes_down_who_agreed_to_what_when_and_how_we_know(
        self, services: Services, shop: Client
    ) -> None:
        progress = await take(services, shop, ANN)

        assert progress == Progress(read=1, kept=1, agreed=2)
        [record], [by_mail] = await book(services, shop), await mail_book(services, shop)
        assert (record.scope, record.standing, record.source) == (
            TEXT,
            Standing.GIVEN,
            Source.IMPORT,
        )
        assert (record.shown, record.created_at) == (Shown("de", WORDS), AGREED)
        assert (record.created_by, record.number) == (shop.actor, 1)
        assert record.contact_id == await services.contacts.find(shop.organisation.id, phone())
        assert (by_mail.scope, by_mail.shown) == (EMAIL, record.shown)
        assert await may(services, shop)

    async def test_stands_in_the_ledger_consent_by_consent(
        self, services: Services, shop: Client
    ) -> None:
        await take(services, shop, ANN)

        [record] = await book(services, shop)
        async with services.storage.reading(shop.organisation.id) as transaction:
            store = AuditStore(transaction, shop.organisation.id)
            [entry] = await store.about(f"consent:{record.id}")
        assert (entry.action, entry.actor) == ("consent.given", shop.actor)
        assert entry.details == {"scope": "text", "source": "import"}

    async def test_is_heard_of_by_applications(self, services: Services, shop: Client) -> None:
        draft = EndpointDraft(url="https://hooks.shop.example/w", description="", kinds=frozenset())
        assert isinstance(await services.webhooks.add(shop, draft), Made)

        await take(services, shop, ANN)

        page = await services.webhooks.deliveries(shop.organisation.id)
        kinds = [each.kind for each in page.items if each.kind is EventKind.CONSENT_GIVEN]
        assert len(kinds) == 2

    async def test_that_comes_again_writes_no_second_record(
        self, services: Services, shop: Client
    ) -> None:
        await take(services, shop, ANN)

        progress = await take(services, shop, ANN, at("03.02.2020"))

        assert progress == Progress(read=2, known=2)
        assert len(await book(services, shop)) == len(await mail_book(services, shop)) == 1

    async def test_brings_consents_of_those_who_came_without_them_before(
        self, services: Services, shop: Client
    ) -> None:
        headings = HEADINGS.split(";SMS", maxsplit=1)[0]
        await take(services, shop, ANN.split(";ja", maxsplit=1)[0], headings=headings)

        progress = await take(services, shop, ANN)

        assert progress == Progress(read=1, known=1, agreed=2)
        assert await may(services, shop)

    async def test_says_no_and_nothing_is_written_or_taken_back(
        self, services: Services, shop: Client
    ) -> None:
        await take(services, shop, ANN)

        progress = await take(services, shop, ANN.replace(";ja;ja;", ";nein;;"))

        assert progress == Progress(read=1, known=1)
        assert await may(services, shop)
        assert len(await book(services, shop)) == 1

    async def test_has_one_wording_for_all_who_have_none_of_their_own(
        self, services: Services, shop: Client
    ) -> None:
        await take(services, shop, ANN.removesuffix(WORDS), wording="Für alle.")

        [record] = await book(services, shop)
        assert record.shown == Shown("de", "Für alle.")

    async def test_is_not_begun_if_nobody_could_show_its_consents(
        self, services: Services, shop: Client
    ) -> None:
        for headings, fault in (
            ("Nachname;Mobil;SMS Consent;Consent Date", NoWording),
            ("Nachname;Mobil;SMS Consent;Wortlaut", NoMoment),
        ):
            content = table(f"Müller;{PHONE};ja;{WORDS}", headings=headings)
            outcome, _ = await begun(services, shop, content)
            assert isinstance(outcome, fault)
        assert await services.contacts.find(shop.organisation.id, phone()) is None

    async def test_refuses_a_row_whose_consent_nobody_can_show_and_keeps_nothing_of_it(
        self, services: Services, shop: Client
    ) -> None:
        content = table(at("01.02.2999"), ANN.removesuffix(WORDS), headings=HEADINGS)

        outcome, heard = await begun(services, shop, content)

        assert outcome == Progress(read=2, refused=2)
        assert heard.why == {2: ["in_the_future"], 3: ["no_wording"]}
        assert await services.contacts.find(shop.organisation.id, phone()) is None

    async def test_of_two_who_share_a_number_one_line_is_written(
        self, services: Services, shop: Client
    ) -> None:
        progress = await take(
            services, shop, ANN, f"2;Mayer;{PHONE};bob@example.org;ja;ja;05.02.2020;{WORDS}"
        )

        assert progress == Progress(read=2, kept=2, agreed=3)
        assert len(await book(services, shop)) == 1

    async def test_is_counted_in_a_trial_as_it_is_taken_in_however_long_it_is(
        self, services: Services, shop: Client
    ) -> None:
        between = [f"x{number};Mayer;;;;;;" for number in range(AT_ONCE)]
        silent, other = ANN.replace(";ja;ja;", ";;;"), ANN.replace("1;M", "2;M")

        progress = await take(
            services,
            shop,
            *(silent, other.replace(PHONE, OTHER_PHONE), *between),
            *(ANN, ANN.replace(PHONE, OTHER_PHONE), at("09.02.2020", other)),
        )

        assert progress.kept == AT_ONCE + 2
        assert progress.agreed == 3, "Two numbers, and the e-mail address that both have."

    async def test_says_nothing_of_a_number_that_a_known_customer_does_not_have(
        self, services: Services, shop: Client
    ) -> None:
        await take(services, shop, ANN.replace(";ja;ja;", ";;;"))

        strange = ANN.replace(PHONE, OTHER_PHONE)
        progress = await take(services, shop, strange, f"{strange}!")

        assert progress == Progress(read=2, known=2, agreed=1), "That of their e-mail address."
        assert await services.contacts.find(shop.organisation.id, phone(OTHER_PHONE)) is None

    async def test_a_row_that_is_meant_for_somebody_new_of_the_same_file_goes_by_their_numbers(
        self, services: Services, shop: Client
    ) -> None:
        silent = ANN.replace(";ja;ja;", ";;;")

        progress = await take(
            services, shop, silent, ANN.replace(PHONE, OTHER_PHONE), ANN.replace(";ja;ja", ";ja;")
        )

        assert progress == Progress(read=3, kept=1, known=2, agreed=2)


@pytest.mark.parametrize("day", ["01.02.2020", "today"])
class TestWhatSomebodyHasSaid:
    async def test_stop_stays_above_a_file(
        self, services: Services, shop: Client, time: MovableTime, day: str
    ) -> None:
        await agree(services, shop)
        await write(services, "STOP")
        time.pass_by(timedelta(days=9))

        progress = await take(services, shop, at(_day(services, day)))

        assert progress.agreed == 1, "That of the e-mail address, of which STOP says nothing."
        assert not await may(services, shop)
        assert [each.standing for each in await book(services, shop)] == ["withdrawn", "given"]

    async def test_a_no_stays_above_a_file(
        self, services: Services, shop: Client, time: MovableTime, day: str
    ) -> None:
        await set_up(services, shop, opt_in="ask")
        asked = await services.consents.entries.ask(shop, phone(), TEXT, "de")
        assert isinstance(asked, Asked)
        await write(services, "nein")
        time.pass_by(timedelta(days=9))

        progress = await take(services, shop, at(_day(services, day)))

        assert progress.agreed == 1
        assert await book(services, shop) == []

    async def test_who_was_forgotten_is_not_brought_back(
        self, services: Services, shop: Client, time: MovableTime, day: str
    ) -> None:
        await agree(services, shop)
        await services.privacy.erasures.erase(shop, phone(), "asked for it")
        time.pass_by(timedelta(days=9))

        progress = await take(services, shop, at(_day(services, day)))

        assert progress.agreed == 1
        assert [each.source for each in await book(services, shop)] == [Source.FORM]


def _day(services: Services, day: str) -> str:
    return services.storage.now().date().isoformat() if day == "today" else day


class TestARevocation:
    async def revoked(self, services: Services, shop: Client) -> datetime:
        await agree(services, shop)
        entries = services.consents.entries
        assert isinstance(await entries.withdraw(shop, phone(), TEXT), Withdrawn)
        return services.storage.now()

    async def test_that_is_newer_stays(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        moment = await self.revoked(services, shop)
        time.pass_by(timedelta(days=9))

        for day in ("01.02.2020", moment.date().isoformat(), f"{moment:%Y-%m-%dT%H:%M}"):
            await take(services, shop, at(day))

        assert not await may(services, shop)
        assert len(await book(services, shop)) == 2

    async def test_that_is_older_is_followed_by_a_further_line(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        moment = await self.revoked(services, shop)
        time.pass_by(timedelta(days=9))

        progress = await take(services, shop, at(f"{moment + timedelta(days=3):%Y-%m-%d}"))

        assert progress.agreed == 2
        assert await may(services, shop)
        assert [each.number for each in await book(services, shop)] == [3, 2, 1]


async def test_a_stop_in_the_moment_of_an_import_is_never_lost(
    services: Services, shop: Client
) -> None:
    for number in range(8):
        whose = f"+4917012345{number:02}"
        row = f"9{number};Müller;{whose};;ja;;01.02.2020;{WORDS}"
        if number % 2:
            await take(services, shop, row.replace(";ja;", ";;"))
        content = table(row, headings=HEADINGS)

        await asyncio.gather(
            begun(services, shop, content), write(services, "STOP", whose, of=shop.organisation)
        )

        async with services.storage.reading(shop.organisation.id) as transaction:
            consents = services.consents.consents
            args = (transaction, shop.organisation.id, phone(whose))
            assert not await consents.may_be_sent(*args, TEXT)


async def test_an_import_waits_for_a_stop_that_is_under_way(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await agree(services, shop)
    await take(services, shop, ANN.replace(";ja;ja;", ";;;"))
    await services.consents.entries.withdraw(shop, phone(), TEXT)
    agreed = services.storage.now() + timedelta(days=3)
    time.pass_by(timedelta(days=9))
    content, said = table(at(f"{agreed:%Y-%m-%d}"), headings=HEADINGS), asyncio.Event()

    async def import_() -> Progress | Unready:
        await said.wait()
        return (await begun(services, shop, content))[0]

    importing, consents = asyncio.create_task(import_()), services.consents.consents
    async with services.storage.begin(shop.organisation.id) as transaction:
        await consents.stop(transaction, shop.organisation, phone(), Source.MESSAGE, TEXT)
        said.set()
        await asyncio.sleep(0.3)

    assert await importing == Progress(read=1, known=1, agreed=1), "That of the e-mail address."
    assert [each.standing for each in await book(services, shop)] == ["withdrawn", "given"]


async def test_a_stop_of_a_number_that_is_just_coming_in_ends_what_came(
    services: Services, shop: Client
) -> None:
    whose, imported = shop.organisation.id, ImportedConsents(webhooks=services.webhooks)
    said = asyncio.Event()

    async def stop() -> None:
        await said.wait()
        await write(services, "STOP", of=shop.organisation)

    stopping = asyncio.create_task(stop())
    async with services.storage.begin(whose) as transaction:
        id = await services.contacts.recognise(transaction, whose, phone())
        digest = await services.consents.consents.digest(transaction, whose, phone())
        agreed = Agreed(way=Way.TEXT, digest=digest, contact_id=id, at=AGREED, wording=WORDS)
        assert await imported.take(transaction, shop, [agreed]) == [agreed]
        said.set()
        await asyncio.sleep(0.3)
    await stopping

    assert not await may(services, shop)
    assert [each.standing for each in await book(services, shop)] == ["withdrawn", "given"]
