"""Texts in the console: looked at on every device, said in one's own words, and taken back."""

import re

import pytest

from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from tests.whole_house import phone
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.clients.rules import Operator
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.features.templates.findings import Finding, What
from watchword.features.templates.own.rules import ANY, OwnWords, Slot
from watchword.features.templates.rules import LOCALES
from watchword.features.templates.words import Words
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import _environment
from watchword.wiring import Services

LIST = "/console/templates"
SMS = f"{LIST}/any/sms/de"
OURS = {
    "text": "{code} von {organisation}.",
    "life": "Gilt {life}.",
    "sharing": "",
    "denial": "Nein? {denial}",
}
SEEN = re.compile(r'name="seen" value="(\d+)"')
SEEING = (Role.OWNER, Role.MANAGER, Role.MARKETING)
EDITING = (Role.OWNER, Role.MARKETING)


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


async def versions(
    services: Services, organisation: Organisation, slot: Slot | None = None
) -> list[OwnWords]:
    place = slot or Slot(ANY, Channel.SMS, "de")
    return [*await services.own_texts.versions(organisation.id, place)]


async def save(browser: Browser, path: str = SMS, **changes: str) -> str:
    """Save words as a person does, after a look at them; give where that leads, or the page."""
    fields = {**OURS, **changes}
    seen = SEEN.search(await browser.read(path))
    assert seen is not None
    looked = await browser.send(path, **fields, seen=seen[1], do="look")
    assert looked.status_code == 200, looked.text
    saved = await browser.send(path, **fields, seen=seen[1], do="save")
    return str(saved.headers.get("location", saved.text))


class TestLooking:
    async def test_shows_every_channel_on_its_device_with_values_that_are_none(
        self, owner: Browser
    ) -> None:
        page = await owner.read(f"{LIST}?locale=en")

        assert "123456 is your Gartencenter Sonnenhof code" in page
        assert "1 · 2 · 3 · 4 · 5 · 6" in page
        assert "12345 67890" in page
        assert page.count('class="device ') == len(Channel)
        assert "1 message," in page

    @pytest.mark.parametrize("locale", LOCALES)
    async def test_works_in_every_language_for_every_purpose(
        self, owner: Browser, locale: str
    ) -> None:
        for purpose in (ANY, Purpose.REDEMPTION, Purpose.CARD_VERIFICATION):
            page = await owner.read(f"{LIST}?locale={locale}&purpose={purpose}")
            by_letter = purpose in {ANY, Purpose.CARD_VERIFICATION}
            assert page.count('class="device ') == len(Channel) - (not by_letter)
        for channel in Channel:
            await owner.read(f"{LIST}/any/{channel}/{locale}")

    async def test_shows_each_last_line_with_its_measure(self, owner: Browser) -> None:
        page = await owner.read(SMS)

        assert "@login.example.org #123456" in page
        assert "@login.example.org #123456 @pay.example.net" in page
        assert "FA+9qCX9VSu" in page
        assert page.count("1 message,") == 4
        assert "bytes left" in page

    async def test_of_whatsapp_says_why_there_are_no_own_words(self, owner: Browser) -> None:
        path = f"{LIST}/any/whatsapp/de"

        page = await owner.read(path)
        forced = await force(owner, path, text="{code} {organisation}", life="{life}", do="save")

        assert "words of your own here" in page
        assert "<textarea" not in page
        assert forced.status_code == 422

    async def test_of_what_is_no_text_finds_nothing(self, owner: Browser) -> None:
        for path in ("none/sms/de", "any/pigeon/de", "any/sms/xx", "staff_signin/email/de"):
            await owner.read(f"{LIST}/{path}", status=404)

    async def test_shows_no_code_that_was_ever_drawn(self, owner: Browser) -> None:
        page = await owner.read(LIST)

        assert {*re.findall(r"\b\d{6}\b", page)} == {"123456"}

    @pytest.mark.parametrize("role", list(Role))
    async def test_is_for_some(self, office: Office, role: Role) -> None:
        browser = english(await office.enter(role))
        sees, edits = role in SEEING, role in EDITING

        assert (LIST in await browser.read("/console")) is sees
        for path in (LIST, SMS):
            await browser.read(path, status=200 if sees else 403)
        if sees:
            assert ("<textarea" in await browser.read(SMS)) is edits
        for path, fields in ((SMS, {**OURS, "do": "save"}), (f"{SMS}/resets", {"seen": "1"})):
            reply = await force(browser, path, **fields)
            assert reply.status_code == (303 if edits else 403)


