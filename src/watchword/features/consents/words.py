"""What we say about consent, in all languages of messages: one text message each, and no more.

Placeholders: `{organisation}`, and in what answers HELP `{contact}`. The words STOP, START and HELP
are the same everywhere, because telephone networks look for them; so is what they do.
"""

# ruff: noqa: RUF001 - these are the letters that people read

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from watchword.foundation.gsm import transliterate

FALLBACK = "en"


class Reply(StrEnum):
    """What we may say to somebody about their consent."""

    ASK = "ask"
    """Do they want to hear from us?"""
    AGREED = "agreed"
    STOPPED = "stopped"
    """What has ended, and no more than that: nothing comes to this number. For an address of mail
    somebody has agreed apart, and ends it apart. Whoever has said STOP is not told anything else.
    """
    STARTED = "started"
    HELP = "help"
    """Who it is that writes, how it ends, and whom one can ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWords:
    ask: str
    agreed: str
    stopped: str
    started: str
    help: str
    contact: str
    """What stands behind `help`, where there is somebody whom one can ask."""


WORDS: Mapping[str, ConsentWords] = {
    "de": ConsentWords(
        ask="{organisation}: Antworten Sie JA, wenn Sie unsere Angebote per SMS möchten. "
        "Ihr Tarif gilt. STOP beendet es, HELP hilft.",
        agreed="{organisation}: Danke. Sie bekommen unsere Angebote per SMS. Ihr Tarif gilt. "
        "STOP beendet es, HELP hilft.",
        stopped="{organisation}: An diese Nummer kommen keine Angebote mehr, weder per SMS noch "
        "per WhatsApp. START macht das rückgängig.",
        started="{organisation}: Wir dürfen Ihnen wieder schreiben. STOP beendet es.",
        help="{organisation}: Wir schreiben nur, wenn Sie zustimmen. STOP beendet es.",
        contact=" Fragen: {contact}",
    ),
    "en": ConsentWords(
        ask="{organisation}: reply YES to get our offers by text. How often varies. Msg & data "
        "rates may apply. STOP ends it, HELP helps.",
        agreed="{organisation}: thank you. You get our offers by text. How often varies. Msg & "
        "data rates may apply. STOP ends it, HELP helps.",
        stopped="{organisation}: no more offers come to this number, neither by text nor by "
        "WhatsApp. START undoes this.",
        started="{organisation}: we may write to you again. STOP ends it.",
        help="{organisation}: we write only if you agreed. STOP ends it.",
        contact=" Questions: {contact}",
    ),
    "fr": ConsentWords(
        ask="{organisation} : répondez OUI pour recevoir nos offres par SMS. "
        "Votre tarif s'applique. STOP y met fin, HELP aide.",
        agreed="{organisation} : merci. Vous recevez nos offres par SMS. "
        "Votre tarif s'applique. STOP y met fin, HELP aide.",
        stopped="{organisation} : ce numéro ne reçoit plus nos offres, ni par SMS ni par "
        "WhatsApp. START les reprend.",
        started="{organisation} : nous pouvons à nouveau vous écrire. STOP y met fin.",
        help="{organisation} : nous écrivons avec votre accord. STOP y met fin.",
        contact=" Questions : {contact}",
    ),
    "es": ConsentWords(
        ask="{organisation}: responda SI para recibir nuestras ofertas por SMS. "
        "Se aplica su tarifa. STOP lo termina, HELP ayuda.",
        agreed="{organisation}: gracias. Recibe nuestras ofertas por SMS. "
        "Se aplica su tarifa. STOP lo termina, HELP ayuda.",
        stopped="{organisation}: este número ya no recibe ofertas nuestras, ni por SMS ni por "
        "WhatsApp. START lo deshace.",
        started="{organisation}: podemos escribirle de nuevo. STOP lo termina.",
        help="{organisation}: escribimos solo si acepta. STOP lo termina.",
        contact=" Preguntas: {contact}",
    ),
    "it": ConsentWords(
        ask="{organisation}: risponda SI per ricevere le nostre offerte via SMS. "
        "Si applica la Sua tariffa. STOP termina, HELP aiuta.",
        agreed="{organisation}: grazie. Riceve le nostre offerte via SMS. "
        "Si applica la Sua tariffa. STOP termina, HELP aiuta.",
        stopped="{organisation}: questo numero non riceve più le nostre offerte, né via SMS né "
        "via WhatsApp. START annulla.",
        started="{organisation}: possiamo scriverLe di nuovo. STOP termina.",
        help="{organisation}: scriviamo solo se d'accordo. STOP termina.",
        contact=" Domande: {contact}",
    ),
    "nl": ConsentWords(
        ask="{organisation}: antwoord JA om onze aanbiedingen per sms te krijgen. "
        "Uw tarief geldt. STOP beëindigt het, HELP helpt.",
        agreed="{organisation}: dank u. U krijgt onze aanbiedingen per sms. "
        "Uw tarief geldt. STOP beëindigt het, HELP helpt.",
        stopped="{organisation}: dit nummer krijgt geen aanbiedingen meer, niet per sms en niet "
        "via WhatsApp. START maakt dit ongedaan.",
        started="{organisation}: wij mogen u weer schrijven. STOP beëindigt het.",
        help="{organisation}: wij schrijven alleen als u akkoord bent. STOP stopt.",
        contact=" Vragen: {contact}",
    ),
    "pl": ConsentWords(
        ask="{organisation}: odpowiedz TAK, aby dostawać oferty SMS-em. "
        "Obowiązuje taryfa operatora. STOP kończy, HELP pomaga.",
        agreed="{organisation}: dziękujemy. Dostajesz nasze oferty SMS-em. "
        "Obowiązuje taryfa operatora. STOP kończy, HELP pomaga.",
        stopped="{organisation}: na ten numer nie wyślemy już ofert, ani SMS-em, ani przez "
        "WhatsApp. START to cofa.",
        started="{organisation}: możemy znów pisać. STOP to kończy.",
        help="{organisation}: piszemy tylko za zgodą. STOP to kończy.",
        contact=" Pytania: {contact}",
    ),
    "tr": ConsentWords(
        ask="{organisation}: SMS ile tekliflerimiz için EVET yazın. "
        "Tarifeniz geçerlidir. STOP bitirir, HELP yardım eder.",
        agreed="{organisation}: teşekkürler. Tekliflerimizi SMS ile alacaksınız. "
        "Tarifeniz geçerlidir. STOP bitirir, HELP yardım eder.",
        stopped="{organisation}: bu numaraya SMS veya WhatsApp ile artık teklif göndermeyeceğiz. "
        "START geri alır.",
        started="{organisation}: size yeniden yazabiliriz. STOP bitirir.",
        help="{organisation}: yalnızca onayınızla yazarız. STOP bitirir.",
        contact=" Sorular: {contact}",
    ),
}

FORM: Mapping[str, Mapping[str, str]] = {
    "de": {
        "text": "Ja, ich möchte Angebote von {organisation} per SMS bekommen, so oft es welche "
        "gibt. Das ist freiwillig und ändert nichts an meiner Karte. Mit einer Antwort STOP ist "
        "Schluss.",
        "email": "Ja, ich möchte Angebote von {organisation} per E-Mail bekommen, so oft es welche "
        "gibt. Das ist freiwillig und ändert nichts an meiner Karte. Abmelden kann ich mich in "
        "jeder Mail.",
    },
    "en": {
        "text": "Yes, I would like offers from {organisation} by text, as often as there are any. "
        "This is my choice, and my card does not depend on it. Message and data rates may apply. "
        "Answering STOP ends it.",
        "email": "Yes, I would like offers from {organisation} by e-mail, as often as there are "
        "any. This is my choice, and my card does not depend on it. Each mail lets me unsubscribe.",
    },
}
"""What stands beside the box on a form, in the languages of pages; by what can be agreed to."""


def said(reply: Reply, locale: str, organisation: str, contact: str | None = None) -> str:
    """Put a reply together, in the alphabet of text messages."""
    words = WORDS.get(locale.partition("-")[0], WORDS[FALLBACK])
    text: str = getattr(words, reply)
    if reply is Reply.HELP and contact:
        text += words.contact.replace("{contact}", contact)
    return transliterate(text.replace("{organisation}", " ".join(organisation.split())))


def on_form(scope: str, locale: str, organisation: str) -> str:
    """Give what stands beside the box by which somebody agrees."""
    words = FORM.get(locale.partition("-")[0], FORM[FALLBACK])
    return words[scope].replace("{organisation}", organisation)
