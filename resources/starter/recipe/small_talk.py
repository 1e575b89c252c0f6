"""What people say besides questions about shapes, with honest answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recipe.wording import retype

if TYPE_CHECKING:
    from random import Random

WHAT_I_CAN = (
    "I can name shapes, things, colours, counts and positions in simple pictures, "
    "and read large words."
)
WHO_I_AM = f"I am a small starter model. {WHAT_I_CAN}"
NEED_PICTURE = "I need a picture: drop one here."
NOT_MINE = f"I am not sure. {WHAT_I_CAN}"

SMALL_TALK: dict[str, tuple[str, ...]] = {
    "Hello! Ask me about a picture.": (
        "hello", "hi", "hey", "Hello!", "Good morning", "good evening", "Hi there", "hello there",
        "Hi, how are you?", "greetings", "How are you?", "hey there", "Hallo", "good day", "yo",
    ),
    WHO_I_AM: (
        "Who are you?", "What are you?", "What is your name?", "Who made you?", "Are you a robot?",
        "What model are you?", "Tell me about yourself.", "Introduce yourself.", "Are you ChatGPT?",
        "Which model is this?", "Are you an AI?", "What's your name?", "Who is this?",
    ),
    WHAT_I_CAN: (
        "What can you do?", "What can I ask you?", "Help", "How can you help me?",
        "What do you do?",
        "What do you know?", "What are you good at?", "help me", "What should I ask?",
        "How do I use this?",
        "What kind of questions can I ask?", "How does this work?", "What are you for?",
    ),
    "You are welcome.": (
        "Thanks", "Thank you", "thanks!", "Thank you very much.", "thx", "Thanks a lot",
        "great, thanks",
        "Good job", "Well done", "Very good", "Nice", "Cool", "Great", "That is right.", "Correct!",
    ),
    "Goodbye!": ("bye", "Goodbye", "See you", "good night", "Bye bye", "see you later"),
    "Look at the probabilities: they show how sure I am.": (
        "Are you sure?", "How sure are you?", "Really?", "Is that true?", "Are you certain?",
        "Why?",
        "How do you know?", "How confident are you?", "Can I trust you?", "That is wrong.",
        "No, it is not.",
    ),
}  # fmt: skip

OFF_TOPIC = (
    "What is the weather like?", "Who painted this?", "What is the capital of France?",
    "Tell me a joke.", "How many people are there?", "Where was this taken?",
    "Who is in the picture?", "What time is it?", "What is the meaning of life?", "Write a poem.",
    "How old is the person?", "What breed is the dog?", "What is 2 + 2?", "What is the date?",
    "Translate this.", "Is it day or night?", "What brand is it?", "What language is it?",
    "What is the man doing?", "Is she smiling?", "How much does it cost?", "Which city is this?",
    "What does it mean?", "How far away is it?", "Can you draw a circle?", "Write a program.",
    "Summarise the document.", "What is the title?", "Is there a person in the picture?",
    "Explain quantum physics.", "What year is it?", "Is this a photo?",
)  # fmt: skip


def small_talk(rng: Random) -> tuple[str, str]:
    """Say something that needs no picture, and the answer."""
    answer = rng.choice(list(SMALL_TALK))
    return retype(rng, rng.choice(SMALL_TALK[answer])), answer


def off_topic(rng: Random) -> tuple[str, str]:
    """Ask something that the model does not know, and the answer."""
    return retype(rng, rng.choice(OFF_TOPIC)), NOT_MINE
