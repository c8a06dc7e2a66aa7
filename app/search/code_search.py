"""Text that is read as a code: the code itself, those that begin with it, or its longest real beginning."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.codes.detail import Icd9Reading
from app.codes.node import Level, Node
from app.codes.shapes import AROUND_CODES, code_spellings, pasted_code, plain, shape_of
from app.codes.systems import System
from app.library.ids import system_of
from app.library.reading.catalogue import Catalogue
from app.library.tokens import fold, word_list
from app.search.answer import Filters
from app.search.matching.index import SearchIndex
from app.search.parsing.lexicon import Lexicon
from app.search.unloaded_sections import Sections

_LABEL = re.compile(
    r"^(?:(?:dx|px|icd|icd-?(?:10|9)(?:-?(?:cm|pcs))?|code)\s*[:#]\s*|icd-?(?:10|9)(?:-?(?:cm|pcs))?\s+(?=\S*[0-9]))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*[A-Z][0-9A][0-9A-Z]\s*[-–]\s*[A-Z][0-9A][0-9A-Z]\s*", re.IGNORECASE)
_GROUP = re.compile(r"\s*([A-Z0-9]{2}|[A-Z0-9]{5})\s*[-–]\s*([A-Z0-9]{2}|[A-Z0-9]{5})\s*", re.IGNORECASE)
"""A range of HCPCS, CPT or the modifiers: `J0120-J3591`, `99202-99215`, `22-99`."""

_LETTERS = {System.MODIFIER: 2, System.HCPCS: 1, System.CPT: 5, System.ICD10PCS: 1, System.ICD10CM: 1}
"""How long a text without any digit may be to be a code, or the beginning of one, where only that code set is asked:
`mod: rt`, the section of `hcpcs: j` or `pcs: f`, `cpt: II`. Elsewhere it is a word."""

LONG_NUMBER = 5
"""Digits that words follow are a code when they are so many: `99213 office visit`, but not `100 mg`."""

FINISHED_PCS = 7
"""Characters of a code of ICD-10-PCS; what is shorter is the beginning of one."""

SHORTEST_STEM = 3
"""Finished codes are looked for once more than a category, or a table, was typed."""

MOST_ROWS = 1001
"""One more than is counted exactly."""

SHORTEST_BEGINNING = 3
"""A code that is cut back further than to its category is another code, not a mistyped one."""


class CodeReading(Enum):
    """What a text is as a code."""

    NONE = "none"
    CODE = "code"
    """A code, or the beginning of codes."""
    ALONE = "alone"
    """A code whose surroundings say nothing more: a range, or a line pasted from a list (`E11.9 - Type 2 ...`)."""
    BELOW = "below"
    """A code that words follow, which are looked for below it: `e11 neuropathy`."""
    CUT = "cut"
    """No code, but a beginning of it is one: `E11.4X`."""
    WITHIN = "within"
    """No code that is loaded, but a section has the numbers among which it stands: `27447`."""


@dataclass(frozen=True, slots=True)
class CodeRows:
    """Ids of rows, best first, and how the text was read; `typed` is the code in plain form.

    `node` is the code that was cut back to, or that `words` follow, or the section of a code that is not loaded.
    """

    reading: CodeReading = CodeReading.NONE
    rows: tuple[int, ...] = ()
    typed: str = ""
    node: Node | None = None
    words: str = ""


NO_CODE = frozenset({CodeReading.CUT, CodeReading.WITHIN})
"""Readings of a text that is no code which is loaded: what they lead to is an offer."""


@dataclass(frozen=True, slots=True)
class Icd9Rows:
    """What a text is in ICD-9-CM, and the ICD-10 codes that stand for it, by id, each with the line that says so."""

    readings: tuple[Icd9Reading, ...] = ()
    rows: Mapping[int, str] = field(default_factory=dict[int, str])


class CodeSearch:
    """Finds rows by code. Whatever is typed is read as a code when it has the characters for it, dot or no dot."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex, lexicon: Lexicon) -> None:
        self._catalogue = catalogue
        self._index = index
        self._lexicon = lexicon
        self._sections = Sections(catalogue, index)

    def aside(self, text: str, systems: frozenset[System], filters: Filters) -> int | None:
        """What a text that is read as a word is as a code: the modifier that two letters are (`rt`, `kx`), or the
        beginning of ICD-10-PCS codes that an abbreviation is spelled like (`dm2`). It is the caller who places it."""
        bare = text.strip(AROUND_CODES)
        table = self._abbreviated_table(bare, systems) if " " not in bare else None
        if table is not None:
            return table.id if Allowed(self._index, systems, filters)(table) else None
        if len(bare) != 2 or not bare.isascii() or not bare.isalpha():
            return None
        node = self._catalogue.find(System.MODIFIER, bare)
        return node.id if node is not None and Allowed(self._index, systems, filters)(node) else None

    def allowed(self, systems: frozenset[System], filters: Filters) -> "Allowed":
        """What passes scope and filters."""
        return Allowed(self._index, systems, filters)

    def rows(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """Rows for a text; none when it cannot be a code, or its code does not pass scope and filters."""
        allowed = Allowed(self._index, systems, filters)
        typed, text = text, _LABEL.sub("", text.strip(AROUND_CODES)).strip(AROUND_CODES)
        if _RANGE.fullmatch(text):
            return self._range(text, allowed)
        if _GROUP.fullmatch(text):
            group = self._index.group(plain(text.replace("–", "-")))
            if group is not None:
                node = self._catalogue.node(group)
                return CodeRows(CodeReading.ALONE, (group,) if allowed(node) else (), node.code, node)
        if self._abbreviated_table(text.partition(" ")[0], systems) is not None:
            return CodeRows()
        spellings = _spellings(text, systems)
        if self._holds_abbreviation(text) and not any(self._finished(spelling) for spelling in spellings):
            spellings = []
        # `E11 .40` and `0DTJ 4ZZ` are codes with a stray space, and not a code that a word follows.
        is_code = any(plain(node.code) == s for s in spellings for node in self._catalogue.readings(s))
        below = None if is_code else self._below(text)
        if below is not None:
            nodes, words = below
            rows = tuple(node.id for node in nodes if allowed(node))
            return CodeRows(CodeReading.BELOW, rows, plain(nodes[0].code), nodes[0], words)
        pasted = pasted_code(text)
        surrounded = bool(pasted) or (is_code and (" " in text or text != typed.strip()))
        reading = CodeReading.ALONE if surrounded else CodeReading.CODE
        spellings = _spellings(pasted, systems) if pasted else spellings
        for spelling in spellings:
            rows = self._beginning(spelling, allowed)
            if rows:
                return CodeRows(reading, rows, spelling)
        return self._instead(pasted or text, spellings[0], allowed) if spellings else CodeRows()

    def _abbreviated_table(self, word: str, systems: frozenset[System]) -> Node | None:
        """The beginning of ICD-10-PCS codes that is spelled like an abbreviation, which is meant first: DM2, the table
        of radiosurgery of the breast. Where ICD-10-PCS alone is asked it is the code."""
        code = plain(word)
        if systems == frozenset({System.ICD10PCS}) or not (SHORTEST_BEGINNING <= len(code) < FINISHED_PCS):
            return None
        if not code[0].isalpha() or not self._lexicon.senses((fold(word),)):
            return None
        nodes = [node for node in self._catalogue.readings(code) if plain(node.code) == code]
        return nodes[0] if nodes and all(node.system is System.ICD10PCS for node in nodes) else None

    def _holds_abbreviation(self, text: str) -> bool:
        """Whether a text of several words holds one that the lexicon knows: these are not to be closed up to a code."""
        words = text.split()
        return len(words) > 1 and any(word.isalpha() and self._lexicon.senses((fold(word),)) for word in words)

    def _finished(self, code: str) -> bool:
        return any(plain(node.code) == code and node.billable for node in self._catalogue.readings(code))

    def _instead(self, text: str, code: str, allowed: "Allowed") -> CodeRows:
        """What is offered for a code that is not loaded: its longest real beginning, or the section it belongs to."""
        shape = shape_of(text)
        if shape is not None and shape.name in ("cdt", "icd9"):
            return CodeRows()
        section = self._sections.holding(code, allowed.systems) if "." not in text else None
        cut = self._cut_back(code, allowed)
        if section is None or not allowed(section):
            return cut
        if cut.node is None or section.system is System.CPT:
            return CodeRows(CodeReading.WITHIN, (section.id,), code, section)
        # `E1145` may be a slip of E11.4 or a HCPCS code; J0585 cut down to J05 would be another code altogether.
        if section.system is System.HCPCS and len(plain(cut.node.code)) < len(code) - 1:
            return CodeRows(CodeReading.WITHIN, (section.id,), code, section)
        return CodeRows(cut.reading, (*cut.rows, section.id), code, cut.node) if section.system is System.HCPCS else cut

    def _range(self, text: str, allowed: "Allowed") -> CodeRows:
        """`E08-E13`: the section or chapter, else what begins like its first code."""
        node = self._catalogue.find_range(text.replace("–", "-"))
        if node is None:
            first = plain(re.split("[-–]", text)[0])
            return CodeRows(CodeReading.ALONE, self._beginning(first, allowed), first)
        return CodeRows(CodeReading.ALONE, (node.id,) if allowed(node) else (), node.code, node)

    def _below(self, text: str) -> tuple[list[Node], str] | None:
        """The readings of a code that words follow: `e11 neuropathy` looks below E11, `E11.40 Type 2 diabetes` was
        copied. Of two codes that are spelled alike, the one whose title holds more of the words comes first."""
        code, _, words = text.partition(" ")
        if not words.strip() or len(plain(code)) < SHORTEST_BEGINNING or pasted_code(text):
            return None
        if not any(c.isdigit() for c in code) or (code.isdigit() and len(code) < LONG_NUMBER):
            return None
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == plain(code) and _is_code(node)]
        if not exact:
            return None
        wanted = set(word_list(words))
        exact.sort(key=lambda node: (not node.has_children, -len(wanted.intersection(word_list(node.title)))))
        return exact, words.strip()

    def _beginning(self, code: str, allowed: "Allowed") -> tuple[int, ...]:
        """The codes that a text is, then those that begin with it; finished codes are followed by their family."""
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == code and allowed(node)]
        rows = [node.id for node in exact]
        unfinished = self._index.nodes_beginning(code, finished=False, limit=MOST_ROWS, valid_only=allowed.valid_only)
        unfinished = [key for key in unfinished if allowed.within(key)]
        if len(code) > SHORTEST_STEM:
            finished = self._index.nodes_beginning(code, finished=True, limit=MOST_ROWS, valid_only=False)
            finished = [key for key in finished if allowed.within(key)]
            families = self._index.parents(finished)
            above = {families[key] for key in finished}
            # Codes of a family that is itself among the rows are inside its row already.
            if above.isdisjoint(unfinished):
                rows += finished
                rows += sorted(above)
        return tuple(dict.fromkeys([*rows, *unfinished]))

    def _cut_back(self, code: str, allowed: "Allowed") -> CodeRows:
        """`E11.4X` shows E11.4, the longest beginning of it that is a code."""
        if not any(c.isdigit() for c in code[:SHORTEST_BEGINNING]):
            return CodeRows()
        for length in range(len(code) - 1, SHORTEST_BEGINNING - 1, -1):
            found = [node for node in self._catalogue.readings(code[:length]) if allowed(node) and _is_code(node)]
            if found:
                return CodeRows(CodeReading.CUT, (found[0].id,), code, found[0])
        return CodeRows()


class Allowed:
    """Whether a row passes scope and filters."""

    def __init__(self, index: SearchIndex, systems: frozenset[System], filters: Filters) -> None:
        self._index = index
        self.systems = systems
        self.valid_only = filters.valid_only
        self._branch = (filters.within, index.last_below(filters.within)) if filters.within is not None else None

    def within(self, key: int) -> bool:
        """Whether a node is of a code set and branch that is wanted, told from its id."""
        if self.systems and system_of(key) not in self.systems:
            return False
        return self._branch is None or self._branch[0] <= key <= self._branch[1]

    def __call__(self, node: Node) -> bool:
        return self.within(node.id) and (not self.valid_only or node.billable or (node.is_family and node.variants > 0))


def _spellings(text: str, systems: frozenset[System]) -> list[str]:
    """The codes that a text may mean; one without any digit is a word, but for code sets that have such codes."""
    longest = _LETTERS.get(next(iter(systems)), 0) if len(systems) == 1 else 0
    return [s for s in code_spellings(text) if len(s) <= longest or any(c.isdigit() for c in s)]


def _is_code(node: Node) -> bool:
    return node.level not in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.GROUP)
