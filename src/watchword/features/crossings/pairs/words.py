"""What is said of differences, in words for people: on the command line, and on the page, which has
them in each language."""

from collections.abc import Mapping
from typing import Final

from watchword.features.crossings.pairs.advice import Advice

WORDS: Final[Mapping[Advice, str]] = {
    Advice.OUR_FAULT: (
        "Something failed here. Whoever runs the server finds in its log when and why. Move "
        "nothing more before that is mended."
    ),
    Advice.COUNTRY: (
        "The country of the number gets no codes here. Open it in the rules before you move "
        "its numbers."
    ),
    Advice.RULE: (
        "A rule against abuse would have stopped it. See whether it fits what your "
        "application does."
    ),
    Advice.LIMIT: (
        "A limit was reached here, and not at Twilio. After the move, people would have to "
        "wait. See how much is allowed."
    ),
    Advice.CHANNEL: (
        "Nobody carries this channel here, or it is switched off. Have a provider connected for it."
    ),
    Advice.LANDLINE: (
        "Text messages never go to landlines here. Let your application ask for a call there."
    ),
    Advice.OPTED_OUT: "Whoever has this number wants no messages from you. There is nothing to do.",
    Advice.FEATURE: (
        "The service does not allow here what your application uses, such as a code of its "
        "own. Bring it over again with %(import)s."
    ),
    Advice.SERVICE: "This service is not here. Bring it over with %(import)s.",
    Advice.NOTHING_STOOD: (
        "Nothing stood beside it here: we would not have sent the code, or it was begun "
        "before the shadow. It goes away once nothing keeps us from sending."
    ),
    Advice.INPUT: (
        "Twilio takes what your application sends, and we do not. Compare it with “The calls "
        "of Twilio Verify” in the manual."
    ),
    Advice.REFUSED_HERE: (
        "We refuse what Twilio does. What the code means stands in the manual, under “The "
        "calls of Twilio Verify”."
    ),
    Advice.THEIR_LIMIT: (
        "Twilio lets less through than we would. If that is to stay so, set a lower limit in "
        "the rules."
    ),
    Advice.THEIR_GUARD: (
        "Twilio\u2019s own protection stops what we would send. If that is to stay so, set it in "
        "the rules."
    ),
    Advice.OVER_THERE: "At Twilio it was over already, here not yet. There is nothing to do.",
    Advice.REFUSED_THERE: (
        "Twilio refuses what works here. There is nothing to do, unless your application "
        "relies on being refused."
    ),
    Advice.BOTH_REFUSE: (
        "Both refuse, each with its own code. It matters only if your application reads the code."
    ),
    Advice.BOTH_ANSWER: (
        "Both answer, and name another status. It matters only if your application reads it."
    ),
}
"""What is behind a difference, and what to do. `import` is filled in with the command for it."""
