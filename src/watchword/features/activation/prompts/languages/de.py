"""German, with Sie."""

PROMPTS = {
    "welcome": "Guten Tag. Hier ist {organisation}. Wenn Sie etwas noch einmal hören möchten, "
    "drücken Sie die Sterntaste.",
    # What is asked. What to do comes last, so that it is still in the ear.
    "ask_member_number": "Geben Sie Ihre Mitgliedsnummer ein. Drücken Sie danach die Rautetaste.",
    "ask_account_number": "Geben Sie Ihre Kontonummer ein. Drücken Sie danach die Rautetaste.",
    "ask_login_id": "Geben Sie die Nummer ein, mit der Sie sich anmelden. "
    "Drücken Sie danach die Rautetaste.",
    "ask_card_number": "Geben Sie die ganze Nummer Ihrer Karte ein. "
    "Drücken Sie danach die Rautetaste.",
    "ask_tax_id": "Geben Sie Ihre Sozialversicherungsnummer oder Ihre Steuernummer ein: "
    "neun Ziffern.",
    "ask_phone": "Geben Sie Ihre Telefonnummer mit Vorwahl ein. Drücken Sie danach die Rautetaste.",
    "ask_pin": "Geben Sie Ihre PIN ein. Drücken Sie danach die Rautetaste.",
    "ask_pin_or_none": "Geben Sie Ihre PIN ein. Drücken Sie danach die Rautetaste. "
    "Wenn Sie keine PIN haben oder sie vergessen haben, drücken Sie die Null und danach die "
    "Rautetaste.",
    "ask_ssn": "Geben Sie Ihre Sozialversicherungsnummer ein: neun Ziffern.",
    "ask_ssn_last4": "Geben Sie die letzten vier Ziffern Ihrer Sozialversicherungsnummer ein.",
    "ask_birth_date": "Geben Sie Ihr Geburtsdatum ein: zwei Ziffern für den Tag, zwei für den "
    "Monat und vier für das Jahr.",
    "ask_zip": "Geben Sie die fünf Ziffern Ihrer Postleitzahl ein.",
    "ask_mothers_maiden_name": "Buchstabieren Sie den Mädchennamen Ihrer Mutter mit den Buchstaben "
    "auf den Tasten: für jeden Buchstaben ein Tastendruck. Drücken Sie danach die Rautetaste.",
    "ask_last_name_letter": "Geben Sie den ersten Buchstaben Ihres Nachnamens ein, mit den "
    "Buchstaben auf den Tasten: ein Tastendruck. Drücken Sie danach die Rautetaste.",
    "ask_last_name_letters": "Geben Sie die ersten {count} Buchstaben Ihres Nachnamens ein, mit "
    "den Buchstaben auf den Tasten: für jeden Buchstaben ein Tastendruck. "
    "Ist Ihr Name kürzer, geben Sie ihn ganz ein. Drücken Sie danach die Rautetaste.",
    "ask_house_number": "Geben Sie Ihre Hausnummer ein. Drücken Sie danach die Rautetaste.",
    "ask_card_last4": "Geben Sie die letzten vier Ziffern Ihrer Kartennummer ein.",
    "ask_phone_on_file": "Geben Sie mit Vorwahl die Telefonnummer ein, die wir von Ihnen haben. "
    "Drücken Sie danach die Rautetaste.",
    "ask_last_deposit": "Geben Sie den Betrag Ihrer letzten Einzahlung ein. Für das Komma drücken "
    "Sie die Sterntaste. Drücken Sie danach die Rautetaste.",
    "ask_driving_licence": "Geben Sie die Nummer Ihres Führerscheins ein, ohne die Buchstaben. "
    "Drücken Sie danach die Rautetaste.",
    "ask_driving_licence_last": "Geben Sie die letzten {count} Ziffern der Nummer Ihres "
    "Führerscheins ein, ohne die Buchstaben.",
    "ask_driving_licence_whole": "Geben Sie die ganze Nummer Ihres Führerscheins ein. Für einen "
    "Buchstaben drücken Sie die Taste, auf der er steht. Drücken Sie danach die Rautetaste.",
    "ask_code_word": "Buchstabieren Sie Ihr Kennwort mit den Buchstaben auf den Tasten: für jeden "
    "Buchstaben ein Tastendruck. Drücken Sie danach die Rautetaste.",
    "ask_code": "Geben Sie den Code aus unserer Nachricht ein. Drücken Sie danach die Rautetaste.",
    # What may be wrong with what was typed.
    "nothing_heard": "Ich habe keine Taste gehört.",
    "too_few_digits": "Das war zu kurz.",
    "too_many_digits": "Das war zu lang.",
    "only_digits": "Drücken Sie nur die Zifferntasten.",
    # Also who is locked in the core hears this, and whoever could not be judged.
    "does_not_fit": "Damit konnten wir nicht feststellen, dass Sie es sind. "
    "Wir versuchen es noch einmal.",
    "does_not_fit_for_good": "Damit konnten wir nicht feststellen, dass Sie es sind.",
    "locked": "Mit dieser Nummer hat zu oft etwas nicht gestimmt. Zuerst stellen wir sicher, "
    "dass Sie es sind.",
    "code_sent": "Wir haben Ihnen einen Code geschickt, auf Ihr Handy oder an Ihre E-Mail-Adresse, "
    "so wie wir sie von Ihnen haben. Es dauert einen Moment. Bleiben Sie am Telefon.",
    "code_wrong": "Das ist nicht der Code.",
    "no_code_now": "Wir können Ihnen jetzt keinen Code schicken.",
    # A new PIN.
    "why_activation": "Ihre PIN könnten andere herausfinden. Sie brauchen eine eigene PIN. "
    "Zuerst stellen wir sicher, dass Sie es sind.",
    "why_first": "Sie brauchen eine eigene PIN. Zuerst stellen wir sicher, dass Sie es sind.",
    "why_force": "Damit Ihr Konto sicher bleibt, brauchen Sie eine neue PIN.",
    "has_a_pin": "Sie haben schon eine PIN. Wenn sie Ihnen wieder einfällt, legen Sie auf und "
    "rufen Sie noch einmal an. Sonst hilft Ihnen jemand von uns.",
    "no_pin_here": "In diesem Anruf können Sie keine PIN wählen.",
    "pin_is_locked": "Ihre PIN ist gesperrt. Eine neue können Sie hier nicht wählen.",
    "new_pin": "Wählen Sie eine neue PIN mit {digits} Ziffern. Geben Sie sie jetzt ein. "
    "Drücken Sie danach die Rautetaste. "
    "Wenn wir eine für Sie wählen sollen, drücken Sie die Null und danach die Rautetaste.",
    "new_pin_between": "Wählen Sie eine neue PIN mit {least} bis {most} Ziffern. "
    "Geben Sie sie jetzt ein. Drücken Sie danach die Rautetaste. "
    "Wenn wir eine für Sie wählen sollen, drücken Sie die Null und danach die Rautetaste.",
    "new_pin_again": "Geben Sie Ihre neue PIN noch einmal ein. Drücken Sie danach die Rautetaste.",
    "pins_differ": "Das waren zwei verschiedene Nummern.",
    "not_the_new_pin": "Das war nicht die neue PIN.",
    "pin_made": "Wir haben eine PIN für Sie gewählt. Halten Sie etwas zum Schreiben bereit. Geben "
    "Sie die PIN danach ein und drücken Sie die Rautetaste. Um sie noch einmal zu hören, drücken "
    "Sie die Sterntaste. Ihre neue PIN lautet:",
    "pin_is_set": "Ihre neue PIN ist gesetzt. Ab jetzt gilt nur noch die neue.",
    "pin_refused": "Diese PIN ist nicht möglich. Wählen Sie eine andere.",
    "pin_conflict": "Ihre PIN wurde gerade geändert, und nicht in diesem Gespräch. "
    "Wir haben nichts geändert.",
    "pin_unknown": "Wir wissen nicht sicher, ob Ihre neue PIN gesetzt ist. "
    "Vielleicht gilt sie schon, vielleicht auch nicht.",
    "pin_not_set": "Wir konnten Ihre neue PIN nicht setzen. Es hat sich nichts geändert.",
    "no_new_pin": "Sie haben noch keine neue PIN.",
    # Why a new PIN is not a good one, by the rule that it breaks.
    "pin_digits": "Eine PIN hat nur Ziffern.",
    "pin_too_short": "Diese PIN ist zu kurz.",
    "pin_too_long": "Diese PIN ist zu lang.",
    "pin_sequential": "Diese PIN zählt hinauf oder hinunter. Das ist leicht zu erraten.",
    "pin_repeating": "Diese PIN wiederholt eine Ziffer. Das ist leicht zu erraten.",
    "pin_ssn": "Ihre PIN darf nicht Ihre Sozialversicherungsnummer sein.",
    "pin_ssn_part": "Ihre PIN darf kein Teil Ihrer Sozialversicherungsnummer sein.",
    "pin_member_number": "Ihre PIN darf kein Teil Ihrer Mitgliedsnummer sein.",
    "pin_account_number": "Ihre PIN darf kein Teil einer Kontonummer sein.",
    "pin_card_number": "Ihre PIN darf kein Teil einer Kartennummer sein.",
    "pin_birth_date": "Ihre PIN darf nicht Ihr Geburtsdatum sein.",
    "pin_zip": "Ihre PIN darf nicht Ihre Postleitzahl sein.",
    "pin_phone": "Ihre PIN darf kein Teil Ihrer Telefonnummer sein.",
    "pin_used_before": "Diese PIN hatten Sie schon einmal.",
    "pin_common": "Diese PIN haben viele. Das macht sie leicht zu erraten.",
    "pin_reserved": "Diese PIN ist nicht möglich.",
    "pin_scenario": "Diese PIN ist zu leicht zu erraten.",
    # How a call goes on, and ends.
    "paced": "Ich kann Ihnen gerade nicht über die Tasten weiterhelfen.",
    "hold": "Einen Moment.",
    "not_now": "Unser System antwortet gerade nicht. Es hat sich nichts geändert.",
    "to_a_person": "Ich verbinde Sie mit jemandem von uns.",
    "call_us": "Rufen Sie uns zu unseren Geschäftszeiten an, dann helfen wir Ihnen. "
    "Auf Wiederhören.",
    "onward": "Danke. Ich verbinde Sie weiter.",
    "goodbye": "Danke für Ihren Anruf. Auf Wiederhören.",
}
