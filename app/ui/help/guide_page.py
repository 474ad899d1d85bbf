"""A guide as the rich text that Qt shows: plain HTML of its blocks, every word escaped, pictures by their name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.services.guides.blocks import Block, Code, Heading, Items, Paragraph, Picture, Span, Table


def as_html(blocks: Sequence[Block]) -> str:
    """The whole guide. Every heading has an anchor of its name."""
    return "".join(_block(block) for block in blocks)


def style(*, ink: str, muted: str, line: str, link: str) -> str:
    """The style sheet of the page, in colours of the theme."""
    return (
        f"body {{ color: {ink}; }} a {{ color: {link}; }} h1, h2 {{ color: {link}; }} td, th {{ padding: 3px 8px 3px 0; }} "
        f"th {{ text-align: left; border-bottom: 1px solid {line}; }} pre {{ color: {muted}; white-space: pre-wrap; }}"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f'<h{block.level}><a name="{escape(block.anchor)}"></a>{_line(block.spans)}</h{block.level}>'
        case Paragraph():
            return f"<p>{_line(block.spans)}</p>"
        case Code():
            return f"<pre>{escape(block.text)}</pre>"
        case Picture():
            return f"<p>{_picture(block.path, block.alt)}</p>"
        case Items():
            tag = "ol" if block.numbered else "ul"
            return f"<{tag}>{''.join(_item(item) for item in block.items)}</{tag}>"
        case Table():
            return f"<table>{_row(block.head, 'th')}{''.join(_row(row, 'td') for row in block.rows)}</table>"


def _item(blocks: Sequence[Block]) -> str:
    """Of one paragraph its words alone: Qt would put the mark of the item on a line of its own."""
    inside = [_line(one.spans) if isinstance(one, Paragraph) else _block(one) for one in blocks]
    return f"<li>{''.join(inside)}</li>"


def _row(cells: Sequence[Sequence[Span]], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_line(cell)}</{tag}>" for cell in cells) + "</tr>"


def _picture(path: str, alt: str) -> str:
    return f'<img src="{escape(path)}" alt="{escape(alt)}">'


def _line(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    if span.picture:
        return _picture(span.picture, span.text)
    shown = escape(span.text)
    for wanted, tag in ((span.code, "code"), (span.strong, "b"), (span.emphasis, "i")):
        shown = f"<{tag}>{shown}</{tag}>" if wanted else shown
    return f'<a href="{escape(span.link)}">{shown}</a>' if span.link else shown
