"""How an operator names the account at Twilio that an organisation crosses over from."""

import msgspec

from watchword.foundation.secret import Secret
from watchword.providers.channels.network import check_url
from watchword.providers.originals.twilio_verify import ACCOUNT, HOME


class OriginalSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[originals.sonnenhof]`: the account of the organisation of that short name."""

    account_sid: str
    """The account, or an API key of it."""
    auth_token: Secret
    """What signs us in: the token of the account, or the secret of the key."""
    base_url: str = HOME
    timeout_seconds: float = 5.0
    """Whoever waits for us waits for it, too."""

    def __post_init__(self) -> None:
        if not ACCOUNT.fullmatch(self.account_sid):
            raise ValueError("`account_sid` is not one; copy the text that begins with AC, or SK.")
        if not self.auth_token.reveal():
            raise ValueError("Give `auth_token`.")
        check_url("base_url", self.base_url)
