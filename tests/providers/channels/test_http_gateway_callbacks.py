"""What gateways report is believed only with the secret, and read as the settings describe it."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from watchword.features.delivery.ports import HearsCallbacks
from watchword.features.delivery.receipts import Callback, Heard, NotBelieved, Report, Reported
from watchword.features.delivery.rules import MessageId, Receipt
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_callbacks import read_callback
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings, HttpReceipts

SECRET = Secret("receipts-s3cret-of-ours")
BY_HEADER = HttpReceipts(
    secret=SECRET,
    header="X-Hook-Secret",
    id_path="message.clientRef",
    status_path="message.status",
    delivered=("delivered", 0),
    read=("seen",),
    failed=("expired", "undeliverable", True),
)
SIGNED = msgspec.structs.replace(
    BY_HEADER, header=None, signature_header="X-Signature", signature_prefix="sha256="
)
FLAT = msgspec.structs.replace(
    BY_HEADER, id_path=None, reference_path="msg.id", status_path="state"
)
DELIVERED = Report(receipt=Receipt.DELIVERED, message_id=MESSAGE.id)


def report(status: object = "delivered", reference: object = str(MESSAGE.id)) -> bytes:
    return msgspec.json.encode({"message": {"clientRef": reference, "status": status}})


def called(
    body: bytes = b"", headers: Mapping[str, str] | None = None, query: str = ""
) -> Callback:
    return Callback(
        method="POST",
        url=f"https://codes.example.org/callbacks/carrier{query}",
        headers={"x-hook-secret": SECRET.reveal()} if headers is None else headers,
        body=body,
    )


def signature(body: bytes, secret: Secret = SECRET) -> str:
    return hmac.new(secret.reveal().encode(), body, "sha256").hexdigest()


def hear(body: bytes, settings: HttpReceipts = BY_HEADER) -> Heard:
    return read_callback(settings, called(body))


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        ("delivered", Receipt.DELIVERED),
        (0, Receipt.DELIVERED),
        ("0", Receipt.DELIVERED),
        ("seen", Receipt.READ),
        ("expired", Receipt.FAILED),
        (True, Receipt.FAILED),
        ("true", Receipt.FAILED),
    ],
)
def test_a_status_of_the_settings_is_a_receipt(status: object, receipt: Receipt) -> None:
    said = hear(report(status))

    assert isinstance(said, Reported)
    assert [(one.receipt, one.message_id) for one in said.reports] == [(receipt, MESSAGE.id)]


def test_only_a_failure_has_a_reason_and_it_is_ours() -> None:
    failed = Report(
        receipt=Receipt.FAILED, message_id=MESSAGE.id, reason="gateway reported failure"
    )

    assert hear(report("expired")) == Reported((failed,))
    assert hear(report("delivered")) == Reported((DELIVERED,))


@pytest.mark.parametrize("status", ["queued", "", None, [], {"a": 1}, 1, 0.5, False])
def test_any_other_status_is_nothing_to_us(status: object) -> None:
    assert hear(report(status)) == Reported()


def test_a_table_or_a_list_is_no_status() -> None:
    settings = msgspec.structs.replace(BY_HEADER, delivered=("[]", "{}"))

    assert hear(report([]), settings) == Reported()
    assert hear(report({}), settings) == Reported()


@pytest.mark.parametrize("reference", ["not ours", "", None, 7, ["a"], "\ud7ff" * 5])
def test_a_report_on_what_is_no_message_of_ours_is_nothing_to_us(reference: object) -> None:
    assert hear(report(reference=reference)) == Reported()


def test_the_same_report_twice_says_the_same_twice() -> None:
    assert hear(report()) == hear(report()) == Reported((DELIVERED,))


def test_a_report_may_name_the_message_by_the_gateways_own_id() -> None:
    settings = msgspec.structs.replace(
        BY_HEADER, id_path=None, reference_path="results.0.id", status_path="results.0.status"
    )
    body = b'{"results": [{"id": 8001, "status": "delivered"}]}'

    expected = Report(receipt=Receipt.DELIVERED, reference="8001")
    assert hear(body, settings) == Reported((expected,))


def test_a_report_may_be_a_form() -> None:
    settings = msgspec.structs.replace(FLAT, format="form")
    body = urlencode({"msg.id": "gw 1", "state": "0"}).encode()

    assert hear(body, settings) == Reported((Report(receipt=Receipt.DELIVERED, reference="gw 1"),))


def test_a_report_may_be_a_query() -> None:
    settings = msgspec.structs.replace(FLAT, format="query")

    said = read_callback(settings, called(query="?msg.id=gw-1&state=seen"))

    assert said == Reported((Report(receipt=Receipt.READ, reference="gw-1"),))


def test_a_field_that_is_there_twice_is_not_read() -> None:
    settings = msgspec.structs.replace(FLAT, format="query")

    said = read_callback(settings, called(query="?msg.id=1&msg.id=2&state=seen"))

    assert said == Reported()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hook-secret": ""},
        {"x-hook-secret": "receipts-s3cret-of-our"},
        {"x-hook-secret": "receipts-s3cret-of-ours "},
        {"x-hook-secret": "\udcff"},
        {"x-another": SECRET.reveal()},
    ],
)
def test_without_the_secret_nobody_is_believed(headers: Mapping[str, str]) -> None:
    assert read_callback(BY_HEADER, called(report(), headers)) == NotBelieved("secret")


@pytest.mark.parametrize("body", [report(), b"", b"\xff"])
def test_a_signature_is_believed_in_hex_and_in_base64(body: bytes) -> None:
    base64 = msgspec.structs.replace(SIGNED, signature_format="base64", signature_prefix="")
    in_base64 = b64encode(bytes.fromhex(signature(body))).decode()

    assert isinstance(
        read_callback(SIGNED, called(body, {"x-signature": f"sha256={signature(body)}"})), Reported
    )
    assert isinstance(read_callback(base64, called(body, {"x-signature": in_base64})), Reported)


def test_what_is_signed_is_read() -> None:
    callback = called(report(), {"x-signature": f"sha256={signature(report())}"})

    assert read_callback(SIGNED, callback) == Reported((DELIVERED,))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-signature": ""},
        {"x-signature": "sha256="},
        {"x-signature": signature(report())},
        {"x-signature": f"sha256={signature(report('expired'))}"},
        {"x-signature": f"sha256={signature(report(), Secret('another secret of ours'))}"},
        {"x-signature": f"sha256={signature(report())[:-1]}"},
        {"x-hook-secret": SECRET.reveal()},
    ],
)
def test_a_forged_report_is_not_believed(headers: Mapping[str, str]) -> None:
    assert read_callback(SIGNED, called(report(), headers)) == NotBelieved("signature")


def test_a_body_that_was_changed_on_the_way_is_not_believed() -> None:
    callback = called(report("expired"), {"x-signature": f"sha256={signature(report('expired'))}"})

    assert isinstance(read_callback(SIGNED, callback), Reported)
    assert isinstance(read_callback(SIGNED, replace(callback, body=report())), NotBelieved)


def test_a_body_beyond_all_measure_is_not_looked_at() -> None:
    assert hear(report() + b" " * 300_000) == NotBelieved("too big")


@given(some.sampled_from([BY_HEADER, FLAT]), some.binary(), some.sampled_from(["json", "form"]))
def test_no_body_is_beyond_understanding(settings: HttpReceipts, body: bytes, format: str) -> None:
    said = hear(body, msgspec.structs.replace(settings, format=format))

    assert said == Reported()


def test_a_deep_body_is_no_fault() -> None:
    assert hear(b'{"message":' * 20_000) == Reported()


@given(some.text())
def test_no_query_is_beyond_understanding(query: str) -> None:
    settings = msgspec.structs.replace(FLAT, format="query")

    assert isinstance(read_callback(settings, called(query=f"?{query}")), Reported)


FILE = """
    kind = "http"
    channel = "sms"
    url = "https://gateway.example/send"
    reference_path = "id"
    body = { to = "{to}", text = "{text}", ref = "{id}", callback = "{callback}" }

    [receipts]
    secret = "receipts-s3cret-of-ours"
    header = "X-Hook-Secret"
    id_path = "message.clientRef"
    status_path = "message.status"
    delivered = ["delivered"]
