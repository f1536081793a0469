"""A phone of the sandbox replies: what is typed goes the way of any text that comes in."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from watchword.features.contacts.channels import Channel
from watchword.web.api.sandbox import SAID_AT_MOST, hear_reply
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import HEADERS, AnyRequest, Frame, show
from watchword.web.html.sandbox import TYPED_AT_MOST, Wanted
from watchword.web.html.sandbox_clock import read_fields, whose
from watchword.wiring import Services


@post("/sandbox/reply", include_in_schema=False, status_code=303)
async def reply(
    request: AnyRequest,
    services: NamedDependency[Services],
    organisation: Annotated[str, QueryParameter(name="organisation")] = "",
    address: Annotated[str, QueryParameter(name="address")] = "",
) -> Response[str]:
    """Let a phone write back, and go back to where the reader was."""
    if not services.settings.sandbox.open_page:
        public_url = services.settings.web.public_url
        return show(request, "sandbox_closed.html", status=404, public_url=public_url)
    if not is_own_form(request, services.settings.web.public_url):
        return show(request, "sandbox_elsewhere.html", status=403)
    said = await read_fields(request)
    written = Channel.WHATSAPP if said.get("channel") == Channel.WHATSAPP else Channel.SMS
    sender, text = said.get("from", "")[:TYPED_AT_MOST], said.get("text", "")[:SAID_AT_MOST]
    if text.strip():
        of = await whose(services, said.get("whose", ""))
        await hear_reply(services, of, sender, text, written)
    wanted = Wanted(organisation, address)
    back = Frame(request).link("/sandbox", organisation=wanted.organisation, address=wanted.address)
    return Response("", status_code=303, headers={**HEADERS, "Location": back})


routes = [reply]
