"""What an application sees of an asking, whatever has become of its challenge."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.stores import NOON
from tests.whole_house import email, phone
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.channels import Channel
from watchword.features.schemes.askings.rules import (
    NOTHING_SAID,
    NoOwnCodes,
    NotTold,
    PaymentMissing,
    Said,
    Standing,
    Unfit,
    Wish,
    is_readable,
    opening_of,
    unfit,
)
from watchword.features.schemes.rules import Manner, Scheme, SchemeId, begun
from watchword.foundation.secret import Secret

PAYS = Said(amount="39.99", payee="Acme")
OTHER = Said(amount="39.99 Acme", payee="")
FREE, STRICT = Manner(), Manner(psd2_enabled=True, code_length=8)
OWN = Manner(custom_code_enabled=True)


def scheme(manner: Manner) -> Scheme:
    return begun(SchemeId(UUID(int=1)), "Rosenhof", manner, NOON)


def wish(channel: Channel | None = Channel.SMS, said: Said = NOTHING_SAID, own: str = "") -> Wish:
    return Wish(
        scheme_id=SchemeId(UUID(int=1)),
        contact=phone(),
        channel=channel,
        locale="en",
        said=said,
        own_code=Secret(own) if own else None,
    )


@pytest.mark.parametrize(
    ("manner", "asked", "fault"),
    [
        (FREE, wish(), None),
        (FREE, wish(said=PAYS), None),
        (FREE, wish(own="1234"), NoOwnCodes()),
        (OWN, wish(own="1234"), None),
        (STRICT, wish(), PaymentMissing()),
        (STRICT, wish(said=Said(amount="1")), PaymentMissing()),
        (STRICT, wish(said=PAYS), None),
        (STRICT, wish(None, PAYS), None),
        (STRICT, wish(Channel.VOICE, PAYS), NotTold(Channel.VOICE)),
        (STRICT, wish(Channel.WHATSAPP, PAYS), NotTold(Channel.WHATSAPP)),
    ],
)
def test_a_scheme_lets_be_asked_for_what_it_is_for(
    manner: Manner, asked: Wish, fault: Unfit | None
) -> None:
    assert unfit(scheme(manner), asked) == fault


def test_a_payment_binds_the_code_and_stands_in_the_message() -> None:
    opening = opening_of(scheme(STRICT), wish(None, PAYS))
    by_mail = opening_of(scheme(STRICT), replace(wish(None, PAYS), contact=email()))

    assert opening.transaction != opening_of(scheme(STRICT), wish(said=OTHER)).transaction
    assert opening.terms is not None
    assert opening.terms.pays is not None
    assert opening.terms.pays.payee == "Acme"
    assert (opening.channel, by_mail.channel) == (Channel.SMS, Channel.EMAIL)


def test_where_codes_are_for_no_payments_none_binds_them() -> None:
    opening = opening_of(scheme(FREE), wish(None, PAYS))

    assert opening.transaction is None
    assert opening.terms is not None
    assert opening.terms.pays is None
    assert opening.channel is None


def test_a_message_names_the_scheme_or_what_is_asked_for_instead() -> None:
    plain = opening_of(scheme(FREE), wish()).terms
    branded = opening_of(scheme(FREE), replace(wish(), brand="Garten")).terms

    assert plain is not None
    assert branded is not None
    assert (plain.brand, branded.brand) == ("Rosenhof", "Garten")


def test_what_is_proven_or_out_of_time_is_of_no_more_use() -> None:
    assert {standing for standing in Standing if not is_readable(standing)} == {
        Standing.APPROVED,
        Standing.EXPIRED,
    }


def test_what_an_application_said_does_not_show_itself() -> None:
    assert "Acme" not in repr(PAYS)
    assert str(phone().address) not in repr(wish(said=PAYS))
    assert ChallengeId(UUID(int=2)) != ChallengeId(UUID(int=3))
