"""What the API guide says of whole requests, and the bodies of its examples."""

from collections.abc import Mapping

SAMPLE_ID = "5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"
OTHER_ID = "0c4a7d52-1f36-4b0e-8d6b-3e9a2c5f7b10"
"""Ids for examples. Nobody has them."""

BODIES: Mapping[str, object] = {
    "NewPlan": {
        "steps": [{"channel": "sms", "wait_seconds": 30}, {"channel": "voice", "wait_seconds": 60}]
    },
    "NewRules": {"countries": ["DE", "AT"], "prefix": [{"most": 30, "seconds": 3600}]},
    "NewSettings": {"version": "0-0", "own": {"methods": ["sms", "letter", "in_store"]}},
    "NewCustomerBody": {
        "given_name": "Anna",
        "family_name": "Müller",
        "birth_date": "1980-05-17",
        "contacts": [{"phone": "+491701234567"}, {"email": "anna@example.org"}],
    },
    "CustomerChange": {
        "version": 1,
        "family_name": "Schmidt",
        "add_contacts": [{"email": "anna.schmidt@example.org"}],
    },
    "NewCustomerMerge": {
        "kept": SAMPLE_ID,
        "merged": OTHER_ID,
        "reason": "one person, asked at the counter",
    },
    "NewAttempt": {"method": "sms"},
    "CustomerTagsBody": {"tags": ["regular", "herbs"]},
    "NewReward": {
        "names": {"de": "Becher", "en": "Mug"},
        "points": 500,
        "value": 1200,
        "currency": "EUR",
        "pos_discount_id": "MUG-1",
    },
    "NewRedeemingBlock": {"to": {"phone": "+491701234567"}, "reason": "works here"},
    "NewRedeemingLifting": {"reason": "has left us"},
    "NewEarnRule": {"name": "One per euro", "points": 1, "per_amount": 100, "currency": "EUR"},
    "NewSettlement": {
        "sent_at": "2030-01-01T18:00:00Z",
        "vouchers": [{"voucher": "WWV1AEBAGBAFAYDQQCIK", "taken_at": "2030-01-01T12:00:00Z"}],
    },
    "NewTillSession": {"phone": "+491701234567", "terminal_id": "till-3", "staff": "Kim"},
    "NewReply": {"from": "+491701234567", "text": "STOP"},
    "NewConsent": {
        "to": {"phone": "+491701234567"},
        "scope": "text",
        "shown": {
            "locale": "en",
            "text": "Yes, I would like offers from Sonnenhof by text. STOP ends it.",
        },
    },
    "NewConsentWithdrawal": {"to": {"phone": "+491701234567"}, "scope": "text"},
    "NewOptInRequest": {"to": {"phone": "+491701234567"}, "scope": "text"},
    "NewGatePass": {"kind": "review", "name": "Carrier audit", "hours": 168},
    "NewPass": {"origin": "https://shop.example.org"},
    "NewCommitment": {"order_id": "2030-4711"},
    "NewReversal": {"reference": "refund-1"},
    "NewEndpoint": {"url": "https://hooks.example.org/watchword", "events": ["challenge.verified"]},
    "EndpointPatch": {"state": "enabled"},
    "NewSecret": {"overlap_seconds": 3600},
    "NewReplays": {"since": "2026-11-22T09:30:00Z"},
    "NewClockMove": {"seconds": 600},
    "NewSeed": {"seed": "checkout-1"},
}
"""Bodies of the examples, where the schema alone does not make a good one."""

