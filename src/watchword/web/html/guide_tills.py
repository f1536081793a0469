"""What the API guide says of the fields of requests about tills and redemptions."""

from collections.abc import Mapping

_SALE = {
    "kind": "`store`, or `online` where no staff stand between.",
    "location_id": "Where it is sold. Nothing on the web.",
    "terminal_id": "Which till asks, as you call it.",
    "staff": "Who works it, as you call them.",
    "reward_id": "What is to be had. Left open, the first reservation decides.",
    "amount": "What the customer buys, in the smallest unit of the currency.",
}
_NEW = {
    **_SALE,
    "phone": "The customer's number: this or one of the next three.",
    "email": "Their e-mail address.",
    "card": "The number of their card, as typed.",
    "qr": "What a scanner reads from their card.",
    "locale": "The language of the message. Left out: the customer's own.",
    "send": "`false`, if the customer looks the code up in their wallet.",
}
_PIN_SALE = {
    name: said
    for name, said in _NEW.items()
    if name in {"phone", "email", "card", "qr", "reward_id", "amount", "locale"}
}
_CHOICE = {
    "customer_id": "Goes back to `/choices`.",
    "given_name": "What a cashier may ask for.",
    "last_four": "The last digits of their card. Null without one.",
}
_REDEMPTION = {
    "id": "Keep it: it is committed, released and reversed by it.",
    "session_id": "The sale in which it was reserved.",
    "customer_id": "Who had it.",
    "account_id": "Whose points they are.",
    "reward_id": "What was had.",
    "state": "`reserved`, `committed`, `released` or `reversed`, which is all of it.",
    "points": "What it costs.",
    "value": "What it is worth, in the smallest unit of the currency.",
    "currency": "Three letters.",
    "reversed": "So many points were given back.",
    "way": "By what the customer was let through.",
    "location_id": "Where.",
    "terminal_id": "At which till.",
    "staff": "By whom.",
    "order_id": "For which order. Null until it is committed.",
    "reserved_at": "When it was put by.",
    "expires_at": "Until when it waits for its order.",
    "committed_at": "When it was spent.",
    "ended_at": "When all was given back.",
}


def _named(schema: str, *said: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{schema}.{name}": words for each in said for name, words in each.items()}


OF_TILLS: Mapping[str, str] = {
    "session_id": "The `id` of the sale.",
    "redemption_id": "The `id` of the redemption.",
    **_named("NewTillSession", _NEW),
    "AskingView.id": "Keep it: everything else about the sale goes by it.",
    "AskingView.expires_at": "Until then the code can be typed.",
    "AskingView.resend_at": "From then on it may be sent once more.",
    "AskingView.attempts_left": "So many wrong answers are allowed.",
    "AskingView.code_length": "How many digits to ask for.",
    "NewPass.origin": "That of your pages, as a browser writes it.",
    "PassView.token": "For the page; it is shown this once.",
    "PassView.expires_at": "Until then it is good.",
    "NewTillAnswer.code": "As it was typed.",
    "TillJudgement.verdict": "What became of it.",
    "TillJudgement.attempts_left": "After a wrong one: so many more are allowed.",
    "TillJudgement.expires_at": "Until then the proof is good.",
    "TillJudgement.choices": "Whom the cashier asks for, if several share a telephone.",
    **_named("ChoiceView", _CHOICE),
    "NewChoice.customer_id": "One of the `choices`.",
    **_named("TillSessionView", _SALE),
    "TillSessionView.id": "The sale.",
    "TillSessionView.state": "`asking`, `proven`, or how it ended.",
    "TillSessionView.way": "By what the customer was let through. Null before.",
    "TillSessionView.opened_at": "When it began.",
    "TillSessionView.expires_at": "When it ends by itself.",
    "WalletView.session_id": "The sale.",
    "WalletView.customer_id": "Whose wallet it is.",
    "WalletView.name": "How to greet them.",
    "WalletView.points": "What they can spend. 0 where points are not shown.",
    "WalletView.reserved": "What is put by for other purchases.",
    "WalletView.rewards": "What may be had here.",
    "WalletView.expires_at": "Until then the proof is good.",
    "OfferView.reward": "The reward.",
    "OfferView.may_take": "Whether this customer may have it now.",
    "OfferView.because": "Why not, in a word. Null if they may.",
    **_named("NewPinSession", _PIN_SALE),
    "WaitingView.id": "Keep it: everything else about the sale goes by it.",
    "WaitingView.expires_at": "Until then the PIN can be entered.",
    "NewPinEntry.pin": "As it was typed, with or without gaps. It is not kept.",
    "NewPinEntry.staff": "The id of whoever enters it, as the console shows it.",
    "NewPinEntry.reason": "Why, without a name: it is sealed, and staff of the console read it.",
    "PinEntryView.verdict": "`entered`, or `wrong`, which is counted.",
    "PinEntryView.use_id": "The exception, as reports name it.",
    "PinEntryView.expires_at": "Until then the wallet is open.",
    "OpeningView.id": "Keep it: everything else about the sale goes by it.",
    "OpeningView.expires_at": "Until then the wallet is open.",
    "OpeningView.choices": "Whom to choose from, if several are reached there.",
    "NewRedemption.session_id": "The sale in which the customer has proven to be there.",
    "NewRedemption.reward_id": "What they want.",
    "NewRedemption.amount": "What they buy, in the smallest unit of the currency.",
    "NewCommitment.order_id": "Your name for the order. One redemption pays for one.",
    "NewReversal.reference": "Your name for this. The same one counts once.",
    "NewReversal.points": "How many come back. Left out: all that is left.",
    **_named("RedemptionView", _REDEMPTION),
    "RedemptionPage.redemptions": "One page of them.",
    "RedemptionPage.cursor": "Leads to the next page. Null on the last.",
}
