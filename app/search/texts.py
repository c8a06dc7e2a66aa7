"""Texts of answers: locations of rows and reasons for them, advice, and labels of links."""

from collections.abc import Iterable, Sequence

from app.codes.names import NOUNS_OF_LIKE_CODES, count_words
from app.codes.node import CodeStatus, Level, Node
from app.codes.shapes import ICD9_ENDED
from app.codes.systems import System

# Locations of rows

TOP_LOCATIONS = {
    System.HCPCS: "HCPCS Level II",
    System.MODIFIER: "Modifiers",
    System.POS: "Place of Service",
    System.CPT: "CPT",
}
"""The location of a row at the top of a code set without chapters."""

CHAPTER = "Chapter"
SECTION = "Section"


def below(code: str, title: str) -> str:
    """Return the location of a row below a code."""
    return f"{code} › {title}"


def in_chapter(number: str, title: str) -> str:
    """Return the location of a row in a chapter."""
    return f"{CHAPTER} {number} › {title}"


# Reasons for rows

ALSO_CALLED = "also called"
INDEX = "Index"
INCLUDES = "includes"
NEOPLASM_TABLE = "Neoplasm Table"
TABLE_OF_DRUGS = "Table of Drugs"
EXTERNAL_CAUSE_INDEX = "External Cause Index"

SEVENTH_CHARACTERS = "7th characters"
"""The name of the last axis of ICD-10-CM; the axes of ICD-10-PCS have names of their own."""

REASON_SEPARATOR = " · "


def abbreviation(typed: str) -> str:
    """Return the reason for a row that matches by the meaning of an abbreviation."""
    return f"abbreviation: {typed.upper()}"


def corrected_spelling(typed: str, correction: str) -> str:
    """Return the reason for a row that matches by a corrected word."""
    return f"spelling: {typed} → {correction}"


def synonym(typed: str, meaning: str) -> str:
    """Return the reason for a row that matches by another word for the typed one."""
    return f"synonym: {typed} → {meaning}"


def lacking(words: Iterable[str]) -> str:
    """Return the reason for a row that holds nearly all words."""
    return f"does not contain: {', '.join(words)}"


def closest_code(typed: str) -> str:
    """Return the reason for the longest beginning of a text that is a code."""
    return f"closest code to {typed}"


def would_hold(typed: str) -> str:
    """Return the reason for the section or range of a code that is not loaded."""
    return f"{typed} would fall in this range"


def replaces(ended_code: str) -> str:
    """Return the reason for the replacement of an ended code."""
    return f"replaces {ended_code}, which has ended"


def parent_of(code: str) -> str:
    """Return the reason for a heading that is offered because of a code below it."""
    return f"parent of {code}"


def read_as(typed: str, meaning: str) -> str:
    """Return the remark on a part of the text that was not read as typed."""
    return f"“{typed}” read as {meaning}"


# Advice: nothing to search for

ONLY_A_NAME = "The name of a person has no code. Type a code or words of a title."
NO_WORDS = "Type a code or words of a title. Punctuation alone has no matches."
ALL_DENIED = "The text only says what is not there, which mostly has no code."
UNCERTAIN = (
    "In outpatient care a possible, suspected or ruled-out diagnosis is not coded: code the signs or symptoms, or the "
    "reason for the visit (ICD-10-CM Guidelines, IV.H)."
)
HISTORY = (
    "A history is coded of a condition that is over and no longer treated. If it is still there, code the condition "
    "itself (ICD-10-CM Guidelines, I.C.21.c.4)."
)
VALUE_ALONE = "A value alone is not coded: the provider has to say what it means (ICD-10-CM Guidelines, III.B)."
ONLY_EXCLUDED_WORDS = "Type at least one word to search for besides the excluded one."


def nonspecific(term: str, reason: str) -> str:
    """Return the sentence on a term that has no code of its own."""
    return f"“{term}” has no code: {reason}."


def measured(name: str, typed: str, unit: str, low: float, high: float, sign: str) -> str:
    """Return the sentence on a measured value, the usual ones, and what it may be a sign of."""
    value = f"{name} {typed}{f' {unit}' if unit else ''}"
    usual = f"(usual: {low:g} to {high:g})" if low else f"(usual: up to {high:g})"
    return f"{value} {usual}{f' may be a sign of: {sign}' if sign else ''}."


def not_on_scale(name: str, typed: str, low: float, high: float) -> str:
    """Return the sentence on a value that a scale does not have."""
    return f"{name} goes from {low:g} to {high:g}; {typed} is outside of it."


def type_to_search(code_sets: str) -> str:
    """Return the advice for a scope prefix without text."""
    return f"Type a code or words to search {code_sets}."


def scope_against_filter(scope: str, chosen: str) -> str:
    """Return the advice for a scope prefix and a filter that exclude each other."""
    return f"The text limits the search to {scope}, the filter to {chosen}. Remove one of them."


