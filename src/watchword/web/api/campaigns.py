"""Campaigns over HTTP: written, proposed, scheduled, held and stopped, and what came of them.

A program may write a campaign and let one out that nobody has to agree to. It never agrees to one
itself: that is done by a person, in the console.
"""

from datetime import datetime
from math import ceil
from typing import TypeAlias, assert_never
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from watchword.features.campaigns.lifecycle import NotNow
from watchword.features.campaigns.readiness import (
    BadDraft,
    NeedsSecondPerson,
    NoPerson,
    NotReady,
    YourOwn,
)
from watchword.features.campaigns.rules import (
    Campaign,
    CampaignId,
    TooManyCampaigns,
    WrittenSince,
)
from watchword.features.campaigns.trials.service import (
    IsOver,
    LeadsNowhere,
    NotOurs,
    OnItsWay,
    SaysNothing,
    Unsent,
)
from watchword.features.clients.rules import Scope
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.trials.rules import NoSuchWay, TooManyTrials
from watchword.features.idempotency.rules import OtherBody
from watchword.foundation.ids import Id
from watchword.web.api.campaign_views import (
    BadTextView,
    CampaignChange,
    CampaignPage,
    CampaignStep,
    CampaignView,
    EstimateView,
    MeasureView,
    NewCampaign,
    NewCampaignTrial,
    ResultsView,
    SumView,
    TrialView,
    campaign_view,
    read_draft,
    results_view,
    trial_view,
)
from watchword.web.api.contact_points import read_contact
from watchword.web.api.rewards import stale
from watchword.web.authentication import BESIDES, SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, until

PATH = "/v1/campaigns"
ONE = f"{PATH}/{{campaign_id:uuid}}"
WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
MOVED = (Kind.NOT_FOUND, Kind.CAMPAIGN_NOT_NOW)
READS, WRITES = {SCOPE: Scope.CAMPAIGNS_READ}, {SCOPE: Scope.CAMPAIGNS_WRITE}


@get(PATH, opt=READS, summary="List campaigns, the newest first", responses=problems())
async def list_campaigns(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> CampaignPage:
    page = await admitted.services.campaigns.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return CampaignPage([campaign_view(each) for each in page.items], write_cursor(page.after))


@post(
    PATH,
    opt=WRITES,
    summary="Write a campaign",
    responses=problems(*WRITTEN, Kind.TOO_MANY_OFFERS, Kind.OTHER_BODY),
)
async def create_campaign(
    data: JSONBody[NewCampaign], admitted: NamedDependency[Admitted]
) -> CampaignView:
    made = await admitted.services.campaigns.create(
        admitted.client, read_draft(data), admitted.once
    )
    return _shown(made)


@get(ONE, opt=READS, summary="Read a campaign", responses=problems(Kind.NOT_FOUND))
async def read_campaign(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> CampaignView:
    return campaign_view(await _found(admitted, campaign_id))


@put(
    ONE,
    opt=WRITES,
    summary="Change a draft",
    responses=problems(*WRITTEN, *MOVED, Kind.STALE_OFFER),
)
async def change_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignChange],
    admitted: NamedDependency[Admitted],
) -> CampaignView:
    return _shown(
        await admitted.services.campaigns.change(
            admitted.client, _id(campaign_id), read_draft(data), version=data.version
        )
    )


@get(
    f"{ONE}/estimate",
    opt=READS,
    summary="Read what a campaign comes to, and what it lacks",
    responses=problems(Kind.NOT_FOUND),
)
async def estimate_campaign(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> EstimateView:
    campaigns, organisation = admitted.services.campaigns, admitted.client.organisation
    draft = (await _found(admitted, campaign_id)).draft
    lacks, second = await campaigns.look_over(organisation, draft)
    estimate = await campaigns.estimate(organisation, draft)
    cost = estimate.cost
    return EstimateView(
        recipients=estimate.recipients,
        segments=estimate.segments,
        cost=None if cost is None else SumView(cost.micros, cost.currency),
        seconds=None if estimate.takes is None else ceil(estimate.takes.total_seconds()),
        texts={
            locale: MeasureView(each.characters, each.segments)
            for locale, each in estimate.texts.items()
        },
        lacks=[] if lacks is None else list(lacks.lacks),
        bad_texts=[]
        if lacks is None
        else [BadTextView(each.locale, each.wrong, each.about) for each in lacks.texts],
        second_person=None if second is None else second.because,
    )


@post(
    f"{ONE}/proposals",
    opt=WRITES,
    summary="Ask for somebody else to agree",
    responses=problems(*WRITTEN, *MOVED, Kind.STALE_OFFER, Kind.CAMPAIGN_NOT_READY),
)
async def propose_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignStep],
    admitted: NamedDependency[Admitted],
) -> CampaignView:
    return _shown(
        await admitted.services.campaigns.propose(
            admitted.client, _id(campaign_id), version=data.version
        )
    )


@post(
    f"{ONE}/schedules",
    opt=WRITES,
    summary="Let a campaign begin when it is time",
    responses=problems(
        *WRITTEN, *MOVED, Kind.STALE_OFFER, Kind.CAMPAIGN_NOT_READY, Kind.NEEDS_SECOND_PERSON
    ),
)
async def schedule_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignStep],
    admitted: NamedDependency[Admitted],
) -> CampaignView:
    return _shown(
        await admitted.services.campaigns.schedule(
            admitted.client, _id(campaign_id), version=data.version
        )
    )


@post(
    f"{ONE}/withdrawals",
    opt=WRITES,
    summary="Take a campaign back that has not begun",
    responses=problems(*WRITTEN, *MOVED, Kind.STALE_OFFER),
)
async def withdraw_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignStep],
    admitted: NamedDependency[Admitted],
) -> CampaignView:
    return _shown(
        await admitted.services.campaigns.unschedule(
            admitted.client, _id(campaign_id), version=data.version
        )
    )


