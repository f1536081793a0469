"""The way over from Twilio in the console: what is moved there, and ended."""

import asyncio
from datetime import timedelta

import pytest

from tests.stores import MovableTime
from tests.web.console.coming_over import (
    ENDINGS,
    PAGE,
    SEEN,
    begin,
    deeds,
    fill_in,
    organisation,
    owner,
    services,
    so,
)
from tests.web.console.forced import force
from tests.web.console.people import Browser, Office
from watchword.features.audit.rules import Action
from watchword.features.clients.rules import Operator
from watchword.features.crossings.rules import Basis, ChangedMeanwhile, Crossing, Move, WithoutThem

__all__ = ["organisation", "owner", "services"]


class TestMoving:
    async def test_what_a_move_would_do_is_read_before_it_is_saved(
        self, office: Office, owner: Browser
    ) -> None:
        wanted = {"share": "10", "countries": "at, de", "silent": "serve"}

        status, page = await fill_in(owner, "review", **wanted)

        assert status == 200
        assert "Nothing is saved yet." in page
        assert "What was begun here stays here until it is over." in page
        assert "somebody may get two codes" in page
        assert await so(office) is None

        status, _ = await fill_in(owner, "save", **wanted)

        assert status == 303
        assert await so(office) == (10, {"AT", "DE"}, "serve")
        assert await deeds(office) == [(Action.CROSSING_MOVED, owner.member.actor)]
        assert "Anneliese" in await owner.read(PAGE)

    async def test_the_ledger_tells_of_it_in_words(self, owner: Browser) -> None:
        await fill_in(owner, "save", share="10", countries="AT", silent="serve")

        page = await owner.read("/console/ledger?lang=de")

        assert "Prozent aller Nummern: 10" in page
        assert "ganze Länder: AT" in page
        assert "wenn Twilio schweigt: ein neuer Code wird hier verschickt" in page

    async def test_a_country_whose_numbers_get_no_codes_here_is_named_beforehand(
        self, owner: Browser
    ) -> None:
        _, foreign = await fill_in(owner, "review", countries="FR DE")
        _, own = await fill_in(owner, "review", countries="DE")

        assert "Numbers of these countries get no codes here yet: France." in foreign
        assert "get no codes here yet" not in own

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"share": "101"}, "Choose a whole number from 0 to 100."),
            ({"share": "-1"}, "Choose a whole number from 0 to 100."),
            ({"share": "ten"}, "Choose a whole number from 0 to 100."),
            ({"share": ""}, "Choose a whole number from 0 to 100."),
            ({"countries": "UK"}, "The United Kingdom is GB."),
            ({"countries": "Austria"}, "The United Kingdom is GB."),
        ],
        ids=["too much", "too little", "a word", "nothing", "no such country", "a name"],
    )
    async def test_what_cannot_be_is_said_beside_its_field(
        self, office: Office, owner: Browser, typed: dict[str, str], said: str
    ) -> None:
        for do in ("review", "save"):
            status, page = await fill_in(owner, do, **typed)

            assert status == 422
            assert said in page
            assert all(f'value="{each}"' in page for each in typed.values())
        assert await so(office) is None

    async def test_what_somebody_else_has_moved_meanwhile_is_shown_first(
        self, office: Office, owner: Browser, time: MovableTime
    ) -> None:
        await begin(office, 5)
        before = SEEN.search(await owner.read(PAGE))
        assert before is not None
        time.pass_by(timedelta(seconds=1))
        await begin(office, 20)

        reply = await owner.send(PAGE, do="save", seen=before[1], share="50")

        assert reply.status_code == 409
        assert "Somebody else has moved something meanwhile." in reply.text
        assert "20%" in reply.text
        assert 'value="50"' in reply.text
        assert await so(office) == (20, set(), "refuse")

    async def test_of_two_who_decide_by_the_same_look_one_does_and_the_other_hears_of_it(
        self, office: Office
    ) -> None:
        crossings = office.services.crossings.crossings
        ann, bob = (
            Operator(name=each, organisation=office.organisation) for each in ("ann", "bob")
        )
        await begin(office, 10)
        seen = Basis(await crossings.find(office.organisation))
        more = Move(share=50, countries=frozenset(), without_them=WithoutThem.REFUSE)

        moved = await crossings.move(ann, more, basis=seen)

        assert isinstance(moved, Crossing)
        assert await crossings.move(bob, more, basis=seen) == ChangedMeanwhile(moved)
        assert await crossings.end(bob, basis=seen) == ChangedMeanwhile(moved)
        assert await crossings.move(bob, more, basis=Basis(None)) == ChangedMeanwhile(moved)
        assert await crossings.find(office.organisation) == moved
        assert await crossings.end(bob, basis=Basis(moved)) is True

    async def test_of_many_who_begin_at_once_one_does_and_the_others_hear_of_it(
        self, office: Office
    ) -> None:
        crossings, nothing = office.services.crossings.crossings, Basis(None)
        move = Move(share=5, countries=frozenset(), without_them=WithoutThem.REFUSE)
        people = [
            Operator(name=f"ann-{number}", organisation=office.organisation) for number in range(8)
        ]

        said = await asyncio.gather(*(crossings.move(each, move, basis=nothing) for each in people))

        [moved] = [each for each in said if isinstance(each, Crossing)]
        assert said.count(ChangedMeanwhile(moved)) == len(people) - 1
        assert await crossings.find(office.organisation) == moved

    async def test_what_is_so_already_is_said(self, office: Office, owner: Browser) -> None:
        await begin(office, 5, "AT")

        _, page = await fill_in(owner, "save", share="5", countries="AT")

        assert "It is so already." in page
        assert len(await deeds(office)) == 1

    async def test_whoever_keeps_editing_or_signs_in_again_changes_nothing(
        self, office: Office, owner: Browser
    ) -> None:
        status, page = await fill_in(owner, "edit", share="37")
        resumed = await force(owner, PAGE, do="save", share="38", resumed="on")

        assert status == 200
        assert 'value="37"' in page
        assert 'value="38"' in resumed.text
        assert await so(office) is None