# Advice: no match, or not all words

NOT_ALL_WORDS = "No match for all words together. These rows contain some of them."


def no_match(text: str) -> str:
    """Return the advice for words that nothing matches."""
    return f"No match for “{text}”, as typed or with corrected spelling. Try fewer or shorter words."


def no_supply(name: str) -> str:
    """Return the advice for a drug without a loaded code of HCPCS, or without one for the form of that brand."""
    return f"No supply code for {name} is loaded. These rows are for its long-term use and its poisoning."


def did_you_mean(typed: str, words: Sequence[str]) -> str:
    """Return the advice for an unknown word and the words, at least one, that may be meant by it."""
    *others, last = words
    return f"No match for “{typed}”. Did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


def no_match_below(code: str, words: str) -> str:
    """Return the advice for a code followed by words that nothing below it matches."""
    return f"No match for “{words}” below {code}. This is the code itself."


# Advice: not a code


def not_a_code(text: str, closest: str) -> str:
    """Return the advice for a text that was shortened to a code."""
    return f"{text} is not a code. Closest: {closest}"


def would_fall_in(typed: str, code: str, title: str) -> str:
    """Return the advice for a code that is not loaded, but whose section or range is."""
    return f"No loaded code begins with {typed}. It would fall in {code} ({title})."


def not_a_modifier(text: str) -> str:
    """Return the advice for two characters that are no loaded modifier."""
    return f"{text.upper()} is not among the loaded modifiers."


def begins_modifiers(text: str) -> str:
    """Return the advice for the first character of modifiers."""
    return f"{text.upper()} is not a modifier; these begin with it."


def no_code(text: str) -> str:
    """Return the advice for one of several codes that is in no loaded code set."""
    return f"{text} is not among the loaded codes."


def no_code_begins(text: str) -> str:
    """Return the advice for a wildcard that no loaded code matches."""
    return f"No loaded code begins with {text}."


# Advice: several codes

HIDDEN_BY_FILTER = "Hidden by the filters"

MOST_LEFT_OUT = 6
"""Words and numbers that a sentence names."""


def list_summary(valid: int, unfinished: int, ended: int, not_loaded: int, unknown: int, hidden: int) -> str:
    """Return the line on several codes: `3 codes: 2 valid, 1 needs more characters`."""
    counts = (
        (valid, "valid"),
        (unfinished, "needs more characters" if unfinished == 1 else "need more characters"),
        (ended, "ended"),
        (not_loaded, "not loaded"),
        (unknown, "not a code" if unknown == 1 else "not codes"),
        (hidden, "hidden"),
    )
    total = valid + unfinished + ended + not_loaded + unknown + hidden
    return f"{count_words(total, 'code')}: {', '.join(f'{number:,} {words}' for number, words in counts if number)}"


def with_parts(summary: str, modifiers: int, places: int, words: int) -> str:
    """Return the line on several codes with the number of modifiers, places of service and words among them."""
    added = [count_words(modifiers, "modifier")] if modifiers else []
    if places:
        added.append("1 place of service" if places == 1 else f"{places} places of service")
    if words:
        added.append(f"{words} in words")
    return "; ".join(part for part in (summary, " and ".join(added)) if part)


def with_modifiers(modifiers: Sequence[str]) -> str:
    """Return the remark on a code with the modifiers that follow it."""
    return f"with {', '.join(modifiers)}"


def with_charge(charge: str) -> str:
    """Return the remark on a code with its amount in a claim line."""
    return f"charge {charge if charge.startswith('$') else f'${charge}'}"


def ambulance_trip(route: str) -> str:
    """Return the statement on a modifier of an ambulance code, whose two letters are origin and destination."""
    return f"Ambulance {route}"


def words_in_list(best: Node) -> str:
    """Return the statement on words beside codes, with the code that they may mean."""
    return f"Words, not a code. Best match: {best.code} {best.title}"


NO_MATCH_IN_LIST = "No match that says all of it. Type it by itself to see what is near."


def meant_by(typed: str) -> str:
    """Return the reason for a code that is offered for words beside codes."""
    return f"best match for “{typed}”"


def left_out_of_list(parts: Sequence[str]) -> str:
    """Return the advice for words and numbers of a text with several codes that were not read."""
    return f"Not read as codes: {', '.join(parts[:MOST_LEFT_OUT])}{', …' if len(parts) > MOST_LEFT_OUT else ''}."


def list_is_cut(codes: int) -> str:
    """Return the advice for a text with more codes than are read."""
    return f"Only the first {codes} codes are read. Paste any others by themselves."


