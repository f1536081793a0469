"""Spanish, with usted."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} es su código de {organisation}."
LIFE = "Caduca en {life}."
SHARING = "No lo comparta con nadie."
READ_ALOUD = (
    "{code}: lea este código a {organisation} por teléfono para verificar su tarjeta. A nadie más."
)
PAGE_ONLY = (
    "Escríbalo solo en la página en la que lo ha solicitado. "
    "Nuestro personal nunca le pedirá este código."
)
CHECKOUT = "Solo para nuestra caja."
CHECKOUT_ONLY = "Dígalo solo en la caja en la que está canjeando ahora, o escríbalo allí usted."

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="¿No fue usted? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Su código de {organisation} es: {spelt}. Se lo repito: {spelt}. Adiós.",
            greeting="Hola. Le llamamos de {organisation}. "
            "Para escuchar su código, pulse 1. "
            "Si no ha solicitado ningún código, pulse 9.",
        ),
        Channel.EMAIL: Words(
            "Hola:\n\n"
            "Su código de {organisation} es:\n\n"
            "    {code}\n\n"
            "Caduca en {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} es su código de {organisation}",
            unasked="¿No ha solicitado ningún código? Entonces no tiene que hacer nada.",
            denial="¿No ha solicitado ningún código? "
            "Díganoslo aquí y dejará de ser válido:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Hola:\n\n"
            "Usted u otra persona ha pedido a {organisation} que confirme esta dirección postal. "
            "Su código es:\n\n"
            "    {grouped}\n\n"
            "Es válido durante {life} desde la fecha de esta carta. Nuestro personal nunca le "
            "pedirá este código.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Su código de {organisation}",
            unasked="¿No ha solicitado ningún código? Entonces puede tirar esta carta.",
            denial="¿No ha solicitado ningún código? "
            "Díganoslo en esta página y dejará de ser válido:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Introdúzcalo: {entry}",
        Channel.EMAIL: "Introdúzcalo aquí:\n{entry}",
        Channel.LETTER: "Con él verifica su tarjeta de cliente de {organisation}. "
        "Escriba el código solo en la página indicada en esta carta.",
    },
    spends="Canjea {points} por: {reward}.",
    pays="Pago: {amount} a {payee}.",
    points={"one": "{count} punto", "other": "{count} puntos"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="¿No fue usted? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Su código para la llamada con {organisation} es: {spelt}. Repito: {spelt}. "
            "Léalo a quien se lo ha pedido, para verificar su tarjeta, y a nadie más. "
            "Adiós.",
            greeting="Hola, le llamamos de {organisation}. Para escuchar el código para su llamada"
            " con nosotros, pulse 1. Si no está hablando con nosotros, pulse 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: escriba aquí el código que le hemos enviado en otro mensaje: {entry}"
        ),
    },
    minutes={"one": "{count} minuto", "other": "{count} minutos"},
    days={"one": "{count} día", "other": "{count} días"},
    over="Ya no podemos leerle este código. Por favor, solicite uno nuevo. Adiós.",
    denied="Gracias. El código ya no es válido. No tiene que hacer nada más. Adiós.",
    notice_over="Gracias. Si algo no va bien con su cuenta, llámenos de inmediato "
    "al número que ya conoce. Adiós.",
)
