"""Words: numbers with their nouns."""


def count(number: int, one: str, many: str = "") -> str:
    """Return a number and its noun in the form that fits."""
    return f"{number} {one if number == 1 else many or one + 's'}"
