"""Which column of a file is what: guessed from its headings, until somebody knows better."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Column(StrEnum):
    """What a column may be. Files of ours carry these words as headings."""

    CUSTOMER_NUMBER = "customer_number"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    COUNTRY = "country"
    CARD_NUMBER = "card_number"
    VERIFIED = "verified"
    VERIFIED_HOW = "verified_how"
    VERIFIED_AT = "verified_at"
    POINTS = "points"
    TURNOVER = "turnover"
    BONUS = "bonus"
    LOCALE = "locale"
    TEXT_CONSENT = "text_consent"
    EMAIL_CONSENT = "email_consent"
    WHATSAPP_CONSENT = "whatsapp_consent"
    CONSENT_AT = "consent_at"
    CONSENT_TEXT = "consent_text"


SAID: Mapping[Column, str] = {
    Column.CUSTOMER_NUMBER: "kundennummer kundennr kdnr kundenid customerno customerid memberid "
    "mitgliedsnummer mitgliedsnr externalid",
    Column.GIVEN_NAME: "vorname vornamen firstname givenname forename rufname",
    Column.FAMILY_NAME: "nachname name familienname zuname lastname surname familyname",
    Column.BIRTH_DATE: "geburtsdatum geburtstag gebdatum geb gebtag birthdate birthday dateofbirth "
    "dob born",
    Column.EMAIL: "email emailadresse mail mailadresse emailaddress",
    Column.PHONE: "telefon telefonnummer tel telnr festnetz rufnummer phone phonenumber telephone "
    "landline telefonprivat homephone",
    Column.MOBILE: "mobil mobilnummer handy handynummer mobiltelefon mobilfunk mobile mobilephone "
    "cell cellphone mobilenumber",
    Column.STREET: "strasse strassehausnummer strasseundhausnummer anschrift adresse strassenr "
    "street streetandnumber streetaddress address address1 addressline1",
    Column.POSTAL_CODE: "plz postleitzahl postcode zip zipcode postalcode",
    Column.CITY: "ort stadt wohnort city town",
    Column.COUNTRY: "land country laendercode laenderkennzeichen countrycode",
    Column.CARD_NUMBER: "kartennummer kartennr karte kundenkarte kundenkartennummer card cardno "
    "cardid cardnumber loyaltycard",
    Column.VERIFIED: "verifiziert bestaetigt verified confirmed kartebestaetigt cardverified "
    "karteverifiziertjaodernein cardverifiedyesorno",
    Column.VERIFIED_HOW: "verifiziertdurch verifiziertwie verifiziertper bestaetigtdurch "
    "verifizierungsart verifiedby verifiedhow verificationmethod methode method",
    Column.VERIFIED_AT: "verifiziertam verifiziertwann verifiedwhen bestaetigtam "
    "verifizierungsdatum verifiedat verifiedon verificationdate",
    Column.POINTS: "punkte punktestand bonuspunkte points pointsbalance",
    Column.TURNOVER: "umsatz jahresumsatz gesamtumsatz turnover revenue spend sales",
    Column.BONUS: "bonus guthaben bonusguthaben bonusbetrag gutschrift credit bonuscredit balance",
    Column.LOCALE: "sprache locale language lang",
    Column.TEXT_CONSENT: "smsconsent consentsms textconsent smsoptin optinsms textoptin "
    "smsmarketing smsmarketingconsent acceptssmsmarketing offersbytext offersbytextyesorno "
    "smseinwilligung einwilligungsms smszustimmung zustimmungsms smswerbung werbungsms "
    "werbungpersms angebotepersms angebotepersmsjaodernein",
    Column.EMAIL_CONSENT: "emailconsent consentemail mailconsent emailoptin optinemail mailoptin "
    "emailmarketing emailmarketingconsent acceptsemailmarketing offersbyemail "
    "offersbyemailyesorno emaileinwilligung einwilligungemail maileinwilligung "
    "emailzustimmung zustimmungemail emailwerbung werbungemail werbungperemail angeboteperemail "
    "angeboteperemailjaodernein",
    Column.WHATSAPP_CONSENT: "whatsappconsent consentwhatsapp whatsappoptin optinwhatsapp "
    "whatsappmarketing offersbywhatsapp offersbywhatsappyesorno whatsappeinwilligung "
    "einwilligungwhatsapp whatsappzustimmung zustimmungwhatsapp whatsappwerbung werbungwhatsapp "
    "werbungperwhatsapp angeboteperwhatsapp angeboteperwhatsappjaodernein",
    Column.CONSENT_AT: "consentat consentdate consentedat dateofconsent consentwhen optinat "
    "optindate agreedat agreedon agreedwhen agreedtooffersat agreedtoofferswhen "
    "einwilligungam einwilligungsdatum einwilligungvom datumeinwilligung datumdereinwilligung "
    "eingewilligtam zustimmungam zustimmungsdatum zugestimmtam angebotenzugestimmtam",
    Column.CONSENT_TEXT: "consenttext consentwording consentsource optintext optinsource "
    "agreedto agreedtowhichwords wordsofconsent einwilligungstext einwilligungswortlaut "
    "wortlautdereinwilligung wortlaut quelledereinwilligung einwilligungsquelle "
    "zustimmungstext",
}
AGREED = frozenset({Column.TEXT_CONSENT, Column.EMAIL_CONSENT, Column.WHATSAPP_CONSENT})
"""What says of somebody that they agreed to offers,"""
AGREED_HOW = frozenset({Column.CONSENT_AT, Column.CONSENT_TEXT})
"""and what says when, and to what: nothing by itself."""
MEANING: Mapping[str, Column] = {
    **{word: column for column, words in SAID.items() for word in words.split()},
    **{column.replace("_", ""): column for column in Column},
}
VAGUE = frozenset(
    ["name", "anschrift", "adresse", "address", "geb", "mail", "karte", "kundenkarte", "card"]
)
"""What may say the same as another heading, and less exactly: it gives way to that one."""
ASIDE = re.compile(r"[(\[].*?[)\]]")
NO_LETTERS = re.compile(r"[^a-z0-9]+")
OF_CONSENT = re.compile(
    "consent|optin|agreed|permission|einwillig|zustimm|zugestimm|erlaub|marketing|newsletter|"
    "mailing|werbung|werbe|angebot|offer|sms|whatsapp"
)
"""What headings speak of that may say who agreed to offers, whatever else they say."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
ADDED = 2
"""Columns that a file of refused rows has more than the one that they were in."""
NAMES_AT_LEAST = frozenset({Column.FAMILY_NAME})


