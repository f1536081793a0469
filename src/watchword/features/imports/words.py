"""What is wrong with rows, in English. Pages say it in the language of whoever looks."""

from collections.abc import Mapping

from watchword.features.imports.faults import Why

ENGLISH: Mapping[Why, str] = {
    Why.NO_NAME: "The family name is missing.",
    Why.BAD_NAME: "A name has letters, and 80 characters at most that can be printed.",
    Why.BAD_DATE: "This is no date. Write 17.05.1980 or 1980-05-17.",
    Why.AMBIGUOUS_DATE: "This date can be meant in two ways. Write 17.05.1980 or 1980-05-17.",
    Why.NOT_BORN: "A date of birth lies in the past, and not before 1890.",
    Why.BAD_EMAIL: "This is no e-mail address that we can send to.",
    Why.BAD_PHONE: "This is no phone number that we can reach. Write +49 170 1234567.",
    Why.BAD_ADDRESS: "This is no address that could stand on an envelope.",
    Why.HALF_ADDRESS: "An address needs a street and a town. Add what is missing, or leave the "
    "columns of the address out.",
    Why.BAD_COUNTRY: "This country is not known. Write DE or Germany.",
    Why.BAD_CUSTOMER_NUMBER: "A customer number has 40 printable characters at most.",
    Why.BAD_CARD_NUMBER: "A card number has 4 to 32 letters and digits.",
    Why.BAD_POINTS: "Points are a whole number.",
    Why.BAD_SUM: "This is no sum that can be read in one way only. Write 1234,56.",
    Why.BAD_VERIFIED: "Write yes or no.",
    Why.BAD_MEANS: "Write one of: letter, email, sms, whatsapp, in_store, phone, other.",
    Why.IN_THE_FUTURE: "This day has not come yet.",
    Why.NO_CARD_TO_VERIFY: "There is no card number, so there is nothing to be verified.",
    Why.BAD_CONSENT: "Write yes or no.",
    Why.NOWHERE_TO_WRITE: "There is nowhere in this row to write to in that way: an e-mail address "
    "for e-mail, a telephone number for the others.",
    Why.NO_MOMENT: "It is not said when this person agreed.",
    Why.BAD_MOMENT: "This is no moment at which somebody can have agreed. Write 17.05.2024 or "
    "2024-05-17, with the hour if you know it.",
    Why.NO_WORDING: "It is not said what this person agreed to.",
    Why.BAD_LOCALE: "There are no words in this language.",
    Why.TOO_LONG: "This is too long.",
    Why.NOTHING_TO_KNOW_BY: "A name alone does not tell people apart. Add a customer number, a "
    "card number, a date of birth or a contact point.",
    Why.CARD_TAKEN: "There is a card with this number, and it is somebody else's.",
    Why.TOO_MANY_CELLS: "The row has more cells than there are headings.",
    Why.TOO_FEW_CELLS: "The row ends too early: it has fewer cells than there are headings.",
    Why.BAD_LETTERS: "Some letters of this row cannot be read. Save the file as UTF-8.",
    Why.OPEN_QUOTE: "A quotation mark is opened here and not closed.",
    Why.BAD_QUOTE: "A quotation mark inside a cell is written twice.",
}
