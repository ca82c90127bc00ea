"""What a document is about, by its first heading."""

import pytest

from exito_tui.domain.documents.subject import subject_of


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("# Implementation plan: Rate limits per API key\n", "Rate limits per API key"),
        ("# Plan de implementación: Carritos guardados\n", "Carritos guardados"),
        ("# Contexto — Exportar CSV\n", "Exportar CSV"),
        ("# Research Context: Create a command: fast\n", "Create a command: fast"),
        ("# Session - Login form\n", "Login form"),
        ("# Plan for: **Dark** `mode` [toggle](x) #\n", "Dark mode toggle"),
        ("\n\nSome words first\n\n# Photo uploads\n", "Photo uploads"),
        ("```\n# a comment\n```\n# CSV import\n", "CSV import"),
        ("# Planets: a map of them\n", "Planets: a map of them"),
        ("Implementation plan: Rate limits\n===\n\n## Goal\n", "Rate limits"),
        ("\nDark mode\n  ======  \n", "Dark mode"),
        ("Words\n\n===\n\n# CSV import\n", "CSV import"),
        ("- an item\n===\n\n# CSV import\n", "CSV import"),
        ("Words\n---\n\n# CSV import\n", "CSV import"),
        ("<!-- # made by a tool -->\n# CSV import\n", "CSV import"),
        ("<!--\n# Template\nA title\n===\n-->\n\n# CSV import <!-- v2 -->\n", "CSV import"),
        ("<!-- never closed\n# Template\n", ""),
        ("---\n# a remark\ntitle: x\n---\n\n# CSV import\n", "CSV import"),
        ("---\n\n# CSV import\n", "CSV import"),
        ("```\nwords\n```\n===\n", ""),
        ("# Plan\n", ""),
        ("# Implementation Plan\n\n## Goal\n", ""),
        ("# Context: build_20251106_153045\n", ""),
        ("# Session 2026-05-01\n", ""),
        ("# 2026-05-01 09:15\n", ""),
        ("## Not a title\n", ""),
        ("", ""),
        ("\n" * 59 + "# In line sixty\n", "In line sixty"),
        ("\n" * 60 + "# In line sixty-one\n", ""),
        ("````\n```\n# a comment\n````\n# After the longer fence\n", "After the longer fence"),
        ("~~~ x\n# a comment\n  ~~~\n# Tildes\n", "Tildes"),
        ("   ```\n# a comment\n```\n# Set in\n", "Set in"),
        ("#" * 5_000, ""),
        ("# " + "word " * 2_000, ("word " * 40)[:200]),
    ],
)
def test_a_heading_says_what_a_document_is_about(text: str, subject: str) -> None:
    assert subject_of(text) == subject
