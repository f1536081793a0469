"""Where a webhook may go: the form of its address, and the networks that are closed to it.

The table is our own. What Python calls global changes with its version, and 3.11 takes NAT64,
6to4 and site-local addresses for global ones.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

CLOSED_4: Final = tuple(
    map(
        IPv4Network,
        [
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; metadata of Alibaba
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure, for its own machines
            "169.254.0.0/16",  # link-local; metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocols; metadata of Oracle
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ],
    )
)
OPEN_6: Final = IPv6Network("2000::/3")
"""All that is routed. Whatever is outside is closed: loopback, link-, site- and unique-local."""

CLOSED_6: Final = tuple(
    map(
        IPv6Network,
        [
            "2001::/23",  # protocols: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which leads to any IPv4
            "3ffe::/16",  # the 6bone, given back
            "3fff::/20",  # documentation
        ],
    )
)
LOOPBACK_4, LOOPBACK_6 = IPv4Network("127.0.0.0/8"), IPv6Address("::1")
MAPPED, NAT64 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
ISATAP = frozenset({0x00005EFE, 0x02005EFE})
LAST_32_BITS = 0xFFFFFFFF

URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?:[/?](?:(?![\\#\"<>^`{|}])[!-~])*)?"
)
"""So narrow that everybody reads it alike, us and the library that connects."""

LONGEST_URL = 500
LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
NOT_PUBLIC = frozenset({"alt", "arpa", "internal", "local", "localdomain", "localhost", "onion"})
LOCALHOST = "localhost"
HIGH = 1024
HIGHEST = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """How far webhooks may go, as the operator has it."""

    allow_loopback: bool = False
    ports: Collection[int] = (443, 8443)
    high_ports: bool = False


def find_fault(url: str, fence: Fence) -> str | None:
    """Say why nothing can be sent to an address, as far as the address itself shows it."""
    found = URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if found is None:
        return (
            "A webhook goes to an address like https://hooks.example.org/watchword: ASCII, "
            f"{LONGEST_URL} characters at most, without a user, a password or a fragment."
        )
    host = found["host"].lower().strip("[]")
    if _is_loopback_name(host) and not fence.allow_loopback:
        return (
            "A webhook does not go to this machine, unless its operator sets "
            "webhooks.allow_loopback to try things out."
        )
    is_here = _is_loopback_name(host)
    if found["scheme"] == "http" and not is_here:
        return "A webhook goes to https://, or others could read and change it."
    if not is_here and (fault := _fault_of_host(host)):
        return fault
    port = int(found["port"] or (443 if found["scheme"] == "https" else 80))
    if not _is_open_port(port, fence, is_here=is_here):
        allowed = ", ".join(map(str, sorted(fence.ports)))
        more = f" and any from {HIGH} on" if fence.high_ports else ""
        return f"Webhooks go to these ports: {allowed}{more}."
    return None


def is_open(address: str, fence: Fence) -> bool:
    """Say whether a webhook may be sent to what a name stands for. In doubt it may not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return _is_open_4(found, fence)
    return found.scope_id is None and _is_open_6(found, fence)


def _is_open_4(address: IPv4Address, fence: Fence) -> bool:
    if fence.allow_loopback and address in LOOPBACK_4:
        return True
    return not any(address in network for network in CLOSED_4)


def _is_open_6(address: IPv6Address, fence: Fence) -> bool:
    if fence.allow_loopback and address == LOOPBACK_6:
        return True
    inner = IPv4Address(int(address) & LAST_32_BITS)
    if address in MAPPED or address in NAT64:
        return _is_open_4(inner, fence)
    if address not in OPEN_6 or any(address in network for network in CLOSED_6):
        return False
    is_isatap = (int(address) >> 32) & LAST_32_BITS in ISATAP
    return not is_isatap or _is_open_4(inner, fence)


def _is_loopback_name(host: str) -> bool:
    if host == LOCALHOST:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address == LOOPBACK_6 or (isinstance(address, IPv4Address) and address in LOOPBACK_4)


def _fault_of_host(host: str) -> str | None:
    labels = host.split(".")
    if ":" in host or NUMBER.fullmatch(labels[-1]):
        return "Name a host, not a number: a certificate has to vouch for it."
    if not all(map(LABEL.fullmatch, labels)):
        return "The name of the host is not one. It has no dot at its end."
    if len(labels) == 1 or labels[-1] in NOT_PUBLIC:
        return "The host must be one that the whole Internet knows, such as hooks.example.org."
    return None


def _is_open_port(port: int, fence: Fence, *, is_here: bool) -> bool:
    if port in fence.ports:
        return True
    return (fence.high_ports or is_here) and HIGH <= port <= HIGHEST
