"""The closed list of things that pictures show as emoji, and the strangers left out of it."""

from __future__ import annotations

THINGS: dict[str, str] = {
    "dog": "🐶🐕", "cat": "🐱🐈", "mouse": "🐭🐁", "rabbit": "🐰🐇", "tiger": "🐯🐅", "lion": "🦁",
    "cow": "🐮🐄", "pig": "🐷🐖", "horse": "🐴🐎", "monkey": "🐵🐒", "bear": "🐻", "panda": "🐼",
    "koala": "🐨", "fox": "🦊", "wolf": "🐺", "frog": "🐸", "chicken": "🐔🐓", "penguin": "🐧",
    "bird": "🐦", "duck": "🦆", "owl": "🦉", "eagle": "🦅", "elephant": "🐘", "giraffe": "🦒",
    "zebra": "🦓", "camel": "🐫🐪", "sheep": "🐑", "goat": "🐐", "deer": "🦌", "kangaroo": "🦘",
    "snake": "🐍", "turtle": "🐢", "crocodile": "🐊", "lizard": "🦎", "dinosaur": "🦕🦖",
    "whale": "🐳🐋", "dolphin": "🐬", "fish": "🐟🐠", "shark": "🦈", "octopus": "🐙", "crab": "🦀",
    "lobster": "🦞", "snail": "🐌", "butterfly": "🦋", "bee": "🐝", "ant": "🐜", "ladybug": "🐞",
    "spider": "🕷", "scorpion": "🦂", "unicorn": "🦄", "hedgehog": "🦔", "bat": "🦇",
    "squirrel": "🐿", "peacock": "🦚", "parrot": "🦜", "swan": "🦢", "flamingo": "🦩",
    "rhino": "🦏", "hippo": "🦛", "gorilla": "🦍", "otter": "🦦", "sloth": "🦥",
    "tree": "🌳🌲", "palm": "🌴", "cactus": "🌵", "rose": "🌹", "sunflower": "🌻", "tulip": "🌷",
    "mushroom": "🍄", "leaf": "🍃🍁", "clover": "🍀",
    "apple": "🍎🍏", "pear": "🍐", "lemon": "🍋", "banana": "🍌", "watermelon": "🍉",
    "grape": "🍇", "strawberry": "🍓", "cherry": "🍒", "peach": "🍑", "pineapple": "🍍",
    "coconut": "🥥", "kiwi": "🥝", "tomato": "🍅", "avocado": "🥑", "carrot": "🥕",
    "pepper": "🌶", "potato": "🥔", "onion": "🧅", "croissant": "🥐", "pretzel": "🥨", "egg": "🥚",
    "burger": "🍔", "pizza": "🍕", "hotdog": "🌭", "taco": "🌮", "cake": "🍰🎂", "cookie": "🍪",
    "donut": "🍩", "lollipop": "🍭", "beer": "🍺", "cup": "☕", "bottle": "🍾", "spoon": "🥄",
    "car": "🚗🚙", "bus": "🚌", "truck": "🚚", "tractor": "🚜", "bicycle": "🚲",
    "motorcycle": "🏍", "train": "🚂", "airplane": "🛩", "helicopter": "🚁", "rocket": "🚀",
    "ship": "🚢", "sailboat": "⛵", "anchor": "⚓", "house": "🏠", "tent": "⛺", "castle": "🏰",
    "clock": "⏰🕰", "watch": "⌚", "phone": "📱", "computer": "💻", "camera": "📷",
    "television": "📺", "radio": "📻", "bulb": "💡", "candle": "🕯", "key": "🔑", "lock": "🔒",
    "hammer": "🔨", "wrench": "🔧", "axe": "🪓", "pencil": "✏", "book": "📖📕", "envelope": "✉",
    "balloon": "🎈", "gift": "🎁", "football": "⚽", "basketball": "🏀", "trophy": "🏆",
    "medal": "🏅", "guitar": "🎸", "violin": "🎻", "drum": "🥁", "trumpet": "🎺", "piano": "🎹",
    "bell": "🔔", "umbrella": "☂☔", "hat": "🎩👒", "crown": "👑", "shoe": "👞👟", "boot": "👢",
    "shirt": "👕", "dress": "👗", "glove": "🧤", "sock": "🧦", "ring": "💍", "backpack": "🎒",
    "kite": "🪁", "robot": "🤖", "ghost": "👻", "skull": "💀", "alien": "👽", "snowman": "⛄",
    "sun": "🌞☀", "rainbow": "🌈", "cloud": "☁", "globe": "🌍", "bed": "🛏", "chair": "🪑",
    "door": "🚪", "toilet": "🚽", "telescope": "🔭", "magnet": "🧲", "bomb": "💣", "broom": "🧹",
    "bone": "🦴", "tooth": "🦷", "eye": "👁", "ear": "👂", "nose": "👃", "hand": "✋", "foot": "🦶",
    "brain": "🧠", "smiley": "😀", "flag": "🚩", "basket": "🧺", "volcano": "🌋", "fountain": "⛲",
}  # fmt: skip

STRANGERS = "🧿🧮🧰🗿🛎⚙🧬🧪🛍🎰⚖🧯🛒🗑📎📌📐📠🧾🔮🧵🎯🏮🎏🎐🎎🧧🍣🍤🍢🥟🍡🥗🧇🥩🍜🎠🎡⛩🗼🚥🛰"
"""Emoji without a name here: in training the honest answer is "I am not sure."."""

UNSEEN_STRANGERS = "🧶📟🧫🗜🎳🛷🎍🍙🍱🥠🍨🗽🚠🛶🏺🪔💾📡🧸🎷"
"""Strangers that only the evaluation draws."""
