"""`watchword channels template`: the templates for WhatsApp that state how long a code is good.

For example:

    $ watchword channels template whatsapp --minutes 5 --create
    de  pending
    en  pending
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct

from watchword.cli.office import Office
from watchword.cli.printing import REFUSED, AsJson, columns, leave, note, show
from watchword.cli.running import run
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.meta_templates import Made, compose, make, name_for
from watchword.providers.channels.whatsapp.templates import LONGEST, SHORTEST


class TemplateView(Struct, frozen=True):
    """A template in one language, as Meta is asked for it."""

    language: str
    template: Mapping[str, Any]


def show_template(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="One of kind meta_whatsapp.")],
    *,
    minutes: Annotated[
        int, typer.Option(min=SHORTEST, max=LONGEST, help="For how long its codes are good.")
    ],
    create: Annotated[bool, typer.Option("--create", help="Have Meta make it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the WhatsApp template for codes of so many minutes, in every language; or make it."""
    office: Office = context.obj
    settings = _find(office, provider)
    name = name_for(settings, minutes)
    if create:
        _create(settings, minutes, as_json=as_json)
    else:
        views = [
            TemplateView(language, compose(name, language, minutes))
            for language in settings.all_languages.values()
        ]
        show(views, _documents(views), as_json=as_json)
    if str(minutes) not in settings.templates:
        note(f'It is used once it stands in the settings of {provider}: {minutes} = "{name}"')


def _find(office: Office, provider: str) -> MetaWhatsappSettings:
    chosen = office.settings().providers.get(provider)
    if chosen is None:
        raise typer.BadParameter(f"there is no provider {provider}", param_hint="PROVIDER")
    if not isinstance(chosen, MetaWhatsappSettings):
        raise typer.BadParameter(f"{provider} is not of kind meta_whatsapp", param_hint="PROVIDER")
    return chosen


def _documents(views: Sequence[TemplateView]) -> str:
    written = (msgspec.json.encode(view.template) for view in views)
    return "\n".join(msgspec.json.format(one, indent=2).decode() for one in written)


def _create(settings: MetaWhatsappSettings, minutes: int, *, as_json: bool) -> None:
    if settings.business_account_id is None:
        raise typer.BadParameter(
            "name the account in the settings first, as business_account_id",
            param_hint="--create",
        )
    made = run(make(settings, minutes))
    show(made, columns([[one.language, _say(one)] for one in made]), as_json=as_json)
    if refused := [one.language for one in made if one.reason is not None]:
        leave(f"Not made in {', '.join(refused)}. What is there already stays there.", REFUSED)


def _say(made: Made) -> str:
    return made.state or f"not made: {made.reason}"
