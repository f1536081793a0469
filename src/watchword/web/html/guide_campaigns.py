"""What the API guide says of audiences and campaigns, and of what refuses them."""

from collections.abc import Mapping

from watchword.web.html.guide_pages import OF_PAGES
from watchword.web.problems import Kind

_MEANT = {
    "consents": "Have agreed to be written to by one of these.",
    "points_from": "Have so many points on one of their accounts, or more.",
    "points_to": "Have so many points on one of their accounts, or fewer.",
    "bought_at": "Have bought at one of these locations.",
    "bought_since": "Have bought on this day or later.",
    "not_bought_since": "Have bought, and last before this day.",
    "never_bought": "Have not bought anything yet.",
    "tags_any": "Have one of these tags.",
    "tags_none": "Have none of these tags.",
    "languages": "Are written to in one of these.",
    "card_verified": "Have a verified card, or have none.",
}
_CAMPAIGN = {
    "name": "As those call it who work with it.",
    "channel": "By which way it goes.",
    "provider": "Who carries it. Null: the first that can.",
    "category": "What it advertises. Some of it needs an age.",
    "minimum_age": "How old its recipients have to be.",
    "gate": "What opens the page that the link leads to.",
    "page_id": "The landing page behind the link.",
    "audience_id": "Whom it means.",
    "purpose": "Why you write: it stands before the gate.",
    "purposes": "The same in more languages: each reads their own, if it is there.",
    "sender": "Who writes: it stands before the gate.",
    "texts": "What it says, by language.",
    "fallback_locale": "The language for those whose own is missing.",
    "starts_at": "When it begins. Null: as soon as it is scheduled or agreed to.",
    "ends_at": "What has not left by then does not leave.",
    "links_live_until": "Until when links lead to the page.",
    "per_second": "So many leave in a second at most. Null: as the provider takes them.",
}
_STEPS = {
    "sent": "How many were written to.",
    "delivered": "How many were reached.",
    "opened": "How many have typed something at the gate.",
    "passed": "How many came through.",
    "clicked": "How many pressed a button.",
    "opted_out": "How many want to hear no more.",
}
_KEPT = {
    "id": "Keep it: everything else about it goes by it.",
    "version": "On what it stands. It goes back with a change.",
    "created_at": "Since when it is there.",
}
_READ = {"version": "The one that you have read: nobody's change is overwritten unseen."}
_AUDIENCE = {"name": "As your staff call it.", "filter": "Who is meant. All of it has to be true."}


