"""The durable engine: DBOS behind a few names.

`Inbox` takes events in, `Engine` works through them one at a time per ticket,
`Journal` keeps what a job has done, `migrate` makes the engine's own tables; `Pace`
holds the times that all of them go by.
"""

from bot.engine.inbox import DeadLetter, Inbox, migrate
from bot.engine.journal import Does, Journal
from bot.engine.pace import Pace
from bot.engine.periodic import Periodic
from bot.engine.worker import Engine

__all__ = ["DeadLetter", "Does", "Engine", "Inbox", "Journal", "Pace", "Periodic", "migrate"]
