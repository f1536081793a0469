"""A letter of the sandbox as it would be printed: a picture of the sheet."""

from datetime import timedelta
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.policies import LETTER_LIFE
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import read_line
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import Address, Message, MessageId
from watchword.features.organisations.rules import Organisation
from watchword.features.sandbox.rules import Delivered
from watchword.web.html.pages import HEADERS
from watchword.web.html.sandbox import test_organisations
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services


@get("/sandbox/letters/{message_id:uuid}", include_in_schema=False)
async def show_letter(
    message_id: FromPath[UUID], services: NamedDependency[Services]
) -> Response[bytes]:
    if not services.settings.sandbox.open_page:
        raise Problem(Kind.NOT_FOUND, "The sandbox page is not open on this machine.")
    letters = services.letters.letters
    for organisation in await test_organisations(services):
        for found in await services.sandbox.look(organisation.id):
            if found.id.int == message_id.int and found.channel is Channel.LETTER:
                sheet = letters.sample(_message(found, organisation), organisation)
                picture = await letters.draw(sheet, "png")
                return Response(picture, media_type="image/png", headers=HEADERS)
    raise Problem(Kind.NOT_FOUND, "There is no such letter in the sandbox.")


def _message(found: Delivered, organisation: Organisation) -> Message:
    read = read_line(found.to.reveal())
    address = read.address if isinstance(read, Contact) else found.to
    return Message(
        id=MessageId(found.id),
        organisation_id=organisation.id,
        channel=Channel.LETTER,
        address=Address(address.reveal()),
        subject=found.subject,
        text=found.text,
        locale=organisation.locale,
        not_after=found.at + LETTER_LIFE,
        code=found.code,
        minutes=LETTER_LIFE // timedelta(minutes=1),
        entry=found.entry,
    )


routes = [show_letter]
