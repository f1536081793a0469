"""What the API guide says of the fields of requests about customers and their cards."""

from collections.abc import Mapping

OF_CUSTOMERS: Mapping[str, str] = {
    "customer_id": "The `id` of the customer.",
    "CustomerPage.customers": "One page of them.",
    "CustomerPage.cursor": "Leads to the next page. Null on the last.",
    "CustomerView.id": "Keep it: everything else about this customer goes by it.",
    "CustomerView.given_name": "Empty for whoever has one name alone.",
    "CustomerView.family_name": "As you gave it.",
    "CustomerView.birth_date": "Null where nobody has told.",
    "CustomerView.locale": "The language in which they are written to.",
    "CustomerView.origin": "Who brought them: staff, a key, a file, or they themselves.",
    "CustomerView.contacts": "How they are reached.",
    "CustomerView.version": "On what they stand. It goes back with a change.",
    "CustomerView.created_at": "Since when they are kept.",
    "CustomerView.updated_at": "When they were last changed.",
    "CustomerContactView.id": "By it a code is sent there, or the contact point removed.",
    "CustomerContactView.kind": "What leads there.",
    "CustomerContactView.address": "Masked: enough for its owner to know it.",
    "CustomerContactView.verified_at": "When a code from there came back. Null if none has.",
    "CustomerContactView.bad_since": "Since when nothing arrives there. Else null.",
    "NewCustomerBody.family_name": "Of whoever has one name alone, that one.",
    "NewCustomerBody.given_name": "All of them, with spaces between.",
    "NewCustomerBody.birth_date": "Year, month and day, as in 1980-05-17.",
    "NewCustomerBody.locale": "Left out: the language of your organisation.",
    "NewCustomerBody.contacts": "How they are reached, 20 at most. In each, one of the three.",
    "CustomerChange.version": "The one that you have read: nobody's change is overwritten unseen.",
    "CustomerChange.family_name": "Another one makes their cards unverified.",
    "CustomerChange.given_name": "Another one makes their cards unverified, too.",
    "CustomerChange.birth_date": "Null: nobody knows any more.",
    "CustomerChange.locale": "The language in which they are to be written to.",
    "CustomerChange.add_contacts": "Beside those that they have.",
    "CustomerChange.remove_contacts": "Their ids. What a code there has shown no longer counts.",
    "NewCustomerSearch.find": "A name, a telephone number or an e-mail address, as one types it.",
    "NewCustomerSearch.limit": "How many at once, at most.",
    "NewCustomerSearch.cursor": "As the page before gave it. Left out: from the beginning.",
    "NewCustomerMerge.kept": "Who stays.",
    "NewCustomerMerge.merged": "Who becomes them.",
    "NewCustomerMerge.reason": "How you know. It stays in the ledger, so it names nobody.",
    "NewCustomerErasure.reason": "Why. It stays in the ledger, so it names nobody.",
}
"""By schema and field, as all the others."""

OF_CARDS: Mapping[str, str] = {
    "card_id": "The `id` of the card.",
    "CardPage.cards": "One page of them.",
    "CardPage.cursor": "Leads to the next page. Null on the last.",
    "CardView.id": "Keep it: everything else about this card goes by it.",
    "CardView.customer_id": "Whose it is.",
    "CardView.account_id": "Where its points are. Cards of one family may share an account.",
    "CardView.last_four": "How its number ends. The whole of it is in no list.",
    "CardView.state": "Only `verified` lets anybody redeem.",
    "CardView.method": "By what it was verified; of several, what proves most. Else null.",
    "CardView.assurance": (
        "How sure it is, from 0 (nothing was shown) over 1 (a code came back) and 2 (one from a "
        "letter, or facts told by telephone) to 3 (staff saw them, or two contact points answered)."
    ),
    "CardView.verified_at": "Since when it is verified. Else null.",
    "CardView.is_frozen": "True while two people claim it. Staff decide whose it is.",
    "CardView.may_collect": "Whether purchases count for it.",
    "CardView.may_redeem": "Whether what it holds may be spent. Ask before you pay out.",
    "CardView.shows_balance": "Whether its customer may be shown points and purchases.",
    "CardView.version": "It grows with every change.",
    "CardView.created_at": "When it was made.",
    "CardView.updated_at": "When it was last changed.",
    "NewCard.customer_id": "Whose it is to be.",
    "NewCard.number": (
        "4 to 32 letters and digits; gaps do not count, leading zeros do. Left out: one is made, "
        "an EAN-13 that begins with 29."
    ),
    "NewCardView.number": "Shown this one time, for you to print.",
    "NewCardSearch.number": "As it is on the card, with gaps or without.",
    "Verifications.verifications": "All of them, the oldest first.",
    "VerificationView.id": "The line.",
    "VerificationView.kind": "Whether something was shown, or no longer counts.",
    "VerificationView.method": "By what it was shown. Null where it was withdrawn.",
    "VerificationView.assurance": "How sure this alone makes it, from 0 to 3.",
    "VerificationView.because": "Why it no longer counts. Null where it was shown.",
    "VerificationView.evidence": "What staff compared, and how they made sure, in short words.",
    "VerificationView.location_id": "Where staff confirmed it. Else null.",
    "VerificationView.challenge_id": "The challenge whose code came back. Else null.",
    "VerificationView.at": "When it was written down.",
    "NewAttempt.method": "By which way the code goes. Your settings say which are on.",
    "NewAttempt.contact_id": "To which of their contact points. Left out: the first that fits.",
    "NewAttempt.requester": "Who asks for the code, as with a challenge.",
    "CardAttemptView.method": "As you asked.",
    "CardAttemptView.challenge_id": "By it you see what became of the message.",
    "CardAttemptView.contact_id": "Where the code goes.",
    "CardAttemptView.expires_at": "Until when the code is good.",
    "NewCardAnswer.code": "The code as they typed it.",
    "CardJudgement.verdict": (
        "As with a challenge; and `already_verified`: by another way meanwhile; `came_back`: the "
        "letter could not be delivered, so ask for the address; `nothing_open`: send a code first."
    ),
    "CardJudgement.attempts_left": "So many wrong answers are still allowed. Only with `wrong`.",
}
"""By schema and field, as all the others."""
