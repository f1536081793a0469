"""English, as it is spoken in the United States."""

PROMPTS = {
    "welcome": "Welcome to {organisation}. To hear something again, press star.",
    # What is asked. What to do comes last, so that it is still in the ear.
    "ask_member_number": "Type your member number. Then press the pound key.",
    "ask_account_number": "Type your account number. Then press the pound key.",
    "ask_login_id": "Type the number you sign in with. Then press the pound key.",
    "ask_card_number": "Type the whole number of your card. Then press the pound key.",
    "ask_tax_id": "Type your Social Security number, or your federal tax number: nine digits.",
    "ask_phone": "Type your telephone number with its area code. Then press the pound key.",
    "ask_pin": "Type your PIN. Then press the pound key.",
    "ask_pin_or_none": "Type your PIN. Then press the pound key. "
    "If you have no PIN, or have forgotten it, press zero, and then the pound key.",
    "ask_ssn": "Type your Social Security number: nine digits.",
    "ask_ssn_last4": "Type the last four digits of your Social Security number.",
    "ask_birth_date": "Type your date of birth: two digits for the month, two for the day, "
    "and four for the year.",
    "ask_zip": "Type the five digits of your zip code.",
    "ask_mothers_maiden_name": "Spell your mother's maiden name with the letters on the keys: "
    "one key press for each letter. Then press the pound key.",
    "ask_last_name_letter": "Type the first letter of your last name, with the letters on the "
    "keys: one key press. Then press the pound key.",
    "ask_last_name_letters": "Type the first {count} letters of your last name, with the letters "
    "on the keys: one key press for each letter. If your name is shorter, type all of it. "
    "Then press the pound key.",
    "ask_house_number": "Type the number of your house. Then press the pound key.",
    "ask_card_last4": "Type the last four digits of your card number.",
    "ask_phone_on_file": "Type the telephone number that we have on file for you, "
    "with its area code. Then press the pound key.",
    "ask_last_deposit": "Type the amount of your last deposit. Press star for the decimal point. "
    "Then press the pound key.",
    "ask_driving_licence": "Type the number of your driver's license. Leave out its letters. "
    "Then press the pound key.",
    "ask_driving_licence_last": "Type the last {count} digits of your driver's license. "
    "Leave out its letters.",
    "ask_driving_licence_whole": "Type the whole number of your driver's license. For a letter, "
    "press the key that it is printed on. Then press the pound key.",
    "ask_code_word": "Spell your code word with the letters on the keys: one key press for each "
    "letter. Then press the pound key.",
    "ask_code": "Type the code from our message. Then press the pound key.",
    # What may be wrong with what was typed.
    "nothing_heard": "I did not hear any key.",
    "too_few_digits": "That was too short.",
    "too_many_digits": "That was too long.",
    "only_digits": "Use the number keys only.",
    # Also who is locked in the core hears this, and whoever could not be judged.
    "does_not_fit": "With that we could not tell that it is you. Let us try once more.",
    "does_not_fit_for_good": "With that we could not tell that it is you.",
    "locked": "Too many calls with this number did not match. First, we make sure that it is you.",
    "code_sent": "We have sent you a code, to your mobile phone or your e-mail, as we have it on "
    "file. It takes a moment. Stay on the line.",
    "code_wrong": "That is not the code.",
    "no_code_now": "We cannot send you a code right now.",
    # A new PIN.
    "why_activation": "Your PIN could be worked out by others. You need a PIN of your own. "
    "First, we need to make sure that it is you.",
    "why_first": "You need a PIN of your own. First, we need to make sure that it is you.",
    "why_force": "To keep your account safe, you need a new PIN.",
    "has_a_pin": "You have a PIN already. If you remember it, hang up, and call again. "
    "If you do not, one of us will help you.",
    "no_pin_here": "You cannot choose a PIN in this call.",
    "pin_is_locked": "Your PIN is locked. You cannot choose a new one here.",
    "new_pin": "Choose a new PIN with {digits} digits. Type it now. Then press the pound key. "
    "To have us choose one for you, press zero, and then the pound key.",
    "new_pin_between": "Choose a new PIN with {least} to {most} digits. Type it now. "
    "Then press the pound key. "
    "To have us choose one for you, press zero, and then the pound key.",
    "new_pin_again": "Type your new PIN once more. Then press the pound key.",
    "pins_differ": "Those were two different numbers.",
    "not_the_new_pin": "That was not the new PIN.",
    "pin_made": "We have chosen a new PIN for you. Have a pen and paper ready. When you have heard "
    "it, type it in, and press the pound key. To hear it again, press star. Your new PIN is:",
    "pin_is_set": "Your new PIN is set. From now on, use only the new one.",
    "pin_refused": "This PIN is not possible. Choose another one.",
    "pin_conflict": "Your PIN was changed a moment ago, and not in this call. "
    "We have not changed anything.",
    "pin_unknown": "We do not know for sure whether your new PIN is set. It may work already, "
    "or it may not.",
    "pin_not_set": "We could not set your new PIN. Nothing has changed.",
    "no_new_pin": "You do not have a new PIN yet.",
    # Why a new PIN is not a good one, by the rule that it breaks.
    "pin_digits": "A PIN has digits only.",
    "pin_too_short": "This PIN is too short.",
    "pin_too_long": "This PIN is too long.",
    "pin_sequential": "This PIN counts up or down. That is easy to guess.",
    "pin_repeating": "This PIN repeats one digit. That is easy to guess.",
    "pin_ssn": "Your PIN must not be your Social Security number.",
    "pin_ssn_part": "Your PIN must not be a part of your Social Security number.",
    "pin_member_number": "Your PIN must not be a part of your member number.",
    "pin_account_number": "Your PIN must not be a part of an account number.",
    "pin_card_number": "Your PIN must not be a part of a card number.",
    "pin_birth_date": "Your PIN must not be your date of birth.",
    "pin_zip": "Your PIN must not be your zip code.",
    "pin_phone": "Your PIN must not be a part of your telephone number.",
    "pin_used_before": "You have had this PIN before.",
    "pin_common": "Many people use this PIN. That makes it easy to guess.",
    "pin_reserved": "This PIN is not possible.",
    "pin_scenario": "This PIN is too easy to guess.",
    # How a call goes on, and ends.
    "paced": "I cannot help you by the keys right now.",
    "hold": "One moment.",
    "not_now": "Our system is not answering right now. Nothing has changed.",
    "to_a_person": "I will connect you with one of us.",
    "call_us": "Call us during business hours, and we will help you. Goodbye.",
    "onward": "Thank you. I will put you through now.",
    "goodbye": "Thank you for your call. Goodbye.",
}
