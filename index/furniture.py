"""What the furniture of a news page looks like, in Indonesian, Malay, English and Vietnamese.

Tables of patterns for whole lines; `cleaning` decides what they mean where they stand. Each was
seen on real pages; a pattern that could match a sentence of an article does not belong here.
"""

from __future__ import annotations

import re

_LINE = re.IGNORECASE

# A line that says: what follows is other articles; or comments, and the article is over. Two
# repetitions that may share a run of spaces would try each way to share it, so the first keeps all
# ("*+").
COMMENTS = re.compile(
    r"(?:(?:\d+\s++)?(?:komentar|comments?|komen|bình luận)(?:\s*+\(\d+\))?+"
    r"|ý kiến(?:\s*+\(\d+\)|\s++(?:bạn đọc|độc giả|của bạn))|gửi bình luận"
    r"|(?:leave|post) a (?:reply|comment)|(?:tinggalkan|tulis) (?:balasan|komentar))\s*+:?",
    _LINE,
)
END = re.compile(
    rf"{COMMENTS.pattern}"
    r"|(?:(?:berita|artikel|topik|tulisan) (?:terkait|terpopuler|lainnya|populer|pilihan|terbaru"
    r"|berkaitan|popular)"
    r"|(?:related|more|latest|popular|recommended|top) (?:articles?|news|stories|posts|topics)"
    r"|dalam (?:topik|kategori) yang sama|dari penulis yang sama"
    r"|(?:don.t miss|jangan lewatkan|đừng bỏ lỡ|you may (?:also )?like|most read)\W*+"
    r"|tin liên quan|tin khác|cùng chuyên mục|rekomendasi untuk anda|terpopuler)\s*+:?",
    _LINE,
)

# The address the page was taken from; also the end of the article.
SOURCE_URL = re.compile(r"(?:sumber|source|nguồn|link)\s*+:?\s*+(https?://\S+)", _LINE)

# A link to the rest of another article, closing its teaser.
READ_MORE = re.compile(
    r"(?:baca selengkapnya|selengkapnya|read more|continue reading|xem thêm|lihat selengkapnya"
    r"|đọc ngay|đọc tiếp)"
    r"\s*[.…»>]*",
    _LINE,
)

# What stands above links to other articles that are named on lines of their own.
LINKS_LABEL = re.compile(
    r"(?:>+\s*|[(\[])?(?:"
    r"(?:(?:baca|lihat|simak) juga|(?:read|see) also|(?:đọc|xem) thêm|recommended for you)\s*[:：]?"
    r"|(?:baca|lihat|simak|artikel terkait|berita terkait|read(?: more)?|see|related|đọc|xem"
    r"|tin liên quan)\s*[:：]"
    r"|(?:next (?:article|story|post)|(?:artikel|berita) selanjutnya|bài tiếp theo)\s*[:：]?"
    r")",
    _LINE,
)

# "6 jam lalu": the age of another article, in a teaser. An article's own date is absolute.
AGE = re.compile(
    r"\d+\s+(?:detik|menit|jam|hari|minggu|pekan|bulan|tahun)\s+(?:yang\s+)?lalu"
    r"|\d+\s+(?:second|minute|hour|day|week|month|year)s?\s+ago"
    r"|\d+\s+(?:giây|phút|giờ|ngày|tuần|tháng|năm)\s+trước",
    _LINE,
)

# Where an article is from, after its last full stop.
AGENCIES = "antara|bernama|afp|ap|reuters|xinhua|kyodo|yonhap|dpa|upi|tass|ttxvn|vna"
AGENCY_CREDIT = "agency credit"

