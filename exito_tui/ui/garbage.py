"""When garbage is looked for. `browse` puts it off until the first picture."""

import gc


def collect_from_now_on() -> None:
    """Collect garbage again where it was put off, but never in what was made until now: that stays
    to the end, and to look through it held the screen up for 0.1 s, every few keys."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()
