"""The words by which people say what they want, in all languages that messages are written in.

Each counts in every language: whoever gets German texts may well answer STOP. Accents and capital
letters do not matter; see `meanings.py`.
"""

# ruff: noqa: RUF001 - these are the letters that people write

from collections.abc import Mapping

from watchword.features.consents.inbound.rules import Meaning

COURTESIES = """
    please pls plz thanks thank you now immediately all messages texts me this it
    bitte danke sofort jetzt alle alles nachrichten sms mich das
    merci svp maintenant tout por favor gracias ya todo per favore grazie subito tutto
    alstublieft aub graag bedankt nu alles prosze dziekuje teraz lutfen tesekkurler hemen
"""
"""What may stand around a word without changing what is meant."""

WISHES = """
    i want to would like can could you will need just kindly ok okay yes no hi hello hey my
    subscription text sms messages from us your
    ich will moechte möchte mich mir kannst können sie du ja nein hallo guten tag mein abo
    je veux voudrais oui bonjour mon abonnement
    quiero sí hola mi suscripción voglio sì ciao il mio abbonamento
    ik wil mijn abonnement chcę istiyorum
"""
"""What may stand around a word for *stop*, too: whoever wishes it has said it."""

NOTS = """
    dont not never cannot cant wont wouldnt shouldnt doesnt non nonstop
    nicht nie niemals
    ne pas jamais
    nunca jamás
    mai
    niet nooit
    nigdy
    asla hiç sakın
"""
"""What turns a wish round, as in *don't stop*. Turkish changes the word itself, *durma*."""

LOOSE = "ok okay yeah yep y j o s si t e gerne va bene tamam"
"""What people say without having been asked, too; it answers a question for a day at most."""

SPANISH = "parar pares pare paren cancelar salir terminar"
"""What means the contrary right behind a *no* in Spanish: *no parar*."""

WORDS: Mapping[Meaning, Mapping[str, str]] = {
    # English: 47 CFR 64.1200(a)(10) names these seven; carriers add `stopall`.
    Meaning.STOP: {
        "en": "stop, quit, end, revoke, opt out, optout, cancel, unsubscribe, stopall, stop2end,"
        " unsub, remove, delete me, no more, enough, wrong number, go away, fuck off",
        "de": "stopp, stoppen, ende, beenden, abmelden, abbestellen, austragen, widerruf,"
        " widerrufen, kündigen, abbrechen, aufhören, abmeldung,"
        " abbestellung, kündigung, schluss, genug, schluss damit, falsche nummer, es reicht",
        "fr": "arrêt, arrêter, arrêtez, stoppez, arrêtez s'il vous plaît, désabonner,"
        " désinscrire, résilier, annuler, fin,"
        " désinscription, désabonnement, résiliation, assez, ça suffit",
        "es": "alto, parar, pare, baja, cancelar, salir, fin, terminar,"
        " basta, no más, cancelación, desuscribir, desuscribirme",
        "it": "basta, ferma, fermare, annulla, annullare, cancella, disiscrivi, disiscrivimi, fine,"
        " disiscrizione, disdetta, smettete, smettetela",
        "nl": "afmelden, uitschrijven, opzeggen, annuleren, einde, ophouden,"
        " afmelding, uitschrijving, genoeg, hou op",
        "pl": "koniec, wypisz, wypisuję, rezygnuję, rezygnacja, anuluj, zakończ,"
        " dość, wypisz mnie, przestańcie",
        "tr": "dur, durdur, iptal, ret, son, çık, bitir, yeter, durun",
    },
    Meaning.START: {
        "en": "start, unstop, subscribe, opt in, optin, resume",
        "de": "anmelden, weiter, fortsetzen",
        "fr": "commencer, reprendre, abonner",
        "es": "comenzar, empezar, alta, suscribir",
        "it": "inizia, riprendi, iscrivi, iscrivimi",
        "nl": "starten, aanmelden, hervatten",
        "pl": "zapisz, wznów",
        "tr": "başla, başlat, devam",
    },
    Meaning.HELP: {
        "en": "help, info, who is this, who are you",
        "de": "hilfe, wer ist da, wer sind sie, wer ist das",
        "fr": "aide, qui est ce",
        "es": "ayuda, quién es",
        "it": "aiuto, chi è",
        "nl": "hulp, wie is dit",
        "pl": "pomoc, kto to",
        "tr": "yardım, kimsiniz",
    },
    Meaning.YES: {
        "en": "yes, y, yeah, yep, ok, okay, agree, i agree",
        "de": "ja, j, jawohl, einverstanden, gerne, ja gerne",
        "fr": "oui, o, d'accord",
        "es": "sí, s, de acuerdo",
        "it": "sì, va bene",
        "nl": "ja, akkoord",
        "pl": "tak, t, zgoda",
        "tr": "evet, e, tamam",
    },
    Meaning.NO: {
        "en": "no, n, nope, no thanks",
        "de": "nein, nein danke",
        "fr": "non, non merci",
        "es": "no gracias",
        "it": "no grazie",
        "nl": "nee, nee bedankt",
        "pl": "nie",
        "tr": "hayır, h",
    },
}
"""What a message says that consists of nothing else, but for courtesies."""

