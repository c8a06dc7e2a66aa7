"""General Equivalence Maps and the titles of ICD-9-CM as rows."""

from app.codes.parts import Part
from app.library.compiling.writer import Writer
from app.library.contents import Maps
from app.releases.records import Equivalence, Release

MAP_WORDS = {
    "cm9to10": "From ICD-9-CM to ICD-10-CM",
    "cm10to9": "From ICD-10-CM to ICD-9-CM",
    "pcs9to10": "From ICD-9-CM Volume 3 to ICD-10-PCS",
    "pcs10to9": "From ICD-10-PCS to ICD-9-CM Volume 3",
}
"""What a map leads from and to; it is also the remark by which its release is found again."""

TITLE_WORDS = {False: "ICD-9-CM diagnoses", True: "ICD-9-CM procedures"}


def write_maps(writer: Writer, maps: Maps) -> None:
    """Puts maps and titles in place of those of the same name; what is not given stays."""
    for one in maps.maps:
        _replace_release(writer, Part.MAPS, one.release, MAP_WORDS[one.name], len(one.rows))
        writer.execute("DELETE FROM equivalence WHERE map = ?", one.name)
        writer.insert(
            "equivalence",
            (
                {"map": one.name, "source": row.source, "flags": flags(row), "target": row.target}
                for row in dict.fromkeys(one.rows)
            ),
        )
    for titles in maps.titles:
        _replace_release(writer, Part.ICD9, titles.release, TITLE_WORDS[titles.procedure], len(titles.codes))
        writer.execute("DELETE FROM icd9 WHERE procedure = ?", int(titles.procedure))
        distinct = {code.code: code.title for code in titles.codes}
        writer.insert(
            "icd9",
            ({"procedure": int(titles.procedure), "plain": plain, "title": title} for plain, title in distinct.items()),
        )


def _replace_release(writer: Writer, part: Part, release: Release, remark: str, codes: int) -> None:
    held = "SELECT id FROM release WHERE part = ? AND remark = ?"
    writer.execute(f"DELETE FROM source WHERE release IN ({held})", part.value, remark)
    writer.execute("DELETE FROM release WHERE part = ? AND remark = ?", part.value, remark)
    named = Release(release.system, release.name, release.effective_from, release.effective_to, release.sources, remark)
    writer.add_release(release.system, part, named, codes=codes)


def flags(row: Equivalence) -> str:
    """The five digits of the file: approximate, no map, combination, scenario, choice."""
    return f"{row.approximate:d}{row.no_map:d}{row.combination:d}{row.scenario}{row.choice}"
