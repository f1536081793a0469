"""Files of customers in the console: brought, looked at, tried, taken in; and all taken out."""

import re
from html import unescape

import pytest

from tests.features.imports.files import ANNA, BERND, HEADINGS, table
from tests.web.console.brought_files import CHOSEN, LIST, begin, bring, brought, tried, work
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.cards.rules import CardState
from watchword.features.imports.columns import Column, guess
from watchword.features.imports.exports.rules import WRITTEN
from watchword.features.imports.files import look
from watchword.features.imports.rules import Sight
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

NAMED = re.compile(r'<option value="(\w+)"[^>]*>([^<]+)</option>')
COUNTED = re.compile(r'<td class="number" data-label="([^"]+)">(\d+)</td>')
OF_CARD = re.compile(r"/console/cards/[0-9a-f-]{36}")
VERIFIED = HEADINGS + ";Verifiziert"


@pytest.fixture
async def manager(office: Office) -> Browser:
    return english(await office.enter(Role.MANAGER))


async def test_the_list_has_the_name_of_the_file_and_its_page_what_is_wrong_with_rows(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA, BERND.replace("1975-01-02", "01/02/1975")))

    page = await manager.read(path)

    assert "kunden.csv" in await manager.read(LIST)
    assert "This date can be meant in two ways" in page
    assert "The others are in the file" not in page


async def test_a_file_is_brought_tried_and_taken_in(manager: Browser, services: Services) -> None:
    path = await tried(manager, services, table(ANNA, BERND.replace("1975-01-02", "gestern")))
    page = await manager.read(path)
    assert "Would be taken in</dt><dd>1</dd>" in page
    assert "Müller" not in await manager.read("/console/cards?q=M%C3%BCller")

    await begin(manager, path)
    under_way = await manager.read(path)
    await work(services)

    assert '<meta http-equiv="refresh"' in under_way
    assert "Look again now" in under_way
    done = await manager.read(path)
    assert "Taken in</dt><dd>1</dd>" in done
    assert '<meta http-equiv="refresh"' not in done


async def test_which_columns_are_left_out_is_said_in_the_trial_and_in_the_result(
    manager: Browser, services: Services
) -> None:
    path = await brought(manager, table(f"{ANNA};ja", headings=f"{HEADINGS};Einwilligung SMS"))
    sight = look(table(headings=HEADINGS))
    assert isinstance(sight, Sight)
    columns = [column or "" for column in sight.plan.columns]
    await manager.send(f"{path}/checks", of=path, column=[*columns, ""])
    await work(services)
    left_out = "<strong>Einwilligung SMS</strong></p>\n<p>Nothing of these is kept."

    assert left_out in await manager.read(path)

    await begin(manager, path)
    await work(services)
    assert left_out in await manager.read(path)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_what_a_column_is_called_here_is_known_as_a_heading(
    manager: Browser, language: str
) -> None:
    path = await brought(manager, table(ANNA))

    named = NAMED.findall(await manager.read(f"{path}?lang={language}"))

    assert {column for column, _ in named} == {*Column}
    for column, heading in named:
        assert guess([unescape(heading)]).columns == (column,)


async def test_who_agreed_is_counted_in_the_trial_and_in_the_result(
    manager: Browser, services: Services
) -> None:
    headings = f"{HEADINGS};Einwilligung SMS;Einwilligung am"
    path = await brought(manager, table(f"{ANNA};ja;01.02.2020", headings=headings))
    columns = CHOSEN.findall(await manager.read(path))
    assert columns[-2:] == ["text_consent", "consent_at"]

    refused = await manager.send(f"{path}/checks", of=path, column=columns)
    assert refused.status_code == 422
    assert "and not to what" in refused.text

    words = "Ja, <gern> Angebote."
    await manager.send(f"{path}/checks", of=path, column=columns, wording=words)
    await work(services)
    page = await manager.read(path)
    assert "Consents to offers that would be written down</dt><dd>1</dd>" in page
    assert "Ja, &lt;gern&gt; Angebote." in page

    await begin(manager, path)
    await work(services)
    assert "Consents to offers written down</dt><dd>1</dd>" in await manager.read(path)


