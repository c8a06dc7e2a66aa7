"""What ICD-10-PCS adds to its nodes: the values of its axes, their definitions, the Index, entries."""

from collections.abc import Iterable, Iterator

from app.codes.records import Level
from app.library.entries import Entry, EntryKind
from app.library.icd10pcs import FAMILY_LENGTH
from app.library.nodes import PlacedNodes
from app.library.words import word_list
from app.library.writer import Row, Writer
from app.releases.records import IndexEntry, PcsCode, PcsDefinition


def write_axes(writer: Writer, codes: list[PcsCode], definitions: Iterable[PcsDefinition]) -> None:
    """What each character means in its table, and what the official files say of the values."""
    writer.insert("pcs_value", _values(codes))
    writer.insert(
        "pcs_definition",
        (
            {
                "section": d.section,
                "position": d.position,
                "label": d.label,
                "definition": d.definition,
                "explanation": d.explanation,
                "examples": d.examples,
            }
            for d in definitions
        ),
    )


def write_index(writer: Writer, lines: list[IndexEntry], placed: PlacedNodes) -> None:
    """The lines of the Index; what they lead to is kept even where its section is not loaded."""
    entries: list[Row] = []
    targets: list[Row] = []
    for number, line in enumerate(lines, start=1):
        path = "\n".join(line.path)
        entries.append({"id": number, "system": placed.system.value, "path": path, "kind": line.kind, "see": line.see})
        for code in dict.fromkeys(line.codes):
            named = _named(code, placed)
            targets.append({"entry": number, "code": code, "node": placed.ids[named] if named else None})
    writer.insert("index_entry", entries)
    writer.insert("index_target", targets)


def index_entries(lines: list[IndexEntry], placed: PlacedNodes) -> Iterator[Entry]:
    """The paths of Index lines that lead to codes; `use` lines explain values and lead to none."""
    seen: set[tuple[int, str]] = set()
    for line in lines:
        if line.kind == "use":
            continue
        text = ", ".join(line.path)
        for code in line.codes:
            named = _named(code, placed)
            if named and (placed.rows[named], text) not in seen:
                seen.add((placed.rows[named], text))
                yield Entry(placed.rows[named], EntryKind.INDEX, text, frozenset(), placed.filters(named))


def title_entries(codes: list[PcsCode], placed: PlacedNodes) -> Iterator[Entry]:
    """Titles of everything above the codes; a family is also found by the words of its codes' axes."""
    varying: dict[str, set[str]] = {}
    for code in codes:
        stem = code.code[:FAMILY_LENGTH]
        # Titles say `Approach` and inflect the labels; labels have words that titles leave out (`No Device`).
        for text in (code.title, *code.labels[3:]):
            varying.setdefault(stem, set()).update(word_list(text))
    for node in placed.planned:
        if node.level is not Level.PCS_CODE:
            more = frozenset(varying.get(node.plain, ()))
            yield Entry(placed.rows[node.plain], EntryKind.TITLE, node.title, more, placed.filters(node.plain))


def _named(code: str, placed: PlacedNodes) -> str | None:
    """The node that a beginning of codes names; one between family and code (`03160`) names the family."""
    if code in placed.ids:
        return code
    family = code[:FAMILY_LENGTH]
    return family if len(code) > FAMILY_LENGTH and family in placed.ids else None


def _values(codes: list[PcsCode]) -> Iterator[Row]:
    seen: set[tuple[str, int, str]] = set()
    for code in codes:
        for position, (value, label) in enumerate(zip(code.code, code.labels, strict=True), start=1):
            table = code.code[: min(position - 1, 3)]
            if (table, position, value) not in seen:
                seen.add((table, position, value))
                yield {"table": table, "position": position, "value": value, "label": label}
