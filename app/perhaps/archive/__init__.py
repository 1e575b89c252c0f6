"""Conversations on disk: one SQLite file, and the pictures beside it.

`store` is what callers use; `thread` runs it beside a window. The stages of keeping a message:
`records` (what is kept), `schema` (its tables), `writing` and `reading` (rows), `words` (what the
search sees), `pictures` and `drafts` (files). The stages of opening: `opening`, `database`,
`damage`, `pages` and `salvage` (what is whole of a damaged file), `backups`.
"""
