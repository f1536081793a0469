"""What stands in the mails with an address that is good once: a way in, and a way to object.

Placeholders: `{organisation}`, `{link}`; of an invitation `{slug}` and `{door}`, where one signs in
later; of a sign-in `{at}` and `{device}`. The address leads to a page that asks before it does
anything.
"""

# ruff: noqa: RUF001 - these are the letters of those languages

from collections.abc import Mapping
from enum import StrEnum

from watchword.features.staff.notices.words import NoticeWords
from watchword.features.templates.rules import FALLBACK, closest


class Mail(StrEnum):
    """A mail with an address in it that is good once."""

    INVITED = "invited"
    RECOVERED = "recovered"
    """Somebody came in with one of the recovery codes."""


GERMAN = {
    Mail.INVITED: NoticeWords(
        "Ihr Zugang zur Konsole: {organisation}",
        "Guten Tag,\n\n"
        "{organisation} gibt Ihnen Zugang zu seiner Konsole. Öffnen Sie innerhalb von drei Tagen "
        "diese Seite und drücken Sie dort auf die Schaltfläche:\n\n"
        "{link}\n\n"
        "Die Adresse gilt ein einziges Mal. Sie kennen {organisation} nicht? Dann brauchen Sie "
        "nichts zu tun.\n\n"
        "Später melden Sie sich hier an; der Kurzname der Organisation ist {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Anmeldung mit einem Notfallcode: {organisation}",
        "Guten Tag,\n\n"
        "eben hat sich jemand mit einem Ihrer Notfallcodes in der Konsole von {organisation} "
        "angemeldet: {at}, {device}.\n\n"
        "Das waren Sie? Dann brauchen Sie nichts zu tun.\n\n"
        "Das waren nicht Sie? Öffnen Sie diese Seite und drücken Sie dort auf die Schaltfläche. "
        "Alle Ihre Anmeldungen enden, und Ihre Notfallcodes sind wertlos:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

ENGLISH = {
    Mail.INVITED: NoticeWords(
        "Your way into the console: {organisation}",
        "Hello,\n\n"
        "{organisation} lets you into its console. Open this page within three days, and press "
        "its button:\n\n"
        "{link}\n\n"
        "The address is good once. You do not know {organisation}? Then there is nothing you "
        "need to do.\n\n"
        "Later you sign in here; the short name of the organisation is {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Signed in with a recovery code: {organisation}",
        "Hello,\n\n"
        "somebody has just signed in to the console of {organisation} with one of your recovery "
        "codes: {at}, {device}.\n\n"
        "That was you? Then there is nothing you need to do.\n\n"
        "That was not you? Open this page and press its button. Every session of yours ends, and "
        "your recovery codes are worthless:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

FRENCH = {
    Mail.INVITED: NoticeWords(
        "Votre accès à la console : {organisation}",
        "Bonjour,\n\n"
        "{organisation} vous ouvre l’accès à sa console. Ouvrez cette page dans les trois jours "
        "et appuyez sur le bouton :\n\n"
        "{link}\n\n"
        "L’adresse ne sert qu’une fois. Vous ne connaissez pas {organisation} ? Alors vous "
        "n’avez rien à faire.\n\n"
        "Ensuite, vous vous connectez ici ; le nom court de l’organisation est {slug} :\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Connexion avec un code de secours : {organisation}",
        "Bonjour,\n\n"
        "quelqu’un vient de se connecter à la console de {organisation} avec l’un de vos codes "
        "de secours : {at}, {device}.\n\n"
        "C’était vous ? Alors vous n’avez rien à faire.\n\n"
        "Ce n’était pas vous ? Ouvrez cette page et appuyez sur le bouton. Toutes vos sessions "
        "prennent fin et vos codes de secours ne valent plus rien :\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

SPANISH = {
    Mail.INVITED: NoticeWords(
        "Su acceso a la consola: {organisation}",
        "Hola:\n\n"
        "{organisation} le da acceso a su consola. Abra esta página en un plazo de tres días y "
        "pulse el botón:\n\n"
        "{link}\n\n"
        "La dirección sirve una sola vez. ¿No conoce {organisation}? Entonces no tiene que hacer "
        "nada.\n\n"
        "Más adelante se accede aquí; el nombre corto de la organización es {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Entrada con un código de recuperación: {organisation}",
        "Hola:\n\n"
        "alguien acaba de entrar en la consola de {organisation} con uno de sus códigos de "
        "recuperación: {at}, {device}.\n\n"
        "¿Fue usted? Entonces no tiene que hacer nada.\n\n"
        "¿No fue usted? Abra esta página y pulse el botón. Se cierran todas sus sesiones y sus "
        "códigos de recuperación dejan de valer:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

ITALIAN = {
    Mail.INVITED: NoticeWords(
        "Il Suo accesso alla console: {organisation}",
        "Buongiorno,\n\n"
        "{organisation} Le dà accesso alla sua console. Apra questa pagina entro tre giorni e "
        "prema il pulsante:\n\n"
        "{link}\n\n"
        "L’indirizzo vale una volta sola. Non conosce {organisation}? Allora non deve fare "
        "nulla.\n\n"
        "In seguito si accede qui; il nome breve dell’organizzazione è {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Accesso con un codice di recupero: {organisation}",
        "Buongiorno,\n\n"
        "qualcuno è appena entrato nella console di {organisation} con uno dei Suoi codici di "
        "recupero: {at}, {device}.\n\n"
        "Era Lei? Allora non deve fare nulla.\n\n"
        "Non era Lei? Apra questa pagina e prema il pulsante. Tutte le Sue sessioni terminano e "
        "i Suoi codici di recupero non valgono più:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

DUTCH = {
    Mail.INVITED: NoticeWords(
        "Uw toegang tot de console: {organisation}",
        "Goedendag,\n\n"
        "{organisation} geeft u toegang tot de console. Open deze pagina binnen drie dagen en "
        "druk op de knop:\n\n"
        "{link}\n\n"
        "Het adres werkt één keer. Kent u {organisation} niet? Dan hoeft u niets te doen.\n\n"
        "Later meldt u zich hier aan; de korte naam van de organisatie is {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Aangemeld met een herstelcode: {organisation}",
        "Goedendag,\n\n"
        "zojuist heeft iemand zich met een van uw herstelcodes aangemeld bij de console van "
        "{organisation}: {at}, {device}.\n\n"
        "Was u dat? Dan hoeft u niets te doen.\n\n"
        "Was u dat niet? Open deze pagina en druk op de knop. Al uw sessies eindigen en uw "
        "herstelcodes zijn waardeloos:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

POLISH = {
    Mail.INVITED: NoticeWords(
        "Państwa dostęp do konsoli: {organisation}",
        "Dzień dobry,\n\n"
        "{organisation} daje Państwu dostęp do swojej konsoli. Prosimy otworzyć tę stronę w "
        "ciągu trzech dni i nacisnąć przycisk:\n\n"
        "{link}\n\n"
        "Adres działa jeden raz. {organisation} nie jest Państwu znane? Nie trzeba nic robić.\n\n"
        "Później prosimy logować się tutaj; krótka nazwa organizacji to {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Logowanie kodem zapasowym: {organisation}",
        "Dzień dobry,\n\n"
        "ktoś właśnie zalogował się do konsoli {organisation} jednym z Państwa kodów "
        "zapasowych: {at}, {device}.\n\n"
        "To byli Państwo? Nie trzeba nic robić.\n\n"
        "To nie byli Państwo? Prosimy otworzyć tę stronę i nacisnąć przycisk. Wszystkie Państwa "
        "sesje się zakończą, a kody zapasowe przestaną działać:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

TURKISH = {
    Mail.INVITED: NoticeWords(
        "Konsola erişiminiz: {organisation}",
        "Merhaba,\n\n"
        "{organisation} size konsoluna erişim veriyor. Bu sayfayı üç gün içinde açın ve düğmeye "
        "basın:\n\n"
        "{link}\n\n"
        "Adres yalnızca bir kez geçerlidir. {organisation} adını tanımıyor musunuz? O zaman "
        "hiçbir şey yapmanız gerekmez.\n\n"
        "Daha sonra buradan oturum açın; kuruluşun kısa adı {slug}:\n{door}\n\n"
        "{organisation}\n",
    ),
    Mail.RECOVERED: NoticeWords(
        "Kurtarma koduyla oturum açıldı: {organisation}",
        "Merhaba,\n\n"
        "az önce biri kurtarma kodlarınızdan biriyle {organisation} konsolunda oturum açtı: "
        "{at}, {device}.\n\n"
        "Siz miydiniz? O zaman hiçbir şey yapmanız gerekmez.\n\n"
        "Siz değil miydiniz? Bu sayfayı açın ve düğmeye basın. Bütün oturumlarınız kapanır ve "
        "kurtarma kodlarınız geçersiz olur:\n"
        "{link}\n\n"
        "{organisation}\n",
    ),
}

MAILS: Mapping[str, Mapping[Mail, NoticeWords]] = {
    "de": GERMAN,
    "en": ENGLISH,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "nl": DUTCH,
    "pl": POLISH,
    "tr": TURKISH,
}


def put_together(mail: Mail, locale: str, facts: Mapping[str, str]) -> NoticeWords:
    """Put facts among words. What stands in a fact is never read as a placeholder."""
    words = MAILS[closest(locale, FALLBACK)][mail]
    return NoticeWords(words.subject.format_map(facts), words.text.format_map(facts))
