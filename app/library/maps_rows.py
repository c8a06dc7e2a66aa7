"""General Equivalence Maps and the titles of ICD-9-CM as rows."""

from collections.abc import Mapping

from app.library.contents import Maps
from app.library.writer import Writer
from app.releases.records import Equivalence


def write_maps(writer: Writer, maps: Maps) -> None:
    """Puts maps and titles in place of those of the same name; what is not given stays."""
    for name, rows in (maps.maps or {}).items():
        writer.execute("DELETE FROM equivalence WHERE map = ?", name)
        writer.insert(
            "equivalence",
            ({"map": name, "source": row.source, "flags": flags(row), "target": row.target} for row in rows),
        )
    if maps.icd9:
        writer.execute("DELETE FROM icd9")
        titles: Mapping[tuple[str, bool], str] = {(code.code, code.procedure): code.title for code in maps.icd9}
        writer.insert(
            "icd9",
            (
                {"procedure": int(procedure), "plain": plain, "title": title}
                for (plain, procedure), title in titles.items()
            ),
        )


def flags(row: Equivalence) -> str:
    """The five digits of the file: approximate, no map, combination, scenario, choice."""
    return f"{row.approximate:d}{row.no_map:d}{row.combination:d}{row.scenario}{row.choice}"
