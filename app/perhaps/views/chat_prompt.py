"""The line that tells of a system prompt which a chat brought along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.views.labels import ElidedLabel, one_line

if TYPE_CHECKING:
    from perhaps.state.conversation import Conversation


class ChatPrompt(ElidedLabel):
    """Hidden for chats that were begun here: those have the prompt of the settings."""

    def __init__(self) -> None:
        super().__init__("", "small")
        self.setObjectName("chatPrompt")
        self.hide()

    def show_prompt(self, conversation: Conversation) -> None:
        """Show the prompt of a conversation, where it has one of its own."""
        words = self.tr("This chat has a system prompt of its own: {prompt}")
        prompt = one_line(conversation.system_prompt, 1000)
        self.setText(words.format(prompt=prompt))
        self.setVisible(bool(prompt))
