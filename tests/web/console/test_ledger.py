"""The ledger in the console: read, narrowed down, proven, and taken away."""

import csv
import io
import json
from datetime import timedelta

import pytest
from httpx import Response

from tests.stores import MovableTime
from tests.web.console.people import OWN_FORM, TOKEN, Browser, Office
from tests.web.console.test_configuration import filled, save
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.ledger.receipts import Proven, check_receipt
from watchword.features.ledger.rules import LedgerEntry, Wanted
from watchword.features.ledger.verification import Verification
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

LIST = "/console/ledger"
DAY = timedelta(days=1)


async def write(services: Services, organisation: Organisation, entry: Entry) -> None:
    async with services.storage.begin(organisation.id) as transaction:
        await AuditStore(transaction, organisation.id).add(entry)


def lifted(actor: str = "operator:ann", target: str = "block-1", rule: str = "prefix") -> Entry:
    details = {"rule": rule}
    return Entry(action=Action.BLOCK_LIFTED, actor=actor, target=target, details=details)


async def newest(
    services: Services, organisation: Organisation, action: Action | None = None
) -> LedgerEntry:
    wanted = Wanted(action=action)
    found = await services.ledger.entries.page(organisation.id, wanted, most=1, after=None)
    return found.page.items[0]


def english(path: str) -> str:
    """Ask for a page in English; those who work here read German."""
    return f"{path}{'&' if '?' in path else '?'}lang=en"


