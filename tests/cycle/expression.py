"""Expression: what `${{ }}` and `if:` mean, as far as our workflows use them; anything else is an error."""

import re

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>==|!=|&&|\|\||!|\(|\)|,)|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*))"
)
WITHIN = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
STATUS = ("always", "cancelled", "failure", "success")


def evaluate(source, contexts, functions):
    """Return the value of an expression; ValueError for what is not understood."""
    reader = Reader(tokens(source), contexts, functions)
    value = reader.either()
    if reader.rest:
        raise ValueError(f"not understood: {source!r}, from {reader.rest[0][1]!r} on")
    return value


def fill(text, contexts, functions):
    """Return a text with the values of its expressions in their places."""
    return WITHIN.sub(lambda found: shown(evaluate(found[1], contexts, functions)), shown(text))


def holds(condition, contexts, functions):
    """Tell whether an `if:` is met; one that asks for no status wants all steps before to have gone well."""
    if condition is None:
        return functions["success"]()
    bare = WITHIN.fullmatch(condition.strip())
    source = bare[1] if bare else condition
    asks = any(re.search(rf"\b{name}\s*\(", source) for name in STATUS)
    return bool(evaluate(source, contexts, functions)) and (asks or functions["success"]())


def tokens(source):
    """Return kinds and texts of the words of an expression."""
    found, place = [], 0
    source = source.rstrip()
    while place < len(source):
        match = TOKEN.match(source, place)
        if match is None:
            raise ValueError(f"not understood: {source[place:]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def shown(value):
    """Return a value as GitHub writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class Reader:
    """Reads an expression from left to right; nothing in it has an effect, so both sides are always read."""

    def __init__(self, rest, contexts, functions):
        self.rest, self.contexts, self.functions = rest, contexts, functions

    def took(self, *signs):
        if self.rest and self.rest[0][0] == "sign" and self.rest[0][1] in signs:
            return self.rest.pop(0)[1]
        return None

    def either(self):
        value = self.both()
        while self.took("||"):
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.compared()
        while self.took("&&"):
            other = self.compared()
            value = value and other
        return value

    def compared(self):
        value = self.single()
        while sign := self.took("==", "!="):
            value = same(value, self.single()) == (sign == "==")
        return value

    def single(self):
        if self.took("!"):
            return not self.single()
        if self.took("("):
            value = self.either()
            self.expect(")")
            return value
        if not self.rest or self.rest[0][0] == "sign":
            raise ValueError("an expression ends too early")
        kind, text = self.rest.pop(0)
        return text[1:-1].replace("''", "'") if kind == "text" else self.named(text)

    def named(self, name):
        if self.took("("):
            given = []
            while not self.took(")"):
                given.append(self.either())
                self.took(",")
            return self.functions[name](*given)
        if name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name]
        return looked_up(self.contexts, name)

    def expect(self, sign):
        if not self.took(sign):
            raise ValueError(f"{sign} is missing")


def same(one, other):
    """Compare as GitHub does: texts without regard to case, and nothing equals the empty text."""
    one, other = ("" if value is None else value for value in (one, other))
    return one.casefold() == other.casefold() if isinstance(one, str) and isinstance(other, str) else one == other


def looked_up(contexts, name):
    """Return what a name stands for; a context that is not there is a mistake, a value that is not there is nothing."""
    first, *more = name.split(".")
    value = contexts[first]
    for part in more:
        value = value.get(part) if isinstance(value, dict) else None
    return value