@dataclass(frozen=True, slots=True)
class Plan:
    """What each column of a file is, in its order; what is nothing to us is nothing.

    `wording`: what those have agreed to of whom the file says no more than that they did.
    """

    columns: tuple[Column | None, ...]
    wording: str = ""

    @property
    def missing(self) -> Sequence[Column]:
        """Give what a file cannot do without, and this one does not have."""
        return sorted(NAMES_AT_LEAST - {*self.columns})

    def left_out(self, headings: Sequence[str]) -> Sequence[str]:
        """Give what a file has and nothing is kept of, by its headings."""
        idle = {None} if self.says_agreed else {None, *AGREED_HOW}
        used = {at for at, column in enumerate(self.columns) if column not in idle}
        return [each for at, each in enumerate(headings) if each and at not in used]

    def may_miss_consents(self, headings: Sequence[str]) -> bool:
        """Say whether something is left out that may say who agreed, and nothing else says it."""
        if self.says_agreed:
            return False
        is_told_when = not AGREED_HOW.isdisjoint(self.columns)
        return is_told_when or any(
            OF_CONSENT.search(_bare(each)) for each in self.left_out(headings)
        )

    @property
    def says_verified(self) -> bool:
        return Column.VERIFIED in self.columns

    @property
    def says_agreed(self) -> bool:
        return not AGREED.isdisjoint(self.columns)


@dataclass(frozen=True, slots=True)
class BadMapping:
    """A wish for columns that cannot be: `because` says why."""

    because: str


def guess(headings: Sequence[str]) -> Plan:
    """Say what columns are, by their headings in German or English. Of two the more exact one wins,
    wherever it stands; of two alike, the first."""
    words = [_bare(heading) for heading in headings]
    exactly = {MEANING.get(word) for word in words if word not in VAGUE}
    columns = list[Column | None]()
    for word in words:
        column = MEANING.get(word)
        gives_way = column in columns or (word in VAGUE and column in exactly)
        columns.append(None if gives_way else column)
    return Plan(tuple(columns))


def recalled(headings: Sequence[str], before: Iterable[tuple[Sequence[str], Plan]]) -> Plan | None:
    """Give what was said `before`, the newest first, of a file with these headings, or of the one
    whose refused rows these are. What stands behind its columns is guessed."""
    for its, plan in before:
        more = len(headings) - len(its)
        if its and 0 <= more <= ADDED and [*headings[: len(its)]] == [*its]:
            rest = guess(headings).columns[len(its) :]
            columns = (*plan.columns, *(None if each in plan.columns else each for each in rest))
            return replace(plan, columns=columns)
    return None


def read_plan(chosen: Sequence[str], wording: str = "") -> Plan | BadMapping:
    """Read what somebody has chosen for each column; nothing stands for a column without use."""
    if unknown := [word for word in chosen if word and word not in {*Column}]:
        return _unknown(unknown[0])
    columns = tuple(Column(word) if word else None for word in chosen)
    used = [column for column in columns if column is not None]
    if twice := [column for column in used if used.count(column) > 1]:
        return BadMapping(f"Two columns cannot both be {twice[0]}.")
    return Plan(columns, wording.strip())


def changed(
    guessed: Plan, headings: Sequence[str], wishes: Mapping[str, str], wording: str = ""
) -> Plan | BadMapping:
    """Change a guess: what a wish names by its heading becomes what the wish says. With no heading
    it says that there is no such column, and what was taken for it is left out."""
    by_name = {heading.strip().casefold(): at for at, heading in enumerate(headings)}
    chosen = ["" if column is None else str(column) for column in guessed.columns]
    for column, heading in wishes.items():
        place = by_name.get(heading.strip().casefold())
        if place is None and heading.strip():
            return BadMapping(f"The file has no column {heading[:40]!r}.")
        if column not in {*Column}:
            return _unknown(column)
        chosen = ["" if word == column else word for word in chosen]
        if place is not None and heading.strip():
            chosen[place] = column
    return read_plan(chosen, wording)


def _unknown(word: str) -> BadMapping:
    return BadMapping(f"There is no {word[:40]!r}. There are: {', '.join(Column)}.")


def _bare(heading: str) -> str:
    plain = unicodedata.normalize("NFC", ASIDE.sub("", heading)).casefold().translate(UMLAUTS)
    return NO_LETTERS.sub("", plain)
