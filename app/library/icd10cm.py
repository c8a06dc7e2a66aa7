"""ICD-10-CM as nodes: the Tabular List's structure, completed with the 7-character codes and those of other years."""

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.codes.records import Level, Standing
from app.codes.shapes import CATEGORY_LENGTH, PLACEHOLDER, SEVENTH_PLACE, finished
from app.codes.titles import is_manifestation
from app.library.contents import Icd10cm
from app.library.nodes import PlannedNode
from app.library.timeline import CodeHistory, Snapshot, histories, same_title
from app.releases.records import OrderCode, Release, ReleaseError, Tabular, TabularNode


def listed(release: Release, tabular: Tabular, existing: Collection[str] | None) -> Icd10cm:
    """ICD-10-CM of a Tabular List and a list of the plain codes that exist, of one and the same release.

    Without a list every 7th character that the Tabular List offers makes a code.
    """
    nodes = tuple(tabular.nodes)
    codes = {
        node.plain: OrderCode(node.plain, node.standing.billable, node.title)
        for node in plan_tabular(nodes, existing)
        if node.level not in (Level.CHAPTER, Level.SECTION)
    }
    return Icd10cm(release, replace(tabular, nodes=nodes), (Snapshot(release, codes),))


def plan(contents: Icd10cm) -> list[PlannedNode]:
    """Every node of ICD-10-CM in the order of the book, parents first, codes that have ended included.

    Where Tabular List and order file are of the same year, they must name the same codes: ReleaseError otherwise. An
    order file of another year is right about what exists: what it has more is put where its code belongs, what it has
    not has ended.
    """
    newest = contents.snapshots[-1]
    known = histories(contents.snapshots)
    same_year = contents.tabular_release.effective_to == newest.release.effective_to
    if same_year:
        planned = list(plan_tabular(contents.tabular.nodes, newest.codes.keys()))
        _check_validity(planned, newest.codes)
    else:
        planned = [_of_the_year(node, newest) for node in plan_tabular(contents.tabular.nodes, None)]
        planned = [node for node in planned if node.plain in known or node.level is not Level.SEVENTH]
    there = {node.plain for node in planned}
    planned = _with_others(planned, [history for plain, history in known.items() if plain not in there])
    return [_dated(node, known) for node in planned]


def plan_tabular(nodes: Iterable[TabularNode], existing: Collection[str] | None) -> Iterator[PlannedNode]:
    """The nodes of the Tabular List in the order of the book: each stem is followed by its finished codes.

    `existing` are the plain codes of the order file or code list, which is the truth for what exists: 7th characters
    are offered by the Tabular List for 76 codes more than there are (S06.1X7D). A code that the list has and the
    Tabular List cannot explain, or the reverse, raises ReleaseError. Without a list every code that is offered is one.
    """
    left = set(existing or ())
    inherited: dict[str, tuple[tuple[str, str], ...]] = {}
    for node in nodes:
        characters = node.seventh or inherited.get(node.parent or "", ())
        inherited[node.code] = characters
        if node.level in (Level.CHAPTER, Level.SECTION):
            yield PlannedNode(node.code, node.title, node.level, Standing.HEADING, node.parent, node)
            continue
        if existing is not None:
            if node.code not in left:
                raise ReleaseError(f"{node.code}: in the Tabular List, but not in the list of codes (or there twice).")
            left.remove(node.code)
        completions: list[PlannedNode] = []
        if node.level is Level.CODE and len(node.code) < SEVENTH_PLACE:
            for char, meaning in characters:
                code = finished(node.code, char)
                if existing is None or code in left:
                    left.discard(code)
                    title = f"{node.title}, {meaning}"
                    completions.append(PlannedNode(code, title, Level.SEVENTH, Standing.VALID, node.code))
        is_heading = node.level is not Level.CODE or bool(completions)
        yield PlannedNode(node.code, node.title, node.level, _standing(node, is_heading), node.parent, node)
        yield from completions
    if left:
        raise ReleaseError(f"{min(left)} and {len(left) - 1} more: in the list of codes, but not in the Tabular List.")


