"""What callers are asked: how it is typed, and when it fits."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.activation.evidence import CLEAR
from tests.features.pins.members import MEMBERS
from watchword.features.activation.answers import DateOrder, order_of
from watchword.features.activation.dialogue.steps import DIGITS_AT_MOST
from watchword.features.activation.prompts.languages import de, en
from watchword.features.activation.prompts.rules import LANGUAGES, text_of
from watchword.features.activation.questions import (
    CATALOGUE,
    Asked,
    Fit,
    Manner,
    Part,
    Question,
    Strength,
    ask_of,
    can_be_asked,
    compare,
    find_fault,
)
from watchword.features.cores.rules import ContactOnFile, Facts, FindBy
from watchword.features.pins.shapes import KEY_OF
from watchword.foundation.secret import Secret

Q = Question
AMERICAN = Manner(DateOrder.MONTH_FIRST, "US")
GERMAN = Manner(DateOrder.DAY_FIRST, "DE")
NOBODY = Facts()


def keyed(word: str) -> str:
    return "".join(KEY_OF[letter] for letter in word.lower())


def fits(question: Question | Asked, typed: str, facts: Facts, manner: Manner = AMERICAN) -> bool:
    asked = question if isinstance(question, Asked) else Asked(question)
    return compare(asked, Secret(typed), facts, manner) is Fit.FITS


class TestNumbers:
    def test_zeros_in_front_of_an_account_need_not_be_typed(self) -> None:
        facts = Facts(member_number=Secret("00742"), account_numbers=(Secret("0-994-S01"),))

        assert fits(Q.MEMBER_NUMBER, "742", facts)
        assert fits(Q.MEMBER_NUMBER, "00742", facts)
        assert fits(Q.ACCOUNT_NUMBER, "99401", facts)
        assert not fits(Q.MEMBER_NUMBER, "7420", facts)
        assert not fits(Q.MEMBER_NUMBER, "0", replace(facts, member_number=Secret("0")))

    def test_zeros_in_front_of_a_social_security_number_have_to_be(self) -> None:
        facts = Facts(ssn=Secret("012730096"))

        assert fits(Q.SSN, "012730096", facts)
        assert not fits(Q.SSN, "12730096", facts)
        assert fits(Q.SSN_LAST4, "0096", facts)
        assert not fits(Q.SSN_LAST4, "96", facts)

    def test_a_card_is_known_by_its_last_digits(self) -> None:
        facts = Facts(card_numbers=(Secret("5500 1309 7482 6650"), Secret("**** 0012")))

        assert fits(Q.CARD_LAST4, "6650", facts)
        assert fits(Q.CARD_LAST4, "0012", facts)
        assert not fits(Q.CARD_LAST4, "5500", facts)


class TestDates:
    BORN = Facts(birth_date=date(1985, 3, 4))

    def test_are_typed_as_the_language_has_them(self) -> None:
        assert fits(Q.BIRTH_DATE, "03041985", self.BORN, AMERICAN)
        assert fits(Q.BIRTH_DATE, "04031985", self.BORN, GERMAN)
        assert not fits(Q.BIRTH_DATE, "04031985", self.BORN, AMERICAN)
        assert not fits(Q.BIRTH_DATE, "03041985", self.BORN, GERMAN)

    def test_words_and_order_are_of_one_mind(self) -> None:
        assert (order_of("en"), order_of("en-US")) == (DateOrder.MONTH_FIRST,) * 2
        assert (order_of("de"), order_of("fr")) == (DateOrder.DAY_FIRST,) * 2
        english, german = en.PROMPTS["ask_birth_date"], de.PROMPTS["ask_birth_date"]
        assert english.index("month") < english.index("day")
        assert german.index("Tag") < german.index("Monat")

    @pytest.mark.parametrize("typed", ["13131985", "02301985", "030485", "00001985", "0304*985"])
    def test_a_day_that_never_was_is_nobodys(self, typed: str) -> None:
        assert not fits(Q.BIRTH_DATE, typed, self.BORN, AMERICAN)


class TestZips:
    def test_five_digits_are_enough_and_nine_are_no_harm(self) -> None:
        short, long = Facts(zip_code=Secret("04680")), Facts(zip_code=Secret("04680-8371"))

        for facts in (short, long):
            assert fits(Q.ZIP, "04680", facts)
            assert fits(Q.ZIP, "046808371", facts)
            assert not fits(Q.ZIP, "4680", facts)
            assert not fits(Q.ZIP, "8371", facts)
        assert not fits(Q.ZIP, "046801111", long)

    def test_a_foreign_one_is_typed_if_it_is_all_digits(self) -> None:
        assert fits(Q.ZIP, "1010", Facts(zip_code=Secret("1010")))
        british = compare(Asked(Q.ZIP), Secret("11"), Facts(zip_code=Secret("SW1A 1AA")), AMERICAN)
        assert british is Fit.NOT_ON_FILE


class TestNames:
    @pytest.mark.parametrize(
        ("on_file", "typed"),
        [
            ("Byron", "byron"),
            ("MÜLLER", "muller"),
            ("Müller", "mueller"),
            ("Mu\u0308ller", "mueller"),  # u, and a mark that stands on it
            ("Straße", "strasse"),
            ("Müßäöl", "muessaeoel"),
            ("Müßäöl", "musaol"),
            ("Sørensen", "sorensen"),
            ("Łukasiewicz", "lukasiewicz"),
            ("José", "jose"),
            ("O'Neill", "oneill"),
            ("O\u2019Neill", "oneill"),
            ("Müller-Lüdenscheidt", "muellerluedenscheidt"),
            ("Müller-Lüdenscheidt", "muller"),
            ("Müller - Lüdenscheidt", "luedenscheidt"),
            ("van der Berg", "vanderberg"),
            ("van der Berg", "berg"),
            ("Ng", "ng"),
        ],
    )
    def test_are_spelled_as_people_spell_them(self, on_file: str, typed: str) -> None:
        facts = Facts(mothers_maiden_name=Secret(on_file), code_word=Secret(on_file))

        assert fits(Q.MOTHERS_MAIDEN_NAME, keyed(typed), facts)
        assert fits(Q.CODE_WORD, keyed(typed), facts)

    @pytest.mark.parametrize(
        ("on_file", "typed"),
        [
            ("Müller-Lüdenscheidt", "mull"),
            ("van der Berg", "van"),
            ("van der Berg", "vander"),
            ("Byron", "byro"),
            ("Byron", "byrony"),
        ],
    )
    def test_a_piece_of_one_is_not_the_name(self, on_file: str, typed: str) -> None:
        assert not fits(
            Q.MOTHERS_MAIDEN_NAME, keyed(typed), Facts(mothers_maiden_name=Secret(on_file))
        )

    def test_of_a_last_name_the_first_letters_are_asked(self) -> None:
        four = Asked(Q.LAST_NAME_LETTERS, 4)

        assert fits(four, keyed("byro"), Facts(family_name=Secret("Byron")))
        assert not fits(four, keyed("byr"), Facts(family_name=Secret("Byron")))
        assert fits(four, keyed("ng"), Facts(family_name=Secret("Ng")))
        assert fits(four, keyed("muel"), Facts(family_name=Secret("Müller-Lüdenscheidt")))
        assert fits(four, keyed("lued"), Facts(family_name=Secret("Müller-Lüdenscheidt")))
        assert (ask_of(four).least, ask_of(four).most) == (1, 4)

    @pytest.mark.parametrize("name", ["Ковалёв", "王", "", " - ", "'"])
    def test_what_no_key_has_is_not_asked_in_vain(self, name: str) -> None:
        facts = Facts(mothers_maiden_name=Secret(name))

        fit = compare(Asked(Q.MOTHERS_MAIDEN_NAME), Secret("22"), facts, AMERICAN)

        assert fit is Fit.NOT_ON_FILE


class TestPhones:
    FACTS = Facts(
        phones=(ContactOnFile(Secret("(260) 555-0143")), ContactOnFile(Secret("+49 30 901820")))
    )

    @pytest.mark.parametrize(
        ("typed", "manner"),
        [
            ("2605550143", AMERICAN),
            ("12605550143", AMERICAN),
            ("4930901820", AMERICAN),
            ("0114930901820", AMERICAN),
            ("030901820", GERMAN),
            ("004930901820", GERMAN),
        ],
    )
    def test_are_typed_as_at_home_or_from_abroad(self, typed: str, manner: Manner) -> None:
        assert fits(Q.PHONE_ON_FILE, typed, self.FACTS, manner)

    @pytest.mark.parametrize("typed", ["5550143", "0143", "2605550144", "", "***"])
    def test_a_part_of_one_is_not_enough(self, typed: str) -> None:
        assert not fits(Q.PHONE_ON_FILE, typed, self.FACTS, AMERICAN)


class TestAmounts:
    FACTS = Facts(last_deposit=Secret("125050"))

    @pytest.mark.parametrize("typed", ["1250*50", "1250*5", "01250*50"])
    def test_star_is_the_point(self, typed: str) -> None:
        assert fits(Q.LAST_DEPOSIT, typed, self.FACTS)
        assert ask_of(Asked(Q.LAST_DEPOSIT)).takes_star

    @pytest.mark.parametrize("typed", ["125050", "1250*505", "12*50*50", "*", "", "1250"])
    def test_nothing_is_guessed(self, typed: str) -> None:
        assert not fits(Q.LAST_DEPOSIT, typed, self.FACTS)

    @pytest.mark.parametrize(
        ("on_file", "typed"), [("120000", "1200"), ("120000", "1200*"), ("50", "*5"), ("5", "*05")]
    )
    def test_whole_sums_and_small_ones(self, on_file: str, typed: str) -> None:
        assert fits(Q.LAST_DEPOSIT, typed, Facts(last_deposit=Secret(on_file)))


class TestOtherThings:
    @pytest.mark.parametrize(
        ("on_file", "typed"),
        [("12", "12"), ("12a", "12"), ("12a", "122"), ("12-14", "12"), ("12-14", "1214")],
    )
    def test_a_house_may_have_a_letter(self, on_file: str, typed: str) -> None:
        assert fits(Q.HOUSE_NUMBER, typed, Facts(house_number=Secret(on_file)))

    def test_a_licence_is_asked_whole_or_in_part(self) -> None:
        facts = Facts(driving_licence=Secret("D123-4567-890"))

        assert fits(Q.DRIVING_LICENCE, "1234567890", facts)
        assert fits(Asked(Q.DRIVING_LICENCE, part=Part.WHOLE), "31234567890", facts)
        assert fits(Asked(Q.DRIVING_LICENCE, 5, Part.LAST), "67890", facts)
        assert not fits(Asked(Q.DRIVING_LICENCE, 5, Part.LAST), "7890", facts)
        assert ask_of(Asked(Q.DRIVING_LICENCE, 5, Part.LAST)).least == 5


class TestCatalogue:
    def test_has_every_question_once_with_its_words(self) -> None:
        assert {*CATALOGUE} == {*Question}
        for question in Question:
            assert f"ask_{question}" in en.PROMPTS
            assert f"ask_{question}" in de.PROMPTS

    def test_finds_by_all_that_a_core_can_find_by(self) -> None:
        assert {entry.find_by for entry in CATALOGUE.values()} == {*FindBy, None}

    def test_only_a_code_shows_that_somebody_has_something(self) -> None:
        strong = {
            each for each, entry in CATALOGUE.items() if entry.strength is Strength.POSSESSION
        }

        assert strong == {Q.CODE}

    def test_from_where_somebody_calls_is_no_question(self) -> None:
        assert not {each for each in Question if "caller" in each or "ani" in each.split("_")}

    def test_asks_for_no_more_than_a_door_takes(self) -> None:
        assert all(1 <= each.least <= each.most <= DIGITS_AT_MOST for each in CATALOGUE.values())

    @pytest.mark.parametrize("language", sorted(LANGUAGES))
    def test_says_all_that_can_be_asked(self, language: str) -> None:
        asked = [Asked(each) for each in Question if each is not Q.PIN]
        for each in (*asked, *(Asked(Q.DRIVING_LICENCE, part=part) for part in (None, Part.WHOLE))):
            assert text_of(ask_of(each).in_words, language)

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (Asked(Q.LAST_NAME_LETTERS, 4), "the first 4 letters"),
            (Asked(Q.LAST_NAME_LETTERS, 1), "the first letter of"),
            (Asked(Q.DRIVING_LICENCE, 5, Part.LAST), "the last 5 digits"),
            (Asked(Q.DRIVING_LICENCE, part=Part.DIGITS), "Leave out its letters"),
            (Asked(Q.DRIVING_LICENCE, part=Part.WHOLE), "the whole number"),
        ],
    )
    def test_says_how_much_of_it_is_asked_for(self, asked: Asked, said: str) -> None:
        assert said in text_of(ask_of(asked).in_words, "en")

    def test_what_a_core_cannot_is_not_asked(self) -> None:
        few = replace(CLEAR, finds_by=frozenset({FindBy.PHONE}), capabilities=frozenset())

        can = {each for each in Question if can_be_asked(Asked(each), few)}

        assert {Q.MEMBER_NUMBER, Q.PIN} & can == set()
        assert {Q.PHONE, Q.ZIP, Q.CODE} <= can

    @pytest.mark.parametrize("question", Question)
    def test_of_whom_nothing_is_on_file_nothing_fits(self, question: Question) -> None:
        for typed in ("", "0", "0000", "000000000", "01011900"):
            fit = compare(Asked(question), Secret(typed), NOBODY, AMERICAN)
            assert fit is Fit.NOT_ON_FILE

    @given(MEMBERS, st.sampled_from(Question), st.text("0123456789*", max_size=DIGITS_AT_MOST))
    def test_whatever_is_typed_is_judged(
        self, facts: Facts, question: Question, typed: str
    ) -> None:
        for manner in (AMERICAN, GERMAN):
            assert compare(Asked(question), Secret(typed), facts, manner) in Fit

    @pytest.mark.parametrize(
        "asked",
        [
            *(Asked(Q.LAST_NAME_LETTERS, 0), Asked(Q.LAST_NAME_LETTERS, 9), Asked(Q.ZIP, 3)),
            *(Asked(Q.DRIVING_LICENCE, part=Part.LAST), Asked(Q.ZIP, part=Part.LAST)),
            *(Asked(Q.DRIVING_LICENCE, 3, Part.LAST), Asked(Q.DRIVING_LICENCE, 5, Part.WHOLE)),
        ],
    )
    def test_options_that_cannot_be_are_found(self, asked: Asked) -> None:
        assert find_fault(asked)

    @pytest.mark.parametrize(
        "asked",
        [
            *(Asked(Q.LAST_NAME_LETTERS, 3), Asked(Q.LAST_NAME_LETTERS), Asked(Q.DRIVING_LICENCE)),
            *(Asked(Q.DRIVING_LICENCE, 5, Part.LAST), Asked(Q.DRIVING_LICENCE, part=Part.WHOLE)),
        ],
    )
    def test_others_are_not(self, asked: Asked) -> None:
        assert find_fault(asked) is None
