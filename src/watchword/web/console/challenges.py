"""Codes as staff find them: a list, a search, one told whole, and cancelling it.

What somebody searches for may be a number or an address, so it is posted, and stands in no
address of a page. Nothing here shows a code.
"""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.challenges.register.rules import (
    SHOWN_PURPOSES,
    NothingTyped,
    Period,
    Sieve,
    read_wanted,
)
from watchword.features.challenges.register.story import Story
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/challenges"
SEE = {PERMISSION: Permission.CHALLENGES_SEE}
CANCEL = {PERMISSION: Permission.CHALLENGES_CANCEL}


@get(PATH, include_in_schema=False, opt=SEE)
async def list_challenges(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, sieve = rows_of(request), _sieve(request)
    register = visitor.services.overview.register
    leaf = await register.page(visitor.organisation.id, sieve, most=rows.most, after=rows.after)
    to = ""
    if sieve.contact_id is not None:
        to = await register.masked(visitor.organisation.id, sieve.contact_id)
    return show_console(
        request,
        visitor,
        "challenges/list.html",
        leaf=leaf,
        cursor=write_cursor(leaf.after) or "",
        rows=rows,
        sieve=sieve,
        query=_query(sieve, rows.most),
        to=to,
        statuses=tuple(Status),
        purposes=SHOWN_PURPOSES,
        channels=tuple(Channel),
        periods=tuple(Period),
    )


@post(PATH + "/search", include_in_schema=False, status_code=200, opt=SEE)
async def find_challenges(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    typed = visitor.form.text("find")
    wanted = read_wanted(typed, visitor.organisation.country)
    if isinstance(wanted, NothingTyped):
        return show_console(
            request, visitor, "challenges/found.html", status=422, found=None, typed=typed
        )
    found = await visitor.services.overview.register.find(visitor.organisation.id, wanted)
    if found.only is not None:
        return go(f"{PATH}/{found.only.id}")
    if found.contact_id is not None and not found.items:
        return go(f"{PATH}?contact={found.contact_id}")
    return show_console(request, visitor, "challenges/found.html", found=found, typed=typed)


@get(PATH + "/{id:uuid}", include_in_schema=False, opt=SEE)
async def show_challenge(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, await _read(visitor, id))


@post(PATH + "/{id:uuid}/cancellations", include_in_schema=False, status_code=200, opt=CANCEL)
async def cancel_challenge(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    story = await _read(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, story)
    if not story.is_open:
        return go(f"{PATH}/{story.id}", said="over")
    await visitor.services.challenges.cancel(visitor.colleague, story.id)
    return go(f"{PATH}/{story.id}", said="cancelled")


async def _read(visitor: Visitor, id: UUID) -> Story:
    register = visitor.services.overview.register
    story = await register.read(visitor.organisation.id, ChallengeId(Id(int=id.int)))
    if story is None:
        raise NotFound("challenge")
    return story


async def _show(request: AnyRequest, visitor: Visitor, story: Story) -> Response[str]:
    providers = visitor.services.providers
    return show_console(
        request,
        visitor,
        "challenges/one.html",
        story=story,
        opened_by=await name_of(visitor, story.opened_by),
        cancelled_by=await name_of(visitor, story.cancelled_by),
        reporting={name for name, each in providers.items() if each.gives_receipts},
    )


def _sieve(request: AnyRequest) -> Sieve:
    """Read what a list is narrowed down to. What is no value of ours narrows nothing."""
    asked = request.query_params.get
    status, purpose, channel = asked("status", ""), asked("purpose", ""), asked("channel", "")
    period = asked("period", "")
    return Sieve(
        status=Status(status) if status in {*Status} else None,
        purpose=next((each for each in SHOWN_PURPOSES if each == purpose), None),
        channel=Channel(channel) if channel in {*Channel} else None,
        period=Period(period) if period in {*Period} else Period.EVER,
        contact_id=_contact_id(asked("contact", "")),
    )


def _contact_id(written: str) -> ContactId | None:
    try:
        return ContactId(Id(str(UUID(written))))
    except ValueError:
        return None


def _query(sieve: Sieve, most: int) -> dict[str, str]:
    """Give what the next page of a list has to say again."""
    return {
        "status": sieve.status or "",
        "purpose": sieve.purpose or "",
        "channel": sieve.channel or "",
        "period": "" if sieve.period is Period.EVER else sieve.period,
        "contact": "" if sieve.contact_id is None else str(sieve.contact_id),
        "rows": str(most),
    }


routes = [list_challenges, find_challenges, show_challenge, cancel_challenge]