async def test_a_file_that_brings_nothing_but_consents_can_be_taken_in(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))
    await begin(manager, path)
    await work(services)
    headings = f"{HEADINGS};Einwilligung SMS;Einwilligung am;Wortlaut"
    path = await tried(manager, services, table(f"{ANNA};ja;01.02.2020;Ja", headings=headings))

    assert '<button class="primary" disabled>' not in await manager.read(path)
    await begin(manager, path)
    await work(services)

    listed = COUNTED.findall(await manager.read(LIST))
    assert listed[:5] == [
        ("Rows", "1"),
        ("Taken in", "0"),
        ("Here already", "1"),
        ("Consents", "1"),
        ("Refused", "0"),
    ]
    page = await manager.read(path)
    assert "Here already</dt><dd>1</dd>" in page
    assert "Consents to offers written down</dt><dd>1</dd>" in page


async def test_no_column_that_says_when_is_said_before_anything_is_read(manager: Browser) -> None:
    headings = f"{HEADINGS};Einwilligung SMS"
    path = await brought(manager, table(f"{ANNA};ja", headings=headings))
    columns = CHOSEN.findall(await manager.read(path))

    refused = await manager.send(f"{path}/checks", of=path, column=columns, wording="a" * 1001)
    columns.append("consent_at")
    too_long = await manager.send(f"{path}/checks", of=path, column=columns, wording="a" * 1001)

    assert (refused.status_code, too_long.status_code) == (422, 422)
    assert "no column says when" in refused.text
    assert "1,000 characters at most" in too_long.text


async def test_a_file_without_strange_columns_warns_of_none(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))

    assert "Nothing of these is kept" not in await manager.read(path)


async def test_what_the_columns_mean_is_guessed_and_can_be_changed(
    manager: Browser, services: Services
) -> None:
    path = await brought(manager, table(ANNA, headings=HEADINGS.replace("Nachname", "Zunahme")))
    columns = ["" for _ in HEADINGS.split(";")]
    refused = await manager.send(f"{path}/checks", of=path, column=columns)
    assert refused.status_code == 422
    assert "No column has family names" in refused.text

    columns[1], columns[2], columns[3] = "given_name", "family_name", "birth_date"
    await manager.send(f"{path}/checks", of=path, column=columns)
    await work(services)

    assert CHOSEN.findall(await manager.read(path)) == ["given_name", "family_name", "birth_date"]
    twice = await manager.send(f"{path}/checks", of=path, column=["city", "city"])
    assert twice.status_code == 422


async def test_rows_that_were_refused_come_back_in_the_language_of_the_reader(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(BERND.replace("1975-01-02", "=gestern")))
    await begin(manager, path)
    await work(services)

    english_ = (await manager.pages.get(f"{path}/errors")).content.decode("utf-8-sig")
    german = (await manager.pages.get(f"{path}/errors?lang=de")).content.decode("utf-8-sig")

    assert "Geburtsdatum: This is no date. Write 17.05.1980 or 1980-05-17." in english_
    assert german.splitlines()[0].endswith('"Kartennummer";"Zeile";"Grund"')
    assert '"\'=gestern"' in german


async def test_an_empty_family_name_is_called_missing(manager: Browser, services: Services) -> None:
    path = await tried(manager, services, table(ANNA.replace("Müller", "")))

    assert "Nachname: The family name is missing." in await manager.read(path)
    assert "Nachname: Der Nachname fehlt." in await manager.read(f"{path}?lang=de")


@pytest.mark.parametrize("vouches", [True, False])
async def test_cards_count_as_verified_only_if_somebody_answers_for_it(
    manager: Browser, services: Services, organisation: Organisation, *, vouches: bool
) -> None:
    path = await tried(manager, services, table(f"{ANNA};ja", headings=VERIFIED))
    said = {"vouches": "on"} if vouches else {}

    await begin(manager, path, **said)
    await work(services)

    [card] = (await services.cards.cards.page(organisation.id)).items
    assert card.state is (CardState.VERIFIED if vouches else CardState.UNVERIFIED)


