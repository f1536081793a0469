"""Forms that make something: sent twice, they make it once."""

import re
import secrets

from watchword.features.idempotency.rules import Once, once
from watchword.web.console.visits import Visitor

FIELD = "nonce"
NONCE = re.compile(r"[0-9a-f]{32}")


def new_nonce() -> str:
    return secrets.token_hex(16)


def nonce_of(visitor: Visitor) -> str:
    """Give the nonce of a form, as it was sent; a new one, if it was none of ours."""
    sent = visitor.form.text(FIELD)
    return sent if NONCE.fullmatch(sent) else new_nonce()


def once_of(visitor: Visitor, route: str) -> Once:
    """Name what a form asks for, so that a second press of its button is no second wish."""
    asked = [pair for pair in visitor.form.pairs if pair[0] != FIELD]
    body = "\n".join(f"{name}={value!r}" for name, value in asked).encode()
    return once(nonce_of(visitor), client=visitor.actor, route=route, body=body)
