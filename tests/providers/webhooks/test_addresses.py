"""Where webhooks do not go: every address that leads inside, however it is dressed up."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.providers.webhooks.addresses import CLOSED_4, Fence, find_fault, is_open

FENCE = Fence()
HERE = Fence(allow_loopback=True)

TARGETS = [
    # this machine
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://api.localhost/",
    "https://localhost.localdomain/",
    "https://hooks.example.org./",
    # IPv4 in IPv6
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fec0::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[v1.fe80]/",
    # networks of somebody's own, and clouds that tell secrets
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://printer.local/",
    "https://router.home.arpa/",
    "https://hidden.onion/",
    # other ways to say something else than it seems
    "https://hooks.example.org@127.0.0.1/",
    "https://user:password@hooks.example.org/",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org#@127.0.0.1/",
    "https://127.0.0.1#.example.org/",
    "https://hooks.example.org%2f@127.0.0.1/",
    "https://hooks.example.org /",
    "https://hooks.example.org\t/",
    "https://hooks.example.org/\r\nX: y",
    "https://hooks.example.org\n",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://１２７.０.０.１/",  # noqa: RUF001 - digits that some would read
    "https://bücher.example.org/",
    "https://hooks。example.org/",
    "https:///",
    "https://",
    "https://-hooks.example.org/",
    "https://hooks..example.org/",
    "https://hooks_.example.org/",
    # other ports
    "https://hooks.example.org:22/",
    "https://hooks.example.org:80/",
    "https://hooks.example.org:25/",
    "https://hooks.example.org:0/",
    "https://hooks.example.org:8080/",
    "https://hooks.example.org:65536/",
    "https://hooks.example.org:4４3/",  # noqa: RUF001 - likewise
    "https://hooks.example.org:/",
    # other schemes
    "http://hooks.example.org/",
    "http://127.0.0.1/",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "unix:///var/run/docker.sock",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "ftp://hooks.example.org/",
    "//hooks.example.org/",
    "hooks.example.org",
    "",
    "https://hooks.example.org/" + "x" * 500,
]

CLOSED = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),  # noqa: S104
    *("192.168.0.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "255.255.255.255"),
    *("240.0.0.1", "192.88.99.1", "168.63.129.16"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::"),
    *("2002:808:808::", "fec0::1", "fe80::1", "fe80::1%2", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1", "100::1"),
    *("2600::5efe:7f00:1", "2600::200:5efe:a00:1", "2600::1%3", "3ffe::1", "5f00::1", "4000::1"),
    *("not an address", "127.1", "0x7f000001", "2130706433", "", "[::1]", "1.1.1.1 "),
]
OPEN = [
    *("1.1.1.1", "8.8.8.8", "93.184.216.34", "100.128.0.1", "172.32.0.1", "168.63.129.17"),
    *("2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
    "2600::5efe:808:808",
]


def test_the_corpus_is_large_enough() -> None:
    assert len({*TARGETS}) == len(TARGETS) >= 25


@pytest.mark.parametrize("url", TARGETS)
def test_an_address_that_leads_elsewhere_is_refused_before_anything_is_asked(url: str) -> None:
    fault = find_fault(url, FENCE)

    assert fault
    assert fault.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://hooks.example.org/watchword?from=1&a=b",
        "https://HOOKS.example.org:8443/x",
        "https://xn--bcher-kva.example.org/a%20b",
        "https://1.example.org/~me@home/(x);y=1,2:3",
        "https://hooks.example.org?x=//127.0.0.1@x",
    ],
)
def test_an_address_that_the_whole_internet_knows_is_right(url: str) -> None:
    assert find_fault(url, FENCE) is None


def test_other_ports_are_the_operators_to_open() -> None:
    narrow, wide = Fence(ports=(443,)), Fence(high_ports=True)

    assert find_fault("https://hooks.example.org:8443/", narrow) is not None
    assert find_fault("https://hooks.example.org:1024/", wide) is None
    assert find_fault("https://hooks.example.org:1023/", wide) is not None
    assert find_fault("https://hooks.example.org:65535/", wide) is None
    assert find_fault("https://hooks.example.org:65536/", wide) is not None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost:9/", "https://[::1]:5000/x"]
)
def test_this_machine_is_the_operators_to_open(url: str) -> None:
    wrong_port = ":9/" in url

    assert find_fault(url, FENCE) is not None
    assert (find_fault(url, HERE) is None) is not wrong_port


@pytest.mark.parametrize(
    "url", ["http://hooks.example.org/", "https://10.0.0.1/", "https://[::ffff:127.0.0.1]/"]
)
def test_who_opens_this_machine_opens_no_more(url: str) -> None:
    assert find_fault(url, HERE) is not None


@pytest.mark.parametrize("address", CLOSED)
def test_what_a_name_stands_for_may_be_closed(address: str) -> None:
    assert not is_open(address, FENCE)


@pytest.mark.parametrize("address", OPEN)
def test_what_a_name_stands_for_may_be_open(address: str) -> None:
    assert is_open(address, FENCE)


def test_an_open_loopback_opens_nothing_else() -> None:
    assert is_open("127.0.0.1", HERE)
    assert is_open("::1", HERE)
    assert is_open("::ffff:127.0.0.1", HERE)
    assert not any(
        is_open(address, HERE) for address in ("10.0.0.1", "169.254.169.254", "fe80::1", "::2")
    )


insides = some.sampled_from(CLOSED_4).flatmap(
    lambda network: some.integers(0, network.num_addresses - 1).map(lambda n: network[n])
)


@given(insides)
def test_whatever_is_closed_is_closed_in_every_dress(inside: IPv4Address) -> None:
    number = int(inside)
    dresses = [0xFFFF << 32, 0x64FF9B << 96, 0, 0x20010DB8 << 96, (0x2600 << 112) | (0x5EFE << 32)]

    assert not is_open(str(inside), FENCE)
    for dress in dresses:
        assert not is_open(str(IPv6Address(dress | number)), FENCE)
    assert not is_open(str(IPv6Address((0x2002 << 112) | (number << 80))), FENCE)


@given(some.ip_addresses(v=4))
def test_an_ipv4_address_is_open_if_and_only_if_no_row_of_the_table_has_it(
    address: IPv4Address,
) -> None:
    assert is_open(str(address), FENCE) is not any(address in network for network in CLOSED_4)


@given(some.ip_addresses(v=6))
def test_what_python_calls_private_is_never_open(address: IPv6Address) -> None:
    """It is not enough, but it is the least."""
    if address.is_private or address.is_multicast or address.is_reserved:
        assert not is_open(str(address), FENCE) or address in _embedding()


@given(some.text(max_size=40))
def test_whatever_else_is_said_is_closed(text: str) -> None:
    if is_open(text, FENCE):
        assert text == str(text).strip()
        assert all(letter in "0123456789abcdefABCDEF.:" for letter in text)


class _embedding:  # noqa: N801 - it reads as a word
    """NAT64 and mapped addresses are what they carry."""

    def __contains__(self, address: IPv6Address) -> bool:
        head = int(address) >> 32
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return head in {0xFFFF, 0x64FF9B << 64} and inner not in IPv4Network("127.0.0.0/8")