async def test_a_card_that_a_file_says_was_verified_on_a_day_has_that_day_and_no_hour(
    manager: Browser, services: Services
) -> None:
    headings = f"{VERIFIED};Verifiziert am"
    path = await tried(manager, services, table(f"{ANNA};ja;01.02.2020", headings=headings))
    await begin(manager, path, vouches="on")
    await work(services)
    found = OF_CARD.search(await manager.read("/console/cards?q=Anna"))
    assert found is not None

    page = await manager.read(found[0])

    assert page.count("Feb 1, 2020<") == 2, "above, and in the history"
    assert " · taken in from a file" in page


async def test_a_file_without_headings_is_not_kept(manager: Browser) -> None:
    reply = await bring(manager, b"")

    assert reply.status_code == 422
    assert "This file begins with no headings" in reply.text


async def test_a_file_with_another_token_is_not_kept(manager: Browser) -> None:
    reply = await bring(manager, table(ANNA), token="f" * 64)

    assert reply.status_code == 403
    assert "No file was brought yet" in await manager.read(LIST)


async def test_a_file_is_thrown_away(office: Office, services: Services) -> None:
    manager = await office.enter(Role.MANAGER)
    path = await tried(manager, services, table(ANNA))

    await manager.send(f"{path}/removals", of=path)

    page = await manager.read(path)
    assert "verworfen" in page
    assert "Übernommen wurde daraus nichts." in page
    assert "Übernommen</dt><dd>0</dd>" in page
    assert (await force(manager, f"{path}/starts")).status_code == 422


async def test_customers_are_taken_out_with_a_reason_that_stays(
    office: Office, services: Services, organisation: Organisation
) -> None:
    owner = english(await office.enter(Role.OWNER))
    path = await tried(owner, services, table(ANNA))
    await begin(owner, path)
    await work(services)

    without = await owner.send(f"{LIST}/exports", of=LIST, reason="")
    reply = await owner.send(f"{LIST}/exports", of=LIST, reason="a new till")

    assert without.status_code == 422
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert '"Anna";"Müller";"1980-05-17";"anna@example.org"' in reply.text
    german = await owner.send(f"{LIST}/exports?lang=de", of=f"{LIST}?lang=de", reason="a new till")
    for text in (reply.text, german.text):
        sight = look(text.encode())
        assert isinstance(sight, Sight)
        assert sight.plan.columns == WRITTEN
    assert "Nachname" in german.text
    async with services.storage.reading(organisation.id) as transaction:
        audit = AuditStore(transaction, organisation.id)
        entries = await audit.about(str(organisation.id))
    entry, _ = [each for each in entries if each.action is Action.CUSTOMERS_EXPORTED]
    assert entry.details == {"reason": "a new till"}


async def test_a_manager_takes_nobody_out(office: Office) -> None:
    manager = await office.enter(Role.MANAGER)
    assert "Download all customers" not in await manager.read(LIST)
    assert (await force(manager, f"{LIST}/exports", reason="why not")).status_code == 403


@pytest.mark.parametrize(
    ("agreed_at", "said"),
    [
        ("01.02.2020", "taken in from a file, Feb 1, 2020"),
        ("2020-02-01 12:30", "taken in from a file, Feb 1, 2020, 13:30"),
    ],
    ids=["a_day", "a_moment"],
)
async def test_of_a_consent_that_came_with_a_day_no_hour_is_shown(
    manager: Browser, services: Services, agreed_at: str, said: str
) -> None:
    headings = f"{HEADINGS};Einwilligung SMS;Einwilligung am;Wortlaut"
    content = table(f"{ANNA};ja;{agreed_at};Ja", headings=headings)
    path = await tried(manager, services, content)
    await begin(manager, path)
    await work(services)
    found = OF_CARD.search(await manager.read("/console/cards?q=Anna"))
    assert found is not None

    page = await manager.read(found[0])

    assert f"{said}<" in page
