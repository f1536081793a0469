"""The rules against abuse in the console: read by many, set by owners, and only after a look."""

import re
from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features.abuse.starts import a_start, numbered
from tests.stores import MovableTime
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.abuse.rulesets import (
    CAPPED,
    DAY,
    MINUTE,
    Conversion,
    OwnRules,
    Ruleset,
    SendCap,
    Spray,
    applied,
    find_faults,
    named,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.web.console.abuse_rule_forms import SECTIONS, fields_of, read_rules, split_span
from watchword.wiring import Services

PAGE, EDIT = "/console/blocks/rules", "/console/blocks/rules/draft"
FIELD = re.compile(r'<input([^>]*)>|<select name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="sonnenhof", name="Sonnenhof", mode=Mode.LIVE, country="DE", locale="de", actor="t"
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


class Caller:
    def __init__(self, organisation: Organisation) -> None:
        self.organisation, self.actor = organisation, "operator:test"


def typed(page: str, action: str) -> dict[str, list[str]]:
    """Give the fields of a form as a browser would send them."""
    start = page.index(f'action="{action}')
    form = page[start : page.index("</form>", start)]
    fields: dict[str, list[str]] = {}
    for tag, select, options in FIELD.findall(form):
        if select:
            chosen = CHOSEN.search(options) or VALUE.search(options)
            assert chosen is not None
            fields.setdefault(select, []).append(chosen[1])
            continue
        name = NAME.search(tag)
        is_left_out = 'type="checkbox"' in tag and " checked" not in tag
        if name is not None and not is_left_out:
            value = VALUE.search(tag)
            fields.setdefault(name[1], []).append(value[1] if value else "")
    fields.pop("token")
    return fields


async def look(owner: Browser, **changes: list[str]) -> httpx.Response:
    """Fill in the form as it stands, but for some fields, and ask for the effect."""
    fields = {**typed(await owner.read(EDIT), EDIT), **changes}
    return await force(owner, EDIT, **fields)


async def own(services: Services, organisation: Organisation) -> dict[str, object]:
    return {**named(await services.abuse.rulebook.own(organisation))}


class TestRules:
    async def test_are_said_in_words_with_whose_they_are(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        rules = OwnRules(countries=("DE", "AT"))
        await services.abuse.rulebook.set(Caller(organisation), rules, is_operator=True)

        page = await owner.read(PAGE)

        assert "DE, AT" in page
        assert "60 within 1 hour" in page
        assert "200 within 1 day" in page
        assert page.count("Your own</span>") == 1
        assert page.count("Of the house</span>") == len(SECTIONS) - 1
        assert "You can only spend less" in page

    async def test_of_a_test_organisation_are_said_not_to_be_in_force(
        self, services: Services, office: Office
    ) -> None:
        tester = await services.organisations.found(
            slug="tester", name="Tester", mode=Mode.TEST, country="DE", locale="en", actor="t"
        )
        assert isinstance(tester, Organisation)
        office.organisation = tester
        browser = english(await office.enter(Role.OWNER, email="t@example.org"))

        assert "not in force" in await browser.read(PAGE)

    async def test_are_changed_after_their_effect_was_shown(
        self, owner: Browser, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        for number in range(3):
            async with services.storage.begin(organisation.id) as transaction:
                start = a_start(numbered("+49171123", number))
                await services.abuse.guard.admit(
                    transaction, organisation, start, transaction.now()
                )
        time.pass_by(timedelta(seconds=1))

        shown = await look(owner, own=["prefix"], **{"prefix-most": ["1", "200", ""]})
        before = await own(services, organisation)
        fields = typed(shown.text, PAGE)
        saved = await force(owner, PAGE, **fields)

        assert shown.status_code == 200
        assert "60 within 1 hour" in shown.text
        assert "1 within 1 hour" in shown.text
        assert "3 messages were asked for" in shown.text
        assert "the new ones 1" in shown.text
        assert before == {}
        assert saved.headers["location"] == f"{PAGE}?said=saved"
        assert await own(services, organisation) == {
            "prefix": (SendCap(most=1, seconds=3600), SendCap(most=200, seconds=DAY))
        }

    async def test_that_would_let_nobody_in_say_so(
        self, owner: Browser, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        async with services.storage.begin(organisation.id) as transaction:
            await services.abuse.guard.admit(
                transaction, organisation, a_start(), transaction.now()
            )
        time.pass_by(timedelta(seconds=1))

        shown = await look(owner, own=["countries"], countries=["AT"])

        assert "With these rules nobody would have got a code" in shown.text

    async def test_can_go_back_to_the_form_with_all_that_was_typed(self, owner: Browser) -> None:
        shown = await look(owner, own=["countries"], countries=["DE, CH"])
        back = await force(owner, EDIT, **{**typed(shown.text, PAGE), "back": ["yes"]})

        assert back.status_code == 200
        assert 'value="DE, CH"' in back.text
        assert re.search(r'name="own" value="countries" checked', back.text)

    @pytest.mark.parametrize(
        ("section", "field", "value", "said"),
        [
            ("countries", "countries", "Germany", "two capital letters each"),
            ("countries", "countries", "<script>", "two capital letters each"),
            ("prefix", "prefix-most", "many", "Write a whole number"),
            ("prefix", "prefix-most", "0", "A cap is 1 or more"),
            ("block_seconds", "block_seconds", "99999", "one minute to 24 hours"),
            ("conversion", "conversion-percent", "101", "1 to 100 per cent"),
            ("spray", "spray-code_length", "4", "Codes have 6 to 10 digits"),
            ("spend", "spend-per_day", "much", "An amount is a number"),
            ("spend", "spend-per_day", "5", "needs a price list"),
        ],
    )
    async def test_that_cannot_work_are_refused_with_the_form_as_it_was(
        self, owner: Browser, section: str, field: str, value: str, said: str
    ) -> None:
        reply = await look(owner, own=[section], **{field: [value, "", ""]})

        assert reply.status_code == 422
        assert said in reply.text
        assert "<script>" not in reply.text
        assert f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in reply.text

    async def test_that_somebody_else_changed_meanwhile_are_looked_at_again(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        shown = await look(owner, own=["countries"], countries=["DE, CH"])
        rules = OwnRules(countries=("DE", "AT"))
        await services.abuse.rulebook.set(Caller(organisation), rules, is_operator=True)

        reply = await force(owner, PAGE, **typed(shown.text, PAGE))

        assert reply.status_code == 422
        assert "Somebody else has changed the rules meanwhile" in reply.text
        assert 'value="DE, CH"' in reply.text
        assert await own(services, organisation) == {"countries": ("DE", "AT")}
        again = await force(owner, EDIT, **typed(reply.text, EDIT))
        assert "DE, AT" in again.text
        assert "DE, CH" in again.text

    async def test_that_are_as_they_were_change_nothing(self, owner: Browser) -> None:
        shown = await look(owner)

        assert "Nothing would change" in shown.text
        assert "Save these rules</button>" not in shown.text

    async def test_are_not_set_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        shown = await look(owner, own=["countries"], countries=["DE, CH"])

        reply = await force(owner, PAGE, **typed(shown.text, PAGE), resumed="yes")

        assert reply.status_code == 200
        assert 'value="DE, CH"' in reply.text
        assert await own(services, organisation) == {}

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    async def test_are_set_by_owners_alone(
        self, office: Office, services: Services, organisation: Organisation, role: Role
    ) -> None:
        browser = english(await office.enter(role))

        if role in {Role.MANAGER, Role.PHONE_AGENT}:
            assert EDIT not in await browser.read(PAGE)
        await browser.read(EDIT, status=403)
        for path in (EDIT, PAGE):
            reply = await force(browser, path, own="countries", countries="*")
            assert reply.status_code == 403
        assert await own(services, organisation) == {}


spans = st.integers(MINUTE, DAY)
caps = st.lists(
    st.builds(SendCap, most=st.integers(1, 9999), seconds=spans, spares_known=st.booleans()),
    max_size=4,
).map(tuple)
rulesets = st.builds(
    Ruleset,
    countries=st.lists(st.sampled_from(["DE", "AT", "CH"]), unique=True).map(tuple),
    lines=st.dictionaries(
        st.sampled_from([Channel.SMS, Channel.WHATSAPP, Channel.VOICE]),
        st.lists(st.sampled_from(PhoneLine), unique=True, max_size=4).map(
            lambda lines: tuple(line for line in PhoneLine if line in lines)
        ),
    ),
    **dict.fromkeys(CAPPED, caps),
    known_factor=st.integers(1, 100),
    conversion=st.builds(
        Conversion,
        on=st.booleans(),
        least=st.integers(1, 999),
        percent=st.integers(1, 100),
        seconds=st.integers(200, DAY),
        grace_seconds=st.integers(0, 199),
        block_seconds=spans,
    ),
    spray=st.builds(Spray, on=st.booleans(), seconds=spans, step_up_seconds=spans),
    block_seconds=spans,
)


@settings(deadline=None)
@given(rulesets)
def test_any_rules_come_back_from_the_form_as_they_went_in(ruleset: Ruleset) -> None:
    assert not [*find_faults(ruleset, has_prices=True)]

    read = read_rules(fields_of(ruleset, frozenset(SECTIONS)))

    assert isinstance(read, OwnRules), read
    assert applied(read, Ruleset(), has_prices=True) == ruleset


@given(st.integers(1, 10 * DAY))
def test_a_span_is_split_without_loss(seconds: int) -> None:
    count, unit = split_span(seconds)

    assert timedelta(**{unit: count}) == timedelta(seconds=seconds)
