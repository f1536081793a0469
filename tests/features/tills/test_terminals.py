"""Registered tills: named, known by what they keep, and revoked everywhere at once."""

import asyncio

import pytest

from tests.features.redemptions.conftest import counter
from tests.features.redemptions.counter import Counter
from tests.stores import at_rest
from watchword.features.audit.rules import Action
from watchword.features.organisations.rules import Organisation
from watchword.features.tills.terminals.rules import (
    NAME_AT_MOST,
    SEEN_EVERY,
    BadTerminalName,
    LocationShut,
    NewTerminal,
    Terminal,
    TerminalNameTaken,
    UnknownTerminal,
)
from watchword.features.tills.terminals.service import target_of
from watchword.foundation.secret import Secret

__all__ = ["counter"]


async def recognised(counter: Counter, credential: Secret) -> Terminal | UnknownTerminal:
    terminals = counter.services.terminals
    async with counter.services.storage.begin(counter.whose.id) as transaction:
        return await terminals.recognise(transaction, counter.whose.id, credential)


async def test_a_till_is_known_by_what_it_keeps_and_we_do_not(
    counter: Counter, migrated: str
) -> None:
    new = await counter.terminal("Till 2")

    assert await recognised(counter, new.credential) == new.terminal
    assert await recognised(counter, Secret(f" {new.credential.reveal()}\n")) == new.terminal
    looked = await counter.services.terminals.look(new.credential)
    assert isinstance(looked, tuple)
    assert isinstance(looked[0], Organisation)
    assert looked[1] == new.terminal
    assert new.credential.reveal().encode() not in await at_rest(migrated)
    assert new.credential.reveal() not in repr(new)


@pytest.mark.parametrize("typed", ["", "wt_", "wt_" + "0" * 64, "wt_" + "\u0660" * 64, "x" * 9000])
async def test_what_was_never_made_is_no_till(counter: Counter, typed: str) -> None:
    assert await recognised(counter, Secret(typed)) == UnknownTerminal()
    assert await counter.services.terminals.look(Secret(typed)) == UnknownTerminal()


async def test_a_till_of_one_organisation_is_none_of_another(counter: Counter) -> None:
    other = await counter.services.organisations.found(
        slug="other", name="Other", mode=counter.whose.mode, country="DE", locale="de", actor="test"
    )
    assert isinstance(other, Organisation)

    async with counter.services.storage.begin(other.id) as transaction:
        known = await counter.services.terminals.recognise(
            transaction, other.id, counter.till.credential
        )

    assert known == UnknownTerminal()


async def test_revoked_or_at_a_closed_location_it_is_none_and_its_name_is_free(
    counter: Counter,
) -> None:
    terminals, locations = counter.services.terminals, counter.services.configuration.locations
    revoked = await terminals.revoke(counter.owner, counter.till.terminal.id)
    assert await terminals.revoke(counter.owner, revoked.id) == revoked

    assert await recognised(counter, counter.till.credential) == UnknownTerminal()
    again = await counter.terminal("Till 1")
    await locations.close(counter.whose.id, counter.place, actor="test")
    assert await recognised(counter, again.credential) == UnknownTerminal()
    assert await terminals.register(counter.owner, counter.place, "New") == LocationShut()
    await locations.reopen(counter.whose.id, counter.place, actor="test")
    assert await recognised(counter, again.credential) == again.terminal


async def test_two_tills_of_a_location_are_never_called_alike(counter: Counter) -> None:
    terminals = counter.services.terminals
    made = await asyncio.gather(
        *(terminals.register(counter.owner, counter.place, "Kasse") for _ in range(5))
    )
    (only,) = [each for each in made if isinstance(each, NewTerminal)]

    assert made.count(TerminalNameTaken()) == 4
    rename = terminals.rename
    assert await rename(counter.owner, only.terminal.id, " TILL  1") == TerminalNameTaken()
    for bad in ("", " ", "x" * (NAME_AT_MOST + 1), "a\nb"):
        assert await rename(counter.owner, only.terminal.id, bad) == BadTerminalName()
    renamed = await rename(counter.owner, only.terminal.id, "kasse")
    assert isinstance(renamed, Terminal)
    assert await counter.terminal("Kasse", await counter.shop.location("Süd"))


async def test_what_becomes_of_a_till_stands_in_the_ledger(counter: Counter) -> None:
    terminals, id = counter.services.terminals, counter.till.terminal.id
    await terminals.rename(counter.owner, id, "Door")
    await terminals.revoke(counter.owner, id)

    lines = await counter.ledger(target_of(id))

    assert {each.action for each in lines} == {
        Action.TERMINAL_REGISTERED,
        Action.TERMINAL_RENAMED,
        Action.TERMINAL_REVOKED,
    }
    assert counter.till.credential.reveal() not in repr(lines)


async def test_a_till_is_seen_now_and_then(counter: Counter) -> None:
    terminals, storage = counter.services.terminals, counter.services.storage

    async def see() -> Terminal:
        known = await recognised(counter, counter.till.credential)
        assert isinstance(known, Terminal)
        async with storage.begin(counter.whose.id) as transaction:
            await terminals.note_seen(transaction, counter.whose.id, known)
        return await terminals.find(counter.whose.id, known.id)

    first = await see()
    counter.shop.time.pass_by(SEEN_EVERY / 2)
    assert (await see()).seen_at == first.seen_at
    counter.shop.time.pass_by(SEEN_EVERY)
    assert (await see()).seen_at == storage.now()