# Lines that are furniture wherever they stand, with the reason given to the user.
ALWAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (READ_MORE, "link to another article"),
    (
        re.compile(
            r"(?:>+\s*|[(\[])?(?:baca|lihat|simak|(?:artikel|berita) (?:terkait|berkaitan)"
            r"|(?:also )?read|see|related|đọc|xem|tin liên quan|mời (?:bạn|quý vị) đọc)"
            r"(?: juga| selengkapnya| also| more| thêm)?"
            r"\s*[:：].{0,200}",
            _LINE,
        ),
        "link to another article",
    ),
    (
        re.compile(
            r"(?:(?:baca|lihat|simak) juga|(?:read|see) also|(?:xem|đọc) thêm)\b.{0,160}(?<![.!?])",
            _LINE,
        ),
        "link to another article",
    ),
    (re.compile(r"(?:advertis(?:ing|ements?)|iklan|quảng cáo)", _LINE), "advertisement"),
    (
        re.compile(r"baca (?:berita|artikel) tanpa iklan\b\.?.{0,40}(?<![.!?])\.?", _LINE),
        "advertisement",
    ),
    (re.compile(r"(?:scroll (?:to|untuk)|gulir (?:ke|untuk)) .{0,60}", _LINE), "advertisement"),
    (
        re.compile(
            r"(?:advertisement[ -]*)?(?:scroll to (?:continue|resume)|lanjutkan membaca)\b.{0,50}"
            r"|lanjut baca|continue reading (?:the main story|below)|story continues below.{0,30}"
            r"|article continues (?:after|below).{0,40}",
            _LINE,
        ),
        "advertisement",
    ),
    (re.compile(r"\[(?:gambas|saksikan|video|embed)\s*:.{1,80}\]", _LINE), "empty picture label"),
    (
        re.compile(
            r"(?:simak|tonton|saksikan|lihat|watch)(?: juga)? (?:video|foto|infografis)\b"
            r".{0,160}(?<![.!?])",
            _LINE,
        ),
        "link to another article",
    ),
    (
        re.compile(
            r"our standards: the thomson reuters trust principles\.?"
            r"|order reprints?|today.s paper|print article|report a (?:typo|correction)"
            r"|(?:sao chép liên kết|copy link thành công|lưu bài viết|tặng sao|trở lại .{2,30}"
            r"|(?:link bài gốc\s*)?lấy link!?)",
            _LINE,
        ),
        "sharing button",
    ),
    (re.compile(r"(?:no data|loading\W*|memuat\W*)", _LINE), "empty widget"),
    (re.compile(r"(?:foto|photo|gambar|video|infografis|ảnh)\s*:?", _LINE), "empty picture label"),
    (
        re.compile(
            r"(?:bagikan(?: (?:artikel|berita))?(?: ini)?|share(?: this(?: article| story)?)?"
            r"|copy link|salin tautan|ikuti kami|follow us|chia sẻ(?: bài viết)?|cetak|print|email"
            r"|facebook|twitter|tweet|whatsapp|telegram|zalo)"
            r"(?:\s*:.{0,60}(?<![.!?]))?",
            _LINE,
        ),
        "sharing button",
    ),
    (re.compile(r"(?:tags?|chủ đề)\s*:?", _LINE), "tags"),
    (re.compile(r"(?:tags?|tagar|topik|kata kunci|keywords?|từ khóa)\s*:.*", _LINE), "tags"),
    (re.compile(r"(?:#[^\W\d][\w/-]*\s*)+"), "tags"),
    (re.compile(r"(?:halaman|page|trang)\s+\d+(?:\s*(?:dari|of|/)\s*\d+)?", _LINE), "page number"),
    (
        re.compile(
            r"©.*|(?:copyright|hak cipta|\(c\))\W*"
            r"(?:©|(?:\(c\)\W*)?(?:19|20)\d\d\b|\(c\)|dilindungi\b|by\b).*"
            r"|(?:copyright|hak cipta)"
            r"|dilarang (?:keras )?(?:meng|men|mem|me)\w+.{0,160}\btanpa (?:se)?izin\b.{0,40}"
            r"\b(?:redaksi|kantor berita|penerbit|pemilik situs)\b.*"
            r"|(?:this|the) material may not be (?:published|reproduced|broadcast)\b.{0,160}"
            r"\b(?:redistributed|rewritten|permission)\b.*",
            _LINE,
        ),
        "copyright line",
    ),
    (
        re.compile(
            r"(?:by (?:signing up|subscribing|registering|clicking|continuing|using)|dengan"
            r" (?:mendaftar|berlangganan|melanjutkan|mengklik|menggunakan)|bằng (?:cách|việc))\b"
            r".{0,200}\b(?:(?:privacy|cookie) policy|terms (?:of|and)|use of cookies"
            r"|kebijakan (?:privasi|cookie)|syarat dan ketentuan"
            r"|chính sách (?:bảo mật|quyền riêng tư|cookie)|điều khoản)\b.*"
            r"|(?:we|we and our (?:[\d,.]+ )?(?:partners|vendors)|(?:this|our) (?:web)?site|kami"
            r"|(?:situs|website) (?:web )?(?:ini|kami)|chúng tôi|trang web (?:này|của chúng tôi))"
            r" (?:(?:may )?uses?|stores?|menggunakan|memakai|sử dụng|dùng)\b"
            r"(?=.{0,300}\b(?:cookies?|personal data|data pribadi|dữ liệu cá nhân)\b)"
            r".{0,300}\b(?:experience|partners|preferences|traffic|adverts?|ads|consent|device"
            r"|pengalaman|mitra|iklan|perangkat|trải nghiệm|quảng cáo|thiết bị)\b.*",
            _LINE,
        ),
        "consent box",
    ),
    # The electronic edition of a Vietnamese paper, named above its pages.
    (
        re.compile(
            r"báo (?:điện tử (?-i:[A-ZÀ-ÝĐẤ]).{1,30}|(?-i:[A-ZÀ-ÝĐẤ]).{1,30} (?:điện tử|online))"
            r"(?<![.!?])",
            _LINE,
        ),
        "name of the site",
    ),
    (re.compile(r"(?:login|masuk|daftar|subscribe|berlangganan|đăng nhập)", _LINE), "menu"),
    (re.compile(r"\([^()\s?!:;]{2,30}(?: [^()\s?!:;]{1,20}){0,3}\)"), AGENCY_CREDIT),
    (
        re.compile(
            rf"[-–—]{{1,2}}\s*+(?:{AGENCIES})",
            _LINE,
        ),
        AGENCY_CREDIT,
    ),
    (AGE, "age of another article"),
    (re.compile(r"[\W_]+"), "no words"),
    (re.compile(r"(?://\s*)?<!.{0,3}\[CDATA.*"), "program code"),
)

