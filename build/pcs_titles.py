"""Names of the characters of ICD-10-PCS codes, read from the codes' titles where no tables are at hand.

Codes that differ in one character differ in one phrase of their titles. Where a phrase begins and ends is told by the
forms of titles, our own table; where a form can be read in several ways, by all codes of a table that share a
character: the phrase that most of them have is its name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from app.codes.pcs import PCS_SECTIONS
from app.library.compiling.icd10pcs import TABLE_LENGTH
from app.library.own_words.table_rows import NONE, table_rows
from app.releases.errors import ReleaseError

NAMED_BY_TITLES = (3, 4, 5, 6, 7)
"""The characters of which titles say something; the section and the body system are not in them."""

ENDINGS = (
    ("2Y", 4, "Region"),
    ("7", 4, "Region"),
    ("9", 4, "Region"),
    ("7", 6, "Forces"),
    ("B", 5, "Contrast"),
    ("F", 6, "Equipment"),
    ("3E", 7, "Substance"),
    ("3E", 7, "Gas"),
    *((section, 5, "Approach") for section in PCS_SECTIONS),
)
"""Words that titles add to names, by the beginning of codes and the character."""

DEPENDENT = (("X", 6, 7), ("3E0", 7, 6))
"""Characters whose meaning depends on another one, by the beginning of codes: in New Technology the sixth on the year,
of substances the seventh on the sixth."""

_SLOT = re.compile(r"\{([3-7])\}")
_CONNECTOR = re.compile(r"\b(?:using|into|from|on|to|in)\b")
_OFTEN_IN_NAMES = re.compile(r"\bwith\b")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")

Reading = tuple[tuple[int, str], ...]
"""The phrases of a title by their characters, (4, `Right Foot`), in the order of the characters."""

Key = tuple[str, int, str]
"""A character in its table: (`2W0`, 4, `V`)."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a title, its optional parts decided: words and the characters between them, in turn.

    `omitted` are the characters that it leaves out though they have a meaning.
    """

    words: tuple[str, ...]
    positions: tuple[int, ...]
    omitted: frozenset[int]


@dataclass(frozen=True, slots=True)
class TitleForms:
    """The forms of titles by the beginning of codes, and the names that titles do not show."""

    forms: tuple[tuple[re.Pattern[str], tuple[Form, ...]], ...]
    values: tuple[tuple[re.Pattern[str], int, str, str], ...]

    def of(self, code: str) -> tuple[Form, ...]:
        """Return the forms that the title of a code may have."""
        return next((forms for codes, forms in self.forms if codes.match(code)), ())

    def names(self, table: str) -> dict[tuple[int, str], str]:
        """Return the names of a table's characters that are known without titles, by position and value."""
        return {(position, value): name for tables, position, value, name in self.values if tables.match(table)}


def read_title_forms(forms: Path, values: Path) -> TitleForms:
    """Read `pcs_titles.tsv` and `pcs_values.tsv`. Raises ReleaseError, naming file and line, for a wrong row."""
    by_codes: dict[str, list[Form]] = defaultdict(list)
    for place, (codes, form, omitted) in table_rows(forms, 3):
        if not _SLOT.search(form):
            raise ReleaseError(f"{place}: expected a form such as {{3}} of {{4}}, found {form!r}.")
        by_codes[codes] += _decided(form, frozenset() if omitted == NONE else frozenset(map(int, omitted.split())))
    names: list[tuple[re.Pattern[str], int, str, str]] = []
    for place, (tables, position, value, name) in table_rows(values, 4):
        if not position.isdigit() or len(value) != 1:
            raise ReleaseError(f"{place}: expected a position and a character, found {position!r} and {value!r}.")
        names.append((_pattern(tables), int(position), value, name))
    longest_first = sorted(by_codes, key=lambda codes: (-len(codes), codes.count("?")))
    return TitleForms(tuple((_pattern(codes), tuple(by_codes[codes])) for codes in longest_first), tuple(names))


def _pattern(beginning: str) -> re.Pattern[str]:
    return re.compile(beginning.replace("?", "."))


