"""What the API guide says of fields and problems beyond what a machine can read off the schema."""

from collections.abc import Mapping

from watchword.features.sandbox.scenarios import Part
from watchword.web.html.guide_people import OF_PEOPLE
from watchword.web.html.guide_settings import OF_SETTINGS
from watchword.web.problems import Kind

NOTES: Mapping[str, str] = {
    "NewChallenge.purpose": "Why you ask. Strictness and lifetime of the code depend on it.",
    "NewChallenge.to": "Where the code goes: exactly one of the three.",
    "NewChallenge.channel": (
        "How the code travels. Left out, the first that leads there: text message, else WhatsApp "
        "or a call; an e-mail; or a letter."
    ),
    "NewChallenge.locale": "The language of the message; else that of your organisation.",
    "NewChallenge.reference": "Your own name for this, given back to you. Nothing personal.",
    "NewChallenge.requester": (
        "Stands for who asks: a device, a session or a network address, in any spelling; only a "
        "digest is kept. Whoever answered rightly before has a budget that strangers cannot use up."
    ),
    "NewChallenge.transaction": (
        "What the code approves, in words. The answer must then carry exactly the same words."
    ),
    "To.phone": "With country code, or as it is dialled in the country of your organisation.",
    "To.email": "Upper and lower case make no difference.",
    "To.post": "For a letter. Only test organisations can send letters yet.",
    "Post.name": "The first line on the envelope.",
    "Post.street": "With the number of the house.",
    "Post.city": "The town, without its postal code.",
    "Post.postal_code": "Left out where a country has none.",
    "Post.country": "Two capital letters of ISO 3166-1.",
    "NewAnswer.code": "What the customer typed.",
    "NewAnswer.transaction": "The same as at the beginning, if there was one.",
    "NewSending.channel": "Left out: the same as before.",
    "challenge_id": "The `id` that you got when the code was sent.",
    "to": "Only messages to this address. Postal: Name, Street 1, 12345 Town, DE.",
    "ChallengeView.id": "Keep it: everything else about this challenge goes by it.",
    "ChallengeView.purpose": "As you asked.",
    "ChallengeView.channel": "How the newest message with the code went out.",
    "ChallengeView.reference": "As you gave it.",
    "ChallengeView.created_at": "When it began.",
    "ChallengeView.status": "Only `pending` can still be answered.",
    "ChallengeView.to": "Masked: enough for its owner to know it.",
    "ChallengeView.expires_at": "From then on the code is no longer good.",
    "ChallengeView.resend_at": "From then on the code may be sent once more.",
    "ChallengeView.attempts_left": "So many wrong answers are still allowed.",
    "ChallengeView.assurance": "How strong the proof is once it is given.",
    "TracedChallenge.sendings": "Every message that carried the code, and what became of it.",
    "SendingView.id": "The message.",
    "SendingView.channel": "How it went out.",
    "SendingView.provider": "Who carried it.",
    "SendingView.state": "Where it is. The last five values are final.",
    "SendingView.attempts": "How often we tried to hand it over.",
    "SendingView.created_at": "When it was put into the queue.",
    "SendingView.reason": "Why it was not sent, in a short word.",
    "SendingView.ended_at": "Null as long as it is under way.",
    "NewChallenge.autofill": "What lets a phone fill in the code. Left out: nothing does.",
    "AutofillRequest.host": "The host of the page on which the code is typed.",
    "AutofillRequest.frame": "The host of the page inside that one, if the code is typed there.",
    "AutofillRequest.app": "The hash of your Android app.",
    "ChallengeView.code_length": "How many digits the code has.",
    "ChallengeView.strength": "What NIST SP 800-63B-4 thinks of the channel.",
    "ChallengeView.alternatives": "By which other channels the code could be sent.",
    "ChallengeView.warnings": "With `restricted_only`, offer another way beside this one.",
    "TracedChallenge.steps": "What became of each step of the plan, in order.",
    "TracedChallenge.next_step_at": "When the next step is due; null if none is to come.",
    "SendingView.receipt": "The last that the provider has said of it, or null.",
    "SendingView.receipt_reason": "Why it failed, in a short word.",
    "SendingView.receipt_at": "When the provider said so.",
    "StepView.step": "Its place in the plan, counted from 1.",
    "StepView.channel": "How.",
    "StepView.provider": "By whom.",
    "StepView.at": "When it was decided.",
    "StepView.because": "Why it was taken. Null if it was not.",
    "StepView.skipped": "Why it was not taken. Null if it was.",
    "StepView.rule": "The rule against abuse that blocked it.",
    "StepView.wait_seconds": "For how long it is waited for.",
    "StepView.lasted_seconds": "The time until the next step, or until the end.",
    "StepView.cost": "The most that it may have cost. Null without prices.",
    "Cost.amount": "A decimal number.",
    "Cost.currency": "Three letters (ISO 4217).",
    "NewPlan.steps": "In their order.",
    "NewStep.channel": "How.",
    "NewStep.providers": "By whom. They count as equal, and each is asked in turn.",
    "NewStep.wait_seconds": "For how long the step is waited for.",
    "PlanView.purpose": "What it is for.",
    "PlanView.steps": "In their order.",
    "PlanView.is_own": "False where it is the operator's, for all organisations.",
    "Step.channel": "How.",
    "Step.providers": "By whom. With none: those of the channel, in the operator's order.",
    "Step.wait_seconds": "For how long the step is waited for.",
    "NewRoutingPlan.purpose": "As with a challenge.",
    "NewRoutingPlan.to": "Where the code would go.",
    "NewRoutingPlan.channel": "The channel that you would ask for.",
    "NewRoutingPlan.requester": "As with a challenge.",
    "RoutingPlan.purpose": "As you asked.",
    "RoutingPlan.to": "Masked: enough for its owner to know it.",
    "RoutingPlan.steps": "The first with a `because` would be taken at once.",
    "purpose": "What the plan is for.",
    "Judgement.verdict": "See above under Verdicts.",
    "Judgement.attempts_left": "Only with `wrong`.",
    "Judgement.slip": "True where a code from a letter was mistyped, which cost nothing.",
    "limit": "How many at once.",
    "cursor": "As the page before gave it. Left out: from the newest.",
    "block_id": "The `id` of the block.",
    "BlockPage.blocks": "One page of them.",
    "BlockPage.cursor": "Leads to the next page. Null on the last.",
    "BlockView.id": "The block.",
    "BlockView.rule": "The rule that stands in the way.",
    "BlockView.subject": "What it stands on, shown so that nobody can call it.",
    "BlockView.state": "Whether it stands, has run out, or was lifted.",
    "BlockView.reason": "What happened, in a sentence.",
    "BlockView.way_round": "What your customer can do meanwhile, in a sentence.",
    "BlockView.channels": "The channels that lead around it.",
    "BlockView.created_at": "When it began.",
    "BlockView.expires_at": "When it ends by itself.",
    "BlockView.lifted_at": "Null if nobody has lifted it.",
    "BlockView.lifted_by": "Who lifted it.",
    "RulesView.countries": (
        "Where codes are sent to (ISO 3166-1), or `*`. Empty: your organisation's country alone."
    ),
    "RulesView.lines": "The lines a channel is used for. A channel that is not named: all.",
    "RulesView.prefix": "Caps on messages to numbers that differ in their last four digits alone.",
    "RulesView.dial_code": "Caps for each foreign dial code.",
    "RulesView.destination": "Caps for each contact point.",
    "RulesView.client": "Caps for each API key.",
    "RulesView.requester": "Caps for each `requester`.",
    "RulesView.organisation": "Caps for your organisation as a whole.",
    "RulesView.known_factor": "So many times a cap that spares the known is what they may reach.",
    "RulesView.conversion": "Stops neighbouring numbers from which hardly any code comes back.",
    "RulesView.spray": "Makes codes longer while wrong answers come in from all sides.",
    "RulesView.spend": "What messages may cost, in the currency of the operator's prices.",
    "RulesView.block_seconds": "The shortest time that a block stands.",
    "RulesView.in_force": (
        "False for a test organisation: then this is what would be in force if it were live."
    ),
    "SendCap.most": "So many messages.",
    "SendCap.seconds": "Within any span of so many seconds.",
    "SendCap.spares_known": (
        "Whether those who have answered rightly before are counted apart, up to `known_factor` "
        "times the cap."
    ),
    "Conversion.on": "Whether the rule is on.",
    "Conversion.least": "So many strangers are looked at before anything is concluded.",
    "Conversion.percent": "With fewer codes than this typed back, sending stops.",
    "Conversion.seconds": "How far it looks back.",
    "Conversion.grace_seconds": "Codes that are younger may still be typed, and are left out.",
    "Conversion.block_seconds": "How long it stops.",
    "Spray.on": "Whether the rule is on.",
    "Spray.least": "So many answers are looked at before anything is concluded.",
    "Spray.absolute": "So many wrong answers are enough, whatever their share.",
    "Spray.percent": "More wrong answers than this, of all, are no honest mistakes.",
    "Spray.seconds": "How far it looks back.",
    "Spray.step_up_seconds": "How long codes are longer.",
    "Spray.code_length": "How long they are then.",
    "Spray.attempts": "How many wrong answers they allow then.",
    "Spend.per_hour": "The most within an hour. Null: no cap.",
    "Spend.per_day": "The most within a day. Null: no cap.",
    "Spend.per_prefix_per_day": "The same for neighbouring numbers. Null: no cap.",
    "Spend.kept_for_known": (
        "Per cent of each cap that strangers cannot use up: it is kept for those who have answered "
        "rightly before."
    ),
    "endpoint_id": "The `id` that you got when you added the endpoint.",
    "delivery_id": "The `id` of the delivery.",
    "endpoint": "Only deliveries to this endpoint.",
    "state": "Only those in this state.",
    "NewEndpoint.url": (
        "Where to send: `https://`, a host that the whole Internet knows, no user and no password."
    ),
    "NewEndpoint.description": "What it is for, in your words.",
    "NewEndpoint.events": "What to tell of. Left out or empty: everything.",
    "EndpointPatch.url": "Left out: as before.",
    "EndpointPatch.description": "Left out: as before.",
    "EndpointPatch.events": "Left out: as before. Empty: everything.",
    "EndpointPatch.state": "One that is enabled begins anew.",
    "EndpointView.id": "Keep it: everything else about this endpoint goes by it.",
    "EndpointView.url": "Where we send.",
    "EndpointView.description": "As you gave it.",
    "EndpointView.events": "What it is told of. Empty: everything.",
    "EndpointView.state": "Whether anything is sent there.",
    "EndpointView.reason": "Why it is disabled. Else null.",
    "EndpointView.failing_since": "Its first failure since its last success. Else null.",
    "EndpointView.created_at": "When it was added.",
    "MadeEndpoint.secret": "Shown this one time. With it you check that a request is ours.",
    "NewSecret.overlap_seconds": "For how many seconds the old secret signs too.",
    "SecretView.secret": "The new one, shown this one time.",
    "SecretView.old_until": "From then on the old one no longer signs.",
    "NewReplays.since": "What was noted before is left alone.",
    "QueuedView.id": "The delivery that is on its way.",
    "QueuedAgainView.replayed": "How many deliveries are on their way again: 1000 at most.",
    "DeliveryPage.deliveries": "One page of them. They are kept for 30 days.",
    "DeliveryPage.cursor": "Leads to the next page. Null on the last.",
    "DeliveryView.id": "The delivery.",
    "DeliveryView.endpoint_id": "Where it goes.",
    "DeliveryView.message_id": "What your endpoint gets as `webhook-id`, at every attempt.",
    "DeliveryView.event": "What happened.",
    "DeliveryView.about": "The id of what it happened to.",
    "DeliveryView.state": "The last two are final, unless you send it again.",
    "DeliveryView.reason": "Why it has not arrived: a status, or a short word.",
    "DeliveryView.attempts": "How often it was tried.",
    "DeliveryView.created_at": "When it was noted.",
    "DeliveryView.due_at": "When it is tried next. Null if it does not wait.",
    "DeliveryView.ended_at": "Null as long as it is under way.",
    "LoggedDelivery.log": "Each attempt, the oldest first.",
    "AttemptView.at": "When.",
    "AttemptView.status": "What your endpoint answered. Null if nothing came.",
    "AttemptView.result": "How it ended: the status again, or a short word.",
    "AttemptView.milliseconds": "How long it took.",
    **OF_PEOPLE,
    **OF_SETTINGS,
    "SandboxMessage.id": "The message.",
    "SandboxMessage.channel": "How it went out.",
    "SandboxMessage.to": "In full, for nobody is behind it.",
    "SandboxMessage.subject": "Only e-mails and letters have one.",
    "SandboxMessage.text": "What the customer would read or hear; `[1]` is a key being pressed.",
    "SandboxMessage.at": "When it arrived. It is kept for a day, letters for a month.",
    "ScenarioView.phone": "Null where no telephone plays this.",
    "ScenarioView.email": "Null where no mailbox plays this.",
    "ScenarioView.name": "The first line on an envelope; the others may be anything.",
    "NewClockMove.seconds": "30 days at most.",
    "ClockMove.seconds": "As you asked.",
    "ClockMove.pending": "So many challenges were pending before.",
    "NewSeed.seed": "From the same seed follow the same codes, in the same order.",
    "SandboxMessage.code": "The code itself. Nowhere else does the API show one.",
    "ScenarioView.scenario": "The part that these addresses play.",
}
"""By schema and field; parameters by their name alone."""

