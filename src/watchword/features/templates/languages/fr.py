"""French, with vous."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} est votre code {organisation}."
LIFE = "Il est valable {life}."
SHARING = "Ne le communiquez à personne."
READ_ALOUD = (
    "{code} : lisez ce code à {organisation} au téléphone pour vérifier votre carte. À personne"
    " d'autre."
)
PAGE_ONLY = (
    "Saisissez-le uniquement sur la page où vous l'avez demandé. "
    "Notre personnel ne vous demandera jamais ce code."
)
CHECKOUT = "Seulement pour notre caisse."
CHECKOUT_ONLY = (
    "Ne le donnez qu'à la caisse où vous utilisez vos points en ce moment, "
    "ou saisissez-le là vous-même."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Pas vous ? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Votre code {organisation} est : {spelt}. Je répète : {spelt}. Au revoir.",
            greeting="Bonjour. Ici {organisation}. "
            "Pour entendre votre code, appuyez sur la touche 1. "
            "Si vous n'avez pas demandé de code, appuyez sur la touche 9.",
        ),
        Channel.EMAIL: Words(
            "Bonjour,\n\n"
            "Votre code {organisation} est :\n\n"
            "    {code}\n\n"
            "Il est valable {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} est votre code {organisation}",
            unasked="Vous n'avez pas demandé de code ? Alors vous n'avez rien à faire.",
            denial="Vous n'avez pas demandé de code ? "
            "Dites-le-nous ici, et il ne sera plus valable :\n{denial}",
        ),
        Channel.LETTER: Words(
            "Bonjour,\n\n"
            "Vous ou une autre personne avez demandé à {organisation} de confirmer cette adresse "
            "postale. Votre code est :\n\n"
            "    {grouped}\n\n"
            "Il est valable {life} à compter de la date de cette lettre. Notre personnel ne vous "
            "demandera jamais ce code.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Votre code {organisation}",
            unasked="Vous n'avez pas demandé de code ? Alors vous pouvez jeter cette lettre.",
            denial="Vous n'avez pas demandé de code ? "
            "Dites-le-nous sur cette page, et il ne sera plus valable :\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "À saisir : {entry}",
        Channel.EMAIL: "Saisissez-le ici :\n{entry}",
        Channel.LETTER: "Il sert à vérifier votre carte client {organisation}. "
        "Saisissez le code uniquement sur la page indiquée dans cette lettre.",
    },
    spends="Il dépense {points} pour : {reward}.",
    pays="Paiement : {amount} à {payee}.",
    points={"one": "{count} point", "other": "{count} points"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Pas vous ? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Votre code pour l'appel avec {organisation} est : {spelt}. Je répète : "
            "{spelt}. Lisez-le à la personne qui vous l'a demandé, pour vérifier votre "
            "carte, et à personne d'autre. Au revoir.",
            greeting="Bonjour, ici {organisation}. Pour entendre le code pour votre appel avec "
            "nous, appuyez sur 1. Si vous n'êtes pas au téléphone avec nous, appuyez sur "
            "9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation} : saisissez ici le code que nous vous avons envoyé dans un "
            "autre message : {entry}"
        ),
    },
    minutes={"one": "{count} minute", "other": "{count} minutes"},
    days={"one": "{count} jour", "other": "{count} jours"},
    over="Nous ne pouvons plus vous lire ce code. Veuillez en demander un nouveau. Au revoir.",
    denied="Merci. Le code n'est plus valable. Vous n'avez rien d'autre à faire. Au revoir.",
    notice_over="Merci. Si quelque chose ne va pas avec votre compte, appelez-nous tout de suite "
    "au numéro que vous connaissez. Au revoir.",
)
