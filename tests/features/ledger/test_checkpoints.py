"""What is signed has the form of C2SP, and is read strictly."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import FORGER, KEY, SIGNER
from tests.stores import BANK, SHOP
from watchword.features.ledger.checkpoints import (
    Checkpoint,
    PublicKey,
    from_base64,
    origin_of,
    read_key,
    read_note,
    signed,
    to_base64,
    who_signed,
    write_key,
)

ONE = Checkpoint(origin_of(BANK), 7, b"r" * 32)
NOTE = signed(ONE, [SIGNER])


def test_a_note_has_the_form_that_others_read() -> None:
    """By hand, as https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint say."""
    body, _, ending = NOTE.text.partition("\n\n")
    origin, size, root = body.split("\n")
    assert (origin, size) == ("watchword/ledger/00000000-0000-0000-0000-000000000001", "7")
    assert base64.b64decode(root) == b"r" * 32
    assert ending.startswith(f"\N{EM DASH} {origin} ")
    assert ending.endswith("\n")
    raw = base64.b64decode(ending.rpartition(" ")[2])
    public = SIGNER.public
    assert raw[:4] == hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{body}\n".encode())


def test_a_note_is_read_as_it_was_written() -> None:
    assert read_note(NOTE.text) == NOTE


def test_the_seed_of_a_signer_does_not_print() -> None:
    assert "ssss" not in repr(SIGNER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        NOTE.text.removesuffix("\n"),
        NOTE.text + "\n",
        NOTE.text.replace("\n7\n", "\n07\n"),
        NOTE.text.replace("\n7\n", "\n-7\n"),
        NOTE.text.replace("\n7\n", "\n7.0\n"),
        NOTE.text.replace("\n7\n", "\n\u0667\n"),
        NOTE.text.replace("\n7\n", f"\n{10**17}\n"),
        NOTE.text.replace("\n\n", "\nmore\n\n"),
        NOTE.text.replace("\n\n", "\n"),
        NOTE.text.replace("\N{EM DASH}", "-"),
        NOTE.text.replace("watchword", "watch\x00word", 1),
        NOTE.text.partition("\n\n")[0] + "\n\n",
        NOTE.text * 2,
        "x" * 100_000,
    ],
)
def test_what_we_would_not_write_is_no_note(text: str) -> None:
    assert read_note(text) is None


@given(some.text())
def test_no_text_is_beyond_a_calm_answer(text: str) -> None:
    assert read_note(text) is None
    assert read_note(ONE.text + text) is None or text.startswith("\n\N{EM DASH} ")
    assert read_key(text) is None or len(text) == 44


@pytest.mark.parametrize(
    "changed", [replace(ONE, size=8), replace(ONE, root=b"x" * 32), replace(ONE, origin="other")]
)
def test_a_signature_is_good_for_one_checkpoint_alone(changed: Checkpoint) -> None:
    assert who_signed(replace(NOTE, checkpoint=changed), [KEY]) == []


def test_only_the_keys_that_signed_are_named() -> None:
    other = PublicKey(FORGER.public)

    assert who_signed(NOTE, [other, KEY]) == [KEY]
    assert who_signed(signed(ONE, [FORGER, SIGNER]), [KEY, other]) == [KEY, other]
    assert who_signed(NOTE, []) == []


def test_a_note_with_one_good_and_one_forged_signature_is_not_believed() -> None:
    good, other = signed(ONE, [SIGNER, FORGER]).signatures
    forged = replace(NOTE, signatures=(good, replace(other, content=b"x" * 64)))

    assert who_signed(forged, [KEY, PublicKey(FORGER.public)]) == []
    assert who_signed(forged, [KEY]) == [KEY]  # of a key that we do not know we know nothing


def test_a_key_is_read_in_both_forms() -> None:
    written = write_key(origin_of(BANK), SIGNER.public)

    assert read_key(written) == PublicKey(SIGNER.public, origin_of(BANK))
    assert read_key(KEY.raw) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        KEY.raw[:-1],
        KEY.raw + "\n",
        write_key(origin_of(BANK), SIGNER.public).replace("1+", "2+", 1),
        write_key(origin_of(BANK), SIGNER.public)[:-4],
        write_key(origin_of(BANK), b"short"),
        f"{origin_of(SHOP)}+{write_key(origin_of(BANK), SIGNER.public).partition('+')[2]}",
    ],
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_key(text) is None


@given(some.binary(max_size=40))
def test_each_content_has_one_spelling(content: bytes) -> None:
    text = to_base64(content)

    assert from_base64(text) == content
    assert from_base64(text + "=") is None
    assert from_base64(text + "\n") is None


def test_bits_that_no_byte_has_are_noticed() -> None:
    assert from_base64("QQ==") == b"A"
    assert from_base64("QR==") is None
    assert from_base64("é") is None
