"""The durable engine: DBOS behind a few names.

`inbox.Inbox` takes events in, `worker.Engine` works through them one at a time per ticket,
`journal.Journal` keeps what a job has done, `dead_letters.DeadLetters` those that failed for
good, `tables.migrate` makes the engine's own tables; `pace.Pace` holds the times that all of
them go by.
"""
