"""Tag: elements of a page; whatever is not markup already is made visible and escaped."""

from html import escape

from mlplan.render.escape import visible

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is markup: made by this module, or written by us."""

    __slots__ = ()


NOTHING = Markup()
Child = Markup | str | None
Attribute = str | int | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """Return an element; `class_` becomes class and `data_x` data-x, and what is None or False is left out."""
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{''.join(map(markup, children))}</{name}>")


def markup(child: Child) -> str:
    """Return what a child of an element is written as."""
    if child is None or isinstance(child, Markup):
        return child or ""
    return escape(visible(child))


def join(*children: Child) -> Markup:
    """Return several children as one."""
    return Markup("".join(map(markup, children)))


def raw(text: str) -> Markup:
    """Return a text of our own package as it is, for scripts and styles."""
    return Markup(text)


def spans(text: str, *marked: str) -> Markup:
    """Return lines of a text below each other, as `marked` elements."""
    return join(*(tag(*marked, line) for line in text.split("\n")))


def _attribute(key: str, value: Attribute) -> str:
    """Return one attribute with the blank before it."""
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'