REMARKS: Mapping[str, str] = {
    "POST /v1/challenges": (
        "201 means that the message is kept and on its way, and not that it has arrived. A pending "
        "challenge for the same address and purpose ends with this one."
    ),
    "POST /v1/challenges/{challenge_id}/sendings": (
        "The code gets neither more time nor more attempts. A plan begins anew."
    ),
    "DELETE /v1/challenges/{challenge_id}": (
        "Also where it is over already. What is on its way may still arrive; its code is worthless."
    ),
    "POST /v1/routing-plans": (
        "Nothing is sent, counted or kept. Among equal providers the first is drawn anew each time."
    ),
    "GET /v1/plans": "There is one for each purpose that has a plan, yours or the operator's.",
    "PUT /v1/plans/{purpose}": "It takes the place of the one before.",
    "GET /v1/blocks": "Those that have ended are listed too, unless you ask for a `state`.",
    "POST /v1/blocks/{block_id}/liftings": (
        "What was counted is forgotten, so a cap may be used up once more. A block on money is "
        "lifted by the operator alone."
    ),
    "PUT /v1/abuse-rules": (
        "What is left out is as the operator has it for everybody. A key cannot raise what may be "
        "spent: only the operator can."
    ),
    "PUT /v1/settings/{section}": "A key changes `verification`, `messages` and `appearance`.",
    "POST /v1/customers": (
        "Whoever may be one with somebody who is here waits in the console, under Duplicates."
    ),
    "GET /v1/customers/{customer_id}": (
        "The id of somebody who was merged gives the one who was kept, under their own `id`."
    ),
    "PATCH /v1/customers/{customer_id}": (
        "What is left out stays. With another name, cards that were verified no longer are. "
        "Another spelling does no harm."
    ),
    "POST /v1/customer-searches": (
        "Names count by whole words or their first three letters, in any order. A page may be "
        "short, or empty, and still lead to a next one."
    ),
    "POST /v1/customer-merges": (
        "It cannot be undone. The one who is kept has what both had, and the other id leads to "
        "them. The cards of both have to be verified anew."
    ),
    "POST /v1/customers/{customer_id}/erasures": (
        "Contact points that somebody else has too stay with them. It cannot be undone."
    ),
    "POST /v1/cards": "Purchases count for it at once. Nobody redeems until it is verified.",
    "POST /v1/card-searches": "The number stands in the body, so that no log has it.",
    "GET /v1/cards/{card_id}/verifications": (
        "Lines are only added. What staff confirm, somebody with a name confirms in the console: "
        "no key can."
    ),
    "POST /v1/cards/{card_id}/attempts": (
        "The code is good for this card alone, and takes the place of one that was under way. It "
        "goes only to contact points that the customer has."
    ),
    "POST /v1/cards/{card_id}/answers": (
        "It answers the newest code of the card. Asked again once it is verified, it says so, and "
        "changes nothing."
    ),
    "POST /v1/campaigns/{campaign_id}/passes": (
        "Whoever types the code sees what recipients see, in each language. Each use stands in "
        "the ledger."
    ),
    "POST /v1/campaigns/{campaign_id}/passes/{pass_id}/revocations": "Twice is as good as once.",
    "POST /v1/pages/{page_id}/pictures": (
        "The body is the file itself, PNG, JPEG or WebP of up to 8 MB: `--data-binary @roses.jpg`. "
        "It is drawn anew; where and with which camera it was taken is thrown away."
    ),
    "POST /v1/rewards": "It is offered at once, or from `starts_at` on.",
    "PUT /v1/rewards/{reward_id}": (
        "What is left out is as for a new one. What is reserved stays as it was promised."
    ),
    "POST /v1/till-sessions": (
        "Needs an Idempotency-Key. An unknown customer is answered like a known one, and nothing "
        "is sent. Name reward and amount, if you know them: the message says what is spent, and "
        "the proof is good for that alone."
    ),
    "POST /v1/till-sessions/{session_id}/answers": (
        "Needs an Idempotency-Key. The proof is good for ten minutes and one reward."
    ),
    "POST /v1/till-sessions/{session_id}/passes": (
        "The page can try the code, see the wallet and put a reward by. It never spends."
    ),
    "POST /v1/till-sessions/{session_id}/endings": "What is put by in it is given back.",
    "POST /v1/wallet-openings": (
        "Needs an Idempotency-Key, and that the organisation asks for no code. Each use is in the "
        "ledger."
    ),
    "POST /v1/redemptions": (
        "Needs an Idempotency-Key. Other than what was proven is refused, and the proof is gone."
    ),
    "POST /v1/redemptions/{redemption_id}/commitments": (
        "Say it as often as you like: for the same order it is answered as before."
    ),
    "POST /v1/redemptions/{redemption_id}/releases": "Twice is as good as once.",
    "POST /v1/redemptions/{redemption_id}/reversals": (
        "A reference counts once. Send the same one until you hear an answer."
    ),
    "POST /v1/earn-rules": "All rules that hold for a purchase are added up.",
    "PUT /v1/earn-rules/{rule_id}": "What is left out is as for a new one. What was earned stays.",
    "POST /v1/accounts/{account_id}/points/earnings": (
        "An order earns once: told again, it is answered as before. What no rule holds for earns "
        "nothing, and counts as told."
    ),
    "POST /v1/accounts/{account_id}/points/adjustments": (
        "Needs an Idempotency-Key, so that it happens once. The reason stands in the ledger."
    ),
    "POST /v1/redeeming-blocks": (
        "It stands for everybody who is reached there, and for all accounts of theirs. The same "
        "again changes nothing."
    ),
    "POST /v1/redeeming-blocks/{contact_id}/liftings": "They may redeem with the next request.",
    "POST /v1/webhook-endpoints": "An organisation has 20 endpoints at most.",
    "GET /v1/webhook-endpoints": "The oldest come first.",
    "DELETE /v1/webhook-endpoints/{endpoint_id}": "What waits for it is not sent.",
    "PATCH /v1/webhook-endpoints/{endpoint_id}": (
        "What is left out stays. What waits for an endpoint that is disabled is given up; once it "
        "is enabled, you can have it sent again."
    ),
    "POST /v1/webhook-endpoints/{endpoint_id}/tests": "It gets the event `webhook.test`.",
    "POST /v1/webhook-endpoints/{endpoint_id}/replays": (
        "The oldest come first. If there are more than 1000, ask once more."
    ),
    "POST /v1/webhook-deliveries/{delivery_id}/replays": "Also one that has arrived.",
    "PUT /v1/telephone/profiles": (
        "All that is sent is taken in, or nothing. What is not sent stays as it is."
    ),
    "DELETE /v1/telephone/profiles/{profile_id}": "Its versions are kept.",
    "GET /v1/ledger-entries/{entry_id}/receipt": (
        "Keep it as it is. `watchword audit check-proof` and the page `/proofs` check it."
    ),
    "GET /v1/ledger-checkpoint": (
        "Keep it outside. Asked with its size as `since`, later ones prove that they go on from it."
    ),
    "GET /sandbox/messages": "The newest 100, the newest first.",
}
"""What a request does beyond what its name says, by method and path."""
