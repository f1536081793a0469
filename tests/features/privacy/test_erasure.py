"""Whoever is forgotten is forgotten everywhere, but for what has to outlast them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from tests.features.privacy.traces import ADDRESS, Seeded, seed
from tests.stores import MovableTime, at_rest
from tests.whole_house import PHONE, Dealt, asked, email, phone, shown
from tests.workers.lanes import a_while
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over
from watchword.features.clients.rules import Client, Operator
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.suppressions.rules import OptedOut, SuppressionKind
from watchword.features.delivery.rules import Accepted, ProviderName, State, Unavailable
from watchword.features.ledger.exports.service import ExportForm
from watchword.features.ledger.verification import Verification
from watchword.features.privacy.rules import BadReason, Erased, NothingKnown, StillStaff
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.features.webhooks.posting.service import Turn
from watchword.features.webhooks.rules import EndpointDraft
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import StorageConflict
from watchword.wiring import Services

WHY = "asked for it by letter"
GATEWAY = ProviderName("gateway")
KEY = "select wrapped from person_keys where person_id = :id"
WAITING = """
    select exists (
        select 1 from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()
    )
"""
DANGLING = """
    select id from challenges c where status = 'pending' and not exists (
        select 1 from contact_points p
        where p.organisation_id = c.organisation_id and p.id = c.contact_id
    )
