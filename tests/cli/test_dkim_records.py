"""What an operator publishes, so that others can check how mail is signed."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cli.desk import Desk
from watchword.providers.channels.email.dkim import open_signer
from watchword.providers.channels.email.dkim_keys import DkimSettings

SETTINGS = """
[providers.mail]
kind = "smtp"
host = "smtp.bank.example"
sender = "Bank <codes@bank.example>"

[providers.mail.dkim]
domain = "bank.example"
selector = "w1"
key_file = "{key}"

[providers.plain]
kind = "smtp"
host = "smtp.bank.example"
sender = "Bank <codes@bank.example>"
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "dkim.pem"
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(*form))
    path.chmod(0o600)
    return path


@pytest.fixture
def bank(bare_desk: Desk, key: Path) -> Desk:
    file = bare_desk.folder / "watchword.toml"
    file.write_text(SETTINGS.format(key=key))
    return replace(bare_desk, settings_file=file)


def test_the_record_is_printed_as_name_servers_read_it(bank: Desk, key: Path) -> None:
    signer = open_signer(DkimSettings(domain="bank.example", selector="w1", key_file=str(key)))

    assert bank.type("channels dkim mail").stdout == f"{signer.record.zone_line}\n"
    assert bank.ask("channels dkim mail") == {
        "name": "w1._domainkey.bank.example",
        "type": "TXT",
        "value": signer.record.value,
    }


def test_the_private_half_is_not_shown(bank: Desk, key: Path) -> None:
    private = "".join(key.read_text().splitlines()[1:-1])

    assert private[-40:] not in bank.type("channels dkim mail").output


@pytest.mark.parametrize(
    ("provider", "says", "exit_code"),
    [
        ("fax", "there is no provider fax", 2),
        ("plain", "plain signs nothing. Name a key under [providers.plain.dkim].", 1),
    ],
)
def test_what_signs_nothing_has_no_record(
    bank: Desk, provider: str, says: str, exit_code: int
) -> None:
    result = bank.type(f"channels dkim {provider}")

    assert says in " ".join(result.stderr.replace("│", "").split())
    assert (result.stdout, result.exit_code) == ("", exit_code)


def test_a_key_that_others_may_read_is_told_with_its_remedy(bank: Desk, key: Path) -> None:
    key.chmod(0o644)

    result = bank.type("channels dkim mail")

    assert result.exit_code == 1
    assert result.stderr == (f"Others may read the DKIM key at {key}. Close it: chmod 600 {key}\n")
