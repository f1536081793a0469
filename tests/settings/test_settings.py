"""What an operator may set, and how each mistake is named with the place where it stands."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.challenges.policies import Purpose, find_faults
from watchword.features.contacts.channels import Channel
from watchword.features.limits.rules import DAY, HOUR, Cap
from watchword.settings import (
    FILE,
    Settings,
    SettingsWrong,
    limits,
    load,
    parse,
    policies,
    routes,
)

SMTP = {"kind": "smtp", "host": "mail.example.org", "sender": "a@example.org"}
GATEWAY = {
    "kind": "http",
    "channel": "sms",
    "url": "https://gateway.example/send",
    "body": {"to": "{to}", "text": "{text}"},
}
PASSWORD = "correct horse"  # noqa: S105


def purpose(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever an operator writes
    return {"purposes": {"wallet_signin": changes}}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A file that sets nothing."""
    path = tmp_path / "empty.toml"
    path.touch()
    return path


class TestNothing:
    def test_is_enough_to_begin_with(self) -> None:
        settings = parse({})

        assert settings == Settings()
        assert settings.web.host == "127.0.0.1"
        assert routes(settings).live == {Channel.LETTER: ("folder",)}

    def test_is_stricter_than_any_ceiling(self) -> None:
        settings = parse({})

        assert {*policies(settings)} == {*Purpose}
        assert [find_faults(policy) for policy in policies(settings).values()] == [[]] * len(
            Purpose
        )
        assert limits(settings).wrong == Cap(10, HOUR)
        assert limits(settings).most_in_a_row == 100

    def test_is_what_is_read_when_there_is_no_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert load(None, {}) == Settings()


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ({"colour": "red"}, "colour"),
        ({"web": {"prot": 80}}, "prot"),
        ({"web": {"port": "eighty"}}, "$.web.port"),
        ({"web": {"port": [80]}}, "$.web.port"),
        ({"web": 80}, "$.web"),
        ({"sandbox": {"open_page": "perhaps"}}, "$.sandbox.open_page"),
        ({"log": {"level": "loud"}}, "$.log.level"),
        ({"purposes": {"fun": {}}}, "purposes"),
        (purpose(colour="red"), "colour"),
        (purpose(life={"sms": "long"}), "$.purposes"),
        (purpose(life={"fax": 60}), "$.purposes"),
        (purpose(life={"sms": 601}), "purposes.wallet_signin: By sms the code lives 60 to 600"),
        (purpose(life={"sms": 59}), "purposes.wallet_signin: By sms the code lives 60 to 600"),
        (purpose(life={"email": 601}), "purposes.wallet_signin: By email"),
        (purpose(code_length=5), "purposes.wallet_signin: The code has 6 to 10 digits, not 5"),
        (purpose(code_length=11), "purposes.wallet_signin: The code has 6 to 10 digits, not 11"),
        (purpose(attempts=11), "purposes.wallet_signin: There are 1 to 10 attempts, not 11"),
        (purpose(attempts=0), "purposes.wallet_signin: There are 1 to 10 attempts, not 0"),
        (purpose(resend_waits=[]), "purposes.wallet_signin: Between two sendings"),
        (purpose(resend_waits=[0]), "purposes.wallet_signin: Between two sendings"),
        ({"limits": {"wrong_in_a_row": 101}}, "limits.wrong_in_a_row is 1 to 100"),
        ({"limits": {"wrong_in_a_row": 0}}, "limits.wrong_in_a_row is 1 to 100"),
        ({"limits": {"wrong_per_hour": 101}}, "limits.wrong_per_hour is 1 to 100"),
        ({"limits": {"wrong_per_hour": 0}}, "limits.wrong_per_hour is 1 to 100"),
        ({"limits": {"sends_per_hour": 0}}, "limits.sends_per_hour"),
        ({"limits": {"sends_per_day": -1}}, "limits.sends_per_day"),
        ({"work": {"concurrency": 0}}, "work.concurrency is 1 to 500"),
        ({"work": {"concurrency": 501}}, "work.concurrency is 1 to 500"),
        ({"providers": {"sandbox": SMTP}}, "providers.sandbox"),
        ({"providers": {"mail": {"kind": "pigeon"}}}, "$.providers.mail.kind"),
        ({"providers": {"good": SMTP, "mail": SMTP | {"hots": "x"}}}, "$.providers.mail"),
        ({"providers": {"mail": SMTP | {"hots": "x"}}}, "hots"),
        ({"providers": {"mail": {"kind": "smtp", "host": "x"}}}, "sender"),
        ({"channels": {"sms": ["nobody"]}}, "channels.sms: there is no providers.nobody"),
        ({"channels": {"sms": ["sandbox"]}}, "channels.sms: there is no providers.sandbox"),
        ({"channels": {"fax": ["nobody"]}}, "channels"),
        (
            {"providers": {"mail": SMTP}, "channels": {"sms": ["mail"]}},
            "channels.sms: mail does not serve it",
        ),
    ],
)
def test_a_mistake_is_refused_and_named_with_its_place(written: dict[str, Any], place: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        parse(written)

    assert place in str(caught.value)


def test_all_mistakes_in_figures_are_named_at_once() -> None:
    with pytest.raises(SettingsWrong, match=r"attempts.*wrong_in_a_row.*concurrency"):
        parse(purpose(attempts=11) | {"limits": {"wrong_in_a_row": 0}, "work": {"concurrency": 0}})


@pytest.mark.parametrize("most", [1, 11, 100])
def test_wrong_answers_in_an_hour_have_the_ceiling_of_those_in_a_row(most: int) -> None:
    settings = parse({"limits": {"wrong_per_hour": most, "wrong_in_a_row": most}})

    assert limits(settings).wrong == Cap(most, HOUR)
    assert limits(settings).most_in_a_row == most


class TestWhatIsSet:
    def test_changes_one_purpose_and_no_other(self) -> None:
        settings = parse(
            purpose(
                code_length=8,
                attempts=3,
                life={"sms": 120},
                resend_waits=[10, 20],
                new_code_on_resend=True,
            )
        )
        changed = policies(settings)[Purpose.WALLET_SIGNIN]

        assert (changed.code_length, changed.attempts) == (8, 3)
        assert changed.lives[Channel.SMS] == timedelta(seconds=120)
        assert changed.lives[Channel.EMAIL] == timedelta(minutes=5)
        assert changed.wait_after(5) == timedelta(seconds=20)
        assert changed.new_code_on_resend
        others = {Purpose.REDEMPTION: policies(settings)[Purpose.REDEMPTION]}
        assert others[Purpose.REDEMPTION] == policies(Settings())[Purpose.REDEMPTION]

    def test_says_how_often_one_may_be_written_to(self) -> None:
        settings = parse({"limits": {"sends_per_hour": 2, "sends_per_day": 3}})

        assert limits(settings).sends == (Cap(2, HOUR), Cap(3, DAY))

    def test_may_be_a_false_where_the_default_is_true(self) -> None:
        assert not policies(parse(purpose(charge_malformed=False)))[
            Purpose.WALLET_SIGNIN
        ].charge_malformed

    def test_lets_every_provider_serve_what_it_can_in_the_order_of_the_file(self) -> None:
        settings = parse({"providers": {"b": GATEWAY, "a": GATEWAY, "mail": SMTP}})

        assert routes(settings).live == {
            Channel.SMS: ("b", "a"),
            Channel.EMAIL: ("mail",),
            Channel.LETTER: ("folder",),
        }

    def test_may_say_in_which_order_providers_are_preferred(self) -> None:
        written = {"providers": {"b": GATEWAY, "a": GATEWAY}, "channels": {"sms": ["a"]}}

        assert routes(parse(written)).live[Channel.SMS] == ("a",)


class TestAFile:
    def write(self, folder: Path, text: str) -> Path:
        path = folder / FILE
        path.write_text(text)
        return path

    def test_is_read(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "[web]\nport = 8080\n[purposes.redemption]\nattempts = 3\n")

        settings = load(path, {})

        assert settings.web.port == 8080
        assert policies(settings)[Purpose.REDEMPTION].attempts == 3

    def test_may_be_named_by_a_variable(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "[web]\nport = 8080\n")

        assert load(None, {"WATCHWORD_SETTINGS": str(path)}).web.port == 8080

    def test_that_is_named_and_not_there_is_a_mistake(self, tmp_path: Path) -> None:
        path = tmp_path / "nowhere.toml"

        with pytest.raises(SettingsWrong, match=r"nowhere\.toml cannot be read"):
            load(path, {})
        with pytest.raises(SettingsWrong, match=r"nowhere\.toml cannot be read"):
            load(None, {"WATCHWORD_SETTINGS": str(path)})

    @pytest.mark.parametrize("content", [b"[web", b"\xff\xfe", b"port = eighty"])
    def test_that_is_no_toml_is_named(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / FILE
        path.write_bytes(content)

        with pytest.raises(SettingsWrong, match="cannot be read"):
            load(path, {})


class TestAVariable:
    def test_goes_before_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / FILE
        path.write_text('[web]\nport = 8080\nhost = "0.0.0.0"\n')

        web = load(path, {"WATCHWORD_WEB__PORT": "9090"}).web

        assert (web.port, web.host) == (9090, "0.0.0.0")  # noqa: S104

    def test_may_lead_to_any_depth(self, empty: Path) -> None:
        settings = load(
            empty,
            {
                "WATCHWORD_PURPOSES__REDEMPTION__LIFE__SMS": "120",
                "WATCHWORD_SANDBOX__OPEN_PAGE": "true",
                "WATCHWORD_PROVIDERS__MAIL__KIND": "smtp",
                "WATCHWORD_PROVIDERS__MAIL__HOST": "mail.example.org",
                "WATCHWORD_PROVIDERS__MAIL__SENDER": "a@example.org",
                "WATCHWORD_PROVIDERS__MAIL__USERNAME": "a",
                "WATCHWORD_PROVIDERS__MAIL__PASSWORD": PASSWORD,
            },
        )

        assert policies(settings)[Purpose.REDEMPTION].lives[Channel.SMS].seconds == 120
        assert settings.sandbox.open_page
        assert routes(settings).live == {
            Channel.EMAIL: ("mail",),
            Channel.LETTER: ("folder",),
        }

    def test_that_is_not_ours_or_names_no_place_is_let_be(self, empty: Path) -> None:
        environment = {"WEB__PORT": "1", "PATH": "x", "WATCHWORD_KEYRING": "x"}

        assert load(empty, environment) == Settings()

    @pytest.mark.parametrize(
        ("name", "value", "place"),
        [
            ("WATCHWORD_WEB__PROT", "80", "prot"),
            ("WATCHWORD_WEB__PORT", "eighty", "$.web.port"),
            ("WATCHWORD_WEB__PORT__X", "80", "WATCHWORD_WEB__PORT__X is not right: port"),
            ("WATCHWORD_LIMITS__WRONG_PER_HOUR", "101", "limits.wrong_per_hour"),
        ],
    )
    def test_that_is_wrong_is_named_with_its_place(
        self, tmp_path: Path, name: str, value: str, place: str
    ) -> None:
        path = tmp_path / FILE
        path.write_text("[web]\nport = 8080\n")

        with pytest.raises(SettingsWrong) as caught:
            load(path, {name: value})

        assert place in str(caught.value)


class TestASecret:
    SETTINGS = parse(
        {
            "providers": {
                "mail": SMTP | {"username": "a", "password": PASSWORD},
                "gateway": GATEWAY | {"headers": {"Authorization": PASSWORD}},
            }
        }
    )

    def test_does_not_print(self) -> None:
        assert PASSWORD not in repr(self.SETTINGS)
        assert PASSWORD not in f"{self.SETTINGS}"

    @pytest.mark.parametrize("value", [17, ["x"], {"a": "b"}])
    def test_that_is_no_text_is_named(self, value: object) -> None:
        with pytest.raises(SettingsWrong, match="password"):
            parse({"providers": {"mail": SMTP | {"username": "a", "password": value}}})

    def test_is_not_quoted_when_something_beside_it_is_wrong(self) -> None:
        with pytest.raises(SettingsWrong) as caught:
            parse({"providers": {"mail": SMTP | {"password": PASSWORD, "port": "x"}}})

        assert PASSWORD not in str(caught.value)


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(max_size=5),
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(
                some.sampled_from(["web", "port", "limits", "purposes", "providers", "kind", "x"]),
                inner,
                max_size=3,
            )
        ),
    ).filter(lambda value: isinstance(value, dict))
)
def test_nothing_that_is_written_is_beyond_an_answer(written: dict[str, Any]) -> None:
    try:
        assert isinstance(parse(written), Settings)
    except SettingsWrong as fault:
        assert str(fault).startswith("The settings are not right: ")  # noqa: PT017


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"web": {"trusted_hops": -1}}, "web.trusted_hops"),
        ({"web": {"port": 99_999}}, "web.port"),
        ({"web": {"public_url": "javascript:alert(1)"}}, "web.public_url"),
        ({"web": {"public_url": "https://codes.example.org/"}}, "web.public_url"),
        ({"providers": {"mail": {**SMTP, "timeout_seconds": 21.0}}}, "providers.mail.timeout"),
        ({"providers": {"mail": {**SMTP, "timeout_seconds": float("nan")}}}, "providers.mail"),
        ({"providers": {"mail": {**SMTP, "timeout_seconds": 0.0}}}, "providers.mail.timeout"),
    ],
)
def test_what_would_do_harm_at_run_time_is_refused_at_the_start(
    section: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse(section)


def test_the_password_of_a_database_does_not_print() -> None:
    settings = parse({"database": {"url": "postgresql://bank:opensesame@db/watchword"}})

    assert "opensesame" not in repr(settings)
