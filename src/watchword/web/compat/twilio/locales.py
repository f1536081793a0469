"""The languages that Twilio's clients may ask for, in small letters."""

LOCALES = frozenset(
    {
        *("af", "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "en-gb", "es", "et"),
        *("fi", "fr", "gu", "he", "hi", "hr", "hu", "id", "it", "ja", "kn", "ko", "lt", "lv"),
        *("mk", "ml", "mr", "ms", "nb", "nl", "pa", "pl", "pt", "pt-br", "ro", "ru", "sk"),
        *("sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh"),
        *("zh-cn", "zh-hk"),
    }
)
