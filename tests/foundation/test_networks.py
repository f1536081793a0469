"""Networks as people write them, and who is in one."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.foundation.networks import (
    LONGEST,
    NoNetwork,
    admits,
    all_read,
    is_within,
    read_address,
    read_network,
)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::7", "2001:db8::7/128"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_a_network_is_read_however_it_is_written(line: str, written: str) -> None:
    assert str(read_network(line)) == written


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("2001:db8::7/64", "2001:db8::/64"),
        ("192.0.2", None),
        ("192.0.2.0/33", None),
        ("192.0.2.0-192.0.2.9", None),
        ("office.example.org", None),
        ("fe80::1%eth0", None),
        ("١٩٢.0.2.1", None),
        ("1" * 100, None),
    ],
)
def test_what_could_mean_something_else_is_refused_with_what_was_meant(
    line: str, instead: str | None
) -> None:
    assert read_network(line) == NoNetwork(line[:LONGEST], instead)


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("192.0.1.255", False),
        ("::ffff:192.0.2.7", True),
        ("::ffff:192.0.3.7", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("fe80::1%eth0", False),
        ("", False),
        (None, False),
        ("unix:", False),
        ("192.0.2.7, 10.0.0.1", False),
    ],
)
def test_an_address_lies_in_a_network_or_not(address: str | None, is_in: bool) -> None:  # noqa: FBT001
    networks = all_read(["192.0.2.0/24", "2001:db8::/32"])
    assert networks is not None

    assert is_within(address, networks) is is_in
    assert admits(networks, address) is is_in


def test_an_empty_list_lets_everybody_in() -> None:
    assert admits((), "192.0.2.7")
    assert admits((), None)


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_every_address_is_in_its_own_networks(address: ipaddress.IPv4Address, bits: int) -> None:
    network = read_network(str(ipaddress.ip_network((address, bits), strict=False)))
    assert not isinstance(network, NoNetwork)

    assert admits([network], str(address))
    assert admits([network], f"::ffff:{address}")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_network(text)
    read_address(text)
