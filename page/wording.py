"""The words of the page in English, Indonesian and Vietnamese, and which of them a reader gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# The same question in three languages comes first: asking across languages is the point.
EXAMPLES: tuple[tuple[str, str], ...] = (
    ("en", "What did Vietnam agree with Japan on training?"),
    ("id", "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"),
    ("vi", "Việt Nam và Nhật Bản đã thỏa thuận gì về đào tạo?"),
    ("en", "What did Putin say about the Soviet Union and Vietnam?"),
    ("id", "Berapa perwira Vietnam yang dilatih di Turki?"),
)
LOOKUPS: tuple[tuple[str, str], ...] = (
    ("id", '"kerja sama" pelatihan'),
    ("en", "peacekeeping -Turki"),
    ("id", '"Konvensi Hanoi"'),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Every word of the page in one language; `{n}` and the like are filled in by `str.format`.

    A pair of strings is the form for one and the form for any other number.
    """

    code: str
    name: str
    months: tuple[str, ...]
    tagline: str
    theme: str
    language: str
    ask_tab: str
    find_tab: str
    collection_tab: str
    question: str
    ask: str
    query: str
    find: str
    find_help: str
    examples: str
    filters: str
    outlet: str
    any_outlet: str
    after: str
    before: str
    clear: str
    answer: str
    only_quotes: str
    also_searched: str
    searched: tuple[str, str]
    others: tuple[str, str]
    not_answered: str
    not_answered_why: str
    closest: str
    left_out: tuple[str, str]
    only: str
    from_day: str
    to_day: str
    with_phrase: str
    without_phrase: str
    missing: str
    also_in: tuple[str, str]
    nothing_found: str
    nothing_found_why: str
    found: tuple[str, str]
    no_articles: str
    no_articles_why: str
    undated: str
    article: str
    close: str
    copy: str
    copied: str
    original: str
    previous: str
    following: str
    opening_for_title: str
    dropped: tuple[str, str]
    dropped_line: str
    articles: tuple[str, str]
    passages: tuple[str, str]
    folder: str
    folder_missing: str
    update: str
    cancel: str
    starting: str
    reading: str
    encoding: str
    cancelling: str
    cancelled: str
    updated: str
    skipped: tuple[str, str]
    warnings: tuple[str, str]
    narrow: str
    narrowed: str
    no_title: str
    outdated: str
    gone: str
    unexpected: str

    def count(self, n: int, forms: tuple[str, str]) -> str:
        """`n` things, in the form that `n` wants."""
        return forms[0 if n == 1 else 1].format(n=n)

    def day(self, published: date | None) -> str:
        """A date as this language writes it, or the word for none."""
        if published is None:
            return self.undated
        return f"{published.day} {self.months[published.month - 1]} {published.year}"


ENGLISH = Wording(
    code="en",
    name="English",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    tagline="Answers in the articles’ own words",
    theme="Dark or light",
    language="Language",
    ask_tab="Ask",
    find_tab="Look up",
    collection_tab="Collection",
    question="Ask something about your articles, in any language",
    ask="Ask",
    query='Words, "exact phrase", -without',
    find="Look up",
    find_help='Words rank by meaning too. "Quotation marks" must stand exactly so. '
    "-minus must not occur.",
    examples="For example",
    filters="Outlet and dates",
    outlet="Outlet",
    any_outlet="All",
    after="From",
    before="To",
    clear="Clear",
    answer="Answer",
    only_quotes="Original sentences only",
    also_searched="Also searched as",
    searched=("1 passage searched in {{ms}} ms", "{n} passages searched in {{ms}} ms"),
    others=("One more close passage", "{n} more close passages"),
    not_answered="Not in these articles",
    not_answered_why="No sentence here answers the question.",
    closest="The closest passages, which do not answer it:",
    left_out=(
        "1 undated article left out by the date filter",
        "{n} undated articles left out by the date filter",
    ),
    only="Only",
    from_day="from {day} on",
    to_day="up to {day}",
    with_phrase="with",
    without_phrase="without",
    missing="No passage has these exact words; without quotation marks they need not stand so.",
    also_in=("also in 1 other place", "also in {n} other places"),
    nothing_found="Nothing found",
    nothing_found_why="No passage matches. Try fewer words, or a wider filter.",
    found=("1 passage", "{n} passages"),
    no_articles="No articles yet",
    no_articles_why="Put text files into the folder {folder}, then update the index "
    "under “Collection”.",
    undated="undated",
    article="Article",
    close="Close the article",
    copy="Copy quote",
    copied="Copied",
    original="Original",
    previous="Previous quote",
    following="Next quote",
    opening_for_title="The page has no headline; this is its opening.",
    dropped=("1 line of the page left out", "{n} lines of the page left out"),
    dropped_line="Line",
    articles=("1 article", "{n} articles"),
    passages=("1 passage", "{n} passages"),
    folder="Folder: {folder}",
    folder_missing="The articles folder {folder} is missing; put it back, or index another with: "
    "kutip index FOLDER",
    update="Update index",
    cancel="Cancel",
    starting="Starting",
    reading="Reading articles: {done}",
    encoding="Encoding passages: {done} of {total}",
    cancelling="Stopping after this batch",
    cancelled="Cancelled. What was encoded is kept for the next update; nothing else changed.",
    updated="{added} added, {changed} changed, {removed} removed, {unchanged} unchanged, "
    "{skipped} skipped; {encoded} passages encoded in {seconds} s",
    skipped=("1 file skipped", "{n} files skipped"),
    warnings=("1 warning", "{n} warnings"),
    narrow="Filter by title or outlet",
    narrowed="{shown} of {total} shown; filter to narrow the list",
    no_title="No article has this in its title or outlet.",
    outdated="The articles have changed since this was answered; ask again.",
    gone="This article is no longer in the collection.",
    unexpected="Something went wrong; the details are in the server’s log. Try again.",
)

