"""Text that is read as a code: the code itself, codes that begin with it, or the closest shorter code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from string import ascii_uppercase

from app.codes.detail import Icd9Reading
from app.codes.node import Level, Node
from app.codes.shapes import (
    AROUND_CODES,
    CATEGORY_LENGTH,
    PCS_LENGTH,
    bare_code,
    code_spellings,
    dotted,
    has_form_of_code,
    pasted_code,
    plain,
    range_ends,
    shape_of,
    with_placeholders,
    without_slip,
)
from app.codes.systems import System
from app.library.reading.catalogue import SYSTEMS_WITH_DOTS, Catalogue
from app.library.tokens import fold, word_list
from app.search import texts
from app.search.answer import Filters
from app.search.matching.index import SearchIndex
from app.search.modifier_words import are_modifiers
from app.search.parsing.lexicon import Lexicon
from app.search.row_filter import RowFilter
from app.search.unloaded_sections import SectionFinder

_RANGE = re.compile(r"\s*[A-Z][0-9A][0-9A-Z]\s*[-–]\s*[A-Z][0-9A][0-9A-Z]\s*", re.IGNORECASE)
_CHAPTER = re.compile(r"\s*chapter\s+0?([1-9][0-9]?)\s*", re.IGNORECASE)
_WILDCARD = re.compile(r"((?=[A-Z.]*[0-9])[A-Z0-9][A-Z0-9.]+?)\.?[*%?…]+(?:(?<=\*)\s+(\S.*))?", re.IGNORECASE)
"""The beginning of codes, before a sign for any characters: `E11*`, `E11.*`, `E11%`, `S72.00?`. Words after an
asterisk are searched for among the codes: `15% burn` is a share."""
_OPEN_MIDDLE = re.compile(r"([A-Z][0-9][0-9A-Z.]*)[*%?…]+([0-9A-Z]{1,3})", re.IGNORECASE)
"""The beginning and the end of codes: `S72.0*A`."""
_OPEN_LETTER = re.compile(r"[*%]([0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?)", re.IGNORECASE)
"""A code without its first letter: `*11.9`."""
_BEGUN_MODIFIER = re.compile(r"([0-9A-Z]{5})-[0-9A-Z]?", re.IGNORECASE)
"""A code whose modifier is being typed: `99213-2`."""
_CODE_AFTER_WORDS = re.compile(
    r"(?P<words>[^\W\d_].*?[\s:,-])\s*(?P<open>[(\[])?(?P<code>[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?)[)\]]?",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\s*([A-Z0-9]{2}|[A-Z0-9]{5})\s*[-–]\s*([A-Z0-9]{2}|[A-Z0-9]{5})\s*", re.IGNORECASE)
"""A range of HCPCS, CPT or the modifiers: `J0120-J3591`, `99202-99215`, `22-99`."""

_LONGEST_LETTERS = {System.MODIFIER: 2, System.HCPCS: 1, System.CPT: 5, System.ICD10PCS: 1, System.ICD10CM: 1}
"""The most characters of a text without digits that is read as a code, or the beginning of one, when only that code set
is searched: `mod: rt`, the section of `hcpcs: j` or `pcs: f`, `cpt: II`. Elsewhere such a text is a word."""

LONG_NUMBER = 5
"""The number of digits that are read as a code when words follow: `99213 office visit`, but not `100 mg`."""

POS_LENGTH = 2

MOST_CODE_ROWS = 1001
"""One more than is counted exactly."""

LEAST_WORD = 4
"""Letters of a text between spaces that is a word, not a part of a code: `grade 99`."""

SHORTEST_BEGINNING = 3
"""Characters; a code that is shortened further than to its category is another code, not a mistyped one."""


class CodeReading(Enum):
    """The ways to read a text as a code."""

    NONE = "none"
    CODE = "code"
    """A code, or the beginning of codes."""
    CODE_ONLY = "code only"
    """A code without words to search for: a range, or a line pasted from a list (`E11.9 - Type 2 ...`)."""
    CODE_AND_WORDS = "code and words"
    """A code that is followed by words, which are searched for below it: `e11 neuropathy`."""
    PADDED = "padded"
    """A code whose placeholders X are missing, or are too many: `W21.89A`."""
    SHORTENED = "shortened"
    """Not a code, but a beginning of it is one: `E11.4X`."""
    SECTION = "section"
    """Not a loaded code, but it would fall in a section or range: `27447`."""


@dataclass(frozen=True, slots=True)
class CodeRows:
    """Ids of rows, best first, and the reading of the text; `typed` is the code in plain form.

    `node` is the shortened code, or the code that `words` follow, or the section of a code that is not loaded. `padded`
    is a row near the text that has further placeholders.
    """

    reading: CodeReading = CodeReading.NONE
    rows: tuple[int, ...] = ()
    typed: str = ""
    node: Node | None = None
    words: str = ""
    padded: Node | None = None


UNLOADED_READINGS = frozenset({CodeReading.SHORTENED, CodeReading.SECTION})
"""Readings of a text that is not a loaded code: their rows are an offer."""


@dataclass(frozen=True, slots=True)
class Icd9Rows:
    """The readings of a text in ICD-9-CM, and the equivalent ICD-10 codes by id, each with the reason for its row.
    `is_offer` says that the text is first a code of another set."""

    readings: tuple[Icd9Reading, ...] = ()
    rows: Mapping[int, str] = field(default_factory=dict[int, str])
    is_offer: bool = False


class CodeSearch:
    """Finds rows by code. Any text with the characters of a code is read as one, with or without its dot."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex, lexicon: Lexicon) -> None:
        self._catalogue = catalogue
        self._index = index
        self._lexicon = lexicon
        self._sections = SectionFinder(catalogue, index)

    def code_of_word(self, text: str, systems: frozenset[System], filters: Filters) -> int | None:
        """Return the id of the code that is spelled like a word: the modifier of two letters (`rt`, `kx`), or the
        beginning of ICD-10-PCS codes that is an abbreviation too (`dm2`). The caller decides where its row stands."""
        word = text.strip(AROUND_CODES)
        table = self.abbreviated_table(word, systems) if " " not in word else None
        if table is not None:
            return table.id if self.row_filter(systems, filters).allows(table) else None
        if len(word) != 2 or not word.isascii() or not word.isalpha():
            return None
        node = self._catalogue.find(System.MODIFIER, word)
        return node.id if node is not None and self.row_filter(systems, filters).allows(node) else None

    def are_modifiers(self, words: Sequence[str], *, are_unanswered: bool) -> bool:
        """Return whether words of two letters are modifiers, and mean nothing else."""
        return are_modifiers(words, self._catalogue, self._lexicon, are_unanswered=are_unanswered)

    def row_filter(self, systems: frozenset[System], filters: Filters) -> "RowFilter":
        """Return the filter of rows by scope and filters."""
        return RowFilter(self._index, systems, filters)

    def rows(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """Return the rows of a text; none if it cannot be a code, or its code does not pass scope and filters."""
        row_filter = self.row_filter(systems, filters)
        chapter = _CHAPTER.fullmatch(text)
        if chapter:
            named = (node for node in self._catalogue.readings(chapter[1]) if node.level is Level.CHAPTER)
            return CodeRows(CodeReading.CODE_ONLY, tuple(node.id for node in named if row_filter.allows(node)))
        typed, text = text, bare_code(text)
        wildcard = _WILDCARD.fullmatch(text)
        if wildcard:
            beginning = self._wildcard(wildcard[1], row_filter)
            node = next((n for n in self._catalogue.readings(beginning.typed) if n.id in beginning.rows), None)
            if wildcard[2] is None or node is None:
                return beginning
            return CodeRows(CodeReading.CODE_AND_WORDS, (node.id,), beginning.typed, node, wildcard[2])
        open_middle = _OPEN_MIDDLE.fullmatch(text)
        if open_middle:
            return self._wildcard(open_middle[1], row_filter, ending=open_middle[2].upper())
        open_letter = _OPEN_LETTER.fullmatch(text)
        if open_letter:
            return self._any_letter(open_letter[1], row_filter)
        begun_modifier = _BEGUN_MODIFIER.fullmatch(text)
        if begun_modifier and has_form_of_code(begun_modifier[1]):
            text = begun_modifier[1]
        if without_slip(text) != text and self._catalogue.readings(without_slip(text)):
            text = without_slip(text)
        if not systems and "." in text.strip(" .-"):
            row_filter = self.row_filter(frozenset(SYSTEMS_WITH_DOTS), filters)
        if _RANGE.fullmatch(text):
            return self._range(text, row_filter)
        if _GROUP.fullmatch(text):
            group = self._index.group(plain(text.replace("–", "-")))
            if group is not None:
                node = self._catalogue.node(group)
                return CodeRows(CodeReading.CODE_ONLY, (group,) if row_filter.allows(node) else (), node.code, node)
        if "-" in text or "–" in text:
            inside = [node for node in self.between(text, row_filter.systems) if row_filter.allows(node)]
            if inside:
                return CodeRows(CodeReading.CODE_ONLY, tuple(node.id for node in inside), inside[0].code)
        if self.abbreviated_table(text.partition(" ")[0], systems) is not None:
            return CodeRows()
        spellings = _spellings(text, systems)
        if "." in text and plain(text).isdigit():
            # A number, or a code of ICD-9-CM.
            spellings = []
        if self._holds_abbreviation(text) and not any(self._finished(spelling) for spelling in spellings):
            spellings = []
        # `E11 .40` and `0DTJ 4ZZ` are codes with a stray space, not a code followed by a word.
        is_code = any(plain(node.code) == s for s in spellings for node in self._catalogue.readings(s))
        last = [] if is_code else [node for node in self._code_after_words(text) if row_filter.allows(node)]
        if last:
            return CodeRows(CodeReading.CODE_ONLY, tuple(node.id for node in last), plain(last[0].code))
        code_and_words = None if is_code else self._code_and_words(text)
        if code_and_words is not None:
            nodes, words = code_and_words
            rows = tuple(node.id for node in nodes if row_filter.allows(node))
            return CodeRows(CodeReading.CODE_AND_WORDS, rows, plain(nodes[0].code), nodes[0], words)
        pasted = pasted_code(text)
        surrounded = bool(pasted) or (is_code and (" " in text or text != typed.strip()))
        reading = CodeReading.CODE_ONLY if surrounded else CodeReading.CODE
        spellings = _spellings(pasted, systems) if pasted else spellings
        for spelling in spellings:
            rows = self._beginning(spelling, row_filter)
            if systems == frozenset({System.POS}) and len(spelling) == 1:
                rows = tuple(dict.fromkeys([*self._beginning(spelling.zfill(POS_LENGTH), row_filter), *rows]))
            if rows:
                return CodeRows(reading, rows, spelling)
        padded = [node for node in self.padded(pasted or text) if row_filter.allows(node)]
        if padded:
            return CodeRows(CodeReading.PADDED, (padded[0].id,), plain(pasted or text), padded=padded[0])
        return self._instead(pasted or text, spellings[0], row_filter) if spellings else CodeRows()

    def padded(self, text: str) -> tuple[Node, ...]:
        """Return the code that a text is once its placeholders X are put right: `W21.89A`, `T07XXXXD`."""
        node = self._catalogue.without_placeholders(text)
        return (node,) if node is not None and not self._catalogue.readings(text) else ()

    def between(self, text: str, systems: frozenset[System] = frozenset()) -> list[Node]:
        """Return the codes of a range that is no section of a code set: `J0120-J0190`; both ends are in it. Of five
        characters without a dot those of procedures and supplies, if there are any."""
        ends = range_ends(text)
        if ends is None:
            return []
        of_icd10 = frozenset(SYSTEMS_WITH_DOTS)
        code_sets = [of_icd10] if "." in text else [frozenset({System.HCPCS, System.CPT}), of_icd10]
        for searched in code_sets:
            ids = self._index.nodes_between(*ends, searched & systems if systems else searched, MOST_CODE_ROWS)
            if ids:
                nodes = self._catalogue.nodes(ids)
                return [nodes[key] for key in ids]
        return []

    def _wildcard(self, beginning: str, row_filter: "RowFilter", ending: str = "") -> CodeRows:
        """Return all codes that begin as the text before a wildcard, and end as the text after it."""
        code = plain(beginning)
        for spelling in code_spellings(code):
            rows = self._beginning(spelling, row_filter)
            if ending:
                ids = self._index.nodes_beginning(spelling, finished=True, limit=MOST_CODE_ROWS, valid_only=False)
                nodes = self._catalogue.nodes([*rows, *ids])
                rows = tuple(key for key, node in nodes.items() if plain(node.code).endswith(ending))
                rows = tuple(key for key in rows if row_filter.allows_id(key))
            if rows:
                return CodeRows(CodeReading.CODE_ONLY, rows, spelling)
        return CodeRows(CodeReading.CODE_ONLY, (), f"{code}*{ending}" if ending else code)

    def _any_letter(self, rest: str, row_filter: "RowFilter") -> CodeRows:
        """Return the codes of ICD-10-CM, in the order of the book, that are a letter and the given characters."""
        nodes = [self._catalogue.find(System.ICD10CM, f"{letter}{plain(rest)}") for letter in ascii_uppercase]
        rows = tuple(node.id for node in nodes if node is not None and row_filter.allows(node))
        return CodeRows(CodeReading.CODE_ONLY, rows, plain(rest))

    def abbreviated_table(self, word: str, systems: frozenset[System] = frozenset()) -> Node | None:
        """Return the beginning of ICD-10-PCS codes that is spelled like an abbreviation, which is meant first: DM2, the
        table of radiosurgery of the breast. None if only ICD-10-PCS is searched: then the text is the code."""
        code = plain(word)
        if systems == frozenset({System.ICD10PCS}) or not (SHORTEST_BEGINNING <= len(code) < PCS_LENGTH):
            return None
        if not code[0].isalpha() or not self._lexicon.senses((fold(word),)):
            return None
        nodes = [node for node in self._catalogue.readings(code) if plain(node.code) == code]
        return nodes[0] if nodes and all(node.system is System.ICD10PCS for node in nodes) else None

    def _holds_abbreviation(self, text: str) -> bool:
        """Return whether a text of several words holds one that the lexicon knows, or that is longer than the letters
        of a code: these are not joined into a code."""
        words = text.split()
        return len(words) > 1 and any(
            word.isalpha() and (len(word) >= LEAST_WORD or self._lexicon.senses((fold(word),))) for word in words
        )

    def _finished(self, code: str) -> bool:
        return any(plain(node.code) == code and node.billable for node in self._catalogue.readings(code))

    def _instead(self, text: str, code: str, row_filter: "RowFilter") -> CodeRows:
        """Return the offer for a code that is not loaded: its longest beginning that is a code, or its section."""
        shape = shape_of(text)
        if shape is not None and shape.name in ("cdt", "icd9"):
            return CodeRows()
        section = self._sections.find(code, row_filter.systems) if "." not in text else None
        shortened = self._shorten(code, row_filter)
        # A digit may be the 7th character, or the character that follows: the finished code is only near.
        padded = self._catalogue.find(System.ICD10CM, with_placeholders(code)) if code[-1].isdigit() else None
        if padded is not None and row_filter.allows(padded):
            return CodeRows(CodeReading.SHORTENED, (padded.id, *shortened.rows), code, shortened.node, padded=padded)
        if section is None or not row_filter.allows(section):
            return shortened
        if shortened.node is None or section.system is System.CPT:
            return CodeRows(CodeReading.SECTION, (section.id,), code, section)
        # `E1145` may be a mistyped E11.4 or a HCPCS code; J0585 shortened to J05 would be another code altogether.
        if section.system is System.HCPCS and len(plain(shortened.node.code)) < len(code) - 1:
            return CodeRows(CodeReading.SECTION, (section.id,), code, section)
        if section.system is not System.HCPCS:
            return shortened
        return CodeRows(shortened.reading, (*shortened.rows, section.id), code, shortened.node)

    def _range(self, text: str, row_filter: "RowFilter") -> CodeRows:
        """Return the section or chapter of a range (`E08-E13`), else the codes that begin like its first code."""
        node = self._catalogue.find_range(text.replace("–", "-"))
        inside = self.between(text, row_filter.systems) if node is None else []
        if inside:
            return CodeRows(CodeReading.CODE_ONLY, tuple(n.id for n in inside if row_filter.allows(n)), inside[0].code)
        if node is None:
            first = plain(re.split("[-–]", text)[0])
            rows = self._beginning(first, row_filter)
            # `T11-T12` are vertebrae.
            return CodeRows(CodeReading.CODE_ONLY, rows, first) if rows else CodeRows()
        return CodeRows(CodeReading.CODE_ONLY, (node.id,) if row_filter.allows(node) else (), node.code, node)

    def _code_and_words(self, text: str) -> tuple[list[Node], str] | None:
        """Return the codes before the words of a text, and the words: `e11 neuropathy` searches below E11, and
        `E11.40 Type 2 diabetes` was copied. Of two codes that are spelled alike, the one whose title holds more of the
        words comes first."""
        code, _, words = text.partition(" ")
        if not words.strip() or len(plain(code)) < SHORTEST_BEGINNING or pasted_code(text):
            return None
        if not any(c.isdigit() for c in code) or (code.isdigit() and len(code) < LONG_NUMBER):
            return None
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == plain(code) and _is_code(node)]
        if not exact:
            return None
        typed = set(word_list(words))
        exact.sort(key=lambda node: (not node.has_children, -len(typed.intersection(word_list(node.title)))))
        return exact, words.strip()

    def _code_after_words(self, text: str) -> list[Node]:
        """Return the finished codes that a text ends with after words, as charts have them: `Hypertension (I10)`.

        A code without dot or parentheses is one only in capitals, so that `e coli o157` is none.
        """
        match = _CODE_AFTER_WORDS.fullmatch(text)
        if match is None or not any(c.isdigit() for c in match["code"]) or match["code"].isdigit():
            return []
        if not match["open"] and "." not in match["code"] and not match["code"].isupper():
            return []
        if has_form_of_code(match["words"].split()[0]):
            return []
        return [
            n for n in self._catalogue.readings(match["code"]) if plain(n.code) == plain(match["code"]) and n.billable
        ]

    def _beginning(self, code: str, row_filter: "RowFilter") -> tuple[int, ...]:
        """Return the codes that are spelled so, then those that begin so; after finished codes comes their family."""
        exact = [
            node for node in self._catalogue.readings(code) if plain(node.code) == code and row_filter.allows(node)
        ]
        rows = [node.id for node in exact]
        unfinished = self._index.nodes_beginning(
            code, finished=False, limit=MOST_CODE_ROWS, valid_only=row_filter.valid_only
        )
        unfinished = [key for key in unfinished if row_filter.allows_id(key)]
        # Finished codes are searched once more than a category was typed.
        if len(code) > CATEGORY_LENGTH:
            finished = self._index.nodes_beginning(code, finished=True, limit=MOST_CODE_ROWS, valid_only=False)
            finished = [key for key in finished if row_filter.allows_id(key)]
            families = self._index.parents(finished)
            above = {families[key] for key in finished}
            # Codes of a family that has a row are part of that row.
            if above.isdisjoint(unfinished):
                rows += finished
                rows += sorted(above)
        return tuple(dict.fromkeys([*rows, *unfinished]))

    def _shorten(self, code: str, row_filter: "RowFilter") -> CodeRows:
        """Return the longest beginning of a text that is a code: E11.4 for `E11.4X`."""
        if not any(c.isdigit() for c in code[:SHORTEST_BEGINNING]):
            return CodeRows()
        for length in range(len(code) - 1, SHORTEST_BEGINNING - 1, -1):
            nodes = self._catalogue.readings(code[:length])
            node = next((node for node in nodes if row_filter.allows(node) and _is_code(node)), None)
            if node is not None:
                return CodeRows(CodeReading.SHORTENED, (node.id,), code, node)
        return CodeRows()


def _spellings(text: str, systems: frozenset[System]) -> list[str]:
    """Return the codes that a text may mean; one without any digit is a word, except in code sets with such codes."""
    longest = _LONGEST_LETTERS.get(next(iter(systems)), 0) if len(systems) == 1 else 0
    return [s for s in code_spellings(text) if len(s) <= longest or any(c.isdigit() for c in s)]


def padding_reason(typed: str, node: Node) -> str:
    """Return the reason for a code that is not typed with its placeholders; empty if it is."""
    is_padded = plain(typed) != plain(node.code) and with_placeholders(typed) == plain(node.code)
    return texts.placeholder_added(dotted(plain(typed)), node.code) if is_padded else ""


def _is_code(node: Node) -> bool:
    return node.level not in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.GROUP)
