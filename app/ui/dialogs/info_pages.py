"""The pages of three dialogs: the list of keys, About, and the source files of the data."""

from collections.abc import Sequence
from html import escape

from PySide6.QtGui import QAction

from app.codes.code_sets import CodeSet
from app.codes.dates import days_in_words
from app.codes.names import NOUNS_OF_LIKE_CODES, count_words
from app.codes.systems import System
from app.ui.actions import action_key, action_label
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme


def keys_html(groups: Sequence[tuple[str, Sequence[QAction]]], scheme: Scheme) -> str:
    """Return every action that has a key, menu by menu, as HTML."""
    parts: list[str] = []
    for name, actions in groups:
        rows = "".join(
            f"<tr><td width='30%' style='padding:2px 24px 2px 0;color:{scheme.accent}'>"
            f"{escape(action_key(action))}</td>"
            f"<td style='padding:2px 0'>{escape(action_label(action), quote=False)}</td></tr>"
            for action in actions
            if action_key(action)
        )
        if rows:
            parts.append(f"<p style='margin:12px 0 2px 0;color:{scheme.muted}'>{escape(name)}</p>")
            parts.append(f"<table width='100%'>{rows}</table>")
    return "".join(parts)


def about_html(code_sets: Sequence[CodeSet], version: str, database: str, personal: str, scheme: Scheme) -> str:
    """Return the loaded code sets, and where the user's files are, as HTML.

    `database` is the path of the code database, `personal` that of the user's folder.
    """
    parts = [
        f"<h2 style='margin:0'>Codarium {escape(version)}</h2>",
        "<p>Finds US medical codes offline, and shows how the code sets are built.</p>",
    ]
    for code_set in code_sets:
        dates = ""
        if code_set.effective_from is not None and code_set.effective_to is not None:
            dates = f" · in force {days_in_words(code_set.effective_from, code_set.effective_to)}"
        contents = count_words(code_set.codes, "code")
        # Modifiers and places of service are submitted with a code, not for one.
        if code_set.system not in NOUNS_OF_LIKE_CODES:
            contents += f", {code_set.valid:,} valid for submission"
        if code_set.system is System.CPT and code_set.ours:
            contents = "how it is built, and a few worked examples"
        parts.append(
            f"<p style='margin:14px 0 2px 0'><b>{escape(code_set.system.label)} {escape(code_set.release)}</b>"
            f"{escape(dates)} · {escape(contents)}</p>"
        )
        if code_set.remark:
            parts.append(f"<p style='margin:2px 0;color:{scheme.muted}'>{escape(code_set.remark)}</p>")
    parts.append(
        f"<p style='margin:14px 0 2px 0;color:{scheme.muted}'>Code database: {escape(database)}<br>"
        f"Your folder: {escape(personal)}</p>"
        "<p>The files that the codes were read from, with their checksums: Help &gt; Source files of the code sets.</p>"
        "<p>CPT belongs to the American Medical Association and CDT to the American Dental Association: "
        "Codarium comes with neither.</p>"
    )
    return "".join(parts)


def source_files_html(code_sets: Sequence[CodeSet], scheme: Scheme) -> str:
    """Return the files that the loaded code sets were read from, each with its SHA-256, as HTML."""
    mono = style.mono_font().family()
    parts = ["<p>The files that the codes and texts were read from. The checksum proves which file it was.</p>"]
    for code_set in code_sets:
        parts.append(
            f"<p style='margin:14px 0 2px 0'><b>{escape(code_set.system.label)} {escape(code_set.release)}</b></p>"
        )
        parts += [
            f"<p style='margin:2px 0'>{escape(source.file)}<br>"
            f"<span style='font-family:\"{mono}\";color:{scheme.muted}'>SHA-256 {escape(source.sha256)}</span></p>"
            for source in code_set.sources
        ]
    return "".join(parts)
