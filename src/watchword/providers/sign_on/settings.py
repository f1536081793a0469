"""How an operator names the identity provider of an organisation."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from watchword.foundation.secret import Secret
from watchword.providers.channels.network import check_url

DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class OidcSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[sso.sonnenhof]`: the provider of the organisation of that short name."""

    issuer: str
    """Its address, letter by letter as it writes it itself."""
    client_id: str
    client_secret: Secret
    domains: Sequence[str] = ()
    """Of which domains an e-mail address must be; of any, if none is named."""
    ca_file: str | None = None
    timeout_seconds: float = 10.0

    def __post_init__(self) -> None:
        check_url("issuer", self.issuer)
        parts = urlsplit(self.issuer)
        if parts.query or parts.fragment:
            raise ValueError("`issuer` has no ? and no # in it.")
        if not self.client_id or not self.client_secret.reveal():
            raise ValueError("Give `client_id` and `client_secret`, as the provider names them.")
        if bad := [each for each in self.domains if not DOMAIN.fullmatch(each)]:
            raise ValueError(f"`domains` has domains such as example.org, not {bad[0]}.")
