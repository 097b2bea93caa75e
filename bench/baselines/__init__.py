"""The same work without the bot: as little as can be, or as it is mostly done."""
