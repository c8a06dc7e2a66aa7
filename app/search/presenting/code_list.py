"""The codes of a text that has several: one row for each in the order typed, with its status, and one line on all."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from app.codes.names import count_words
from app.codes.node import CodeStatus, Node
from app.codes.shapes import has_form_of_code, of_another_set, plain, shape_of, unassigned_place
from app.codes.systems import System
from app.library.reading.catalogue import LEVELS_WITHOUT_CODES, Catalogue
from app.search import texts
from app.search.answer import CodeState, Explanation, Hit, Question, TypedCode
from app.search.code_search import CodeSearch, padding_reason
from app.search.parsing.query import MatchKind
from app.search.parsing.scopes import split_scope
from app.search.parsing.several_codes import CodePart, KnownCodes, PartKind, may_hold_code, several_codes
from app.search.presenting.rows import location_of

PROCEDURE_SYSTEMS = frozenset({System.HCPCS, System.CPT})
"""Code sets whose codes take modifiers and units."""


CODES_CACHED = 256

_ANOTHER_LABEL = re.compile(
    r"[\s;,](?:[ps]?dx|icd[-0-9]*(?:cm|pcs)?|cpt|hcpcs|cm|pcs|diagnos[ie]s)\s*[:#]", re.IGNORECASE
)


class CodeListReader:
    """Reads texts with several codes by the loaded code sets."""

    def __init__(self, catalogue: Catalogue, codes: CodeSearch) -> None:
        self._catalogue = catalogue
        self._codes = codes
        # From one keystroke to the next all codes but the last are the same, and each is asked for a few times.
        self._nodes = lru_cache(maxsize=CODES_CACHED)(self._read_nodes)
        self._known = KnownCodes(is_code=self._is_code, is_modifier=self._is_modifier, titles=self._titles)

    def read(self, question: Question, systems: frozenset[System]) -> tuple[TypedCode, ...]:
        """Return the codes of a question's text in the order typed, each with its row or the reason why it has none;
        none if it is not a text with several codes. `systems` are the code sets that are searched, none for all."""
        only_modifiers = systems == frozenset({System.MODIFIER})
        if not only_modifiers and not may_hold_code(question.text):
            return ()
        _, text = split_scope(question.text.encode(errors="replace").decode())
        if not question.filters.systems and _ANOTHER_LABEL.search(text):
            # `CPT: 99213; ICD-10: E11.9`: the first label confines no more than the others.
            systems = frozenset()
        parts = several_codes(text, self._known, only_modifiers=only_modifiers)
        if not parts:
            return ()
        prefers_procedures = self._prefers_procedures(parts)
        row_filter = self._codes.row_filter(systems, question.filters)
        typed_codes: list[TypedCode] = []
        for part in parts:
            nodes = self._nodes_of(part, prefers_procedures=prefers_procedures)
            node = next((node for node in nodes if row_filter.allows(node)), None)
            if node is not None:
                typed_codes.append(self._with_row(part, node, nodes))
            elif nodes:
                outside = systems and nodes[0].system not in systems
                statement = of_another_set(nodes[0].code, nodes[0].system) if outside else texts.HIDDEN_BY_FILTER
                typed_codes.append(TypedCode(part.typed, None, CodeState.HIDDEN, statement, part.units))
            else:
                typed_codes.append(self._without_row(part))
        return tuple(typed_codes)

    def _is_code(self, text: str) -> bool:
        return bool(self._nodes(text))

    def _is_modifier(self, text: str) -> bool:
        return self._catalogue.find(System.MODIFIER, text) is not None

    def _titles(self, text: str) -> list[str]:
        return [node.title for node in self._nodes(text)]

    def _read_nodes(self, text: str) -> Sequence[Node]:
        """Return the codes that a text is, or the range, or the code without its placeholders."""
        nodes = [node for node in self._catalogue.readings(text) if node.level not in LEVELS_WITHOUT_CODES]
        if nodes:
            return nodes
        if "-" in text.strip("-") or "–" in text:
            section = self._catalogue.find_range(text)
            return (section,) if section is not None else ()
        return self._codes.padded(text)

    def _nodes_of(self, part: CodePart, *, prefers_procedures: bool) -> Sequence[Node]:
        """Return the readings of a part, the one that is meant first."""
        match part.kind:
            case PartKind.MODIFIER:
                node = self._catalogue.find(System.MODIFIER, part.code)
                return () if node is None else (node,)
            case PartKind.PLACE:
                node = self._catalogue.find(System.POS, part.code)
                return () if node is None else (node,)
            case PartKind.CODE:
                nodes = list(self._nodes(part.code))
                if part.is_claimed or (prefers_procedures and "." not in part.code):
                    nodes.sort(key=lambda node: node.system not in PROCEDURE_SYSTEMS)
                return nodes

    def _prefers_procedures(self, parts: Sequence[CodePart]) -> bool:
        """Return whether a code that two code sets share is one of a procedure or supply: `J1100` beside `E11.9`, whose
        writer sets dots, or beside codes of procedures; but not beside `E119`, whose writer sets none."""
        codes = [part for part in parts if part.kind is PartKind.CODE]
        if any("." in part.code for part in codes) or len(codes) < len(parts):
            return True
        for part in codes:
            systems = {node.system for node in self._nodes(part.code)}
            if systems == {System.ICD10CM} and len(plain(part.code)) > 3:
                return False
        return any(
            {node.system for node in self._nodes(part.code)} <= PROCEDURE_SYSTEMS and has_form_of_code(part.code)
            for part in codes
        )

    def _with_row(self, part: CodePart, node: Node, nodes: Sequence[Node]) -> TypedCode:
        state = state_of(node)
        statement = texts.status_in_list(node)
        reason = padding_reason(part.code, node)
        other = next((o for o in nodes if o.system is not node.system and o.billable and not reason), None)
        remarks = [statement]
        if part.units:
            remarks.append(count_words(part.units, "unit"))
        if reason:
            remarks.append(reason)
        elif other is not None:
            remarks.append(texts.also_a_code(other.code, other.system))
        reasons = texts.REASON_SEPARATOR.join(remarks)
        hit = Hit(node, Explanation(MatchKind.CODE, reasons, location=self._location(node)))
        return TypedCode(part.typed, hit, state, statement, part.units)

    def _location(self, node: Node) -> str:
        return location_of(node, self._catalogue.nodes({node.parent} if node.parent is not None else ()))

    def _without_row(self, part: CodePart) -> TypedCode:
        match part.kind:
            case PartKind.MODIFIER:
                return TypedCode(part.typed, None, CodeState.UNKNOWN, texts.not_a_modifier(part.code), part.units)
            case PartKind.PLACE:
                return TypedCode(part.typed, None, CodeState.UNKNOWN, unassigned_place(part.code), part.units)
            case PartKind.CODE:
                shape = shape_of(part.code)
                if shape is None:
                    return TypedCode(part.typed, None, CodeState.UNKNOWN, texts.no_code(part.typed), part.units)
                is_partly_loaded = shape.system is not None and not self._catalogue.complete_release(shape.system)
                state = CodeState.NOT_LOADED if is_partly_loaded else CodeState.UNKNOWN
                if shape.name == "icd9":
                    state = CodeState.ENDED
                statement = self._catalogue.missing_code_sentence(shape)
                return TypedCode(part.typed, None, state, statement, part.units)


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
    systems = Counter(typed.hit.node.system for typed in typed_codes if typed.hit is not None)
    modifiers, places = systems[System.MODIFIER], systems[System.POS]
    states = Counter(typed.state for typed in typed_codes)
    states[CodeState.VALID] -= modifiers + places
    if not sum(states.values()):
        return texts.with_modifiers("", modifiers, places).removeprefix("; ")
    summary = texts.list_summary(*(states[state] for state in CodeState))
    return texts.with_modifiers(summary, modifiers, places)
