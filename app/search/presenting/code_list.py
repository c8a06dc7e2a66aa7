"""The codes of a text that has several: one row for each in the order typed, with its status, and one line on all."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from app.codes.ambulance import ambulance_route
from app.codes.names import count_words
from app.codes.node import CodeStatus, Node
from app.codes.shapes import CodeShape, has_form_of_code, of_another_set, plain, range_ends, shape_of, unassigned_place
from app.codes.systems import System
from app.library.reading.catalogue import LEVELS_WITHOUT_CODES, Catalogue
from app.library.tokens import word_list
from app.search import texts
from app.search.answer import CodeState, Explanation, Filters, Hit, Question, TypedCode
from app.search.code_search import CodeSearch, padding_reason
from app.search.parsing.list_numbers import list_entries
from app.search.parsing.query import MatchKind, PartKind
from app.search.parsing.scopes import FURTHER_LABEL, split_scope
from app.search.presenting.rows import location_of
from app.search.word_match import naming_words

if TYPE_CHECKING:
    from app.search.parsing.several_codes import CodePart

PROCEDURE_SYSTEMS = frozenset({System.HCPCS, System.CPT})
"""Code sets whose codes take modifiers and units."""

CODES_CACHED = 256
WORDS_CACHED = 64

MOST_EQUIVALENTS_NAMED = 3
"""Codes of ICD-10 that a row names for a code of ICD-9-CM."""

LONGEST_LOOKED_UP = 12
"""Words of a name among codes: what is longer is a sentence of a pasted page."""

MOST_LISTED = 12
"""Entries of a numbered list of names that are searched for."""

MOST_LOOKED_UP = 6
"""Words beside codes that are searched for: each takes as long as an answer."""

_MAY_HOLD_CODE = re.compile(
    r"[A-Z](?:[0-9][0-9A-Z]|[OIL][0-9])|[0-9]{4}|[0-9]{3}\.[0-9]|(?<![0-9A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{7}", re.IGNORECASE
)
_DIGIT = re.compile(r"[0-9]")
_SHORT_CODES = re.compile(r"\s*(?=.*\b[0-9]{2}\b)[0-9A-Z]{2}(?:(?:[\s,;+&]+|\s+and\s+)[0-9A-Z]{2})+\s*")
"""Texts of two characters, a number among them: `25 59 RT`."""
SHORT_WORDS = re.compile(r"\s*[A-Z]{2}(?:[\s,;/+&]+[A-Z]{2})+\s*", re.IGNORECASE)
"""Texts of two letters each, which may be words, and levels of the spine: `LT RT`."""

_KINDS_BY_SYSTEM = {frozenset({System.MODIFIER}): PartKind.MODIFIER, frozenset({System.POS}): PartKind.PLACE}


class ReadList(NamedTuple):
    """The codes of a text with several; `offers` are codes that words beside them may mean, and `left_out` words and
    numbers that were not looked up. `is_cut` says that there are more codes than were read."""

    typed_codes: tuple[TypedCode, ...] = ()
    offers: tuple[Hit, ...] = ()
    left_out: tuple[str, ...] = ()
    is_cut: bool = False


class CodeListReader:
    """Reads texts with several codes by the loaded code sets.

    `best_match` returns the row that certainly answers words, in some code sets, if there is one.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        codes: CodeSearch,
        best_match: Callable[[str, Filters], Hit | None],
    ) -> None:
        self._catalogue = catalogue
        self._codes = codes
        # From one keystroke to the next all codes but the last are the same, and each is asked for a few times.
        self._nodes = lru_cache(maxsize=CODES_CACHED)(self._read_nodes)
        self._best_match = lru_cache(maxsize=WORDS_CACHED)(best_match)

    def read(self, question: Question, systems: frozenset[System], *, is_unanswered: bool = False) -> ReadList:
        """Return the codes of a question's text in the order typed, each with its row or the reason why it has none;
        none if it is not a text with several codes. `systems` are the code sets that are searched, none for all.
        With `is_unanswered` nothing answers the text as words."""
        only_kind = self._only_kind(question, systems, is_unanswered=is_unanswered)
        entries = [] if question.as_typed or _may_hold_code(question.text) else list_entries(question.text)
        if entries:
            filters = question.filters._replace(systems=systems)
            typed_codes = tuple(self._looked_up(entry, filters) for entry in entries[:MOST_LISTED])
            return ReadList(typed_codes, left_out=tuple(entries[MOST_LISTED:]))
        if only_kind is None and not _may_hold_code(question.text):
            return ReadList()
        # Imported here: most texts hold no code.
        from app.search.parsing.several_codes import KnownCodes, several_codes

        _, text = split_scope(question.text.encode(errors="replace").decode())
        if not question.filters.systems and FURTHER_LABEL.search(text):
            # `CPT: 99213; ICD-10: E11.9`: the first label confines no more than the others.
            systems = frozenset()
        if only_kind is not None:
            text = text.replace("/", " ")
        known = KnownCodes(self._is_code, self._is_modifier, self._is_icd9, self._titles)
        code_list = several_codes(text, known, only_kind=only_kind)
        if not code_list.parts:
            return ReadList()
        filters = question.filters._replace(systems=systems)
        described, offers = self._look_up(code_list.parts, filters)
        parts = [part for part in code_list.parts if part.kind is not PartKind.WORDS or part.typed not in described]
        is_plain = len(parts) == 1 and parts[0].kind is PartKind.CODE and not parts[0].is_claimed
        if is_plain and not code_list.left_out:
            # A code with its title, which is read as one code.
            return ReadList()
        left_out = [
            *(text for text in code_list.left_out if not self._is_title(text, parts)),
            *(part.typed for part in parts if _is_without_offer(part, offers)),
        ]
        typed_codes = self._typed_codes(
            [part for part in parts if not _is_without_offer(part, offers)], filters, offers
        )
        near = {hit.node.id: hit for hit in offers.values()}
        return ReadList(tuple(typed_codes), tuple(near.values()), tuple(left_out), code_list.is_cut)

    def _only_kind(self, question: Question, systems: frozenset[System], *, is_unanswered: bool) -> PartKind | None:
        """Return the kind of all parts of a text: modifiers or places, since only these are searched, or modifiers
        without their name, `25 59 RT`, `LT RT`."""
        kind = _KINDS_BY_SYSTEM.get(systems)
        if kind is not None or systems:
            return kind
        if SHORT_WORDS.fullmatch(question.text):
            return (
                PartKind.MODIFIER
                if self._codes.are_modifiers(
                    re.findall("[A-Z]+", question.text, re.IGNORECASE), are_unanswered=is_unanswered
                )
                else None
            )
        if not _SHORT_CODES.fullmatch(question.text):
            return None
        return PartKind.MODIFIER if all(map(self._is_modifier, re.findall("[0-9A-Z]+", question.text))) else None

    def _is_title(self, text: str, parts: "Sequence[CodePart]") -> bool:
        """Return whether words beside a code are said by its title: `Essential hypertension (I10)`."""
        words = naming_words(text)
        nodes = (node for part in parts if part.kind is PartKind.CODE for node in self._nodes(part.code))
        return bool(words) and any(not words.isdisjoint(word_list(node.title)) for node in nodes)

    def _look_up(self, parts: "Sequence[CodePart]", filters: Filters) -> tuple[set[str], dict[str, Hit]]:
        """Return the words of a list that describe a code beside them, and the best match of each of the others."""
        nodes = {node.id: node for part in parts if part.kind is PartKind.CODE for node in self._nodes(part.code)}
        titles = {frozenset(word_list(node.title)) for node in nodes.values()}
        above = {key for node in nodes.values() for key in (node.id, node.parent)}
        described: set[str] = set()
        unknown: list[str] = []
        for text in dict.fromkeys(part.typed for part in parts if part.kind is PartKind.WORDS):
            if any(title.issuperset(word_list(text)) for title in titles):
                described.add(text)
            else:
                unknown.append(text)
        offers: dict[str, Hit] = {}
        names = [text for text in unknown if len(text.split()) <= LONGEST_LOOKED_UP]
        for text in names[:MOST_LOOKED_UP]:
            hit = self._best_match(text, filters)
            if hit is not None and hit.node.id in above:
                described.add(text)
            elif hit is not None:
                explanation = hit.explanation._replace(reason=texts.meant_by(text), reason_matches=())
                offers[text] = Hit(hit.node, explanation)
        return described, offers

    def _looked_up(self, entry: str, filters: Filters) -> TypedCode:
        """Return an entry of a list of names with the row that answers it."""
        hit = self._best_match(entry, filters)
        if hit is None:
            return TypedCode(entry, None, CodeState.UNKNOWN, texts.NO_MATCH_IN_LIST, kind=PartKind.WORDS)
        explanation = hit.explanation._replace(reason=texts.meant_by(entry), reason_matches=())
        statement = texts.status_in_list(hit.node)
        return TypedCode(entry, Hit(hit.node, explanation), state_of(hit.node), statement, kind=PartKind.WORDS)

    def _typed_codes(
        self, parts: "Sequence[CodePart]", filters: Filters, offers: Mapping[str, Hit]
    ) -> Iterator[TypedCode]:
        prefers_procedures = self._prefers_procedures(parts)
        row_filter = self._codes.row_filter(filters.systems, filters)
        procedure = ""
        for part in parts:
            if part.kind is PartKind.CODE:
                procedure = part.code
            if part.kind is PartKind.WORDS:
                statement = texts.words_in_list(offers[part.typed].node)
                yield TypedCode(part.typed, None, CodeState.UNKNOWN, statement, kind=PartKind.WORDS)
                continue
            is_route = part.kind is PartKind.MODIFIER and ambulance_route(procedure, part.code)
            nodes = () if is_route else self._nodes_of(part, prefers_procedures=prefers_procedures)
            node = next((node for node in nodes if row_filter.allows(node)), None)
            if node is not None:
                yield self._with_row(part, node, nodes)
            elif nodes:
                outside = filters.systems and nodes[0].system not in filters.systems
                statement = of_another_set(nodes[0].code, nodes[0].system) if outside else texts.HIDDEN_BY_FILTER
                yield TypedCode(part.typed, None, CodeState.HIDDEN, statement, part.units, part.kind)
            else:
                yield self._without_row(part, procedure)

    def _is_code(self, text: str) -> bool:
        return bool(self._nodes(text))

    def _is_modifier(self, text: str) -> bool:
        return self._catalogue.find(System.MODIFIER, text) is not None

    def _is_icd9(self, text: str) -> bool:
        return bool(self._catalogue.icd9(text))

    def _titles(self, text: str) -> list[str]:
        return [node.title for node in self._nodes(text)]

    def _read_nodes(self, text: str) -> Sequence[Node]:
        """Return the codes that a text is, or the range, or the code without its placeholders."""
        if self._codes.abbreviated_table(text) is not None:
            # `DM2 - E11.9` is a disease and its code.
            return ()
        nodes = [node for node in self._catalogue.readings(text) if node.level not in LEVELS_WITHOUT_CODES]
        if nodes:
            return nodes
        if "-" in text.strip("-") or "–" in text:
            section = self._catalogue.find_range(text)
            return (section,) if section is not None else tuple(self._codes.between(text))
        return self._codes.padded(text)

    def _nodes_of(self, part: "CodePart", *, prefers_procedures: bool) -> Sequence[Node]:
        """Return the readings of a part, the one that is meant first."""
        if part.kind is not PartKind.CODE:
            node = self._catalogue.find(System.MODIFIER if part.kind is PartKind.MODIFIER else System.POS, part.code)
            return () if node is None else (node,)
        nodes = list(self._nodes(part.code))
        if len(nodes) > 1 and range_ends(part.code) is not None:
            # Not one code of a range stands for it.
            return ()
        if part.is_claimed or (prefers_procedures and "." not in part.code):
            nodes.sort(key=lambda node: node.system not in PROCEDURE_SYSTEMS)
        return nodes

    def _prefers_procedures(self, parts: "Sequence[CodePart]") -> bool:
        """Return whether a code that two code sets share is one of a procedure or supply: `J1100` beside `E11.9`, whose
        writer sets dots, or beside codes of procedures; but not beside `E119`, whose writer sets none."""
        codes = [part for part in parts if part.kind is PartKind.CODE]
        claimed = [part for part in parts if part.kind in (PartKind.MODIFIER, PartKind.PLACE)]
        if any("." in part.code for part in codes) or claimed:
            return True
        for part in codes:
            systems = {node.system for node in self._nodes(part.code)}
            if systems == {System.ICD10CM} and len(plain(part.code)) > 3:
                return False
        return any(
            {node.system for node in self._nodes(part.code)} <= PROCEDURE_SYSTEMS and has_form_of_code(part.code)
            for part in codes
        )

    def _with_row(self, part: "CodePart", node: Node, nodes: Sequence[Node]) -> TypedCode:
        state = state_of(node)
        statement = texts.status_in_list(node)
        reason = padding_reason(part.code, node)
        other = next((o for o in nodes if o.system is not node.system and o.billable and not reason), None)
        remarks = [statement, *_claim_remarks(part)]
        if reason:
            remarks.append(reason)
        elif other is not None:
            remarks.append(texts.also_a_code(other.code, other.system))
        reasons = texts.REASON_SEPARATOR.join(remarks)
        hit = Hit(node, Explanation(MatchKind.CODE, reasons, location=self._location(node)))
        return TypedCode(part.typed, hit, state, statement, part.units, part.kind)

    def _location(self, node: Node) -> str:
        return location_of(node, self._catalogue.nodes({node.parent} if node.parent is not None else ()))

    def _without_row(self, part: "CodePart", procedure: str) -> TypedCode:
        """Return a part that no loaded code set has; `procedure` is the code before it."""
        state, statement = CodeState.UNKNOWN, texts.no_code(part.typed)
        match part.kind:
            case PartKind.MODIFIER:
                route = ambulance_route(procedure, part.code)
                state = CodeState.VALID if route else CodeState.UNKNOWN
                statement = texts.ambulance_trip(route) if route else texts.not_a_modifier(part.code)
            case PartKind.PLACE:
                statement = unassigned_place(part.code)
            case _:
                shape, ends = shape_of(part.code), range_ends(part.code)
                icd9 = self._catalogue.icd9(part.code) if shape is not None and shape.name == "icd9" else ()
                if icd9:
                    codes = [equivalent.code for equivalent in icd9[0].equivalents[:MOST_EQUIVALENTS_NAMED]]
                    state = CodeState.ENDED
                    statement = texts.icd9_in_list(icd9[0].title, icd9[0].system_label, codes)
                elif ends is not None:
                    state = CodeState.UNFINISHED
                    statement = texts.range_in_list(*ends, len(self._codes.between(part.code)))
                elif shape is not None:
                    state = self._state_of_missing(shape)
                    statement = self._catalogue.missing_code_sentence(shape)
                    remarks = _claim_remarks(part)
                    statement += f" In the claim {', '.join(remarks)}." if remarks else ""
        return TypedCode(part.typed, None, state, statement, part.units, part.kind)

    def _state_of_missing(self, shape: CodeShape) -> CodeState:
        if shape.name == "icd9":
            return CodeState.ENDED
        is_partly_loaded = shape.system is not None and not self._catalogue.complete_release(shape.system)
        return CodeState.NOT_LOADED if is_partly_loaded else CodeState.UNKNOWN


