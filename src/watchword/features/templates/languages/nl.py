"""Dutch, with u."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} is uw code voor {organisation}."
LIFE = "Hij is {life} geldig."
SHARING = "Deel de code met niemand."
READ_ALOUD = (
    "{code}: lees deze code aan de telefoon voor aan {organisation} om uw kaart te verifiëren. "
    "Aan niemand anders."
)
PAGE_ONLY = (
    "Vul de code alleen in op de pagina waar u erom hebt gevraagd. "
    "Onze medewerkers vragen u nooit om deze code."
)
CHECKOUT = "Alleen voor onze kassa."
CHECKOUT_ONLY = (
    "Noem de code alleen aan de kassa waar u nu punten besteedt, of vul de code daar zelf in."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Niet gevraagd? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Uw code voor {organisation} is: {spelt}. Nog een keer: {spelt}. Tot ziens.",
            greeting="Goedendag. U spreekt met {organisation}. "
            "Om uw code te horen, toetst u een 1. "
            "Hebt u niet om een code gevraagd, toets dan een 9.",
        ),
        Channel.EMAIL: Words(
            "Goedendag,\n\n"
            "Uw code voor {organisation} is:\n\n"
            "    {code}\n\n"
            "De code is {life} geldig. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} is uw code voor {organisation}",
            unasked="Hebt u niet om een code gevraagd? Dan hoeft u niets te doen.",
            denial="Hebt u niet om een code gevraagd? "
            "Laat het ons hier weten, dan is de code niet meer geldig:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Goedendag,\n\n"
            "U of iemand anders heeft {organisation} gevraagd dit postadres te bevestigen. "
            "Uw code is:\n\n"
            "    {grouped}\n\n"
            "De code is {life} geldig vanaf de datum van deze brief. Onze medewerkers vragen u "
            "nooit om deze code.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Uw code voor {organisation}",
            unasked="Hebt u niet om een code gevraagd? Dan kunt u deze brief weggooien.",
            denial="Hebt u niet om een code gevraagd? "
            "Laat het ons op deze pagina weten, dan is de code niet meer geldig:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Invoeren: {entry}",
        Channel.EMAIL: "Voer hem hier in:\n{entry}",
        Channel.LETTER: "Hiermee verifieert u uw klantenkaart bij {organisation}. "
        "Vul de code alleen in op de pagina die in deze brief staat.",
    },
    spends="U besteedt {points} aan: {reward}.",
    pays="Betaling: {amount} aan {payee}.",
    points={"one": "{count} punt", "other": "{count} punten"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Niet gevraagd? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Uw code voor het gesprek met {organisation} is: {spelt}. Nogmaals: {spelt}. "
            "Lees hem voor aan wie erom heeft gevraagd, om uw kaart te verifiëren, en aan"
            " niemand anders. Tot ziens.",
            greeting="Goedendag, u spreekt met {organisation}. Om de code voor uw gesprek met ons "
            "te horen, toets 1. Als u niet met ons aan de telefoon bent, toets 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: hier voert u de code in die we u in een apart bericht hebben"
            " gestuurd: {entry}"
        ),
    },
    minutes={"one": "{count} minuut", "other": "{count} minuten"},
    days={"one": "{count} dag", "other": "{count} dagen"},
    over="Wij kunnen u deze code niet meer voorlezen. Vraag alstublieft een nieuwe aan. Tot ziens.",
    denied="Dank u wel. De code is niet meer geldig. U hoeft verder niets te doen. Tot ziens.",
    notice_over="Dank u wel. Als er iets niet klopt met uw rekening, bel ons dan meteen "
    "op het nummer dat u kent. Tot ziens.",
)
