"""Conversations on disk: one SQLite file, and the pictures beside it.

`store` is what callers use; `thread` runs it beside a window. The stages of keeping a message:
`records` (what is kept), `schema` (its tables), `writing` and `reading` (rows), `search` (words),
`pictures` (files). The stages of opening: `database`, `migrations`, `damage`, `backups`.
"""