REMEDIES: Mapping[Kind, str] = {
    Kind.NOT_SIGNED: "Only providers call there. Compare secret and public address with theirs.",
    Kind.BAD_PLAN: "`detail` says what would be right.",
    Kind.BAD_RULES: "`detail` says what would be right.",
    Kind.SWITCHED_OFF: "The settings of the organisation let none out. Offer one of `methods`.",
    Kind.NEEDS_PERSON: "An owner does it in the console.",
    Kind.NEEDS_SECOND_PERSON: "Propose it in the console, and have somebody else agree.",
    Kind.STALE_SETTINGS: "Read the section again, and change what is there now.",
    Kind.STALE_CUSTOMER: "Read the customer again, and change what is there now.",
    Kind.CARD_NUMBER_TAKEN: "Leave the number out, and one is made; or find the card that has it.",
    Kind.CARD_NOT_READY: "`detail` says how the card stands: verified already, blocked or claimed.",
    Kind.WAY_NOT_OFFERED: "Read the card: it names the ways that are on and lead somewhere.",
    Kind.BAD_SETTINGS: "`problems` names each field, and `detail` says what would be right.",
    Kind.NEEDS_OPERATOR: "Ask whoever runs this server. `detail` names the command.",
    Kind.BLOCKED: (
        "Show your customer `way_round`, and offer one of `channels`. `rule` names what stands in "
        "the way, `reason` why, and `expires_at` until when, if it ends by itself."
    ),
    Kind.OPTED_OUT: "Offer another way. If the person asks for codes again, lift it first.",
    Kind.STILL_STAFF: "Disable the person under Staff first.",
    Kind.NOT_SEALED: "Ask again after a minute.",
    Kind.BLOCK_OVER: "There is nothing to lift any more.",
    Kind.FULL: "Remove an endpoint that you no longer need.",
    Kind.DISABLED: "Enable the endpoint first.",
    Kind.UNDER_WAY: "Wait until the attempt has ended, and look again.",
    Kind.TRIED_OUT: "Read what you need from the API instead.",
    Kind.NO_TARGET: "Name another address. `detail` says what is wrong with this one.",
    Kind.MALFORMED: "Compare the request with this guide. `problems` names the fields, if any.",
    Kind.UNKNOWN_KEY: "Send `Authorization: Bearer …` with a key that is not revoked or run out.",
    Kind.MISSING_SCOPE: "Take a key that has the scope. `detail` names it.",
    Kind.NOT_FOUND: "Check the address, the id, and whether the key is of the same organisation.",
    Kind.METHOD: "Use a method that this guide shows for the address.",
    Kind.OVER: "It has ended. Open a new challenge.",
    Kind.TOO_LARGE: "A request has 16 KiB at most.",
    Kind.MEDIA: "Send JSON with `Content-Type: application/json`.",
    Kind.UNREACHABLE: "Show your customer the reason in `detail`, and ask for another address.",
    Kind.NO_WAY: "Take one of `channels`, or leave the channel out.",
    Kind.OTHER_BODY: "Use a new `Idempotency-Key` for every new request.",
    Kind.TOO_SOON: "Wait as long as `Retry-After` says, and offer another channel meanwhile.",
    Kind.TOO_MANY: "Wait as long as `Retry-After` says. Do not try in a loop.",
    Kind.LOCKED: "Somebody has to look into it, and lift the limit: `watchword limits lift`.",
    Kind.FAULT: "It is our mistake. With an `Idempotency-Key`, the request may be sent again.",
    Kind.UNAVAILABLE: (
        "It may have been kept or not. Send the same request again after `Retry-After`, with the "
        "same `Idempotency-Key`."
    ),
}

