"""What people mean who answer a message."""

# ruff: noqa: RUF001 - these are the letters that people write

from string import punctuation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.consents.inbound.meanings import meaning_of
from watchword.features.consents.inbound.rules import Meaning
from watchword.features.consents.inbound.words import UNMISTAKABLE, WORDS
from watchword.features.templates.languages import LANGUAGES

REGULATED = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]
"""The words that 47 CFR 64.1200(a)(10) names."""

STOPS = [word.strip() for line in WORDS[Meaning.STOP].values() for word in line.split(",")]
PHRASES = [phrase.strip() for line in UNMISTAKABLE.values() for phrase in line.split(",")]
AROUND = st.text(st.sampled_from(punctuation + " \n\t…–„“!¡❗🛑"), max_size=6)


@pytest.mark.parametrize("word", REGULATED)
def test_each_word_that_the_law_names_means_stop(word: str) -> None:
    assert meaning_of(word) is Meaning.STOP


def test_each_language_of_our_messages_has_words_for_all_that_can_be_meant() -> None:
    for meaning, words in WORDS.items():
        assert set(words) == set(LANGUAGES), meaning
    assert set(UNMISTAKABLE) == set(LANGUAGES)
    assert set(WORDS) == set(Meaning) - {Meaning.OTHER}


@given(st.sampled_from(STOPS + PHRASES), AROUND, AROUND)
def test_capitals_and_punctuation_do_not_change_that_somebody_says_stop(
    word: str, before: str, after: str
) -> None:
    for spelled in (word, word.upper(), word.title(), word.swapcase()):
        assert meaning_of(f"{before}{spelled}{after}") is Meaning.STOP


@pytest.mark.parametrize(
    "text",
    [
        "STOP.",
        "S T O P",
        "s.t.o.p.",
        "Stooopp!!!",
        "ＳＴＯＰ",
        "🛑 stop 🛑",
        "Please stop",
        "STOP ALL",
        "stop all messages now please",
        "Opt-Out",
        "OPT_OUT",
        "please unsubscribe me from this list",
        "Would you kindly stop texting me?",
        "Don’t text me again",
        "I no longer want this, take me off!",
        "Bitte abmelden",
        "STOPP",
        "AUFHÖREN",
        "Aufhoeren",
        "ich moechte abbestellen",
        "Bitte keine Werbung mehr an diese Nummer",
        "Hören Sie auf mir zu schreiben",
        "Ich widerrufe hiermit meine Einwilligung.",
        "ARRET",
        "İPTAL",
        "iptal",
        "ÇIK",
        "zakończ",
        "can you stop?",
        "I want to stop",
        "Okay, stop",
        "cancel my subscription",
        "Hi, please unsubscribe my number",
        "STOP Anna Müller",
        "Stop - 12345",
        "unsubscribe ann@example.org",
        "why don't you stop texting me?",
        "You never stop texting me",
        "Ich möchte mich abmelden",
        "Kein Interesse!",
        "Arrêtez s'il vous plaît",
        "plus de pub",
        "No quiero más mensajes",
        "basta messaggi",
        "🙏 stop 🙏",
        "ok stop",
        "YES stop",
        "no stop yes",
        "and now stop",
        "Anna, stop",
        "Non, stop !",
        "S\u200bT\u200dO\u2060P",
        "\ufeffS\u00adTOP\ufe0e",
        "unsub\u200bscribe",
    ],
)
def test_whoever_says_so_in_their_own_way_is_understood(text: str) -> None:
    assert meaning_of(text) is Meaning.STOP


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("YES", Meaning.YES),
        ("Ja, gerne!", Meaning.YES),
        ("y", Meaning.YES),
        ("no thanks", Meaning.NO),
        ("Nein danke", Meaning.NO),
        ("START", Meaning.START),
        ("unstop", Meaning.START),
        ("opt in", Meaning.START),
        ("HELP", Meaning.HELP),
        ("Hilfe!", Meaning.HELP),
        ("Wer ist das?", Meaning.HELP),
        ("???", Meaning.HELP),
        ("", Meaning.OTHER),
        ("   ", Meaning.OTHER),
        ("Thank you!", Meaning.OTHER),
        ("When do you open in the weekend?", Meaning.OTHER),
        ("I will stop by tomorrow", Meaning.OTHER),
        ("Bis Ende der Woche komme ich vorbei", Meaning.OTHER),
        ("The bus stop is closed", Meaning.OTHER),
        ("481923", Meaning.OTHER),
        ("Don't stop", Meaning.OTHER),
        ("DON’T STOP!!! 🎉", Meaning.OTHER),
        ("please don't stop", Meaning.OTHER),
        ("Please don't stop texting me", Meaning.OTHER),
        ("Do not unsubscribe me", Meaning.OTHER),
        ("Please do not opt me out", Meaning.OTHER),
        ("Don't ever stop", Meaning.OTHER),
        ("I don't want to stop", Meaning.OTHER),
        ("Bitte nicht abmelden", Meaning.OTHER),
        ("Ich möchte mich nicht abmelden", Meaning.OTHER),
        ("Hör nicht auf", Meaning.OTHER),
        ("non-stop", Meaning.OTHER),
        ("Stop by later?", Meaning.OTHER),
        ("stop start", Meaning.OTHER),
        ("Can't stop", Meaning.OTHER),
        ("Nie abmelden", Meaning.OTHER),
        ("Stopp nicht", Meaning.OTHER),
        ("ne stop pas", Meaning.OTHER),
        ("jamais stop", Meaning.OTHER),
        ("no parar", Meaning.OTHER),
        ("nunca parar", Meaning.OTHER),
        ("mai stop", Meaning.OTHER),
        ("non fermare", Meaning.OTHER),
        ("niet stop", Meaning.OTHER),
        ("nooit stop", Meaning.OTHER),
        ("nigdy stop", Meaning.OTHER),
        ("asla dur", Meaning.OTHER),
        ("durma", Meaning.OTHER),
        ("Now stop by", Meaning.OTHER),
        ("fin de semana", Meaning.OTHER),
    ],
)
def test_what_else_is_said_is_told_apart(text: str, meaning: Meaning) -> None:
    assert meaning_of(text) is meaning


@given(
    st.sampled_from(["don't", "Dont", "DO NOT", "please don’t", "never"]),
    st.sampled_from(["stop", "unsubscribe", "opt out", "cancel", "quit", "end", "stop texting"]),
    AROUND,
)
def test_whoever_asks_us_not_to_is_never_taken_for_a_stop(no: str, word: str, after: str) -> None:
    for said in (f"{no} {word}{after}", f"{no} {word} me{after}", f"{no.upper()} {word.upper()}"):
        assert meaning_of(said) is not Meaning.STOP


@given(st.text(max_size=3_000))
def test_whatever_comes_in_means_something(text: str) -> None:
    assert meaning_of(text) in Meaning


def test_a_word_that_means_stop_in_one_language_means_it_in_all() -> None:
    """*Fine* is all right in English, and the end in Italian: in doubt, nothing more is sent."""
    assert meaning_of("fine") is Meaning.STOP
