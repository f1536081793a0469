"""A campaign as it is, on a telephone or in a mailbox of one's own."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.trials.ports import Preview
from watchword.features.campaigns.trials.service import NotOurs, OnItsWay
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, Reading, read_email, read_phone
from watchword.features.delivery.trials.rules import NoSuchWay, TooManyTrials
from watchword.features.gates.passes.rules import spell
from watchword.web.console.campaigns import ONE, PATH, RUNS, found, show_one
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest


@post(f"{ONE}/trials", include_in_schema=False, opt=RUNS, status_code=200)
async def try_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    campaign = await found(visitor, id)
    if visitor.form.is_resumed:
        return await show_one(request, visitor, campaign)
    contact = _read(visitor, campaign)
    if not isinstance(contact, Contact):
        return await show_one(request, visitor, campaign, problem="no_address")
    locale = visitor.form.text("locale")
    made = await visitor.services.gates.trials.make(visitor.colleague, campaign.id, contact, locale)
    if isinstance(made, OnItsWay):
        if made.preview is not None:
            return _show_preview(request, visitor, campaign, made.preview)
        return go(f"{PATH}/{id}", said="tried")
    match made:
        case NoSuchWay():
            problem = "no_such_way"
        case TooManyTrials():
            problem = "too_many_trials"
        case NotOurs():
            is_mail = campaign.channel is Channel.EMAIL
            problem = "not_your_mailbox" if is_mail else "not_your_number"
        case other:
            problem = other.word
    return await show_one(request, visitor, campaign, problem=problem)


def _show_preview(
    request: AnyRequest, visitor: Visitor, campaign: Campaign, preview: Preview
) -> Response[str]:
    """Show the PIN that opens what the link leads to, this once."""
    return show_console(
        request,
        visitor,
        "campaigns/tried.html",
        campaign=campaign,
        pin=spell(preview.pin),
        until=preview.until,
    )


def _read(visitor: Visitor, campaign: Campaign) -> Reading:
    typed = visitor.form.text("address")
    if campaign.channel is Channel.EMAIL:
        return read_email(typed)
    return read_phone(typed, visitor.organisation.country)


routes = [try_campaign]
