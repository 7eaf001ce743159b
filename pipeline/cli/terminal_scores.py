"""What a person sees of an evaluation in a terminal: figures with their intervals, never a number alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from pipeline.evaluation import SURENESS, Estimate, Pairing, Scores, in_plain_words
from pipeline.reports import counted


def print_scores(scores: Sequence[Scores], baselines: Sequence[Scores] = (), pairings: Sequence[Pairing] = ()) -> None:
    """Print a line for each figure of each variant, the baselines beside, and what the comparison says."""
    for each in scores:
        click.echo(f"{each.name}")
        for figure in each.figures:
            told = f" ({figure.of})" if figure.name in SURENESS else ""
            click.echo(f"  {figure}{told}")
        failed = ", ".join(f"{reason} {count}" for reason, count in sorted(each.failures.items()))
        dollars = each.costs.dollars
        money = "price not known" if dollars is None else f"${dollars:.4f}"
        click.echo(f"  a case: {money}, {each.costs.seconds.value or 0:.1f} s, {each.costs.calls:.1f} calls")
        if failed:
            click.echo(f"  failed: {failed}")
    for each in baselines:
        click.echo(f"baseline {each.name}: {each.headline}")
    for pairing in pairings:
        named = {each.variant: each.name for each in scores}
        click.echo(f"{named.get(pairing.variant, pairing.variant)} against {named.get(pairing.baseline)}:")
        for comparison in pairing.figures:
            click.echo(f"  {comparison.sentence}")
        click.echo(f"  {pairing.control}")
        for line in (*pairing.uninformative, *pairing.cautions):
            click.echo(f"  Caution: {in_plain_words(line)}")


def estimate_row(each: Estimate) -> dict[str, Any]:
    """Return an estimate as JSON has it."""
    forecast = each.forecast
    costs = (
        {"calls": forecast.calls, "tokens_in": forecast.tokens_in, "tokens_out": forecast.tokens_out}
        if forecast
        else {}
    )
    row = {"variant": each.variant, "questions": each.questions, "known": each.known}
    return row | costs | ({"dollars": forecast.dollars} if forecast else {})


def estimate_lines(costs: Iterable[Estimate]) -> list[str]:
    """Return a line for each variant: questions, calls, tokens and dollars at least and at most."""
    lines = []
    for each in costs:
        known = f", {each.known} of them answered by kept replies" if each.known else ""
        line = f"{each.variant}: {counted(each.questions, 'question')}{known}"
        if each.forecast is not None:
            calls, tokens, dollars = each.forecast.calls, each.forecast.tokens_in, each.forecast.dollars
            money = "price not known" if dollars is None else f"${dollars[0]:.2f} to ${dollars[1]:.2f}"
            line += f"; {calls[0]} to {calls[1]} calls, {tokens[0]:,} to {tokens[1]:,} tokens in, {money}"
        lines.append(line)
    return lines
