"""Polish, with Państwo, which is for a man and for a woman."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} to Państwa kod {organisation}."
LIFE = "Jest ważny {life}."
SHARING = "Prosimy go nikomu nie podawać."
READ_ALOUD = (
    "{code}: prosimy odczytać ten kod {organisation} przez telefon, aby zweryfikować kartę. "
    "Nikomu innemu."
)
PAGE_ONLY = (
    "Prosimy wpisać go tylko na stronie, na której poprosili Państwo o kod. "
    "Nasi pracownicy nigdy nie zapytają o ten kod."
)
CHECKOUT = "Tylko dla naszej kasy."
CHECKOUT_ONLY = (
    "Prosimy podać go tylko przy kasie, przy której wykorzystują Państwo punkty, "
    "albo wpisać go tam samodzielnie."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="To nie Państwo? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Państwa kod {organisation} to: {spelt}. Jeszcze raz: {spelt}. Do widzenia.",
            greeting="Dzień dobry. Tu {organisation}. "
            "Aby usłyszeć kod, proszę nacisnąć 1. "
            "Jeśli nie prosili Państwo o kod, proszę nacisnąć 9.",
        ),
        Channel.EMAIL: Words(
            "Dzień dobry,\n\n"
            "Państwa kod {organisation} to:\n\n"
            "    {code}\n\n"
            "Jest ważny {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} to Państwa kod {organisation}",
            unasked="Nie prosili Państwo o kod? W takim razie nie trzeba nic robić.",
            denial="Nie prosili Państwo o kod? "
            "Prosimy dać nam znać tutaj, a kod straci ważność:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Dzień dobry,\n\n"
            "poproszono {organisation} o potwierdzenie tego adresu pocztowego. "
            "Państwa kod to:\n\n"
            "    {grouped}\n\n"
            "Jest ważny {life} od daty tego listu. Nasi pracownicy nigdy nie zapytają o ten "
            "kod.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Państwa kod {organisation}",
            unasked="Nie prosili Państwo o kod? W takim razie można wyrzucić ten list.",
            denial="Nie prosili Państwo o kod? "
            "Prosimy dać nam znać na tej stronie, a kod straci ważność:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Wpisz: {entry}",
        Channel.EMAIL: "Proszę wpisać go tutaj:\n{entry}",
        Channel.LETTER: "Służy do weryfikacji Państwa karty klienta w {organisation}. "
        "Prosimy wpisać kod tylko na stronie podanej w tym liście.",
    },
    spends="Wykorzystuje {points} na: {reward}.",
    pays="Płatność: {amount} dla {payee}.",
    points={
        "one": "{count} punkt",
        "few": "{count} punkty",
        "many": "{count} punktów",
        "other": "{count} punktu",
    },
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="To nie Państwo? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Kod do rozmowy z {organisation} to: {spelt}. Powtarzam: {spelt}. Prosimy "
            "odczytać go osobie, która o niego zapytała, aby zweryfikować kartę, i nikomu"
            " innemu. Do widzenia.",
            greeting="Dzień dobry, tu {organisation}. Aby usłyszeć kod do rozmowy z nami, proszę "
            "nacisnąć 1. Jeśli nie prowadzą Państwo z nami rozmowy, proszę nacisnąć 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: tutaj wpisuje się kod, który wysłaliśmy w osobnej wiadomości: {entry}"
        ),
    },
    minutes={"one": "{count} minutę", "few": "{count} minuty", "many": "{count} minut"},
    days={"one": "{count} dzień", "few": "{count} dni", "many": "{count} dni"},
    over="Nie możemy już podać Państwu tego kodu. Prosimy zamówić nowy. Do widzenia.",
    denied="Dziękujemy. Kod stracił ważność. Nie trzeba nic więcej robić. Do widzenia.",
    notice_over="Dziękujemy. Jeśli z kontem jest coś nie tak, prosimy od razu do nas zadzwonić, "
    "na znany Państwu numer. Do widzenia.",
)
