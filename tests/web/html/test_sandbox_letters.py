"""A letter of the sandbox as it would be printed: a picture that whoever tests may look at."""

import io
import re
from uuid import uuid4

import zxingcpp
from PIL import Image

from tests.web.html.stage import MAILBOX, Stage
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Mode

HOME = "Ann Example\nHauptstraße 1\n10115 Berlin\nDE"
CODE = "K7QM2XWR9H"
PICTURE = re.compile(r"/sandbox/letters/[0-9a-f-]{36}")


async def put(stage: Stage, slug: str = "demo", mode: Mode = Mode.TEST) -> None:
    organisation = await stage.found(slug, mode=mode)
    await stage.deliver(
        organisation, to=HOME, channel=Channel.LETTER, code=CODE, text="Ihr Code:\n\nK7QM2 XWR9H"
    )


async def pictures(stage: Stage) -> list[str]:
    return PICTURE.findall(await stage.read("/sandbox"))


async def test_a_letter_is_shown_as_it_would_be_printed(stage: Stage) -> None:
    await put(stage)

    path, *_ = await pictures(stage)
    reply = await stage.pages.get(path)

    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "image/png"
    sheet = Image.open(io.BytesIO(reply.content))
    assert round(sheet.height / sheet.width, 2) == 1.41
    squares = [square.text for square in zxingcpp.read_barcodes(sheet)]
    assert any(text.endswith("/o/demo/card") for text in squares)
    assert all(CODE not in text for text in squares)


async def test_nobody_keeps_a_copy_of_the_picture(stage: Stage) -> None:
    await put(stage)

    reply = await stage.pages.get((await pictures(stage))[0])

    assert "no-store" in reply.headers["Cache-Control"]


async def test_a_letter_that_is_not_there_has_no_picture(stage: Stage) -> None:
    await put(stage)

    assert (await stage.pages.get(f"/sandbox/letters/{uuid4()}")).status_code == 404


async def test_what_is_no_letter_has_no_picture(stage: Stage) -> None:
    organisation = await stage.found()
    await stage.deliver(organisation, to=MAILBOX, channel=Channel.EMAIL)
    [mail] = await stage.services.sandbox.look(organisation.id)

    assert await pictures(stage) == []
    assert (await stage.pages.get(f"/sandbox/letters/{mail.id}")).status_code == 404


async def test_a_closed_sandbox_shows_no_letter(closed: Stage) -> None:
    await put(closed)
    organisation = await closed.services.organisations.find("demo")
    [letter] = await closed.services.sandbox.look(organisation.id)

    assert (await closed.pages.get(f"/sandbox/letters/{letter.id}")).status_code == 404
