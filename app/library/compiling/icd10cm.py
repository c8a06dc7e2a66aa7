"""ICD-10-CM as nodes: the Tabular List's structure, completed with the 7-character codes and those of other years."""

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Level
from app.codes.shapes import CATEGORY_LENGTH, SEVENTH_PLACE, finished
from app.library.code_history import CodeHistory, Snapshot, histories, same_title
from app.library.compiling.manifestations import with_manifestations
from app.library.compiling.nodes import PlannedNode
from app.library.contents import Icd10cm
from app.releases.errors import ReleaseError
from app.releases.records import OrderCode, Release, Tabular, TabularNode


def listed(release: Release, tabular: Tabular, existing: Collection[str] | None) -> Icd10cm:
    """Return ICD-10-CM from a Tabular List and a list of the plain codes that exist, of the same release.

    Without a list every 7th character of the Tabular List makes a code.
    """
    nodes = tuple(tabular.nodes)
    codes = {
        node.plain: OrderCode(node.plain, node.status.billable, node.title)
        for node in plan_tabular(nodes, existing)
        if node.level not in (Level.CHAPTER, Level.SECTION)
    }
    return Icd10cm(release, replace(tabular, nodes=nodes), (Snapshot(release, codes),))


def plan(contents: Icd10cm) -> list[PlannedNode]:
    """Return every node of ICD-10-CM in the order of the book, parents first, with codes that have ended.

    A Tabular List and an order file of the same year must name the same codes: ReleaseError otherwise. An order file of
    another year, or of an update within the year after the Tabular List, decides which codes exist: codes that only it
    has are inserted in order, and codes that it lacks have ended, or begin later if the Tabular List is the newer one.
    """
    newest = contents.snapshots[-1]
    code_histories = histories(contents.snapshots)
    same_year = contents.tabular_release.effective_to == newest.release.effective_to
    if same_year and newest.release.effective_from <= contents.tabular_release.effective_from:
        planned = list(plan_tabular(contents.tabular.nodes, newest.codes.keys()))
        _check_validity(planned, newest.codes)
    else:
        start = contents.tabular_release.effective_from
        following = [s.release.effective_from for s in contents.snapshots if s.release.effective_from > start]
        missing = _begins_on(start) if not following else _ended_before(following[0])
        planned = [
            _as_of_order_file(node, newest, code_histories, missing)
            for node in plan_tabular(contents.tabular.nodes, None)
        ]
        planned = [node for node in planned if node.plain in code_histories or node.level is not Level.SEVENTH]
    planned_codes = {node.plain for node in planned}
    others = [history for plain, history in code_histories.items() if plain not in planned_codes]
    planned = _with_other_codes(planned, others, list(newest.codes))
    final = _with_final_levels([_dated(node, code_histories) for node in planned])
    return with_manifestations(final, contents.books)


def plan_tabular(nodes: Iterable[TabularNode], existing: Collection[str] | None) -> Iterator[PlannedNode]:
    """Yield the nodes of the Tabular List in the order of the book, each stem followed by its finished codes.

    `existing` are the plain codes of the order file or code list, which decides which codes exist: the Tabular List has
    7th characters for 76 codes more (S06.1X7D). Raises ReleaseError for a code that only one of the two has. Without a
    list every code of the Tabular List exists.
    """
    unused = set(existing or ())
    inherited: dict[str, tuple[tuple[str, str], ...]] = {}
    for node in nodes:
        characters = node.seventh or inherited.get(node.parent or "", ())
        inherited[node.code] = characters
        if node.level in (Level.CHAPTER, Level.SECTION):
            yield PlannedNode(node.code, node.title, node.level, CodeStatus.HEADING, node.parent, node)
            continue
        if existing is not None:
            if node.code not in unused:
                raise ReleaseError(f"{node.code}: in the Tabular List, but not in the list of codes (or there twice).")
            unused.remove(node.code)
        completions: list[PlannedNode] = []
        if node.level is Level.CODE and len(node.code) < SEVENTH_PLACE:
            for char, meaning in characters:
                code = finished(node.code, char)
                if existing is None or code in unused:
                    unused.discard(code)
                    title = f"{node.title}, {meaning}"
                    completions.append(PlannedNode(code, title, Level.SEVENTH, CodeStatus.VALID, node.code))
        is_heading = node.level is not Level.CODE or bool(completions)
        status = CodeStatus.HEADING if is_heading else CodeStatus.VALID
        yield PlannedNode(node.code, node.title, node.level, status, node.parent, node)
        yield from completions
    if unused:
        raise ReleaseError(
            f"{min(unused)} and {len(unused) - 1} more: in the list of codes, but not in the Tabular List."
        )


def _check_validity(planned: list[PlannedNode], codes: Mapping[str, OrderCode]) -> None:
    """Raise ReleaseError unless order file and Tabular List agree on which codes are valid for submission."""
    for node in planned:
        code = codes.get(node.plain)
        if code is not None and code.valid != node.status.billable:
            status = "valid" if code.valid else "a heading"
            raise ReleaseError(f"{node.plain}: {status} in the order file, but not in the Tabular List.")


# Codes of other years


@dataclass(frozen=True, slots=True)
class _MissingCode:
    """Dates and changes of a code that the order file lacks: it begins later, or ended before a release."""

    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()


def _begins_on(start: date) -> _MissingCode:
    return _MissingCode(valid_from=start, changes=(Change(ChangeKind.NEW, start),))


def _ended_before(following: date) -> _MissingCode:
    return _MissingCode(valid_to=following - timedelta(days=1))


