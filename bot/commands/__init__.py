"""The commands of `python -m bot`.  Each imports what it needs, so that --help is quick."""
