"""The closed list of words that pictures spell, and the single letters and digits."""

from __future__ import annotations

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
WORDS = (
    "able", "about", "above", "again", "air", "all", "also", "and", "animal", "answer", "apple",
    "arm", "art", "ask", "autumn", "away", "baby", "back", "bad", "bag", "ball", "bank", "bar",
    "bath", "beach", "bean", "bear", "bed", "bell", "best", "big", "bird", "black", "blue", "boat",
    "body", "book", "box", "boy", "bread", "bridge", "bring", "brown", "bus", "busy", "buy", "cafe",
    "cake", "call", "camp", "car", "card", "care", "cat", "chair", "cheap", "child", "city",
    "class", "clean", "clock", "close", "cloud", "coat", "coffee", "cold", "come", "cook", "cool",
    "copy", "corn", "cow", "cup", "dance", "danger", "dark", "day", "deep", "desk", "door", "down",
    "draw", "dream", "dress", "drink", "drive", "dry", "duck", "each", "ear", "early", "earth",
    "east", "easy", "eat", "egg", "empty", "end", "enter", "every", "exit", "eye", "face", "fall",
    "family", "farm", "fast", "father", "field", "find", "fire", "first", "fish", "five", "flag",
    "floor", "flower", "fly", "food", "foot", "forest", "four", "free", "friend", "from", "fruit",
    "full", "fun", "game", "garden", "gate", "gift", "girl", "give", "glass", "go", "gold", "good",
    "grass", "great", "green", "grey", "hair", "half", "hand", "happy", "hard", "hat", "head",
    "heart", "heavy", "hello", "help", "here", "high", "hill", "home", "honey", "horse", "hot",
    "hotel", "hour", "house", "how", "ice", "idea", "inside", "island", "jam", "job", "jump",
    "just", "keep", "key", "kind", "king", "kiss", "kitten", "know", "lake", "lamp", "land",
    "large", "last", "late", "laugh", "leaf", "learn", "left", "lemon", "letter", "light", "like",
    "lion", "list", "live", "long", "look", "lost", "love", "low", "lucky", "lunch", "magic",
    "mail", "make", "man", "many", "map", "market", "me", "meat", "milk", "mind", "mirror", "money",
    "month", "moon", "more", "mother", "mouse", "mouth", "move", "music", "my", "name", "near",
    "new", "news", "next", "nice", "night", "nine", "no", "noise", "north", "nose", "note", "now",
    "number", "ocean", "off", "office", "old", "on", "one", "only", "open", "orange", "orders",
    "out", "over", "page", "paint", "paper", "park", "party", "pen", "people", "phone", "photo",
    "piano", "pink", "place", "plane", "plant", "play", "please", "plus", "pool", "post", "queen",
    "quick", "quiet", "radio", "rain", "read", "ready", "red", "rest", "rice", "rich", "right",
    "river", "road", "rock", "room", "rose", "round", "run", "sad", "safe", "salt", "sand",
    "school", "sea", "seat", "seven", "shark", "sheep", "ship", "shoe", "shop", "short", "show",
    "sign", "silver", "sing", "sister", "sit", "six", "sky", "sleep", "slow", "small", "smile",
    "snow", "soap", "sock", "soft", "song", "soon", "sorry", "south", "spoon", "sport", "spring",
    "star", "start", "stop", "store", "storm", "street", "strong", "sugar", "summer", "sun", "swim",
    "table", "taxi", "tea", "ten", "tent", "test", "thank", "three", "tiger", "time", "today",
    "toilet", "top", "town", "toy", "train", "tree", "truck", "true", "two", "under", "up", "very",
    "view", "visit", "voice", "wait", "walk", "wall", "warm", "wash", "watch", "water", "way",
    "weak", "west", "wet", "wheel", "white", "wild", "wind", "window", "winter", "wolf", "woman",
    "wood", "word", "work", "world", "yellow", "yes", "you", "young", "zebra", "zero", "zoo",
)  # fmt: skip