def _may_hold_code(text: str) -> bool:
    """Return whether a text has anything like a code; most phrases have not, and are read no further."""
    return _DIGIT.search(text) is not None and _MAY_HOLD_CODE.search(text) is not None


def _is_without_offer(part: "CodePart", offers: Mapping[str, Hit]) -> bool:
    return part.kind is PartKind.WORDS and part.typed not in offers


def _claim_remarks(part: "CodePart") -> list[str]:
    """Return what a claim line says of a code: its modifiers, its units and its charge."""
    remarks: list[str] = []
    if part.modifiers:
        remarks.append(texts.with_modifiers(part.modifiers))
    if part.units:
        remarks.append(count_words(part.units, "unit"))
    if part.charge:
        remarks.append(texts.with_charge(part.charge))
    return remarks


def state_of(node: Node) -> CodeState:
    """Return the state of a loaded code in the line on a list."""
    match node.status:
        case CodeStatus.VALID | CodeStatus.MANIFESTATION:
            return CodeState.VALID
        case CodeStatus.ENDED:
            return CodeState.ENDED
        case CodeStatus.HEADING:
            return CodeState.UNFINISHED


def list_summary(typed_codes: Sequence[TypedCode]) -> str:
    """Return the line on a list of codes: `3 codes: 2 valid, 1 needs more characters`. Modifiers and places are counted
    apart from the codes, since they are not submitted by themselves."""
    by_kind = Counter(typed.kind for typed in typed_codes if typed.state is not CodeState.UNKNOWN)
    states = Counter(
        typed.state
        for typed in typed_codes
        if typed.kind is PartKind.CODE or (typed.state is not CodeState.VALID and typed.kind is not PartKind.WORDS)
    )
    summary = texts.list_summary(*(states[state] for state in CodeState)) if states else ""
    words = sum(typed.kind is PartKind.WORDS for typed in typed_codes)
    return texts.with_parts(summary, by_kind[PartKind.MODIFIER], by_kind[PartKind.PLACE], words)