UNMISTAKABLE = {
    "en": "unsubscribe, opt out, opt me out, stop texting, stop messaging, stop sending,"
    " stop contacting, stop writing, remove me, take me off, leave me alone, no more texts,"
    " no more messages, do not text, don't text, do not contact, don't contact,"
    " don't message, do not message, don't write, do not write, cancel my subscription,"
    " delete my number, lose my number,"
    " revoke my consent, revoke consent, revoke all consent, withdraw my consent, withdraw consent,"
    " remove my number, remove this number, remove us, delete this number, off your list,"
    " off this list, from your list, from this list, from your mailing list, opt us out,"
    " do not want these, don't want these, do not want any more, don't want any more,"
    " do not want any, don't want any, no longer want, no longer wish, not interested,"
    " wrong number, leave us alone, quit texting, quit messaging, quit sending, quit writing,"
    " stop bothering, stop spamming, stop harassing, stop annoying, stop calling, stop spam,"
    " stop this, stop it, stop these, stop all, stop the messages, stop the texts, stop your,"
    " no more offers, no more adverts, no more ads, no more spam, never text, never contact,"
    " never write to me, fuck off, go away",
    "de": "keine werbung, keine nachrichten, keine sms, nicht mehr schreiben,"
    " nicht mehr anschreiben, schreiben sie mir nicht, schreibt mir nicht,"
    " lasst mich in ruhe, lassen sie mich in ruhe,"
    " hört auf, hören sie auf, melden sie mich ab, meldet mich ab, will abbestellen,"
    " möchte abbestellen, widerrufe, kein interesse, nicht mehr kontaktieren,"
    " löschen sie meine nummer, lösch meine nummer,"
    " widerruf meiner, ziehe meine einwilligung zurück, keine angebote mehr, keine mails mehr,"
    " will nichts mehr, möchte nichts mehr, nie wieder schreiben, falsche nummer,"
    " streichen sie mich, streicht mich, aus dem verteiler, aus ihrem verteiler, von der liste,"
    " in ruhe lassen, melde mich ab, bitte um abmeldung, nehmen sie mich raus, nervt mich",
    "fr": "plus de messages, plus de sms, plus de publicité, plus de pub, ne plus recevoir,"
    " ne m'écrivez plus, désabonnez moi,"
    " désinscrivez moi, ne m'envoyez plus, arrêtez de m'envoyer, arrêtez de m'écrire,"
    " arrêtez les messages, retire mon consentement, retirez moi, retirez mon numéro,"
    " supprimez mon numéro, mauvais numéro, laissez moi tranquille, me désabonne,"
    " me désabonner, pas intéressé",
    "es": "no más mensajes, no me escriban, no me escriba, darme de baja, dame de baja,"
    " no quiero mensajes, no quiero más, dejen de escribir, deje de escribir,"
    " dejen de escribirme, deje de escribirme, dejen de enviar, dejen de enviarme,"
    " no me envíen, no me manden, no quiero recibir, retiro mi consentimiento,"
    " revoco mi consentimiento, número equivocado, déjenme en paz, borren mi número,"
    " no me interesa",
    "it": "non scrivetemi, basta messaggi, non voglio più, niente messaggi, niente pubblicità,"
    " cancellatemi, disiscrivetemi,"
    " smettete di, smettetela di, non mandatemi, non inviatemi, non voglio ricevere,"
    " revoco il consenso, revoco il mio consenso, ritiro il consenso, numero sbagliato,"
    " lasciatemi in pace, cancellate il mio numero, toglietemi, non mi interessa",
    "nl": "geen berichten, geen reclame, schrijf mij uit, schrijf me uit, meld mij af, meld me af,"
    " hou op met, stuur mij geen, stuur me geen, niet meer sturen, niet meer schrijven,"
    " geen sms, trek mijn toestemming in, verkeerd nummer, laat me met rust, laat mij met rust,"
    " verwijder mijn nummer, haal me van, geen interesse",
    "pl": "nie piszcie, proszę nie pisać, żadnych wiadomości, wypiszcie mnie,"
    " nie pisać, nie pisz, nie wysyłajcie, nie wysyłać, cofam zgodę, wycofuję zgodę,"
    " odwołuję zgodę, zły numer, usuńcie mój numer, nie chcę wiadomości, nie chcę więcej,"
    " dajcie mi spokój",
    "tr": "mesaj atmayın, mesaj göndermeyin, mesaj istemiyorum, abonelikten çık,"
    " mesaj yollamayın, sms atmayın, sms göndermeyin, sms istemiyorum, reklam istemiyorum,"
    " onayımı geri, iznimi geri, yanlış numara, numaramı silin, beni rahat bırakın,"
    " yazmayın artık, artık istemiyorum",
}
"""What means *stop* wherever in a message it stands."""
