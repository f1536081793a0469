"""Every door there is; what the framework would add of itself is none of them."""

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.stores import MovableTime

ROUTES = {
    "/": "GET",
    "/assets/{name}": "GET",
    "/docs": "GET",
    "/docs/{chapter}": "GET",
    "/health/live": "GET",
    "/health/ready": "GET",
    "/openapi.json": "GET",
    "/compat/aiq/api/v1.1/redemptions/{session_id}/{reward_id}": "PUT",
    "/compat/aiq/api/v1.1/redemptions/{session_id}/{reward_id}/{transaction_id}": "PUT",
    "/compat/aiq/api/v1.1/verify/wallet": "POST",
    "/compat/aiq/api/v1.1/view/wallet": "POST",
    "/compat/aiq/api/v2/wallet": "POST",
    "/camara/one-time-password-sms/v1/send-code": "POST",
    "/camara/one-time-password-sms/v1/validate-code": "POST",
    "/camara/one-time-password-sms/vwip/send-code": "POST",
    "/camara/one-time-password-sms/vwip/validate-code": "POST",
    "/twilio/v2/Attempts": "GET",
    "/twilio/v2/Attempts/Summary": "GET",
    "/twilio/v2/Attempts/{attempt}": "GET",
    "/twilio/v2/SafeList/Numbers": "POST",
    "/twilio/v2/SafeList/Numbers/{number}": "GET DELETE",
    "/twilio/v2/Services/{service}/MessagingConfigurations": "GET POST",
    "/twilio/v2/Services/{service}/MessagingConfigurations/{country}": "GET POST DELETE",
    "/twilio/v2/Services/{service}/RateLimits": "GET POST",
    "/twilio/v2/Services/{service}/RateLimits/{rate_limit}": "GET POST DELETE",
    "/twilio/v2/Services/{service}/RateLimits/{rate_limit}/Buckets": "GET POST",
    "/twilio/v2/Services/{service}/RateLimits/{rate_limit}/Buckets/{bucket}": "GET POST DELETE",
    "/twilio/v2/Templates": "GET",
    "/twilio/v2/Services": "GET POST",
    "/twilio/v2/Services/{service}": "GET POST DELETE",
    "/twilio/v2/Services/{service}/Verifications": "POST",
    "/twilio/v2/Services/{service}/Verifications/{verification}": "GET POST",
    "/twilio/v2/Services/{service}/VerificationCheck": "POST",
    "/callbacks/{provider}": "GET POST",
    "/callbacks/{provider}/{message_id}": "GET POST",
    "/n/{token}": "GET POST",
    "/c/{link}": "GET HEAD POST",
    "/c/{link}/codes": "POST",
    "/c/{link}/sendings": "POST",
    "/c/{link}/stop": "GET HEAD POST",
    "/c/{link}/not-me": "GET HEAD POST",
    "/c/passes/{pass_id}": "GET HEAD POST",
    "/c/pictures/{slug}/{ticket}": "GET",
    "/u/{token}": "GET POST",
    "/redeem/answers": "POST",
    "/redeem/choices": "POST",
    "/redeem/endings": "POST",
    "/redeem/redemptions": "POST",
    "/redeem/sale": "GET",
    "/redeem/sendings": "POST",
    "/redeem/wallet": "GET",
    "/scripts/{name}": "GET",
    "/sandbox": "GET",
    "/sandbox/clock": "POST",
    "/sandbox/clock-moves": "POST",
    "/sandbox/events": "GET",
    "/sandbox/messages": "GET",
    "/sandbox/scenarios": "GET",
    "/sandbox/reply": "POST",
    "/sandbox/replies": "POST",
    "/sandbox/seeds": "POST",
    "/proofs": "GET POST",
    "/telephone/twiml/{slug}": "POST",
    "/telephone/twiml/{slug}/{profile_id}": "POST",
    "/telephone/twiml/{slug}/calls/{call_id}/{token}": "POST",
    "/telephone/voicexml/{slug}": "GET POST",
    "/telephone/voicexml/{slug}/{profile_id}": "GET POST",
    "/telephone/voicexml/{slug}/calls/{call_id}/{token}": "POST",
    "/v1/abuse-rules": "GET PUT",
    "/v1/blocks": "GET",
    "/v1/blocks/{block_id}/liftings": "POST",
    "/v1/consents": "POST",
    "/v1/consent-checks": "POST",
    "/v1/consent-withdrawals": "POST",
    "/v1/opt-in-requests": "POST",
    "/v1/challenges": "POST",
    "/v1/challenges/{challenge_id}": "GET DELETE",
    "/v1/challenges/{challenge_id}/answers": "POST",
    "/v1/challenges/{challenge_id}/sendings": "POST",
    "/.well-known/watchword-ledger-keys": "GET",
    "/v1/erasures": "POST",
    "/v1/ledger-checkpoint": "GET",
    "/v1/ledger-entries": "GET",
    "/v1/ledger-entries/{entry_id}": "GET",
    "/v1/ledger-entries/{entry_id}/receipt": "GET",
    "/v1/person-exports": "POST",
    "/v1/plans": "GET",
    "/v1/plans/{purpose}": "GET PUT DELETE",
    "/v1/accounts/{account_id}/points": "GET",
    "/v1/accounts/{account_id}/points/adjustments": "POST",
    "/v1/accounts/{account_id}/points/earnings": "POST",
    "/v1/accounts/{account_id}/points/transfers": "GET",
    "/v1/earn-rules": "GET POST",
    "/v1/earn-rules/{rule_id}": "GET PUT",
    "/v1/redeeming-blocks": "GET POST",
    "/v1/redeeming-blocks/{contact_id}/liftings": "POST",
    "/v1/redemptions": "GET POST",
    "/v1/redemptions/{redemption_id}": "GET",
    "/v1/redemptions/{redemption_id}/commitments": "POST",
    "/v1/redemptions/{redemption_id}/releases": "POST",
    "/v1/redemptions/{redemption_id}/reversals": "POST",
    "/v1/audience-counts": "POST",
    "/v1/audience-lists": "POST",
    "/v1/audiences": "GET POST",
    "/v1/audiences/{audience_id}": "GET PUT DELETE",
    "/v1/customers/{customer_id}/tags": "GET PUT",
    "/v1/tags": "GET",
    "/v1/campaigns": "GET POST",
    "/v1/campaigns/{campaign_id}": "GET PUT",
    "/v1/campaigns/{campaign_id}/cancellations": "POST",
    "/v1/campaigns/{campaign_id}/estimate": "GET",
    "/v1/campaigns/{campaign_id}/passes": "GET POST",
    "/v1/campaigns/{campaign_id}/passes/{pass_id}/revocations": "POST",
    "/v1/campaigns/{campaign_id}/pauses": "POST",
    "/v1/campaigns/{campaign_id}/proposals": "POST",
    "/v1/campaigns/{campaign_id}/results": "GET",
    "/v1/campaigns/{campaign_id}/resumptions": "POST",
    "/v1/campaigns/{campaign_id}/schedules": "POST",
    "/v1/campaigns/{campaign_id}/trials": "POST",
    "/v1/campaigns/{campaign_id}/withdrawals": "POST",
    "/v1/pages": "GET POST",
    "/v1/pages/{page_id}": "GET PUT",
    "/v1/pages/{page_id}/pictures": "GET POST",
    "/v1/pages/{page_id}/pictures/{picture_id}": "DELETE",
    "/v1/pages/{page_id}/publications": "POST",
    "/v1/pages/{page_id}/retirements": "POST",
    "/v1/pages/{page_id}/withdrawals": "POST",
    "/v1/rewards": "GET POST",
    "/v1/rewards/{reward_id}": "GET PUT",
    "/v1/calls": "GET POST",
    "/v1/calls/{call_id}": "GET",
    "/v1/calls/{call_id}/turns": "POST",
    "/v1/telephone/profiles": "GET PUT",
    "/v1/telephone/profiles/{profile_id}": "DELETE",
    "/v1/till-sessions": "POST",
    "/v1/till-sessions/{session_id}": "GET",
    "/v1/till-sessions/{session_id}/answers": "POST",
    "/v1/till-sessions/{session_id}/choices": "POST",
    "/v1/till-sessions/{session_id}/endings": "POST",
    "/v1/till-sessions/{session_id}/passes": "POST",
    "/v1/master-pin-sessions": "POST",
    "/v1/till-sessions/{session_id}/master-pin-entries": "POST",
    "/v1/till-sessions/{session_id}/sendings": "POST",
    "/v1/till-sessions/{session_id}/wallet": "GET",
    "/v1/voucher-kit": "GET",
    "/v1/voucher-settlements": "POST",
    "/v1/wallet-openings": "POST",
    "/v1/routing-plans": "POST",
    "/v1/settings/{section}": "GET PUT",
    "/v1/verification-methods": "GET",
    "/v1/suppression-checks": "POST",
    "/v1/suppression-liftings": "POST",
    "/v1/suppressions": "GET POST",
    "/v1/webhook-deliveries": "GET",
    "/v1/webhook-deliveries/{delivery_id}": "GET",
    "/v1/webhook-deliveries/{delivery_id}/replays": "POST",
    "/v1/webhook-endpoints": "GET POST",
    "/v1/webhook-endpoints/{endpoint_id}": "GET PATCH DELETE",
    "/v1/webhook-endpoints/{endpoint_id}/replays": "POST",
    "/v1/webhook-endpoints/{endpoint_id}/secrets": "POST",
    "/v1/webhook-endpoints/{endpoint_id}/tests": "POST",
    "/k/{token}": "GET POST",
    "/o/{slug}/card": "GET",
    "/o/{slug}/card/code": "POST",
    "/o/{slug}/card/leaving": "POST",
    "/o/{slug}/card/offers": "POST",
    "/o/{slug}/card/sending": "POST",
    "/o/{slug}/card/way": "POST",
    "/o/{slug}/colours/{digest}": "GET",
    "/o/{slug}/join": "GET POST",
    "/o/{slug}/wallet": "GET",
    "/o/{slug}/wallet/arrival": "GET",
    "/o/{slug}/wallet/arrival/code": "POST",
    "/o/{slug}/wallet/arrival/leaving": "POST",
    "/o/{slug}/wallet/arrival/merge": "POST",
    "/o/{slug}/wallet/arrival/name": "POST",
    "/o/{slug}/wallet/arrival/other": "POST",
    "/o/{slug}/wallet/arrival/second": "POST",
    "/o/{slug}/wallet/arrival/sending": "POST",
    "/o/{slug}/wallet/arrivals": "POST",
    "/o/{slug}/wallet/card": "GET",
    "/o/{slug}/wallet/card/confirmations": "POST",
    "/o/{slug}/wallet/code": "POST",
    "/o/{slug}/wallet/code/denials": "POST",
    "/o/{slug}/wallet/contacts": "POST",
    "/o/{slug}/wallet/contacts/{name}/removals": "POST",
    "/o/{slug}/wallet/devices": "GET POST",
    "/o/{slug}/wallet/devices/{device_id}": "POST",
    "/o/{slug}/wallet/devices/{device_id}/revocations": "POST",
    "/o/{slug}/wallet/history": "GET",
    "/o/{slug}/wallet/icon.svg": "GET",
    "/o/{slug}/wallet/manifest.webmanifest": "GET",
    "/o/{slug}/wallet/passkey": "POST",
    "/o/{slug}/wallet/passkey/options": "POST",
    "/o/{slug}/wallet/passkeys": "POST",
    "/o/{slug}/wallet/passkeys/options": "POST",
    "/o/{slug}/wallet/passkeys/{passkey_id}/removals": "POST",
    "/o/{slug}/wallet/offers": "POST",
    "/o/{slug}/wallet/profile": "GET",
    "/o/{slug}/wallet/proofs": "POST",
    "/o/{slug}/wallet/returns": "POST",
    "/o/{slug}/wallet/returns/challenges": "POST",
    "/o/{slug}/wallet/sign-out": "POST",
    "/o/{slug}/wallet/sign-out/everywhere": "POST",
    "/o/{slug}/wallet/vouchers": "GET POST",
    "/o/{slug}/wallet/vouchers/mine": "GET",
    "/o/{slug}/wallet/worker.js": "GET",
    "/sandbox/letters/{message_id}": "GET",
    "/v1/card-searches": "POST",
    "/v1/cards": "GET POST",
    "/v1/cards/{card_id}": "GET",
    "/v1/cards/{card_id}/answers": "POST",
    "/v1/cards/{card_id}/attempts": "POST",
    "/v1/cards/{card_id}/verifications": "GET",
    "/v1/customer-merges": "POST",
    "/v1/customer-searches": "POST",
    "/v1/customers": "GET POST",
    "/v1/customers/{customer_id}": "GET PATCH",
    "/v1/customers/{customer_id}/erasures": "POST",
}
PLACE = re.compile(r"\{\w+_id\}")
NOT_OURS = ["swagger", "redoc", "elements", "rapidoc", "openapi.json", "openapi.yaml", "x", ""]


