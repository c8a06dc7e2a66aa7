"""Coded fields of codes as rows: names and values of the file, and both in words."""

from collections.abc import Callable, Iterable

from app.library.compiling.writer import Row, Writer

FieldWords = Callable[[str, str], tuple[str, str]]
"""Returns the label of a field and the meaning of its value, from its name and value."""


def write_fields(writer: Writer, fields: Iterable[tuple[int, Iterable[tuple[str, str]]]], words: FieldWords) -> None:
    """Write the fields of nodes, in the order of the file."""

    def rows() -> Iterable[Row]:
        for node, pairs in fields:
            for position, (name, value) in enumerate(pairs):
                label, meaning = words(name, value)
                yield {
                    "node": node,
                    "position": position,
                    "name": name,
                    "value": value,
                    "label": label,
                    "meaning": meaning,
                }

    writer.insert("field", rows())
