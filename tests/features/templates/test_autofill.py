"""How a phone comes to offer a code: every message is read by a judge of its own."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.templates.grammar import Bound, parse
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import NAME_AT_MOST, find_fault_of_name
from watchword.features.templates.autofill import (
    HOSTS_AT_MOST,
    App,
    Compiled,
    Domain,
    Target,
    Unbindable,
    compile_message,
    facts_of,
    read_target,
)
from watchword.features.templates.rules import LOCALES, TEMPLATES, TemplateName, texted
from watchword.features.templates.words import Part
from watchword.foundation.gsm import segments, transliterate

HASH = "FA+9qCX9VSu"
DENIAL = "https://codes.example.org/n/AbCdEfGhJk"
CODE = "123456"
LONGEST = f"{'m' * (HOSTS_AT_MOST - 8)}.example"
WORDS = {Part.LIFE: "L" * 9, Part.DENIAL: "D" * 39, Part.SHARING: "S" * 19}  # and a space before

labels = some.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
hosts = (
    some.lists(labels.filter(lambda label: label[2:4] != "--"), min_size=1, max_size=3)
    .map(lambda parts: ".".join([*parts, "example"]))
    .filter(lambda host: len(host) <= HOSTS_AT_MOST // 2)
)
domains = some.builds(Domain, hosts, some.none() | hosts)
codes = some.text("0123456789", min_size=6, max_size=10)
letters = some.characters(categories=("L", "N", "P", "S", "Zs"))
names = some.text(letters, min_size=1, max_size=NAME_AT_MOST).filter(
    lambda name: find_fault_of_name(name) is None
) | some.sampled_from(["W" * NAME_AT_MOST, "Ä" * NAME_AT_MOST, "W" + "€" * 14, "@a.b #1 @c", "Ω €"])
denials = some.none() | some.just(DENIAL)


def sent(
    locale: str,
    target: Target,
    *,
    name: str = "Sonnenhof",
    code: str = CODE,
    minutes: int = 5,
    denial: str | None = DENIAL,
) -> Compiled:
    facts = {"code": code, "organisation": name, **facts_of(target)}
    facts |= {} if denial is None else {"denial": denial}
    return texted(TEMPLATES[TemplateName.CODE][locale][Channel.SMS], locale, facts, minutes)


class TestEveryMessage:
    """Whatever language, name, code and host."""

    @given(some.sampled_from(LOCALES), domains, names, codes, some.integers(1, 10))
    def test_for_a_host_is_one_segment_that_browsers_understand(
        self, locale: str, domain: Domain, name: str, code: str, minutes: int
    ) -> None:
        message = sent(locale, domain, name=name, code=code, minutes=minutes)

        assert parse(message.text) == Bound(domain.host, code, domain.frame)
        assert segments(message.text) == 1
        assert message.text.startswith(code)
        assert " ".join(transliterate(name).split()) in message.text
        assert Part.LIFE not in message.dropped

    @given(some.sampled_from(LOCALES), names, codes, some.integers(1, 10), denials)
    def test_for_an_app_is_what_the_retriever_reads(
        self, locale: str, name: str, code: str, minutes: int, denial: str | None
    ) -> None:
        message = sent(locale, App(HASH), name=name, code=code, minutes=minutes, denial=denial)

        assert len(message.text.encode()) <= 140
        assert message.text.splitlines()[-1] == HASH
        assert code in message.text
        assert parse(message.text) is None
        assert Part.LIFE not in message.dropped

    @given(some.sampled_from(LOCALES), names, codes, some.integers(1, 10), denials)
    def test_for_a_person_is_one_line_and_one_segment(
        self, locale: str, name: str, code: str, minutes: int, denial: str | None
    ) -> None:
        message = sent(locale, None, name=name, code=code, minutes=minutes, denial=denial)

        assert segments(message.text) == len(message.text.splitlines()) == 1
        assert (denial is not None) == (DENIAL in message.text)
        assert parse(message.text) is None
        assert {*message.dropped} <= {Part.SHARING}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "target",
    [
        None,
        Domain(LONGEST),
        Domain(LONGEST[30:], LONGEST[30:]),
        App(HASH),
    ],
)
@pytest.mark.parametrize(Channel.LETTER, ["W", "Ä"])  # of one byte, and of two
def test_the_longest_name_and_code_and_host_fit_with_the_minutes(
    locale: str, target: Target, letter: str
) -> None:
    message = sent(locale, target, name=letter * NAME_AT_MOST, code="9" * 10, minutes=10)

    assert segments(message.text) == 1
    assert "10" in message.text.removeprefix("9" * 10)
    assert Part.LIFE not in message.dropped


@pytest.mark.parametrize("locale", LOCALES)
def test_a_usual_message_has_room_for_the_page_where_one_objects(locale: str) -> None:
    for target in (None, Domain("login.example.org"), App(HASH)):
        assert DENIAL in sent(locale, target).text


class TestWhatHasNoRoom:
    def compiled(self, length: int, target: Target = None) -> Compiled:
        return compile_message("x" * length, WORDS, target, CODE)

    @pytest.mark.parametrize(
        ("length", "dropped"),
        [
            (90, ()),
            (91, (Part.SHARING,)),
            (110, (Part.SHARING,)),
            (111, (Part.DENIAL,)),
            (130, (Part.DENIAL,)),
            (131, (Part.DENIAL, Part.SHARING)),
            (150, (Part.DENIAL, Part.SHARING)),
            (151, (Part.LIFE, Part.DENIAL, Part.SHARING)),
            (500, (Part.LIFE, Part.DENIAL, Part.SHARING)),
        ],
    )
    def test_is_left_out_the_least_important_first(
        self, length: int, dropped: tuple[Part, ...]
    ) -> None:
        assert self.compiled(length).dropped == dropped

    def test_is_never_the_text_nor_the_last_line(self) -> None:
        message = self.compiled(500, Domain("a.example"))

        assert message.text == f"{'x' * 500}\n@a.example #{CODE}"

    def test_stands_in_its_order_when_it_has_room(self) -> None:
        said = "L" * 9 + " " + "S" * 19 + " " + "D" * 39

        assert self.compiled(3).text == f"xxx {said}"

    def test_is_told_without_a_word_of_the_message(self) -> None:
        assert "x" not in repr(self.compiled(500)).replace("text", "")

    @given(some.integers(0, 200), some.sampled_from([None, App(HASH), Domain("a.example")]))
    def test_is_either_said_or_told(self, length: int, target: Target) -> None:
        message = self.compiled(length, target)

        for part, words in WORDS.items():
            assert (words in message.text) != (part in message.dropped)


class TestAHost:
    @pytest.mark.parametrize(
        "host",
        ["example.org", "login.example.org", "xn--mnchen-3ya.de", "a-b.c1", "1.example", LONGEST],
    )
    def test_may_be(self, host: str) -> None:
        assert read_target(host=host) == Domain(host)

    def test_is_known_by_small_letters(self) -> None:
        assert read_target(host="Example.ORG", frame="B.Example") == Domain(
            "example.org", "b.example"
        )

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "example",
            "localhost",
            "https://example.org",
            "example.org:443",
            "example.org/",
            "example.org.",
            ".example.org",
            "a..b",
            "-a.example",
            "a-.example",
            "a_b.example",
            "a b.example",
            "a.example ",
            "a.example\n",
            "a.example #1",
            "@a.example",
            "127.0.0.1",
            "[::1]",
            "a.0x1",
            "a.7",
            "*.example.org",
            "xn--a.example",
            "xn--.example",
            "x" * 64 + ".example",
            LONGEST.replace("m", "mm", 1),
            "m" * 100_000,
        ],
    )
    def test_may_not_be(self, host: str) -> None:
        assert isinstance(read_target(host=host), Unbindable)
        assert isinstance(read_target(host="a.example", frame=host), Unbindable)

    def test_that_is_not_ascii_is_told_how_browsers_write_it(self) -> None:
        assert read_target(host="münchen.de") == Unbindable(
            "The host is written in ASCII: xn--mnchen-3ya.de."
        )
        assert read_target(host="🏦..de") == Unbindable("The host is written in ASCII.")

    def test_and_its_frame_have_room_together(self) -> None:
        assert isinstance(read_target(host=LONGEST[30:], frame=LONGEST[30:]), Domain)
        assert isinstance(read_target(host=LONGEST[30:], frame=LONGEST[29:]), Unbindable)

    @given(some.text() | some.text("abX0.-_@#: /") | hosts)
    def test_of_any_text_is_refused_or_means_the_same_to_a_browser(self, text: str) -> None:
        target = read_target(host=text)

        if isinstance(target, Domain):
            url = urlsplit(f"https://{target.host}/")
            assert (url.hostname, url.port, url.username) == (target.host, None, None)
            assert parse(sent("en", target).text) == Bound(target.host, CODE, None)


class TestATarget:
    @pytest.mark.parametrize("hash", [HASH, "AAAAAAAAAAA", "+/+/+/+/+/+"])
    def test_may_be_an_app(self, hash: str) -> None:
        assert read_target(app=hash) == App(hash)

    @pytest.mark.parametrize(
        "hash", ["", HASH[1:], HASH + "A", "FA+9qCX9VS=", HASH + "\n", "é" * 11]
    )
    def test_may_not_be_what_is_no_hash(self, hash: str) -> None:
        assert isinstance(read_target(app=hash), Unbindable)

    def test_is_a_host_or_an_app_and_not_both(self) -> None:
        assert isinstance(read_target(host="a.example", app=HASH), Unbindable)
        assert isinstance(read_target(frame="a.example", app=HASH), Unbindable)
        assert isinstance(read_target(frame="a.example"), Unbindable)

    def test_may_be_nothing(self) -> None:
        assert read_target() is None

    @pytest.mark.parametrize(
        "target", [None, App(HASH), Domain("a.example"), Domain("a.example", "b.example")]
    )
    def test_waits_as_facts_and_is_read_again(self, target: Target) -> None:
        facts = facts_of(target)

        assert (
            read_target(host=facts.get("host"), frame=facts.get("frame"), app=facts.get("app"))
            == target
        )


class TestTheJudge:
    @pytest.mark.parametrize(
        ("message", "read"),
        [
            ("@a.example #747723", Bound("a.example", "747723", None)),
            ("Text.\n\n@a.example #747723", Bound("a.example", "747723", None)),
            ("Text.\r\n@a.example #1 @b.example", Bound("a.example", "1", "b.example")),
        ],
    )
    def test_reads_what_is_right(self, message: str, read: Bound) -> None:
        assert parse(message) == read
        assert parse(message + "\n") is None

    @pytest.mark.parametrize(
        "message",
        [
            "",
            "@",
            "something @a.example #747723",
            "#747723 @a.example",
            "@a.example  #747723",
            "@a.example code #747723",
            " @a.example #747723",
            "@a.example #",
            "@a.example #1 ",
            "@a.example #1  @b.example",
            "@a.example #1 @b.example @c.example",
            "@a.example #1 b.example",
        ],
    )
    def test_refuses_what_is_not(self, message: str) -> None:
        assert parse(message) is None

    def test_tells_hosts_apart(self) -> None:
        read = parse("@a.example #1")

        assert read is not None
        assert parse("@b.example #1") == replace(read, host="b.example")