BODIES: Mapping[str, object] = {
    "NewPlan": {
        "steps": [{"channel": "sms", "wait_seconds": 30}, {"channel": "voice", "wait_seconds": 60}]
    },
    "NewRules": {"countries": ["DE", "AT"], "prefix": [{"most": 30, "seconds": 3600}]},
    "NewSettings": {"version": "0-0", "own": {"methods": ["sms", "letter", "in_store"]}},
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
    "GET /v1/ledger-entries/{entry_id}/receipt": (
        "Keep it as it is. `watchword audit check-proof` and the page `/proofs` check it."
    ),
    "GET /v1/ledger-checkpoint": (
        "Keep it outside. Asked with its size as `since`, later ones prove that they go on from it."
    ),
    "GET /sandbox/messages": "The newest 100, the newest first.",
}
"""What a request does beyond what its name says, by method and path."""

EVENTS: Mapping[str, str] = {
    "challenge.opened": "A challenge was opened, and its first message is on its way.",
    "challenge.sent": "A provider took a message.",
    "challenge.delivered": "A receipt says that a message arrived.",
    "challenge.read": "A receipt says that a message was read.",
    "challenge.undelivered": "A message will not arrive. `reason` says why.",
    "challenge.stepped": "The next step of a plan began.",
    "challenge.verified": "The right code came back.",
    "challenge.answered_wrong": "A wrong code came. `attempts_left` says how many more may.",
    "challenge.exhausted": "All attempts are used up.",
    "challenge.expired": "Its time is over.",
    "challenge.cancelled": "You ended it, or the letter with its code came back.",
    "challenge.superseded": "A newer one took its place.",
    "challenge.denied": "Whoever got the code said: that was not me.",
    "block.began": "A rule against abuse stops messages until `expires_at`.",
    "organisation.sprayed": "Somebody tries codes on many people. Codes for strangers are longer.",
    "contact.bounced": "Mail to an address came back.",
    "ledger.signed": "A checkpoint of the ledger was signed. Keep it, and no change goes unseen.",
    "endpoint.disabled": "Another endpoint of yours gets nothing any more.",
    "webhook.test": "Somebody tries this endpoint. It comes whatever events were chosen.",
}

