"""The web process: the two doors, health, metrics, and the pages for people.

Nothing is imported here: gunicorn loads its worker class from this package before it has made
the folder that Prometheus' library looks for when it is first imported.
"""
