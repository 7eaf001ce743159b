"""What of a PDF's page nobody sees: letters without ink or in the colour of their ground, too small, off the page.

The page's own operators are followed as a program follows them that paints it. Where it is not sure what is behind
letters, they count as seen: on pictures, patterns, blends, thick strokes, and where a line goes on over a shape. What
is painted over letters later, and what a clipping path cuts off, is known when the page has been followed once: it is
followed again then, and those letters are taken out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.articles import WHITE, alike
from pipeline.evidence.pdf_covers import Box, curve, filled_boxes, stroked_box, upright_box
from pipeline.evidence.pdf_letters import Matrix, Setting, Shown, without
from pipeline.evidence.pdf_painting import Painting

Colour = tuple[int, int, int]
_SMALLEST, _NARROWEST = 1.5, 0.5
"""Points of a letter's height and width up to which nobody can read it."""
_FAINTEST = 0.1
_MOST_PICTURES = 500
"""Of which a scan can be made: strips."""
_MOST_OF_A_PAGE, _SCANNED = 0.5, 20
"""Share of a page under pictures, and letters without ink on them, from which a page is a scan with its words."""
_MOST_SLICED = 1_000
"""Shapes of a page that are no boxes and may cover words; later ones count as if they did not."""
_MOST_LOOKS = 2_000_000
"""How often shapes of a page are asked whether they are behind letters; what is not known then counts as seen."""
_MANY = 50
"""Colours of shapes; of more it is not asked first whether one is like that of letters."""
_INVISIBLE, _CLIPPING = 3, 4
"""Modes of letters: without ink, and from which on they are a path in which other ink may be shown."""
_THICK = 3.0
"""Points of a stroke from which on it can be the ground of letters."""
_SHOWN = (b"Tj", b"TJ", b"'", b'"')
_COLOURS = frozenset((b"g", b"rg", b"k", b"cs", b"sc", b"scn", b"G", b"RG", b"K", b"CS", b"SC", b"SCN"))
_LETTERS = (b"Tr", b"TL", b"Tf", b"gs")
_SET = {b"Tz": "wide", b"Tc": "apart", b"Tw": "words_apart", b"Ts": "raised"}
_FILLED = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_STROKED = frozenset((b"S", b"s", b"B", b"B*", b"b", b"b*"))
_PLACED = frozenset((b"BT", b"Td", b"TD", b"Tm", b"T*"))
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)
_NOWHERE: Box = (math.inf, math.inf, -math.inf, -math.inf)


@dataclass(frozen=True)
class _Ink:
    """With what letters and shapes are painted."""

    fill: Colour | None = (0, 0, 0)
    """None where it is not known, such as a pattern."""
    stroke: Colour | None = (0, 0, 0)
    spaces: tuple[Any, Any] = ("/DeviceGray", "/DeviceGray")
    mode: int = 0
    set: Setting = Setting()
    opacity: float = 1.0
    stroke_opacity: float = 1.0
    sized: bool = True
    """False for a font that brings a measure of its own."""
    leading: float = 0.0
    """From a line of letters to the next."""
    line: float = 1.0
    dashed: bool = False
    blended: bool = False
    """Whether what is behind shows through, however opaque it is."""
    veiled: bool = False
    """Whether what is behind may show through: inside of what lets light through, or where inks are printed over."""
    clip: Box = _EVERYWHERE
    """What shapes are painted in."""
    is_clip_box: bool = True
    """False where only a part of it is."""


