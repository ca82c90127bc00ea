"""Bytes as text, whatever wrote them."""

import gzip
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exito_tui.domain.documents.encodings import decode, decode_grown, is_binary

SOUND = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"))


@given(SOUND, st.integers(0, 300))
def test_a_torn_character_is_held_back_until_it_is_whole(text: str, at: int) -> None:
    raw = text.encode()
    whole, torn = decode(raw), decode(raw[:at])
    assert not whole.encoding and not torn.encoding
    assert whole.text.startswith(torn.text.rstrip("\n")) or "\r" in text


PIECES = st.lists(
    st.sampled_from(
        [
            *(b"plain\n", b"\r", b"\n", b"\0\0\0\0\0", b"\x1b[2J", b"\x0c", b"caf\xe9 ", b"\xc3"),
            *(b"\xaf\n", "na\u00efve 👩\u200d\n".encode(), "\ufeff".encode()),
            "щука уж щи".encode("cp1251"),
        ]
    ),
    max_size=8,
).map(b"".join)


@given(PIECES, PIECES, st.booleans())
@example(before=b"\x0cplain\n", more=b"\r", ended=False)
def test_text_that_grew_is_what_it_is_as_a_whole(before: bytes, more: bytes, ended: bool) -> None:
    known, whole = decode(before), decode(before + more, ended=ended)
    if not known.encoding:
        assert decode_grown(known.text, before + more, len(before), ended=ended) == whole


def test_torn_bytes_grow_into_text() -> None:
    raw = "naïve 👩‍💻".encode()
    assert [decode(raw[:at]).text for at in (3, 4)] == ["na", "naï"]
    assert decode(raw[:-1]).text == "naïve 👩\u200d"


@pytest.mark.parametrize(
    ("raw", "held_back", "text", "encoding"),
    [
        (b"caf\xe9", "caf", "café", "Windows-1252"),
        ("na\u00efve caf\u00e9".encode()[:-1], "naïve caf", "naïve caf\ufffd", ""),
        ("schön".encode(), "schön", "schön", ""),
    ],
)
def test_of_a_text_that_has_ended_nothing_is_held_back(
    raw: bytes, held_back: str, text: str, encoding: str
) -> None:
    assert decode(raw).text == held_back
    assert decode(raw, ended=True) == (text, encoding)


@pytest.mark.parametrize(
    "text",
    [
        "“Hello”, he said: don’t… – it’s “fine”.\n" * 3,
        "café señor über naïve façade Zoë\n" * 3,
        "ÄÖÜ äöü",  # two words of Western letters alone
        "Größenmaßstäbe, Œuvre, ‰ and €5",
        "ÀÉÎ ÕÜÑ ÇÆØ ÅÞÐ",  # capitals alone
        "x‘’y",
    ],
)
def test_western_text_is_not_taken_for_another(text: str) -> None:
    assert decode(text.encode("cp1252"), ended=True) == (text, "Windows-1252")


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("# План: Ёлка\n\n- [x] сделать «всё» — №5\n".encode("cp1251"),
         "# План: Ёлка\n\n- [x] сделать «всё» — №5\n", "Windows-1251"),
        ("# 計画\n".encode("cp932"), "# 計画\n", "Shift-JIS"),
        ("# 計画: 保存、読込\n".encode("cp932"), "# 計画: 保存、読込\n", "Shift-JIS"),
        (b"\xef\xbb\xbfhi", "hi", ""),
        ("hi\r\nho\r".encode("utf-16"), "hi\nho", "UTF-16"),
        ("Übersicht für alle\n".encode("utf-16-le"), "Übersicht für alle", "UTF-16"),
        ("Übersicht für alle\n".encode("utf-16-be"), "Übersicht für alle", "UTF-16"),
        ("# 計画\n\n日本語の文章です。\n".encode("utf-16-le"), "# 計画\n\n日本語の文章です。", "UTF-16"),
        ("# 계획\n\n한국어 문장입니다.\n".encode("utf-16-be"), "# 계획\n\n한국어 문장입니다.", "UTF-16"),
        ("plain words, no mark\n".encode("utf-16-le"), "plain words, no mark", "UTF-16"),
        ("plain words, no mark\n".encode("utf-16-be"), "plain words, no mark", "UTF-16"),
        (b"a\r\nb\rc\n", "a\nb\nc\n", ""),
        (b"caf\xe9!", "café!", "Windows-1252"),
        ("# Übersicht\n\nGröße: café, señor, 3° – „ja“ €".encode("cp1252"),
         "# Übersicht\n\nGröße: café, señor, 3° – „ja“ €", "Windows-1252"),
        ("日本語のテキストです。ひらがな".encode("cp932"), "日本語のテキストです。ひらがな", "Shift-JIS"),
        ("schön".encode() + b" \xff " + "Größe, ähnlich".encode(), "schön \ufffd Größe, ähnlich", ""),
        (b"\x1b[2Jx", "␛[2Jx", ""),
        (b"before\0after", "before␀after", ""),
        (b"\0" * 4096 + b"begin", "␀ (4,096 NULs) begin", ""),
    ],
)  # fmt: skip
def test_encodings_newlines_escapes_and_nuls(raw: bytes, text: str, encoding: str) -> None:
    read = decode(raw)
    assert (read.text.rstrip("\n"), read.encoding) == (text.rstrip("\n"), encoding)


@pytest.mark.parametrize(
    ("raw", "binary"),
    [
        (b"\x7fELF\0\0", True),
        (gzip.compress(os.urandom(10_000)), True),
        (os.urandom(10_000), True),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\0\0\0\2\0\x08\6", True),
        (b"\0" * 5000, True),
        (os.urandom(2_000) + b"\n\0", True),
        (b"", False),
        ("hi".encode("utf-16"), False),
        ("only a few words".encode("utf-16-le"), False),
        (b"# Notes\n\nbefore\0after\n", False),
        (b"\0" * 4096 + b"2026-11-25T10:20:00Z | ERROR | builder | disk full\n", False),
        (b"a line\n" * 100 + b"\0" * 4096, False),
        ("Größe: café\n".encode("cp1252") * 50, False),
        (b"\x1b[31mred\x1b[0m\n" * 50, False),
    ],
)
def test_binary_is_what_is_mostly_no_text(raw: bytes, binary: bool) -> None:
    assert is_binary(raw) is binary
