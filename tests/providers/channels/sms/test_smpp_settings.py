"""What an operator may say of an SMPP account."""

import msgspec
import pytest

from tests.providers.channels.messages import SURROUNDINGS, read_settings
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import StaysConnected
from watchword.providers.channels.sms.smpp import Smpp
from watchword.providers.channels.sms.smpp_settings import SmppSettings

FILE = """
kind = "smpp"
host = "smpp.carrier.example"
system_id = "bank"
password = "pa55word"
sender = "Bank"
"""


def test_settings_are_read_from_a_file_and_show_no_password() -> None:
    settings = read_settings(SmppSettings, FILE)

    assert (settings.port, settings.security) == (2775, "tls")
    assert settings.channels == {Channel.SMS}
    assert settings.password.reveal() == "pa55word"
    assert "pa55word" not in repr(settings)


def test_what_it_promises() -> None:
    smpp = Smpp(read_settings(SmppSettings, FILE), SURROUNDINGS)
    silent = Smpp(read_settings(SmppSettings, FILE + "receipts = false"), SURROUNDINGS)

    assert isinstance(smpp, StaysConnected)
    assert not smpp.knows_repeats
    assert smpp.gives_receipts
    assert not silent.gives_receipts


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("smpp.carrier.example", ""), "name of an SMSC"),
        (FILE.replace("smpp.carrier.example", "a b"), "name of an SMSC"),
        (FILE + 'security = "none"', "use tls"),
        (FILE + 'security = "starttls"', "starttls"),
        (FILE.replace('"bank"', '""'), "`system_id` must be"),
        (FILE.replace('"bank"', '"ba nk"'), "`system_id` must be"),
        (FILE.replace('"bank"', '"b\u00e4nk"'), "`system_id` must be"),
        (FILE.replace('"pa55word"', '"pa55\\u0000word"'), "`password` must be"),
        (FILE.replace('"pa55word"', f'"{"x" * 65}"'), "`password` must be"),
        (FILE.replace("password", "# "), "password"),
        (FILE + 'system_type = "thirteen-long"', "`system_type` must be at most 12"),
        (FILE + 'service_type = "sixsix"', "`service_type` must be at most 5"),
        (FILE.replace("Bank", "Twelve chars"), "`sender` is neither"),
        (FILE.replace("Bank", "+0123"), "`sender` is neither"),
        (FILE.replace("Bank", "12"), "`sender` is neither"),
        (FILE.replace("Bank", "B\u00e4nk"), "`sender` is neither"),
        (FILE + "sender_ton = 1", "given together"),
        (FILE + "sender_npi = 0", "given together"),
        (FILE + "sender_ton = 256\nsender_npi = 0", "from 0 to 255"),
        (FILE + "address_ton = -1", "from 0 to 255"),
        (FILE + 'alphabet = "utf-8"', "utf-8"),
        (FILE + 'long_messages = "sar"', "sar"),
        (FILE + 'receipt_id = "octal"', "octal"),
        (FILE + 'validity = "for ever"', "for ever"),
        (FILE + "window = 0", "`window` is 1 to 1000"),
        (FILE + "window = 1001", "`window` is 1 to 1000"),
        (FILE + "enquire_seconds = 0", "more than 0"),
        (FILE + "receipt_pause_seconds = -1", "is 0 to 60"),
        (FILE + "receipt_pause_seconds = 61", "is 0 to 60"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(SmppSettings, wrong)

    assert "pa55" not in str(refusal.value)


def test_clear_text_is_for_this_host_or_for_who_asks_for_it() -> None:
    clear = FILE + 'security = "none"\n'

    here = read_settings(SmppSettings, clear.replace("smpp.carrier.example", "127.0.0.1"))
    asked_for = read_settings(SmppSettings, clear + "allow_clear = true")

    assert (here.security, asked_for.security) == ("none", "none")
    with pytest.raises(msgspec.ValidationError, match="let others read"):
        read_settings(SmppSettings, clear)
