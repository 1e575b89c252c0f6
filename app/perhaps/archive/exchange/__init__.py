"""Chats on their way out of the archive and into it.

`bundle` is our own lossless format, which `open_bundle` reads, and `readable` is for people;
`llama_ui` and `lm_studio` read what other programs wrote. `importing` tells them apart, and
`intake` brings them in, once `mending` looked whether they can be taken.
"""
