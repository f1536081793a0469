"""The parts that addresses of the sandbox play."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, PhoneLine, read_email, read_phone
from watchword.features.delivery.rules import Accepted, Receipt, Refused, Unavailable
from watchword.features.sandbox.scenarios import (
    LANDLINE,
    LATE,
    LATE_LETTER,
    MAILBOXES,
    MOBILES,
    NOT_BY_MAIL,
    NOT_BY_POST,
    NUMBERS,
    RETURNED_LETTER,
    Arrives,
    ComesBack,
    Denies,
    Part,
    Reports,
    name_of,
    number_of,
    part_of,
    play,
)


def letter(name: str) -> str:
    contact = read_post(Place(name, "Hauptstraße 1", "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return contact.address.reveal()


FINE = play(None, Channel.SMS, "id", 0.0)


def receipts(part: Part, channel: Channel = Channel.SMS) -> list[Receipt]:
    """Give what the provider says, in the order in which it says it."""
    happenings = play(part, channel, "id", 0.0).happenings
    said = [each for each in happenings if isinstance(each, Reports)]
    return [each.receipt for each in sorted(said, key=lambda each: each.after)]


def arrives(part: Part, channel: Channel = Channel.SMS, chance: float = 0.0) -> bool:
    played = play(part, channel, "id", chance)
    return any(isinstance(each, Arrives) for each in played.happenings)


class TestAnAddress:
    @pytest.mark.parametrize("part", sorted({*Part} - NOT_BY_MAIL))
    def test_plays_its_part_as_a_number_and_as_a_mailbox(self, part: Part) -> None:
        [number] = [MOBILES + digits for digits, played in NUMBERS.items() if played is part]

        assert part_of(number) is part
        assert part_of(f"{part}{MAILBOXES}") is part
        assert part_of(f"{part}{MAILBOXES}".upper()) is part

    @pytest.mark.parametrize("part", sorted({*Part} - NOT_BY_POST))
    def test_plays_its_part_by_the_name_on_an_envelope(self, part: Part) -> None:
        name = name_of(part)

        assert name is not None
        assert part_of(letter(name)) is part
        assert part_of(letter(f"  {name.upper()} ")) is part

    def test_on_an_envelope_plays_none_by_another_name(self) -> None:
        assert part_of(letter("Ann Example")) is None
        assert part_of(letter("Not me either")) is None
        assert part_of(letter("No whatsapp")) is None

    def test_of_a_telephone_or_a_mailbox_never_comes_back(self) -> None:
        assert number_of(Part.RETURNED) is None
        assert part_of(f"returned{MAILBOXES}") is None

    @pytest.mark.parametrize("digits", NUMBERS)
    def test_can_be_written_to_like_any_other(self, digits: str) -> None:
        phone = read_phone(MOBILES + digits, "US")

        assert isinstance(phone, Contact)
        assert phone.line is PhoneLine.MOBILE
        assert isinstance(read_email(f"{NUMBERS[digits]}{MAILBOXES}"), Contact)

    def test_that_hangs_on_a_wall_is_known_by_its_number(self) -> None:
        phone = read_phone(LANDLINE, "US")

        assert isinstance(phone, Contact)
        assert phone.line is PhoneLine.LANDLINE
        assert number_of(Part.LANDLINE) == LANDLINE
        assert part_of(LANDLINE) is Part.LANDLINE
        assert part_of(f"landline{MAILBOXES}") is None

    @given(some.text())
    def test_of_any_other_kind_plays_none(self, address: str) -> None:
        assert part_of(address) is None or address.lower().endswith(MAILBOXES)

    @pytest.mark.parametrize(
        "address", [MOBILES, MOBILES + "00", MOBILES + "001", "late@example.com", "+491701234567"]
    )
    def test_that_is_nearly_one_plays_none(self, address: str) -> None:
        assert part_of(address) is None


class TestAPart:
    @pytest.mark.parametrize("part", Part)
    @pytest.mark.parametrize("channel", Channel)
    @pytest.mark.parametrize("chance", [0.0, 0.9])
    def test_can_be_played_by_every_channel(
        self, part: Part, channel: Channel, chance: float
    ) -> None:
        assert play(part, channel, "id", chance).outcome is not None

    def test_that_is_none_arrives_at_once_with_its_receipt(self) -> None:
        assert FINE.outcome == Accepted("id", receipt=Receipt.DELIVERED)
        assert FINE.happenings == (Arrives(),)

    def test_late_arrives_late(self) -> None:
        late = play(Part.LATE, Channel.SMS, "id", 0.0)

        assert late.happenings == (Arrives(LATE), Reports(Receipt.DELIVERED, LATE))

    def test_lost_is_taken_and_never_heard_of_again(self) -> None:
        lost = play(Part.LOST, Channel.SMS, "id", 0.0)

        assert lost.outcome == Accepted("id")
        assert lost.happenings == ()

    def test_duplicated_is_reported_five_times(self) -> None:
        assert arrives(Part.DUPLICATED)
        assert receipts(Part.DUPLICATED) == [Receipt.DELIVERED] * 5

    def test_out_of_order_is_read_before_it_arrives_and_fails_at_last(self) -> None:
        assert arrives(Part.OUT_OF_ORDER)
        assert receipts(Part.OUT_OF_ORDER) == [Receipt.READ, Receipt.DELIVERED, Receipt.FAILED]

    def test_undelivered_is_taken_and_does_not_arrive(self) -> None:
        assert not arrives(Part.UNDELIVERED)
        assert receipts(Part.UNDELIVERED) == [Receipt.FAILED]

    def test_refused_and_outage_are_not_taken(self) -> None:
        assert isinstance(play(Part.REFUSED, Channel.SMS, "id", 0.0).outcome, Refused)
        assert isinstance(play(Part.OUTAGE, Channel.SMS, "id", 0.0).outcome, Unavailable)

    def test_not_me_arrives_and_is_denied(self) -> None:
        happenings = play(Part.NOT_ME, Channel.SMS, "id", 0.0).happenings

        assert [type(each) for each in happenings] == [Arrives, Reports, Denies]

    def test_without_whatsapp_is_reached_by_all_else(self) -> None:
        reached = {channel for channel in Channel if arrives(Part.NO_WHATSAPP, channel)}

        assert reached == {*Channel} - {Channel.WHATSAPP}

    def test_voice_only_is_reached_by_a_call_alone(self) -> None:
        assert [channel for channel in Channel if arrives(Part.VOICE_ONLY, channel)] == [
            Channel.VOICE
        ]

    def test_late_by_letter_takes_days(self) -> None:
        late = play(Part.LATE, Channel.LETTER, "id", 0.0)

        assert late.happenings == (Arrives(LATE_LETTER), Reports(Receipt.DELIVERED, LATE_LETTER))

    def test_not_me_by_letter_is_denied_and_nobody_says_that_it_was_read(self) -> None:
        happenings = play(Part.NOT_ME, Channel.LETTER, "id", 0.0).happenings

        assert [type(each) for each in happenings] == [Arrives, Denies]

    def test_returned_is_taken_and_comes_back(self) -> None:
        returned = play(Part.RETURNED, Channel.LETTER, "id", 0.0)

        assert returned.outcome == Accepted("id")
        assert returned.happenings == (ComesBack(RETURNED_LETTER),)

    def test_flaky_loses_one_of_three(self) -> None:
        lost = [not arrives(Part.FLAKY, chance=number / 300) for number in range(300)]

        assert lost.count(True) == 100