def _decided(form: str, omitted: frozenset[int]) -> Iterator[Form]:
    """Yield a form with each choice of its optional parts."""
    pieces = _OPTIONAL.split(form)
    for choice in product((True, False), repeat=len(pieces) // 2):
        text = "".join(piece for n, piece in enumerate(pieces) if n % 2 == 0 or choice[n // 2])
        words = _SLOT.split(text)
        yield Form(tuple(words[::2]), tuple(map(int, words[1::2])), omitted)


def names_of_values(titles: Mapping[str, str], forms: TitleForms) -> dict[str, tuple[str, ...]]:
    """Return the seven names of the characters of each code; a name that cannot be told is empty.

    `titles` are the official long titles of all codes of their tables.
    """
    by_table: dict[str, list[str]] = defaultdict(list)
    for code in titles:
        by_table[code[:TABLE_LENGTH]].append(code)
    readings: dict[str, tuple[Reading, ...]] = {}
    for table, codes in by_table.items():
        known = forms.names(table)
        for code in codes:
            readings[code] = tuple(dict.fromkeys(_readings(code, titles[code], forms.of(code), known)))
    chosen = _chosen(readings)
    result: dict[str, tuple[str, ...]] = {}
    for table, codes in by_table.items():
        known = forms.names(table)
        for code in codes:
            names = [PCS_SECTIONS[code[0]]]
            for position in range(2, 8):
                name = known.get((position, code[position - 1])) or chosen.get(_key(code, position), "")
                names.append(name)
            result[code] = tuple(names)
    return result


def _key(code: str, position: int) -> Key:
    """Return the character of a code that has one name, in its table and with those that it depends on."""
    value = "" if position == TABLE_LENGTH else code[position - 1]
    for beginning, dependent, other in DEPENDENT:
        if position == dependent and code.startswith(beginning):
            value += code[other - 1]
    return code[:TABLE_LENGTH], position, value


def _readings(code: str, title: str, forms: Iterable[Form], known: Mapping[tuple[int, str], str]) -> Iterator[Reading]:
    """Yield the ways in which a title can be read by the forms of its table."""
    for form in forms:
        shown = {*form.positions, *form.omitted}
        if any(p not in shown and (p, code[p - 1]) not in known for p in NAMED_BY_TITLES):
            continue
        for phrases in _split(title, form.words):
            reading = tuple(
                (position, _without_ending(code, position, phrase))
                for position, phrase in zip(form.positions, phrases, strict=True)
            )
            if all(known.get((position, code[position - 1]), phrase) == phrase for position, phrase in reading):
                yield tuple(sorted(reading))


def _split(title: str, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the texts between words of a form; the last word is at the end of the title."""
    if not title.startswith(words[0]):
        return
    rest = title[len(words[0]) :]
    if len(words) == 1:
        if not rest:
            yield ()
        return
    following = words[1]
    if len(words) == 2 and not following:
        if rest:
            yield (rest,)
        return
    at = rest.find(following, 1)
    while at > 0:
        for others in _split(rest[at:], words[1:]):
            yield (rest[:at], *others)
        at = rest.find(following, at + 1)


def _without_ending(code: str, position: int, phrase: str) -> str:
    """Return a phrase without the word that titles add to the name: `High Osmolar Contrast`, but `Other Contrast`."""
    for tables, where, ending in ENDINGS:
        if where == position and code.startswith(tables) and not phrase.startswith("Other "):
            phrase = phrase.removesuffix(f" {ending}")
    return phrase


def _chosen(readings: Mapping[str, tuple[Reading, ...]]) -> dict[Key, str]:
    """Return the name of each character: the phrase that fits the titles of all its codes best."""
    votes: dict[Key, Counter[str]] = defaultdict(Counter)
    read: Counter[Key] = Counter()
    for code, options in readings.items():
        for key in {_key(code, position) for option in options for position, _ in option}:
            read[key] += 1
        for position, phrase in {pair for option in options for pair in option}:
            votes[_key(code, position)][phrase] += 1
    # Names that many tables of a section share are likelier than those of one.
    shared: Counter[tuple[str, int, str]] = Counter()
    for (table, position, value), phrases in votes.items():
        for phrase, number in phrases.items():
            if number == read[table, position, value]:
                shared[table[:1], position, phrase] += 1

    def best(names: Mapping[Key, str]) -> dict[Key, str]:
        """Return the names by the readings that fit best; `names` are those of the round before."""

        def fit(code: str, reading: Reading) -> tuple[float, ...]:
            """Return how well a reading fits: by the share of codes that agree in each phrase, the number of phrases,
            the words between phrases that it takes for parts of one, and the names of the round before."""
            agreeing, tables, same = 1.0, 1.0, 0
            for position, phrase in reading:
                key = _key(code, position)
                agreeing *= votes[key][phrase] / read[key]
                tables *= 1 + shared[code[0], position, phrase]
                same += names.get(key) == phrase
            connectors = sum(3 * len(_CONNECTOR.findall(p)) + len(_OFTEN_IN_NAMES.findall(p)) for _, p in reading)
            return agreeing, len(reading), -connectors, same, tables, *(len(phrase) for _, phrase in reading)

        chosen: dict[Key, Counter[str]] = defaultdict(Counter)
        for code, options in readings.items():
            if options:
                for position, phrase in max(options, key=lambda reading: fit(code, reading)):
                    chosen[_key(code, position)][phrase] += 1
        return {key: phrases.most_common(1)[0][0] for key, phrases in chosen.items()}

    return best(best({}))
