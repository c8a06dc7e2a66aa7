"""Tables beside the code sets merged by themselves: equivalence maps and titles of ICD-9-CM."""

from collections.abc import Mapping

from app.intake.file_records import FileRecords
from app.intake.release_report import ReleaseReporter, Sentences
from app.library.compiling.maps_rows import ICD9_TITLE_LABELS, MAP_LABELS
from app.library.contents import EquivalenceMap, Icd9Titles, Maps
from app.releases.records import Release


def merged_maps(sentences: Sentences, present: Mapping[str, Release], records: FileRecords) -> Maps | None:
    """Return the maps and lists of titles that replace those of no later year; None if there are none.

    `present` are the releases of the library by the names of maps and titles there.
    """
    releases = dict(present)
    reporter = ReleaseReporter(sentences, "Equivalence map", records.unreported)
    maps: dict[str, EquivalenceMap] = {}
    for map_ in records.maps:
        name = MAP_LABELS[map_.name]
        if reporter.replaces(map_.release, releases.get(name), f"{name}, {len(map_.rows):,} rows"):
            maps[map_.name], releases[name] = map_, map_.release
    reporter = ReleaseReporter(sentences, "Titles of", records.unreported)
    titles: dict[bool, Icd9Titles] = {}
    for listed in records.titles:
        name = ICD9_TITLE_LABELS[listed.procedure]
        if reporter.replaces(listed.release, releases.get(name), f"{name}, {len(listed.codes):,} codes"):
            titles[listed.procedure], releases[name] = listed, listed.release
    return Maps(tuple(maps.values()), tuple(titles.values())) if maps or titles else None
