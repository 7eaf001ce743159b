"""An evaluation as one HTML file that needs nothing else: no network, no server, no script but its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from jinja2 import Environment

from pipeline.evaluation.cases import Answer, Evaluation, Suite, Variant
from pipeline.evaluation.report import charts
from pipeline.evaluation.report.views import Listing, ScoredVariant, list_cases
from pipeline.evaluation.report.wording import (
    ALONE,
    STAGES,
    TURNS,
    Turn,
    spell_counts,
    spell_label,
    spell_money,
    spell_value,
    symbol_of,
)
from pipeline.evaluation.scores import Pairing, Scores
from pipeline.evaluation.statistics import word_p
from pipeline.evaluation.statistics.wording import in_plain_words
from pipeline.reports import common_style, environment, inline

PLOTTED = ("macro-F1", "accuracy", "precision of refuted", "coverage", "citation validity", "average precision")
"""Figures of the interval plot, where a stage has them; of other stages all shares are."""


def render_report(
    evaluations: Sequence[Evaluation],
    suite: Suite,
    answers: Iterable[Answer],
    scores: Sequence[Scores],
    pairings: Sequence[Pairing] = (),
    *,
    baselines: Sequence[Scores] = (),
    cautions: Sequence[str] = (),
) -> str:
    """Return the whole evaluation as one self-contained HTML file with a strict content security policy.

    `scores` are of the variants, the baseline of the comparison first; `pairings` compare the others with it;
    `baselines` are printed beside; `cautions` stand with the suite's problems. Several evaluations of the same
    suite make one page.
    """
    scored_variants = [ScoredVariant(number, _variant_of(one, evaluations), one) for number, one in enumerate(scores)]
    all_answers = list(answers)
    listing = list_cases(suite, scored_variants, all_answers, pairings)
    compared = list(
        chain.from_iterable((*pairing.figures, *(one for _, one in pairing.sources)) for pairing in pairings)
    )
    return (
        _environment()
        .get_template("evaluation.html.j2")
        .render(
            evaluations=evaluations,
            suite=suite,
            scored_variants=scored_variants,
            scored_by_id={scored.variant.id: scored for scored in scored_variants},
            baselines=baselines,
            problems=(*cautions, *suite.problems),
            pairings=pairings,
            listing=listing,
            names=_figure_names(scores),
            plotted=_plotted(scores),
            labels=[one.label for one in scores[0].classes] if scores else [],
            gold=sorted({case.label for case in suite.cases}),
            sources=sorted({case.source for case in suite.cases}),
            turns=_turns(listing, alone=len(scored_variants) == 1),
            scale=charts.difference_scale(compared),
            chart=charts,
            style=common_style() + inline(__package__, "evaluation.css"),
            script=inline(__package__, "evaluation.js"),
        )
    )


def _turns(listing: Listing, *, alone: bool) -> dict[Turn, str]:
    """Return the outcomes that cases have, in words that fit one variant or several."""
    words = TURNS | (ALONE if alone else {})
    return {turn: words[turn] for turn in TURNS if any(turn in one.tokens for one in listing.shown)}


def _variant_of(scores: Scores, evaluations: Sequence[Evaluation]) -> Variant:
    """Return the variant of some scores; one that was asked twice has a longer id in the second evaluation."""
    known = [variant for evaluation in evaluations for variant in evaluation.variants]
    like = next((one for one in known if scores.variant.startswith(one.id)), None)
    details = {"prompt_ref": like.prompt_ref, "model": like.model, "parameters": like.parameters} if like else {}
    return Variant.model_validate({"name": scores.name, "id": scores.variant, **details})


def _figure_names(scores: Sequence[Scores]) -> list[str]:
    """Return the names of all figures in the order they are given in."""
    return list(dict.fromkeys(figure.name for one in scores for figure in one.figures))


def _plotted(scores: Sequence[Scores]) -> list[str]:
    names = _figure_names(scores)
    chosen = [name for name in names if name in PLOTTED]
    return chosen if len(chosen) > 2 else [name for name in names if all(_is_share(one, name) for one in scores)]


def _is_share(scores: Scores, name: str) -> bool:
    figure = scores.figure(name)
    return figure is not None and charts.whisker(figure) is not None


@cache
def _environment() -> Environment:
    made = environment(__package__)
    made.filters.update(
        in_plain_words=in_plain_words,
        spelled=spell_label,
        symbol=symbol_of,
        money=spell_money,
        figure=spell_value,
        counts=spell_counts,
        p=word_p,
    )
    made.globals.update(stages=STAGES)
    return made
