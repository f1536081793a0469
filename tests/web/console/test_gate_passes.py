"""Passes for reviewers and previews in the console: given, shown once, and revoked."""

import re
from uuid import UUID

import pytest

from tests.stores import NOON
from tests.web.console.people import Browser, Office
from watchword.features.campaigns.links.rules import CampaignNumber
from watchword.features.campaigns.rules import Campaign, CampaignId, Draft
from watchword.features.campaigns.store import CampaignStore
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id

ENGLISH = "?lang=en"
ADDRESS = re.compile(r'value="(http[^"]+/c/passes/([0-9a-f-]{36}))"')
CODE = re.compile(r"<output>([0-9 ]+)</output>")


@pytest.fixture
async def here(office: Office) -> str:
    """A campaign that has a page, and where its passes are."""
    return await passes_of(office, page_id=new_id())


async def passes_of(office: Office, page_id: UUID | None) -> str:
    """Write a campaign, and give where its passes are."""
    made = Campaign(
        id=CampaignId(new_id()),
        number=CampaignNumber(new_id().int >> 66),
        draft=Draft(name="Roses", page_id=page_id),
        created_at=NOON,
        created_by="test",
        changed_by="test",
    )
    async with office.services.storage.begin(office.organisation.id) as transaction:
        await CampaignStore(transaction, office.organisation.id).add(made)
    return f"/console/campaigns/{made.id}/passes"


async def test_a_pass_is_shown_once_and_revoked(owner: Browser, office: Office, here: str) -> None:
    made = await owner.send(
        f"{here}{ENGLISH}", of=here, kind="review", name="Carrier Ltd", hours="168"
    )
    ((address, id),) = ADDRESS.findall(made.text)
    (code,) = CODE.findall(made.text)
    listed = await owner.read(f"{here}{ENGLISH}")

    assert made.status_code == 200
    assert address.startswith(office.services.settings.web.public_url)
    assert len(code.replace(" ", "")) == 8
    assert "Carrier Ltd" in listed
    assert code not in listed
    await owner.send(f"{here}/{id}/revocations", of=here)
    assert "revoked" in await owner.read(f"{here}{ENGLISH}")


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"name": "", "hours": "168"}, "Say whose pass it is"),
        ({"name": "Carrier", "hours": "9999"}, "Choose how long"),
    ],
)
async def test_what_is_missing_is_said(
    owner: Browser, here: str, said: dict[str, str], because: str
) -> None:
    refused = await owner.send(f"{here}{ENGLISH}", of=here, kind="review", **said)

    assert refused.status_code == 422
    assert because in refused.text


async def test_a_preview_needs_a_page_and_nobody_s_name(
    owner: Browser, office: Office, here: str
) -> None:
    made = await owner.send(f"{here}{ENGLISH}", of=here, kind="preview", hours="1")
    (pin,) = CODE.findall(made.text)
    assert len(pin.replace(" ", "")) == 6

    without = await passes_of(office, page_id=None)
    refused = await owner.send(f"{without}{ENGLISH}", of=without, kind="preview", hours="1")
    assert refused.status_code == 422
    assert "has no page yet" in refused.text


async def test_a_pass_of_another_campaign_is_not_revoked_here(
    owner: Browser, office: Office, here: str
) -> None:
    made = await owner.send(
        f"{here}{ENGLISH}", of=here, kind="review", name="Carrier Ltd", hours="168"
    )
    ((_, id),) = ADDRESS.findall(made.text)
    other = await passes_of(office, page_id=new_id())

    assert (await owner.send(f"{other}/{id}/revocations", of=other)).status_code == 404
    assert "revoked" not in await owner.read(f"{here}{ENGLISH}")


async def test_who_runs_no_campaigns_gives_no_passes(office: Office, here: str) -> None:
    clerk = await office.enter(Role.CLERK)

    assert "Give a pass" not in await clerk.read(here, status=403)
