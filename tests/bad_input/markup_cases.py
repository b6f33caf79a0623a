"""Bad input, numbers 15 to 22: web pages made to break parsers."""

from __future__ import annotations

from tests.bad_input.case import OK, PART, SKIP, Case, body, files, web

LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)
QUADRATIC = f'<!ENTITY a "{"a" * 1000}">'


def entities(declared: str, used: str) -> str:
    return f"<!DOCTYPE html [{declared}]><html><body><p>{used}</p><p>{body()}</p></body></html>"


CASES = (
    Case(15, files({"node.html": web(extra=f"<p>{body('air') * 65_000}</p>")}),
         {"node.html": PART + "a stretch of text beyond 9,900,000 characters: read as plain text"},
         heavy=True),
    Case(16, files({"deep.html": "<html><body>" + "<div>" * 100_000 + f"<p>{body()}</p>"}),
         {"deep.html": SKIP + "nested too deep"}),
    Case(17, files({"bomb.html": "".join(f"<b {n}>" for n in range(1, 4001)) + web()}),
         {"bomb.html": SKIP + "nested too deep|longer than .* s to read"}),
    Case(18, files({"comment.html": web(extra="<!-- tidak ditutup <p>Ekor berita di sini.</p>"),
                    "cdata.html": web(extra="<![CDATA[ tidak ditutup <p>Ekor berita di sini.</p>"),
                    "quote.html": web(extra='<a href="tidak ditutup>Ekor berita.</a>')}),
         {"comment.html": PART + "comment is never closed", "cdata.html": OK, "quote.html": OK}),
    Case(19, files({"laughs.html": entities(LAUGHS, "&l9;"), "laughs.xhtml":
                    '<?xml version="1.0"?>' + entities(LAUGHS, "&l9;"),
                    "quadratic.html": entities(QUADRATIC, "&a;" * 100_000)}),
         {"laughs.html": SKIP + "entities", "laughs.xhtml": SKIP + "entities",
          "quadratic.html": SKIP + "entities"}),
    Case(20, files({"file.xhtml": entities('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
                    "net.html": entities('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;")}),
         {"file.xhtml": SKIP + "entities", "net.html": SKIP + "entities"}),
    Case(21, files({"dtd.xhtml":
                    '<?xml version="1.0" encoding="UTF-8"?>\n'
                    '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl" type="text/xsl"?>\n'
                    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
                    '"http://127.0.0.1:9/xhtml1-strict.dtd">\n'
                    '<html xmlns="http://www.w3.org/1999/xhtml" '
                    'xmlns:xi="http://www.w3.org/2001/XInclude"><head><title>Judul</title></head>'
                    '<body><xi:include href="file:///etc/passwd" parse="text"/>'
                    + "".join(f"<p>{line}</p>" for line in body().splitlines())
                    + "</body></html>"}),
         {"dtd.xhtml": OK}),
    Case(22, files({
        "links.html": web(extra="<a href=x>y</a> " * 1_000_000),

        "cells.html": web(extra="<table><tr>" + "<td>isi</td>" * 100_000 + "</table>")}),
         {"links.html": PART + "tags: read as plain text",
          "cells.html": PART + "tags: read as plain text"}, heavy=True),
)  # fmt: skip
