"""What somebody writes who makes a campaign: when it begins, why it comes, and for which age."""

import re
from dataclasses import replace

import pytest

from tests.features.audiences.crowd import Crowd
from tests.features.cards.conftest import SET
from tests.web.console.people import Browser, Office
from tests.web.console.test_audiences import crowd
from tests.web.console.test_campaigns import (
    ENGLISH,
    PATH,
    PREVIEWS,
    do,
    regulated,
    saved,
    state_of,
    written,
)
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.rules import GateKind
from watchword.features.consents.rules import Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role

__all__ = ["crowd", "written"]


@pytest.mark.parametrize("age", ["abc", "17", "26"])
async def test_an_age_that_cannot_be_is_said_of_its_field_and_above_the_form(
    owner: Browser, written: dict[str, str], age: str
) -> None:
    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **written, minimum_age=age)

    said = "Type a whole number from 18 to 25, or nothing."
    assert reply.status_code == 422
    assert f"<strong>From which age on</strong>: {said}" in reply.text
    field = re.search(r'<input[^>]*name="minimum_age"[^>]*>', reply.text)
    assert field is not None
    assert f'value="{age}"' in field[0]
    described = re.search(r'aria-describedby="(\S+)-problem', field[0])
    assert described is not None
    assert f'id="{described[1]}-problem">{said}' in reply.text
    assert f'<label for="{described[1]}">From which age on</label>' in reply.text


async def test_a_campaign_begins_at_once_or_at_a_time_that_is_said(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    missing = {**written, "begins": "at_a_time", "starts_at": ""}
    refused = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **missing)
    assert (refused.status_code, "Choose a day and a time." in refused.text) == (422, True)
    campaign = await saved(owner, office, **written, begins="at_a_time")
    here = f"{PATH}/{campaign.id}"
    assert "Schedule it" in await owner.read(f"{here}{ENGLISH}")

    await owner.send(here, of=here, **written, begins="at_once", version="1")
    campaign = await office.services.campaigns.find(office.organisation.id, campaign.id)
    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert campaign.draft.starts_at is None
    assert "Let it go out now" in shown
    assert "2 recipients get it." in shown
    assert "said=scheduled" in await do(owner, campaign, "schedules", 2)
    assert "It begins at once." in await owner.read(f"{PATH}/{campaign.id}?lang=en&said=scheduled")
    await office.services.of_campaigns.course.advance(lambda: True)
    assert (await state_of(office, campaign))[0] is State.RUNNING


async def test_a_page_is_for_its_recipients_alone_unless_somebody_says_that_it_is_for_all(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    usual = '<option value="last_four" selected>'
    assert usual in await owner.read(f"{PATH}/new{ENGLISH}")

    campaign = await saved(owner, office, **{**written, "gate": "last_four"})
    here = f"{PATH}/{campaign.id}"
    assert campaign.draft.gate is GateKind.NONE  # There is nothing to open.
    assert usual in await owner.read(f"{here}{ENGLISH}")

    page = {**written, "page": (await regulated(crowd))["page"], "text-de": "Hallo: {link}"}
    del page["gate"]
    for version, (said, kept) in enumerate(
        [({}, GateKind.LAST_FOUR), ({"gate": "none"}, GateKind.NONE)], 1
    ):
        await owner.send(here, of=here, **page, **said, version=str(version))
        found = await office.services.campaigns.find(office.organisation.id, campaign.id)
        assert found.draft.gate is kept
        assert f'<option value="{kept}" selected>' in await owner.read(f"{here}{ENGLISH}")


@pytest.mark.parametrize("channel", ["sms", "email"])
async def test_whoever_agrees_reads_what_opens_the_page_by_the_way_it_goes(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str], channel: str
) -> None:
    colleague = await office.enter(Role.MARKETING)
    typed = {**written, **await regulated(crowd), "channel": channel, "subject-de": "Rosen"}
    await crowd.come(scopes=(Scope.EMAIL,))
    campaign = await saved(owner, office, **typed)

    form = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")
    assert "The last four digits of the number, or the e-mail address, it was sent to" in form
    assert "said=proposed" in await do(owner, campaign, "proposals", 1)
    shown = await colleague.read(f"{PATH}/{campaign.id}{ENGLISH}")

    of_number, of_mail = "last four digits of the number it", "The e-mail address it was sent to"
    assert (of_number in shown, of_mail in shown) == (channel == "sms", channel == "email")


