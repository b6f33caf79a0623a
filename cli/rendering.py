"""Answers, passages and reports as text for a terminal; nothing here prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from index.article import Article
from index.report import Report, kind_of_reason
from qa.answer import Answer, Citation, Hit, Narrowed, Version
from qa.lookup import Lookup
from qa.standing import Standing, Status

# More lines than this are counted by reason.
FEW = 12
EXAMPLES = 3
# Below a quote a headline takes two or three lines at most; `kutip show` has all of it.
TITLE_CHARS = 200


def render_answer(answer: Answer, *, k: int) -> RenderableType:
    """The quotes with their numbers, then where each stands; or the k closest passages."""
    parts: list[RenderableType] = []
    if answer.answered:
        parts += [Text.assemble(c.quote, " ", (f"[{c.n}]", "bold green")) for c in answer.citations]
        parts.append(Text())
        parts += [_source(citation) for citation in answer.citations]
    else:
        closest = " The closest passages:" if answer.hits else ""
        parts.append(Text(f"Not in these articles.{closest}", style="bold yellow"))
        parts += [_hit(hit) for hit in answer.hits[:k]]
    if answer.terms:
        searched = ", ".join(f"{word} -> {other}" for word, other in answer.terms)
        parts.append(Text(f"Also searched as: {searched}", style="dim"))
    return Group(*parts)


def _source(citation: Citation) -> Text:
    title = citation.title
    if len(title) > TITLE_CHARS:
        title = f"{title[:TITLE_CHARS].rsplit(' ', 1)[0]} …"
    text = Text.assemble((f"[{citation.n}] ", "bold green"), _byline(citation, title), "\n")
    text.append(f"    {citation.passage.id}, characters {citation.start}-{citation.end}", "dim")
    if citation.url:
        text.append(f"\n    {citation.url}", "dim")
    if citation.also:
        text.append(f"\n    {_also(citation.also)}", "dim")
    return text


def _also(versions: tuple[Version, ...]) -> str:
    """The other articles that say the same, as given: earliest first."""
    named = (
        f"{v.outlet or 'unknown outlet'} {v.published or 'undated'} ({v.article}, "
        f"characters {v.start}-{v.end})"
        for v in versions
    )
    return f"also in: {', '.join(named)}"


def narrowed_lines(narrowed: Narrowed) -> list[str]:
    """What was understood of operators and filters, and what they left out; none without them."""
    request = narrowed.request
    asked = [
        *(f"from {day} on" for day in [request.after] if day),
        *(f"up to {day}" for day in [request.before] if day),
        *(f"outlet {source}" for source in request.sources),
        *(f"with “{phrase.text}”" for phrase in request.phrases),
        *(f"without “{phrase.text}”" for phrase in request.without),
    ]
    lines = [f"only: {', '.join(asked)}"] if asked else []
    if narrowed.missing:
        words = " and ".join(f"“{text}”" for text in narrowed.missing)
        among = "of these passages none" if len(asked) > len(request.phrases) else "no passage"
        lines.append(f"{among} has {words} word for word; without quotation marks it need not")
    if narrowed.left_out == 1:
        lines.append("1 undated article left out by the date filter")
    elif narrowed.left_out:
        lines.append(f"{narrowed.left_out} undated articles left out by the date filter")
    return lines


def _byline(about: Article | Citation, title: str) -> str:
    dated = about.published.isoformat() if about.published else "undated"
    return " · ".join((about.outlet or "unknown outlet", dated, title))


def _hit(hit: Hit) -> RenderableType:
    return _listed(hit, Text(hit.passage.text))


def _listed(hit: Hit, text: Text) -> Group:
    """A passage under its name, and where else it stands."""
    parts = [Text(f"{hit.rank}. {hit.passage.id}", style="bold"), _indented(text)]
    if hit.also:
        parts.append(_indented(Text(_also(hit.also), style="dim")))
    return Group(*parts)


def _indented(text: Text) -> Text:
    """Set in by three columns; unlike Padding, cut at no width when the output is no terminal."""
    return Text.assemble("   ", text)


def render_lookup(found: Lookup) -> RenderableType:
    """The passages of a lookup, what matched made bold."""
    parts: list[RenderableType] = []
    for hit, spans in zip(found.hits, found.matches, strict=True):
        text = Text(hit.passage.text)
        for start, end in spans:
            text.stylize("bold green", start - hit.passage.start, end - hit.passage.start)
        parts.append(_listed(hit, text))
    return Group(*parts) if parts else Text("No passage matches.", style="bold yellow")


def render_article(article: Article, *, dropped: bool) -> RenderableType:
    """An article as indexed, and on demand what cleaning dropped and why."""
    parts: list[RenderableType] = [Text(_byline(article, article.title), style="bold")]
    parts += [Text(fact, style="dim") for fact in (article.author, article.url) if fact]
    parts.append(Text())
    for block in article.blocks:
        text = article.text[block.start : block.end]
        parts.append(Text(text if block.role == "body" else f"[{block.role}] {text}"))
        parts.append(Text())
    if dropped:
        table = Table("line", "reason", "text", title="Dropped by cleaning", title_justify="left")
        for line in article.dropped:
            table.add_row(str(line.line), line.reason, Text(line.text))
        parts.append(table)
    return Group(*parts)


def render_report(report: Report) -> RenderableType:
    """What an update did or would do: one line, then whatever was not read."""
    moved = f"{len(report.moved):,} moved, " if report.moved else ""
    counts = (
        f"{len(report.changed):,} changed, {len(report.added):,} added, {moved}"
        f"{len(report.removed):,} removed, {len(report.unchanged):,} unchanged"
    )
    work = f"{report.encoded:,} passages " + ("to encode" if report.dry_run else "encoded")
    parts: list[RenderableType] = [Text(f"{counts}; {work}; {report.seconds:.1f} s")]
    if report.cut:
        parts.append(
            Text(
                f"  cut: {report.cut:,} passages, with headline and lead longer than the model "
                "reads; the rest of them is found by its words alone",
                style="yellow",
            )
        )
    parts += _noted("not read", report.skipped)
    parts += _noted("read with losses or doubts", report.warnings)
    parts += _noted("kept as it was", [(path, "cannot be read now") for path in report.kept])
    parts += _noted("ignored", [(path, "by rule") for path in report.ignored])
    parts += [Text(f"  moved: {old} -> {new}") for old, new in report.moved]
    if report.dry_run:
        for verb, ids in (("add", report.added), ("change", report.changed),
                          ("remove", report.removed)):  # fmt: skip
            parts += [Text(f"  {verb}: {identity}") for identity in ids]
    return Group(*parts)


def render_standings(standings: Iterable[Standing]) -> RenderableType:
    """What became of each quote of a saved answer; one that changed is shown as it was."""
    parts: list[RenderableType] = []
    for n, standing in enumerate(standings, start=1):
        was = f"{standing.saved.article}, characters {standing.saved.start}-{standing.saved.end}"
        now = f"{standing.article}, characters {standing.start}-{standing.end}"
        said = {
            Status.UNCHANGED: f"unchanged: {was}",
            Status.MOVED: f"moved: {was}; now {now}",
            Status.CHANGED: f"the source has changed since: {was}"
            + (f"; the quote stands now in {now}" if standing.article else ""),
            Status.REMOVED: f"the source was removed: {was}",
        }[standing.status]
        parts.append(Text.assemble((f"[{n}] ", "bold green"), said))
        if standing.status is not Status.UNCHANGED:
            parts.append(_indented(Text(standing.saved.quote, style="dim")))
    return Group(*(parts or [Text("no quotes in it")]))


def _noted(word: str, pairs: Sequence[tuple[str, str]]) -> list[RenderableType]:
    """Each path with its reason; when they are many, each reason with its number and examples."""
    if len(pairs) <= FEW:
        return [Text(f"  {word}: {path}: {reason}", style="yellow") for path, reason in pairs]
    table = Table(
        "reason", "number", "among them", title=f"{word}: {len(pairs)}", title_justify="left"
    )
    by_reason: dict[str, list[str]] = {}
    for path, reason in pairs:
        by_reason.setdefault(kind_of_reason(reason), []).append(path)
    for reason, paths in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        examples = ", ".join(paths[:EXAMPLES]) + (", …" if len(paths) > EXAMPLES else "")
        table.add_row(Text(reason), str(len(paths)), Text(examples))
    return [table]


def render_measures(measured: dict[str, Any]) -> RenderableType:
    """An evaluation as a table: one row a ranking or group, one column a measure."""
    plain = {name: value for name, value in measured.items() if not isinstance(value, dict)}
    figures = [name for name, value in plain.items() if isinstance(value, float) and "@" in name]
    table = Table("", *(name.replace("_success", "") for name in figures))
    table.add_row("kutip", *(f"{plain[name]:.3f}" for name in figures))
    rows: dict[str, Any] = {
        name: measured[name] for name in ("dense", "bm25", "baseline") if name in measured
    }
    for group in ("by_language", "by_kind"):
        rows |= {f"{group.removeprefix('by_')} {key}": v
                 for key, v in measured.get(group, {}).items()}  # fmt: skip
    for name, values in rows.items():
        table.add_row(
            "dense + BM25, RRF" if name == "baseline" else name,
            *(f"{values[figure]:.3f}" if figure in values else "" for figure in figures),
        )
    notes = [f"{name}: {value}" for name, value in plain.items() if name not in figures]
    for name in ("abstention", "query_ms"):
        notes += [f"{name} {key}: {value:.3f}" for key, value in measured.get(name, {}).items()]
    return Group(table, *(Text(note) for note in notes))
