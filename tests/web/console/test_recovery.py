"""The day on which every other way in is gone: codes from a drawer, a reset by an owner."""

import re
from datetime import timedelta

import pytest

from tests.stores import MovableTime
from tests.web.console.bare import Bare
from tests.web.console.people import Browser, Office
from tests.web.console.test_invitations import LINK, link_in_mail, mails
from tests.whole_house import email
from watchword.features.audit.rules import Action
from watchword.features.restores.rules import NOTED, What
from watchword.features.staff.passkeys.rules import PasskeyId
from watchword.features.staff.passkeys.store import PasskeyStore, SealedPasskey
from watchword.features.staff.permissions import Role
from watchword.features.staff.recovery.rules import TryLater
from watchword.features.staff.sessions.rules import SignedIn
from watchword.foundation.ids import new_id
from watchword.wiring import Services

CODE = re.compile(r"<code>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</code>")
PAGE, WAY_IN = "/console/account/recovery-codes", "/console/sign-in/recovery?organisation=sonnenhof"
ANN = "ann@example.org"


@pytest.fixture
async def ann(office: Office) -> Browser:
    return await office.enter(Role.CLERK, name="Ann", email=ANN)


async def made(ann: Browser, seen: str = "none") -> list[str]:
    reply = await ann.send(PAGE, seen=seen)
    assert reply.status_code == 200, reply.text
    return CODE.findall(reply.text)


async def used(office: Office, code: str, email: str = ANN) -> Bare:
    bare = await office.stranger().open(WAY_IN)
    return await bare.press("Sign in", email=email, code=code)


async def test_a_code_lets_in_once_however_it_is_typed_and_a_mail_tells(
    services: Services, office: Office, ann: Browser
) -> None:
    codes = await made(ann)
    assert len({*codes}) == 10

    inside = await used(office, codes[3].replace("-", " ").upper())
    again = await used(office, codes[3])
    other = await used(office, codes[4])

    assert [inside.path, other.path] == ["/console", "/console"]
    assert again.status == 422
    [first, _] = await mails(services)
    assert "recovery" in first.text.reveal() or "Notfallcodes" in first.text.reveal()
    assert codes[3] not in first.text.reveal()
    assert "8" in (await ann.read(PAGE))


async def test_whoever_was_not_there_ends_it_from_the_mail(
    services: Services, office: Office, ann: Browser
) -> None:
    codes = await made(ann)
    thief = await used(office, codes[0])
    [mail] = await mails(services)
    path = LINK.search(mail.text.reveal())
    assert path is not None
    asked = await office.stranger().open(f"{path[1]}?lang=en")
    assert (await thief.open("/console")).path == "/console"

    await asked.press("That was not me – sign everybody out")  # noqa: RUF001

    assert "Everybody is signed out" in asked.page
    assert (await thief.open("/console")).path == "/console/sign-in"
    assert (await used(office, codes[1])).status == 422
    assert (await office.stranger().open(path[1])).status == 404


async def test_known_and_unknown_addresses_look_alike(office: Office, ann: Browser) -> None:
    await made(ann)
    for code in ("", "xxxx", "k4wd-7mq2-zr5x-a8tp", "9" * 64):
        known, unknown = await used(office, code), await used(office, code, "nobody@example.org")

        assert known.status == unknown.status == 422
        assert known.page.replace(ANN, "") == unknown.page.replace("nobody@example.org", "")


async def test_wrong_codes_are_throttled_by_address_and_right_ones_wait_too(
    office: Office, ann: Browser, time: MovableTime
) -> None:
    codes = await made(ann)
    for _ in range(10):
        await used(office, "k4wd-7mq2-zr5x-a8tp")
        time.pass_by(timedelta(seconds=30))

    late = await used(office, codes[0])
    time.pass_by(timedelta(hours=1))
    later = await used(office, codes[0])

    assert (late.status, later.path) == (429, "/console")


async def test_a_stranger_elsewhere_has_nobody_wait_for_their_own_code(
    services: Services, office: Office, ann: Browser, time: MovableTime
) -> None:
    codes = await made(ann)
    recovery, whose = services.staff.recovery, office.organisation

    async def tried(code: str, address: str) -> object:
        return await recovery.sign_in(whose, email(ANN), code, device="x", address=address)

    for _ in range(12):
        await tried("k4wd-7mq2-zr5x-a8tp", "203.0.113.9")

    assert isinstance(await tried(codes[0], "203.0.113.9"), TryLater)
    assert isinstance(await tried(codes[0], "192.0.2.7"), SignedIn)


