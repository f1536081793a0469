"""The languages that there are words in, each in the file of its name."""

from collections.abc import Mapping

from watchword.features.templates.languages import de, en, es, fr, it, nl, pl, tr
from watchword.features.templates.words import Language

LANGUAGES: Mapping[str, Language] = {
    "de": de.WORDS,
    "en": en.WORDS,
    "fr": fr.WORDS,
    "es": es.WORDS,
    "it": it.WORDS,
    "nl": nl.WORDS,
    "pl": pl.WORDS,
    "tr": tr.WORDS,
}
