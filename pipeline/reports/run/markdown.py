"""A report as Markdown, for any viewer: coverage first, a table of what matters, a section for each note."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.models import Report
from pipeline.reports.run.rows import explain
from pipeline.reports.shared.markdown import md_code, md_corrections, md_link, md_piece, md_quote, md_row, md_text
from pipeline.reports.shared.views import ComparisonView, FlagView, NoteView, Source, headline, spell_date, view_notes
from pipeline.reports.shared.wording import (
    DIFFERS,
    FLAGS,
    OUTCOMES,
    REASONS,
    UNCHECKABLE,
    UNCLAIMED,
    assumed_day,
    shorten,
    spell_probabilities,
)


def render_markdown(report: Report) -> str:
    """Return the report as Markdown with tables; text from outside never becomes markup."""
    views = view_notes(report)
    parts = [
        f"**{md_text(str(report.coverage))}**",
        f"# {md_text(headline(report.article))}",
        *_head(report),
    ]
    telling = [view for view in views if view.flagged or view.note.verdict or view.note.differs]
    telling = [view for view in telling if view.part_of is None]
    if telling:
        parts += ["## Decided, flagged or different in a source", "\n".join(_table(telling))]
    parts.append("## Notes")
    for view in views:
        if view.part_of is None:
            for each in (view, *view.parts):
                parts += _section(each, report)
    if report.unclaimed:
        parts += ["## Sentences without a claim", UNCLAIMED]
        parts.append("\n".join(f"- {md_text(' '.join(each.exact.split()))}" for each in report.unclaimed))
    return "\n\n".join(parts) + "\n"


def _head(report: Report) -> Iterator[str]:
    article, usage = report.article, report.usage
    assumed = f" ({assumed_day(report)})" if report.as_of_assumed else ""
    estimated = f"{spell_date(article.estimated_at)} (estimated)" if article.estimated_at else None
    published = " · ".join(filter(None, [article.publisher, spell_date(article.published_at) or estimated]))
    yield f"{md_text(published or 'No publisher, no date')}. Judged as of {spell_date(report.as_of)}{assumed}."
    price = "price unknown" if usage.dollars is None else f"{usage.dollars:.4f} dollars"
    used = [
        f"Model: {md_code(report.versions.model) if report.versions.model else 'embedded default, no model'}",
        f"Prompts: {', '.join(map(md_code, report.versions.prompts)) or 'none'}",
        f"Evidence index: {md_code(report.versions.index or 'none')}",
        *([f"World data: {md_text(report.versions.world)}"] if report.versions.world else []),
        f"Embedding: {md_code(report.versions.embedding or 'none')}",
        f"Code: {md_code(report.versions.code)}, run {md_code(report.run_id)}",
        f"Cost: {usage.calls} calls, {usage.cached} from the cache, {usage.tokens_in} tokens in, "
        f"{usage.tokens_out} out, {price}, {report.seconds:.1f} s",
        *(f"Seen outside: {md_text(seen.service)} saw {md_text(seen.saw)}" for seen in report.disclosures),
        *(f"**Problem:** {md_text(problem)}" for problem in report.problems),
        *(f"**About the article’s source:** {md_text(warning)}" for warning in article.warnings),
        *(f"**Its own correction:** {md_text(each.exact)}" for each in article.corrections),
        *(
            f"{each.name.capitalize()}: {md_text(each.value)}, from {md_text(each.source)}"
            for each in article.provenance
        ),
    ]
    yield "\n".join(f"- {line}" for line in used)


def _table(views: list[NoteView]) -> Iterator[str]:
    yield "| Note | Outcome | Words | Flags | Why |"
    yield "| ---: | --- | --- | --- | --- |"
    for view in sorted(views, key=lambda view: (not view.flagged, not view.note.differs, view.number)):
        note = view.note
        kinds = ", ".join(
            [*dict.fromkeys(FLAGS[flag.kind] for flag in note.flags), *([DIFFERS] if note.differs else [])]
        )
        words, why = shorten(note.claim.span.exact, 80), shorten(explain(note), 120)
        words += "".join(
            f"; part of it, note {part.number}: {shorten(part.note.claim.text, 80)}" for part in view.parts
        )
        yield md_row((str(view.number), _outcome(view), md_text(words), md_text(kinds), md_text(why)))


def _outcome(view: NoteView) -> str:
    words = OUTCOMES[view.outcome]
    return f"{words.symbol} {words.label}"


def _section(view: NoteView, report: Report) -> Iterator[str]:
    note = view.note
    yield f"### {view.number}\\. {_outcome(view)}" if view.part_of is None else _part_heading(view)
    yield f"> {md_text(note.claim.span.exact)}"
    if note.claim.text != note.claim.span.exact:
        yield f"Claim: {md_text(note.claim.text)}"
    spoken = note.claim.attribution
    if spoken:
        title = f", {md_text(spoken.speaker_title)}" if spoken.speaker_title else ""
        yield f"{'Quoted' if spoken.direct else 'Reported'} from {md_text(spoken.name or spoken.speaker)}{title}."
    yield from map(_flag, view.flags)
    yield from _reason(view)
    if view.comparison:
        yield from _comparison(view.comparison)
    for source in view.cited:
        yield _source(source)
    if view.uncited:
        yield f"Found, not cited: {'; '.join(_where(source) for source in view.uncited)}."
    if view.later:
        yield f"**Published after {spell_date(report.as_of)}, decides nothing:**"
        yield from map(_source, view.later)


def _part_heading(view: NoteView) -> str:
    return f"#### {view.number}\\. Part of note {view.part_of}: {_outcome(view)}"


def _reason(view: NoteView) -> Iterator[str]:
    note = view.note
    if note.verdict:
        verdict = note.verdict
        flagged = any(flag.message == verdict.justification for flag in note.flags)
        why = "" if flagged else f"{md_text(verdict.justification)} "
        yield f"{why}(confidence {verdict.confidence:.2f}, {md_code(verdict.method)})"
        if told := spell_probabilities(verdict):
            yield f"How likely: {md_text(told)}"
    elif note.claim.uncheckable:
        yield UNCHECKABLE[note.claim.uncheckable]
    elif note.failure:
        reason = REASONS[note.failure.reason]
        detail = f" ({md_text(note.failure.detail)})" if note.failure.detail else ""
        yield f"{reason.why}{detail} {reason.todo}"


def _comparison(compared: ComparisonView) -> Iterator[str]:
    """Yield the two sentences under each other, what differs in bold."""
    yield f"**Nearest source.** {md_text(compared.differences or compared.common)}"
    for who, pieces in (("The article", compared.article), (_where(compared.where), compared.source)):
        words = (md_piece(piece.text, "**" if "differs" in piece.keys else "") for piece in pieces)
        yield f"> {who}: {''.join(words)}"
    if compared.agreeing:
        yield f"Agrees: {md_text('; '.join(compared.agreeing))}."
    if compared.missing:
        yield f"Not mentioned there: {md_text('; '.join(compared.missing))}."


def _flag(flag: FlagView) -> str:
    kinds = ", ".join(FLAGS[kind] for kind in flag.kinds)
    return f"⚑ **{kinds}** ({flag.severity}): {md_text(flag.message)}{md_corrections(flag.corrections)}"


def _source(source: Source) -> str:
    return md_quote(source.pieces, f"— {_where(source)}")


def _where(source: Source) -> str:
    passage = source.evidence.passage
    name = md_link(passage.title or passage.publisher or "no title", source.link)
    record = "office record, " if passage.kind == "office_record" else ""
    publisher = f"{md_text(passage.publisher)}, " if passage.title and passage.publisher else ""
    place = f"{md_text(passage.place)}, " if passage.place else ""
    return f"{record}{name}, {publisher}{place}{source.dated or 'no date'}"
