"""Webhooks in the console: added, changed, tried and removed, each by who may."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import MovableTime
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.posting.service import Posting, Turn
from watchword.features.webhooks.rules import (
    Answer,
    Attempt,
    DeliveryState,
    Ended,
    Endpoint,
    EndpointState,
)
from watchword.foundation.ids import new_id
from watchword.wiring import Services

LIST, NEW, DELIVERIES = (
    "/console/webhooks",
    "/console/webhooks/new",
    "/console/webhooks/deliveries",
)
URL = "https://hooks.example.org/watchword"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{20,}")
NONCE = re.compile(r'name="nonce" value="([0-9a-f]{32})"')
SEEN = re.compile(r'name="seen" value="([0-9a-f]{16})"')
OTHERS = [role for role in Role if role is not Role.OWNER]


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


async def endpoints(services: Services, organisation: Organisation) -> list[Endpoint]:
    return [*await services.webhooks.all(organisation.id)]


@pytest.fixture
async def endpoint(owner: Browser, services: Services, organisation: Organisation) -> Endpoint:
    await owner.send(LIST, of=NEW, url=URL, which="all", description="Till", nonce="a" * 32)
    [made] = await endpoints(services, organisation)
    return made


async def fail(services: Services, *, times: int = 1) -> None:
    """Let what waits be tried, in vain."""
    posting: Posting = services.posting
    for _ in range(times):
        [hand] = await posting.claim(
            busy=(), turn=Turn(), most=1, most_failing=1, size=lambda _: 10
        )
        ended = [
            Ended(
                one,
                Attempt(at=services.storage.now(), status=410, word="HTTP 410", milliseconds=12),
                Answer(word="HTTP 410", status=410),
            )
            for one in hand.claimed
        ]
        await posting.settle(hand, ended, [], lambda: 0.5)


class TestAWebhook:
    async def test_is_explained_where_there_is_none(self, owner: Browser) -> None:
        page = await owner.read(LIST)

        assert "No program is told of anything yet" in page
        assert NEW in page

    async def test_is_added_and_its_secret_shown_once(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        found = NONCE.search(await owner.read(NEW))
        assert found is not None

        reply = await owner.send(
            LIST, of=NEW, url=URL, which="some", kind="block.began", nonce=found[1]
        )

        assert reply.status_code == 200
        assert len({*SECRET.findall(reply.text)}) == 1
        assert reply.headers["cache-control"] == "no-store"
        [made] = await endpoints(services, organisation)
        assert (made.url, made.kinds) == (URL, frozenset({EventKind.BLOCK_BEGAN}))
        assert not SECRET.search(await owner.read(f"{LIST}/{made.id}"))

    async def test_is_added_once_and_shown_again_only_to_an_impatient_finger(
        self,
        owner: Browser,
        services: Services,
        organisation: Organisation,
        time: MovableTime,
    ) -> None:
        form = {"url": URL, "which": "all", "nonce": "b" * 32}
        first = await owner.send(LIST, of=NEW, **form)
        second = await owner.send(LIST, of=NEW, **form)
        time.pass_by(timedelta(minutes=2))
        later = await owner.send(LIST, of=NEW, **form)

        assert SECRET.findall(first.text) == SECRET.findall(second.text) != []
        assert not SECRET.search(later.text)
        assert "This secret was shown before" in later.text
        assert len(await endpoints(services, organisation)) == 1

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("", "Write where the events are to go"),
            ("http://hooks.example.org/", "A webhook goes to https://"),
            ("https://192.168.1.7/hook", "Name a host, not a number"),
            ("https://printer/hook", "the whole Internet knows"),
            ("https://localhost/hook", "does not go to this machine"),
            ("https://hooks.example.org:22/", "Webhooks go to these ports"),
            ("https://u:p@hooks.example.org/", "an address like"),
            ("https://hooks.example.org/" + "x" * 3000, "This is too long"),
        ],
    )
    async def test_that_could_do_harm_is_refused_beside_its_field(
        self, owner: Browser, services: Services, url: str, said: str
    ) -> None:
        reply = await owner.send(LIST, of=NEW, url=url, which="all", description="Till")

        assert reply.status_code == 422
        assert said in reply.text
        assert 'aria-invalid="true"' in reply.text
        assert 'value="Till"' in reply.text
        [organisation] = await services.organisations.all()
        assert await endpoints(services, organisation) == []

    async def test_is_refused_in_german_to_who_reads_german(self, owner: Browser) -> None:
        for url in ("", "http://a.example.org/", "https://10.0.0.1/", "https://localhost/", "x"):
            reply = await owner.send(f"{LIST}?lang=de", of=NEW, url=url, which="all")
            [problem] = re.findall(r'class="problem"[^>]*>([^<]*)<', reply.text)
            assert re.search(r"\b(nicht|ohne|geht|Nennen|Schreiben)\b", problem), problem

    async def test_needs_an_event_if_not_all_are_wanted(self, owner: Browser) -> None:
        reply = await owner.send(LIST, of=NEW, url=URL, which="some", kind="no.such")

        assert reply.status_code == 422
        assert "Tick at least one event" in reply.text

    async def test_is_not_added_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        reply = await owner.send(
            LIST, of=NEW, url=URL, which="some", kind="block.began", resumed="yes"
        )

        assert reply.status_code == 200
        assert f'value="{URL}"' in reply.text
        assert re.search(r'value="block.began" checked', reply.text)
        assert await endpoints(services, organisation) == []

    async def test_has_words_for_every_event_in_german(self, owner: Browser) -> None:
        page = await owner.read(f"{NEW}?lang=de")

        for kind in EventKind:
            assert f"<span>{kind}<" not in page
        assert f'value="{EventKind.WEBHOOK_TEST}"' not in page

    async def test_writes_what_somebody_typed_and_never_as_markup(
        self, owner: Browser, endpoint: Endpoint
    ) -> None:
        seen = SEEN.search(await owner.read(f"{LIST}/{endpoint.id}"))
        assert seen is not None
        await owner.send(
            f"{LIST}/{endpoint.id}",
            url=f"{URL}?a=<script>",
            description="<script>alert(1)</script>",
            which="all",
            seen=seen[1],
        )

        for path in (LIST, f"{LIST}/{endpoint.id}", DELIVERIES):
            assert "<script>" not in await owner.read(path)


class TestChanging:
    async def change(self, owner: Browser, endpoint: Endpoint, seen: str) -> tuple[int, str]:
        reply = await owner.send(
            f"{LIST}/{endpoint.id}",
            url=f"{URL}/new",
            description="App",
            which="some",
            kind=["block.began", "challenge.denied"],
            seen=seen,
        )
        return reply.status_code, reply.text

    async def test_holds_at_once(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        seen = SEEN.search(await owner.read(f"{LIST}/{endpoint.id}"))
        assert seen is not None

        status, _ = await self.change(owner, endpoint, seen[1])

        assert status == 303
        [changed] = await endpoints(services, organisation)
        assert (changed.url, changed.description) == (f"{URL}/new", "App")
        assert len(changed.kinds) == 2

    async def test_of_what_somebody_else_changed_meanwhile_shows_both_and_loses_nothing(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        status, page = await self.change(owner, endpoint, "0" * 16)

        assert status == 422
        assert "Nothing was changed yet" in page
        assert f'value="{URL}/new"' in page
        assert f"{URL}</dd>" in page
        assert await endpoints(services, organisation) == [endpoint]
        anew = SEEN.search(page)
        assert anew is not None
        assert (await self.change(owner, endpoint, anew[1]))[0] == 303

    async def test_to_an_address_that_could_do_harm_is_refused(
        self, owner: Browser, endpoint: Endpoint
    ) -> None:
        seen = SEEN.search(await owner.read(f"{LIST}/{endpoint.id}"))
        assert seen is not None

        reply = await owner.send(
            f"{LIST}/{endpoint.id}", url="https://10.0.0.1/", which="all", seen=seen[1]
        )

        assert reply.status_code == 422
        assert "Name a host, not a number" in reply.text


class TestSwitchingAndTrying:
    async def test_off_and_on(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        one = f"{LIST}/{endpoint.id}"
        await owner.send(f"{one}/states", of=one, enabled="no")
        [off] = await endpoints(services, organisation)
        page = await owner.read(one)
        refused = await owner.send(f"{one}/tests", of=one, nonce="c" * 32)
        await owner.send(f"{one}/states", of=one, enabled="yes")
        [on] = await endpoints(services, organisation)

        assert (off.state, on.state) == (EndpointState.DISABLED, EndpointState.ENABLED)
        assert "Somebody has switched it off" in page
        assert refused.headers["location"].endswith("said=is_disabled")

    async def test_a_test_event_is_sent_once_and_its_fate_shown(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        one = f"{LIST}/{endpoint.id}"
        first = await owner.send(f"{one}/tests", of=one, nonce="c" * 32)
        second = await owner.send(f"{one}/tests", of=one, nonce="c" * 32)

        assert first.headers["location"] == second.headers["location"]
        page = await owner.read(first.headers["location"])
        assert "The test event is on its way" in page
        assert "Test event" in page
        found = await services.webhooks.deliveries(organisation.id)
        assert len(found.items) == 1

    async def test_a_new_secret_signs_beside_the_old_one_or_in_its_place(
        self, owner: Browser, endpoint: Endpoint
    ) -> None:
        one = f"{LIST}/{endpoint.id}"
        beside = await owner.send(f"{one}/secrets", of=one, nonce="d" * 32)
        instead = await owner.send(f"{one}/secrets", of=one, nonce="e" * 32, at_once="on")

        assert "signed with the old secret too" in beside.text
        assert "signed with the old secret too" not in instead.text
        assert SECRET.findall(beside.text) != SECRET.findall(instead.text)

    async def test_removal_is_asked_for_twice(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        one = f"{LIST}/{endpoint.id}"
        assert "Remove for good" in await owner.read(one)

        reply = await owner.send(f"{one}/removals", of=one)

        assert reply.headers["location"] == f"{LIST}?said=removed"
        assert await endpoints(services, organisation) == []
        await owner.read(one, status=404)


class TestDeliveries:
    async def test_that_failed_are_found_shown_and_sent_again(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        one = f"{LIST}/{endpoint.id}"
        await owner.send(f"{one}/tests", of=one, nonce="c" * 32)
        await fail(services)
        await owner.send(f"{one}/states", of=one, enabled="yes")

        listed = await owner.read(f"{DELIVERIES}?state=given_up")
        [delivery] = (await services.webhooks.deliveries(organisation.id)).items
        page = await owner.read(f"{DELIVERIES}/{delivery.id}")
        again = await owner.send(
            f"{DELIVERIES}/{delivery.id}/replays",
            of=f"{DELIVERIES}/{delivery.id}",
            nonce="f" * 32,
        )

        assert "Test event" in listed
        assert "HTTP 410" in page
        assert "12 ms" in page
        assert again.headers["location"].endswith("said=again")
        now = await services.webhooks.delivery(organisation.id, delivery.id)
        assert now.state is DeliveryState.WAITING

    async def test_come_page_by_page_and_keep_the_filter(
        self, owner: Browser, services: Services, organisation: Organisation, endpoint: Endpoint
    ) -> None:
        for _ in range(26):
            await services.webhooks.test(owner_as_caller(owner, organisation), endpoint.id)

        first = await owner.read(f"{DELIVERIES}?state=waiting&endpoint={endpoint.id}&rows=25")
        found = re.search(r'href="([^"]*cursor=[^"]*)" rel="next"', first)
        assert found is not None
        path = found[1].replace("&amp;", "&")
        second = await owner.read(path)

        assert first.count("<code") == 25
        assert second.count("<code") == 1
        assert "state=waiting" in path
        assert str(endpoint.id) in path

    async def test_of_a_kind_that_is_none_are_all(self, owner: Browser) -> None:
        page = await owner.read(f"{DELIVERIES}?state=no&endpoint=x&cursor=nonsense&rows=7")

        assert "Nothing was sent yet" in page

    async def test_of_others_are_not_found(self, owner: Browser) -> None:
        await owner.read(f"{DELIVERIES}/{new_id()}", status=404)


class Caller:
    def __init__(self, actor: str, organisation: Organisation) -> None:
        self.actor, self.organisation = actor, organisation


def owner_as_caller(owner: Browser, organisation: Organisation) -> Caller:
    return Caller(owner.member.actor, organisation)


@pytest.mark.parametrize("role", OTHERS)
async def test_for_nobody_but_owners(office: Office, endpoint: Endpoint, role: Role) -> None:
    browser = await office.enter(role)

    assert LIST not in await browser.read("/console")
    for path in (LIST, NEW, f"{LIST}/{endpoint.id}", DELIVERIES):
        await browser.read(path, status=403)
    for end in ("", "/states", "/tests", "/replays", "/secrets", "/removals"):
        reply = await force(browser, f"{LIST}/{endpoint.id}{end}", enabled="no")
        assert reply.status_code == 403, end
    reply = await force(browser, LIST, url=URL, which="all")
    assert reply.status_code == 403
    reply = await force(browser, f"{DELIVERIES}/{UUID(int=1)}/replays")
    assert reply.status_code == 403
