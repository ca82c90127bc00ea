"""Bytes as text, whatever wrote them: which encoding they are in, and whether they are text at
all."""

import codecs
import io
import re
from typing import NamedTuple

from exito_tui.domain.regex import regex
from exito_tui.domain.text import sanitise

_SAMPLE = 1 << 16
_CONTROL = bytes([*range(9), 11, *range(14, 27), *range(28, 32), 127])
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
_MOST_CONTROL, _MOST_CONTROL_IN_TEXT = 0.04, 0.3
"""In random bytes a ninth are control characters, in text next to none; text that is sound UTF-8
may hold many and be text all the same."""
_NULS = regex("\0{4,}")
_KANA = regex(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_JAPANESE_WORD = regex(rb"(?:[\x81-\x84\x88-\x98][\x40-\x7e\x80-\xfc]){2,}")
"""Kana, kanji of every day and their punctuation, at least two together: alone, a pair may be a
Western quotation mark and the letter after it."""
_CYRILLIC_WORD = regex(rb"[\xc0-\xff\xa8\xb8]{3,}")
_FEWEST_WORDS = 3
_BEYOND_ASCII = bytes(range(128, 256))


class Text(NamedTuple):
    """A decoded text, made safe; `encoding` is its name in words, empty for UTF-8."""

    text: str
    encoding: str = ""


def is_binary(raw: bytes) -> bool:
    """Whether bytes are mostly no text. A few NULs, or a run of them (a log that was truncated
    under its writer begins with one), do not make a text binary."""
    if b"\0" not in raw[:_SAMPLE] and raw[:_SAMPLE].isascii():
        return _share_of_control(raw[:_SAMPLE]) > _MOST_CONTROL_IN_TEXT
    if _mark(raw) or _utf16_without_mark(raw):
        return False
    sample = re.sub(b"\0+", b"\0", raw.lstrip(b"\0")[:_SAMPLE])
    if not sample:
        return bool(raw)
    is_text = _is_utf8(sample)
    return _share_of_control(sample) > (_MOST_CONTROL_IN_TEXT if is_text else _MOST_CONTROL)


def text_or_none(raw: bytes) -> str | None:
    """Bytes as safe text, as `decode` gives it; None where they are mostly no text."""
    if (text := _plain(raw)) is not None:  # nearly always, and quick
        return text
    return None if is_binary(raw) else decode(raw).text


def text_is_wide(raw: bytes) -> bool:
    """Whether zero bytes are parts of a text's characters (UTF-16)."""
    return bool(_mark(raw) or _utf16_without_mark(raw))


def decode(raw: bytes, *, ended: bool = False) -> Text:
    """Bytes as safe text: newlines as ``\\n``, a torn last character held back unless the text has
    `ended`, long runs of NULs folded."""
    if (text := _plain(raw)) is not None:
        return Text(text)
    codec, said = codec_of(raw, ended=ended)
    if codec == "utf-8" and raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
    return Text(_decoded(raw, codec, ended=ended), said)


def decode_grown(text: str, raw: bytes, length: int, *, ended: bool = False) -> Text:
    """`decode(raw)`, where `text` is what its first `length` bytes were decoded to, as UTF-8. Where
    these end with a line, only what came since is decoded, unless a newline may be torn at its end:
    whether it is held back depends on all of the text."""
    codec, said = codec_of(raw, ended=ended)
    if codec != "utf-8" or raw[length - 1 : length] != b"\n" or raw.endswith(b"\r"):
        return decode(raw, ended=ended)
    return Text(text + _decoded(raw[length:], codec, ended=ended), said)


def _plain(raw: bytes) -> str | None:
    """Bytes as text where they are but letters and lines, of which nothing is unsafe."""
    if raw.translate(None, _PLAIN):
        return None
    text = raw.decode("ascii")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decoded(raw: bytes, codec: str, *, ended: bool) -> str:
    if codec == "utf-8" and (text := _plain(raw)) is not None:
        return text
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    text = io.IncrementalNewlineDecoder(decoder, translate=True).decode(raw, final=ended)
    return sanitise(_folded(text))


def _folded(text: str) -> str:
    """Long runs of NULs as a sign and their number."""
    if "\0" not in text:
        return text
    return _NULS.sub(lambda run: f"\0 ({len(run[0]):,} NULs) ", text)


def codec_of(raw: bytes, *, ended: bool = False) -> tuple[str, str]:
    """The codec that reads some bytes, and its name in words, empty for UTF-8. `ended`: nothing
    comes that could make a torn last character whole."""
    if marked := _mark(raw):
        return marked
    if wide := _utf16_without_mark(raw):
        return wide, "UTF-16"
    sample = raw[:_SAMPLE]
    if _is_utf8(sample, may_be_torn=not ended or len(raw) > len(sample)):
        return "utf-8", ""
    if _is_cyrillic(sample):
        return "cp1251", "Windows-1251"
    if _is_shift_jis(sample):
        return "cp932", "Shift-JIS"
    return "cp1252", "Windows-1252"


def _mark(raw: bytes) -> tuple[str, str] | None:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    return ("utf-8", "") if raw.startswith(codecs.BOM_UTF8) else None


def _utf16_without_mark(raw: bytes) -> str:
    """The codec of UTF-16 without a mark: of plain text every second byte is zero."""
    sample = raw[:4096]
    if len(sample) < 8 or b"\0" not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    if b"\0\n" not in sample and b"\n\0" not in sample:
        return ""
    return next((codec for codec in ("utf-16-le", "utf-16-be") if _is_wide(sample, codec)), "")


def _is_wide(sample: bytes, codec: str) -> bool:
    """Whether bytes are text of wide characters in a codec: all of it can be printed, and most is
    in the scripts of East Asia."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    east_asian = sum(["\u3000" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7a3" for one in text])
    printable = "".join(text.split())
    return printable.isprintable() and east_asian > len(printable) // 2


def _is_utf8(sample: bytes, *, may_be_torn: bool = True) -> bool:
    """Whether bytes are UTF-8, or nearly: more of their characters beyond ASCII are sound than not.
    A torn character at the end does not count, if there may be one, or others are sound."""
    try:
        sample.decode()
        return True
    except UnicodeDecodeError as error:
        sound = may_be_torn or not sample[: error.start].isascii()
        if sound and error.reason == "unexpected end of data":
            return True
    text = sample.decode(errors="replace")
    beyond = sum([1 for character in text if character > "\x7f"])
    broken = text.count("\ufffd")
    return beyond - broken > broken


def _is_shift_jis(sample: bytes) -> bool:
    """Whether bytes are unmistakably Shift-JIS: they hold kana, or nothing but words of everyday
    characters, and nothing that it does not have."""
    words = _JAPANESE_WORD.sub(b"", sample)
    if len(_KANA.findall(sample)) < _FEWEST_WORDS and not (words.isascii() and words != sample):
        return False
    try:
        codecs.getincrementaldecoder("cp932")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _is_cyrillic(sample: bytes) -> bool:
    """Whether bytes are unmistakably Windows-1251: words of letters that stand alone in Western
    languages, small ones for the most part."""
    letters = b"".join(_CYRILLIC_WORD.findall(sample))
    beyond = len(sample) - len(sample.translate(None, _BEYOND_ASCII))
    small = sum([letter >= 0xE0 for letter in letters])
    return (
        len(_CYRILLIC_WORD.findall(sample)) >= _FEWEST_WORDS
        and 10 * len(letters) > 8 * beyond
        and 2 * small > len(letters)
    )


def _share_of_control(sample: bytes) -> float:
    return 1 - len(sample.translate(None, _CONTROL)) / len(sample) if sample else 0.0
