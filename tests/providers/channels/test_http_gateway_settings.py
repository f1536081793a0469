"""How an operator describes a gateway, and the advice for one who errs."""

import msgspec
import pytest

from tests.providers.channels.messages import SURROUNDINGS, read_settings
from watchword.features.contacts.channels import Channel
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings

FILE = """
    kind = "http"
    channel = "sms"
    url = "https://gateway.example/send"
    token = "t0ken"
    headers = { Authorization = "Bearer {token}" }
    body = { to = "{to}", text = "{text}" }
"""


def test_settings_are_read_from_a_file_and_show_no_secret() -> None:
    settings = read_settings(HttpGatewaySettings, FILE)

    assert settings.token is not None
    assert settings.token.reveal() == "t0ken"
    assert settings.headers["Authorization"].reveal() == "Bearer {token}"
    assert "t0ken" not in repr(settings)
    assert "Bearer" not in repr(settings)


def test_a_gateway_may_serve_several_channels() -> None:
    several = FILE.replace('"sms"', '["sms", "whatsapp"]')

    assert read_settings(HttpGatewaySettings, FILE).channels == {Channel.SMS}
    assert read_settings(HttpGatewaySettings, several).channels == {Channel.SMS, Channel.WHATSAPP}


def test_a_gateway_that_is_told_our_id_may_know_repeats() -> None:
    knowing = FILE.replace("{ to", '{ key = "{id}", to') + "knows_repeats = true"

    assert HttpGateway(read_settings(HttpGatewaySettings, knowing), SURROUNDINGS).knows_repeats
    assert not HttpGateway(read_settings(HttpGatewaySettings, FILE), SURROUNDINGS).knows_repeats


def test_what_success_is_may_be_a_list() -> None:
    file = (
        FILE + 'success_status = [200, 202]\nsuccess_path = "a.b"\nsuccess_values = ["0", 1, true]'
    )

    settings = read_settings(HttpGatewaySettings, file)

    assert settings.success_status == (200, 202)
    assert settings.success_values == ("0", 1, True)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE + 'method = "GET"', "use POST"),
        (FILE.replace("https:", "http:"), "https://"),
        (FILE.replace("/send", "/send?to={to}"), "body"),
        (FILE.replace("https://", "https://user:t0ken@"), "header"),
        (FILE.replace('"sms"', "[]"), "at least one"),
        (FILE.replace('"sms"', '"pigeon"'), "pigeon"),
        (FILE.replace("{text}", "{txt}"), r"\{txt\} is unknown; there are \{to\}, \{text\}"),
        (FILE.replace("{text}", "{To}"), r"\{To\} is unknown"),
        (FILE.replace("{to}", "x"), r"lacks \{to\}"),
        (FILE.replace("{text}", "x"), r"lacks \{text\}"),
        (FILE.replace("Bearer {token}", "Bearer {text}"), r"\{text\} is unknown; .*\{token\}"),
        (FILE.replace("Bearer {token}", "Bearer"), "`token` is not used"),
        (FILE.replace("token =", "sender ="), "`token` is not set"),
        (FILE.replace("t0ken", r"t0ken\n"), "line break"),
        (FILE.replace("Bearer ", r"Bearer\r\n"), "characters"),
        (FILE.replace("Authorization", '"a b"'), "leave it out"),
        (FILE.replace("Authorization", "Content-Length"), "leave it out"),
        (FILE.replace("{ to", "{ a = { b = 1 }, to") + 'format = "form"', "json"),
        (FILE.replace("{ to", "{ on = 2026-01-01, to"), "other than text"),
        (FILE + 'success_path = "status"', "together"),
        (FILE + "knows_repeats = true", r"\{id\}"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(HttpGatewaySettings, wrong)

    assert "t0ken" not in str(refusal.value)
