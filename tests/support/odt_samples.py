"""Articles as OpenDocument texts, each with what is special to it."""

from __future__ import annotations

from word_files import odt as made_of

_MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
    '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>'
    '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
)
_STYLES = (
    '<style:style style:name="T1" style:family="text"/><style:style style:name="T2" style:family="text"/>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Standard"/>'
)

_EDITOR = (
    "<office:change-info><dc:creator>Editor</dc:creator><dc:date>2029-05-03T10:00:00</dc:date></office:change-info>"
)


def odt(body: str) -> bytes:
    """A text that LibreOffice opens too."""
    return made_of(body, styles=_STYLES, manifest=_MANIFEST)


def p(contents: str, style: str = "P1") -> str:
    """A paragraph."""
    return f'<text:p text:style-name="{style}">{contents}</text:p>'


def span(contents: str, style: str = "T1") -> str:
    """Words in a style."""
    return f'<text:span text:style-name="{style}">{contents}</text:span>'


def _note(kind: str, words: str) -> str:
    return (
        f'<text:note text:id="n{len(words)}" text:note-class="{kind}"><text:note-citation>1</text:note-citation>'
        f"<text:note-body>{p(words)}</text:note-body></text:note>"
    )


def _cells(*words: str) -> str:
    cells = "".join(f"<table:table-cell>{p(each)}</table:table-cell>" for each in words)
    return f"<table:table-row>{cells}</table:table-row>"


FIELD = "a field"
ODT_SAMPLES = {
    "words in styles, one in another": odt(
        '<text:h text:outline-level="1">The heron of Olm</text:h>'
        + p(f"It {span('weighs ' + span('two', 'T2') + ' kilos')} and <text:bookmark text:name='b'/>stands a metre up.")
        + p("In 2019 it came  \n   back,\nas ornithologists say."),
    ),
    "footnotes and endnotes": odt(
        p(f"The lock was dug in 1811{_note('footnote', 'The guild says 1812, and not twice.')} by hand.")
        + p(f"It leaks{_note('endnote', 'Since the frost of May.')} to this day.")
    ),
    "a table and lists": odt(
        "<table:table><table:table-column table:number-columns-repeated='2'/>"
        + _cells("Town", "Rain")
        + _cells("Olm", "940 mm in a year")
        + "</table:table>"
        "<text:list><text:list-item>"
        + p("first the dyke")
        + "</text:list-item><text:list-item>"
        + p("then the two sluices of 1870")
        + "</text:list-item></text:list>"
    ),
    "emoji, letters of several characters, blanks": odt(
        p("A 👩‍👩‍👧 family of 🇳🇴 cheered 🎉 at Cafe\u0301 Anémone.")
        + p("Wide<text:s text:c='3'/>gaps<text:tab/>and<text:line-break/>breaks stay.")
    ),
    "right to left": odt(
        p("قال الوزير إن الجسر كلف 9 ملايين يورو في 2019.")
        + p("The poet محمود درويش left Haifa, and שלמה כהן followed in 1980.")
    ),
    FIELD: odt(p("See the register of <text:date>3 May 2029</text:date> now.")),
    "links and a frame": odt(
        p('See <text:a xlink:href="https://olm.example">the town register</text:a> of 3 May 2029 now.')
        + p(
            "Before<draw:frame><draw:text-box>"
            + p("Said in a box of its own.")
            + "</draw:text-box></draw:frame> after it."
        )
    ),
    "changes and comments of others": odt(
        '<text:tracked-changes><text:changed-region xml:id="c1" text:id="c1">'
        f"<text:insertion>{_EDITOR}</text:insertion></text:changed-region>"
        '<text:changed-region xml:id="c2" text:id="c2">'
        f"<text:deletion>{_EDITOR}{p('an old')}</text:deletion></text:changed-region></text:tracked-changes>"
        + p(
            'The budget rose by <text:change-start text:change-id="c1"/>six per<text:change-end '
            'text:change-id="c1"/> cent '
            'and <text:change text:change-id="c2"/>a new mill '
            '<office:annotation office:name="w"><dc:creator>Writer</dc:creator>'
            + "<text:p>Ask the mayor.</text:p></office:annotation>opened<office:annotation-end office:name='w'/> there."
        )
    ),
}
