"""ICD-10-CM as nodes: the Tabular List's structure, completed with the 7-character codes and those of other years."""

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Level, is_manifestation
from app.codes.shapes import CATEGORY_LENGTH, SEVENTH_PLACE, finished
from app.library.code_history import CodeHistory, Snapshot, histories, same_title
from app.library.compiling.nodes import PlannedNode
from app.library.contents import Icd10cm
from app.releases.records import OrderCode, Release, ReleaseError, Tabular, TabularNode


def listed(release: Release, tabular: Tabular, existing: Collection[str] | None) -> Icd10cm:
    """ICD-10-CM of a Tabular List and a list of the plain codes that exist, of one and the same release.

    Without a list every 7th character that the Tabular List offers makes a code.
    """
    nodes = tuple(tabular.nodes)
    codes = {
        node.plain: OrderCode(node.plain, node.status.billable, node.title)
        for node in plan_tabular(nodes, existing)
        if node.level not in (Level.CHAPTER, Level.SECTION)
    }
    return Icd10cm(release, replace(tabular, nodes=nodes), (Snapshot(release, codes),))


def plan(contents: Icd10cm) -> list[PlannedNode]:
    """Every node of ICD-10-CM in the order of the book, parents first, codes that have ended included.

    Where Tabular List and order file are of the same year, they must name the same codes: ReleaseError otherwise. An
    order file of another year, or of an update within the year that came after the Tabular List, is right about what
    exists: what it has more is put where its code belongs, what it has not has ended, or has not come yet where the
    Tabular List is the newer of the two.
    """
    newest = contents.snapshots[-1]
    known = histories(contents.snapshots)
    same_year = contents.tabular_release.effective_to == newest.release.effective_to
    if same_year and newest.release.effective_from <= contents.tabular_release.effective_from:
        planned = list(plan_tabular(contents.tabular.nodes, newest.codes.keys()))
        _check_validity(planned, newest.codes)
    else:
        start = contents.tabular_release.effective_from
        following = [s.release.effective_from for s in contents.snapshots if s.release.effective_from > start]
        missing = _not_yet(start) if not following else _gone(following[0])
        planned = [_of_the_year(node, newest, known, missing) for node in plan_tabular(contents.tabular.nodes, None)]
        planned = [node for node in planned if node.plain in known or node.level is not Level.SEVENTH]
    there = {node.plain for node in planned}
    others = [history for plain, history in known.items() if plain not in there]
    planned = _with_others(planned, others, list(newest.codes))
    return _settled([_dated(node, known) for node in planned])


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
            yield PlannedNode(node.code, node.title, node.level, CodeStatus.HEADING, node.parent, node)
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
                    completions.append(PlannedNode(code, title, Level.SEVENTH, CodeStatus.VALID, node.code))
        is_heading = node.level is not Level.CODE or bool(completions)
        yield PlannedNode(node.code, node.title, node.level, _standing(node, is_heading), node.parent, node)
        yield from completions
    if left:
        raise ReleaseError(f"{min(left)} and {len(left) - 1} more: in the list of codes, but not in the Tabular List.")


def _standing(node: TabularNode, is_heading: bool) -> CodeStatus:
    if is_heading:
        return CodeStatus.HEADING
    return CodeStatus.MANIFESTATION if is_manifestation(node.title) else CodeStatus.VALID


def _check_validity(planned: list[PlannedNode], codes: Mapping[str, OrderCode]) -> None:
    """Order file and Tabular List must agree on which codes are valid for submission."""
    for node in planned:
        code = codes.get(node.plain)
        if code is not None and code.valid != node.status.billable:
            said = "valid" if code.valid else "a heading"
            raise ReleaseError(f"{node.plain}: {said} in the order file, but not in the Tabular List.")


# Codes of other years


@dataclass(frozen=True, slots=True)
class _Missing:
    """Why the order file lacks a code of the Tabular List: it came later, or was gone on the day of a release."""

    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()


def _not_yet(start: date) -> _Missing:
    return _Missing(valid_from=start, changes=(Change(ChangeKind.NEW, start),))


def _gone(following: date) -> _Missing:
    return _Missing(valid_to=following - timedelta(days=1))


def _of_the_year(
    node: PlannedNode, newest: Snapshot, known: Mapping[str, CodeHistory], missing: _Missing
) -> PlannedNode:
    """A node of the Tabular List as an order file of another year has it."""
    if node.level in (Level.CHAPTER, Level.SECTION):
        return node
    code = newest.codes.get(node.plain)
    if code is None:
        # Of what has ended the last order file that had it tells the title.
        last = known[node.plain].code.title if node.plain in known else node.title
        return replace(
            node,
            title=node.title if same_title(node.title, last) else last,
            status=CodeStatus.ENDED,
            valid_from=missing.valid_from,
            valid_to=missing.valid_to,
            changes=missing.changes,
        )
    title = node.title if same_title(node.title, code.title) else code.title
    return replace(node, title=title, status=_status_of(code))


def _status_of(code: OrderCode) -> CodeStatus:
    if not code.valid:
        return CodeStatus.HEADING
    return CodeStatus.MANIFESTATION if is_manifestation(code.title) else CodeStatus.VALID


