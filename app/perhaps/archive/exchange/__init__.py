"""Chats on their way out of the archive and into it.

`bundle` is our own lossless format, `readable` is for people, `llama_ui` and `lm_studio` read what
other programs wrote, and `importing` tells them apart.
"""
