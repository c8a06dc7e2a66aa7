"""General Equivalence Maps and the titles of ICD-9-CM as rows."""

from app.codes.parts import Part
from app.library.compiling.writer import Writer
from app.library.contents import Maps
from app.releases.records import Equivalence, Release

MAP_LABELS = {
    "cm9to10": "From ICD-9-CM to ICD-10-CM",
    "cm10to9": "From ICD-10-CM to ICD-9-CM",
    "pcs9to10": "From ICD-9-CM Volume 3 to ICD-10-PCS",
    "pcs10to9": "From ICD-10-PCS to ICD-9-CM Volume 3",
}
"""The direction of a map; it is also the remark by which its release is found again."""

ICD9_TITLE_LABELS = {False: "ICD-9-CM diagnoses", True: "ICD-9-CM procedures"}


def write_maps(writer: Writer, maps: Maps) -> None:
    """Replace maps and titles of the same name; the others stay."""
    for map_ in maps.maps:
        _replace_release(writer, Part.MAPS, map_.release, MAP_LABELS[map_.name], len(map_.rows))
        writer.execute("DELETE FROM equivalence WHERE map = ?", map_.name)
        writer.insert(
            "equivalence",
            (
                {"map": map_.name, "source": row.source, "flags": flag_digits(row), "target": row.target}
                for row in dict.fromkeys(map_.rows)
            ),
        )
    for titles in maps.titles:
        _replace_release(writer, Part.ICD9, titles.release, ICD9_TITLE_LABELS[titles.procedure], len(titles.codes))
        writer.execute("DELETE FROM icd9 WHERE procedure = ?", int(titles.procedure))
        distinct = {code.code: code.title for code in titles.codes}
        writer.insert(
            "icd9",
            ({"procedure": int(titles.procedure), "plain": plain, "title": title} for plain, title in distinct.items()),
        )


def _replace_release(writer: Writer, part: Part, release: Release, remark: str, codes: int) -> None:
    replaced = "SELECT id FROM release WHERE part = ? AND remark = ?"
    writer.execute(f"DELETE FROM source WHERE release IN ({replaced})", part.value, remark)
    writer.execute("DELETE FROM release WHERE part = ? AND remark = ?", part.value, remark)
    labeled = Release(
        release.system, release.name, release.effective_from, release.effective_to, release.sources, remark
    )
    writer.add_release(release.system, part, labeled, codes=codes)


def flag_digits(row: Equivalence) -> str:
    """Return the five digits of the file: approximate, no map, combination, scenario, choice."""
    return f"{row.approximate:d}{row.no_map:d}{row.combination:d}{row.scenario}{row.choice}"