"""


def test_a_gateway_that_is_described_is_heard() -> None:
    gateway = HttpGateway(read_settings(HttpGatewaySettings, FILE), SURROUNDINGS)

    assert isinstance(gateway, HearsCallbacks)
    assert gateway.gives_receipts
    assert gateway.read_callback(called(report())) == Reported((DELIVERED,))
    assert isinstance(gateway.read_callback(called(report(), {})), NotBelieved)


def test_a_gateway_that_is_not_described_is_not_believed() -> None:
    settings = read_settings(HttpGatewaySettings, FILE.partition("[receipts]")[0])
    gateway = HttpGateway(settings, SURROUNDINGS)

    assert not gateway.gives_receipts
    assert isinstance(gateway.read_callback(called(report())), NotBelieved)


def test_settings_show_no_secret() -> None:
    assert "s3cret" not in repr(read_settings(HttpGatewaySettings, FILE))


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("receipts-s3cret-of-ours", "short-s3cret"), "at least 16"),
        (FILE.replace("-s3cret-", "-s3crét-"), "that a header can hold"),
        (FILE + 'signature_header = "X-Sign"', "either `header` or"),
        (FILE.replace("header =", "# "), "either `header` or"),
        (FILE.replace("X-Hook-Secret", "X Hook"), "not the name of one"),
        (FILE.replace("header =", "signature_header =") + 'format = "query"', "use `header`"),
        (FILE + 'reference_path = "id"', "either `id_path` or"),
        (FILE.replace("id_path", "# "), "either `id_path` or"),
        (FILE.replace("delivered =", "failed ="), "Say in `delivered`"),
        (FILE.replace("{id}", "-"), "needs {id}"),
        (
            FILE.replace("id_path", "reference_path").replace('reference_path = "id"', ""),
            "needs `reference_path`",
        ),
        (FILE.replace("status_path", "state_path"), "unknown field|missing required"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(HttpGatewaySettings, wrong)

    assert "s3cret" not in str(refusal.value)


def test_another_message_is_another_message() -> None:
    other = MessageId(UUID(int=9))

    assert hear(report(reference=str(other))) == Reported(
        (Report(receipt=Receipt.DELIVERED, message_id=other),)
    )
