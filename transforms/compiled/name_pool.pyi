HIDDEN_CLASSES: frozenset[str]
SPOKEN_CLASSES: frozenset[str]