async def test_from_how_many_recipients_on_a_colleague_agrees_is_said_with_where_it_is_set(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    whose = office.organisation.id
    async with office.services.storage.begin(whose) as transaction:
        await transaction.run(
            SET,
            organisation_id=str(whose),
            scope="",
            section=SectionName.APPROVALS,
            content='{"campaign_recipients": 2}',
        )
    await office.services.configuration.settings.settle(
        Changed(organisation_id=whose, location=None, version=1, differences=())
    )

    reply = await owner.send(f"{PATH}/previews{ENGLISH}", of=f"{PATH}/new", **written)

    assert "From 2 recipients on, a colleague has to agree." in reply.text
    assert "Configuration, Second person" in reply.text


async def test_whoever_agrees_is_told_that_it_begins_at_once(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    colleague = await office.enter(Role.MARKETING)
    typed = {**written, **await regulated(crowd), "begins": "at_once"}
    campaign = await saved(owner, office, **typed)
    assert "It begins as soon as they agree." in await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")
    await do(owner, campaign, "proposals", 1)

    shown = await colleague.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert "If you agree, it begins at once." in shown
    assert "at once, when somebody agrees" in shown


async def test_a_test_organisation_may_write_by_night(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    assert office.organisation.mode is Mode.TEST
    campaign = await saved(owner, office, **written, by_night="on")
    here = f"{PATH}/{campaign.id}"
    assert 'name="by_night" value="on" checked' in await owner.read(here)
    assert not campaign.draft.honours_quiet_hours

    await owner.send(here, of=here, **written, version="1")

    campaign = await office.services.campaigns.find(office.organisation.id, campaign.id)
    assert campaign.draft.honours_quiet_hours


async def test_any_other_organisation_has_no_such_box(
    office: Office,
) -> None:
    live = await office.services.organisations.found(
        slug="live", name="Live", mode=Mode.LIVE, country="DE", locale="en", actor="test"
    )
    assert isinstance(live, Organisation)
    owner = await replace(office, organisation=live).enter(Role.OWNER)
    assert "by_night" not in await owner.read(f"{PATH}/new")

    reply = await owner.send(PATH, of=f"{PATH}/new", name="Roses", by_night="on")

    assert reply.status_code == 303
    page = await office.services.campaigns.page(live.id, None, 1)
    assert page.items[0].draft.honours_quiet_hours


async def test_why_somebody_gets_it_is_said_in_each_language(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    english = {"purpose-en": "You asked for our offers.", "fallback": "en", "text-en": "Roses"}
    campaign = await saved(owner, office, **{**written, **english})

    assert campaign.draft.purposes == {
        "de": "News of our shop",
        "en": "You asked for our offers.",
    }
    assert campaign.purpose == "You asked for our offers."
    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")
    assert 'name="purpose-de" value="News of our shop"' in shown
    await do(owner, campaign, "schedules", 1)
    assert '<span lang="de">News of our shop</span>' in await owner.read(f"{PATH}/{campaign.id}")


async def test_a_subject_can_be_typed_before_anything_is_looked_over(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    blank = await owner.read(f"{PATH}/new{ENGLISH}")
    for locale in ("de", "en"):
        assert f'name="subject-{locale}"' in blank

    typed = {**written, "channel": "email", "subject-de": "Frühling", "subject-en": "Spring"}
    campaign = await saved(owner, office, **typed)

    assert {said.subject for said in campaign.draft.texts.values()} <= {"Frühling", "Spring"}
    assert all(said.subject for said in campaign.draft.texts.values())


async def test_an_email_without_a_subject_is_told_where_its_field_is(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    campaign = await saved(owner, office, **{**written, "channel": "email"})

    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert "An e-mail needs a subject, in the field above its text." in shown


async def test_a_subject_that_was_typed_before_is_no_fault_of_a_text_message(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    typed = {**written, "subject-de": "Frühling", "subject-en": "Spring", "subject-fr": "Printemps"}
    campaign = await saved(owner, office, **typed)

    assert [said.subject for said in campaign.draft.texts.values() if said.subject] == []
    assert all(said.text for said in campaign.draft.texts.values())
    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")
    assert "An e-mail needs a subject" not in shown


async def test_the_form_says_which_field_may_not_stay_empty_and_what_comes_next(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    blank = await owner.read(f"{PATH}/new{ENGLISH}")
    end = re.search(r'<input[^>]*name="ends_at"[^>]*>', blank)
    assert end is not None
    described = re.search(r'aria-describedby="(\S+?)"', end[0])
    assert described is not None
    assert f'id="{described[1]}">Every campaign has an end.' in blank

    campaign = await saved(owner, office, **written)
    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}&said=added")
    assert "Nothing leaves before you let it go out below." in shown


async def test_whoever_looks_it_over_is_led_to_what_it_comes_to_and_told_that_nothing_is_saved(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    blank = await owner.read(f"{PATH}/new{ENGLISH}")
    reply = await owner.send(f"{PREVIEWS}{ENGLISH}", of=f"{PATH}/new", **written)
    campaign = await saved(owner, office, **written)

    assert f'formaction="{PREVIEWS}{ENGLISH}#looked-over"' in blank
    for shown in (blank, reply.text):
        assert shown.count('id="looked-over"') == 1
        assert '<h2 id="looked-over">What it comes to</h2>' in shown
    unsaved = "It is not saved yet."
    assert unsaved in reply.text
    assert unsaved not in await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"minimum_age": "17"}, "From which age on"), ({"days": "x"}, "Days"), ({"name": ""}, "Name")],
    ids=["too young", "no number", "no name"],
)
async def test_whoever_looks_over_what_cannot_be_is_led_to_what_is_wrong(
    owner: Browser, written: dict[str, str], wrong: dict[str, str], field: str
) -> None:
    reply = await owner.send(f"{PREVIEWS}{ENGLISH}", of=f"{PATH}/new", **{**written, **wrong})

    assert reply.status_code == 422
    assert f"<strong>{field}" in reply.text
    assert reply.text.count('id="looked-over"') == 1
    assert re.search(r'<div id="looked-over"><div class="note bad" role="alert">', reply.text)


async def test_what_is_missing_is_named_by_its_heading_wherever_that_stands(
    owner: Browser, office: Office
) -> None:
    campaign = await saved(owner, office, name="Roses")

    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")
    refused = await do(owner, campaign, "schedules", 1)

    for page in (shown, refused):
        assert '<a href="#missing">See what is missing</a>' in page
        assert '<h2 id="missing">What is missing still</h2>' in page
        assert "stands beside" not in page
    assert "It stands under “What is missing still”." in refused