# "Published: 12/03/2024" anywhere is what it says; a date of change is no date of publication.
PUBLISHED = re.compile(
    r"(?:diterbitkan|dipublikasikan|terbit|tayang|published|posted|đăng|ngày đăng|xuất bản)\b",
    _LINE,
)
UPDATED = re.compile(
    r"(?:terakhir )?(?:diperbarui|diperbaharui|pembaruan|updated?|last (?:updated|modified)"
    r"|cập nhật)\b",
    _LINE,
)

# Words that stand beside a date and name nobody.
CALENDAR = frozenset(
    "senin selasa rabu kamis jumat jum'at sabtu minggu ahad monday tuesday wednesday thursday "
    "friday saturday sunday mon tue wed thu fri sat sun thứ ngày tanggal tgl date "
    "wib wita wit gmt utc am pm pukul jam lúc at".split()
) | {"thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"}

# Below an article: asks the reader to follow the outlet somewhere. Inside one it may be content.
PROMOTION = re.compile(
    r"(?:untuk mendapatkan|silakan|langgan|sertai|dapatkan|ikuti|simak|cek|gabung|bergabung"
    r"|temukan|download|unduh|nikmati|follow|sign up"
    r"|subscribe|get the (?:latest|best)|join|like us|mời (?:bạn|độc giả|quý)|theo dõi|đừng quên"
    r"|tải ứng dụng)\b.{0,240}"
    r"\b(?:google ?news|whats ?app|telegram|newsletters?|channel|kanal|aplikasi|app|zalo|facebook"
    r"|twitter|instagram|youtube|tiktok|fanpage|inbox|update berita|berita pilihan"
    r"|breaking news)\b.*",
    _LINE,
)

# What makes such an invitation furniture wherever it stands: it bids readers to follow "us", gives
# the channel's address, or is no sentence and says whose.
CHANNEL = re.compile(r"https?://(?:www\.)?(?:whatsapp\.com/channel|t\.me|news\.google\.com)/")
BIDS = re.compile(r"(?:join|follow|like|ikuti|sertai) (?:us|kami)\b|theo dõi chúng tôi\b", _LINE)
OWN = re.compile(r"\b(?:kami|our|us|your inbox|chúng tôi)\b", _LINE)

# Links for those who have a page read out to them, before and after a box: its name is in both.
SKIP = re.compile(
    r"skip past (.{2,60})|skip (.{2,60}) and continue reading|lewati (.{2,60}) dan terus membaca"
    r"|bỏ qua (.{2,60}) và tiếp tục đọc",
    _LINE,
)
SKIPPED = re.compile(r"(?:after|end of|akhir dari|kết thúc|hết) (.{2,60})", _LINE)

