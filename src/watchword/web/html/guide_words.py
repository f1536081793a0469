"""What the API guide says of fields and problems beyond what a machine can read off the schema."""

from collections.abc import Mapping

from watchword.web.problems import Kind

NOTES: Mapping[str, str] = {
    "NewChallenge.purpose": "Why you ask. Strictness and lifetime of the code depend on it.",
    "NewChallenge.to": "Where the code goes: exactly one of the two.",
    "NewChallenge.channel": "How the code travels. Left out: text message or e-mail.",
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
    "NewAnswer.code": "What the customer typed.",
    "NewAnswer.transaction": "The same as at the beginning, if there was one.",
    "NewSending.channel": "Left out: the same as before.",
    "challenge_id": "The `id` that you got when the code was sent.",
    "to": "Only messages to this phone number or e-mail address.",
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
    "Judgement.verdict": "See above under Verdicts.",
    "Judgement.attempts_left": "Only with `wrong`.",
    "SandboxMessage.id": "The message.",
    "SandboxMessage.channel": "How it went out.",
    "SandboxMessage.to": "In full, for nobody is behind it.",
    "SandboxMessage.subject": "Only e-mail has one.",
    "SandboxMessage.text": "What the customer would read or hear.",
    "SandboxMessage.at": "When it arrived. It is kept for a day.",
    "SandboxMessage.code": "The code itself. Nowhere else does the API show one.",
}
"""By schema and field; parameters by their name alone."""

REMEDIES: Mapping[Kind, str] = {
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

VERDICTS: Mapping[str, str] = {
    "verified": "The code is right, and the challenge is over. A second time it answers `over`.",
    "wrong": "The code is not right; `attempts_left` says how often one may still try.",
    "expired": "It came too late. Open a new challenge.",
    "exhausted": "All attempts had been used up before. Open a new challenge.",
    "over": "The challenge had ended before: answered rightly, cancelled, or replaced.",
}
