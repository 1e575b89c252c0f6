"""Messages and a model's chat template become the parts of a prompt.

`messages` go in and `parts` come out. `template` joins them; `placeholders` keep what
people wrote apart from what the template writes; `sandbox` (with `budget`, `metering` and
`filters`) runs the untrusted template.
"""

from __future__ import annotations

from perhaps.prompting.messages import ImagePart, Message, Part, Role, TextPart
from perhaps.prompting.parts import Picture, PromptPart, TemplateText, UserText
from perhaps.prompting.placeholders import sound
from perhaps.prompting.template import ChatTemplate, ControlTokens

__all__ = [
    "ChatTemplate",
    "ControlTokens",
    "ImagePart",
    "Message",
    "Part",
    "Picture",
    "PromptPart",
    "Role",
    "TemplateText",
    "TextPart",
    "UserText",
    "sound",
]
