"""`watchword work`: send messages and sweep up, until told to stop."""

import structlog
import typer

from watchword.cli.office import Office
from watchword.cli.running import run, stop_signals
from watchword.cli.serving import for_real, seen_by_operators
from watchword.workers.crew import working

app = typer.Typer(add_completion=False)

log = structlog.get_logger()


@app.command()
def work(context: typer.Context) -> None:
    """Send messages, and nothing else. Any number of these may share a PostgreSQL database.

    Asked to stop by SIGTERM or Ctrl-C, it finishes what is under way.
    """
    run(_work(context.obj))


async def _work(office: Office) -> None:
    with stop_signals() as stop:
        async with (
            for_real(office, office.settings()) as services,
            seen_by_operators(services),
            working(services),
        ):
            log.info("worker.started", providers=sorted(services.providers))
            await stop.wait()
    log.info("worker.stopped")