INDONESIAN = Wording(
    code="id",
    name="Bahasa Indonesia",
    months=("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    tagline="Jawaban dengan kalimat asli artikel",
    theme="Gelap atau terang",
    language="Bahasa",
    ask_tab="Tanya",
    find_tab="Cari",
    collection_tab="Koleksi",
    question="Tanyakan sesuatu tentang artikel Anda, dalam bahasa apa pun",
    ask="Tanya",
    query='Kata, "frasa persis", -tanpa',
    find="Cari",
    find_help='Kata juga dicari menurut maknanya. "Tanda kutip" harus persis begitu. '
    "-minus tidak boleh ada.",
    examples="Contoh",
    filters="Media dan tanggal",
    outlet="Media",
    any_outlet="Semua",
    after="Dari",
    before="Sampai",
    clear="Hapus",
    answer="Jawaban",
    only_quotes="Hanya kalimat asli artikel",
    also_searched="Juga dicari sebagai",
    searched=("1 bagian diperiksa dalam {{ms}} ms", "{n} bagian diperiksa dalam {{ms}} ms"),
    others=("Satu bagian lain yang dekat", "{n} bagian lain yang dekat"),
    not_answered="Tidak ada dalam artikel ini",
    not_answered_why="Tidak ada kalimat di sini yang menjawab pertanyaan itu.",
    closest="Bagian terdekat, yang tidak menjawabnya:",
    left_out=(
        "1 artikel tanpa tanggal tidak ikut dicari",
        "{n} artikel tanpa tanggal tidak ikut dicari",
    ),
    only="Hanya",
    from_day="sejak {day}",
    to_day="sampai {day}",
    with_phrase="dengan",
    without_phrase="tanpa",
    missing="Tidak ada bagian dengan kata persis begitu; tanpa tanda kutip tak harus persis.",
    also_in=("juga di 1 tempat lain", "juga di {n} tempat lain"),
    nothing_found="Tidak ditemukan",
    nothing_found_why="Tidak ada bagian yang cocok. Kurangi kata, atau longgarkan saringan.",
    found=("1 bagian", "{n} bagian"),
    no_articles="Belum ada artikel",
    no_articles_why="Taruh berkas teks di folder {folder}, lalu perbarui indeks di “Koleksi”.",
    undated="tanpa tanggal",
    article="Artikel",
    close="Tutup artikel",
    copy="Salin kutipan",
    copied="Tersalin",
    original="Sumber asli",
    previous="Kutipan sebelumnya",
    following="Kutipan berikutnya",
    opening_for_title="Halaman ini tanpa judul; ini kalimat pembukanya.",
    dropped=("1 baris halaman tidak disertakan", "{n} baris halaman tidak disertakan"),
    dropped_line="Baris",
    articles=("1 artikel", "{n} artikel"),
    passages=("1 bagian", "{n} bagian"),
    folder="Folder: {folder}",
    folder_missing="Folder artikel {folder} tidak ada; kembalikan, atau indeks folder lain dengan: "
    "kutip index FOLDER",
    update="Perbarui indeks",
    cancel="Batal",
    starting="Memulai",
    reading="Membaca artikel: {done}",
    encoding="Mengodekan bagian: {done} dari {total}",
    cancelling="Berhenti setelah kelompok ini",
    cancelled="Dibatalkan. Yang sudah dikodekan disimpan; selain itu tidak ada yang berubah.",
    updated="{added} ditambah, {changed} diubah, {removed} dihapus, {unchanged} tetap, "
    "{skipped} dilewati; {encoded} bagian dikodekan dalam {seconds} dtk",
    skipped=("1 berkas dilewati", "{n} berkas dilewati"),
    warnings=("1 peringatan", "{n} peringatan"),
    narrow="Saring judul atau media",
    narrowed="{shown} dari {total} ditampilkan; saring untuk mempersempit",
    no_title="Tidak ada artikel dengan judul atau media seperti itu.",
    outdated="Artikel sudah berubah sejak dijawab; tanyakan lagi.",
    gone="Artikel ini sudah tidak ada dalam koleksi.",
    unexpected="Terjadi kesalahan; rinciannya ada di log server. Coba lagi.",
)

VIETNAMESE = Wording(
    code="vi",
    name="Tiếng Việt",
    months=tuple(f"thg {month}" for month in range(1, 13)),
    tagline="Trả lời bằng chính câu chữ của bài báo",
    theme="Tối hoặc sáng",
    language="Ngôn ngữ",
    ask_tab="Hỏi",
    find_tab="Tra cứu",
    collection_tab="Kho bài",
    question="Hỏi về các bài báo của bạn, bằng bất kỳ ngôn ngữ nào",
    ask="Hỏi",
    query='Từ, "cụm từ chính xác", -không có',
    find="Tra cứu",
    find_help='Từ còn được tìm theo nghĩa. "Dấu ngoặc kép" phải đúng nguyên văn. '
    "-dấu trừ không được có.",
    examples="Ví dụ",
    filters="Báo và ngày",
    outlet="Báo",
    any_outlet="Tất cả",
    after="Từ",
    before="Đến",
    clear="Xóa",
    answer="Trả lời",
    only_quotes="Chỉ gồm câu nguyên văn của bài báo",
    also_searched="Cũng tìm theo",
    searched=("Đã tìm 1 đoạn trong {{ms}} ms", "Đã tìm {n} đoạn trong {{ms}} ms"),
    others=("Thêm một đoạn gần đúng", "Thêm {n} đoạn gần đúng"),
    not_answered="Không có trong các bài này",
    not_answered_why="Không có câu nào ở đây trả lời câu hỏi.",
    closest="Những đoạn gần nhất, không trả lời câu hỏi:",
    left_out=("Bỏ qua 1 bài không có ngày", "Bỏ qua {n} bài không có ngày"),
    only="Chỉ",
    from_day="từ {day}",
    to_day="đến {day}",
    with_phrase="có",
    without_phrase="không có",
    missing="Không đoạn nào có đúng nguyên văn cụm này; bỏ dấu ngoặc kép thì không cần đúng hẳn.",
    also_in=("cũng có ở 1 nơi khác", "cũng có ở {n} nơi khác"),
    nothing_found="Không tìm thấy",
    nothing_found_why="Không có đoạn nào khớp. Hãy bớt từ hoặc nới bộ lọc.",
    found=("1 đoạn", "{n} đoạn"),
    no_articles="Chưa có bài nào",
    no_articles_why="Đặt các tệp văn bản vào thư mục {folder}, rồi cập nhật chỉ mục ở “Kho bài”.",
    undated="không có ngày",
    article="Bài báo",
    close="Đóng bài báo",
    copy="Chép trích dẫn",
    copied="Đã chép",
    original="Bản gốc",
    previous="Trích dẫn trước",
    following="Trích dẫn sau",
    opening_for_title="Trang không có tiêu đề; đây là câu mở đầu.",
    dropped=("1 dòng của trang bị lược bỏ", "{n} dòng của trang bị lược bỏ"),
    dropped_line="Dòng",
    articles=("1 bài", "{n} bài"),
    passages=("1 đoạn", "{n} đoạn"),
    folder="Thư mục: {folder}",
    folder_missing="Không thấy thư mục bài báo {folder}; hãy đặt lại, hoặc lập chỉ mục thư mục "
    "khác bằng: kutip index FOLDER",
    update="Cập nhật chỉ mục",
    cancel="Hủy",
    starting="Đang bắt đầu",
    reading="Đang đọc bài: {done}",
    encoding="Đang mã hóa đoạn: {done} / {total}",
    cancelling="Sẽ dừng sau lượt này",
    cancelled="Đã hủy. Phần đã mã hóa được giữ lại; ngoài ra không có gì thay đổi.",
    updated="{added} thêm, {changed} đổi, {removed} xóa, {unchanged} giữ nguyên, "
    "{skipped} bỏ qua; mã hóa {encoded} đoạn trong {seconds} giây",
    skipped=("Bỏ qua 1 tệp", "Bỏ qua {n} tệp"),
    warnings=("1 cảnh báo", "{n} cảnh báo"),
    narrow="Lọc theo tiêu đề hoặc báo",
    narrowed="Hiện {shown} / {total}; hãy lọc để thu hẹp",
    no_title="Không có bài nào có tiêu đề hoặc báo như vậy.",
    outdated="Các bài báo đã thay đổi sau câu trả lời này; hãy hỏi lại.",
    gone="Bài này không còn trong kho.",
    unexpected="Đã có lỗi; chi tiết nằm trong nhật ký máy chủ. Hãy thử lại.",
)

LANGUAGES = {wording.code: wording for wording in (ENGLISH, INDONESIAN, VIETNAMESE)}


def choose(chosen: str | None, accepted: str | None) -> Wording:
    """The wording the reader chose, or the first the browser accepts, or English.

    `accepted` is an Accept-Language header (RFC 9110, section 12.5.4).
    """
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    ranked: list[tuple[float, str]] = []
    for item in (accepted or "").split(","):
        tag, _, weight = item.partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    # Sorting is stable: equal weights keep the browser's order.
    for _, code in sorted(ranked, key=lambda item: item[0]):
        if code in LANGUAGES:
            return LANGUAGES[code]
    return ENGLISH
