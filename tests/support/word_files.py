"""Word and OpenDocument files, written as different programs write them, from their XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w16se="http://schemas.microsoft.com/office/word/2015/wordml/symex" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14 w16se"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/><w:basedOn w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kicker"><w:name w:val="Kicker"/><w:basedOn w:val="berschrift2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Rubrik"><w:name w:val="Rubrik"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr>'
    "</w:style>"
    '<w:style w:type="character" w:styleId="Geheim"><w:name w:val="Geheim"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def p(*contents: str, style: str = "", properties: str = "") -> str:
    """A paragraph; contents that are no XML become runs."""
    inside = f'<w:pStyle w:val="{style}"/>' * bool(style) + properties
    return f"<w:p>{f'<w:pPr>{inside}</w:pPr>' * bool(inside)}{''.join(map(_run_or_xml, contents))}</w:p>"


def r(text: str, properties: str = "", rsid: str = "") -> str:
    """A run with a text."""
    attribute = f' w:rsidR="{rsid}"' * bool(rsid)
    looks = f"<w:rPr>{properties}</w:rPr>" * bool(properties)
    return f'<w:r{attribute}>{looks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def change(kind: str, text: str, author: str = "Editor", number: int = 900) -> str:
    """An insertion or a deletion of somebody."""
    run = r(text).replace("w:t ", "w:delText ").replace("w:t>", "w:delText>") if kind == "del" else r(text)
    return f'<w:{kind} w:id="{number}" w:author="{author}" w:date="2026-03-01T10:00:00Z">{run}</w:{kind}>'


def field(code: str, *result: str) -> str:
    """A complex field, such as a cross reference."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark("begin") + instruction + mark("separate") + "".join(map(_run_or_xml, result)) + mark("end")


def commented(number: int, *contents: str) -> str:
    """Contents with a comment around them."""
    reference = f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    inside = "".join(map(_run_or_xml, contents))
    return f'<w:commentRangeStart w:id="{number}"/>{inside}<w:commentRangeEnd w:id="{number}"/>{reference}'


def comment(number: int, author: str, text: str) -> str:
    """A comment's own words."""
    about = f'w:id="{number}" w:author="{author}" w:date="2026-02-03T09:15:00Z" w:initials="X"'
    return f"<w:comment {about}>{p(text)}</w:comment>"


def note(kind: str, number: int, *contents: str) -> str:
    """A footnote or an endnote."""
    return f'<w:{kind} w:id="{number}">{p(f"<w:r><w:{kind}Ref/></w:r>", *contents)}</w:{kind}>'


def refer(kind: str, number: int) -> str:
    """A reference to a footnote or an endnote."""
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{kind}Reference w:id="{number}"/></w:r>'


def table(*rows: tuple[str, ...], row_properties: str = "") -> str:
    """A table of cells with a paragraph each."""
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    inside = "".join(f"<w:tr>{row_properties}{row}</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{inside}</w:tbl>"


def link(*contents: str) -> str:
    """A link to a page."""
    return f'<w:hyperlink r:id="rIdLink">{"".join(map(_run_or_xml, contents))}</w:hyperlink>'


def emoji(code: str) -> str:
    """An emoji as Word writes it, with a fallback for others."""
    character = chr(int(code, 16))
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="w16se">'
        f'<w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="{code}"/></mc:Choice>'
        f"<mc:Fallback><w:t>{character}</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )


def text_box(*paragraphs: str) -> str:
    """A text box as Word writes it: once for today's programs, once more for old ones."""
    box = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    drawing = (
        f"<w:drawing><wp:inline><wp:extent cx='9525' cy='9525'/><wp:docPr id='1' name='Box'/><a:graphic><a:graphicData "
        f"uri='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'><wps:wsp><wps:cNvSpPr txBox='1'/>"
        f"<wps:spPr/><wps:txbx>{box}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing>"
    )
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    choice = f'<mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    return f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"


def docx(
    *blocks: str, parts: Mapping[str, str] | None = None, title: str = "", extra: Mapping[str, bytes] | None = None
) -> bytes:
    """A .docx of blocks, with parts such as `comments` and `footnotes` by their contents."""
    held = {"styles": STYLES, **(parts or {})}
    files = {
        "[Content_Types].xml": _content_types(held),
        "_rels/.rels": _relationships({"rIdMain": ("officeDocument", "word/document.xml")} | _core(title)),
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{''.join(blocks)}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships({f"rId{name}": (name, f"{name}.xml") for name in held}).replace(
            "</Relationships>", f"{_LINK}</Relationships>"
        ),
        **{f"word/{name}.xml": f"<w:{name} {_NAMESPACES}>{inside}</w:{name}>" for name, inside in held.items()},
    }
    if title:
        files["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
        )
    return packed({name: f"{_HEAD}{text}".encode() for name, text in files.items()} | dict(extra or {}))


def packed(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return data.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINK = f'<Relationship Id="rIdLink" Type="{_RELATIONS}hyperlink" Target="https://example.org" TargetMode="External"/>'


def _run_or_xml(content: str) -> str:
    return content if content.startswith("<") else r(content)


def _core(title: str) -> dict[str, tuple[str, str]]:
    return {"rIdCore": ("core-properties", "docProps/core.xml")} if title else {}


def _content_types(parts: Mapping[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}{name}+xml"/>' for name in parts)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}document.main+xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_type(kind)}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def _type(kind: str) -> str:
    if kind == "core-properties":
        return f"http://schemas.openxmlformats.org/package/2006/relationships/metadata/{kind}"
    return _RELATIONS + kind


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def odt(body: str, *, styles: str = "", title: str = "", manifest: str = "") -> bytes:
    """An .odt with a body and automatic styles."""
    names = " ".join(f'xmlns:{name}="{_ODF}{full}:1.0"' for name, full in _ODF_NAMES.items())
    names += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f"<office:document-meta {names}><office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"
    )
    files = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    files |= {"meta.xml": meta} if title else {}
    files |= {"META-INF/manifest.xml": manifest} if manifest else {}
    return packed({name: text.encode() for name, text in files.items()}, method=zipfile.ZIP_STORED)


_ODF_NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "style": "style",
    "draw": "drawing",
    "fo": "xsl-fo-compatible",
}
