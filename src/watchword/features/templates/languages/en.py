"""English."""

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code} is your {organisation} code."
LIFE = "It is good for {life}."
SHARING = "Do not share it."
READ_ALOUD = (
    "{code}: read this code to {organisation} on the telephone when asked, to verify your card."
    " Tell nobody else."
)
PAGE_ONLY = (
    "Type it only on the page where you asked for it. Our staff will never ask you for this code."
)
CHECKOUT = "Only for our checkout."
CHECKOUT_ONLY = (
    "Tell it only at the checkout where you are redeeming just now, or type it there yourself."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Not you? {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "Your {organisation} code is: {spelt}. Once more: {spelt}. Goodbye.",
            greeting="Hello. This is {organisation}. To hear your code, press 1. "
            "If you did not ask for a code, press 9.",
        ),
        Channel.EMAIL: Words(
            "Hello,\n\n"
            "Your code for {organisation} is:\n\n"
            "    {code}\n\n"
            "It is good for {life}. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code} is your {organisation} code",
            unasked="You did not ask for a code? Then there is nothing you need to do.",
            denial="You did not ask for a code? Tell us here, and it stops working:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Hello,\n\n"
            "You or somebody else asked {organisation} to confirm this postal address. "
            "Your code is:\n\n"
            "    {grouped}\n\n"
            "It is good for {life} from the date of this letter. Our staff will never ask you for "
            "this code.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="Your code for {organisation}",
            unasked="You did not ask for a code? Then you can throw this letter away.",
            denial="You did not ask for a code? Tell us on this page, and it stops working:\n"
            "{denial}",
        ),
    },
    entry={
        Channel.SMS: "Enter it: {entry}",
        Channel.EMAIL: "Enter it here:\n{entry}",
        Channel.LETTER: "With it you verify your customer card at {organisation}. "
        "Type the code only on the page that this letter names.",
    },
    spends="It spends {points} on: {reward}.",
    pays="Payment: {amount} to {payee}.",
    points={"one": "{count} point", "other": "{count} points"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Not you? {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "Your code for the call with {organisation} is: {spelt}. Again: {spelt}. Read"
            " it to whoever has asked you for it, to verify your card, and to nobody "
            "else. Goodbye.",
            greeting="Hello, this is {organisation}. To hear the code for your call with us, press"
            " 1. If you are not on the telephone with us, press 9.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: here you type the code that we have sent you in a message of"
            " its own: {entry}"
        ),
    },
    minutes={"one": "{count} minute", "other": "{count} minutes"},
    days={"one": "{count} day", "other": "{count} days"},
    over="We can no longer read this code to you. Please ask for a new one. Goodbye.",
    denied="Thank you. The code is no longer valid. There is nothing more you need to do. Goodbye.",
    notice_over="Thank you. If anything about your account seems wrong, call us at once, "
    "by the number that you know. Goodbye.",
)
