"""The way over from Twilio in the console: who sees it, and what it says."""

import re
from datetime import timedelta

import pytest

from tests.features.crossings.test_advice import CASES
from tests.stores import MovableTime
from tests.web.console.coming_over import (
    BEGUN,
    ENDINGS,
    LINK,
    MOVING,
    PAGE,
    PENDING,
    SEEING,
    SEEN,
    begin,
    found,
    note,
    organisation,
    owner,
    services,
    so,
)
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.crossings.pairs.advice import Advice
from watchword.features.crossings.pairs.rules import Call, Said
from watchword.features.crossings.pairs.words import WORDS
from watchword.features.organisations.locations.rules import Location
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.wiring import Services

__all__ = ["organisation", "owner", "services"]


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", Role)
    async def test_who_may_see_settings_finds_it_in_the_menu(
        self, office: Office, role: Role
    ) -> None:
        browser = await office.enter(role)

        assert (LINK in await browser.read("/console")) == (role in SEEING)
        await browser.read(PAGE, status=200 if role in SEEING else 403)

    @pytest.mark.parametrize("role", Role)
    async def test_only_who_may_change_settings_moves_anything(
        self, office: Office, role: Role
    ) -> None:
        await begin(office, 5)
        browser = english(await office.enter(role))
        crossing = await office.services.crossings.crossings.find(office.organisation)
        assert crossing is not None
        seen = crossing.changed_at.isoformat()

        moved = await force(browser, PAGE, do="save", seen=seen, share="50")

        assert moved.status_code == (303 if role in MOVING else 403)
        assert await so(office) == (50 if role in MOVING else 5, set(), "refuse")
        if role not in MOVING:
            ended = await force(browser, ENDINGS, seen=seen)
            assert ended.status_code == 403
            assert await so(office) is not None
        if role in SEEING:
            has_form = "Review changes" in await browser.read(PAGE)
            assert has_form == (role in MOVING)

    async def test_an_owner_of_one_location_moves_nothing(self, office: Office) -> None:
        made = await office.services.configuration.locations.add(
            office.organisation.id, name="Riesa", time_zone=None, actor="test"
        )
        assert isinstance(made, Location)
        there = english(await office.enter(Role.OWNER, grants=(Grant(Role.OWNER, made.id),)))

        assert "Review changes" not in await there.read(PAGE)
        for path in (PAGE, ENDINGS):
            assert (await force(there, path, do="save", share="50")).status_code == 403
        assert await so(office) is None

    async def test_without_an_account_there_is_no_entry_and_a_page_that_says_what_to_set(
        self, office: Office, services: Services
    ) -> None:
        other = Office(services, await found(services, "shop"), office.transport)
        browser = english(await other.enter(Role.OWNER))

        page = await browser.read(PAGE)
        moved = await force(browser, PAGE, do="save", share="50")

        assert LINK not in await browser.read("/console")
        assert "[originals.shop]" in page
        assert "Review changes" not in page
        assert moved.status_code == 409
        assert (await force(browser, ENDINGS)).status_code == 303
        assert await so(other) is None
        await other.close()

    async def test_a_move_whose_account_is_gone_can_be_ended(
        self, office: Office, services: Services
    ) -> None:
        other = Office(services, await found(services, "shop"), office.transport)
        await begin(other, 30)
        browser = english(await other.enter(Role.OWNER))

        page = await browser.read(PAGE)
        seen = SEEN.search(page)
        assert seen is not None
        await force(browser, ENDINGS, seen=seen[1])

        assert "its account is no longer in the settings" in page
        assert await so(other) is None
        await other.close()


