"""Certificate knowledge, pure: no network, no clock, no database."""