PARTS: Mapping[Part, str] = {
    Part.LATE: "It arrives after 45 seconds, and so does its receipt; a letter after 3 days.",
    Part.LOST: "It is taken, never arrives, and nobody says so.",
    Part.DUPLICATED: "It arrives, and its receipt comes five times.",
    Part.OUT_OF_ORDER: "It arrives; it is said to be read, then to have arrived, then to fail.",
    Part.UNDELIVERED: "It is taken, and reported a second later as failed.",
    Part.REFUSED: "It is never taken.",
    Part.OUTAGE: "The provider is out of service, again and again.",
    Part.NOT_ME: "It arrives, and its reader did not ask for it: the challenge is `denied`.",
    Part.NO_WHATSAPP: "By WhatsApp it is refused; other channels are fine.",
    Part.VOICE_ONLY: "What is written fails, and what is spoken arrives.",
    Part.FLAKY: "One of three messages is lost, by the luck of the seed.",
    Part.RETURNED: "The letter comes back after 10 days, and its code is dead.",
    Part.LANDLINE: "A telephone on a wall: text messages do not go there, and calls do.",
}
"""What happens to a message to an address that plays a part."""

VERDICTS: Mapping[str, str] = {
    "verified": "The code is right, and the challenge is over. A second time it answers `over`.",
    "wrong": "The code is not right; `attempts_left` says how often one may still try. With "
    "`slip`, a code from a letter was mistyped: say so, it cost no attempt.",
    "expired": "It came too late. Open a new challenge.",
    "exhausted": "All attempts had been used up before. Open a new challenge.",
    "over": "The challenge had ended before: answered rightly, denied, cancelled or replaced.",
}
