"""The single judgements on a certificate, one module for each concern.

Each takes facts and gives findings, all that apply; `bot.x509.checks` puts them together.
"""