"""


async def erase(services: Services, client: Client, contact: Contact | None = None) -> Erased:
    outcome = await services.privacy.erasures.erase(client, contact or phone(), WHY)
    assert isinstance(outcome, Erased), outcome
    return outcome


async def seeded_key(services: Services, seeded: Seeded) -> bytes:
    async with services.storage.reading("*") as transaction:
        row = await transaction.one(KEY, id=seeded.person_id)
    assert row is not None
    key: bytes = row["wrapped"]
    return key


async def test_no_trace_that_was_seeded_is_left_and_what_must_stay_is(
    services: Services, shop: Client, migrated: str
) -> None:
    seeded = await seed(services, shop)
    key = await seeded_key(services, seeded)
    before = await at_rest(migrated)

    erased = await erase(services, shop, seeded.contact)

    after = await at_rest(migrated)
    assert key in before
    assert key not in after
    assert str(seeded.person_id).encode() not in after
    sealed = {
        *("staff.name", "passkeys.name", "customers.profile", "import_keys.number"),
        *("wallet_devices.name", "wallet_passkeys.name", "askings.said"),
    }
    gone = {place: canary.encode() for place, canary in seeded.goes.items() if place not in sealed}
    assert [place for place, canary in gone.items() if canary not in before] == []
    assert [place for place, canary in gone.items() if canary in after] == []
    stays = {place: canary.encode() for place, canary in seeded.stays.items()}
    assert [place for place, canary in stays.items() if canary not in after] == []
    assert erased.was_known


async def test_nothing_is_known_afterwards_and_it_can_be_asked_again(
    services: Services, shop: Client
) -> None:
    shown(await services.challenges.open(shop, asked()))

    first, second = await erase(services, shop), await erase(services, shop)

    assert (first.was_known, second.was_known) == (True, False)
    assert second.rows == {}
    assert await services.privacy.people.export(shop, phone(), WHY) == NothingKnown([])
    assert await services.privacy.people.find(shop.organisation.id, phone()) == NothingKnown([])


async def test_whoever_opted_out_still_is_not_written_to(services: Services, shop: Client) -> None:
    shown(await services.challenges.open(shop, asked()))
    await services.privacy.opt_outs.add(shop, phone(), SuppressionKind.EVERYTHING, WHY)

    erased = await erase(services, shop)

    assert erased.is_opted_out
    assert await services.challenges.open(shop, asked()) == OptedOut()
    assert await services.contacts.find(shop.organisation.id, phone()) is None


async def test_codes_on_their_way_are_dead_and_nothing_waits(
    services: Services, shop: Client, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))

    erased = await erase(services, shop)

    assert erased.ended == 1
    assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Over()
    assert await services.deliveries.claim(GATEWAY, 10) == []


@pytest.mark.parametrize("outcome", [Accepted("theirs"), Unavailable("away")])
async def test_what_a_worker_has_in_hand_comes_to_its_end_without_its_words(
    services: Services,
    shop: Client,
    time: MovableTime,
    migrated: str,
    outcome: Accepted | Unavailable,
) -> None:
    shown(await services.challenges.open(shop, asked()))
    [queued] = await services.deliveries.claim(GATEWAY, 1)

    await erase(services, shop)
    at_once = await at_rest(migrated)
    after = await services.deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)

    assert queued.sealed not in at_once
    assert after is not None
    time.pass_by(timedelta(minutes=10))
    assert await services.deliveries.claim(GATEWAY, 1) == []


async def test_the_verdict_stays_under_an_id_that_leads_to_nobody(
    services: Services, shop: Client, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.challenges.answer(shop, challenge.id, dealt.latest)

    await erase(services, shop)

    seen = await services.challenges.read(shop, challenge.id)
    assert (seen.status, seen.to, seen.alternatives) == (Status.VERIFIED, "•••••", ())
    with pytest.raises(NotFound):
        await services.challenges.resend(shop, challenge.id, None)


async def test_applications_hear_that_a_code_is_over_but_not_the_name_they_had_for_it(
    services: Services, shop: Client
) -> None:
    draft = EndpointDraft(url="https://hooks.example.org/")
    await services.webhooks.add(shop, draft)
    opening = asked()
    object.__setattr__(opening, "reference", "customer 4711")
    shown(await services.challenges.open(shop, opening))

    await erase(services, shop)

    hands = await services.posting.claim(
        busy=(), turn=Turn(), most=5, most_failing=5, size=lambda _: 10
    )
    bodies = [services.posting.open(hand, one).body for hand in hands for one in hand.claimed]
    assert [b"challenge.cancelled" in body for body in bodies] == [True]
    assert all(b"4711" not in body for body in bodies)


async def test_the_ledger_still_proves_itself_and_names_the_erasure(
    services: Services, shop: Client
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.ledger.sealing.seal_all(shop.organisation.id)

    await erase(services, shop)

    pieces = await services.ledger.exports.begin(shop, ExportForm.JSONL)
    assert isinstance(pieces, AsyncIterator)
    content = b"".join([piece async for piece in pieces])
    verification = Verification()
    for line in content.splitlines(keepends=True):
        verification.read(line)
    assert verification.end().is_good
    assert str(challenge.id).encode() in content
    assert b"person.erased" in content
    assert PHONE.encode() not in content


async def test_who_works_here_is_forgotten_only_once_disabled(
    services: Services, shop: Client
) -> None:
    await _member(services, shop, "owner@example.org", Role.OWNER)
    member = await _member(services, shop, ADDRESS, Role.CLERK)

    refused = await services.privacy.erasures.erase(shop, email(ADDRESS), WHY)
    operator = Operator(name="test", organisation=shop.organisation)
    await services.staff.roles.disable(operator, member.id, WHY)
    erased = await erase(services, shop, email(ADDRESS))

    assert refused == StillStaff()
    assert erased.rows["staff"] == 1
    assert member not in await services.staff.members.all(shop.organisation.id)


@pytest.mark.parametrize("reason", ["", "for a@b.de", "0170 1234567"])
async def test_without_a_reason_that_may_stay_nobody_is_forgotten(
    services: Services, shop: Client, reason: str
) -> None:
    shown(await services.challenges.open(shop, asked()))

    outcome = await services.privacy.erasures.erase(shop, phone(), reason)

    assert isinstance(outcome, BadReason)
    assert await services.contacts.find(shop.organisation.id, phone()) is not None


async def test_others_keep_what_is_theirs(
    services: Services, shop: Client, tester: Client, dealt: Dealt
) -> None:
    elsewhere = shown(await services.challenges.open(tester, asked()))
    code = dealt.latest
    beside = shown(await services.challenges.open(shop, asked(phone("+491701234568"))))
    shown(await services.challenges.open(shop, asked()))

    await erase(services, shop)

    assert (await services.challenges.read(shop, beside.id)).status is Status.PENDING
    assert (await services.challenges.answer(tester, elsewhere.id, code)).word == "verified"


async def test_it_stands_in_the_ledger_with_who_did_it_and_why(
    services: Services, shop: Client
) -> None:
    shown(await services.challenges.open(shop, asked()))
    id = await services.contacts.find(shop.organisation.id, phone())

    await erase(services, shop)

    whose = shop.organisation.id
    async with services.storage.reading(whose) as transaction:
        [entry] = await AuditStore(transaction, whose).about(str(id))
    assert (entry.action, entry.actor) == (Action.PERSON_ERASED, shop.actor)
    assert entry.details == {"reason": WHY}


async def test_whatever_begins_at_the_same_moment_leaves_no_code_without_its_person(
    services: Services, shop: Client
) -> None:
    shown(await services.challenges.open(shop, asked()))

    async def open_one() -> None:
        for _ in range(4):
            try:
                await services.challenges.open(shop, asked())
            except StorageConflict:
                continue

    for _ in range(5):
        await asyncio.gather(open_one(), open_one(), erase(services, shop))

    async with services.storage.reading("*") as transaction:
        assert await transaction.all(DANGLING) == []


async def test_whoever_is_writing_to_somebody_is_waited_for(
    services: Services, shop: Client, migrated: str
) -> None:
    whose, is_writing = shop.organisation.id, asyncio.Event()
    shown(await services.challenges.open(shop, asked()))

    async def erase_meanwhile() -> Erased:
        await is_writing.wait()
        return await erase(services, shop)

    erasing = asyncio.create_task(erase_meanwhile())
    async with services.storage.begin(whose) as transaction:
        await services.contacts.reach(transaction, whose, phone())
        is_writing.set()
        await _waits_or_is_done(erasing, migrated)
        was_erased_meanwhile = erasing.done()

    assert not was_erased_meanwhile
    assert (await erasing).was_known


async def _waits_or_is_done(task: "asyncio.Task[Erased]", url: str) -> None:
    if url.startswith("sqlite:"):
        await a_while()  # There, whoever writes is alone anyway.
        return
    connection = await asyncpg.connect(url)
    try:
        while not task.done() and not await connection.fetchval(WAITING):  # noqa: ASYNC110 - a lock rings no bell
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def test_a_message_that_was_sent_long_ago_loses_what_the_provider_called_it(
    services: Services, shop: Client, migrated: str
) -> None:
    shown(await services.challenges.open(shop, asked()))
    [queued] = await services.deliveries.claim(GATEWAY, 1)
    after = await services.deliveries.settle(
        queued, Accepted("reference-of-theirs"), knows_repeats=False, chance=0.5
    )
    assert after is not None
    assert after.state is State.SENT

    await erase(services, shop)

    assert b"reference-of-theirs" not in await at_rest(migrated)


async def _member(services: Services, client: Client, address: str, role: Role) -> StaffMember:
    member = await services.staff.members.enrol(
        client.organisation, name="Ann", email=address, grants=(Grant(role),), actor="test"
    )
    assert isinstance(member, StaffMember)
    return member
