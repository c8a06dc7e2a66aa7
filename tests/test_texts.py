"""Every text that a user can meet is American English in plain words: program, tables, desktop files and README."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "resources" / "tables"
PACKAGING = ROOT / "packaging"

PROSE_COLUMNS: dict[str, tuple[int, ...]] = {
    "code_kinds.tsv": (),
    "cpt_examples.tsv": (1, 2, 3, 4, 5, 6),
    "cpt_lessons.tsv": (1, 2),
    "cpt_sections.tsv": (5, 6),
    "downloads.tsv": (2,),
    "fee_schedule_fields.tsv": (2,),
    "hcpcs_fields.tsv": (2,),
    "hcpcs_sections.tsv": (3, 4),
    "hcpcs_starter.tsv": (1,),
    "index_corrections.tsv": (),
    "modifier_conditions.tsv": (),
    "modifiers.tsv": (2, 3, 4, 5, 6),
    "pcs_sections.tsv": (1, 2, 3),
    "pcs_titles.tsv": (),
    "pcs_values.tsv": (3,),
    "places_of_service.tsv": (1, 2, 4),
}
"""The columns that are shown. Codes, keys and what users type (`everyday`, also in British spelling) are data."""

BRITISH = re.compile(
    r"""(?:
      \w*(?:colour|behaviour|favour|flavour|honour|humour|labour|neighbour|tumour|vapour|odour|rumour|harbour|armour)\w*
    | \w*(?:centre|theatre|fibre|litre|calibre|sombre|lustre|spectre|manoeuvre)[sd]?
    | (?:centi|milli|kilo|micro|nano)?metres?
    | \w*(?:anaesth|anaem|haem|leukaem|oedem|oesoph|paed(?:iatr|ic)|gynaec|caec|caesar|diarrhoe|foet|aetiol|coeliac
        |faec|orthopaed|septicaem|glycaem|uraem|ischaem)\w*
    | programmes? | catalogues? | dialogues? | analogues? | cheques? | grey\w* | aeroplanes? | aluminium
    | whilst | amongst | learnt | spelt | burnt | tyres? | kerbs? | moulds? | ploughs? | sceptic\w*
    | judgements? | ageing | storeys | speciality | specialities
    | licences? | defences? | offences? | pretences? | practis(?:e[ds]?|ing)
    | (?:counsell|cancell|labell|travell|modell|signall|fuell|levell|channell|initiall|marshall|totall|diall)
      (?:ed|ing|ors?|ers?)
    | enrolments? | fulfils? | fulfilments? | instalments? | skilful | wilful
    | (?:anal|paral|catal|dial|hydrol|electrol|autol)ys(?:e[dr]?|ing)
    | \w{2,}is(?:e[drs]?|ing|ations?)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""British spellings by their kinds: -our, -re, ae and oe, -ogue, -mme, -ce nouns, doubled l, -yse and -ise."""

AMERICAN_ISE = re.compile(
    r"""(?:
      \w*wis                                           # otherwise, likewise, clockwise
    | (?:ad|de|re|super|impro|tele)vis                 # from Latin -vise
    | (?:in|ex|circum|pre|con)cis                      # incise, excise, precise, concise
    | (?:com|sur|enter|re)?pris | (?:com)?promis | premis | \w*rais | \w*ris | \w*nois | pois | \w*crui?s | brui?s
    | exercis | expertis | franchis | merchandis | disguis | advertis | despis | demis | chastis | braill
    | prais | apprais | paradis | treatis | tortois | malais | mayonnais | cerumis | hypnotis
    )(?:e[drs]?|ing|ations?)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words in -ise that American English spells so too."""

MANNERED = re.compile(
    r"\b(?:lest|hence|thence|wherein|thereof|whereof|whereupon|but\ for|of\ which|the\ person(?:'s)?|nobody"
    r"|as\ well\ as\ not|no\ longer\ there|somebody|merely|a\ person\ (?:types|calls|opens))\b",
    re.IGNORECASE | re.VERBOSE,
)
"""Literary words: a stranger reads such a sentence twice."""

ISO_DATE = re.compile(r"\b(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]\b")
"""Dates in a sentence are written 30 Sep 2026."""

WORD = re.compile(r"[A-Za-z]+")

EXCEPTIONS = {
    ("app/search/parsing/roles.py", "tumour"): "a word that users type",
    ("app/releases/icd/addenda.py", "of which"): "a word in CDC's addenda that the reader has to recognize",
    ("app/intake/download_urls.py", "2025-10-01"): "the form in which the table of addresses has its days",
}
"""What remains, by file and words, with the reason."""


class Text(NamedTuple):
    """A text with the file and line where it is written."""

    place: str
    words: str


def strings(path: Path) -> Iterator[Text]:
    """The string constants of a module, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield Text(f"{path.relative_to(ROOT)}:{node.lineno}", node.value)


def cells(path: Path) -> Iterator[Text]:
    """The header and the shown cells of one of our tables."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.relative_to(ROOT)}:{number}"
        if line.startswith("#"):
            yield Text(place, line)
        else:
            row = line.split("\t")
            yield from (Text(place, row[column]) for column in PROSE_COLUMNS[path.name])


def lines(path: Path) -> Iterator[Text]:
    """The lines of a text file, without what is between backticks or fences: commands and their output."""
    text = re.sub(r"```.*?```", lambda fence: "\n" * fence[0].count("\n"), path.read_text(encoding="utf-8"), flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        yield Text(f"{path.relative_to(ROOT)}:{number}", re.sub(r"`[^`]*`", "", line))


def paragraphs(path: Path) -> Iterator[Text]:
    """The texts between the tags of an XML file."""
    for element in ElementTree.parse(path).iter():
        if element.text and element.text.strip():
            yield Text(f"{path.relative_to(ROOT)}:<{element.tag}>", element.text)


@cache
def program_texts() -> tuple[Text, ...]:
    return tuple(text for path in sorted((ROOT / "app").rglob("*.py")) for text in strings(path))


@cache
def table_texts() -> tuple[Text, ...]:
    return tuple(text for path in sorted(TABLES.glob("*.tsv")) for text in cells(path))


@cache
def paper_texts() -> tuple[Text, ...]:
    return (
        *lines(ROOT / "README.md"),
        *lines(PACKAGING / "org.codarium.Codarium.desktop"),
        *paragraphs(PACKAGING / "org.codarium.Codarium.metainfo.xml"),
    )


SOURCES = [
    pytest.param(program_texts, id="program"),
    pytest.param(table_texts, id="tables"),
    pytest.param(paper_texts, id="papers"),
]


@cache
def is_british(word: str) -> bool:
    return bool(BRITISH.fullmatch(word) and not AMERICAN_ISE.fullmatch(word))


def british(words: str) -> list[str]:
    return [word for word in WORD.findall(words) if is_british(word)]


def assert_none(faults: Iterable[tuple[Text, str]]) -> None:
    """Fail with the place of every fault that is not an exception."""
    remaining = [
        f"{text.place}: {words}" for text, words in faults if (text.place.split(":")[0], words) not in EXCEPTIONS
    ]
    assert not remaining, "\n".join(remaining)


def test_every_table_has_its_shown_columns_named() -> None:
    assert {path.name for path in TABLES.glob("*.tsv")} == set(PROSE_COLUMNS)


def test_british_spelling_is_found() -> None:
    words = (
        "colour behavioural centres anaesthesia haemodialysis programme counselling cancelled labelled licence grey "
        "recognised organisation practise orthopaedic litre centimetres tumour neighbouring instalments dialyse "
        "nebuliser whilst speciality hospitalisation favourites caesarean millilitre mould traveller"
    )
    assert british(words) == words.split()


def test_american_spelling_is_not() -> None:
    words = (
        "color behavior center anesthesia hemodialysis program programmed programmer counseling canceled cancellation "
        "labeled license gray recognized practice otherwise exercise supervise precise advised raised rising promise "
        "surprise noise cruise comprises revised likewise initially totally disease parameter diameter course hour "
        "four pour source meter cancel travel total initial label dialed expertise excised analyses"
    )
    assert british(words) == []


@pytest.mark.slow
@pytest.mark.parametrize("texts", SOURCES)
def test_spelling_is_american(texts: Callable[[], tuple[Text, ...]]) -> None:
    assert_none((text, word) for text in texts() for word in british(text.words))


@pytest.mark.slow
@pytest.mark.parametrize("texts", SOURCES)
def test_sentences_are_plain(texts: Callable[[], tuple[Text, ...]]) -> None:
    assert_none((text, words) for text in texts() for words in MANNERED.findall(text.words))


@pytest.mark.parametrize("texts", SOURCES)
def test_dates_in_sentences_are_written_out(texts: Callable[[], tuple[Text, ...]]) -> None:
    sentences = (text for text in texts() if " " in text.words)
    assert_none((text, date) for text in sentences for date in ISO_DATE.findall(text.words))


def test_every_exception_is_needed() -> None:
    for file, words in EXCEPTIONS:
        assert any(text.place.startswith(f"{file}:") and words in text.words for text in program_texts()), file
