"""How mail is signed, checked by a verifier that is not ours."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

import dkim  # type: ignore[import-untyped]
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS, read_settings
from tests.stand_ins.certificates import authority
from tests.stand_ins.mail_server import Security, running_mail_server
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Accepted, Address, Message
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.dkim import Signer, open_signer
from watchword.providers.channels.email.dkim_keys import DkimKeyUnfit, DkimSettings, load_key
from watchword.providers.channels.email.mail import Mail, compose
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings, read_sender

Kind = Literal["rsa", "ed25519"]
KINDS: list[Kind] = ["rsa", "ed25519"]
SENDER = read_sender("Bank <codes@bank.example>")
LETTER = replace(MESSAGE, address=Address("Jo.Doe@example.org"), channel=Channel.EMAIL)
ONE_OF_OURS = {
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type"),
    *("auto-submitted", "content-language"),
}


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def key(kind: Kind) -> str:
    """Make one of a kind for the whole run of tests."""
    if kind == "rsa":
        return pem(rsa.generate_private_key(65537, 2048))
    return pem(ed25519.Ed25519PrivateKey.generate())


def settings(kind: Kind = "rsa") -> DkimSettings:
    return DkimSettings(domain="bank.example", selector="w1", key=Secret(key(kind)))


@cache
def signer(kind: Kind) -> Signer:
    return open_signer(settings(kind))


def signed(message: Message = LETTER, kind: Kind = "rsa") -> Mail:
    mail = compose(message, SENDER, NOW)
    assert isinstance(mail, Mail)
    return signer(kind).sign(mail, NOW)


def publish(kind: Kind) -> Callable[..., bytes | None]:
    """Give a name server that knows one record."""
    record = signer(kind).record
    there = {f"{record.name}.".encode(): record.value.encode()}

    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        return there.get(name)

    return look_up


def is_good(content: bytes, kind: Kind = "rsa") -> bool:
    try:
        return bool(dkim.verify(content, dnsfunc=publish(kind), minkey=2048))
    except dkim.DKIMException:
        return False


def tags(mail: Mail) -> dict[str, str]:
    header = mail.content.partition(b"\r\nSubject:")[0].decode()
    assert header.startswith("DKIM-Signature: ")
    value = re.sub(r"\s", "", header.removeprefix("DKIM-Signature: "))
    return dict(tag.split("=", 1) for tag in value.split(";"))


@pytest.mark.parametrize("kind", KINDS)
def test_others_find_the_signature_good(kind: Kind) -> None:
    assert is_good(signed(kind=kind).content, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_says_what_it_is(kind: Kind) -> None:
    said = tags(signed(kind=kind))

    assert said["a"] == f"{kind}-sha256"
    assert (said["d"], said["s"], said["c"]) == ("bank.example", "w1", "relaxed/relaxed")
    assert said["t"] == str(int(NOW.timestamp()))
    assert "l" not in said


def test_all_headers_of_ours_are_signed_and_none_can_be_added() -> None:
    named = tags(signed())["h"].split(":")
    mail = signed().content

    assert {*named} >= ONE_OF_OURS
    assert named.count("from") == named.count("subject") == 2
    for header in (b"From: a@b.example", b"Subject: Hi", b"Reply-To: a@b.example", b"To: a@b.c"):
        assert not is_good(mail.replace(b"\r\nSubject:", b"\r\n" + header + b"\r\nSubject:"))


def test_no_line_of_the_signature_is_longer_than_servers_like() -> None:
    head = signed().content.partition(b"\r\nSubject:")[0]

    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_a_signature_of_somebody_else_is_not_good() -> None:
    other = open_signer(msgspec.structs.replace(settings(), key=Secret(other_key())))

    assert not is_good(other.sign(signed(), NOW).content)


def other_key() -> str:
    return pem(rsa.generate_private_key(65537, 2048))


def test_servers_may_fold_otherwise_and_change_gaps() -> None:
    mail = signed().content
    head, _, body = mail.partition(b"\r\n\r\n")

    assert is_good(head.replace(b"To: ", b"TO:\r\n\t ") + b"\r\n\r\n" + body + b"\r\n\r\n")
    assert is_good(mail.replace(b"Your code is", b"Your  code\tis "))


@given(some.data())
def test_changing_any_byte_of_the_mail_breaks_the_signature(data: some.DataObject) -> None:
    mail = signed().content
    start = mail.index(b"\r\nSubject:") + len("\r\n")
    at = data.draw(some.integers(start, len(mail) - 1))
    assert mail[at] != ord("~")

    assert not is_good(mail[:at] + b"~" + mail[at + 1 :])


words = some.text(some.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@given(
    subject=words,
    text=some.text(some.characters(exclude_categories=["Cs"])),
    locale=some.sampled_from(["", "en", "de-AT", "zh-Hant"]),
    kind=some.sampled_from(KINDS),
    to=some.sampled_from(["Jo.Doe@example.org", "j\u00f6@b\u00fccher.example"]),
)
def test_whatever_is_written_the_signature_is_good(
    subject: str, text: str, locale: str, kind: Kind, to: str
) -> None:
    message = replace(
        LETTER,
        address=Address(to),
        subject=Secret(subject),
        text=Secret(text),
        locale=locale,
        code=Secret(text[:6]),
    )

    assert is_good(signed(message, kind).content, kind)


@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b" \t\r\n\r\n", b"a", b"a \r\n", b"a\r\n\r\n", b"."]
)
def test_a_body_may_be_empty_or_end_anyhow(body: bytes) -> None:
    mail = Mail(
        sender="a@bank.example",
        recipient="b@c.example",
        id="<1@bank.example>",
        content=b"From: a@bank.example\r\nTo: b@c.example\r\n\r\n" + body,
        needs_utf8=False,
    )

    assert is_good(signer("rsa").sign(mail, NOW).content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("security", ["none", "starttls"])
async def test_what_a_server_takes_from_us_has_a_good_signature(
    kind: Kind, security: Security
) -> None:
    text = Secret("Hi\n.\n..dots  and gaps \n\n482913\n\n\n")
    async with running_mail_server(security) as server:
        provider = Smtp(
            SmtpSettings(
                host="127.0.0.1",
                port=server.port,
                security=security,
                ca_file=authority().ca_file,
                sender="Bank <codes@mail.bank.example>",
                dkim=settings(kind),
            ),
            SURROUNDINGS,
        )
        outcome = await provider.send(replace(LETTER, text=text))
        await provider.close()

    (received,) = server.messages
    assert isinstance(outcome, Accepted)
    assert is_good(received.content, kind)
    assert not is_good(received.content.replace(b"482913", b"482914"), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_is_as_name_servers_read_it(kind: Kind) -> None:
    record = signer(kind).record
    strings = re.findall('"([^"]*)"', record.zone_line)

    assert record.name == "w1._domainkey.bank.example"
    assert record.value.startswith(f"v=DKIM1; k={kind}; p=")
    assert record.zone_line.startswith("w1._domainkey.bank.example. IN TXT (")
    assert "".join(strings) == record.value
    assert all(len(each) <= 255 for each in strings)


FILE = """
    kind = "smtp"
    host = "smtp.bank.example"
    sender = "Bank <codes@mail.bank.example>"
    [dkim]
    domain = "bank.example"
    selector = "w1"
    key_file = "dkim.pem"
