"""Italian, with Lei."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} è il suo codice {organisation}."
LIFE = "Vale per {life}."
SHARING = "Non lo comunichi a nessuno."
READ_ALOUD = (
    "{code}: legga questo codice a {organisation} al telefono per verificare la Sua carta. A "
    "nessun altro."
)
PAGE_ONLY = (
    "Lo inserisca solo nella pagina in cui l'ha richiesto. "
    "Il nostro personale non le chiederà mai questo codice."
)
CHECKOUT = "Solo per la nostra cassa."
CHECKOUT_ONLY = (
    "Lo dica solo alla cassa in cui sta usando i punti in questo momento, "
    "o lo inserisca lì personalmente."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Non l'ha chiesto? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Il suo codice {organisation} è: {spelt}. Ancora una volta: {spelt}. Arrivederci.",
            greeting="Buongiorno. La chiamiamo da {organisation}. "
            "Per ascoltare il suo codice, prema 1. "
            "Se non ha richiesto alcun codice, prema 9.",
        ),
        Channel.EMAIL: Words(
            "Buongiorno,\n\n"
            "Il suo codice {organisation} è:\n\n"
            "    {code}\n\n"
            "Vale per {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} è il suo codice {organisation}",
            unasked="Non ha richiesto alcun codice? Allora non deve fare nulla.",
            denial="Non ha richiesto alcun codice? "
            "Ce lo dica qui e il codice non sarà più valido:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Buongiorno,\n\n"
            "lei o un'altra persona ha chiesto a {organisation} di confermare questo indirizzo "
            "postale. Il suo codice è:\n\n"
            "    {grouped}\n\n"
            "Vale per {life} dalla data di questa lettera. Il nostro personale non le chiederà mai "
            "questo codice.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Il suo codice {organisation}",
            unasked="Non ha richiesto alcun codice? Allora può buttare questa lettera.",
            denial="Non ha richiesto alcun codice? "
            "Ce lo dica in questa pagina e il codice non sarà più valido:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Lo inserisca: {entry}",
        Channel.EMAIL: "Lo inserisca qui:\n{entry}",
        Channel.LETTER: "Con esso verifica la sua carta cliente di {organisation}. "
        "Inserisca il codice solo nella pagina indicata in questa lettera.",
    },
    spends="Usa {points} per: {reward}.",
    pays="Pagamento: {amount} a {payee}.",
    points={"one": "{count} punto", "other": "{count} punti"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Non l'ha chiesto? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Il Suo codice per la telefonata con {organisation} è: {spelt}. Ripeto: "
            "{spelt}. Lo legga a chi glielo ha chiesto, per verificare la Sua carta, e a "
            "nessun altro. Arrivederci.",
            greeting="Buongiorno, qui è {organisation}. Per ascoltare il codice per la Sua "
            "telefonata con noi, prema 1. Se non è al telefono con noi, prema 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: inserisca qui il codice che Le abbiamo inviato in un altro "
            "messaggio: {entry}"
        ),
    },
    minutes={"one": "{count} minuto", "other": "{count} minuti"},
    days={"one": "{count} giorno", "other": "{count} giorni"},
    over="Non possiamo più leggerLe questo codice. "
    "La preghiamo di chiederne uno nuovo. Arrivederci.",
    denied="Grazie. Il codice non è più valido. Non deve fare altro. Arrivederci.",
    notice_over="Grazie. Se qualcosa non va con il Suo conto, ci chiami subito "
    "al numero che conosce. Arrivederci.",
)
