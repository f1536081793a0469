"""What is said of connections."""

import socket
import ssl
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stand_ins.certificates import authority
from watchword.providers.channels.network import check_url, is_loopback, trust, word_for


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_what_is_sent_to_loopback_stays_here(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "gateway.example", "10.0.0.1", "localhost.example", "127.0.0.1.example"]
)
def test_what_is_sent_elsewhere_does_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("gateway.example/send", "whole address"),
        ("ftp://gateway.example", "whole address"),
        ("https://", "whole address"),
        ("http://gateway.example", "https://"),
        ("https://user:pass@gateway.example", "header"),
        ("https://gateway.example/a b", "characters"),
        ("https://gateway.example/\u00fc", "characters"),
    ],
)
def test_an_address_in_the_settings_that_will_not_do_is_refused_with_advice(
    url: str, advice: str
) -> None:
    with pytest.raises(ValueError, match=advice):
        check_url("url", url)


def test_whoever_names_no_authorities_trusts_those_of_the_system_and_nobody_else() -> None:
    context = trust(None)

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trust(None) is context  # they are many, and read once


def test_whoever_names_authorities_trusts_them_alone() -> None:
    own = trust(authority().ca_file)

    assert own is not trust(None)
    assert len(own.get_ca_certs()) == 1


def test_clear_text_is_for_this_host_or_for_who_asks_for_it() -> None:
    assert not is_refused("http://localhost:8080/send")
    assert is_refused("http://10.0.0.1/send")
    assert not is_refused("http://10.0.0.1/send", allow_clear=True)


@given(some.text())
def test_no_address_does_worse_than_being_refused(url: str) -> None:
    address = f"https://{url}"

    assert is_refused(address) or (address.isprintable() and urlsplit(address).hostname)


def is_refused(url: str, *, allow_clear: bool = False) -> bool:
    try:
        check_url("url", url, allow_clear=allow_clear)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (ssl.SSLCertVerificationError("+447700900123"), "TLS failed"),
        (socket.gaierror("+447700900123"), "host unknown"),
        (ConnectionRefusedError("+447700900123"), "connection refused"),
        (ConnectionResetError("+447700900123"), "connection lost"),
        (TimeoutError("+447700900123"), "timeout"),
        (OSError("+447700900123"), "no connection"),
    ],
)
def test_a_fault_is_named_and_never_quoted(fault: OSError, word: str) -> None:
    wrapped = ValueError("+447700900123")
    wrapped.__cause__ = fault

    assert word_for(fault) == word_for(wrapped) == word
