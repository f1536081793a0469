"""Passkeys at work: added, named, removed, and shown at the door. On both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.staff.passkeys.bearers import Bearer, visiting
from tests.stand_ins.authenticator import UV, Authenticator, Told, said, written
from tests.stores import MovableTime
from watchword.features.audit.rules import Action
from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    PASSKEYS_AT_MOST,
    Because,
    Full,
    NamelessOrEndless,
    Passkey,
    PasskeyId,
    Refused,
    Stale,
)
from watchword.features.staff.sessions.rules import FRESH_FOR, SignedIn, SignedInBy
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage
from watchword.wiring import Services


async def test_two_people_of_two_organisations_sign_in_without_saying_who_they_are(
    ann: Bearer, bob: Bearer
) -> None:
    await ann.added()
    await bob.added()

    one, two = await ann.sign_in(), await bob.sign_in()

    assert isinstance(one, SignedIn)
    assert isinstance(two, SignedIn)
    assert one.colleague == ann.visit.colleague
    assert two.colleague == bob.visit.colleague
    assert one.session.signed_in_by is SignedInBy.PASSKEY
    assert isinstance(one.session.fingerprint, bytes)


async def test_a_passkey_is_shown_with_its_name_and_when_it_was_used(ann: Bearer) -> None:
    passkey = await ann.added("Schlüssel am Bund")
    await ann.sign_in()

    (found,) = await ann.passkeys()

    assert found.name == "Schlüssel am Bund"
    assert passkey.used_at is None
    assert found.used_at is not None
    assert found.count == 2


async def test_an_answer_is_good_once(ann: Bearer) -> None:
    await ann.added()
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    answer = said(ann.device.show(asked))

    first, again = await ann.show(ticket, answer), await ann.show(ticket, answer)

    assert isinstance(first, SignedIn)
    assert again == Refused(Because.LATE)


async def test_of_two_that_hand_in_the_same_answer_one_gets_in(ann: Bearer) -> None:
    await ann.added()
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    answer = said(ann.device.show(asked))

    outcomes = await asyncio.gather(*(ann.show(ticket, answer) for _ in range(5)))

    assert sum(isinstance(each, SignedIn) for each in outcomes) == 1


async def test_a_wrong_answer_uses_the_challenge_up(ann: Bearer) -> None:
    await ann.added()
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    right = said(ann.device.show(asked))
    wrong = said(ann.device.show(asked, Told(flags_off=UV)))

    assert await ann.show(ticket, wrong) == Refused(Because.NOT_PROVEN)
    assert await ann.show(ticket, right) == Refused(Because.LATE)


async def test_the_answer_of_one_browser_is_none_in_another(ann: Bearer) -> None:
    await ann.added()
    earlier, _ = await ann.services.staff.entrance.ask(ann.party)
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    later, _ = await ann.services.staff.entrance.ask(ann.party)
    answer = said(ann.device.show(asked))

    assert await ann.show(earlier, answer) == Refused(Because.NOT_PROVEN)
    assert await ann.show(later, answer) == Refused(Because.NOT_PROVEN)
    assert isinstance(await ann.show(ticket, answer), SignedIn)


async def test_who_takes_too_long_is_asked_again(ann: Bearer, time: MovableTime) -> None:
    await ann.added()
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    answer = said(ann.device.show(asked))
    time.pass_by(ANSWER_WITHIN)

    assert await ann.show(ticket, answer) == Refused(Because.LATE)


async def test_a_removed_passkey_signs_nobody_in(ann: Bearer) -> None:
    passkey = await ann.added()

    assert await ann.services.staff.passkeys.remove(ann.visit, passkey.id) is None

    assert await ann.passkeys() == []
    assert await ann.sign_in() == Refused(Because.UNKNOWN)
    assert {*await ann.noted(passkey)} == {Action.PASSKEY_ADDED, Action.PASSKEY_REMOVED}


async def test_a_copy_of_a_key_is_noticed_and_refused(ann: Bearer) -> None:
    passkey = await ann.added()
    copy = replace(ann.device.keys[0])
    assert isinstance(await ann.sign_in(), SignedIn)

    outcome = await ann.sign_in(held=copy)

    assert outcome == Refused(Because.WENT_BACK)
    odd = (await ann.noted(passkey))[Action.PASSKEY_COUNT_ODD]
    assert odd.details == {"known": 2, "shown": 2, "verdict": "went_back"}
    assert isinstance(await ann.sign_in(), SignedIn)


async def test_a_stranger_without_the_key_raises_no_alarm(ann: Bearer) -> None:
    passkey = await ann.added()
    forger = Authenticator(ann.party.origin)
    forger.keys = [replace(ann.device.keys[0])]
    ticket, asked = await ann.services.staff.entrance.ask(ann.party)
    forged = forger.show(asked, Told(count=0))
    forged["response"]["signature"] = written(b"not signed by anybody")

    assert await ann.show(ticket, said(forged)) == Refused(Because.NOT_PROVEN)
    assert {*await ann.noted(passkey)} == {Action.PASSKEY_ADDED}


async def test_a_synced_key_that_stops_counting_is_noted_and_let_in(ann: Bearer) -> None:
    ann.device.is_synced = True
    passkey = await ann.added()

    outcome = await ann.sign_in(Told(count=0))

    assert isinstance(outcome, SignedIn)
    assert (await ann.noted(passkey))[Action.PASSKEY_COUNT_ODD].details["verdict"] == "stopped"


async def test_a_key_that_never_counts_is_fine(ann: Bearer) -> None:
    ann.device.counts = False
    passkey = await ann.added()

    assert isinstance(await ann.sign_in(), SignedIn)
    assert isinstance(await ann.sign_in(), SignedIn)
    assert {*await ann.noted(passkey)} == {Action.PASSKEY_ADDED}


async def test_whoever_has_signed_in_long_ago_changes_no_passkeys(
    ann: Bearer, time: MovableTime
) -> None:
    passkey = await ann.added()
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    assert isinstance(asked, str)
    answer = said(ann.device.make(asked))
    time.pass_by(FRESH_FOR)
    ours = ann.services.staff.passkeys

    assert await ours.ask_for_a_new_one(ann.party, ann.visit) == Stale()
    assert await ours.add(ann.party, ann.visit, "Key", answer) == Stale()
    assert await ours.remove(ann.visit, passkey.id) == Stale()
    assert await ours.rename(ann.visit, passkey.id, "Phone") is None
    assert [each.name for each in await ann.passkeys()] == ["Phone"]


async def test_what_one_session_was_asked_is_nothing_to_another(ann: Bearer) -> None:
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    assert isinstance(asked, str)
    answer = said(ann.device.make(asked))
    elsewhere = await visiting(ann.services, ann.visit.colleague)
    ours = ann.services.staff.passkeys

    assert await ours.add(ann.party, elsewhere, "Key", answer) == Refused(Because.LATE)
    assert isinstance(await ours.add(ann.party, ann.visit, "Key", answer), Passkey)
    assert await ours.add(ann.party, ann.visit, "Key", answer) == Refused(Because.LATE)


async def test_a_challenge_for_adding_is_none_for_signing_in(ann: Bearer) -> None:
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    assert isinstance(asked, str)
    answer = said(ann.device.make(asked, Told(flags_off=UV)))
    ours = ann.services.staff.passkeys

    assert await ours.add(ann.party, ann.visit, "Key", answer) == Refused(Because.NOT_PROVEN)
    assert await ours.add(ann.party, ann.visit, "Key", answer) == Refused(Because.LATE)


async def test_a_key_belongs_to_one_person(ann: Bearer, bob: Bearer) -> None:
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    again = await bob.services.staff.passkeys.ask_for_a_new_one(bob.party, bob.visit)
    assert isinstance(asked, str)
    assert isinstance(again, str)
    ours = ann.services.staff.passkeys
    await ours.add(ann.party, ann.visit, "Key", said(ann.device.make(asked)))
    stolen = ann.device.keys[0]
    bob.device.keys.clear()
    made = bob.device.make(again, fixed=stolen.id)

    outcome = await ours.add(bob.party, bob.visit, "Key", said(made))

    assert outcome == Refused(Because.TWICE)
    assert await bob.passkeys() == []


async def test_nobody_touches_the_passkeys_of_others(ann: Bearer, bob: Bearer) -> None:
    passkey = await ann.added()
    ours = ann.services.staff.passkeys

    with pytest.raises(NotFound):
        await ours.remove(bob.visit, passkey.id)
    with pytest.raises(NotFound):
        await ours.rename(bob.visit, passkey.id, "Mine")
    with pytest.raises(NotFound):
        await ours.remove(ann.visit, PasskeyId(new_id()))

    assert [each.name for each in await ann.passkeys()] == ["Key"]


async def test_somebody_has_so_many_and_not_one_more(ann: Bearer) -> None:
    for number in range(PASSKEYS_AT_MOST - 1):
        await ann.added(f"Key {number}")
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    assert isinstance(asked, str)
    answer = said(ann.device.make(asked))
    elsewhere = replace(ann, visit=await visiting(ann.services, ann.visit.colleague))
    await elsewhere.added("The last one")

    outcome = await ann.services.staff.passkeys.add(ann.party, ann.visit, "Beyond", answer)

    assert outcome == Full()
    assert await ann.add() == Full()
    assert len(await ann.passkeys()) == PASSKEYS_AT_MOST


async def test_a_passkey_without_a_name_is_not_kept_and_the_challenge_stays(ann: Bearer) -> None:
    asked = await ann.services.staff.passkeys.ask_for_a_new_one(ann.party, ann.visit)
    assert isinstance(asked, str)
    answer = said(ann.device.make(asked))
    ours = ann.services.staff.passkeys

    assert await ours.add(ann.party, ann.visit, " ", answer) == NamelessOrEndless()
    assert isinstance(await ours.add(ann.party, ann.visit, "Key", answer), Passkey)


async def test_names_and_keys_rest_sealed_or_public(ann: Bearer, house: Storage) -> None:
    await ann.added("Anns Handy")
    await ann.sign_in()
    whose = ann.visit.colleague.organisation.id

    async with house.reading(whose) as transaction:
        (row,) = await transaction.all("select * from passkeys")

    assert b"Anns" not in row["sealed_name"] + row["public_key"] + row["credential_id"]
    assert row["is_synced"] == 0


async def test_the_owner_hears_of_it_by_mail(ann: Bearer, services: Services) -> None:
    passkey = await ann.added("Anns Handy")
    await services.staff.passkeys.remove(ann.visit, passkey.id)

    async with services.storage.reading("*") as transaction:
        rows = await transaction.all("select * from messages order by created_at, id")

    assert [row["template"] for row in rows] == ["staff.notice", "staff.notice"]
    assert all(row["provider"] == "sandbox" and row["locale"] == "de" for row in rows)


async def test_what_nobody_answered_is_forgotten(ann: Bearer, time: MovableTime) -> None:
    ours = ann.services.staff.passkeys
    await ann.services.staff.entrance.ask(ann.party)
    await ours.ask_for_a_new_one(ann.party, ann.visit)

    assert await ours.forget(10) == 0
    time.pass_by(ANSWER_WITHIN + timedelta(seconds=1))
    assert await ours.forget(1) == 1
    assert await ours.forget(10) == 1
    assert await ours.forget(10) == 0