"""


@pytest.mark.parametrize(
    "domain", ["bank.example", "Bank.Example", "mail.bank.example", "w.mail.bank.example"]
)
def test_the_domain_is_that_of_the_sender_or_above_it_or_below_it(domain: str) -> None:
    read = read_settings(SmtpSettings, FILE.replace('"bank.example"', f'"{domain}"'))

    assert read.dkim is not None


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace('"bank.example"', '"elsewhere.example"'), "domain of `sender`"),
        (FILE.replace('"bank.example"', '"ank.example"'), "domain of `sender`"),
        (FILE.replace('"bank.example"', '"sms.bank.example"'), "domain of `sender`"),
        (FILE.replace('"bank.example"', '"example"'), "must be a domain"),
        (FILE.replace('"bank.example"', '"bank..example"'), "must be a domain"),
        (FILE.replace('"bank.example"', r'"bank.example; l=1"'), "must be a domain"),
        (FILE.replace('"bank.example"', '"b\u00e4nk.example"'), "must be a domain"),
        (FILE.replace('"w1"', '"w 1"'), "selector"),
        (FILE.replace('"w1"', '"w..1"'), "selector"),
        (FILE.replace('"w1"', '""'), "selector"),
        (FILE.replace("key_file", "# "), "either `dkim.key_file` or `dkim.key`"),
        (FILE + 'key = "secret-pem"', "either `dkim.key_file` or `dkim.key`"),
        (FILE + "length = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(SmtpSettings, wrong)

    assert "secret-pem" not in str(refusal.value)


def in_file(folder: Path, content: str, mode: int = 0o600) -> DkimSettings:
    path = folder / "dkim.pem"
    path.write_text(content)
    path.chmod(mode)
    return DkimSettings(domain="bank.example", selector="w1", key_file=str(path))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_read_from_a_file_of_its_owner(tmp_path: Path, kind: Kind) -> None:
    assert open_signer(in_file(tmp_path, key(kind))).record == signer(kind).record


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    with pytest.raises(DkimKeyUnfit, match="chmod 600"):
        open_signer(in_file(tmp_path, key("rsa"), mode))


def test_a_key_that_is_not_there_is_missed_at_once(tmp_path: Path) -> None:
    nowhere = DkimSettings(domain="bank.example", selector="w1", key_file=f"{tmp_path}/none.pem")
    mail = SmtpSettings(host="localhost", security="none", sender="a@bank.example", dkim=nowhere)

    with pytest.raises(DkimKeyUnfit, match="No such file"):
        Smtp(mail, SURROUNDINGS)


def public_half() -> str:
    return key("rsa").replace("PRIVATE", "PUBLIC")


def locked() -> str:
    private = ed25519.Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(b"pa55word")
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (str, "no private key in PEM"),
        (lambda: "secret", "no private key in PEM"),
        (public_half, "no private key in PEM"),
        (lambda: key("rsa")[:300], "no private key in PEM"),
        (locked, "no private key in PEM"),
        (lambda: pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),  # noqa: S505 - for that it is refused
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "of a kind"),
    ],
    ids=["empty", "words", "public", "cut off", "locked", "short", "elliptic"],
)
def test_a_key_that_cannot_sign_is_refused_with_advice(
    make: Callable[[], str], advice: str
) -> None:
    with pytest.raises(DkimKeyUnfit, match=advice) as refusal:
        load_key(make().encode())

    assert "openssl" in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert "secret" not in str(refusal.value)


def test_a_key_does_not_show() -> None:
    assert "PRIVATE" not in repr(settings())
    assert "key" not in repr(signer("rsa"))