def test_there_is_no_other(app: Litestar) -> None:
    assert all(isinstance(route, HTTPRoute) for route in app.routes)
    assert {
        route.path_format: route.methods
        for route in app.routes
        if not route.path_format.startswith(
            ("/console", "/till")
        )  # see console/test_every_route.py
    } == {path: {*methods.split(), "OPTIONS"} for path, methods in ROUTES.items()}


KEPT_BY_A_KEY = [path for path in ROUTES if path.startswith("/v1/")] + [
    "/sandbox/clock-moves",
    "/sandbox/messages",
    "/sandbox/scenarios",
    "/sandbox/replies",
    "/sandbox/seeds",
]


async def test_nothing_is_opened_without_a_key(caller: AsyncClient, time: MovableTime) -> None:
    """One house for all of them: to open one takes longer than to knock at its doors."""
    for path in KEPT_BY_A_KEY:
        address = PLACE.sub("00000000-0000-0000-0000-000000000000", path)
        time.pass_by(timedelta(hours=1))  # whoever knocks too often is told to wait
        for method in ROUTES[path].split():
            for authorization in ("", "Bearer ww_live_nobody", "Basic eDp5"):
                headers = {"Authorization": authorization}
                reply = await caller.request(method, address, headers=headers)
                assert (reply.status_code, reply.json()["type"]) == (
                    401,
                    "urn:watchword:problem:unknown-key",
                ), f"{method} {path} {authorization}"


@pytest.mark.parametrize("name", NOT_OURS)
async def test_no_page_of_the_framework_is_shown(caller: AsyncClient, name: str) -> None:
    reply = await caller.get(f"/openapi/{name}", headers={"Accept": "text/html"})

    assert reply.status_code == 404
    assert "<script" not in reply.text


async def test_each_says_what_can_be_done_there(caller: AsyncClient) -> None:
    for path, methods in ROUTES.items():
        url = PLACE.sub("5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e", path)

        asked = await caller.options(url)
        refused = await caller.request("PUT" if "PATCH" in methods else "PATCH", url)

        assert (asked.status_code, asked.content) == (204, b""), path
        assert {*asked.headers["allow"].split(", ")} == {*methods.split(), "OPTIONS"}, path
        assert (refused.status_code, refused.headers["allow"]) == (
            405,
            asked.headers["allow"],
        ), path
