"""A Zendesk, a Jira, a CA and a web site on loopback: for the demo, for tests, and to play with.

It behaves like the real ones, is spoken to over real HTTP and TLS, can fail on purpose, and
knows nothing of the bot.
"""