async def test_each_entry_is_told_in_words_with_who_did_it(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    await write(services, organisation, lifted(owner.member.actor))

    page = await owner.read(english(LIST))

    assert "A block was lifted" in page
    assert "rule: Neighbouring numbers" in page
    assert ">Owner</a>" in page
    assert "Sealed soon" in page
    assert "Eine Sperre wurde aufgehoben" in await owner.read(LIST)


async def test_every_action_has_words_in_every_language(owner: Browser) -> None:
    for language in ("en", "de"):
        page = await owner.read(f"{LIST}?lang={language}")

        assert [action for action in Action if f'value="{action}"' not in page] == []
        assert [action for action in Action if f">{action}</option>" in page] == []


async def test_everything_is_the_first_choice_in_every_language(owner: Browser) -> None:
    for language, everything in (("en", "Everything"), ("de", "Alles")):
        page = await owner.read(f"{LIST}?lang={language}")

        choices = page.partition('name="action"')[2].partition("</select>")[0]
        assert choices.partition("</option>")[0].endswith(everything)


class TestAList:
    async def test_is_narrowed_down_by_what_happened(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted(rule="mine"))

        assert "rule: mine" in await owner.read(english(f"{LIST}?action=block.lifted"))
        assert "rule: mine" not in await owner.read(english(f"{LIST}?action=staff.signed_in"))

    @pytest.mark.parametrize("asked", ["actor=operator:ann", "target=block-1", "id=block-1"])
    async def test_is_narrowed_down_by_who_and_by_what(
        self, owner: Browser, services: Services, organisation: Organisation, asked: str
    ) -> None:
        await write(services, organisation, lifted(rule="mine"))
        await write(services, organisation, lifted("operator:bob", "block-2", rule="other"))

        page = await owner.read(english(f"{LIST}?{asked}"))

        assert "rule: mine" in page
        assert "rule: other" not in page

    async def test_finds_a_person_by_the_bare_id(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted(owner.member.actor, rule="mine"))

        assert "rule: mine" in await owner.read(english(f"{LIST}?id={owner.member.id}"))

    @pytest.mark.parametrize("noun", [*Noun])
    async def test_finds_whatever_stands_before_an_id(
        self, owner: Browser, services: Services, organisation: Organisation, noun: Noun
    ) -> None:
        await write(services, organisation, lifted(target=noun.of("7c1e6a52"), rule="mine"))

        assert "rule: mine" in await owner.read(english(f"{LIST}?id=7c1e6a52"))

    @pytest.mark.parametrize(
        "narrower",
        ["action=staff.signed_in", "actor=operator:bob", "target=block-2", "to=2000-01-01"],
    )
    async def test_finds_an_id_among_what_else_was_asked_for(
        self, owner: Browser, services: Services, organisation: Organisation, narrower: str
    ) -> None:
        await write(services, organisation, lifted(rule="mine"))
        entry = await newest(services, organisation, Action.BLOCK_LIFTED)

        for id in ("block-1", "ann", entry.id):
            page = await owner.read(english(f"{LIST}?id={id}&{narrower}"))
            assert "rule: mine" not in page

    async def test_keeps_what_was_asked_for_when_somebody_goes_on_to_who_or_what(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted())

        page = await owner.read(f"{LIST}?action=block.lifted")

        assert f'href="{LIST}?action=block.lifted&amp;actor=operator%3Aann"' in page
        assert f'href="{LIST}?action=block.lifted&amp;target=block-1"' in page

    async def test_finds_an_entry_by_its_own_id(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted(rule="mine"))
        entry = await newest(services, organisation, Action.BLOCK_LIFTED)

        assert "rule: mine" in await owner.read(english(f"{LIST}?id={entry.id}"))

    async def test_counts_a_day_to_its_end(
        self, owner: Browser, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        await write(services, organisation, lifted(rule="today"))
        today = time.moment.date()

        assert "rule: today" in await owner.read(english(f"{LIST}?from={today}&to={today}"))
        assert "rule: today" not in await owner.read(english(f"{LIST}?to={today - DAY}"))
        assert "rule: today" not in await owner.read(english(f"{LIST}?from={today + DAY}"))

    @pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31", "0001-01-01", "'"])
    async def test_says_so_where_a_day_is_none(self, owner: Browser, day: str) -> None:
        page = await owner.read(english(f"{LIST}?from={day}"), status=422)

        assert "Give a day such as" in page

    async def test_that_finds_nothing_says_what_to_do(self, owner: Browser) -> None:
        assert "No entry fits" in await owner.read(english(f"{LIST}?id=nobody"))

    async def test_goes_on_over_pages_without_losing_an_entry(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        for number in range(60):
            await write(services, organisation, lifted(rule=f"r{number}r"))

        seen, path = set[str](), f"{LIST}?action=block.lifted&rows=25"
        while path:
            page = await owner.read(english(path))
            seen |= {f"r{n}r" for n in range(60) if f"rule: r{n}r" in page}
            path = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            path = path.replace("&amp;", "&") if 'rel="next"' in page else ""

        assert len(seen) == 60


class TestAnEntry:
    async def test_has_a_receipt_once_it_is_sealed(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        entry = await newest(services, organisation)
        path = f"{LIST}/{entry.id}"
        waiting, too_early = (
            await owner.read(english(path)),
            await owner.pages.get(f"{path}/receipt"),
        )
        await services.ledger.sealing.seal_all(organisation.id)
        sealed, receipt = await owner.read(english(path)), await owner.pages.get(f"{path}/receipt")

        assert "Download the receipt" not in waiting
        assert too_early.headers["location"] == path
        assert "Download the receipt" in sealed
        assert "attachment" in receipt.headers["content-disposition"]
        keys = {key.public for key in await services.ledger.entries.keys()}
        found = check_receipt(receipt.content, keys)
        assert isinstance(found, Proven)
        assert (found.is_known, found.entry.id) == (True, str(entry.id))

    async def test_of_somebody_else_is_not_there(self, owner: Browser, services: Services) -> None:
        other = await services.organisations.found(
            slug="other",
            name="Other",
            mode=Mode.TEST,
            country="DE",
            locale="de",
            actor="test",
        )
        assert isinstance(other, Organisation)
        entry = await newest(services, other)

        await owner.read(english(f"{LIST}/{entry.id}"), status=404)
        assert (await owner.pages.get(f"{LIST}/{entry.id}/receipt")).status_code == 404


class TestAnExport:
    async def take(self, browser: Browser, form: str, **more: str) -> Response:
        return await browser.send(f"{LIST}/exports", of=LIST, form=form, **more)

    async def test_to_verify_is_whole_and_ends_with_itself(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        reply = await self.take(owner, "jsonl", action="block.lifted")

        checking = Verification()
        for line in reply.content.splitlines(keepends=True):
            checking.read(line)
        assert checking.end().is_good
        assert 'filename="ledger-sonnenhof.jsonl"' in reply.headers["content-disposition"]
        last = await newest(services, organisation, Action.LEDGER_EXPORTED)
        assert last.actor == owner.member.actor
        assert str(last.id).encode() in reply.content

    async def test_to_read_is_narrowed_down_and_safe_for_spreadsheets(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted(target='=HYPERLINK("http://x")'))

        reply = await self.take(owner, "csv", action="block.lifted")

        (row,) = csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig")))
        assert row["target"] == '\'=HYPERLINK("http://x")'
        assert row["action"] == "block.lifted"
        assert reply.headers["content-type"].startswith("text/csv")

    async def test_for_programs_is_json(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted())

        reply = await self.take(owner, "json", target="block-1")

        (entry,) = json.loads(reply.content)
        assert (entry["details"], entry["state"]) == ({"rule": "prefix"}, "sealed")

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.CLERK, Role.MARKETING])
    async def test_is_not_for_everybody(self, office: Office, role: Role) -> None:
        browser = await office.enter(role)
        page = await browser.read("/console")
        token = TOKEN.search(await browser.read("/console/account"))
        assert token is not None

        reply = await browser.pages.post(
            f"{LIST}/exports", data={"token": token[1], "form": "csv"}, headers=OWN_FORM
        )

        assert reply.status_code == 403
        if role is Role.MANAGER:
            assert "Download" not in await browser.read(english(LIST))
        else:
            assert LIST not in page

    async def test_needs_a_second_person_where_the_organisation_wants_one(
        self, owner: Browser, office: Office
    ) -> None:
        manager = await office.enter(Role.MANAGER)
        fields = {**(await filled(owner, "approvals")), "ledger_export": "on", "life_hours": "72"}
        assert (await save(owner, "approvals", fields)).status_code == 303

        refused = await self.take(owner, "jsonl")
        of = f"{LIST}?lang=en"
        mute = await owner.send(f"{LIST}/proposals?lang=en", of=of, form="jsonl", reason=" ")
        asked = await owner.send(f"{LIST}/proposals", of=of, form="jsonl", reason="The audit.")
        path = asked.headers["location"]
        still = await self.take(owner, "jsonl")
        await manager.send(f"{path}/decisions", of=path, do="approve", reason="")
        others = [await self.take(owner, "csv"), await self.take(owner, "json")]
        taken, again = await self.take(owner, "jsonl"), await self.take(owner, "jsonl")

        assert "attachment" not in str(refused.headers)
        assert "Propose it" in mute.text
        assert (mute.status_code, asked.status_code) == (422, 303)
        assert all("attachment" not in str(each.headers) for each in (still, *others))
        assert "attachment" in taken.headers["content-disposition"]
        assert "attachment" not in str(again.headers)

    async def test_is_agreed_to_for_the_chosen_entries_alone(
        self, owner: Browser, office: Office
    ) -> None:
        manager = await office.enter(Role.MANAGER)
        fields = {**(await filled(owner, "approvals")), "ledger_export": "on", "life_hours": "72"}
        assert (await save(owner, "approvals", fields)).status_code == 303
        narrow = {"action": "block.lifted", "target": "Jo Doe", "from": "2026-01-01"}

        page = await self.take(owner, "csv", **narrow)
        asked = await owner.send(
            f"{LIST}/proposals", of=LIST, form="csv", reason="The audit.", **narrow
        )
        path = asked.headers["location"]
        shown = await manager.read(path)
        await manager.send(f"{path}/decisions", of=path, do="approve", reason="")
        to_do = await owner.read(path)
        others = [
            await self.take(owner, "csv"),
            await self.take(owner, "csv", **(narrow | {"target": "Jo"})),
            await self.take(owner, "csv", **(narrow | {"from": "2025-01-01"})),
            await self.take(owner, "json", **narrow),
        ]
        taken = await self.take(owner, "csv", **narrow)

        assert all(f'name="{name}" value="{said}"' in page.text for name, said in narrow.items())
        assert "CSV <code>action=block.lifted since=2026-01-01" in shown
        assert 'name="from" value="2026-01-01"' in to_do
        assert "Jo Doe" not in to_do
        assert "Jo Doe" not in shown
        assert all("attachment" not in str(each.headers) for each in others)
        assert "attachment" in taken.headers["content-disposition"]

    async def test_of_nothing_known_shows_the_list_again(self, owner: Browser) -> None:
        reply = await self.take(owner, "xlsx")

        assert "Zum Mitnehmen" in reply.text


async def test_the_public_key_is_shown_to_be_compared(owner: Browser, services: Services) -> None:
    [key] = await services.ledger.entries.keys()

    assert key.raw in await owner.read(LIST)


async def test_the_state_of_the_ledger_is_told_with_where_its_copy_lies(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    before = await owner.read(english(LIST))
    await services.ledger.sealing.seal_all(organisation.id)
    after = await owner.read(english(LIST))

    assert "more within a minute" in before
    assert "more within a minute" not in after
    assert "The operator sets a place on the server" in after
    assert f"watchword/ledger/{organisation.id}" in after
