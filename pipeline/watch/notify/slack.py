"""A message in the form that Slack's incoming webhooks take, and Mattermost's and others' after them.

Words of others stand in blocks of plain text, where nothing is markup, a mention or the name of an emoji.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.watch.notify.wording import in_words

_HEADER, _BLOCK, _MOST_BLOCKS = 150, 2_900, 12
"""Characters of a header and of a block, and blocks, a little under what Slack takes."""


def slack_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message's body as Slack takes it: a line for notices and old clients, and blocks."""
    subject, text = in_words(body)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(subject[:_HEADER])}]
    parts = list(_parts(text.strip()))
    blocks += [{"type": "section", "text": _plain(part)} for part in parts[:_MOST_BLOCKS]]
    if len(parts) > _MOST_BLOCKS:
        blocks.append({"type": "section", "text": _plain("… the rest is at the desk.")})
    if (desk := body["data"].get("desk")) and str(desk).startswith(("https://", "http://")):
        link = _escaped(str(desk)).replace("|", "%7C")
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{link}|On the desk>"}})
    return {"text": _escaped(subject), "blocks": blocks}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """Return text in which Slack finds no mention and no link; a line is one."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _parts(text: str) -> Iterator[str]:
    """Yield a text in pieces that fit a block, cut at lines where lines are short enough."""
    held = ""
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _BLOCK):
            piece = line[start : start + _BLOCK]
            if len(held) + len(piece) > _BLOCK and held.strip():
                yield held.strip()
                held = ""
            held += piece
    if held.strip():
        yield held.strip()
