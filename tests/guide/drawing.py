"""Posts drawn as a simple picture, and the life of a ticket: values in, SVG out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from unicodedata import east_asian_width

WIDTH = 660
MARGIN, GAP, PAD = 20, 12, 14
INDENT = 44
SIZE, LEADING = 14, 21
BUTTON_HEIGHT, BUTTON_PAD = 28, 10
NARROW = 0.58
INK, SOFT, LINE, PAPER, GROUND, ACCENT = "#1f2a27", "#5c6b66", "#cfd8d4", "#ffffff", "#f3f6f4", "#2f5d50"
FONT = "'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"


@dataclass(frozen=True)
class Drawn:
    """A post: who wrote it, its text, its buttons in rows; one in a thread stands further in."""

    author: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    in_thread: bool = False

    @property
    def left(self) -> int:
        """Where it begins."""
        return MARGIN + (INDENT if self.in_thread else 0)


@dataclass(frozen=True)
class Box:
    """A state in the life of a ticket: its left and upper corner."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """A way from one point to another, and what leads there: up to two lines, the first at `label`."""

    begin: tuple[int, int]
    end: tuple[int, int]
    label: tuple[int, int]
    lines: tuple[str, ...]


BOX_WIDTH, BOX_HEIGHT = 130, 46


def posts_svg(title: str, posts: Sequence[Drawn]) -> str:
    """A room with its posts, one below the other."""
    y = MARGIN + LEADING * 2
    shapes: list[str] = []
    for post in posts:
        shapes += _post(post, y)
        y += _height(post) + GAP
    return _svg(title, y - GAP + MARGIN, shapes)


def life_svg(title: str, boxes: Sequence[Box], arrows: Sequence[Arrow], height: int) -> str:
    """States, and what leads from one to another."""
    shapes = [line for box in boxes for line in _box(box)] + [line for arrow in arrows for line in _arrow(arrow)]
    return _svg(title, height, shapes)


def _svg(title: str, height: int, shapes: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            f' role="img" font-family="{FONT}" font-size="{SIZE}">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            f'<path d="M0 0 8 4 0 8z" fill="{SOFT}"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>',
            _text(MARGIN, MARGIN + SIZE, title, SOFT),
            *shapes,
            "</svg>\n",
        ]
    )


def _post(post: Drawn, y: int) -> Iterator[str]:
    yield _rect(post.left, y, WIDTH - MARGIN - post.left, _height(post), LINE)
    x, line = post.left + PAD, y + PAD + SIZE
    yield _text(x, line, post.author, ACCENT, bold=True)
    for row in _lines(post):
        line += LEADING
        yield _text(x, line, row, INK)
    yield from _buttons(post, line + GAP)


def _buttons(post: Drawn, y: int) -> Iterator[str]:
    for row in post.rows:
        x = post.left + PAD
        for label in row:
            width = int(_width(label)) + 2 * BUTTON_PAD
            yield _rect(x, y, width, BUTTON_HEIGHT, SOFT)
            yield _text(x + BUTTON_PAD, y + BUTTON_HEIGHT - 9, label, INK)
            x += width + 8
        y += BUTTON_HEIGHT + 6


def _height(post: Drawn) -> int:
    text = PAD + SIZE + LEADING * len(_lines(post)) + PAD
    return text + len(post.rows) * (BUTTON_HEIGHT + 6)


def _lines(post: Drawn) -> list[str]:
    room = WIDTH - MARGIN - post.left - 2 * PAD
    return [part for line in post.text.split("\n") for part in _wrapped(line, room)]


def _wrapped(line: str, room: int) -> Iterator[str]:
    while _width(line) > room:
        cut = next(length for length in count(1) if _width(line[: length + 1]) > room)
        yield line[:cut]
        line = line[cut:]
    yield line


def _width(text: str) -> float:
    return sum(SIZE if east_asian_width(sign) in "WFA" else SIZE * NARROW for sign in text)


def _box(box: Box) -> Iterator[str]:
    yield _rect(box.x, box.y, BOX_WIDTH, BOX_HEIGHT, ACCENT)
    yield _text(box.x + int(BOX_WIDTH - _width(box.text)) // 2, box.y + 29, box.text, INK, bold=True)


def _arrow(arrow: Arrow) -> Iterator[str]:
    (x1, y1), (x2, y2) = arrow.begin, arrow.end
    yield f'<path d="M{x1} {y1} L{x2} {y2}" stroke="{SOFT}" stroke-width="1.5" fill="none" marker-end="url(#tip)"/>'
    x, y = arrow.label
    for line in arrow.lines:
        yield _text(x, y, line, SOFT)
        y += LEADING


def _rect(x: int, y: int, width: int, height: int, edge: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{PAPER}" stroke="{edge}"/>'


def _text(x: int, y: int, text: str, colour: str, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{escape(text)}</text>'
