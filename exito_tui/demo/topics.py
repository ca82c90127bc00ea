"""What the simulated workflows work on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A feature to build: its slug and title, and words to write about it with."""

    slug: str
    title: str
    module: str
    thing: str
    user: str
    risk: str
    steps: tuple[str, ...]


TOPICS: tuple[Topic, ...] = (
    Topic(
        "saved-carts",
        "Saved carts",
        "shop/carts",
        "cart",
        "a returning shopper",
        "two tabs saving at once",
        (
            "Add the cart table and its migration",
            "Write CartStore.save and CartStore.load",
            "Merge a guest cart on sign-in",
            "Show the saved cart in the header",
            "Expire carts after 90 days",
            "Count saves and restores",
        ),
    ),
    Topic(
        "webhook-retries",
        "Retries for outgoing webhooks",
        "hooks/delivery",
        "delivery",
        "an integrator",
        "a receiver that answers after the deadline",
        (
            "Store each attempt with its outcome",
            "Schedule retries with growing pauses",
            "Stop after eight attempts",
            "Sign the body anew on each attempt",
            "List failed deliveries in the console",
            "Let a user send one again",
        ),
    ),
    Topic(
        "csv-import",
        "CSV import with a preview",
        "imports/csv",
        "row",
        "a shop owner moving in",
        "a column that is a date in one row and a number in the next",
        (
            "Detect the delimiter and the encoding",
            "Map columns by their headings",
            "Show the first 20 rows",
            "Collect all errors before anything is stored",
            "Import in batches of 500",
            "Undo a whole import",
        ),
    ),
    Topic(
        "rate-limits",
        "Rate limits per API key",
        "api/limits",
        "window",
        "a developer with a busy script",
        "clocks that differ between servers",
        (
            "Count requests in a sliding window",
            "Answer 429 with Retry-After",
            "Keep limits in the plan's settings",
            "Exempt health checks",
            "Chart the busiest keys",
            "Warn at 80 percent by mail",
        ),
    ),
    Topic(
        "dark-invoices",
        "Invoices that print well",
        "billing/print",
        "invoice",
        "an accountant in a hurry",
        "tables that break across pages",
        (
            "Move totals into a footer that stays",
            "Use the print style sheet only",
            "Repeat table headings",
            "Embed the fonts",
            "Compare pixels against the samples",
            "Offer A4 and Letter",
        ),
    ),
    Topic(
        "search-typos",
        "Search that forgives typos",
        "search/index",
        "query",
        "someone typing on a train",
        "short words that match nearly everything",
        (
            "Index trigrams of titles",
            "Rank exact words first",
            "Limit the distance by word length",
            "Highlight what matched",
            "Measure recall on 200 real queries",
            "Fall back when the index is cold",
        ),
    ),
    Topic(
        "session-timeouts",
        "Gentle session timeouts",
        "auth/session",
        "session",
        "a nurse between two patients",
        "a form half filled when time runs out",
        (
            "Warn two minutes ahead",
            "Keep drafts in local storage",
            "Renew on any key press",
            "End all sessions on a password change",
            "Log who was signed out and why",
            "Test with a frozen clock",
        ),
    ),
    Topic(
        "photo-uploads",
        "Photo uploads that resume",
        "media/upload",
        "chunk",
        "a courier with poor reception",
        "the same photo sent twice under two names",
        (
            "Cut files into chunks of 1 MB",
            "Name chunks by their hash",
            "Ask the server what is missing",
            "Resume after a restart",
            "Make thumbnails off the request",
            "Clean up after a day",
        ),
    ),
)
