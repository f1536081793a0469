"""Turkish, with siz."""

# ruff: noqa: RUF001 - the letter that looks like an i without a dot is one

from watchword.features.contacts.channels import Channel
from watchword.features.templates.words import Language, Words

TEXT = "{code}, {organisation} kodunuzdur."
LIFE = "{life} geçerlidir."
SHARING = "Kimseyle paylaşmayın."
READ_ALOUD = (
    "{code}: Kartınızı doğrulamak için bu kodu telefonda {organisation} görevlisine okuyun. "
    "Başka kimseye söylemeyin."
)
PAGE_ONLY = "Kodu yalnızca istediğiniz sayfada girin. Çalışanlarımız sizden bu kodu asla istemez."
CHECKOUT = "Yalnızca kasamız için."
CHECKOUT_ONLY = (
    "Kodu yalnızca şu anda puan kullandığınız kasada söyleyin ya da oraya kendiniz girin."
)

WORDS = Language(
    code={
        Channel.SMS: Words(TEXT, life=LIFE, sharing=SHARING, denial="Siz değilseniz: {denial}"),
        Channel.WHATSAPP: Words(TEXT, life=LIFE, sharing=SHARING),
        Channel.VOICE: Words(
            "{organisation} kodunuz: {spelt}. Bir kez daha: {spelt}. İyi günler.",
            greeting="Merhaba. {organisation} adına arıyoruz. "
            "Kodunuzu dinlemek için 1'e basın. "
            "Kod istemediyseniz 9'a basın.",
        ),
        Channel.EMAIL: Words(
            "Merhaba,\n\n"
            "{organisation} kodunuz:\n\n"
            "    {code}\n\n"
            "Kod {life} geçerlidir. " + PAGE_ONLY + "\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{code}, {organisation} kodunuzdur",
            unasked="Kod istemediniz mi? O zaman bir şey yapmanıza gerek yok.",
            denial="Kod istemediniz mi? Bize buradan bildirin, kod geçersiz olsun:\n{denial}",
        ),
        Channel.LETTER: Words(
            "Merhaba,\n\n"
            "Siz ya da başka biri, bu posta adresinin doğrulanmasını istedi. "
            "{organisation} kodunuz:\n\n"
            "    {grouped}\n\n"
            "Kod, bu mektubun tarihinden itibaren {life} geçerlidir. Çalışanlarımız sizden bu kodu "
            "asla istemez.\n\n"
            "{unasked}\n\n"
            "{organisation}\n",
            subject="{organisation} kodunuz",
            unasked="Kod istemediniz mi? O zaman bu mektubu atabilirsiniz.",
            denial="Kod istemediniz mi? Bize bu sayfadan bildirin, kod geçersiz olsun:\n{denial}",
        ),
    },
    entry={
        Channel.SMS: "Giriş: {entry}",
        Channel.EMAIL: "Buraya girin:\n{entry}",
        Channel.LETTER: "Bu kodla {organisation} müşteri kartınızı doğrularsınız. "
        "Kodu yalnızca bu mektupta yazan sayfada girin.",
    },
    spends="Harcanan: {points}, karşılığı: {reward}.",
    pays="Ödeme: {amount}, alıcı: {payee}.",
    points={"one": "{count} puan", "other": "{count} puan"},
    page_only=PAGE_ONLY,
    checkout=CHECKOUT,
    checkout_only=CHECKOUT_ONLY,
    read_aloud={
        Channel.SMS: Words(READ_ALOUD, life=LIFE, denial="Siz değilseniz: {denial}"),
        Channel.WHATSAPP: Words(READ_ALOUD, life=LIFE),
        Channel.VOICE: Words(
            "{organisation} ile görüşmeniz için kodunuz: {spelt}. Tekrar ediyorum: "
            "{spelt}. Kartınızı doğrulamak için kodu yalnızca soran görevliye okuyun. "
            "Hoşça kalın.",
            greeting="Merhaba, burası {organisation}. Bizimle görüşmeniz için kodu dinlemek üzere "
            "1'e basın. Bizimle telefonda değilseniz 9'a basın.",
        ),
    },
    link={
        Channel.WHATSAPP: Words(
            "{organisation}: ayrı bir mesajla gönderdiğimiz kodu buraya girin: {entry}"
        ),
    },
    minutes={"one": "{count} dakika", "other": "{count} dakika"},
    days={"one": "{count} gün", "other": "{count} gün"},
    over="Bu kodu size artık okuyamıyoruz. Lütfen yeni bir kod isteyin. İyi günler.",
    denied="Teşekkür ederiz. Kod artık geçerli değil. "
    "Başka bir şey yapmanız gerekmiyor. İyi günler.",
    notice_over="Teşekkür ederiz. Hesabınızda bir sorun varsa bizi hemen "
    "bildiğiniz numaradan arayın. İyi günler.",
)
