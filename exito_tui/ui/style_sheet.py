"""Where the style sheet lies."""

import os


def styles_path() -> str:
    """The style sheet: inside the package when it was installed, beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "styles", "exito.tcss")
    return (
        inside
        if os.path.exists(inside)
        else os.path.join(os.path.dirname(package), "styles", "exito.tcss")
    )
