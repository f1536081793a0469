"""Words of a page are looked up when its template is read, and read as they always did."""

from gettext import NullTranslations

import pytest
from jinja2 import DictLoader

from watchword.web.html.spoken import Spoken

GERMAN = {
    "Yes & no": "Ja & nein",
    "100%% sure": "100%% sicher",
    "For %(name)s": "Für %(name)s",
    "%(num)s day": "%(num)s Tag",
}


class Counted(NullTranslations):
    """A catalogue that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def gettext(self, message: str) -> str:
        self.asked += 1
        return GERMAN.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked += 1
        return GERMAN.get(msgid1, msgid1) if n == 1 else f"{GERMAN.get(msgid1, msgid2)}e"


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('Yes & no') }}", "Ja & nein"),  # the words are ours, and may hold marks
        ("{{ gettext('Yes & no') }}", "Ja & nein"),
        ("{% trans %}Yes & no{% endtrans %}", "Ja & nein"),
        ("{{ _('100%% sure') }}", "100% sicher"),
        ("{% trans %}100% sure{% endtrans %}", "100% sicher"),
        ("{{ _('For %(name)s', name=who) }}", "Für A&amp;B"),
        ("{% trans name=who %}For {{ name }}{% endtrans %}", "Für A&amp;B"),
        ("{{ {'a': _('Yes & no'), 'b': who}[which] }}", "Ja & nein"),
        ("{{ _('Yes & no') ~ who }}", "Ja & neinA&amp;B"),
        ("{{ _(who) }}", "A&B"),  # what is looked up is taken to be ours, as Jinja does
        (
            "{% trans num=2 %}{{ num }} day{% pluralize %}{{ num }} days{% endtrans %}",
            "2 Tage",
        ),
    ],
)
def test_a_page_reads_in_its_language(template: str, shown: str) -> None:
    environment = Spoken(Counted())

    said = environment.from_string(template).render(who="A&B", which="a")

    assert said == shown


def test_words_are_looked_up_once_however_often_a_page_is_shown() -> None:
    words = Counted()
    page = "{% import 'words' as words with context %}{{ words.what('a') }}"
    macro = "{% macro what(it) %}{{ {'a': _('Yes & no'), 'b': _('No')}[it] }}{% endmacro %}"
    environment = Spoken(words, loader=DictLoader({"page": page, "words": macro}))

    for _ in range(3):
        assert environment.get_template("page").render() == "Ja & nein"

    assert words.asked == 2
