"""Moments as others write them."""

from datetime import datetime


def epoch_ns(stamp: str) -> int | None:
    """`2025-11-06T20:30:45.123Z` as epoch ns, or None when it is no moment since 1970."""
    try:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            return None
        milliseconds = round(moment.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
    return milliseconds * 1_000_000 if milliseconds > 0 else None
