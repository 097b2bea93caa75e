"""The read-only JSON API: the same as the pages show, for programs, with tokens of their own.

`endpoints` is the table of what there is; its shapes make both the answers and the OpenAPI
document, so the two cannot differ.
"""
