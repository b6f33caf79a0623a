"""Bad input, numbers 1 to 14, 23, 24 and 51 to 54: bytes and characters."""

from __future__ import annotations

import base64
import random
from pathlib import Path

from tests.bad_input.case import OK, PART, SKIP, Case, body, files, web

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)


def declared(charset: str, text: str) -> bytes:
    page = web("energi", head=f'<meta charset="{charset}">', extra=f"<p>{text}</p>")
    return page.encode(charset)


def one_long_line(folder: Path) -> None:
    with (folder / "50mb.txt").open("wb") as file:
        for _ in range(50):
            file.write(b"berita " * 150_000)
    (folder / "2mb.txt").write_text("kedua negara sepakat memperluas kerja sama " * 50_000)


def blobs(folder: Path) -> None:
    data = random.Random(24).randbytes(3_700_000)
    (folder / "base64.txt").write_bytes(body().encode() + b"\n" + base64.b64encode(data))
    script = "function(a,b){return a+b};var c=d(e),f=g[h]||{i:1};" * 20_000
    (folder / "minified.txt").write_text(f"{body()}\n{script}")
    (folder / "word.txt").write_text(f"{body()}\n{'kata' * 500_000}")


ZALGO = "b" + "\u0301\u0489" * 500
SENTENCE = "Kedua pihak sepakat memperluas pelatihan pegawai di daerah perbatasan. "

CASES = (
    Case(1, files({"a.txt": b"", "a.html": b"", "a.jsonl": b"", "a.md": b""}),
         {"a.txt": SKIP + "^empty$", "a.html": SKIP + "^empty$", "a.jsonl": SKIP + "^empty$",
          "a.md": SKIP + "^empty$"}),
    Case(2, files({"space.txt": " \n\t\n ", "tags.html": "<html><body><div></div></body></html>",
                   "script.html": "<html><script>var a = 'Isi berita yang panjang.'</script>"}),
         {"space.txt": SKIP + "no text", "tags.html": SKIP + "no text|no prose",
          "script.html": SKIP + "no text|no prose"}),
    Case(3, files({"bom.txt": b"\xef\xbb\xbf" + body().encode()}), {"bom.txt": OK}),
    Case(4, files({"le.txt": b"\xff\xfe" + body().encode("utf-16-le"),
                   "be.txt": b"\xfe\xff" + body().encode("utf-16-be"),
                   "page.html": b"\xff\xfe" + web().encode("utf-16-le")}),
         {"le.txt": OK, "be.txt": OK, "page.html": OK}),
    Case(5, files({"le.txt": body().encode("utf-16-le"), "be.txt": body().encode("utf-16-be")}),
         {"le.txt": PART + "UTF-16", "be.txt": PART + "UTF-16"}),
    Case(6, files({"utf32.txt": body().encode("utf-32-le"),
                   "utf7.txt": ("Bộ trưởng Việt Nam đến Thái Lan. " * 5).encode("utf-7")}),
         {"utf32.txt": SKIP + "UTF-32", "utf7.txt": SKIP + "UTF-7"}),
    Case(7, files({"a.txt": body().encode() + b"Ekor \xff\xfe di tengah berita ini, katanya.\n"}),
         {"a.txt": PART + "^2 characters could not be decoded"}),
    Case(8, files({"a.txt": body().encode() + "Ia singgah di kafé".encode()[:-1]}),
         {"a.txt": PART + "^1 characters could not be decoded"}),
    Case(9, files({"cp1252.html": declared("windows-1252", "“Café” résumé, kata menteri itu."),
                   "latin1.html": declared("iso-8859-1", "Café résumé, kata menteri itu tadi."),
                   "gb.html": declared("gb18030", "外交部长会见了各国代表团，讨论合作问题。"),
                   "sjis.html": declared("shift_jis", "外務大臣は各国の代表団と会談した。")}),
         {"cp1252.html": OK, "latin1.html": OK, "gb.html": OK, "sjis.html": OK}),
    Case(10, files({"false.html": web("air", head='<meta charset="iso-8859-1">',
                                      extra="<p>“Việt Nam” ikut hadir, kata menteri itu.</p>")}),
         {"false.html": PART + "declared as iso-8859-1, but it is UTF-8"}),
    Case(11, files({"wtf8.txt": body().encode() + b"Setengah \xed\xa0\x80 huruf di sini, katanya.",
                    "escaped.jsonl": '{"id": "s", "text": "Setengah \\ud800 huruf, katanya."}'}),
         {"wtf8.txt": PART + "could not be decoded", "escaped.jsonl/s": PART + "halves"}),
    Case(12, files({"a.txt": body().encode().replace(b"negara", b"neg\x00ara", 1)}),
         {"a.txt": PART + "^1 control characters removed"}),
    Case(13, files({"png.txt": PNG, "elf.txt": ELF, "zip.txt": b"PK\x03\x04" + bytes(40),
                    "png.html": PNG, "noise.txt": random.Random(13).randbytes(5000)}),
         {"png.txt": SKIP + "picture", "elf.txt": SKIP + "program", "zip.txt": SKIP + "zip",
          "png.html": SKIP + "picture", "noise.txt": SKIP + "not text"}),
    Case(14, one_long_line, {"50mb.txt": SKIP + "longer than 20 MB", "2mb.txt": OK}, heavy=True),
    Case(23, files({"shout.txt": body() + '"a"' * 50_000 + "!\n" + "a" * 50_000 + "!",
                    "spaces.txt": body() + "kata." + " " * 1_000_000 + "Menteri hadir.",
                    "breaks.txt": body() + "\n" * 100_000 + body("energi"),
                    "meta.html": "<meta " * 20_000 + web(),
                    "opened.html": web() + "<!--" * 20_000 + "<" * 50_000,
                    "quotes.txt": body() + "“" * 50_000 + "( . " * 20_000}),
         {"shout.txt": OK, "spaces.txt": OK, "breaks.txt": OK, "meta.html": OK,
          "opened.html": PART + "comment|plain text", "quotes.txt": OK}),
    Case(24, blobs, {"base64.txt": OK, "minified.txt": OK, "word.txt": OK}),
    Case(51, files({"emoji.txt": body() + "👩‍👩‍👧‍👦🇮🇩 " * 300,
                    "zalgo.txt": body() + (ZALGO + " ") * 9,
                    "arabic.txt": body() + "قال الوزير إن البلدين \u202eاتفقا على توسيع التعاون."}),
         {"emoji.txt": OK, "zalgo.txt": OK, "arabic.txt": OK}),
    Case(52, files({"dates.jsonl": "\n".join(
            f'{{"id": "{n}", "date": {value}, "text": "Menteri hadir di rapat ke-{n} hari itu."}}'
            for n, value in enumerate(
                ['"0000-00-00"', '"9999-99-99"', '"kemarin"', "null", "1e999", "NaN"], start=1))}),
         {"dates.jsonl/1": PART + "not understood", "dates.jsonl/2": PART + "not understood",
          "dates.jsonl/3": PART + "not understood", "dates.jsonl/4": OK,
          "dates.jsonl/5": PART + "not understood", "dates.jsonl/6": OK}),
    Case(53, files({"menu.txt": "Beranda\nMasuk\nDaftar\n", "signs.txt": "!!! ??? ...\n***\n"}),
         {"menu.txt": SKIP + "no prose", "signs.txt": SKIP + "no prose"}),
    Case(54, files({"long.txt": SENTENCE * 400 + "Gajah terakhir berlari ke rumah sakit."}),
         {"long.txt": OK}),
)  # fmt: skip
