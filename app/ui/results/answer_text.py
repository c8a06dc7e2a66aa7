"""The texts of an answer beside its rows: the line above them, and the advice below or in place of them."""

from html import escape

from app.codes.names import count_words
from app.search.answer import Answer
from app.search.parsing.pieces import split_pieces
from app.ui.widgets.color_scheme import Scheme

OTHER_SEARCHES = "Other searches:"
"""Before links to other searches without a sentence that leads to them."""


def summary(answer: Answer) -> str:
    """Return the line above the rows, as rich text: `60 of 214 · “dm2” read as <i>type 2 diabetes mellitus</i>`."""
    row_count, total = len(answer.hits), answer.total
    if answer.typed_codes:
        return escape(answer.advice[0])
    if not row_count:
        result_count = f"no match, {len(answer.near)} near" if answer.near else "no match"
    elif answer.at_least:
        result_count = f"{row_count:,} of more than {total:,}"
    elif row_count < total:
        result_count = f"{row_count:,} of {total:,}"
    else:
        result_count = count_words(total, "result")
        if any(hit.uncounted for hit in answer.hits):
            result_count += " + parent heading"
    typed, separator, meaning = answer.read_as.partition(" read as ")
    if separator:
        return f"{escape(result_count)} · {escape(typed, quote=False)} read as <i>{escape(meaning, quote=False)}</i>"
    if typed:
        return f"{escape(result_count)} · read as <i>{escape(typed, quote=False)}</i>"
    if answer.question.as_typed:
        return f"{result_count} · searched as typed"
    return result_count


def has_words_to_narrow(answer: Answer) -> bool:
    """Return whether the strip of words has a use: not for several codes, nor for one word that nothing matches."""
    return not answer.typed_codes and (bool(answer.hits) or len(split_pieces(answer.question.text)) > 1)


def advice_html(answer: Answer, scheme: Scheme) -> str:
    """Return the advice of an answer with few or no results: sentences, then links to other searches.

    The first sentence on a text with offers, or with several codes, is left out: it stands above their rows.
    """
    paragraph_style = "margin:0 0 8px 0;line-height:130%"
    advice = answer.advice[1:] if answer.near or answer.typed_codes else answer.advice
    sentences = "".join(f"<p style='{paragraph_style}'>{escape(sentence)}</p>" for sentence in advice)
    links = " &nbsp;·&nbsp; ".join(
        f"<a style='color:{scheme.accent};text-decoration:none' href='{escape(text)}'>{escape(label)}</a>"
        for label, text in answer.suggestions
    )
    lead = "" if sentences else f"{OTHER_SEARCHES} &nbsp;"
    return sentences + (f"<p style='margin:0'>{lead}{links}</p>" if links else "")