def icd9_in_list(title: str, code_set: str, equivalents: Sequence[str]) -> str:
    """Return the statement on a code of ICD-9-CM among several codes, with what is equivalent in ICD-10."""
    named = f"“{title}” in {code_set}" if title else f"A heading of {code_set}"
    now = f"; in ICD-10 {' or '.join(equivalents)}" if equivalents else ""
    return f"{named}, which ended on {ICD9_ENDED}{now}"


def range_in_list(first: str, last: str, codes: int) -> str:
    """Return the statement on a range among several codes; `codes` are its loaded ones."""
    return f"A range from {first} to {last}: {count_words(codes, 'loaded code')}"


def status_in_list(node: Node) -> str:
    """Return the status of one of several codes in a few words."""
    match node.status:
        case CodeStatus.VALID:
            return "active" if node.system in NOUNS_OF_LIKE_CODES else "valid"
        case CodeStatus.MANIFESTATION:
            return "valid, but never first-listed"
        case CodeStatus.ENDED:
            return "ended"
        case CodeStatus.HEADING:
            needs = "a 7th character" if node.level is Level.CODE else "more characters"
            return f"needs {needs} ({count_words(node.variants, 'code')} below)"


def also_a_code(code: str, system: System) -> str:
    """Return the remark on a code that is spelled like one of another code set."""
    return f"also {system.label} {code}"


def placeholder_added(typed: str, code: str) -> str:
    """Return the reason for a code that was typed without its placeholders, or with too many."""
    return f"placeholder X: {typed} → {code}"


# Advice: ICD-9-CM


def not_icd9(text: str) -> str:
    """Return the advice for a text in the form of a code of ICD-9-CM that its complete list lacks."""
    return f"{text} is not a code: ICD-9-CM has none of that number, and amounts are not looked up."


def may_be_icd9(text: str) -> str:
    """Return the advice for three or four digits, which may be a code of ICD-9-CM, while its list is not loaded."""
    return f"{text} may be a code of ICD-9-CM, which ended on {ICD9_ENDED}."


NO_MAPS = (
    "Its ICD-10 equivalents are in the General Equivalence Maps, which are not loaded. Add CMS's files of 2018 for "
    "ICD-10-CM and ICD-10-PCS under Code sets."
)


def icd9_code(code: str, title: str, code_set: str, in_map: int, in_rows: int, codes: int = 0) -> str:
    """Return the advice for a code of ICD-9-CM: `in_map` codes are equivalent to it, and `in_rows` of them are
    shown. A heading has `codes` below it."""
    named = f"a heading of {count_words(codes, 'code')}{f' ({title})' if title else ''}" if codes else f"“{title}”"
    sentence = f"{code} is {named} in {code_set}, which ended on {ICD9_ENDED}"
    if not in_rows:
        return f"{sentence}. The General Equivalence Map lists no equivalent."
    if in_rows < in_map:
        return f"{sentence}. The first {in_rows} of {in_map:,} equivalents in the General Equivalence Map are shown."
    return f"{sentence}. Its General Equivalence Map {'equivalent is' if in_map == 1 else 'equivalents are'} shown."


# Advice: code sets that are not loaded in full

CPT_SECTIONS_ONLY = (
    "Only the sections of CPT and worked examples are loaded. Add your licensed file, or CMS's fee schedule, to "
    "search CPT codes."
)


def hcpcs_starter_set(codes: int) -> str:
    """Return the advice for a library with the starter set of HCPCS."""
    return f"Only the starter set of HCPCS is loaded ({codes:,} codes). Add the official CMS file for all codes."


def pcs_remark(remark: str) -> str:
    """Return the remark on the loaded sections of ICD-10-PCS as advice."""
    return f"{System.ICD10PCS.label}: {remark}"


def pcs_section_not_loaded(section: str) -> str:
    """Return the advice for a section of ICD-10-PCS whose codes are not loaded."""
    return f"The codes of the ICD-10-PCS section {section} are not loaded. Add the official CMS files."


def index_line_not_loaded(path: str, code: str, section: str) -> str:
    """Return the advice for a line of the ICD-10-PCS Index that leads to codes which are not loaded."""
    return f"The ICD-10-PCS Index lists “{path}” under {code}, which is not among the loaded codes of {section}."


# Advice: filters

ONLY_ONE_SECTION = "Only one chapter or section is searched. Remove that filter to search everywhere."
ONLY_VALID = "Headings are hidden. Clear “Valid only” to see them."
ONLY_CC = "Only diagnoses that are a CC or an MCC are shown. Clear “CC or MCC” to see all."


def only_searched(code_sets: str) -> str:
    """Return the advice for a search that is confined to some code sets."""
    return f"Only {code_sets} is searched. Choose All to search every code set."


# Labels of links

SEARCH_ALL = "search all code sets"


def only_words(text: str) -> str:
    """Return the label of the link to a search for a few words of a long text."""
    return f"only “{text}”"


def without_word(word: str) -> str:
    """Return the label of the link to a search without one word."""
    return f"without “{word}”"
