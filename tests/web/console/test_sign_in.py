"""Signing in by e-mail: the right people get in, and all others learn nothing."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.stores import MovableTime
from tests.web.console.bare import Bare, faults_of_cookies, forms_in
from tests.web.console.people import OWN_FORM, Office
from tests.whole_house import Dealt
from watchword.features.clients.rules import Operator
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.web.console.coming_in import safe_next
from watchword.web.console.cookies import name_of
from watchword.wiring import Services

ANN, NOBODY = "ann@example.org", "nobody@example.org"
SIGN_IN = "/console/sign-in"
CHANGING = re.compile(r'name="ticket" value="[^"]+"|[an]•••@example\.org|(ann|nobody)@example\.org')


@pytest.fixture
async def ann(services: Services, office: Office) -> StaffMember:
    made = await services.staff.members.enrol(
        office.organisation, name="Ann", email=ANN, grants=(Grant(Role.OWNER),), actor="test"
    )
    assert isinstance(made, StaffMember)
    return made


async def asked(office: Office, email: str = ANN, path: str = SIGN_IN) -> Bare:
    """Open the sign-in page and have a code sent."""
    bare = await office.stranger().open(path)
    return await bare.press("Send me a code", organisation="sonnenhof", email=email)


async def test_a_code_by_mail_lets_somebody_in(
    office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    bare = await asked(office)

    await bare.press("Sign in", code=dealt.latest)

    assert (bare.status, bare.path) == (200, "/console")
    assert "Ann" in bare.page


async def test_a_seed_of_the_sandbox_does_not_foretell_how_staff_sign_in(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    operator = Operator(name="test", organisation=office.organisation)
    await services.sandbox.sow(operator, "spring")

    bare = await asked(office)
    await bare.press("Sign in", code=dealt.latest)  # drawn by chance, as if nothing were sown

    assert bare.path == "/console"


async def test_one_goes_where_one_wanted_to_go(
    office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    bare = await office.stranger().open("/console/staff?lang=en")
    assert bare.path == SIGN_IN

    await bare.press("Send me a code", organisation="sonnenhof", email=ANN)
    await bare.press("Sign in", code=dealt.latest)

    assert bare.path == "/console/staff"


async def test_the_short_name_is_remembered(office: Office) -> None:
    bare = await office.stranger().open(f"{SIGN_IN}?organisation=sonnenhof")

    assert bare.field("organisation") == "sonnenhof"


def looks(bare: Bare) -> tuple[int, str]:
    """Give all that somebody can see, but for the address that they typed themselves."""
    return bare.status, CHANGING.sub("…", bare.page)


async def test_known_and_unknown_addresses_look_alike_to_the_last_attempt(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    known, unknown = await asked(office, ANN), await asked(office, NOBODY)
    assert looks(known) == looks(unknown)
    assert len(known.field("ticket")) == len(unknown.field("ticket"))

    for typed in ("", "12345", "abcdef", dealt.wrong, dealt.wrong, dealt.wrong, dealt.wrong):
        time.pass_by(timedelta(seconds=1))
        if len(forms_in(known.page)[0].buttons) < 3:
            break
        await known.press("Sign in", code=typed)
        await unknown.press("Sign in", code=typed)
        assert looks(known) == looks(unknown), typed
    assert "worthless" in known.page


async def test_they_look_alike_when_asked_again_too_soon_and_too_late(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    known, unknown = await asked(office, ANN), await asked(office, NOBODY)
    for wait in (0, 10, 30, 70, 130, 600):
        time.pass_by(timedelta(seconds=wait))
        for bare in (known, unknown):
            buttons = {each["words"] for form in forms_in(bare.page) for each in form.buttons}
            if "Send it once more" in buttons:
                await bare.press("Send it once more")
        assert looks(known) == looks(unknown), wait


async def test_a_newer_code_makes_the_older_page_worthless_for_both(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    first = [await asked(office, ANN), await asked(office, NOBODY)]
    time.pass_by(timedelta(seconds=1))
    await asked(office, ANN)
    await asked(office, NOBODY)

    for bare in first:
        await bare.press("Sign in", code="000000")

    assert looks(first[0]) == looks(first[1])
    assert "a newer one took its place" in first[0].page


async def test_time_runs_out_for_both(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    both = [await asked(office, ANN), await asked(office, NOBODY)]
    time.pass_by(timedelta(minutes=10))

    for bare in both:
        await bare.press("Sign in", code=dealt.latest)

    assert looks(both[0]) == looks(both[1])
    assert "The time for this code is over" in both[0].page


async def test_an_address_that_nobody_has_is_written_to_nowhere(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    await asked(office, NOBODY)

    assert dealt.codes == []


async def test_a_right_code_typed_for_a_decoy_is_wrong(
    office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    unknown = await asked(office, NOBODY)
    await asked(office, ANN)

    await unknown.press("Sign in", code=dealt.latest)

    assert "This code is not right" in unknown.page


async def test_somebody_who_is_shut_out_looks_like_nobody(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    boss = await office.enter(Role.OWNER)
    await boss.send(
        f"/console/staff/{ann.id}/disablings", of=f"/console/staff/{ann.id}", reason="x" * 5
    )

    bare = await asked(office, ANN)

    assert bare.status == 200
    assert dealt.codes == []


async def test_who_was_shut_out_between_the_mail_and_the_code_does_not_get_in(
    office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    boss = await office.enter(Role.OWNER)
    bare = await asked(office)
    await boss.send(
        f"/console/staff/{ann.id}/disablings", of=f"/console/staff/{ann.id}", reason="gone"
    )

    await bare.press("Sign in", code=dealt.latest)

    assert bare.status == 422
    assert not bare.client.cookies.get(name_of(office.services.settings.web))


async def test_the_cookie_is_another_one_after_signing_in_and_the_older_one_is_worth_nothing(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    name = name_of(services.settings.web)
    bare = await asked(office)
    bare.client.cookies.set(name, "chosen-by-somebody-else", domain="127.0.0.1", path="/")
    await bare.press("Sign in", code=dealt.latest)
    first = _cookie(bare, name)

    await bare.open(SIGN_IN)
    await bare.press("Send me a code", organisation="sonnenhof", email=ANN)
    await bare.press("Sign in", code=dealt.latest)
    second = _cookie(bare, name)

    assert len({"chosen-by-somebody-else", first, second}) == 3
    async with httpx.AsyncClient(
        transport=office.transport,
        base_url=services.settings.web.public_url,
        cookies={name: first},
    ) as thief:
        reply = await thief.get("/console")
    assert reply.status_code == 303


def _cookie(bare: Bare, name: str) -> str:
    """Give what the browser holds now; what was put into it by hand is of another domain."""
    [*held] = [each.value or "" for each in bare.client.cookies.jar if each.name == name]
    return held[-1]


async def test_signing_out_ends_the_session_on_the_server(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt
) -> None:
    name = name_of(services.settings.web)
    bare = await asked(office)
    await bare.press("Sign in", code=dealt.latest)
    secret = _cookie(bare, name)

    await bare.open("/console?lang=en")
    await bare.press("Sign out")

    assert bare.path == SIGN_IN
    assert "Sie sind abgemeldet." in bare.page
    assert not _held(bare, name)
    bare.client.cookies.set(name, secret, domain="127.0.0.1", path="/")
    await bare.open("/console")
    assert bare.path == SIGN_IN


def _held(bare: Bare, name: str) -> list[str]:
    return [each.value or "" for each in bare.client.cookies.jar if each.name == name]


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example", "//evil.example/console", "/\\evil.example", "/console/../evil"),
        *("/consoles", "/", "console", "javascript:alert(1)", "/console\r\nX: y", "/console/ä"),
        *(
            "/console//evil.example",
            "/sandbox",
            "/console/sign-in?next=/console",
            "",
            "/console" * 200,
        ),
        *("https:/console", "/console/@evil.example\\", "http:console"),
    ],
)
def test_nobody_is_led_elsewhere(wanted: str) -> None:
    assert safe_next(wanted) == "/console"


@pytest.mark.parametrize("wanted", ["/console", "/console/staff", "/console/ledger?actor=x&page=2"])
def test_pages_of_ours_are_gone_to(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ("idle", "You were away for 1 hour"),
        ("too_long", "signed in for 12 hours"),
        ("signed_out", "You were signed out here"),
        ("disabled", "Your access is closed"),
        ("stale", "show once more that it is you"),
        ("<b>", ""),
    ],
)
async def test_the_page_says_why_one_has_to_sign_in(office: Office, over: str, said: str) -> None:
    bare = await office.stranger().open(f"{SIGN_IN}?over={over}")

    assert said in bare.page
    assert "<b>" not in bare.page


async def test_an_unknown_organisation_is_said(office: Office) -> None:
    bare = await office.stranger().open(SIGN_IN)

    await bare.press("Send me a code", organisation="sonnenhoff", email=ANN)

    assert bare.status == 422
    assert "no organisation of that short name" in bare.page
    assert bare.field("email") == ANN


@pytest.mark.parametrize(
    "path", [SIGN_IN, f"{SIGN_IN}/code", f"{SIGN_IN}/sendings", f"{SIGN_IN}/recovery"]
)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
async def test_a_form_of_somebody_else_is_refused(office: Office, path: str, site: str) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {"Origin": "https://evil.example"}
    reply = await office.stranger().client.post(path, data={"organisation": "x"}, headers=headers)

    assert reply.status_code == 403


@pytest.mark.parametrize("ticket", ["", "x", "A" * 206, "é", "A" * 5000])
async def test_a_ticket_that_is_none_begins_anew(office: Office, ticket: str) -> None:
    reply = await office.stranger().client.post(
        f"{SIGN_IN}/code", data={"ticket": ticket, "code": "123456"}, headers=OWN_FORM
    )

    assert reply.status_code == 422
    assert "Begin again" in reply.text


async def test_one_network_is_slowed_down(office: Office, time: MovableTime) -> None:
    client, form = office.stranger().client, {"organisation": "nowhere", "email": ANN}
    replies = [await client.post(SIGN_IN, data=form, headers=OWN_FORM) for _ in range(61)]

    assert [reply.status_code for reply in replies[-2:]] == [422, 429]


async def test_every_cookie_has_its_flags(office: Office, ann: StaffMember, dealt: Dealt) -> None:
    bare = await asked(office)
    faults = faults_of_cookies(bare.reply) if bare.reply else ["nothing"]
    await bare.press("Sign in", code=dealt.latest)
    for reply in [*(bare.reply.history if bare.reply else ()), bare.reply]:
        assert reply is not None
        faults += faults_of_cookies(reply)

    assert faults == []


def test_a_cookie_without_its_flags_is_found() -> None:
    request = httpx.Request("GET", "https://x.test/")
    for written in (
        "a=b",
        "__Host-a=b; Path=/; HttpOnly; SameSite=Lax",
        "__Host-a=b; Path=/; Secure; SameSite=Lax",
        "__Host-a=b; Path=/; Secure; HttpOnly",
        "a=b; Path=/; Secure; HttpOnly; SameSite=Lax",
        "__Host-a=b; Path=/; Secure; HttpOnly; SameSite=Lax; Domain=x.test",
    ):
        reply = httpx.Response(200, headers={"set-cookie": written}, request=request)
        assert faults_of_cookies(reply), written