async def test_new_codes_make_older_ones_worthless_but_a_form_sent_twice_does_not(
    office: Office, ann: Browser
) -> None:
    first = await made(ann)
    repeated = await ann.send(PAGE, seen="none")
    page = await ann.read(PAGE)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None

    second = await made(ann, seen[1])

    assert (repeated.status_code, CODE.findall(repeated.text)) == (422, [])
    assert (await used(office, first[0])).status == 422
    assert (await used(office, second[0])).path == "/console"


async def test_codes_are_made_only_by_who_has_just_signed_in(
    office: Office, ann: Browser, time: MovableTime
) -> None:
    time.pass_by(timedelta(minutes=10))

    reply = await ann.send(PAGE, seen="none")

    assert reply.status_code == 403
    assert CODE.findall(reply.text) == []
    assert 'name="carried"' in reply.text


async def test_an_owner_sets_a_colleague_back(
    services: Services, office: Office, owner: Browser, ann: Browser
) -> None:
    codes = await made(ann)
    one = f"/console/staff/{ann.member.id}"

    reply = await owner.send(f"{one}/resets", of=one, reason="lost the telephone")

    assert reply.headers["location"] == f"{one}?said=reset", reply.text
    assert (await ann.pages.get("/console")).status_code == 303
    assert (await used(office, codes[0])).status == 422
    path = await link_in_mail(services)
    assert (await office.stranger().open(path)).status == 200


async def test_a_reset_has_a_reason_and_nobody_resets_themselves(
    owner: Browser, ann: Browser
) -> None:
    one = f"/console/staff/{ann.member.id}"
    without = await owner.send(f"{one}/resets", of=one, reason="")
    own = await owner.send(f"/console/staff/{owner.member.id}/resets", of=one, reason="why not")

    assert (without.status_code, own.status_code) == (422, 422)
    assert (await ann.pages.get("/console")).status_code == 200


async def test_an_objection_leaves_no_passkey_behind(
    services: Services, office: Office, ann: Browser
) -> None:
    codes = await made(ann)
    await used(office, codes[0])
    [mail] = await mails(services)
    path = LINK.search(mail.text.reveal())
    assert path is not None
    organisation_id, id = office.organisation.id, ann.member.id
    async with services.storage.begin(organisation_id) as transaction:
        left = SealedPasskey(
            id=PasskeyId(new_id()),
            staff_id=id,
            credential_id=b"the thief's",
            public_key=b"key",
            count=0,
            is_synced=False,
            transports=(),
            sealed_name=b"name",
            created_at=transaction.now(),
        )
        assert await PasskeyStore(transaction, organisation_id).add(left)

    asked = await office.stranger().open(f"{path[1]}?lang=en")
    await asked.press("That was not me – sign everybody out")  # noqa: RUF001

    async with services.storage.reading(organisation_id) as transaction:
        assert await PasskeyStore(transaction, organisation_id).of(id) == []
    assert NOTED[Action.STAFF_OBJECTED] is What.STAFF_RESET


async def shut_by_a_stranger(office: Office, time: MovableTime) -> None:
    """Have somebody be wrong so often that anything else would be shut for good."""
    for _ in range(101):
        await used(office, "k4wd-7mq2-zr5x-a8tp")
        time.pass_by(timedelta(hours=1, seconds=1))
    await used(office, "k4wd-7mq2-zr5x-a8tp")


async def test_no_stranger_shuts_somebody_out_for_good(
    office: Office, ann: Browser, time: MovableTime
) -> None:
    codes = await made(ann)
    await shut_by_a_stranger(office, time)

    waiting = await used(office, codes[0])
    time.pass_by(timedelta(hours=1, seconds=1))
    later = await used(office, codes[0])

    assert (waiting.status, later.path) == (429, "/console")


@pytest.mark.parametrize("how", ["lifted", "reset", "new codes"])
async def test_wrong_codes_are_forgotten_with_the_limits_a_reset_and_new_codes(
    services: Services, office: Office, owner: Browser, ann: Browser, how: str
) -> None:
    codes, member = await made(ann), ann.member
    for _ in range(10):
        await used(office, "k4wd-7mq2-zr5x-a8tp")
    assert (await used(office, codes[0])).status == 429

    if how == "lifted":
        page = "/console/blocks/limits"
        found = await owner.send(f"{page}?lang=en", of=page, contact=ANN)
        assert "recovery codes" in found.text
        await owner.send(f"{page}/liftings", of=page, contact=ANN, reason="it was a stranger")
    elif how == "reset":
        one = f"/console/staff/{member.id}"
        await owner.send(f"{one}/resets", of=one, reason="lost the telephone")
    else:
        seen = re.search(r'name="seen" value="([^"]+)"', await ann.read(PAGE))
        assert seen is not None
        codes = await made(ann, seen[1])

    tried = await used(office, codes[0])

    assert tried.path == "/console" if how != "reset" else tried.status == 422
