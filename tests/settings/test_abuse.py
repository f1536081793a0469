"""What the operator may set of prices and of rules against abuse."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from watchword.features.abuse.rulesets import Ruleset, SendCap, money_caps, of_the_house
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import Money
from watchword.settings import SettingsWrong, load, parse, prices

ROW = {"channel": "sms", "country_or_prefix": "DE", "price": 0.0752}
TABLE = "channel,provider,country_or_prefix,price\nsms,twilio,+4917,0.09\n"


def cost(settings: Any) -> Money | None:  # noqa: ANN401 - as `parse` gives it
    price_list = prices(settings)
    assert price_list is not None
    return price_list.worst(
        Channel.SMS, [ProviderName("twilio")], country="DE", e164="+491701234567"
    )


class TestPrices:
    def test_are_unknown_unless_they_are_set(self) -> None:
        assert prices(parse({})) is None

    def test_may_stand_in_the_settings(self) -> None:
        settings = parse({"prices": {"currency": "CHF", "rows": [ROW]}})

        assert cost(settings) == Money(75_200, "CHF")

    def test_may_stand_in_a_table_of_their_own(self, tmp_path: Path) -> None:
        (tmp_path / "prices.csv").write_text(TABLE)

        settings = parse({"prices": {"file": str(tmp_path / "prices.csv"), "rows": [ROW]}})

        assert cost(settings) == Money(90_000, "EUR")

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ({"file": "no/such.csv"}, "no/such.csv cannot be read"),
            ({"currency": "Euro", "rows": [ROW]}, "currency is three capital letters"),
            ({"rows": [ROW, ROW]}, "row 2: There is a price for the same already."),
        ],
    )
    def test_that_cannot_be_used_are_refused_at_the_start(
        self, written: dict[str, Any], said: str
    ) -> None:
        settings = parse({"prices": written})

        with pytest.raises(SettingsWrong, match=said):
            prices(settings)

    def test_are_not_misspelt(self) -> None:
        with pytest.raises(SettingsWrong, match="cuontry"):
            parse({"prices": {"rows": [{**ROW, "cuontry": "DE"}]}})


class TestRules:
    def test_are_what_they_are_by_default(self) -> None:
        assert of_the_house(parse({}).abuse) == Ruleset()
        assert parse({}).abuse.keep_days == 30
        assert parse({}).abuse.locked == ("spend",)

    def test_are_read_from_a_file_and_from_variables(self, tmp_path: Path) -> None:
        file = tmp_path / "watchword.toml"
        file.write_text(
            '[prices]\nrows = [{ channel = "sms", price = 0.1 }]\n'
            '[abuse]\ncountries = ["DE"]\nprefix = [{ most = 5, seconds = 600 }]\n'
            "[abuse.spend]\nper_day = 12.50\n"
        )

        settings = load(file, {"WATCHWORD_ABUSE__SPEND__PER_HOUR": "2"})

        rules = of_the_house(settings.abuse)
        assert rules.countries == ("DE",)
        assert rules.prefix == (SendCap(most=5, seconds=600),)
        assert money_caps(rules) == {"per_hour": 2_000_000, "per_day": 12_500_000}
        assert rules.spend.per_day == Decimal("12.5")

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ({"countries": ["Germany"]}, "abuse.countries are two capital letters"),
            ({"spend": {"per_day": 5}}, r"Add a section \[prices\]"),
            ({"keep_days": 0}, "abuse.keep_days is 1 to 400"),
            ({"prefix": [{"most": 0, "seconds": 60}]}, "abuse.prefix.most is 1 or more"),
            ({"locked": ["everything"]}, "Invalid enum value 'everything'"),
            ({"surprise": True}, "unknown field"),
        ],
    )
    def test_that_cannot_work_are_refused(self, written: dict[str, Any], said: str) -> None:
        with pytest.raises(SettingsWrong, match=said):
            parse({"abuse": written})
