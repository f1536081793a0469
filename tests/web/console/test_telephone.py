"""The telephone in the console: profiles are set up and tried, calls are read; without script."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import pytest

from tests.stores import KEYRING, MovableTime
from tests.web.console.people import OWN_FORM, TOKEN, Browser
from tests.whole_house import GATEWAY, Dealt
from watchword.features.organisations.rules import Mode, Organisation
from watchword.settings import parse
from watchword.wiring import Services, open_services

PROFILES = "/console/telephone/profiles"
LINE = "/console/telephone/line"
CALLS = "/console/telephone/calls"
MEMBERS = "/console/telephone/members"
FIRST: Mapping[str, str | list[str]] = {
    "name": "First PIN",
    "questions": ["ssn_last4", "code"],
    "unchanged_days": "30",
}
TAG = re.compile(r"<[^>]+>")
JOINT = "500100"
MEMBER, DEFAULT_PIN, SSN_LAST4 = "500111", "4354", "4354"
PINS = {"shortest": "6", "longest": "8", "old_longest": "4", "previous": "5", "lock_after": "10"}
FORBIDS = {"no_sequential": "on", "no_repeating": "on", "no_common": "on"}


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    settings = parse(
        {
            "database": {"url": migrated},
            "providers": {"gateway": GATEWAY},
            "cores": {
                "books": {"kind": "demo", "organisations": ["lakeside"]},
                "hashed": {"kind": "demo", "pin_mode": "hashed", "organisations": ["lakeside"]},
                "foreign": {"kind": "demo", "organisations": ["seaside"]},
            },
        }
    )
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="lakeside", name="Lakeside", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


def options_of(page: str, name: str) -> Sequence[str]:
    """Give what stands in the configured list of a page, in its order."""
    return re.findall(rf'type="hidden" name="{re.escape(name)}" value="([a-z_0-9]+)"', page)


def offered_in(page: str, name: str) -> Sequence[str]:
    listed = page.split(f'id="{name}-available"')[1].split("</ul>", maxsplit=1)[0]
    return re.findall(r'value="([a-z_0-9]+)"', listed)


def ticked_in(page: str, name: str) -> list[str]:
    return re.findall(rf'name="pick\.{re.escape(name)}" value="([a-z_0-9]+)" checked', page)


async def send(
    owner: Browser, path: str, fields: Mapping[str, str | list[str]], of: str | None = None
) -> httpx.Response:
    """Send a form; its fields have names that no argument can have."""
    token = TOKEN.search(await owner.read(of or path))
    assert token is not None
    return await owner.pages.post(path, data={"token": token[1], **fields}, headers=OWN_FORM)


async def new_profile(owner: Browser, kind: str, fields: Mapping[str, str | list[str]]) -> str:
    reply = await send(owner, f"{PROFILES}/new/{kind}", {"save": "on", **fields})
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"]).split("?")[0].rsplit("/", 1)[1]


async def set_line(owner: Browser, **fields: str) -> httpx.Response:
    page = await owner.read(LINE)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return await send(owner, LINE, {"version": version[1], **PINS, **FORBIDS, **fields})


async def a_line(owner: Browser) -> str:
    """Set up a line that looks for default PINs; give the profile that answers."""
    assert (await set_line(owner, core="books")).status_code == 303
    first = await new_profile(owner, "customer_activation", FIRST)
    return await new_profile(
        owner,
        "standard",
        {
            "name": "Member line",
            "levels.1": ["member_number", "pin"],
            "activation.is_active": "on",
            "activation.profile_id": first,
            "activation.scenarios": ["pin_eq_zip_last4", "pin_eq_ssn_last4"],
        },
    )


async def test_what_is_ticked_moves_between_the_lists_and_nothing_is_saved_by_it(
    owner: Browser,
) -> None:
    profile = await a_line(owner)
    at = f"{PROFILES}/{profile}"
    typed: dict[str, str | list[str]] = {
        "name": "Half a name",
        "version": "1",
        "levels.1": ["member_number", "pin"],
        "activation.scenarios": ["pin_eq_zip_last4", "pin_eq_ssn_last4"],
        "pick.activation.scenarios": ["pin_eq_ssn_last4", "pin_repeating"],
    }

    added = await send(owner, at, {**typed, "move": "activation.scenarios:add"})
    up = await send(owner, at, {**typed, "move": "activation.scenarios:up"})
    down = await send(owner, at, {**typed, "move": "activation.scenarios:down"})
    removed = await send(owner, at, {**typed, "move": "activation.scenarios:remove"})
    all_of_them = await send(owner, at, {**typed, "move": "activation.scenarios:add_all"})
    none = await send(owner, at, {**typed, "move": "activation.scenarios:remove_all"})

    lists = [options_of(each.text, "activation.scenarios") for each in (added, up, down, removed)]
    assert lists == [
        ["pin_eq_zip_last4", "pin_eq_ssn_last4", "pin_repeating"],
        ["pin_eq_ssn_last4", "pin_eq_zip_last4"],
        ["pin_eq_zip_last4", "pin_eq_ssn_last4"],
        ["pin_eq_zip_last4"],
    ]
    assert options_of(all_of_them.text, "activation.scenarios")[:2] == lists[2]
    assert offered_in(all_of_them.text, "activation.scenarios") == []
    assert options_of(none.text, "activation.scenarios") == []
    assert "Half a name" in added.text
    assert "Not saved yet" in added.text
    assert "Half a name" not in await owner.read(PROFILES)


async def test_whoever_lets_callers_in_by_knowledge_alone_answers_for_it_by_name(
    owner: Browser,
) -> None:
    await set_line(owner, core="books")
    asked: Mapping[str, str | list[str]] = {
        "name": "Letters",
        "levels.1": ["member_number", "last_name_letters"],
        "count.last_name_letters": "1",
    }

    bare = await send(owner, f"{PROFILES}/new/standard", {**asked, "save": "on"})
    profile = await new_profile(owner, "standard", {**asked, "risk": "A line of news only"})

    assert bare.status_code == 422
    assert "accept the risk and say why" in bare.text
    assert "A line of news only" in await owner.read(f"{PROFILES}/{profile}")


@pytest.mark.parametrize(
    ("kind", "name", "usual", "other"),
    [
        ("standard", "levels.1", "member_number", "phone"),
        ("customer_activation", "questions", "code", "birth_date"),
    ],
)
async def test_what_was_removed_does_not_come_back_with_the_next_one(
    owner: Browser, kind: str, name: str, usual: str, other: str
) -> None:
    at = f"{PROFILES}/new/{kind}"
    pick = f"pick.{name}"

    without = await send(owner, at, {name: usual, pick: usual, "move": f"{name}:remove"})
    left = ticked_in(without.text, name)
    after = await send(owner, at, {pick: [*left, other], "move": f"{name}:add"})
    two: dict[str, str | list[str]] = {name: [usual, other], pick: other}
    up = await send(owner, at, {**two, "move": f"{name}:up"})

    assert options_of(await owner.read(at), name) == [usual]
    assert options_of(without.text, name) == []
    assert options_of(after.text, name) == [other]
    assert ticked_in(up.text, name) == [other]


async def test_what_cannot_work_is_refused_beside_its_field_and_stays_as_typed(
    owner: Browser,
) -> None:
    await set_line(owner, core="books")

    unproven = {"name": "No proof", "levels.1": "member_number", "force.is_active": "on"}
    reply = await send(owner, f"{PROFILES}/new/standard", {**unproven, "save": "on"})
    talk = {"name": "Talk", "questions": "ssn_last4", "save": "on"}
    bare = await send(owner, f"{PROFILES}/new/customer_activation", talk)

    assert reply.status_code == 422
    assert 'value="No proof"' in reply.text
    for where, why in (
        ("levels", "Whoever knows a number would come through"),
        ("force.scenarios", "It is active and looks for nothing"),
        ("force.profile_id", "Choose the profile that asks then"),
    ):
        beside = reply.text.split(f'id="{where}-problem"')[1].split("</div>")[0]
        assert why in beside
    assert bare.status_code == 422
    assert "accept the risk and say why" in bare.text
    assert "No proof" not in await owner.read(PROFILES)


async def test_an_earlier_version_says_what_changed_and_is_only_laid_out_again(
    owner: Browser,
) -> None:
    assert (await set_line(owner, core="books")).status_code == 303
    id = await new_profile(owner, "customer_activation", FIRST)
    path = f"{PROFILES}/{id}"
    now: Mapping[str, str | list[str]] = {
        "version": "1",
        "name": "Another name",
        "questions": ["zip", "code"],
        "save": "on",
    }
    assert f"{path}/versions" not in await owner.read(path)
    assert (await send(owner, path, {**FIRST, **now})).status_code == 303

    told = TAG.sub("", await owner.read(f"{path}/versions"))
    again = await owner.read(f"{path}?version=1")

    assert "Name: First PIN → Another name" in told
    assert "added: Zip code; removed: Last 4 digits of SSN" in told
    assert "The profile was made" in told
    assert options_of(again, "questions") == ["ssn_last4", "code"]
    assert "This is version 1" in again
    assert 'name="version" value="2"' in again, "it is saved as what comes after all others"
    assert options_of(await owner.read(path), "questions") == ["zip", "code"]
    assert "This is version" not in await owner.read(f"{path}?version=9")


async def test_a_name_that_is_taken_is_refused_beside_its_field_with_what_else_is_wrong(
    owner: Browser,
) -> None:
    await a_line(owner)

    twice = {"name": "Member line", "levels.1": "member_number", "save": "on"}
    reply = await send(owner, f"{PROFILES}/new/standard", twice)

    assert reply.status_code == 422
    assert "Another profile has this name" in reply.text.split('id="name-1-problem"')[1][:100]
    assert "Whoever knows a number would come through" in reply.text
    assert "Member line: name" not in reply.text


async def test_a_profile_in_use_says_who_uses_it_and_stays(owner: Browser) -> None:
    profile = await a_line(owner)
    await set_line(owner, core="books", profile_id=profile)
    overview = await owner.read(PROFILES)
    first = re.findall(rf"{PROFILES}/([0-9a-f-]{{36}})", overview)
    other = next(each for each in first if each != profile)

    needed = await owner.send(
        f"{PROFILES}/{other}/deletions", of=f"{PROFILES}/{other}", version="1"
    )
    answers = await owner.send(
        f"{PROFILES}/{profile}/deletions", of=f"{PROFILES}/{profile}", version="1"
    )

    assert (needed.status_code, answers.status_code) == (422, 422)
    assert "These profiles name it: Member line" in needed.text
    assert "Calls are answered with it" in answers.text
    assert "First PIN" in await owner.read(PROFILES)


async def test_a_scenario_that_does_not_run_on_another_core_stays_and_is_marked(
    owner: Browser,
) -> None:
    profile = await a_line(owner)
    page = await owner.read(f"{PROFILES}/{profile}")
    assert "does not run here" not in page
    assert re.search(r"selected>First PIN</option>", page)
    assert 'name="activation.is_active" value="on" checked' in page
    assert 'name="force.is_active" value="on" checked' not in page
    assert "foreign" not in await owner.read(LINE)

    refused = await set_line(owner, core="hashed")
    off: Mapping[str, str | list[str]] = {
        "name": "Member line",
        "levels.1": ["member_number", "pin"],
        "activation.scenarios": "pin_eq_ssn_last4",
    }
    await send(owner, f"{PROFILES}/{profile}", {**off, "save": "on", "version": "1"})
    moved = await set_line(owner, core="hashed")

    assert refused.status_code == 422
    assert "<strong>Member line:</strong>" in refused.text
    assert moved.status_code == 303
    page = await owner.read(f"{PROFILES}/{profile}")
    assert options_of(page, "activation.scenarios") == ["pin_eq_ssn_last4"]
    assert "does not run here" in page
    assert "pin_repeating" not in offered_in(page, "activation.scenarios")


async def test_a_file_goes_out_and_comes_in_whole_or_not_at_all(owner: Browser) -> None:
    await a_line(owner)
    written = (await owner.pages.get(f"{PROFILES}/file")).text

    other = written.replace("Member line", "Other line")
    good = await owner.send(f"{PROFILES}/file", of=PROFILES, profiles=other)
    bad = await owner.send(f"{PROFILES}/file", of=PROFILES, profiles=other.replace("zip", "zap"))

    assert good.status_code == 303
    assert bad.status_code == 422
    assert "a word that we do not know: pin_eq_zap_last4." in bad.text
    overview = await owner.read(PROFILES)
    assert "Other line" in overview
    assert "Member line" in overview


async def test_a_file_is_brought_whole_and_what_is_wrong_with_it_is_mended_in_the_page(
    owner: Browser,
) -> None:
    await a_line(owner)
    written = (await owner.pages.get(f"{PROFILES}/file")).text
    other = written.replace("Member line", "Other line")

    async def bring(content: str) -> httpx.Response:
        token = TOKEN.search(await owner.read(PROFILES))
        assert token is not None
        return await owner.pages.post(
            f"{PROFILES}/uploads",
            data={"token": token[1]},
            files={"file": ("profiles.json", content.encode(), "application/json")},
            headers=OWN_FORM,
        )

    bad = await bring(other.replace("zip", "zap"))
    large = await bring(other + " " * 256 * 1024)
    no_text = await bring("\ud800".encode("utf-16", "surrogatepass").decode("latin-1"))
    untouched = await owner.read(PROFILES)
    good = await bring(other)

    assert [each.status_code for each in (bad, large, no_text, good)] == [422, 422, 422, 303]
    assert "pin_eq_zap_last4" in bad.text.split("<textarea")[1]
    assert "larger than 256 KB" in large.text
    assert "Other line" not in untouched
    assert "Other line" in await owner.read(PROFILES)


async def test_pin_rules_that_cannot_be_are_refused_by_their_field(owner: Browser) -> None:
    short = await set_line(owner, core="books", shortest="4")
    odd = await set_line(owner, core="books", lock_after="٣")
    accepted = await set_line(owner, core="books", shortest="4", legacy="Until our core can more")

    assert short.status_code == odd.status_code == 422
    assert "need somebody who accepts the risk" in short.text
    assert "Choose 3 to 10." in odd.text
    assert accepted.status_code == 303
    assert "Until our core can more" in await owner.read(LINE)
