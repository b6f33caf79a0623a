"""Where a quote comes from, as a safe link and as a line of text."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_url(url: str | None) -> str | None:
    """The address when a link to it only opens a web page, else None."""
    if not url or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
        linked = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return url if linked else None


def source_line(title: str, outlet: str | None, day: str, url: str | None) -> str:
    """Where a quote comes from, on one line of plain text."""
    parts = [outlet, f"“{title}”", day, safe_url(url)]
    return ", ".join(part for part in parts if part)
