"""Mail that comes back, in the forms that mail servers write; the words and names are ours."""

from dataclasses import dataclass
from uuid import UUID

from watchword.features.delivery.rules import MessageId, ProviderName
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.return_paths import ReturnPaths

MAIL = ProviderName("mail")
ID = MessageId(UUID(int=7))
RECIPIENT = "Jo.Doe@example.org"
PATHS = ReturnPaths(
    provider=MAIL,
    address="bounces@mail.bank.example",
    secret=Secret("0123456789abcdef0123456789abcdef"),
)
BACK = PATHS.address_for(ID)
MARK = PATHS.mark(ID)
NOBODY = "bounces@mail.bank.example"

RETURNED = f"""\
Return-Path: <{BACK}>
From: Bank <codes@bank.example>
To: {RECIPIENT}
Subject: Your sign-in
Message-ID: <{ID}@bank.example>
"""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A report as RFC 3464 has it. What is asked for is changed; the rest is as usual."""

    to: str = BACK
    envelope_id: str | None = None
    fields: str = "Action: failed\nStatus: 5.1.1\n"
    more: str = ""
    kind: str = "report-type=delivery-status"
    report: str = "message/delivery-status"
    head: str = "Auto-Submitted: auto-replied\n"

    def __bytes__(self) -> bytes:
        about_mail = "Reporting-MTA: dns; relay.bank.example\n"
        if self.envelope_id is not None:
            about_mail += f"Original-Envelope-Id: {self.envelope_id}\n"
        about_recipient = f"Final-Recipient: rfc822; {RECIPIENT}\n{self.fields}"
        return crlf(f"""\
Return-Path: <>
From: Mail system <mailer-daemon@relay.bank.example>
To: {self.to}
Subject: It came back
MIME-Version: 1.0
{self.head}Content-Type: multipart/report; {self.kind}; boundary="=_1"

--=_1
Content-Type: text/plain; charset=utf-8

Nobody of that name lives here.

--=_1
Content-Type: {self.report}

{about_mail}
{about_recipient}
{self.more}
--=_1
Content-Type: text/rfc822-headers

{RETURNED}
--=_1--
""")


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


POSTFIX = Bounce(
    head=f"X-Original-To: {BACK}\nDelivered-To: {BACK}\nAuto-Submitted: auto-replied\n",
    envelope_id=MARK,
    fields=(
        f"Original-Recipient: rfc822;{RECIPIENT}\n"
        "Action: failed\n"
        "Status: 5.1.1\n"
        "Remote-MTA: dns; mx.example.org\n"
        "Diagnostic-Code: smtp; 550 5.1.1 nobody of\n    that name\n"
    ),
)
EXCHANGE = Bounce(
    to=f"<{BACK.upper()}>",
    head="Auto-Submitted: auto-replied\nX-MS-Exchange-Message-Is-Ndr:\n",
    fields=(
        "Action: failed\n"
        "Status: 5.1.10\n"
        "Diagnostic-Code: smtp;550 5.1.10 RecipientNotFound\n"
        "X-Display-Name: Jo Doe\n"
    ),
)
EXIM = Bounce(
    head=f"X-Failed-Recipients: {RECIPIENT}\nAuto-Submitted: auto-replied\n",
    fields="Action: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.org\n",
)
LATE = Bounce(fields="Action: failed\nStatus: 4.4.7\n")
BY_ENVELOPE_ID = Bounce(to=NOBODY, envelope_id=MARK)
GLOBAL = Bounce(
    to=NOBODY,
    envelope_id=MARK,
    report="message/global-delivery-status",
    fields="Action: failed\nStatus: 5.6.7\n",
)

GMAIL = crlf(f"""\
Return-Path: <>
To: {BACK}
From: Mail system <mailer-daemon@mail.example.net>
Subject: It came back
Auto-Submitted: auto-replied
X-Failed-Recipients: {RECIPIENT}
Content-Type: multipart/report; boundary="00a"; report-type=delivery-status

--00a
Content-Type: multipart/related; boundary="00b"

--00b
Content-Type: multipart/alternative; boundary="00c"

--00c
Content-Type: text/plain; charset="UTF-8"

Nobody of that name lives here.
--00c
Content-Type: text/html; charset="UTF-8"

<p>Nobody of that name lives here.</p>
--00c--
--00b
Content-Type: image/png; name="picture.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--00b--
--00a
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Received-From-MTA: dns; codes@bank.example
X-Original-Message-ID: <{ID}@bank.example>

Final-Recipient: rfc822; {RECIPIENT}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 Nobody
 550 5.1.1 of that name
--00a
Content-Type: message/rfc822

{RETURNED}
482913
--00a--
""")

PLAIN_EXIM = crlf(f"""\
Return-path: <>
Envelope-to: {BACK}
X-Failed-Recipients: {RECIPIENT}
Auto-Submitted: auto-replied
From: Mail system <mailer-daemon@relay.bank.example>
To: codes@bank.example
Subject: It came back

Nobody of that name lives here.

{RETURNED}
""")

HOLIDAY = crlf(f"""\
Return-Path: <>
From: {RECIPIENT}
To: {BACK}
Delivered-To: {BACK}
Subject: I am on holiday
Auto-Submitted: auto-replied

Nobody reads this before Monday.
""")

COMPLAINT = bytes(
    Bounce(
        kind="report-type=feedback-report",
        report="message/feedback-report",
        fields="Feedback-Type: abuse\nAction: failed\nStatus: 5.1.1\n",
    )
)
READ = bytes(
    Bounce(
        kind="report-type=disposition-notification",
        report="message/disposition-notification",
        fields="Disposition: automatic-action/MDN-sent-automatically; displayed\n",
    )
)