class TestWhatItSays:
    @pytest.mark.parametrize(
        ("share", "countries", "said"),
        [
            (0, (), "Twilio sends and checks every code"),
            (10, (), "New codes to 10% of all numbers are sent here."),
            (0, ("FR", "AT"), "New codes to all numbers of Austria, France are sent here."),
            (10, ("AT",), "to all numbers of Austria, and to 10% of the others, are sent here"),
            (100, (), "All new codes are sent here."),
        ],
    )
    async def test_it_says_who_sends_what_since_when_and_by_whom(
        self, office: Office, owner: Browser, share: int, countries: tuple[str, ...], said: str
    ) -> None:
        await begin(office, share, *countries)

        page = await owner.read(PAGE)

        assert said in page
        assert "the operator of this server" in page
        assert "A new code is refused, and the application tries again" in page

    async def test_before_it_has_begun_it_says_that_all_is_here(self, owner: Browser) -> None:
        page = await owner.read(PAGE)

        assert "All codes are sent and checked here. Nothing goes to Twilio." in page
        assert "Begin in the shadow" in page
        assert "End the move" not in page
        assert "What both said" not in page

    async def test_it_counts_pairs_by_call_and_each_kind_of_difference(
        self, office: Office, owner: Browser
    ) -> None:
        await begin(office)
        await note(office, Call.CREATE, BEGUN, BEGUN, 3)
        await note(office, Call.CREATE, BEGUN, Said(403, 60605), 2)
        await note(office, Call.CHECK, PENDING, Said(404, 20404))

        page = await owner.read(PAGE)

        assert "Answered alike: 3 of 6." in page
        counted = dict.fromkeys(["Send a code", "Check a code", "Look at a code", "End a code"])
        for call in counted:
            row = re.search(rf"<strong>{call}</strong></td><td class=\"bar\">.*?</tr>", page)
            assert row is not None
            counted[call] = re.findall(r'data-label="\w+">(\d+)<', row[0])
        assert counted == {
            "Send a code": ["5", "3", "2"],
            "Check a code": ["1", "0", "1"],
            "Look at a code": ["0", "0", "0"],
            "End a code": ["0", "0", "0"],
        }
        differing = page[page.index("What was different") :]
        assert differing.index("403 · 60605") < differing.index("404 · 20404")
        assert "The country of the number gets no codes here." in differing
        assert 'href="/console/blocks/rules?lang=en"' in differing

    async def test_where_all_is_alike_nothing_is_to_be_done(
        self, office: Office, owner: Browser
    ) -> None:
        await begin(office)
        await note(office, Call.CHECK, PENDING, PENDING)

        assert "What was different" not in await owner.read(PAGE)

    async def test_a_span_is_chosen_by_a_link(
        self, office: Office, owner: Browser, time: MovableTime
    ) -> None:
        await begin(office)
        await note(office, Call.CHECK, PENDING, PENDING)
        time.pass_by(timedelta(days=8))
        browser = english(await office.sign_in(owner.member))

        assert "Nothing to compare in this time" in await browser.read(PAGE)
        assert "Answered alike: 1 of 1." in await browser.read(f"{PAGE}?days=30")
        assert "Nothing to compare" in await browser.read(f"{PAGE}?days=8000")

    @pytest.mark.parametrize("language", ["de", "en"])
    async def test_each_advice_has_words_of_its_own(
        self, office: Office, owner: Browser, language: str
    ) -> None:
        await begin(office)
        for call, theirs, ours, _ in CASES:
            await note(office, call, theirs, ours)

        page = await owner.read(f"{PAGE}?lang={language}")

        rows = page[page.index('<table class="stackable differing">') :].split("<tr>")[2:]
        said = {row.partition("</table>")[0].split("<td>")[-1].strip() for row in rows}
        assert len(rows) == len({(call, theirs, ours) for call, theirs, ours, _ in CASES})
        assert len(said) == len(Advice)
        assert "<code>watchword twilio import</code>" in page
        assert "%(" not in page

    async def test_it_advises_what_the_command_line_does(
        self, office: Office, owner: Browser
    ) -> None:
        await begin(office)
        for call, theirs, ours, _ in CASES:
            await note(office, call, theirs, ours)

        page = re.sub(r"</?code>", "", await english(owner).read(PAGE))

        for words in WORDS.values():
            assert words % {"import": "watchword twilio import"} in page
