"""Where a request came from: the nearest address that a proxy of ours did not make up."""

from collections.abc import Sequence


def client_address(peer: str, forwarded_for: Sequence[str], trusted_hops: int) -> str:
    """Give the address of the client.

    `forwarded_for` holds the values of `X-Forwarded-For`. Each proxy adds at the end the address
    that it was called from; so of that list we believe the last `trusted_hops` entries, and none
    where no proxy of ours stands in front. Other headers of this kind are never read.
    """
    named = [name.strip() for value in forwarded_for for name in value.split(",")]
    if trusted_hops == 0 or len(named) < trusted_hops:
        return peer
    return named[-trusted_hops] or peer
