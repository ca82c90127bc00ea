"""The dimensions of an image, from the head of its file."""

import struct

HEAD = 64 * 1024
"""How many bytes from the beginning are looked at."""


def dimensions(head: bytes) -> tuple[str, int, int] | None:
    """(format, width, height) in pixels of a PNG, GIF, JPEG, WebP or BMP; None for anything else or
    a torn head."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return ("PNG", *struct.unpack(">II", head[16:24]))
        if head[:6] in (b"GIF87a", b"GIF89a"):
            return ("GIF", *struct.unpack("<HH", head[6:10]))
        if head.startswith(b"BM"):
            width, height = struct.unpack("<ii", head[18:26])
            return "BMP", width, abs(height)
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return _webp(head)
        if head.startswith(b"\xff\xd8"):
            return _jpeg(head)
    except (struct.error, IndexError):
        pass
    return None


def _webp(head: bytes) -> tuple[str, int, int] | None:
    form = head[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return "WebP", width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return "WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        return (
            "WebP",
            int.from_bytes(head[24:27], "little") + 1,
            int.from_bytes(head[27:30], "little") + 1,
        )
    return None


def _jpeg(head: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a start of frame
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return "JPEG", width, height
        at += 2 + int(struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None