# The button of a picture. What stands right below it is the picture's caption and credit.
PICTURE_BUTTON = re.compile(
    r"(?:lihat (?:foto|gambar)|zoom[ -]?in|perbesar|view image in fullscreen|enlarge image"
    r"|phóng to)",
    _LINE,
)

# A label whose next line is a name.
BYLINE_LABEL = re.compile(
    r"(?:editor|penulis|reporter|oleh|author|by|tác giả|pewarta|kontributor)\s*:?", _LINE
)
BYLINE = re.compile(
    r"(?:editor|penulis|reporter|oleh|author|written by|tác giả|pewarta|kontributor)"
    r"\s*:\s*\S.{1,80}(?<![.!?…])"
    r"|rep\s*:\s*\S.{1,80}/\s*red\s*:\s*\S.{1,80}(?<![.!?…])",
    _LINE,
)
# "By Staff Reporter": names alone, in capitals. Above an article, that is its author's.
BYLINE_NAMES = re.compile(
    r"(?:by|oleh) (?-i:[A-ZĐ][\w.'’-]*)(?:(?:,? (?:and |dan |& )?)(?-i:[A-ZĐ][\w.'’-]*)){1,7}",
    _LINE,
)

# Who wrote it and where it is from, without a colon too: no headline.
CREDITED = re.compile(r"(?:by|oleh|tác giả|sumber|source|nguồn)\b.*|.*@.*", _LINE)

# "Vietnam.vn - a slogan": the name of the site above the article.
SITE = re.compile(r"([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\s+[-–—|]\s+\S.*", _LINE)

_AGENCY = r"(?-i:ANTARA FOTO|REUTERS|Reuters|AFP|AP Photo|Getty Images|EPA|Xinhua)"
# A caption says whose picture it is: after a label; after a mark, where no sentence stands before
# it ("told Reuters." is one); after a sentence on its own, or in brackets with a name. What a
# caption says before it is shorter than most paragraphs.
CREDIT = re.compile(
    r"(?:.{0,300}[\s(.–-])?(?:(?:foto|photo|photograph|ảnh|gambar)\s*:|(?:dok|credit|kredit)\s*[.:])"
    r"\s*[^.!?]{2,60}\)?\.?"
    rf"|(?:[^.!?]{{0,300}}[(/–—|:©-]\s?)?{_AGENCY}(?:/[^.!?]{{2,50}})?\)?\.?"
    rf"|.{{0,300}}[.!?][\"'”’)]*\s+©?\s?{_AGENCY}(?:/[^.!?]{{2,50}})?\.?"
    rf"|.{{0,300}}\((?:[^()/]{{2,50}}\s[^()/]{{2,50}}/{_AGENCY}|{_AGENCY}/[^.!?]{{2,50}})\)\.?"
    r"|.{0,300}\b(?-i:ANTARA FOTO|REUTERS|AFP|EPA)/[^.!?]{2,50}\)?\.?"
    r"|(?:keterangan (?:gambar|foto)|image caption|chụp lại hình ảnh|chú thích ảnh)\s*[,:].{2,300}"
    r"|.{0,300}\s[—–-]\s(?:(?:file )?pictures? (?:by|courtesy of|from|via)\s[^.!?]{2,60}"
    r"|(?:afp|reuters|bernama|epa|file) (?:pic|picture|photo))"
    r"|.{0,300}\((?-i:[A-ZĐ.]{2,}(?: [A-ZĐ.]+){1,3}/[A-ZĐ]{2,}(?: [A-ZĐ]+){0,2})\)\.?",
    _LINE,
)
# A credit with nothing said before it.
CREDIT_ALONE = re.compile(
    r"\W*(?:(?:(?:foto|photo|photograph|ảnh|gambar)\s*:|(?:dok|credit|kredit)\s*[.:])"
    rf"[^.!?]{{2,60}}|{_AGENCY}(?:/[^.!?]{{2,50}})?)[.)]*",
    _LINE,
)
# "... on 6 September 2018. Vietnam News": the credit is a name after the last full stop, which is
# neither an item's ("1. Nasi") nor an initial's.
CREDIT_NAME = re.compile(
    r"(?!\d{1,2}[.)]).{0,300}\w{2}[\"'”’»)]*[.!?]\s+"
    r"(?:[A-ZĐ][\w.&/+-]*)(?:[ /][A-ZĐ][\w.&/+-]*){0,3}(?<![.!?])"
)

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
