"""The only network I/O: Zendesk, Jira and the live web.  Library errors become ours."""
