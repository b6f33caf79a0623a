"""What the furniture of a news page looks like, in Indonesian, English and Vietnamese.

Tables of patterns for whole lines; `cleaning` decides what they mean where they stand. Each was
seen on real pages; a pattern that could match a sentence of an article does not belong here.
"""

from __future__ import annotations

import re

_LINE = re.IGNORECASE

# A line that says: the article is over, what follows is other articles or comments.
END = re.compile(
    r"(?:(?:komentar|comments?|bình luận)\s*(?:\(\d+\))?"
    r"|(?:berita|artikel|topik|tulisan) (?:terkait|terpopuler|lainnya|populer)"
    r"|(?:related|more|latest) (?:articles?|news|stories)"
    r"|dalam (?:topik|kategori) yang sama|dari penulis yang sama"
    r"|tin liên quan|tin khác|cùng chuyên mục|rekomendasi untuk anda|terpopuler)\s*:?",
    _LINE,
)

# The address the page was taken from; also the end of the article.
SOURCE_URL = re.compile(r"(?:sumber|source|nguồn|link)\s*:?\s*(https?://\S+)", _LINE)

# A link to the rest of another article, closing its teaser.
READ_MORE = re.compile(
    r"(?:baca selengkapnya|selengkapnya|read more|continue reading|xem thêm|lihat selengkapnya)"
    r"\s*[.…»>]*",
    _LINE,
)

# "6 jam lalu": the age of another article, in a teaser. An article's own date is absolute.
AGE = re.compile(
    r"\d+\s+(?:detik|menit|jam|hari|minggu|pekan|bulan|tahun)\s+(?:yang\s+)?lalu"
    r"|\d+\s+(?:second|minute|hour|day|week|month|year)s?\s+ago"
    r"|\d+\s+(?:giây|phút|giờ|ngày|tuần|tháng|năm)\s+trước",
    _LINE,
)

# Lines that are furniture wherever they stand, with the reason given to the user.
ALWAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (READ_MORE, "link to another article"),
    (
        re.compile(r"(?:baca|lihat|simak|read|see|đọc)(?: juga| also| thêm)?\s*:.*", _LINE),
        "link to another article",
    ),
    (
        re.compile(r"(?:baca|lihat|simak|read|see) (?:juga|also)\b.{0,160}(?<![.!?])", _LINE),
        "link to another article",
    ),
    (re.compile(r"(?:advertis(?:ing|ements?)|iklan|quảng cáo)", _LINE), "advertisement"),
    (re.compile(r"scroll (?:to|untuk) .{0,60}", _LINE), "advertisement"),
    (re.compile(r"(?:no data|loading\W*|memuat\W*)", _LINE), "empty widget"),
    (re.compile(r"(?:foto|photo|gambar|video|infografis|ảnh)\s*:?", _LINE), "empty picture label"),
    (
        re.compile(
            r"(?:bagikan|share|copy link|salin tautan|ikuti kami|follow us|chia sẻ|cetak|print)"
            r"(?:\s*:.*)?",
            _LINE,
        ),
        "sharing button",
    ),
    (re.compile(r"(?:tags?|tagar|topik|kata kunci|keywords?|từ khóa)\s*:.*", _LINE), "tags"),
    (re.compile(r"(?:halaman|page|trang)\s+\d+(?:\s*(?:dari|of|/)\s*\d+)?", _LINE), "page number"),
    (re.compile(r"(?:copyright|hak cipta|©|\(c\)).*", _LINE), "copyright line"),
    (re.compile(r"(?:login|masuk|daftar|subscribe|berlangganan|đăng nhập)", _LINE), "menu"),
    (re.compile(r"\([^()]{2,60}\)"), "agency credit"),
    (AGE, "age of another article"),
)

# A label whose next line is a name.
BYLINE_LABEL = re.compile(
    r"(?:editor|penulis|reporter|oleh|author|by|tác giả|pewarta|kontributor)\s*:?", _LINE
)
BYLINE = re.compile(
    r"(?:editor|penulis|reporter|oleh|author|written by|tác giả|pewarta|kontributor)"
    r"\s*:\s*\S.{1,80}",
    _LINE,
)

# "Vietnam.vn - a slogan": the name of the site above the article.
SITE = re.compile(r"([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\s+[-–—|]\s+\S.*", _LINE)

# A caption says whose picture it is.
CREDIT = re.compile(
    r".*[\s(.](?:foto|photo|ảnh|gambar|dok|credit|kredit)\s*[.:]\s*[^.!?]{2,60}\)?\.?", _LINE
)
# "... on 6 September 2018. Vietnam News": the credit is a name after the last full stop.
CREDIT_NAME = re.compile(r".*[.!?]\s+(?:[A-ZĐ][\w.&/+-]*)(?:[ /][A-ZĐ][\w.&/+-]*){0,3}(?<![.!?])")

# An opening that starts the report of another meeting, and so another section. It must go on to
# name somebody: "in the meeting" alone refers back.
MEETING = re.compile(
    r"(?:\*\s*)?(?:"
    r"(?:(?:pada|dalam|saat|ketika|usai|sebelumnya,? (?:pada|dalam))\s+"
    r"(?:pertemuan|resepsi|pembicaraan|jamuan|audiensi)\s+(?:bilateral\s+)?"
    r"(?:dengan|antara|bersama|untuk|(?=[A-Z])))"
    r"|(?:bertemu|berbicara|berdialog|bertatap muka) dengan"
    r"|(?:in|at|during) (?:the|a|his|her|their) (?:meeting|talks|reception) (?:with|between|for)"
    r"|meeting with|receiving|tại (?:cuộc gặp|buổi tiếp|cuộc hội đàm)|gặp|tiếp"
    r")\s+(?!tersebut|ini|itu)\S",
    _LINE,
)