def _with_others(planned: list[PlannedNode], others: Sequence[CodeHistory], book: Sequence[str]) -> list[PlannedNode]:
    """Nodes with codes that the Tabular List does not have, each below the nearest code above it.

    They stand in the order of the order file (`book`), where L98.A comes before L98.5, and those that it has no more in
    that of their codes.
    """
    if not others:
        return planned
    order = {plain: place for place, plain in enumerate(book)}
    by_code = {node.plain: node for node in planned}
    sections = _sections(planned)
    children: dict[str | None, list[str]] = {}
    for node in planned:
        children.setdefault(node.parent, []).append(node.plain)
    for history in sorted(others, key=lambda history: history.code.code):
        plain = history.code.code
        parent = _parent(plain, by_code, sections)
        status = _status_of(history.code) if history.valid_to is None else CodeStatus.ENDED
        by_code[plain] = PlannedNode(plain, history.code.title, Level.CODE, status, parent)
        siblings = children.setdefault(parent, [])
        siblings.insert(_place(plain, siblings, order), plain)
    return list(_in_order(None, children, by_code))


def _place(plain: str, siblings: Sequence[str], order: Mapping[str, int]) -> int:
    """Where a code stands among those that have the same one above them."""
    own = order.get(plain)
    if own is None or not any(sibling in order for sibling in siblings):
        return bisect(siblings, plain)
    following = (place for place, sibling in enumerate(siblings) if order.get(sibling, -1) > own)
    return next(following, len(siblings))


def _sections(planned: Iterable[PlannedNode]) -> list[tuple[str, str, str]]:
    """The sections as (first category, last category, chapter)."""
    found: list[tuple[str, str, str]] = []
    chapter = ""
    for node in planned:
        if node.level is Level.CHAPTER:
            chapter = node.plain
        elif node.level is Level.SECTION:
            first, _, last = node.plain.partition("-")
            found.append((first, last, chapter))
    return found


def _in_order(
    parent: str | None, children: Mapping[str | None, list[str]], by_code: Mapping[str, PlannedNode]
) -> Iterator[PlannedNode]:
    for plain in children.get(parent, ()):
        yield by_code[plain]
        yield from _in_order(plain, children, by_code)


def _parent(plain: str, by_code: Mapping[str, PlannedNode], sections: Sequence[tuple[str, str, str]]) -> str:
    """The longest beginning of a code that is one, else the narrowest section that holds its category.

    A category may lie outside all sections: I1A came when the section before ended with I16, QA0 with a section of its
    own. It stands in the chapter whose section comes before it.
    """
    for length in range(len(plain) - 1, CATEGORY_LENGTH - 1, -1):
        if plain[:length] in by_code:
            return plain[:length]
    category = plain[:CATEGORY_LENGTH]
    holding = [(first, last) for first, last, _ in sections if first <= category <= last]
    if holding:
        # The narrowest is the one that begins last, and of those the one that ends first.
        latest = max(first for first, _ in holding)
        return f"{latest}-{min(last for first, last in holding if first == latest)}"
    before = [(first, chapter) for first, _, chapter in sections if first[0] == category[0] and first <= category]
    if not before:
        raise ReleaseError(
            f"{plain}: no chapter of the Tabular List holds this category; add the Tabular List of the same year."
        )
    return max(before)[1]


def _settled(planned: list[PlannedNode]) -> list[PlannedNode]:
    """Nodes with the levels and standings that follow from what stands below them, whatever year that is of.

    Nothing valid is left in a section whose codes have all ended. A code that the Tabular List writes out as the last
    becomes a subcategory when a later year divides it.
    """
    divided: set[str] = set()
    alive: set[str] = set()
    for node in reversed(planned):
        if node.parent is None:
            continue
        if not _finishes(node):
            divided.add(node.parent)
        if node.status.billable or node.plain in alive:
            alive.add(node.parent)
    return [_settle(node, divided, alive) for node in planned]


def _settle(node: PlannedNode, divided: Collection[str], alive: Collection[str]) -> PlannedNode:
    if node.level in (Level.CHAPTER, Level.SECTION):
        return node if node.plain in alive else replace(node, status=CodeStatus.ENDED)
    if node.plain in divided:
        if node.level is Level.CODE and not (node.status.billable and node.tabular):
            level = Level.CATEGORY if len(node.plain) == CATEGORY_LENGTH else Level.SUBCATEGORY
            return replace(node, level=level)
    elif node.level is Level.CODE and node.tabular is None and _finishes(node) and node.parent not in divided:
        return replace(node, level=Level.SEVENTH)
    return node


def _finishes(node: PlannedNode) -> bool:
    """Whether a code is the one above it with a 7th character, judged by its shape where the Tabular List has it not.

    Behind six characters of its own a digit is one more of them: L98.A111.
    """
    stem, plain = node.parent or "", node.plain
    if node.level is Level.SEVENTH:
        return True
    if len(plain) != SEVENTH_PLACE or node.tabular is not None or finished(stem, plain[-1]) != plain:
        return False
    return len(stem) < SEVENTH_PLACE - 1 or plain[-1].isalpha()


def _dated(node: PlannedNode, known: Mapping[str, CodeHistory]) -> PlannedNode:
    history = known.get(node.plain)
    if history is None:
        return node
    return replace(node, valid_from=history.valid_from, valid_to=history.valid_to, changes=history.changes)