def _as_of_order_file(
    node: PlannedNode, newest: Snapshot, code_histories: Mapping[str, CodeHistory], missing: _MissingCode
) -> PlannedNode:
    """Return a node of the Tabular List with title and status from an order file of another year."""
    if node.level in (Level.CHAPTER, Level.SECTION):
        return node
    code = newest.codes.get(node.plain)
    if code is None:
        # The title of an ended code is that of the last order file that had it.
        last = code_histories[node.plain].code.title if node.plain in code_histories else node.title
        return replace(
            node,
            title=node.title if same_title(node.title, last) else last,
            status=CodeStatus.ENDED,
            valid_from=missing.valid_from,
            valid_to=missing.valid_to,
            changes=missing.changes,
        )
    title = node.title if same_title(node.title, code.title) else code.title
    status = _status_of(code)
    # A node is only copied where that changes it: 100,000 copies take a second.
    return node if (title, status) == (node.title, node.status) else replace(node, title=title, status=status)


def _status_of(code: OrderCode) -> CodeStatus:
    return CodeStatus.VALID if code.valid else CodeStatus.HEADING


def _with_other_codes(
    planned: list[PlannedNode], others: Sequence[CodeHistory], book: Sequence[str]
) -> list[PlannedNode]:
    """Return nodes with codes that the Tabular List lacks, each below the nearest code above it.

    They are in the order of the order file (`book`), where L98.A comes before L98.5; those that it lacks too are in the
    order of their codes.
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
    """Return the index of a code among its siblings."""
    own = order.get(plain)
    if own is None or not any(sibling in order for sibling in siblings):
        return bisect(siblings, plain)
    following = (place for place, sibling in enumerate(siblings) if order.get(sibling, -1) > own)
    return next(following, len(siblings))


def _sections(planned: Iterable[PlannedNode]) -> list[tuple[str, str, str]]:
    """Return the sections as (first category, last category, chapter)."""
    sections: list[tuple[str, str, str]] = []
    chapter = ""
    for node in planned:
        if node.level is Level.CHAPTER:
            chapter = node.plain
        elif node.level is Level.SECTION:
            first, _, last = node.plain.partition("-")
            sections.append((first, last, chapter))
    return sections


def _in_order(
    parent: str | None, children: Mapping[str | None, list[str]], by_code: Mapping[str, PlannedNode]
) -> Iterator[PlannedNode]:
    for plain in children.get(parent, ()):
        yield by_code[plain]
        yield from _in_order(plain, children, by_code)


def _parent(plain: str, by_code: Mapping[str, PlannedNode], sections: Sequence[tuple[str, str, str]]) -> str:
    """Return the longest beginning of a code that is a code, otherwise the narrowest section of its category.

    A category may be outside all sections: I1A was added when the section before ended with I16, QA0 with a section of
    its own. Its parent is then the chapter of the section before it.
    """
    for length in range(len(plain) - 1, CATEGORY_LENGTH - 1, -1):
        if plain[:length] in by_code:
            return plain[:length]
    category = plain[:CATEGORY_LENGTH]
    containing = [(first, last) for first, last, _ in sections if first <= category <= last]
    if containing:
        # The narrowest is the one that begins last, and of those the one that ends first.
        latest = max(first for first, _ in containing)
        return f"{latest}-{min(last for first, last in containing if first == latest)}"
    before = [(first, chapter) for first, _, chapter in sections if first[0] == category[0] and first <= category]
    if not before:
        raise ReleaseError(
            f"{plain}: no chapter of the Tabular List has this category; add the Tabular List of the same year."
        )
    return max(before)[1]


def _with_final_levels(planned: list[PlannedNode]) -> list[PlannedNode]:
    """Return nodes with the levels and statuses that follow from the nodes below them, of any year.

    A section has ended when all of its codes have. A code at the lowest level of the Tabular List becomes a subcategory
    when a later year divides it.
    """
    divided: set[str] = set()
    with_valid_codes: set[str] = set()
    for node in reversed(planned):
        if node.parent is None:
            continue
        if not _adds_seventh(node):
            divided.add(node.parent)
        if node.status.billable or node.plain in with_valid_codes:
            with_valid_codes.add(node.parent)
    return [_final_level(node, divided, with_valid_codes) for node in planned]


def _final_level(node: PlannedNode, divided: Collection[str], with_valid_codes: Collection[str]) -> PlannedNode:
    if node.level in (Level.CHAPTER, Level.SECTION):
        return node if node.plain in with_valid_codes else replace(node, status=CodeStatus.ENDED)
    if node.plain in divided:
        if node.level is Level.CODE and not (node.status.billable and node.tabular):
            level = Level.CATEGORY if len(node.plain) == CATEGORY_LENGTH else Level.SUBCATEGORY
            return replace(node, level=level)
    elif node.level is Level.CODE and node.tabular is None and _adds_seventh(node) and node.parent not in divided:
        return replace(node, level=Level.SEVENTH)
    return node


def _adds_seventh(node: PlannedNode) -> bool:
    """Return whether a code is its parent with a 7th character, judged by its form if the Tabular List lacks it.

    A digit after six characters of a code's own is one more of them, not a 7th character: L98.A111.
    """
    stem, plain = node.parent or "", node.plain
    if node.level is Level.SEVENTH:
        return True
    if len(plain) != SEVENTH_PLACE or node.tabular is not None or finished(stem, plain[-1]) != plain:
        return False
    return len(stem) < SEVENTH_PLACE - 1 or plain[-1].isalpha()


def _dated(node: PlannedNode, code_histories: Mapping[str, CodeHistory]) -> PlannedNode:
    history = code_histories.get(node.plain)
    if history is None or (history.valid_from, history.valid_to, history.changes) == (
        node.valid_from,
        node.valid_to,
        node.changes,
    ):
        return node
    return replace(node, valid_from=history.valid_from, valid_to=history.valid_to, changes=history.changes)
