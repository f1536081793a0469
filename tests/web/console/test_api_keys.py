"""API keys in the console: who sees them, and that each is shown once."""

import os
import re
import subprocess
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.stores import MovableTime, at_rest
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import ApiKey, Client, Scope, Unknown
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.secret import Secret
from watchword.wiring import Services

LIST, NEW = "/console/api-keys", "/console/api-keys/new"
SECRET = re.compile(r"ww_test_[0-9a-f]{64}")
BLOCK = re.compile(r'<pre class="paste"[^>]*><code>(.*?)</code></pre>', re.DOTALL)
NONCE = re.compile(r'name="nonce" value="([0-9a-f]{32})"')
SPANS = {"none": timedelta(), "hour": timedelta(hours=1), "week": timedelta(days=7)}
OTHERS = [role for role in Role if role is not Role.OWNER]


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


async def nonce(browser: Browser, path: str = NEW) -> str:
    found = NONCE.search(await browser.read(path))
    assert found is not None
    return found[1]


async def make(browser: Browser, label: str = "Till", **more: str | list[str]) -> str:
    """Make a key as a person does, and give it."""
    fields = {"scope": ["challenges:write", "challenges:read"], **more}
    reply = await browser.send(LIST, of=NEW, nonce=await nonce(browser), label=label, **fields)
    assert reply.status_code == 200, reply.text
    found = SECRET.search(reply.text)
    assert found is not None
    return found[0]


async def keys(services: Services, organisation: Organisation) -> list[ApiKey]:
    return [*await services.clients.all(organisation.id)]


async def opens(services: Services, secret: str) -> bool:
    found = await services.clients.recognise(Secret(secret))
    if isinstance(found, Unknown):
        return False
    assert isinstance(found, Client)
    now = services.storage.now()
    ends = [end for end in (found.key.expires_at, found.key.revoked_at) if end is not None]
    return all(now < end for end in ends)


class TestTheList:
    async def test_says_what_keys_are_for_where_there_is_none(self, owner: Browser) -> None:
        page = await owner.read(LIST)

        assert "No program can call Watchword yet" in page
        assert f'href="{NEW}' in page

    async def test_tells_keys_apart_and_says_what_each_opens(self, owner: Browser) -> None:
        secret = await make(owner, "Till of the shop", scope=["webhooks:write"])

        page = await owner.read(LIST)

        assert "Till of the shop" in page
        assert f"{secret[:12]}…" in page
        assert secret not in page
        assert "Add webhooks and change them" in page
        assert "strong" in page

    async def test_writes_a_label_as_it_is_and_never_as_markup(self, owner: Browser) -> None:
        await make(owner, "<script>alert(1)</script>")

        page = await owner.read(LIST)

        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    async def test_has_words_for_every_scope_in_german_too(self, owner: Browser) -> None:
        page = await owner.read(f"{NEW}?lang=de")

        for scope in Scope:
            assert f'value="{scope}"' in page
            assert f"<span>{scope}" not in page
        assert "Codes senden" in page

    @pytest.mark.parametrize("role", OTHERS)
    async def test_is_for_owners_alone(self, office: Office, role: Role) -> None:
        browser = await office.enter(role)

        assert LIST not in await browser.read("/console")
        for path in (LIST, NEW):
            await browser.read(path, status=403)


@pytest.mark.parametrize("role", OTHERS)
async def test_nobody_else_makes_replaces_or_revokes_a_key(
    office: Office, owner: Browser, services: Services, role: Role
) -> None:
    await make(owner)
    [key] = await keys(services, office.organisation)
    browser = await office.enter(role)

    for path in (LIST, f"{LIST}/{key.id}/rotations", f"{LIST}/{key.id}/revocations"):
        reply = await force(browser, path, label="Mine", scope="blocks:write")
        assert reply.status_code == 403, path

    assert await keys(services, office.organisation) == [key]


