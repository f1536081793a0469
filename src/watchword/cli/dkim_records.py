"""`watchword channels dkim`: what a domain must publish, so that others can check our signatures.

$ watchword channels dkim mail
w1._domainkey.bank.example. IN TXT ( "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…" )
"""

from typing import Annotated

import typer

from watchword.cli.office import Office
from watchword.cli.printing import AsJson, leave, show
from watchword.providers.channels.email.dkim import open_signer
from watchword.providers.channels.email.smtp import SmtpSettings


def show_record(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="A name that `list` prints.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print the DNS record to publish, so that others can check how mail is signed."""
    office: Office = context.obj
    chosen = office.settings().providers.get(provider)
    if chosen is None:
        raise typer.BadParameter(f"there is no provider {provider}", param_hint="PROVIDER")
    if not isinstance(chosen, SmtpSettings) or chosen.dkim is None:
        leave(f"{provider} signs nothing. Name a key under [providers.{provider}.dkim].")
    record = open_signer(chosen.dkim).record
    show(record, record.zone_line, as_json=as_json)
