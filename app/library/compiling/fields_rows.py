"""Coded fields of codes as rows: what the file says, and the same in words."""

from collections.abc import Callable, Iterable

from app.library.compiling.writer import Row, Writer

Words = Callable[[str, str], tuple[str, str]]
"""A field's name and value -> what the field is called, and what the value says."""


def write_fields(writer: Writer, fields: Iterable[tuple[int, Iterable[tuple[str, str]]]], words: Words) -> None:
    """The fields of nodes, in the order of the file."""

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
