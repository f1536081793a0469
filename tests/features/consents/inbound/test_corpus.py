"""How people really say that they have had enough, and what only sounds like it."""

# ruff: noqa: RUF001 - these are the letters that people write

import pytest

from watchword.features.consents.inbound.meanings import loose_yes, meaning_of
from watchword.features.consents.inbound.rules import Meaning

STOPS = """
STOP|stop|Stop.|stop!!|"STOP"|S T O P|S.T.O.P.|STOPP|Stopp!|STOP STOP STOP|STOPALL|STOP ALL|stop2end
STOP I do not want any of your adverts any more, thank you|Stop this now you people
STOP\\nSent from my iPhone|STOP\\n\\nGet Outlook for Android|stop\\n-- \\nAnna Miller\\nMunich
Stop\\n> reply YES to get our offers by text|\\nSTOP\\nVon meinem iPhone gesendet
Hello\\nSTOP\\nAnna|Quit\\nSent from my Galaxy|Unsubscribe\\nEnvoyé de mon iPhone
Abmelden\\nGesendet mit der Mail-App|cancel\\nSent from my iPhone
Reply: STOP|Re: your message: STOP|Antwort: STOP|I said STOP
How often do I have to write STOP to you
I have told you three times to STOP|you people really have to STOP now|For the last time: stop!
STOP Anna Miller 1234567|Stop, who gave you my number?|STOP. When do you open?
stop and delete my data
Please stop|Please stop, I am tired of this|can you stop all this|I want you to stop bothering me
pls stop|plz stop it|ok stop|yes stop|no stop|Hi, STOP please|Hello, please stop texting me
stop sending me these messages|Stop sending me this, I never asked for it|stop it|stop this
stop contacting me or I will call my lawyer|stop spamming|make it stop|stop messaging me
Do not text me again|don't text me anymore|Don’t contact me|never text me again|never contact me
I do not want these messages|I don't want these any more|I dont want any of this|no more
No more texts
no more offers please|I no longer want this|I no longer wish to hear from you|not interested
I am not interested, thanks|I revoke my consent|revoke consent|revoke|I hereby withdraw my consent
Remove my number from your list please|remove me|remove this number|take me off your list
please take my number off this list|delete my number|lose my number|unsubscribe|UNSUB
unsubscribe me from everything please|opt out|opt-out|OPTOUT|I opt out|please opt me out
I would like to cancel|cancel|cancel my subscription|end|END|quit|leave me alone|leave us alone
wrong number|You have the wrong number|Wrong number!!|fuck off|go away|enough|quit texting me
why don't you stop texting me?|why can't you stop this|Will you never stop texting me
stop\u200b|s\u00adtop|ＳＴＯＰ|ST0P|5TOP|stpo|sotp|🛑|🛑🛑|⛔️|STOP 🛑|stoooop|unsub\u200bscribe
СТОП|стоп|Стоп!|SТОР|ЅTOP|STОP|ΣΤΟΠ|στοπ|ᏚTOP STOP
Abmeldung|Abmelden|abmelden bitte|Bitte um Abmeldung|Bitte keine SMS mehr|keine Werbung mehr
Hört auf mir zu schreiben|Ich widerrufe meine Einwilligung|Widerruf meiner Einwilligung
Keine Angebote mehr bitte|Ich will nichts mehr von Ihnen|falsche Nummer|Sie haben die falsche Nummer
Lassen Sie mich in Ruhe|Streichen Sie mich aus dem Verteiler|Kündigung|Schluss damit|Es reicht!
Nehmen Sie mich von der Liste|melde mich ab|STOPP ich will das nicht|Stop, ich habe nie zugestimmt
Arrêt|arrêtez|ARRET|désabonner|Désinscription|désabonnement|Je me désabonne|mauvais numéro
arrêtez de m'envoyer des messages|Ne m'envoyez plus rien|Je retire mon consentement|ça suffit
STOP je ne veux plus rien recevoir|laissez moi tranquille|stop svp|supprimez mon numéro
baja|basta|dejen de escribirme|no quiero más mensajes|no más|No me envíen nada|número equivocado
Retiro mi consentimiento|déjenme en paz|Quiero darme de baja|borren mi número|no me interesa
non scrivetemi più|Smettetela di scrivermi|revoco il consenso|numero sbagliato|disiscrizione
lasciatemi in pace|Non mandatemi più niente|cancellate il mio numero|basta per favore
stoppen|geen berichten meer|Hou op met die berichten|afmelding|verkeerd nummer|afmelden aub
laat me met rust|Ik trek mijn toestemming in|verwijder mijn nummer|geen sms meer
nie pisać|proszę nie pisać|rezygnuję|Cofam zgodę|Wycofuję zgodę|zły numer|Wypisz mnie|dość
dajcie mi spokój|nie chcę więcej|Usuńcie mój numer|iptal|durdur|yeter|yanlış numara
Artık istemiyorum|Onayımı geri alıyorum|mesaj atmayın|numaramı silin|Beni rahat bırakın
"""