class TestANewKey:
    async def test_is_shown_once_with_a_request_to_try_it(
        self, owner: Browser, services: Services, organisation: Organisation, migrated: str
    ) -> None:
        fields = {"label": "Till", "scope": "challenges:write", "nonce": await nonce(owner)}
        reply = await owner.send(LIST, of=NEW, **fields)

        [secret] = {*SECRET.findall(reply.text)}
        assert reply.headers["cache-control"] == "no-store"
        assert "curl" in reply.text
        assert "/v1/challenges" in reply.text
        assert secret not in str(reply.url)
        assert await opens(services, secret)
        assert secret.encode() not in await at_rest(migrated)
        [key] = await keys(services, organisation)
        assert (key.label, key.scopes) == ("Till", frozenset({Scope.CHALLENGES_WRITE}))

    @pytest.mark.parametrize("scope", ["challenges:write", "blocks:read"])
    async def test_is_asked_for_by_the_block_that_is_pasted_whole_into_a_shell(
        self, owner: Browser, tmp_path: Path, scope: str
    ) -> None:
        fields = {"label": "Till", "scope": scope, "nonce": await nonce(owner)}
        page = (await owner.send(LIST, of=NEW, **fields)).text
        [secret], [block] = {*SECRET.findall(page)}, BLOCK.findall(page)
        curl = tmp_path / "curl"
        curl.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
        curl.chmod(0o700)

        ran = subprocess.run(  # noqa: ASYNC221
            ["bash", "--norc"],  # noqa: S607
            input=f"{unescape(block)}\n{secret}\necho done\n",
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=True,
        )

        assert f"Authorization: Bearer {secret}\n" in ran.stdout
        assert ran.stdout.endswith("done\n")
        assert ran.stderr == ""

    async def test_is_made_once_however_often_the_button_is_pressed(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        fields = {"label": "Till", "scope": "challenges:write", "nonce": await nonce(owner)}
        first = await owner.send(LIST, of=NEW, **fields)
        second = await owner.send(LIST, of=NEW, **fields)

        assert SECRET.search(first.text)
        assert not SECRET.search(second.text)
        assert "This key was shown before" in second.text
        assert len(await keys(services, organisation)) == 1

    async def test_needs_a_form_of_its_own_if_another_came_of_this_one(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        used = await nonce(owner)
        await owner.send(LIST, of=NEW, label="Till", scope="challenges:write", nonce=used)

        again = await owner.send(LIST, of=NEW, label="App", scope="challenges:write", nonce=used)

        assert again.status_code == 422
        assert "A key was made with this form before" in again.text
        assert 'value="App"' in again.text
        assert len(await keys(services, organisation)) == 1
        found = NONCE.search(again.text)
        assert found is not None
        assert found[1] != used

    @pytest.mark.parametrize(
        ("label", "scope"),
        [
            ("", "blocks:read"),
            ("x" * 81, "blocks:read"),
            ("a\u202eb", "blocks:read"),
            ("Till", ""),
            ("Till", "everything"),
        ],
    )
    async def test_that_cannot_be_made_leaves_the_form_as_it_was(
        self,
        owner: Browser,
        services: Services,
        label: str,
        scope: str,
    ) -> None:
        reply = await owner.send(LIST, of=NEW, label=label, scope=scope)

        assert reply.status_code == 422
        wrong = "Tick at least one" if label == "Till" else "Write a name of 1 to 80 characters"
        assert wrong in reply.text
        assert f'value="{label}"' in reply.text
        [organisation] = await services.organisations.all()
        assert await keys(services, organisation) == []

    async def test_is_not_made_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        reply = await owner.send(
            LIST, of=NEW, label="Till", scope="blocks:read", resumed="yes", nonce="0" * 32
        )

        assert reply.status_code == 200
        assert 'value="Till"' in reply.text
        assert re.search(r'value="blocks:read" checked', reply.text)
        assert await keys(services, organisation) == []

    async def test_of_a_test_organisation_alone_may_open_the_sandbox(self, owner: Browser) -> None:
        assert "sandbox:read" in await owner.read(NEW)

    async def test_is_in_the_audit_by_its_id_alone(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await make(owner, "Till")
        [key] = await keys(services, organisation)

        async with services.storage.reading(organisation.id) as transaction:
            [entry] = await AuditStore(transaction, organisation.id).about(str(key.id))

        assert entry.action == "api_key.created"
        assert entry.actor == owner.member.actor
        assert "Till" not in str(entry)


class TestReplacing:
    @pytest.mark.parametrize("overlap", [*SPANS])
    async def test_lets_both_be_good_for_as_long_as_was_chosen(
        self,
        owner: Browser,
        services: Services,
        time: MovableTime,
        overlap: str,
    ) -> None:
        [organisation], span = await services.organisations.all(), SPANS[overlap]
        old = await make(owner)
        [key] = await keys(services, organisation)
        path = f"{LIST}/{key.id}/rotations"

        reply = await owner.send(path, overlap=overlap, nonce=await nonce(owner, path))

        [new] = {*SECRET.findall(reply.text)}
        assert await opens(services, new)
        if span:
            time.pass_by(span - timedelta(seconds=1))
            assert await opens(services, old)
        time.pass_by(timedelta(seconds=1))
        assert not await opens(services, old)
        newest = (await keys(services, organisation))[-1]
        assert (newest.label, newest.scopes) == (key.label, key.scopes)

    async def test_is_refused_for_a_key_that_opens_nothing(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await make(owner)
        [key] = await keys(services, organisation)
        await services.clients.revoke(organisation.id, key.id, "test")

        reply = await owner.send(f"{LIST}/{key.id}/rotations", overlap="day", nonce="1" * 32)

        assert reply.status_code == 422
        assert "This key opens nothing any more" in reply.text
        assert len(await keys(services, organisation)) == 1

    async def test_with_no_overlap_that_we_know_asks_again(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await make(owner)
        [key] = await keys(services, organisation)

        reply = await owner.send(f"{LIST}/{key.id}/rotations", overlap="year")

        assert reply.status_code == 422
        assert len(await keys(services, organisation)) == 1

    async def test_of_a_key_of_others_finds_nothing(self, owner: Browser) -> None:
        await owner.read(f"{LIST}/6a1e0b7c-6c0b-4b0e-9a53-0f6ad4bb6a55/rotations", status=404)


class TestRevoking:
    async def test_is_asked_for_twice_and_shuts_the_program_out(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        secret = await make(owner)
        [key] = await keys(services, organisation)
        assert "This cannot be undone" in await owner.read(LIST)

        reply = await owner.send(f"{LIST}/{key.id}/revocations", of=LIST)

        assert reply.status_code == 303
        assert reply.headers["location"] == f"{LIST}?said=revoked"
        assert not await opens(services, secret)
        page = await owner.read(f"{LIST}?said=revoked")
        assert "The key is revoked" in page
        assert "Keys that open nothing any more" in page

    async def test_is_not_done_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        secret = await make(owner)
        [key] = await keys(services, organisation)

        await owner.send(f"{LIST}/{key.id}/revocations", of=LIST, resumed="yes")

        assert await opens(services, secret)
