"""German, with Sie."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} ist Ihr Code für {organisation}."
LIFE = "Er gilt {life}."
SHARING = "Geben Sie ihn nicht weiter."
READ_ALOUD = (
    "{code}: Lesen Sie diesen Code {organisation} am Telefon vor, um Ihre Karte zu "
    "verifizieren. Sonst niemandem."
)
PAGE_ONLY = (
    "Geben Sie ihn nur auf der Seite ein, auf der Sie ihn angefordert haben. "
    "Unsere Mitarbeitenden fragen Sie nie nach diesem Code."
)
CHECKOUT = "Nur für unsere Kasse."
CHECKOUT_ONLY = (
    "Nennen Sie ihn nur an der Kasse, an der Sie gerade einlösen, "
    "oder geben Sie ihn dort selbst ein."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Nicht angefordert? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Ihr Code für {organisation} lautet: {spelt}. Noch einmal: {spelt}. Auf Wiederhören.",
            greeting="Guten Tag. Hier ist {organisation}. "
            "Um Ihren Code zu hören, drücken Sie die 1. "
            "Wenn Sie keinen Code angefordert haben, drücken Sie die 9.",
        ),
        Channel.EMAIL: Words(
            "Guten Tag,\n\n"
            "Ihr Code für {organisation} lautet:\n\n"
            "    {code}\n\n"
            "Er gilt {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} ist Ihr Code für {organisation}",
            unasked="Haben Sie keinen Code angefordert? Dann brauchen Sie nichts zu tun.",
            denial="Haben Sie keinen Code angefordert? "
            "Sagen Sie es uns hier, dann gilt er nicht mehr:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Guten Tag,\n\n"
            "Sie oder jemand anderes möchte diese Postanschrift bei {organisation} bestätigen. "
            "Ihr Code lautet:\n\n"
            "    {grouped}\n\n"
            "Er gilt {life} ab dem Datum dieses Briefes. Unsere Mitarbeitenden fragen Sie nie nach "
            "diesem Code.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Ihr Code für {organisation}",
            unasked="Haben Sie keinen Code angefordert? Dann können Sie diesen Brief wegwerfen.",
            denial="Haben Sie keinen Code angefordert? "
            "Sagen Sie es uns auf dieser Seite, dann gilt er nicht mehr:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Eingeben: {entry}",
        Channel.EMAIL: "Hier geben Sie ihn ein:\n{entry}",
        Channel.LETTER: "Damit verifizieren Sie Ihre Kundenkarte bei {organisation}. "
        "Geben Sie den Code nur auf der Seite ein, die in diesem Brief steht.",
    },
    spends="Eingelöst werden {points} für: {reward}.",
    pays="Zahlung: {amount} an {payee}.",
    points={"one": "{count} Punkt", "other": "{count} Punkte"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Nicht angefordert? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Ihr Code für das Gespräch mit {organisation} lautet: {spelt}. Noch einmal: "
            "{spelt}. Lesen Sie ihn dort vor, um Ihre Karte zu verifizieren, und sonst "
            "niemandem. Auf Wiederhören.",
            greeting="Guten Tag. Hier ist {organisation}. Um den Code für Ihr Gespräch mit uns zu "
            "hören, drücken Sie die 1. Wenn Sie nicht mit uns telefonieren, drücken Sie "
            "die 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: Hier geben Sie den Code ein, den wir Ihnen in einer eigenen "
            "Nachricht gesendet haben: {entry}"
        ),
    },
    minutes={"one": "{count} Minute", "other": "{count} Minuten"},
    days={"one": "{count} Tag", "other": "{count} Tage"},
    over="Diesen Code können wir Ihnen nicht mehr ansagen. "
    "Bitte fordern Sie einen neuen an. Auf Wiederhören.",
    denied="Vielen Dank. Der Code gilt nicht mehr. Sie müssen nichts weiter tun. Auf Wiederhören.",
    notice_over="Vielen Dank. Wenn mit Ihrem Konto etwas nicht stimmt, rufen Sie uns sofort an, "
    "unter der Nummer, die Sie kennen. Auf Wiederhören.",
)
