"""What a message may cost at worst."""

from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import Money, Price, PriceList

TWILIO, VONAGE = ProviderName("twilio"), ProviderName("vonage")
NUMBER = "+491701234567"


def price(
    where: str, micros: int, provider: ProviderName | None = None, channel: Channel = Channel.SMS
) -> Price:
    return Price(channel=channel, provider=provider, where=where, micros=micros)


def listed(*prices: Price) -> PriceList:
    return PriceList("EUR", prices)


def worst(prices: PriceList, *providers: ProviderName) -> Money | None:
    return prices.worst(Channel.SMS, providers or (TWILIO,), country="DE", e164=NUMBER)


class TestThePriceOfAMessage:
    def test_is_that_of_the_longest_beginning_of_the_number(self) -> None:
        prices = listed(price("*", 1), price("DE", 2), price("+49", 3), price("+4917", 4))

        assert worst(prices) == Money(4, "EUR")

    def test_is_that_of_the_country_before_that_of_all_others(self) -> None:
        assert worst(listed(price("*", 1), price("DE", 2))) == Money(2, "EUR")

    def test_is_that_of_all_others_where_nothing_nearer_is_named(self) -> None:
        assert worst(listed(price("*", 1), price("AT", 2), price("+43", 3))) == Money(1, "EUR")

    def test_is_that_of_the_provider_itself_before_a_nearer_one_of_any(self) -> None:
        assert worst(listed(price("*", 1, TWILIO), price("+4917", 9))) == Money(1, "EUR")

    def test_is_that_of_the_dearest_who_may_carry_it(self) -> None:
        prices = listed(price("DE", 5, TWILIO), price("DE", 7, VONAGE))

        assert worst(prices, TWILIO, VONAGE) == Money(7, "EUR")

    def test_is_missing_if_that_of_one_who_may_carry_it_is_missing(self) -> None:
        assert worst(listed(price("DE", 5, TWILIO)), TWILIO, VONAGE) is None

    def test_is_missing_where_nobody_carries_it(self) -> None:
        assert listed(price("*", 1)).worst(Channel.SMS, (), country="DE", e164=NUMBER) is None

    def test_is_not_that_of_another_channel(self) -> None:
        assert worst(listed(price("DE", 5, channel=Channel.VOICE))) is None

    def test_of_an_email_needs_no_number(self) -> None:
        prices = listed(price("*", 100, channel=Channel.EMAIL))

        assert prices.worst(Channel.EMAIL, (TWILIO,), country=None, e164=None) == Money(100, "EUR")


@given(some.integers(0, 10**9))
def test_money_reads_as_an_amount_of_its_currency(micros: int) -> None:
    amount, _, currency = str(Money(micros, "EUR")).partition(" ")

    assert currency == "EUR"
    assert abs(float(amount) - micros / 1e6) <= 0.0001


def test_a_price_list_does_not_show_itself_whole() -> None:
    assert repr(listed(price("DE", 5))) == "PriceList(currency='EUR')"
