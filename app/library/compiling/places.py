"""Place of Service as nodes, with our own texts on each place."""

from app.codes.detail import Passage
from app.codes.node import CodeStatus, Level
from app.codes.systems import System
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.writer import Writer
from app.library.entries import Entry, EntryKind
from app.library.own_words.places import PlaceOfService, Setting
from app.library.own_words.tables import OwnTables

SETTING_MEANINGS = {
    Setting.FACILITY: "Facility: Medicare pays the clinician the lower, facility rate here",
    Setting.NONFACILITY: "Not a facility: Medicare pays the clinician the higher, non-facility rate here",
    Setting.UNSTATED: "Neither facility nor non-facility in Medicare's lists",
}


def write_places(writer: Writer, own: OwnTables) -> list[Entry]:
    """Write all places; return the entries by which they are found."""
    planned = [PlannedNode(place.code, place.name, Level.ITEM, CodeStatus.VALID, None) for place in own.places]
    placed = PlacedNodes(System.POS, planned)
    remark = "Codes and names are those of CMS, as of May 2024; explanations are Codarium's."
    name = f"{len(planned)} places"
    writer.add_own_words(System.POS, name, remark, codes=len(planned), valid=len(planned))
    writer.add_nodes(placed)
    writer.add_passages((placed.ids[place.code], _passages(place)) for place in own.places)
    writer.insert(
        "field",
        (
            {
                "node": placed.ids[place.code],
                "position": 0,
                "name": "SETTING",
                "value": place.setting.value,
                "label": "Payment setting",
                "meaning": SETTING_MEANINGS[place.setting],
            }
            for place in own.places
        ),
    )
    entries: list[Entry] = []
    for place in own.places:
        key, filters = placed.rows[place.code], placed.filters(place.code)
        entries.append(Entry(key, EntryKind.TITLE, place.name, frozenset(), filters))
        entries += [Entry(key, EntryKind.PLAIN, word, frozenset(), filters) for word in place.everyday]
    return entries


def _passages(place: PlaceOfService) -> list[Passage]:
    passages = [Passage("What it is", place.explanation, ours=True)]
    if place.note and place.note != "-":
        passages.append(Passage("Watch out", place.note, ours=True))
    return passages
