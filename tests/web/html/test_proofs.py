"""Anybody checks a receipt: pasted or as a file, and is told in plain words what it proves."""

import re

import pytest

from tests.features.ledger.books import FORGER
from tests.features.ledger.test_receipts import receipt as forged_receipt
from tests.stores import BANK
from tests.web.html.stage import Stage
from watchword.features.ledger.checkpoints import Checkpoint, origin_of, signed
from watchword.features.ledger.receipts import write_receipt
from watchword.features.ledger.rules import Wanted, canonical
from watchword.features.ledger.service import NotYet
from watchword.features.ledger.tree import leaf_hash
from watchword.web.html.proofs import OFTEN

PAGE = "/proofs"


async def receipt(stage: Stage) -> str:
    organisation = await stage.found()
    await stage.services.ledger.sealing.seal_all(organisation.id)
    ledger = stage.services.ledger.entries
    page = (await ledger.page(organisation.id, Wanted(), most=1, after=None)).page
    found = await ledger.receipt(organisation.id, page.items[0].id)
    assert not isinstance(found, NotYet)
    return found.decode()


async def check(stage: Stage, text: str, *, status: int = 200, language: str = "en") -> str:
    reply = await stage.pages.post(
        PAGE, files={"receipt": (None, text)}, headers={"Accept-Language": language}
    )
    assert reply.status_code == status, reply.text
    return reply.text


async def test_a_good_receipt_is_told_in_words(stage: Stage) -> None:
    text = await receipt(stage)

    english, german = await check(stage, text), await check(stage, text, language="de")

    assert "This is proven" in english
    assert "The organisation was founded" in english
    assert "Das ist bewiesen" in german
    assert "Die Organisation wurde angelegt" in german


async def test_a_file_is_as_good_as_its_text(stage: Stage) -> None:
    file = ("receipt.json", (await receipt(stage)).encode(), "application/json")

    reply = await stage.pages.post(PAGE, files={"file": file, "receipt": (None, "")})

    assert "This is proven" in reply.text


async def test_a_changed_receipt_is_told_why(stage: Stage) -> None:
    text = (await receipt(stage)).replace("organisation.created", "organisation.cremated")

    page = await check(stage, text, status=422)

    assert "This proves nothing" in page
    assert "not the one that stands in the signed ledger" in page
    assert "cremated" in page  # what was typed is still there


async def test_a_receipt_of_another_server_is_not_called_proven(stage: Stage) -> None:
    page = await check(stage, forged_receipt().decode())

    assert "this server did not sign it" in page
    assert "This is proven" not in page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There was no receipt"),
        ("   \n", "There was no receipt"),
        ("{}", "This is no receipt"),
        ("<script>alert(1)</script>", "This is no receipt"),
        ("x" * 20_000, "much smaller"),
    ],
)
async def test_what_is_no_receipt_is_told_what_to_do(stage: Stage, text: str, says: str) -> None:
    page = await check(stage, text, status=422)

    assert says in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("application/json", b"{}"),
        ("text/plain", b"\xff\xfe"),
    ],
)
async def test_what_no_page_of_ours_sends_is_answered_calmly(
    stage: Stage, kind: str, body: bytes
) -> None:
    reply = await stage.pages.post(PAGE, content=body, headers={"Content-Type": kind})

    assert reply.status_code == 422


async def test_whoever_signs_for_themselves_cannot_break_the_page(stage: Stage) -> None:
    words = "<script>alert(1)</script>"
    entry = canonical(
        {
            **dict.fromkeys(("action", "actor", "at", "id", "target"), words),
            "details": {words: {words: [words]}},
            "position": 0,
            "previous": "",
        }
    )
    checkpoint = Checkpoint(origin_of(BANK), 1, leaf_hash(entry))
    note = signed(checkpoint, [FORGER]).text

    page = await check(stage, write_receipt(entry, [], note, FORGER.public).decode())

    assert "this server did not sign it" in page
    assert "<script>" not in page


async def test_details_that_are_too_deep_are_no_receipt(stage: Stage) -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    text = forged_receipt().decode().replace('"sms"', deep)

    assert "This is no receipt" in await check(stage, text, status=422)


async def test_whoever_checks_too_often_waits(stage: Stage) -> None:
    for _ in range(OFTEN.sends[0].most):
        await check(stage, "{}", status=422)

    english = await check(stage, "{}", status=429)
    german = await check(stage, "{}", status=429, language="de")

    assert "Wait a minute" in english
    assert "proves nothing" not in english
    assert "Nicht geprüft" in german
    assert "Check a receipt" in await stage.read(PAGE)


async def test_the_page_needs_no_script_and_names_the_keys(stage: Stage) -> None:
    page = await stage.read(PAGE)

    keys = [key.raw for key in await stage.services.ledger.entries.keys()]
    assert "<script" not in page
    assert not re.search(r"\sstyle=", page)
    assert all(key.replace("+", "&#43;") in page or key in page for key in keys)
    assert len(page) < 20_000
