"""Where the calls of Twilio Verify are answered, and the addresses that answers name."""

from watchword.features.clients.rules import Scope
from watchword.wiring import Services

FRONT = "/twilio"
SERVICES = "/v2/Services"
SERVICE = SERVICES + "/{service:str}"
SCOPE_OF = "twilio_scope"
"""The option of a route that says what a key must open."""

READ, WRITE = {SCOPE_OF: Scope.CHALLENGES_READ}, {SCOPE_OF: Scope.CHALLENGES_WRITE}
SETTINGS_READ, SETTINGS_WRITE = {SCOPE_OF: Scope.SETTINGS_READ}, {SCOPE_OF: Scope.SETTINGS_WRITE}


def url_of(services: Services, path: str) -> str:
    """Write an address as the world knows it. Clients follow it as it is."""
    return f"{services.settings.web.public_url}{FRONT}{path}"