def _named(schema: str, *said: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{schema}.{name}": words for each in said for name, words in each.items()}


OF_CAMPAIGNS: Mapping[str, str] = {
    **OF_PAGES,
    "audience_id": "The `id` of the audience.",
    "campaign_id": "The `id` of the campaign.",
    "TagsView.tags": "All that customers have.",
    "CustomerTagsBody.tags": "All that the customer is to have.",
    **_named("FilterBody", _MEANT),
    **_named("FilterView", _MEANT),
    **_named("NewAudience", _AUDIENCE),
    **_named("AudienceChange", _AUDIENCE, _READ),
    **_named("AudienceView", _AUDIENCE, _KEPT),
    "AudienceView.filter": "Who is meant. Null for a list that was brought.",
    "AudienceView.rows": "What became of the rows of its file. Null for a filter.",
    "AudienceView.updated_at": "When it was last changed.",
    "AudiencePage.audiences": "One page of them.",
    "AudiencePage.cursor": "Leads to the next page. Null on the last.",
    "name": "What the audience is called.",
    "TallyView.read": "How many there were.",
    "TallyView.found": "How many led to a customer. Null: fewer than five.",
    "TallyView.missing": "How many led to nobody. Null with `found`.",
    "TallyView.twice": "How many led to somebody who was there already. Null with `found`.",
    "TallyView.refused": "How many could not be read.",
    "NewAudienceCount.audience_id": "One that is saved.",
    "NewAudienceCount.filter": "One that is not saved.",
    "AudienceCountView.customers": "How many are meant. Null: fewer than five of a list.",
    "AudienceCountView.reached": "How many of them may be written to, and can be.",
    "AudienceCountView.whole": "False: at least so many; to count all took too long.",
    "ReachedView.text": "By text message. Null: fewer than five of a list.",
    "ReachedView.email": "By e-mail. Likewise.",
    "ReachedView.whatsapp": "By WhatsApp. Likewise.",
    **_named("NewCampaign", _CAMPAIGN),
    **_named("CampaignView", _CAMPAIGN, _KEPT),
    "CampaignView.state": "How far it is.",
    "CampaignView.audience_size": "How many were meant when it was proposed.",
    "CampaignView.recipients": "How many get it.",
    "CampaignView.started_at": "When it began.",
    "CampaignView.ended_at": "When it was over.",
    **_named("CampaignChange", _READ),
    **_named("CampaignStep", _READ),
    "CampaignPage.campaigns": "One page of them.",
    "CampaignPage.cursor": "Leads to the next page. Null on the last.",
    "NewCampaignTrial.to": "An address of somebody who works here.",
    "NewCampaignTrial.locale": "In which language.",
    "TrialView.locale": "The language that it goes in.",
    "TrialView.preview": "Where its link leads. Null, if the campaign has no page.",
    "TrialPreviewView.url": "The address that stands in the message.",
    "TrialPreviewView.pin": "Opens it. It stands in no message, and is shown this once.",
    "TrialPreviewView.expires_at": "Until when it is good.",
    "EstimateView.recipients": "How many get it. Null: fewer than five of a list.",
    "EstimateView.segments": "How many parts all of it has at most. Null with `recipients`.",
    "EstimateView.cost": "What it costs at most. Null where prices are not known.",
    "EstimateView.seconds": "How long it takes at the pace that is set. Null where none is.",
    "EstimateView.texts": "How long each text is, by language.",
    "EstimateView.lacks": "What is missing before it can go on.",
    "EstimateView.bad_texts": "What cannot be sent so.",
    "EstimateView.second_person": "Why somebody else has to agree. Null: nobody has to.",
    "BadTextView.locale": "In which language.",
    "BadTextView.wrong": "What is wrong.",
    "BadTextView.about": "With what.",
    "SumView.micros": "In millionths of the currency.",
    "SumView.currency": "Three letters, such as EUR.",
    **_named("CountsView", _STEPS),
    "CountsView.recipients": "How many it was for.",
    "CountsView.redeemed": "How many redeemed a reward within 14 days.",
    **_named("CourseView", _STEPS),
    "CourseView.starts_at": "When the hour, or the day, begins.",
    "ResultsView.counts": "How far its recipients came.",
    "ResultsView.failed": "How many could not be reached.",
    "ResultsView.unknown": "Of how many nobody knows whether it left.",
    "ResultsView.stopped": "To how many nothing left: they had opted out, or nobody is there.",
    "ResultsView.nobody_there": "Of how many a provider has said that the address leads to nobody.",
    "ResultsView.by_day": "True: `course` goes by days of UTC, and not by hours.",
    "ResultsView.course": "The same in its time.",
}

OF_CAMPAIGNS_REFUSED: Mapping[Kind, str] = {
    Kind.NOT_OURS: "Take the e-mail address of somebody who signs in to the console, or have them "
    "confirm a test number there, under My account.",
    Kind.BAD_PAGE: "`faults` says what is wrong and where. Nothing was changed.",
    Kind.LIST_NEEDED: "Wait until the campaign is over, or cancel it.",
    Kind.NAME_TAKEN: "Choose another one.",
    Kind.CAMPAIGN_NOT_NOW: "`state` says where. Read it again, and do what is possible there.",
    Kind.CAMPAIGN_NOT_READY: "`lacks` says what. Write that, and ask again.",
}