def _standing(node: TabularNode, is_heading: bool) -> Standing:
    if is_heading:
        return Standing.HEADING
    return Standing.MANIFESTATION if is_manifestation(node.title) else Standing.VALID


def _check_validity(planned: list[PlannedNode], codes: Mapping[str, OrderCode]) -> None:
    """Order file and Tabular List must agree on which codes are valid for submission."""
    for node in planned:
        code = codes.get(node.plain)
        if code is not None and code.valid != node.standing.billable:
            said = "valid" if code.valid else "a heading"
            raise ReleaseError(f"{node.plain}: {said} in the order file, but not in the Tabular List.")


# Codes of other years


def _of_the_year(node: PlannedNode, newest: Snapshot) -> PlannedNode:
    """A node of the Tabular List as an order file of another year has it."""
    if node.level in (Level.CHAPTER, Level.SECTION):
        return node
    code = newest.codes.get(node.plain)
    if code is None:
        return replace(node, standing=Standing.ENDED, valid_to=newest.release.effective_from - timedelta(days=1))
    title = node.title if same_title(node.title, code.title) else code.title
    return replace(node, title=title, standing=_standing_of(code))


def _standing_of(code: OrderCode) -> Standing:
    if not code.valid:
        return Standing.HEADING
    return Standing.MANIFESTATION if is_manifestation(code.title) else Standing.VALID


def _with_others(planned: list[PlannedNode], others: Sequence[CodeHistory]) -> list[PlannedNode]:
    """Nodes with codes that the Tabular List does not have, each below the nearest code above it, in code order."""
    if not others:
        return planned
    by_code = {node.plain: node for node in planned}
    sections = [node.plain for node in planned if node.level is Level.SECTION]
    children: dict[str | None, list[str]] = {}
    for node in planned:
        children.setdefault(node.parent, []).append(node.plain)
    for history in sorted(others, key=lambda history: history.code.code):
        plain = history.code.code
        parent = _parent(plain, by_code, sections)
        standing = _standing_of(history.code) if history.valid_to is None else Standing.ENDED
        level = _level(history.code, by_code.get(parent))
        by_code[plain] = PlannedNode(plain, history.code.title, level, standing, parent)
        siblings = children.setdefault(parent, [])
        siblings.insert(bisect(siblings, plain), plain)
    return list(_in_order(None, children, by_code))


def _in_order(
    parent: str | None, children: Mapping[str | None, list[str]], by_code: Mapping[str, PlannedNode]
) -> Iterator[PlannedNode]:
    for plain in children.get(parent, ()):
        yield by_code[plain]
        yield from _in_order(plain, children, by_code)


def _parent(plain: str, by_code: Mapping[str, PlannedNode], sections: Sequence[str]) -> str:
    """The longest beginning of a code that is one, or the narrowest section that holds its category."""
    for length in range(len(plain) - 1, CATEGORY_LENGTH - 1, -1):
        if plain[:length] in by_code:
            return plain[:length]
    category = plain[:CATEGORY_LENGTH]
    ranges = [section.partition("-") for section in sections]
    holding = [(low, high) for low, _, high in ranges if low <= category <= (high or low)]
    if not holding:
        raise ReleaseError(f"{plain}: no section of the Tabular List holds this category.")
    # The narrowest is the one that begins last, and of those the one that ends first.
    low, high = min(holding, key=lambda range_: ([-ord(c) for c in range_[0]], range_[1]))
    return f"{low}-{high}" if high else low


def _level(code: OrderCode, above: PlannedNode | None) -> Level:
    if len(code.code) == CATEGORY_LENGTH:
        return Level.CATEGORY
    stem = code.code[:-1].rstrip(PLACEHOLDER)
    if len(code.code) == SEVENTH_PLACE and above is not None and above.level is Level.CODE and above.plain == stem:
        return Level.SEVENTH
    return Level.CODE if code.valid else Level.SUBCATEGORY


def _dated(node: PlannedNode, known: Mapping[str, CodeHistory]) -> PlannedNode:
    history = known.get(node.plain)
    if history is None:
        return node
    return replace(node, valid_from=history.valid_from, valid_to=history.valid_to, changes=history.changes)
