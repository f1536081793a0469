"""Twilio's own library is asked about signatures, too: what it believes we believe, and no more."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

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
    "{}://{}{}/{}{}".format,
    some.sampled_from(["https", "http"]),
    some.sampled_from(["bank.example", "xn--bnk-qla.example", "192.0.2.7"]),
    some.sampled_from(["", ":443", ":80"]),
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
    return (":443" not in url or url.startswith("https:")) and (
        ":80" not in url or url.startswith("http:")
    )


@given(
    url=places,
    other=places,
    fields=some.dictionaries(names, words, min_size=1, max_size=6),
    is_same=some.booleans(),
)
def test_a_form_is_believed_when_the_library_believes_it(
    url: str, other: str, fields: dict[str, str], *, is_same: bool
) -> None:
    signed = RequestValidator(TOKEN).compute_signature(url if is_same else other, fields)
    callback = signed_so(told(fields, url), signed)

    if usual(url):
        assert ours(callback) == theirs(callback, fields)
    else:
        # The library takes away any port. Only the one that goes without saying is ours to drop.
        assert theirs(callback, fields) or not ours(callback)


@given(places, some.dictionaries(names, words, min_size=2, max_size=6), some.data())
def test_what_somebody_changed_on_the_way_is_believed_by_neither(
    url: str, fields: dict[str, str], data: some.DataObject
) -> None:
    signed = RequestValidator(TOKEN).compute_signature(url, fields)
    name = data.draw(some.sampled_from(sorted(fields)))
    changed = fields | {name: fields[name] + "1"}
    callback = signed_so(told(changed, url), signed)

    assert ours(callback) == theirs(callback, changed) is False


@given(places, words, words)
def test_a_document_is_believed_when_the_library_believes_it(url: str, said: str, was: str) -> None:
    body, hashed = (msgspec.json.encode({"CallSid": each}) for each in (said, was))
    url += ("&" if "?" in url else "?") + f"bodySHA256={sha256(hashed).hexdigest()}"
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, {}),
    }
    callback = Callback(method="POST", url=url, headers=headers, body=body, about=None)

    assert ours(callback) == theirs(callback, body.decode()) == (said == was)
