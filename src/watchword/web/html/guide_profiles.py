"""What the API guide says of the fields of requests about telephone profiles."""

from collections.abc import Mapping

OF_PROFILES: Mapping[str, str] = {
    "profile_id": "The `id` of the profile, as `states` has it.",
    "version": "The one that you have read. Without it, whichever there is.",
    "ProfilesView.profiles": "Profiles of the same name are changed, and others stay.",
    "ProfilesView.format": "Always this. It changes when a file means something else.",
    "ProfilesShown.format": "Send it back as it is.",
    "ProfilesShown.profiles": "As they are taken in. They name each other by their names.",
    "ProfilesShown.states": "What is known of each besides. Leave it out when you send them back.",
    "ProfileView.name": "60 characters at most. No two have the same.",
    "ProfileView.kind": "It stays as it was made.",
    "ProfileView.levels": "Of standard profiles: up to three lists of questions.",
    "ProfileView.activation": "Of standard profiles: what asks for a first PIN.",
    "ProfileView.force": "Of standard profiles: what asks for another PIN.",
    "ProfileView.questions": "Of the others: what is asked before a PIN is set, a code last.",
    "ProfileView.unchanged_days": "A code goes only to what has been on file for so long.",
    "ProfileView.risk": "Only where nothing but knowledge is asked for.",
    "AskedView.question": "Its name in the catalogue of questions.",
    "AskedView.count": "How many letters of a last name, or last digits of a licence.",
    "AskedView.part": "Which part of a driver's licence.",
    "ProcessView.active": "Whether it is switched on. What cannot work cannot be.",
    "ProcessView.profile": "The name of the profile that asks then.",
    "ProcessView.scenarios": "In the order in which they are checked.",
    "RiskView.reason": "Why somebody runs this risk. Who says so is kept beside it.",
    "ProfileState.id": "By it the profile is deleted.",
    "ProfileState.name": "Which of `profiles` it is.",
    "ProfileState.version": "It counts changes.",
    "ProfileState.updated_at": "When it was last changed.",
    "ProfileState.inactive": "Scenarios that are kept, and do not run on this core.",
    "ProfileState.used_by": "Names of the profiles that need it.",
    "ProfileState.answers_calls": "Whether calls are answered with it.",
    "InactiveView.purpose": "In which of the two lists it stands.",
    "InactiveView.scenario": "Which one.",
    "InactiveView.why": "Why it does not run.",
}
"""By schema and field; parameters by their name alone."""
