"""What the doctor finds."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.desk import NOON, Desk
from tests.conftest import NAMES, Templates
from tests.migrations.test_steps import ask
from tests.postgresql import TestServer
from watchword.cli.checks_database import (
    check_clock,
    check_lanes,
    check_space,
    check_sqlite,
    check_upkeep,
)
from watchword.cli.checks_here import check_python
from watchword.cli.findings import State
from watchword.features.delivery.ports import Provider, Surroundings
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.keyring import KeyKind, new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.providers.channels.apprise import AppriseMissing
from watchword.settings import ProviderSettings, Settings

SMTP = """
[providers.post]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@bank.example"
"""


def found(desk: Desk) -> dict[str, dict[str, Any]]:
    """Give what the doctor found, by the name of the check."""
    result = desk.type("doctor --json")
    return {each["check"]: each for each in json.loads(result.stdout)}


def states(desk: Desk) -> dict[str, str]:
    return {check: each["state"] for check, each in found(desk).items()}


def test_a_healthy_house_is_let_go_with_0(desk: Desk) -> None:
    result = desk.type("doctor")

    assert result.exit_code == 0
    assert "wrong" not in result.stdout
    assert {"database", "schema", "durability", "outbox"} <= {*states(desk)}


def test_a_new_house_is_told_what_to_do_first(bare_desk: Desk) -> None:
    result = bare_desk.type("doctor")

    assert result.exit_code == 1
    assert "watchword keys create" in result.stdout
    assert "watchword database upgrade" in result.stdout
    assert not (bare_desk.folder / "data").exists()


def test_settings_that_cannot_be_read_end_the_visit(bare_desk: Desk) -> None:
    desk = Desk(bare_desk.folder, bare_desk.url, {"WATCHWORD_WEB__PROT": "80"})

    assert states(desk) == {"python": "ok", "settings": "wrong"}


def test_a_way_for_webhooks_to_this_machine_is_warned_of_where_somebody_is_live(
    desk: Desk,
) -> None:
    opened = replace(desk, environment={"WATCHWORD_WEBHOOKS__ALLOW_LOOPBACK": "true"})
    before = states(opened)["webhooks"]
    desk.type("organisations create bank --name Bank --live")

    assert (before, states(desk)["webhooks"]) == ("ok", "ok")
    finding = found(opened)["webhooks"]
    assert finding["state"] == "warning"
    assert "bank" in finding["detail"]
    assert "allow_loopback" in finding["remedy"]


def test_a_keyring_that_others_may_read_is_wrong(desk: Desk) -> None:
    desk.keyring_path.chmod(0o644)

    finding = found(desk)["keyring"]

    assert finding["state"] == "wrong"
    assert "chmod 600" in finding["remedy"]


def test_a_keyring_of_a_demonstration_is_wrong(desk: Desk) -> None:
    desk.make_keyring(is_throwaway=True)

    assert states(desk)["keyring"] == "wrong"


def test_a_keyring_that_lacks_a_kind_is_wrong(desk: Desk) -> None:
    keys = tuple(key for key in new_keyring(NOON).keys if key.kind is not KeyKind.CODES)
    KeyringFile(desk.keyring_path).save(type(desk.keyring)(keys=keys))

    assert "codes" in found(desk)["keyring"]["detail"]


def test_a_keyring_beside_the_database_is_a_warning(bare_desk: Desk) -> None:
    beside = f"sqlite:///{bare_desk.keyring_path.parent}/watchword.db"
    desk = Desk(bare_desk.folder, beside)
    desk.make_keyring()
    desk.type("database upgrade")

    result = desk.type("doctor")

    assert states(desk)["keyring place"] == "warning"
    assert result.exit_code == 0


VONAGE = """
kind = "vonage"
api_key = "abcd1234"
api_secret = "s3cret"
sender = "Bank"
signature_secret = "sixteen characters"
"""
ACCOUNT = f"""
account_sid = "AC{"0a" * 16}"
auth_token = "t0ken"
sender = "+14155552345"
"""
META = """
kind = "meta_whatsapp"
phone_number_id = "123456789"
access_token = "t0ken"
templates = { 5 = "code" }
"""
GATEWAY = """
kind = "http"
channel = "sms"
url = "https://gateway.example/send"
body = { to = "{to}", text = "{text}", id = "{id}" }
"""
RECEIPTS = """
[providers.one.receipts]
secret = "sixteen characters"
header = "X-Secret"
id_path = "id"
status_path = "status"
delivered = ["ok"]
"""
TWILIO, VOICE = f'kind = "twilio"{ACCOUNT}', f'kind = "twilio_voice"{ACCOUNT}'


class TestAProvider:
    def look(
        self, bare_desk: Desk, provider: str, public_url: str = "https://codes.bank.example"
    ) -> dict[str, Any]:
        file = bare_desk.folder / "watchword.toml"
        file.write_text(f"[providers.one]\n{provider}")
        environment = {"WATCHWORD_WEB__PUBLIC_URL": public_url}
        desk = replace(bare_desk, environment=environment, settings_file=file)
        return found(desk)["provider one"]

    @pytest.mark.parametrize(
        "provider", [SMTP.partition("]")[2], VONAGE, TWILIO, VOICE, GATEWAY, GATEWAY + RECEIPTS]
    )
    def test_that_has_what_it_needs_is_right(self, bare_desk: Desk, provider: str) -> None:
        assert self.look(bare_desk, provider)["state"] == "ok"

    def test_whose_dkim_key_is_not_there_is_wrong(self, bare_desk: Desk) -> None:
        dkim = 'dkim = { domain = "bank.example", selector = "w1", key_file = "/not/there.pem" }'

        finding = self.look(bare_desk, SMTP.partition("]")[2] + dkim)

        assert finding["state"] == "wrong"
        assert "DKIM key at /not/there.pem cannot be read" in finding["detail"]

    def test_whose_authorities_are_not_there_is_wrong(self, bare_desk: Desk) -> None:
        finding = self.look(bare_desk, GATEWAY + 'ca_file = "/not/there.pem"')

        assert finding["state"] == "wrong"
        assert "[providers.one]" in finding["remedy"]

    def test_whose_library_is_not_installed_is_wrong(self, bare_desk: Desk) -> None:
        def open_without(settings: ProviderSettings, surroundings: Surroundings) -> Provider:
            raise AppriseMissing(surroundings.name)

        desk = replace(bare_desk, open_provider=open_without)
        finding = self.look(desk, 'kind = "apprise"\nchannel = "sms"\nurl_template = "x://{to}"')

        assert finding["state"] == "wrong"
        assert "pip install" in finding["remedy"]

    @pytest.mark.parametrize(
        ("provider", "secret"),
        [
            (VONAGE.replace("signature_secret", "# "), "signature_secret"),
            (META, "app_secret and verify_token"),
            (
                TWILIO.replace("auth_token", f'api_key_sid = "SK{"0a" * 16}"\napi_key_secret'),
                "auth_token",
            ),
        ],
    )
    def test_that_would_not_be_believed_is_a_warning(
        self, bare_desk: Desk, provider: str, secret: str
    ) -> None:
        finding = self.look(bare_desk, provider)

        assert finding["state"] == "warning"
        assert finding["remedy"] == f"Set {secret} in [providers.one]."

    @pytest.mark.parametrize(
        ("provider", "state"),
        [
            (VOICE, "wrong"),
            (TWILIO, "warning"),
            (VONAGE, "warning"),
            (META + 'app_secret = "s"\nverify_token = "v"', "warning"),
            (GATEWAY + RECEIPTS, "warning"),
            (GATEWAY, "ok"),
            (SMTP.partition("]")[2], "ok"),
            (VOICE + 'base_url = "http://127.0.0.1:9"', "ok"),
        ],
    )
    def test_that_cannot_reach_this_machine_is_told(
        self, bare_desk: Desk, provider: str, state: str
    ) -> None:
        finding = self.look(bare_desk, provider, "http://localhost:8000")

        assert finding["state"] == state
        assert ("web.public_url" in (finding["remedy"] or "")) == (state != "ok")


@pytest.mark.parametrize(
    ("web", "state"),
    [
        ({"PUBLIC_URL": "https://codes.bank.example"}, "ok"),
        ({"PUBLIC_URL": "http://codes.bank.example"}, "wrong"),
        ({"PUBLIC_URL": "http://localhost:8000"}, "ok"),
        ({"HOST": "0.0.0.0"}, "warning"),  # noqa: S104 - a setting, not a socket
    ],
)
def test_links_lead_to_us_and_nobody_listens(
    bare_desk: Desk, web: dict[str, str], state: str
) -> None:
    environment = {f"WATCHWORD_WEB__{name}": value for name, value in web.items()}

    assert states(Desk(bare_desk.folder, bare_desk.url, environment))["public_url"] == state


def test_a_sandbox_that_others_may_see_is_a_warning(bare_desk: Desk) -> None:
    settings = {"WATCHWORD_SANDBOX__OPEN_PAGE": "true", "WATCHWORD_WEB__HOST": "192.0.2.1"}

    assert states(Desk(bare_desk.folder, bare_desk.url, settings))["sandbox page"] == "warning"


def test_a_live_organisation_without_a_way_out_is_wrong(desk: Desk) -> None:
    desk.type("organisations create bank --name Bank --live")
    settings = desk.folder / "watchword.toml"
    settings.write_text(SMTP)
    mended = Desk(desk.folder, desk.url, settings_file=settings)

    finding = found(desk)["channels"]

    assert finding["state"] == "wrong"
    assert "bank" in finding["detail"]
    assert found(mended)["channels"]["detail"] == "email by post, letter by folder"


def test_letters_that_are_printed_here_are_a_way_out_for_whoever_says_so(desk: Desk) -> None:
    desk.type("organisations create bank --name Bank --live")
    settings = desk.folder / "watchword.toml"
    settings.write_text('[channels]\nletter = ["folder"]\n')
    chosen = Desk(desk.folder, desk.url, settings_file=settings)

    assert states(chosen)["channels"] == "ok"
    assert found(chosen)["channels"]["detail"] == "letter by folder"


def test_messages_for_a_provider_that_is_gone_are_wrong(desk: Desk) -> None:
    settings = desk.folder / "watchword.toml"
    settings.write_text(SMTP)
    before = Desk(desk.folder, desk.url, settings_file=settings)
    before.type("organisations create bank --name Bank --live")
    before.type("challenges create bank step_up --email ann@example.org")

    finding = found(desk)["outbox"]

    assert states(before)["outbox"] == "ok"
    assert finding["state"] == "wrong"
    assert "1 for post" in finding["detail"]


def test_messages_for_the_sandbox_are_always_served() -> None:
    assert check_lanes(Settings(), {ProviderName("sandbox"): 3}).state is State.OK


def test_a_superuser_is_above_the_wall_and_that_is_wrong(
    postgresql_server: TestServer, templates: Templates, tmp_path: Path
) -> None:
    url = templates.copy_postgresql(NAMES[0])
    ordinary = Desk(tmp_path, url)
    above = Desk(tmp_path, postgresql_server.admin(urlsplit(url).path.removeprefix("/")))
    ordinary.make_keyring()

    assert states(ordinary)["row-level security"] == "ok"
    assert states(ordinary)["clock"] == "ok"
    assert states(above)["row-level security"] == "wrong"
    assert above.type("doctor").exit_code == 1


def test_a_database_that_may_forget_is_wrong(
    postgresql_server: TestServer, templates: Templates, tmp_path: Path
) -> None:
    url = templates.copy_postgresql(NAMES[0])
    separator = "&" if "?" in url else "?"

    finding = found(Desk(tmp_path, f"{url}{separator}synchronous_commit=off"))["durability"]

    assert finding["state"] == "wrong"
    assert "synchronous_commit is off" in finding["detail"]


def test_a_postgresql_that_does_not_look_after_its_tables_is_warned_of(
    postgresql_server: TestServer, templates: Templates, tmp_path: Path
) -> None:
    url = postgresql_server.admin(urlsplit(templates.copy_postgresql(NAMES[0])).path[1:])
    looks = asyncio.run(ask(url, "show autovacuum"))

    as_it_is = states(Desk(tmp_path, url))["upkeep"]
    without_counts = states(Desk(tmp_path, f"{url}&track_counts=off"))["upkeep"]

    assert as_it_is == {"on": "ok", "off": "warning"}[looks]
    assert without_counts == "warning"
    assert check_upkeep(is_tended=True).state is State.OK


def test_a_file_that_cannot_be_written_ahead_is_wrong() -> None:
    finding = check_sqlite({"journal_mode": "delete"})

    assert finding.state is State.WRONG
    assert "journal_mode is delete" in finding.detail


def test_a_schema_of_a_newer_program_is_left_to_that(desk: Desk, migrated: str) -> None:
    asyncio.run(ask(migrated, "update alembic_version set version_num = '9999'"))

    finding = found(desk)["schema"]

    assert finding["state"] == "wrong"
    assert "install" in finding["remedy"]
    assert desk.type("database upgrade").exit_code == 1


@pytest.mark.parametrize(
    ("difference", "state"),
    [
        (timedelta(seconds=1), State.OK),
        (timedelta(seconds=-5), State.WARNING),
        (timedelta(hours=1), State.WRONG),
    ],
)
def test_clocks_agree(difference: timedelta, state: State) -> None:
    assert check_clock(difference).state is state


@pytest.mark.parametrize(
    ("free", "state"),
    [(50 * 2**30, State.OK), (2**29, State.WARNING), (2**20, State.WRONG)],
)
def test_there_is_room(free: int, state: State) -> None:
    assert check_space(free, Path("/data")).state is state


@pytest.mark.parametrize(
    ("python", "sqlite", "state"),
    [
        ((3, 11), (3, 35, 0), State.OK),
        ((3, 10), (3, 46, 0), State.WRONG),
        ((3, 13), (3, 34, 1), State.WRONG),
    ],
)
def test_what_we_run_on_is_new_enough(
    python: tuple[int, ...], sqlite: tuple[int, ...], state: State
) -> None:
    assert check_python(python, sqlite).state is state
