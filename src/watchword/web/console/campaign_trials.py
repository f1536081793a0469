"""A campaign as it is, on a telephone or in a mailbox of one's own."""

from typing import assert_never
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.trials.service import OnItsWay, SaysNothing
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, Reading, read_email, read_phone
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.trials.rules import NoSuchWay, TooManyTrials
from watchword.web.console.campaigns import ONE, PATH, RUNS, found, show_one
from watchword.web.console.pages import go
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
    made = await visitor.services.of_campaigns.trials.make(
        visitor.colleague, campaign.id, contact, locale
    )
    match made:
        case OnItsWay():
            return go(f"{PATH}/{id}", said="tried")
        case NoSuchWay():
            problem = "no_such_way"
        case TooManyTrials():
            problem = "too_many_trials"
        case SaysNothing() | OptedOut():
            problem = made.word
        case never:
            assert_never(never)
    return await show_one(request, visitor, campaign, problem=problem)


def _read(visitor: Visitor, campaign: Campaign) -> Reading:
    typed = visitor.form.text("address")
    if campaign.channel is Channel.EMAIL:
        return read_email(typed)
    return read_phone(typed, visitor.organisation.country)


routes = [try_campaign]
