"""The texts of an answer beside its rows: the line above them, and the advice below or in place of them."""

from html import escape

from app.codes.names import count_words
from app.search.answer import Answer
from app.search.parsing.pieces import split_pieces
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.line_breaks import keep_numbers

OTHER_SEARCHES = "Other searches:"
"""Before links to other searches without a sentence that leads to them."""


def summary(answer: Answer) -> str:
    """Return the line above the rows, as rich text: `60 of 214 · “dm2” read as <i>type 2 diabetes mellitus</i>`."""
    return summaries(answer)[0]


def summaries(answer: Answer) -> tuple[str, ...]:
    """Return the line above the rows, then shorter forms of it for a narrow list: `60 of 214 · read as <i>type 2
    diabetes mellitus</i>`, since what was typed stands in the box, and `60 of 214 · <i>type 2 diabetes mellitus</i>`.
    """
    if answer.typed_codes:
        return (escape(answer.advice[0]),)
    count, short_count = _counts(answer)
    typed, separator, meaning = answer.read_as.partition(" read as ")
    if not separator:
        typed, meaning = "", typed
    if meaning:
        italic = f"<i>{escape(meaning, quote=False)}</i>"
        full = f"{escape(count)} · {escape(typed, quote=False)} read as {italic}" if typed else ""
        forms = [full] if full else []
        return (
            *forms,
            *(f"{number} · {words}{italic}" for words in ("read as ", "") for number in (count, short_count)),
        )
    if answer.question.as_typed:
        return f"{count} · searched as typed", f"{short_count} · as typed", short_count
    return count, short_count


def _counts(answer: Answer) -> tuple[str, str]:
    """Return the number of results in words, and in a shorter form."""
    row_count, total = len(answer.hits), answer.total
    if not row_count:
        count = f"no match, {len(answer.near)} near" if answer.near else "no match"
    elif answer.at_least:
        return f"{row_count:,} of more than {total:,}", f"{row_count:,} of {total:,}+"
    elif row_count < total:
        count = f"{row_count:,} of {total:,}"
    else:
        count = count_words(total, "result")
        if any(hit.uncounted for hit in answer.hits):
            return f"{count} + parent heading", count
    return count, count


def has_words_to_narrow(answer: Answer) -> bool:
    """Return whether the strip of words may have a use: not for several codes, nor for one word with no match
    or with a single code."""
    text, hits = answer.question.text, answer.hits
    if answer.typed_codes:
        return False
    return len(split_pieces(text)) > 1 or answer.total > 1 or any(hit.node.has_children for hit in hits)


def advice_html(answer: Answer, scheme: Scheme) -> str:
    """Return the advice of an answer with few or no results: sentences, then links to other searches.

    The first sentence on a text with offers, or with several codes, is left out: it stands above their rows.
    """
    paragraph_style = "margin:0 0 8px 0;line-height:130%"
    advice = answer.advice[1:] if answer.near or answer.typed_codes else answer.advice
    sentences = "".join(f"<p style='{paragraph_style}'>{escape(keep_numbers(sentence))}</p>" for sentence in advice)
    links = " &nbsp;·&nbsp; ".join(
        f"<a style='color:{scheme.accent};text-decoration:none' href='{escape(text)}'>{escape(label)}</a>"
        for label, text in answer.suggestions
    )
    lead = "" if sentences else f"{OTHER_SEARCHES} &nbsp;"
    return sentences + (f"<p style='margin:0'>{lead}{links}</p>" if links else "")
