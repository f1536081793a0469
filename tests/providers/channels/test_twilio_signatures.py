"""Twilio's own library is asked about signatures, too: what it believes we believe, and no more."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec
from hypothesis import given
from hypothesis import strategies as some
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.providers.channels.twilio import SMS, TOKEN, told
from watchword.features.delivery.receipts import Callback, NotBelieved
from watchword.providers.channels.twilio_account import read_signed

words = some.text(some.characters(codec="utf-8"), max_size=12)
names = some.text(some.characters(codec="utf-8"), min_size=1, max_size=8)
plain = some.text("abcXYZ019-_~.", max_size=10)
places = some.builds(
    "{}://{}{{port}}/{}{}".format,
    some.sampled_from(["https", "http"]),
    some.sampled_from(["bank.example", "xn--bnk-qla.example", "192.0.2.7"]),
    plain,
    some.sampled_from(["", "?by=CA1", "?by=CA%201&held=", "?a=b+c&a=d"]),
)


def theirs(callback: Callback, params: Mapping[str, str] | str) -> bool:
    said = callback.headers["x-twilio-signature"]
    return bool(RequestValidator(TOKEN).validate(callback.url, params, said))


def ours(callback: Callback) -> bool:
    return not isinstance(read_signed(SMS, callback), NotBelieved)


def signed_so(callback: Callback, signed: str) -> Callback:
    return replace(callback, headers={**callback.headers, "x-twilio-signature": signed})


def usual(url: str) -> bool:
    """Say whether an address names no port, or the one that goes without saying."""
    parts = urlsplit(url)
    return parts.port in {None, {"https": 443, "http": 80}[parts.scheme]}


@given(
    place=places,
    ports=some.tuples(*[some.sampled_from(["", ":443", ":80", ":8443"])] * 2),
    fields=some.dictionaries(names, words, min_size=1, max_size=6),
    elsewhere=some.none() | places,
)
def test_a_form_is_believed_when_the_library_believes_it(
    place: str, ports: tuple[str, str], fields: dict[str, str], elsewhere: str | None
) -> None:
    here, there = (place.format(port=port) for port in ports)
    signed_by_them = there if elsewhere is None else elsewhere.format(port=ports[1])
    signed = RequestValidator(TOKEN).compute_signature(signed_by_them, fields)
    callback = signed_so(told(fields, here), signed)

    if usual(here):
        assert ours(callback) == theirs(callback, fields)
    else:
        # The library takes away any port. Only the one that goes without saying is ours to drop.
        assert theirs(callback, fields) or not ours(callback)


def test_the_usual_port_is_dropped_and_added_as_the_library_does() -> None:
    fields, pair = {"CallSid": "CA1"}, ("https://bank.example/x", "https://bank.example:443/x")
    for url, other in (pair, pair[::-1]):
        signed = RequestValidator(TOKEN).compute_signature(other, fields)

        callback = signed_so(told(fields, url), signed)

        assert ours(callback)
        assert theirs(callback, fields)


urls = places.map(lambda place: place.format(port=""))


@given(urls, some.dictionaries(names, words, min_size=2, max_size=6), some.data())
def test_what_somebody_changed_on_the_way_is_believed_by_neither(
    url: str, fields: dict[str, str], data: some.DataObject
) -> None:
    signed = RequestValidator(TOKEN).compute_signature(url, fields)
    name = data.draw(some.sampled_from(sorted(fields)))
    changed = fields | {name: fields[name] + "1"}
    callback = signed_so(told(changed, url), signed)

    assert ours(callback) == theirs(callback, changed) is False


@given(urls, words, words)
def test_a_document_is_believed_when_the_library_believes_it(url: str, said: str, was: str) -> None:
    body, hashed = (msgspec.json.encode({"CallSid": each}) for each in (said, was))
    url += ("&" if "?" in url else "?") + f"bodySHA256={sha256(hashed).hexdigest()}"
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, {}),
    }
    callback = Callback(method="POST", url=url, headers=headers, body=body, about=None)

    assert ours(callback) == theirs(callback, body.decode()) == (said == was)