@post(f"{ONE}/pauses", opt=WRITES, summary="Let nothing more leave", responses=problems(*MOVED))
async def pause_campaign(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> CampaignView:
    return _shown(await admitted.services.campaigns.pause(admitted.client, _id(campaign_id)))


@post(
    f"{ONE}/resumptions",
    opt=WRITES,
    summary="Let it go on",
    responses=problems(*MOVED, Kind.NEEDS_PERSON, Kind.STALE_OFFER),
)
async def resume_campaign(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> CampaignView:
    return _shown(await admitted.services.campaigns.resume(admitted.client, _id(campaign_id)))


@post(f"{ONE}/cancellations", opt=WRITES, summary="End it for good", responses=problems(*MOVED))
async def cancel_campaign(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> CampaignView:
    return _shown(await admitted.services.campaigns.cancel(admitted.client, _id(campaign_id)))


@post(
    f"{ONE}/trials",
    # What is sent leads to the page as it is worked on.
    opt={**WRITES, BESIDES: Scope.PAGES_READ},
    summary="Send a campaign to one of you, as it is now",
    responses=problems(
        *WRITTEN,
        *(Kind.NOT_FOUND, Kind.UNREACHABLE, Kind.NO_WAY, Kind.CAMPAIGN_NOT_READY),
        *(Kind.NOT_OURS, Kind.OPTED_OUT, Kind.TOO_MANY, Kind.CAMPAIGN_NOT_NOW),
    ),
)
async def try_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[NewCampaignTrial],
    admitted: NamedDependency[Admitted],
) -> TrialView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    made = await admitted.services.gates.trials.make(
        admitted.client, _id(campaign_id), contact, data.locale
    )
    if isinstance(made, OnItsWay):
        return trial_view(made, admitted.services.settings.web.public_url)
    raise _untried(made, admitted.services.storage.now())


@get(
    f"{ONE}/results",
    opt=READS,
    summary="Read what a campaign has come to",
    responses=problems(Kind.NOT_FOUND),
)
async def read_results(
    campaign_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> ResultsView:
    campaign = await _found(admitted, campaign_id)
    whose = admitted.client.organisation.id
    return results_view(await admitted.services.of_campaigns.results.of(whose, campaign))


LACKS = {
    SaysNothing: ("There is no text yet.", "texts"),
    LeadsNowhere: ("There is a link in the text, and no page that it leads to.", "page"),
}


def _untried(why: Unsent, now: datetime) -> Problem:
    match why:
        case IsOver(state):
            detail = f"The campaign is {state}, so there is nothing left to try."
            return Problem(Kind.CAMPAIGN_NOT_NOW, detail, more={"state": state})
        case SaysNothing() | LeadsNowhere():
            return _not_ready(*LACKS[type(why)])
        case NoSuchWay():
            return Problem(Kind.NO_WAY, "By the channel of the campaign nothing can be sent there.")
        case NotOurs():
            detail = (
                "Campaigns are tried by those who work here: at the e-mail address by which they "
                "sign in, or at the test number that they confirm under My account."
            )
            return Problem(Kind.NOT_OURS, detail)
        case TooManyTrials(moment):
            detail = "There were enough trials for now. Wait a while."
            return Problem(Kind.TOO_MANY, detail, until(moment, now))
        case OptedOut():
            return Problem(Kind.OPTED_OUT, "Whoever has this address wants no offers.")
        case never:
            assert_never(never)


def _not_ready(detail: str, lacks: str) -> Problem:
    return Problem(Kind.CAMPAIGN_NOT_READY, detail, more={"lacks": [lacks]})


Outcome: TypeAlias = (
    Campaign
    | BadDraft
    | NotNow
    | WrittenSince
    | NotReady
    | NeedsSecondPerson
    | YourOwn
    | NoPerson
    | TooManyCampaigns
    | OtherBody
)


def _shown(outcome: Outcome) -> CampaignView:
    match outcome:
        case Campaign():
            return campaign_view(outcome)
        case BadDraft(name):
            raise Problem(Kind.MALFORMED, "This field cannot be so.", more={"field": name})
        case WrittenSince(version):
            raise stale(version)
        case NotNow(state, _):
            detail = f"The campaign is {state}, and this leads nowhere from there."
            raise Problem(Kind.CAMPAIGN_NOT_NOW, detail, more={"state": state})
        case NotReady(lacks):
            detail = "Something is missing. GET the estimate to see all of it."
            raise Problem(Kind.CAMPAIGN_NOT_READY, detail, more={"lacks": list(lacks)})
        case NeedsSecondPerson(because):
            detail = "Propose it. Somebody else agrees to it in the console."
            raise Problem(Kind.NEEDS_SECOND_PERSON, detail, more={"because": because})
        case YourOwn() | NoPerson():
            raise Problem(Kind.NEEDS_PERSON, "A person agrees to campaigns, in the console.")
        case TooManyCampaigns(most):
            detail = f"There are {most} campaigns that are not over. End one before."
            raise Problem(Kind.TOO_MANY_OFFERS, detail)
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


async def _found(admitted: Admitted, id: UUID) -> Campaign:
    return await admitted.services.campaigns.find(admitted.client.organisation.id, _id(id))


def _id(id: UUID) -> CampaignId:
    return CampaignId(Id(int=id.int))


routes = [
    list_campaigns,
    create_campaign,
    read_campaign,
    change_campaign,
    estimate_campaign,
    propose_campaign,
    schedule_campaign,
    withdraw_campaign,
    pause_campaign,
    resume_campaign,
    cancel_campaign,
    try_campaign,
    read_results,
]
