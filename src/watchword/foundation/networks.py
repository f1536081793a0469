"""Networks as people write them, and whether an address lies in one: `192.0.2.0/24`, `::1/128`.

An address alone is the network of itself. What could be meant in two ways is refused, with what
was probably meant.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

NETWORKS_AT_MOST: Final = 50
LONGEST: Final = 43  # characters of the longest network that can be written


@dataclass(frozen=True, slots=True)
class NoNetwork:
    """A line is no network. `instead` is what was probably meant."""

    line: str
    instead: str | None = None


def all_read(lines: Iterable[str]) -> Sequence[Network] | None:
    """Read a list that was looked at before; nothing, if some of it cannot be read after all."""
    found = [read_network(line) for line in lines]
    networks = [each for each in found if not isinstance(each, NoNetwork)]
    return networks if len(networks) == len(found) else None


def read_network(line: str) -> Network | NoNetwork:
    shown = line[:LONGEST]
    if len(line) > LONGEST or "%" in line:
        return NoNetwork(shown)
    try:
        return _plain(ipaddress.ip_network(line))
    except ValueError:
        try:
            return NoNetwork(shown, str(_plain(ipaddress.ip_network(line, strict=False))))
        except ValueError:
            return NoNetwork(shown)


def read_address(address: str | None) -> Address | None:
    """Read an address. One of IPv4 that is written as IPv6 is the same, and the zone of one
    that is good on one network alone is left out."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def is_within(address: str | None, networks: Sequence[Network]) -> bool:
    """Say whether an address lies in one of the networks. Whatever is no address does not."""
    found = read_address(address)
    return found is not None and any(
        found.version == network.version and found in network for network in networks
    )


def admits(networks: Sequence[Network], address: str | None) -> bool:
    """Say whether a list lets somebody in: an empty one lets everybody in."""
    return not networks or is_within(address, networks)


def _plain(network: Network) -> Network:
    """Give a network of IPv4 that is written as one of IPv6 in its own words."""
    if isinstance(network, ipaddress.IPv4Network):
        return network
    mapped, bits = network.network_address.ipv4_mapped, network.prefixlen - 96
    return network if mapped is None or bits < 0 else ipaddress.IPv4Network((mapped, bits))