class TestOwnWords:
    async def test_that_cannot_be_sent_are_told_at_their_field_where_one_can_go_on(
        self, owner: Browser
    ) -> None:
        words = {**OURS, "life": "Gilt kurz."}

        page = (await owner.send(f"{SMS}?lang=en", of=SMS, **words, do="save")).text

        above, _, form = page.partition('id="own-words"')
        assert '<a href="#own-words">How long it is good</a>: {life} must stand in it.' in above
        [field] = re.findall(r"<textarea[^>]*autofocus[^>]*>", form)
        assert 'name="life"' in field
        assert 'aria-invalid="true"' in field
        assert "{life} must stand in it." in form

    async def test_are_looked_at_before_they_are_saved_and_then_sent(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        looked = await owner.send(SMS, **OURS, seen="0", do="look")
        before = await versions(services, organisation)

        location = await save(owner)

        assert "123456 von Gartencenter Sonnenhof. Gilt" in looked.text
        assert "Not saved yet" in looked.text
        assert before == []
        assert location == f"{SMS}?said=saved"
        page = await owner.read(location)
        assert "Your words are saved" in page
        assert owner.member.name in page
        assert "Is sent" in await owner.read(LIST)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("text", "Ihr Code für {organisation}", "{code} must stand in it"),
            ("text", "", "{code} must stand in it"),
            ("text", "{code} {organisation} {pin}", "Nothing stands for {pin} here"),
            ("text", "{code} {organisation} {", "A brace belongs to no placeholder"),
            ("text", "{code}\n{organisation}", "It has a line break"),
            ("text", "{code} {organisation} \u202e", "a character that nobody sees"),
            ("text", "{code} {organisation} 你好", "cannot write 你"),
            ("text", "{code} {organisation} " + "x" * 200, "more than one message"),
            ("life", "{life} " + "x" * 2001, "2000 are the most"),
        ],
    )
    async def test_that_cannot_be_sent_are_refused_beside_their_field(
        self, owner: Browser, services: Services, name: str, value: str, said: str
    ) -> None:
        reply = await owner.send(SMS, **{**OURS, name: value}, seen="0", do="save")

        assert reply.status_code == 422
        assert said in reply.text
        assert "Gilt {life}." in reply.text or name == "life"
        [organisation] = await services.organisations.all()
        assert await versions(services, organisation) == []

    async def test_are_refused_in_german_to_who_reads_german(self, owner: Browser) -> None:
        reply = await owner.send(f"{SMS}?lang=de", of=SMS, text="", life="x", seen="0", do="save")

        assert "Hier muss etwas stehen" in reply.text
        assert "{life} muss darin stehen" in reply.text

    async def test_stay_words_whatever_markup_is_in_them(self, owner: Browser) -> None:
        mark = "<script>alert(1)</script>"
        await save(owner, text=f"{{code}} {{organisation}} {mark}"[:60], life="{life}")

        for path in (SMS, LIST):
            assert "<script>" not in await owner.read(path)

    async def test_that_somebody_else_changed_meanwhile_are_not_overwritten(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await save(owner)

        stale = await owner.send(
            SMS, **{**OURS, "text": "{code}: {organisation}"}, seen="0", do="save"
        )

        assert stale.status_code == 422
        assert "Somebody else has changed these words meanwhile" in stale.text
        assert "{code}: {organisation}</textarea>" in stale.text
        seen = SEEN.search(stale.text)
        assert seen is not None
        again = await owner.send(
            SMS, **{**OURS, "text": "{code}: {organisation}"}, seen=seen[1], do="save"
        )
        assert again.status_code == 303
        assert [each.version for each in await versions(services, organisation)] == [2, 1]

    async def test_are_not_saved_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        reply = await owner.send(SMS, **OURS, seen="0", do="save", resumed="yes")

        assert reply.status_code == 200
        assert OURS["text"] in reply.text
        assert await versions(services, organisation) == []

    async def test_give_way_to_the_shipped_ones_with_one_press(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await save(owner)

        reply = await owner.send(f"{SMS}/resets", of=SMS, seen="1")

        assert reply.headers["location"] == f"{SMS}?said=reset"
        page = await owner.read(SMS)
        assert "123456 ist Ihr Code" in page
        assert "version=1" in page
        earlier = await owner.read(f"{SMS}?version=1")
        assert OURS["text"] in earlier
        assert "Save</button>" in earlier

    async def test_that_can_no_longer_be_sent_say_so(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await save(owner)
        async with services.storage.begin(organisation.id) as transaction:
            await transaction.run('update own_words set words = \'{"text": "no code"}\'')

        assert "cannot be sent any more" in await owner.read(SMS)
        assert "Cannot be sent" in await owner.read(LIST)

    async def test_by_voice_and_letter_are_shown_as_they_are_heard_and_read(
        self, owner: Browser
    ) -> None:
        voice, letter = f"{LIST}/any/voice/en", f"{LIST}/any/letter/en"
        heard = await owner.send(
            voice,
            greeting="{organisation}. Press 1, or 9.",
            text="{spelt}. Again: {spelt}.",
            seen="0",
            do="look",
        )
        read = await owner.send(
            letter,
            subject="{organisation}",
            text="Hello\n\n{grouped}\n\n{organisation} {life} {unasked}",
            unasked="Throw it away.",
            denial="Say so: {denial}",
            seen="0",
            do="look",
        )

        assert "Again: 1 · 2 · 3" in heard.text
        assert "12345 67890" in read.text
        assert "30 days" in read.text


async def test_own_words_are_sent_for_their_purpose_alone(
    services: Services, organisation: Organisation
) -> None:
    words = Words("{code} von {organisation}.", life="Gilt {life}.", denial="Nein? {denial}")
    caller = Operator(name="ann", organisation=organisation)
    await services.own_texts.save(
        caller, Slot(Purpose.REDEMPTION, Channel.SMS, "de"), words, seen=0
    )

    said = {}
    for purpose in (Purpose.REDEMPTION, Purpose.STEP_UP):
        opening = Opening(purpose=purpose, contact=phone(), channel=Channel.SMS, locale="de")
        await services.challenges.open(caller, opening)
        [queued] = await services.deliveries.claim(SANDBOX, 9)
        said[purpose] = (await services.deliveries.open(queued)).text.reveal()

    assert " von Gartencenter Sonnenhof. Gilt 5 Minuten. Nein?" in said[Purpose.REDEMPTION]
    assert " ist Ihr Code" in said[Purpose.STEP_UP]


@pytest.mark.parametrize("what", [*What])
@pytest.mark.parametrize("language", [*LANGUAGES])
def test_everything_that_can_be_found_has_words_on_the_page(language: str, what: What) -> None:
    page = '{% import "console/texts/words.html" as words with context %}{{ words.fault(found) }}'
    facts = {"place": "{code}", "known": "{life}", "char": "U+0009", "key": "1"}

    found = Finding(what, "text", {**facts, "count": 9, "most": 8})
    said = _environment(language).from_string(page).render(found=found).strip()

    assert said
    assert said.endswith(".")