@dataclass
class Sight:
    """Follows one page; takes what nobody sees out of it before it is read (a visitor of pypdf)."""

    page: Any
    layer: frozenset[Box] = frozenset()
    """Pictures on which letters without ink are read, as those are that text recognition puts over a scan."""
    off: frozenset[int] = frozenset()
    """Numbers of the layers that are not shown."""
    unseen: Mapping[int, Sequence[range]] = field(default_factory=dict)
    """Letters that are known to be painted over or cut off, by the number of what is shown at once."""
    hidden: int = 0
    """Letters that were taken out, roughly."""
    _inkless: list[tuple[float, float, int]] = field(default_factory=list)
    """Where letters without ink begin, and how many they are."""
    _pictures: set[Box] = field(default_factory=set)
    _ink: _Ink = field(default_factory=_Ink)
    _saved: list[_Ink] = field(default_factory=list)
    _around: list[tuple[Matrix, Any, list[_Ink], _Ink, list[bool]]] = field(default_factory=list)
    _base: Matrix = _IDENTITY
    _resources: Any = None
    _path: list[tuple[float, float]] = field(default_factory=list)
    _parts: list[list[tuple[float, float]]] = field(default_factory=list)
    """Those of the path, in order, each with its corners."""
    _is_closed: bool = False
    """Whether the last of them is, so that a line goes on from where it began."""
    _sliced: int = 0
    """Shapes that were no boxes and covered something."""
    _is_box: bool = True
    _clips: bool = False
    """Whether the path will cut off what is painted later."""
    _goes_on: bool = False
    """Whether letters follow others in their line: where they begin is not known."""
    _painted: list[tuple[float, float, float, float, Colour | None]] = field(default_factory=list)
    _grounds: set[Colour | None] = field(default_factory=set)
    _marked: list[bool] = field(default_factory=lambda: [False])
    """Of what is shown and of each mark around: whether it is in a layer that is off."""
    _looks: int = 0
    _shown: int = 0
    """How often letters were shown."""
    _painting: Painting = field(default_factory=Painting)

    def scan(self) -> frozenset[Box]:
        """Return the pictures of a page that they cover for the most part, if many unseen letters are there.

        Text recognition writes them without ink over the pictures, or with ink under them.
        """
        page = self._shown_page()
        pictures = sorted(self._pictures, key=_area, reverse=True)[:_MOST_PICTURES]
        shown = [each for each in (_within(picture, page) for picture in pictures) if each]
        if sum(map(_area, shown)) < _MOST_OF_A_PAGE * _area(page):
            return frozenset()
        lying = sum(letters for x, y, letters in self._inkless if _is_on(pictures, x, y))
        if lying < _SCANNED:
            lying += self._painting.letters_under(frozenset(pictures))
        return frozenset(pictures) if lying >= _SCANNED else frozenset()

    def covered(self, layer: frozenset[Box]) -> dict[int, list[range]]:
        """Return the letters that something is painted over later, but a scan's pictures, or that a path cuts off."""
        return self._painting.unseen(layer)

    def before(self, operator: bytes, operands: list[Any], cm: Matrix, tm: Matrix) -> None:
        """Follow an operator, and take out what it would show to nobody."""
        if operator == b"Do":
            self._around.append((self._base, self._resources, self._saved, self._ink, self._marked))
            self._saved, self._marked = [], self._marked[-1:]
        with suppress(TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError):
            if operator in _SHOWN:
                self._show(operator, operands, _times(tm, _times(cm, self._base)))
            elif operator == b"Do":
                self._enter(operands[0], _times(cm, self._base))
            else:
                self._follow(operator, operands, _times(cm, self._base))

    def after(self, operator: bytes, operands: list[Any], cm: Matrix, tm: Matrix) -> None:
        """Come back from what a page has taken in from elsewhere."""
        if operator == b"Do" and self._around:
            self._base, self._resources, self._saved, self._ink, self._marked = self._around.pop()

    def _show(self, operator: bytes, operands: list[Any], matrix: Matrix) -> None:
        pieces = operands[0] if operator == b"TJ" else operands[-1:]
        letters = _letters(pieces)
        invisible = self._ink.mode == _INVISIBLE
        if operator in (b"'", b'"'):  # they go to the next line first
            matrix, self._goes_on = _times((1.0, 0.0, 0.0, 1.0, 0.0, -self._ink.leading), matrix), False
            if operator == b'"':
                self._space(words=float(operands[0]), letters=float(operands[1]))
        follows, self._goes_on = self._goes_on, True
        goes_on = follows or _begins_late(operands[-1])
        if self._ink.mode >= _CLIPPING:
            self._ink = replace(self._ink, is_clip_box=False)
        if invisible:
            self._inkless.append((matrix[4], matrix[5], letters))
        hidden = invisible and not _is_on(self.layer, *matrix[4:])
        hidden = hidden or self._is_unseen(matrix, letters, goes_on=goes_on)
        self._keep(Shown(tuple(pieces), matrix, self._ink.set, follows), asked=not hidden and not invisible)
        places, self._shown = self.unseen.get(self._shown), self._shown + 1
        if not hidden and not places:
            return
        kept = [] if hidden else without(pieces, places or ())
        self.hidden += letters - _letters(kept)
        if operator == b"TJ":
            operands[0][:] = kept
        else:
            operands[-1] = kept[0] if kept else type(operands[-1])()

    def _keep(self, shown: Shown, *, asked: bool) -> None:
        """Keep what is shown and where, to be asked for when all of the page is known."""
        page, clip = self._shown_page(), self._ink.clip
        self._painting.show(shown, None if _within(clip, page) == page else clip, asked=asked)

    def _space(self, *, words: float, letters: float) -> None:
        self._ink = replace(self._ink, set=replace(self._ink.set, words_apart=words, apart=letters))

    def _is_unseen(self, matrix: Matrix, letters: int, *, goes_on: bool) -> bool:
        ink, (a, b, c, d, x, y) = self._ink, matrix
        high, wide = abs(ink.set.size) * math.hypot(c, d), abs(ink.set.size) * math.hypot(a, b)
        if self._marked[-1] or (ink.opacity <= _FAINTEST and ink.mode == 0):
            return True
        if ink.sized and (high <= _SMALLEST or wide * ink.set.wide <= _NARROWEST):
            return True
        along = letters * max(wide, high) * max(1.0, ink.set.wide)
        end = (x + along * math.cos(math.atan2(b, a)), y + along * math.sin(math.atan2(b, a)))
        if self._is_off_page((x, y), end, max(high, 1.0)):
            return True
        first = x + ink.set.size * (a + c) * 0.3, y + ink.set.size * (b + d) * 0.3  # the middle of the first letter
        far = max(self._shown_page()[2:]) * 2 / max(along, 1e-9) if goes_on else 1.0
        last = first[0] + (end[0] - x) * far, first[1] + (end[1] - y) * far
        used = {0: (ink.fill,), 1: (ink.stroke,), 2: (ink.fill, ink.stroke)}.get(ink.mode, ())
        stretch = _box((first, last if goes_on else first))
        return bool(used) and not ink.blended and all(self._is_like_ground(each, stretch) for each in used)

    def _is_off_page(self, start: tuple[float, float], end: tuple[float, float], room: float) -> bool:
        left, bottom, right, top = self._shown_page()
        (x, y), (z, w) = start, end
        return (
            max(x, z) < left - room or min(x, z) > right + room or max(y, w) < bottom - room or min(y, w) > top + room
        )

    def _shown_page(self) -> Box:
        box = self.page.cropbox
        return float(box.left), float(box.bottom), float(box.right), float(box.top)

    def _is_like_ground(self, colour: Colour | None, stretch: Box) -> bool:
        """Tell whether all that may be behind a stretch of letters has a colour like theirs."""
        if colour is None:
            return False
        few = len(self._grounds) <= _MANY
        if few and not any(ground and alike(colour, ground) for ground in (WHITE, *self._grounds)):
            return False
        for left, bottom, right, top, ground in reversed(self._painted):
            self._looks += 1
            if self._looks > _MOST_LOOKS:
                return False
            if left <= stretch[2] and stretch[0] <= right and bottom <= stretch[3] and stretch[1] <= top:
                if ground is None or not alike(colour, ground):
                    return False
                if left <= stretch[0] and stretch[2] <= right and bottom <= stretch[1] and stretch[3] <= top:
                    return True
        return alike(colour, WHITE)

    def _follow(self, operator: bytes, operands: list[Any], matrix: Matrix) -> None:
        if operator == b"q":
            self._saved.append(self._ink)
        elif operator == b"Q":
            self._ink = self._saved.pop() if self._saved else self._ink
        elif operator in (b"BDC", b"BMC"):
            self._marked.append(self._marked[-1])
            self._marked[-1] |= operator == b"BDC" and operands[0] == "/OC" and self._is_off(operands[1])
        elif operator == b"EMC":
            del self._marked[max(1, len(self._marked) - 1) :]
        elif operator in _COLOURS:
            self._ink = self._coloured(operator, operands)
        elif operator in _PLACED:
            self._goes_on = False
            self._ink = replace(self._ink, leading=-float(operands[1])) if operator == b"TD" else self._ink
        elif operator in _LETTERS:
            self._ink = self._lettered(operator, operands)
        elif operator in _SET:
            share = 100 if operator == b"Tz" else 1
            changed: dict[str, Any] = {_SET[operator]: float(operands[0]) / share}
            self._ink = replace(self._ink, set=replace(self._ink.set, **changed))
        else:
            self._paint(operator, operands, matrix)

    def _coloured(self, operator: bytes, operands: list[Any]) -> _Ink:
        """Return the ink with another colour, or a space of colours: of shapes, and in capitals of their edges."""
        at = int(operator.isupper())
        spaces = self._ink.spaces
        colour: Colour | None = (0, 0, 0)
        if operator.lower() == b"cs":
            space = self._named("/ColorSpace", operands[0]) or operands[0]
            spaces = (space, spaces[1]) if at == 0 else (spaces[0], space)
        elif operator.lower() in (b"sc", b"scn"):
            colour = _colour_in(spaces[at], operands)
        else:
            colour, plain = _colour([float(each) for each in operands]), "/DeviceGray"
            spaces = (plain, spaces[1]) if at == 0 else (spaces[0], plain)
        ink = replace(self._ink, spaces=spaces)
        return replace(ink, stroke=colour) if at else replace(ink, fill=colour)

    def _lettered(self, operator: bytes, operands: list[Any]) -> _Ink:
        """Return the ink with other letters, or another opacity."""
        if operator == b"Tr":
            return replace(self._ink, mode=int(operands[0]))
        if operator == b"TL":
            return replace(self._ink, leading=float(operands[0]))
        if operator == b"Tf":
            font = self._named("/Font", operands[0]) or {}
            set_in = replace(self._ink.set, font=font, size=float(operands[1]))
            return replace(self._ink, set=set_in, sized=font.get("/Subtype") != "/Type3")
        return self._stated(self._named("/ExtGState", operands[0]) or {})

    def _stated(self, told: Mapping[str, Any]) -> _Ink:
        """Return the ink with what a named state of the page says."""
        blended = told.get("/BM", "/Normal") not in ("/Normal", "/Compatible") or told.get("/SMask", "/None") != "/None"
        printed_over = told.get("/op", told.get("/OP", False))
        font, size = told.get("/Font") or (self._ink.set.font, self._ink.set.size)
        return replace(
            self._ink,
            set=replace(self._ink.set, font=font and font.get_object(), size=float(size)),
            opacity=float(told.get("/ca", self._ink.opacity)),
            stroke_opacity=float(told.get("/CA", self._ink.stroke_opacity)),
            line=float(told.get("/LW", self._ink.line)),
            blended=blended or self._ink.blended,
            veiled=_is_true(printed_over) or self._ink.veiled,
            dashed="/D" in told or self._ink.dashed,
        )

    def _paint(self, operator: bytes, operands: list[Any], matrix: Matrix) -> None:
        if operator == b"re":
            x, y, width, height = map(float, operands)
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            self._parts.append([_at(matrix, *corner) for corner in corners])
            self._path += self._parts[-1]
            self._is_closed = True
            self._is_box = len(self._path) == 4 and (not any(matrix[1:3]) or not any((matrix[0], matrix[3])))
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            self._draw(operator, [float(each) for each in operands], matrix)
        elif operator == b"h":
            self._is_closed = True
        elif operator == b"w":
            self._ink = replace(self._ink, line=float(operands[0]))
        elif operator == b"d":
            self._ink = replace(self._ink, dashed=bool(operands[0]))
        elif operator in (b"W", b"W*"):
            self._clips = True
        elif operator in _FILLED or operator in _STROKED or operator == b"n":
            self._end_path(operator, self._ink.line * max(math.hypot(*matrix[:2]), math.hypot(*matrix[2:4])))
        elif operator in (b"sh", b"INLINE IMAGE"):
            self._cover([_EVERYWHERE[:2], _EVERYWHERE[2:]], None)
            if operator == b"INLINE IMAGE":
                self._cover_by_picture(operands["settings"], matrix)  # type: ignore[call-overload]

    def _draw(self, operator: bytes, numbers: Sequence[float], matrix: Matrix) -> None:
        """Go on with a path: from somewhere else, or by a line or a curve."""
        points = [_at(matrix, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
        self._path += points
        self._is_box = False
        if operator == b"m" or not self._parts:
            self._parts.append(points)
        elif self._is_closed:
            self._parts.append(self._parts[-1][:1])
        self._is_closed = False
        start = self._parts[-1][-1]
        if operator == b"l":
            self._parts[-1] += points
        elif operator != b"m":
            first, second, end = {b"c": points, b"v": [start, *points], b"y": [*points, points[-1]]}[operator]
            self._parts[-1] += curve(start, first, second, end)

    def _end_path(self, operator: bytes, width: float) -> None:
        """Paint a path, and clip by it; `width` is that of its edges."""
        path, self._path = self._path, []
        parts, self._parts = self._parts, []
        is_box, self._is_box, self._is_closed = self._is_box, True, False
        clips, self._clips = self._clips, False
        if operator in _STROKED and width > _THICK:
            half = width / 2
            self._cover([(x + way * half, y + way * half) for x, y in path for way in (-1, 1)], None)
        elif operator in _FILLED:
            opaque = is_box and self._ink.opacity > 1 - _FAINTEST and not self._marked[-1]
            self._cover(path, self._ink.fill if opaque else None)
        self._cover_by_path(operator, parts, width)
        if clips and path:
            self._clip(path, is_box=is_box)

    def _cover_by_path(self, operator: bytes, parts: Sequence[Sequence[tuple[float, float]]], width: float) -> None:
        """Note what a path paints over for sure."""
        filled, stroked = (_is_solid(space) for space in self._ink.spaces)
        if operator in _FILLED and filled:
            boxes = filled_boxes(parts, by_turns=operator.endswith(b"*"))
            self._sliced += len(boxes) > len(parts)
            if len(boxes) <= len(parts) or self._sliced <= _MOST_SLICED:
                self._paint_over(boxes, self._ink.opacity)
        elif operator in _STROKED and stroked and not self._ink.dashed and (line := stroked_box(parts, width)):
            self._paint_over([line], self._ink.stroke_opacity)

    def _cover_by_picture(self, about: Any, matrix: Matrix) -> None:
        """Note what a picture paints over, if nothing shows through it."""
        if _is_clear(about):
            return
        corners = [_at(matrix, x, y) for x, y in ((0, 0), (0, 1), (1, 1), (1, 0))]
        if box := upright_box(corners):
            self._paint_over([box], self._ink.opacity, picture=box)

    def _paint_over(self, boxes: Iterable[Box], opacity: float, picture: Box | None = None) -> None:
        ink = self._ink
        if ink.blended or ink.veiled or not ink.is_clip_box or opacity <= 1 - _FAINTEST or self._marked[-1]:
            return
        for each in boxes:
            if box := _within(each, ink.clip):
                self._painting.cover(box, picture)

    def _clip(self, path: Sequence[tuple[float, float]], *, is_box: bool) -> None:
        shared = _within(self._ink.clip, _box(path)) or _NOWHERE
        self._ink = replace(self._ink, clip=shared, is_clip_box=is_box and self._ink.is_clip_box)

    def _cover(self, points: Sequence[tuple[float, float]], colour: Colour | None) -> None:
        if points and (box := _within(_box(points), self._ink.clip)):
            colour = colour if self._ink.is_clip_box and not self._ink.blended else None
            self._painted.append((*box, colour))
            self._grounds.add(colour)

    def _enter(self, name: Any, matrix: Matrix) -> None:
        drawn = self._named("/XObject", name) or {}
        self._marked[-1] |= "/OC" in drawn and self._is_off(drawn["/OC"])
        if drawn.get("/Subtype") == "/Image":
            corners = [_at(matrix, x, y) for x in (0, 1) for y in (0, 1)]
            self._pictures.add(_box(corners))
            self._cover(corners, None)
            self._cover_by_picture(drawn, matrix)
            return
        veiled = self._ink.veiled or self._ink.opacity <= 1 - _FAINTEST  # which what is inside may not know of
        self._ink = replace(self._ink, veiled=veiled)
        own = drawn.get("/Matrix")
        self._base = _times([float(each) for each in own], matrix) if own else matrix
        self._resources = drawn.get("/Resources", self._resources)
        corners = self._corners(drawn)
        if "/Resources" not in drawn:
            self._cover(corners, None)  # such a form is not read
        self._clip(corners, is_box=not any(self._base[1:3]))

    def _corners(self, form: Any) -> list[tuple[float, float]]:
        left, bottom, right, top = (float(each) for each in form["/BBox"])
        return [_at(self._base, x, y) for x in (left, right) for y in (bottom, top)]

    def _is_off(self, layer: Any) -> bool:
        if isinstance(layer, str):
            layer = self._named("/Properties", layer)
        return getattr(getattr(layer, "indirect_reference", None), "idnum", None) in self.off

    def _named(self, kind: str, name: Any) -> Any:
        found = self._held(kind).get(name)
        return found.get_object() if found is not None else None

    def _held(self, kind: str) -> Mapping[str, Any]:
        resources = self._resources if self._resources is not None else self.page.get("/Resources")
        held = resources.get_object().get(kind) if resources is not None else None
        return held.get_object() if held is not None else {}


def _is_solid(space: Any) -> bool:
    """Tell whether all that is painted in a space of colours covers what is behind it."""
    name, inks = (space[0], space[1]) if isinstance(space, list) and len(space) > 1 else (space, "")
    if isinstance(name, list) or name == "/Pattern":
        return False
    return name not in ("/Separation", "/DeviceN") or "/None" not in ([inks] if isinstance(inks, str) else inks)


def _is_true(told: Any) -> bool:
    return bool(getattr(told, "value", told))  # a switch of pypdf counts as on even where it is off


def _is_clear(picture: Mapping[str, Any]) -> bool:
    """Tell whether something may show through a picture."""
    masked = any(each in picture for each in ("/SMask", "/Mask", "/SMaskInData"))
    return masked or any(_is_true(picture.get(each)) for each in ("/ImageMask", "/IM"))


def _letters(pieces: Iterable[Any]) -> int:
    return sum(len(each) for each in pieces if isinstance(each, (str, bytes)))


def _begins_late(shown: Any) -> bool:
    """Tell whether the first letter stands not where letters begin: behind a gap or a blank."""
    first = shown[0] if isinstance(shown, list) and shown else shown
    if not isinstance(first, (str, bytes)):
        return True
    return first[:1] in (" ", b" ")


def hidden_layers(reader: Any) -> frozenset[int]:
    """Return the numbers of the layers of a document that are not shown when it is opened."""
    with suppress(AttributeError, KeyError, TypeError):
        told = reader.trailer["/Root"]["/OCProperties"]
        shown = told["/D"]
        off = [each.idnum for each in shown.get("/OFF", ())]
        if shown.get("/BaseState") == "/OFF":
            on = {each.idnum for each in shown.get("/ON", ())}
            off += [each.idnum for each in told.get("/OCGs", ()) if each.idnum not in on]
        return frozenset(off)
    return frozenset()


def _colour(parts: Sequence[float]) -> Colour | None:
    """Return the colour of one, three or four parts: grey, red-green-blue, or printing inks."""
    if len(parts) == 4:
        *inks, black = parts
        parts = [(1 - min(1.0, each)) * (1 - min(1.0, black)) for each in inks]
    if len(parts) == 1:
        parts = [*parts] * 3
    if len(parts) != 3:
        return None
    red, green, blue = (round(255 * min(1.0, max(0.0, each))) for each in parts)
    return red, green, blue


def _colour_in(space: Any, operands: Sequence[Any]) -> Colour | None:
    """Return a colour of a space; None for one whose numbers say little without a table."""
    parts = [float(each) for each in operands if not isinstance(each, str)]
    if len(parts) != len(operands):
        return None
    name = str(space[0] if isinstance(space, list) else space)
    if name in ("/Separation", "/DeviceN"):
        return WHITE if all(each <= 0.05 for each in parts) else None
    if name in ("/Indexed", "/Lab", "/Pattern"):
        return None
    return _colour(parts)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """Return what a point goes through that goes through one matrix and then another."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(points: Sequence[tuple[float, float]]) -> Box:
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


def _within(one: Box, other: Box) -> Box | None:
    """Return what two boxes share."""
    left, bottom, right, top = *map(max, one[:2], other[:2]), *map(min, one[2:], other[2:])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


def _area(box: Box) -> float:
    left, bottom, right, top = box
    return (right - left) * (top - bottom)


def _is_on(boxes: Iterable[Box], x: float, y: float) -> bool:
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in boxes)
