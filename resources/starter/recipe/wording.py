"""How people word the questions: templates, synonyms, and careless typing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

STARTS_WITH_VOWEL = re.compile("[aeio]|u(?!ni)")
LONELY_A = re.compile(r"\ba (?=[aeio]|u(?!ni))")

TEMPLATES: dict[str, tuple[str, ...]] = {
    "colour": (
        "What colour is the {n}?", "What colour is the {n}?", "What is the colour of the {n}?",
        "Which colour is the {n}?", "What colour does the {n} have?", "The {n} is what colour?",
        "Tell me the colour of the {n}.", "Name the colour of the {n}.", "colour of the {n}?",
        "Can you tell me what colour the {n} is?", "What's the colour of the {n}?",
        "Which colour has the {n}?", "{n} colour?", "In what colour is the {n} drawn?",
        "What colour is the {n} in the picture?", "What colour is the {n} in this image?",
        "Do you know the colour of the {n}?", "What colour has the {n} been painted?",
    ),
    "colours": (
        "What colour are the {ns}?", "Which colours are the {ns}?", "What colours are the {ns}?",
        "What colours do the {ns} have?", "Tell me the colours of the {ns}.",
        "What is the colour of the {ns}?",
    ),
    "colour_only": (
        "What colour is it?", "What colour is this?", "Which colour is it?", "What colour?",
        "What colour is the shape?", "What colour is the object?", "What is its colour?",
        "What colour is the thing in the picture?", "What is the colour of the shape?", "colour?",
        "What colour is the figure?", "What colour do you see?", "Which colour is the shape?",
    ),
    "colour_list": (
        "Which colours do you see?", "What colours are there?", "What colours are the shapes?",
        "List the colours.", "Which colours are in the picture?", "What colours can you see?",
    ),
    "shape_only": (
        "What shape is this?", "What shape is this?", "What shape is it?", "Which shape is this?",
        "What kind of shape is this?", "What shape do you see?", "Name the shape.", "What shape?",
        "Which shape is in the picture?", "What is the shape?", "What shape is in the picture?",
        "What figure is this?", "What is the shape of the object?", "What shape is shown?",
        "Tell me the shape.", "What shape is the object?", "What shape can you see?", "shape?",
        "Which shape is shown here?", "What type of shape is it?", "Identify the shape.",
    ),
    "shape_of": (
        "What shape is the {c} one?", "What shape is the {c} object?", "What is the {c} shape?",
        "Which shape is {c}?", "What is {c}?", "What kind of shape is the {c} one?",
        "What is the {c} thing?", "What shape is the {c} shape?", "What shape is the {c} figure?",
    ),
    "shape_list": (
        "What shapes are there?", "Which shapes do you see?", "What shapes are in the picture?",
        "List the shapes.", "Name the shapes.", "What shapes can you see?",
        "Which shapes are there?",
    ),
    "count": (
        "How many {ns} are there?", "How many {ns} are there?", "How many {ns} do you see?",
        "How many {ns}?", "Count the {ns}.", "How many {ns} are in the picture?",
        "What is the number of {ns}?", "How many {ns} can you see?", "Number of {ns}?",
        "How many {ns} are in this image?", "Please count the {ns}.", "How many {ns} does it show?",
        "Can you count the {ns}?", "How many {ns} are shown?", "Tell me how many {ns} there are.",
        "How many {ns} are visible?", "How many {ns} does the picture have?", "count of {ns}?",
    ),
    "ground": (
        "What colour is the background?", "What colour is the background?", "background colour?",
        "What is the colour of the background?", "Which colour is the background?",
        "What colour is behind the shapes?", "What is the background colour?",
        "What colour is the ground?", "On what colour are the shapes?",
        "Which colour is the ground?",
        "What is the background?", "Tell me the background colour.",
        "What's the background colour?",
        "What colour is the backdrop?", "What colour does the background have?",
    ),
    "exists": (
        "Is there a {n}?", "Is there a {n}?", "Do you see a {n}?", "Is there any {n}?",
        "Can you see a {n}?", "Does the picture have a {n}?", "Is there a {n} in the picture?",
        "Are there any {ns}?", "Does it show a {n}?", "Is a {n} in the picture?", "Any {ns}?",
        "Is there a {n} in this image?", "Does the image contain a {n}?", "Are there {ns}?",
        "Do you see any {ns}?", "Does this picture contain a {n}?", "Can you find a {n}?",
    ),
    "is_it": ("Is it a {n}?", "Is this a {n}?", "Is the shape a {n}?", "Is that a {n}?"),
    "is_colour": (
        "Is the {n} {c}?", "Is the {n} {c}?", "Does the {n} look {c}?",
        "Is the colour of the {n} {c}?",
    ),
    "where": (
        "Where is the {n}?", "Where is the {n}?", "Where is the {n}?", "Where do you see the {n}?",
        "In which part of the picture is the {n}?", "What is the position of the {n}?",
        "Where in the picture is the {n}?", "Where can I find the {n}?", "Where's the {n}?",
        "Where is the {n} located?", "Which corner is the {n} in?", "Position of the {n}?",
        "Whereabouts is the {n}?", "Where does the {n} lie?", "Where is the {n} in this image?",
    ),
    "which_picture": (
        "Which picture has a {n}?", "Which picture shows a {n}?", "Which of them has a {n}?",
        "In which picture is the {n}?", "Which one has a {n}?", "Where is the {n}, in the first or "
        "the second picture?", "Which of the two pictures shows a {n}?", "Which image has a {n}?",
    ),
    "new": (
        "What is new in the second picture?", "What is new in the second?", "What is new?",
        "What does the second picture have that the first has not?", "What was added?",
        "What is in the second picture but not in the first?", "What came in the second picture?",
    ),
    "gone": (
        "What is gone in the second picture?", "What is missing in the second picture?",
        "What does the first picture have that the second has not?", "What was taken away?",
        "What is in the first picture but not in the second?", "What is gone?",
    ),
    "name_one": (
        "What is this?", "What is it?", "What is this thing?", "What is the thing in the picture?",
        "What thing is this?", "What object is this?", "Which thing is shown?", "Name it.",
        "What is this called?", "Name the object.", "What kind of thing is this?", "What is that?",
        "Can you name this?", "What object do you see?", "What animal or thing is this?",
    ),
    "read": (
        "What does it say?", "What does it say?", "Read it.", "Read the text.",
        "What is written here?",
        "What does the text say?", "What is written?", "Can you read it?", "Read this.",
        "What does the picture say?", "What text is this?", "What does this say?",
        "Read this aloud.",
        "What is the text?", "Please read the text.", "What is written in the picture?",
    ),
    "read_word": (
        "What word is this?", "What word is it?", "Which word is this?", "Read the word.",
        "What is the word?", "What word do you see?", "Which word is written here?",
        "What word is in the picture?", "Can you read the word?", "What does the word say?",
    ),
    "read_letter": (
        "What letter is this?", "What letter is it?", "Which letter is this?", "Read the letter.",
        "What is the letter?", "What letter do you see?", "Which letter is shown?",
        "What letter is in the picture?", "Name the letter.",
    ),
    "read_digit": (
        "What number is this?", "What digit is this?", "Which number is it?", "Read the number.",
        "What is the number?", "What number do you see?", "Which digit is shown?",
        "What number is in the picture?", "Name the digit.", "What digit is it?",
    ),
    "beside": (
        "What is {r} the {b}?", "What is {r} the {b}?", "What lies {r} the {b}?",
        "What do you see {r} the {b}?", "Which thing is {r} the {b}?",
        "What can be seen {r} the {b}?",
    ),
    "wheres": ("Where are the {ns}?", "Where are the {ns} in the picture?",
    "Where do you see the {ns}?"),
    "side": (
        "Is the {n} on the left or on the right?", "Is the {n} left or right?",
        "On which side is the {n}?", "Is the {n} at the left or the right?",
    ),
    "height": (
        "Is the {n} at the top or at the bottom?", "Is the {n} at the top or the bottom?",
        "Is the {n} up or down?",
    ),
    "relation": (
        "Is the {a} {r} the {b}?", "Is the {a} {r} the {b}?", "Does the {a} lie {r} the {b}?",
        "Can you see the {a} {r} the {b}?",
    ),
    "relative": (
        "Where is the {a} relative to the {b}?", "Where is the {a} compared to the {b}?",
        "Where is the {a}, seen from the {b}?", "How does the {a} lie to the {b}?",
    ),
    "bigger": (
        "Which is bigger, the {a} or the {b}?", "What is bigger, the {a} or the {b}?",
        "Which one is larger, the {a} or the {b}?", "Which is the larger one, the {a} or the {b}?",
    ),
    "smaller": (
        "Which is smaller, the {a} or the {b}?", "What is smaller, the {a} or the {b}?",
        "Which one is the smaller one, the {a} or the {b}?",
    ),
    "is_bigger": ("Is the {a} bigger than the {b}?", "Is the {a} larger than the {b}?"),
    "is_smaller": ("Is the {a} smaller than the {b}?",),
    "biggest": (
        "What is the biggest shape?", "Which shape is the biggest?", "Which is the largest shape?",
        "What is the largest thing?", "Which one is the biggest?",
    ),
    "smallest": ("What is the smallest shape?", "Which shape is the smallest?",
    "Which one is the smallest?"),
    "describe": (
        "Describe the picture.", "Describe the picture.", "Describe this image.",
        "Describe the image.",
        "Can you describe the picture?", "Please describe what you see.", "Describe it.",
        "Give me a description.", "Tell me about the picture.", "What does the picture look like?",
        "Describe this picture in one sentence.", "Describe the scene.", "Describe this.",
    ),
    "name": (
        "What is in the picture?", "What is in the picture?", "What do you see?", "What is this?",
        "What is in this image?", "What does the picture show?", "What can you see?",
        "What's this?",
        "What is shown here?", "What's in the picture?", "What is it?", "What does it show?",
        "What is on the picture?", "What is there?", "What things are there?",
        "What's in the image?",
        "What do you see in the picture?", "What can be seen here?", "Say what you see.",
    ),
}  # fmt: skip

SYNONYMS = {
    "circle": ("disc", "disk", "dot", "round shape"),
    "rectangle": ("box", "oblong"),
    "oval": ("ellipse", "ellipse"),
    "diamond": ("rhombus",),
    "cross": ("plus sign", "plus"),
    "moon": ("crescent", "half moon"),
    "square": ("square shape",),
    "triangle": ("triangular shape",),
    "star": ("star shape",),
    "grey": ("gray", "gray"),
    "purple": ("violet",),
    "cyan": ("turquoise",),
    "rabbit": ("bunny",),
    "airplane": ("plane", "aeroplane"),
    "bicycle": ("bike",),
    "motorcycle": ("motorbike",),
    "computer": ("laptop",),
    "television": ("tv",),
    "football": ("soccer ball", "ball"),
    "gift": ("present",),
    "bulb": ("light bulb",),
    "truck": ("lorry",),
    "ship": ("boat",),
    "ladybug": ("ladybird",),
}
OPENINGS = (
    "Please: ",
    "Hey, ",
    "So, ",
    "Now: ",
    "OK, ",
    "Tell me, ",
    "Hi! ",
    "Look: ",
    "And ",
    "Question: ",
)
SWAPS = (
    ("colour", "color"), ("Colour", "Color"), ("picture", "image"), ("picture", "photo"),
    ("background", "ground"), ("there", "in it"), ("What is", "What's"),
)  # fmt: skip


def word(rng: Random, kind: str, **slots: str) -> str:
    """Word a question of a kind, and type it as people do."""
    return retype(rng, rng.choice(TEMPLATES[kind]).format(**slots))


def synonym(rng: Random, name: str) -> str:
    """Sometimes call a shape or colour by another name."""
    return rng.choice(SYNONYMS[name]) if name in SYNONYMS and rng.random() < 0.15 else name


IRREGULAR = {
    "mouse": "mice", "wolf": "wolves", "leaf": "leaves", "tooth": "teeth", "foot": "feet",
    "fish": "fish", "sheep": "sheep", "deer": "deer", "potato": "potatoes", "tomato": "tomatoes",
    "volcano": "volcanoes",
}  # fmt: skip


def plural(phrase: str) -> str:
    """Make the plural of a noun, or of a phrase that ends in one."""
    *before, noun = phrase.split(" ")
    if noun in IRREGULAR:
        form = IRREGULAR[noun]
    elif noun.endswith("y") and noun[-2] not in "aeiou":
        form = noun[:-1] + "ies"
    else:
        form = noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
    return " ".join([*before, form])


def article(phrase: str) -> str:
    """Put "a" or "an" before a phrase."""
    return ("an " if STARTS_WITH_VOWEL.match(phrase) else "a ") + phrase


def retype(rng: Random, text: str) -> str:
    """Vary spelling, case, ending and openings; now and then mistype a letter."""
    text = LONELY_A.sub("an ", text)
    if rng.random() < 0.5:
        text = text.replace("olour", "olor")
    if rng.random() < 0.12:
        text = text.replace(*rng.choice(SWAPS))
    if rng.random() < 0.05:
        opening = rng.choice(OPENINGS)
        text = opening + text[0].lower() + text[1:]
    draw = rng.random()
    if draw < 0.32:
        text = text.lower()
    elif draw < 0.36:
        text = text.upper()
    elif draw < 0.45:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.3:
        text = text.rstrip("?.")
    if rng.random() < 0.06:
        text = mistype(rng, text)
    return text + rng.choices(("", " ", "\n", "!", " please"), (0.94, 0.02, 0.02, 0.01, 0.01))[0]


def mistype(rng: Random, text: str) -> str:
    """Drop, double or swap one letter."""
    at = rng.randrange(len(text) - 1)
    edits = (
        text[at + 1 :],
        text[at] * 2 + text[at + 1 :],
        text[at + 1] + text[at] + text[at + 2 :],
    )
    return text[:at] + rng.choice(edits)
