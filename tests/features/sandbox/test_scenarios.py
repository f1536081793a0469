"""The parts that addresses of the sandbox play."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.rules import Contact, Line, read_email, read_phone
from watchword.features.delivery.rules import Accepted, Channel, Receipt, Refused, Unavailable
from watchword.features.sandbox.scenarios import (
    LANDLINE,
    LATE,
    MAILBOXES,
    MOBILES,
    NUMBERS,
    Arrives,
    Denies,
    Part,
    Reports,
    part_of,
    play,
)

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
    @pytest.mark.parametrize("part", Part)
    def test_plays_its_part_as_a_number_and_as_a_mailbox(self, part: Part) -> None:
        [number] = [MOBILES + digits for digits, played in NUMBERS.items() if played is part]

        assert part_of(number) is part
        assert part_of(f"{part}{MAILBOXES}") is part
        assert part_of(f"{part}{MAILBOXES}".upper()) is part

    @pytest.mark.parametrize("digits", NUMBERS)
    def test_can_be_written_to_like_any_other(self, digits: str) -> None:
        phone = read_phone(MOBILES + digits, "US")

        assert isinstance(phone, Contact)
        assert phone.line is Line.MOBILE
        assert isinstance(read_email(f"{NUMBERS[digits]}{MAILBOXES}"), Contact)

    def test_that_hangs_on_a_wall_is_known_by_its_number(self) -> None:
        phone = read_phone(LANDLINE, "US")

        assert isinstance(phone, Contact)
        assert phone.line is Line.LANDLINE

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

    def test_flaky_loses_one_of_three(self) -> None:
        lost = [not arrives(Part.FLAKY, chance=number / 300) for number in range(300)]

        assert lost.count(True) == 100