class TestEnding:
    async def test_it_ends_once_and_stands_in_the_ledger(
        self, office: Office, owner: Browser
    ) -> None:
        await begin(office, 100)
        seen = SEEN.search(await owner.read(PAGE))
        assert seen is not None

        first = await owner.send(ENDINGS, of=PAGE, seen=seen[1])
        again = await owner.send(ENDINGS, of=PAGE, seen=seen[1])

        assert await so(office) is None
        assert (await deeds(office))[-1] == (Action.CROSSING_ENDED, owner.member.actor)
        assert len(await deeds(office)) == 2
        assert "The move is over." in await owner.read(first.headers["location"])
        assert "The move is over." not in await owner.read(again.headers["location"])

    async def test_it_does_not_end_on_what_somebody_else_has_made_of_it(
        self, office: Office, owner: Browser, time: MovableTime
    ) -> None:
        await begin(office, 100)
        seen = SEEN.search(await owner.read(PAGE))
        assert seen is not None
        time.pass_by(timedelta(seconds=1))
        await begin(office, 10)

        reply = await owner.send(ENDINGS, of=PAGE, seen=seen[1])

        assert await so(office) == (10, set(), "refuse")
        assert "Nothing was ended yet" in await owner.read(reply.headers["location"])

    async def test_whoever_has_signed_in_again_has_to_say_it_again(
        self, office: Office, owner: Browser
    ) -> None:
        await begin(office, 100)
        seen = SEEN.search(await owner.read(PAGE))
        assert seen is not None

        reply = await force(owner, ENDINGS, seen=seen[1], resumed="on")

        assert reply.headers["location"] == PAGE
        assert await so(office) is not None
