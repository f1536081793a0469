"""What an operator, or a mail server, sees when mail that came back is read."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.cli.desk import Desk
from tests.providers.channels.email.bounce_mails import (
    BACK,
    HOLIDAY,
    ID,
    MAIL,
    MARK,
    PATHS,
    Bounce,
    crlf,
)
from watchword.cli import front
from watchword.cli.office import Office
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Accepted, ProviderName, Receipt
from watchword.foundation.keyring import Keyring
from watchword.foundation.storage import StorageUnavailable
from watchword.providers.channels.email.bounces import LONGEST_BOUNCE
from watchword.settings import Settings
from watchword.wiring import Services

BOUNCE = bytes(Bounce())
SETTINGS = f"""
[providers.reserve]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@bank.example"
bounce_address = "{PATHS.address}"
bounce_secret = "another secret, as long as any"

[providers.silent]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@bank.example"

[providers.mail]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@bank.example"
bounce_address = "{PATHS.address}"
bounce_secret = "{PATHS.secret.reveal()}"

[channels]
email = ["mail"]
"""


@dataclass
class Ears:
    """Stands in for all services, and keeps what is reported. Each message fails only once."""

    heard: list[tuple[ProviderName, Report]] = field(default_factory=list)
    fault: Exception | None = None
    times_opened: int = 0

    async def receive(self, provider: ProviderName, reports: Sequence[Report]) -> int:
        if self.fault is not None:
            raise self.fault
        fresh = [(provider, report) for report in reports if (provider, report) not in self.heard]
        self.heard += fresh
        return len(fresh)

    @asynccontextmanager
    async def open(self, settings: Settings, keyring: Keyring) -> AsyncIterator[Any]:
        self.times_opened += 1
        yield SimpleNamespace(deliveries=self)


@pytest.fixture
def bank(desk: Desk) -> Desk:
    """A desk whose settings name mail servers."""
    file = desk.folder / "watchword.toml"
    file.write_text(SETTINGS)
    return replace(desk, settings_file=file)


@pytest.fixture
def ears() -> Ears:
    return Ears()


def read(office: Office, ears: Ears, stdin: bytes = b"", options: str = "") -> Result:
    office = replace(office, open_services=ears.open)
    return CliRunner().invoke(front, ["bounces", "read", *options.split()], obj=office, input=stdin)


def failed(reason: str = "DSN 5.1.1") -> tuple[ProviderName, Report]:
    return MAIL, Report(message_id=ID, receipt=Receipt.FAILED, reason=reason)


def test_a_mail_that_came_back_is_reported_for_the_provider_that_sent_it(
    bank: Desk, ears: Ears
) -> None:
    result = read(bank.office, ears, BOUNCE)

    assert (result.output, result.exit_code) == (
        "Of 1 e-mail, 1 is a bounce of ours, and 1 of those says something new.\n",
        0,
    )
    assert ears.heard == [failed()]


def test_the_same_mail_says_nothing_new_when_it_is_read_again(bank: Desk, ears: Ears) -> None:
    read(bank.office, ears, BOUNCE)

    result = read(bank.office, ears, BOUNCE, "--json")

    assert json.loads(result.stdout) == {"read": 1, "bounces": 1, "news": 0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        HOLIDAY,
        bytes(Bounce(to=BACK.replace(MARK, MARK[::-1]))),
        bytes(Bounce(more="x" * 3 * LONGEST_BOUNCE)),
    ],
    ids=["nothing", "noise", "holiday", "forged", "long"],
)
def test_other_mail_is_taken_and_changes_nothing(bank: Desk, ears: Ears, content: bytes) -> None:
    result = read(bank.office, ears, content, "--json")

    assert json.loads(result.stdout) == {"read": 1, "bounces": 0, "news": 0}
    assert result.exit_code == 0
    assert ears.times_opened == 0


def test_a_mail_server_tries_again_later_when_the_database_is_away(bank: Desk, ears: Ears) -> None:
    ears.fault = StorageUnavailable("The database does not answer.")

    result = read(bank.office, ears, BOUNCE)

    assert (result.stdout, result.exit_code) == ("", 75)


def test_a_mail_server_tries_again_later_when_something_must_be_mended_first(
    bank: Desk, bare_desk: Desk, ears: Ears
) -> None:
    wrong = bank.folder / "wrong.toml"
    wrong.write_text("[providers.mail]\nkind = 'smtp'\n")
    without = replace(bank, environment={"WATCHWORD_KEYRING__PATH": "nowhere.json"})
    silent = bank.folder / "silent.toml"
    silent.write_text(SETTINGS.replace("bounce_", "# "))

    results = [
        read(replace(bank, settings_file=wrong).office, ears, BOUNCE),
        read(replace(bank, settings_file=bank.folder / "none.toml").office, ears, BOUNCE),
        read(without.office, ears, BOUNCE),
        read(replace(bank, settings_file=silent).office, ears, BOUNCE),
    ]

    assert [result.exit_code for result in results] == [75] * 4
    assert "bounce_address" in results[3].stderr
    assert ears.heard == []


def maildir(folder: Path, **letters: bytes) -> Path:
    place = folder / "Maildir"
    for name in ("new", "cur", "tmp"):
        (place / name).mkdir(parents=True)
    for name, content in letters.items():
        (place / "new" / name).write_bytes(content)
    return place


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_new_in_a_folder_is_read_and_put_away(
    bank: Desk, ears: Ears, tmp_path: Path
) -> None:
    place = maildir(tmp_path, a=BOUNCE, b=HOLIDAY, c=bytes(Bounce(fields="Action: failed\n")))

    result = read(bank.office, ears, options=f"--maildir {place} --json")

    assert json.loads(result.stdout) == {"read": 3, "bounces": 2, "news": 2}
    assert ears.heard == [failed(), failed("DSN failed")]
    assert names(place / "new") == set()
    assert names(place / "cur") == {"a:2,S", "b:2,", "c:2,S"}


def test_a_folder_is_left_as_it_was_when_nothing_could_be_noted(
    bank: Desk, ears: Ears, tmp_path: Path
) -> None:
    place = maildir(tmp_path, a=BOUNCE, b=HOLIDAY)
    ears.fault = StorageUnavailable("The database does not answer.")

    result = read(bank.office, ears, options=f"--maildir {place}")

    assert result.exit_code == 75
    assert names(place / "new") == {"a", "b"}
    assert names(place / "cur") == set()


def test_an_empty_folder_needs_no_database(bank: Desk, ears: Ears, tmp_path: Path) -> None:
    result = read(bank.office, ears, options=f"--maildir {maildir(tmp_path)}")

    assert result.stdout.startswith("Of 0 e-mails, 0 are bounces of ours")
    assert ears.times_opened == 0


def test_a_link_in_a_folder_leads_nowhere(bank: Desk, ears: Ears, tmp_path: Path) -> None:
    place, elsewhere = maildir(tmp_path), tmp_path / "elsewhere"
    elsewhere.write_bytes(BOUNCE)
    (place / "new" / "link").symlink_to(elsewhere)
    (place / "new" / "folder").mkdir()

    result = read(bank.office, ears, options=f"--maildir {place} --json")

    assert json.loads(result.stdout)["read"] == 0
    assert ears.heard == []


def test_a_folder_that_is_no_maildir_is_told(bank: Desk, ears: Ears, tmp_path: Path) -> None:
    result = read(bank.office, ears, options=f"--maildir {tmp_path / 'none'}")

    assert result.exit_code == 2
    assert "no Maildir" in " ".join(result.stderr.replace("│", "").split())


def test_more_bounces_than_one_transaction_should_hold_are_passed_on_in_parts(
    bank: Desk, ears: Ears, tmp_path: Path
) -> None:
    sizes: list[int] = []

    class Counting(Ears):
        async def receive(self, provider: ProviderName, reports: Sequence[Report]) -> int:
            sizes.append(len(reports))
            return len(reports)

    letters = {f"n{number:03}": BOUNCE for number in range(250)}

    result = read(
        bank.office, Counting(), options=f"--maildir {maildir(tmp_path, **letters)} --json"
    )

    assert json.loads(result.stdout) == {"read": 250, "bounces": 250, "news": 250}
    assert sizes == [100, 100, 50]


def test_nothing_of_a_mail_is_said(bank: Desk, ears: Ears) -> None:
    ears.fault = StorageUnavailable("The database does not answer.")

    for content in (BOUNCE, HOLIDAY, crlf(f"X-Failed-Recipients: Jo.Doe\nTo: {BACK}\n\nhi")):
        result = read(bank.office, ears, content)
        assert "Jo.Doe" not in result.output
        assert MARK not in result.output


def test_a_real_message_that_came_back_has_failed(bank: Desk) -> None:
    bank.type("organisations create shop --name Shop --live")
    bank.type("challenges create shop contact_verification --email ann@example.org")

    async def hand_over(services: Services) -> bytes:
        (queued,) = await services.deliveries.claim(MAIL, 10)
        await services.deliveries.settle(queued, Accepted(), knows_repeats=False, chance=0.5)
        return bytes(Bounce(to=PATHS.address_for(queued.id)))

    (folder := bank.folder / "mail").mkdir()
    place = maildir(folder, a=bank.inside(hand_over))

    assert bank.ask(f"bounces read --maildir {place}") == {"read": 1, "bounces": 1, "news": 1}

    (place / "cur" / "a:2,S").rename(place / "new" / "a")
    assert bank.ask(f"bounces read --maildir {place}") == {"read": 1, "bounces": 1, "news": 0}