NO_STOPS = """
don't stop|Don't stop!|DO NOT STOP|Please do not stop|never stop|Please don't stop texting me
can't stop laughing|I can't stop laughing|I cannot stop smiling|we couldn't stop eating
I won't stop coming to you|Don't ever stop|I don't want to stop|please do not STOP|DON'T STOP 🎉
I can't stop this feeling|non-stop|nonstop|Open non stop?|Bitte nicht stoppen|Stopp nicht
Nicht abmelden
bus stop|the bus stop|Bus stop?|The bus stop is closed|Where is the bus stop?
Is there a tram stop near?
Which stop do I get off at?|next stop|Is the shop at the last stop?|full stop|pit stop
stop by tomorrow?|Stop by later?|I will stop by tomorrow|Can I stop by at 5?|We stop over in Munich
Now stop by|I could stop for coffee|I can stop after work|stop in at noon|Stop watch|stop sign
When do you open?|When do you open in the weekend?|What are your opening hours?
Are you open on Sunday?
Until when are you open today?|Do you open on Christmas?|When do you close?
When do you stop serving?
When does the offer end?|When does it end?|At the end of May|Does this end soon?
The end of the line?
Wann haben Sie geöffnet?|Haben Sie am Sonntag auf?|Bis wann haben Sie offen?|Wann machen Sie auf?
Bis Ende der Woche komme ich vorbei|Wann endet das Angebot?|Ende Mai komme ich|Am Ende der Straße?
À quelle heure ouvrez-vous ?|Vous êtes ouverts dimanche ?|fin de semana|en fin de journée ?
¿A qué hora abren?|¿Abren el domingo?|al final de la calle|A che ora aprite?|Siete aperti domenica?
Hoe laat gaan jullie open?|Zijn jullie zondag open?|O której otwieracie?|Kaçta açıyorsunuz?
yes|YES|ja|oui|sí|tak|evet|ok|okay|Yes please|no|nein|non, merci|no thanks|start|START|unstop|resume
help|HELP|Hilfe|info|who is this|Wer ist das?|???|?|thank you|Thank you!|Thanks a lot|Danke!|Merci
Gracias
481923|My code is 481923|123|:-)|👍|🎉|❤️|hello|Hi|Good morning|Guten Tag|see you tomorrow
Can I cancel my table for tonight and come on Friday?|How do I redeem the card?|Where are you?
Is the offer still on?|Do you have it in blue?|I lost my card|My card does not work|How many points?
I'm on my way|Running late, ten minutes|Can you call me back?|Please call me|Book a table for two
Do you deliver?|How much is it?|Is parking free?|Is there a delivery fee?|Do you take dogs?
Great offers, keep them coming|Love it|I love your texts|More please|Send me more|Why not
I moved, my number is new|Can I change my number?|I have a new number|What number do I call?
I quit smoking, got anything for me?|The road ends here, which way?
My subscription ran out yesterday
jamais stop|no parar|nunca parar|niet stop|nooit stop|nigdy stop|asla dur|durma|stop start|mai stop
Ich möchte mich nicht abmelden|Please do not opt me out|Do not unsubscribe me|Hör nicht auf
"""


def each(texts: str) -> list[str]:
    return [
        text.replace("\\n", "\n") for line in texts.strip().split("\n") for text in line.split("|")
    ]


def test_there_are_enough_of_both() -> None:
    assert min(len(set(each(STOPS))), len(set(each(NO_STOPS)))) >= 150


def test_whoever_has_had_enough_is_understood() -> None:
    assert [text for text in each(STOPS) if meaning_of(text) is not Meaning.STOP] == []


def test_nothing_else_is_taken_for_it() -> None:
    assert [text for text in each(NO_STOPS) if meaning_of(text) is Meaning.STOP] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [("ok", "ok"), ("Si!", "si"), ("Sí, gracias", "si"), ("YES", ""), ("ja gerne", ""), ("", "")],
)
def test_what_people_say_for_no_reason_is_told_from_a_yes(text: str, word: str) -> None:
    assert loose_yes(text) == word
