"""What the shop says, in German and English."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "checkout": "Kasse",
        "shirt": "1 Gärtnerhemd, Leinen",
        "price": "24,90 €",
        "order_now": "Zahlungspflichtig bestellen",
        "thanks": "Danke",
        "your_order": "Bei uns ist Ihre Bestellung",
        "you_pay": "Sie zahlen",
    },
    "en": {
        "checkout": "Checkout",
        "shirt": "1 gardener's shirt, linen",
        "price": "€24.90",
        "order_now": "Order and pay",
        "thanks": "Thank you",
        "your_order": "We have your order",
        "you_pay": "You pay",
    },
}

REASONS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "redemption-over": (
            "Was für Sie zurückgelegt war, ist nicht mehr da: nach einer halben Stunde bekommen "
            "Sie die Punkte zurück. Nichts ist bestellt. Wählen Sie noch einmal, oder bestellen "
            "Sie ohne."
        ),
        "redeemed-for-other-order": (
            "Diese Prämie gehört schon zu einer anderen Bestellung. Nichts ist bestellt. Wählen "
            "Sie eine andere, oder bestellen Sie ohne."
        ),
        "line": (
            "Wir wissen noch nicht, ob Ihre Punkte eingelöst sind. Bestellen Sie noch einmal: "
            "eingelöst wird nur einmal."
        ),
        "": "Mit Punkten ging es nicht. Nichts ist bestellt. Bestellen Sie ohne, oder später.",
    },
    "en": {
        "redemption-over": (
            "What was put by for you is gone: after half an hour you get the points back. Nothing "
            "is ordered. Choose again, or order without."
        ),
        "redeemed-for-other-order": (
            "This reward belongs to another order already. Nothing is ordered. Choose another "
            "one, or order without."
        ),
        "line": (
            "We do not know yet whether your points are spent. Order once more: they are spent "
            "only once."
        ),
        "": "It did not work with points. Nothing is ordered. Order without, or later.",
    },
}
"""Why an order with points was not taken, by the word of the problem."""


def language_of(header: str) -> str:
    """Choose by what a browser accepts: English for whoever puts no German first."""
    return "de" if header.lower().startswith("de") else "en"
