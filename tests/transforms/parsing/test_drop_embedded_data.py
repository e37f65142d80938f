"""Large pages lose embedded data, and no more than they must."""

import time

import pytest

from boiloff.transforms import Capture, parse
from boiloff.transforms.core.limits import Limits
from boiloff.transforms.parsing.page_limits import drop_embedded_data

LAST = "The last boat of the day was tied up."
SMALL = Limits(max_page_bytes=100_000)
BULK = b"Qm9hdHM" * 100_000


def texts(html, limits=SMALL):
    return [block.text for block in parse(Capture(body=html), limits=limits).blocks]


@pytest.mark.parametrize(
    ("large", "small"),
    [
        (b'<img src="data:image/png;base64,%s">', b'<img src="data:,">'),
        (b"<p style='background: url(data:font/woff2;base64,%s)'>", b"<p style='background: url(data:,)'>"),
        (b'<p data-state="%s">', b'<p data-state="">'),
        (b"<p data-state='%s'>", b'<p data-state="">'),
        (b"<!--%s-->", b"<!---->"),
        (b"<style>%s</style>", b"<style></style>"),
        (b'<STYLE media="a">%s</STYLE>', b'<STYLE media="a"></STYLE>'),
        (b'<script type="text/javascript">%s</script>', b'<script type="text/javascript"></script>'),
    ],
)
def test_each_kind_of_embedded_data_goes_and_nothing_else(large, small):
    before, after = b"<p>Hello.</p>", f"<p>{LAST}</p>".encode()
    assert drop_embedded_data(before + large % BULK + after, SMALL) == (before + small + after, None)


def test_no_more_goes_than_must():
    pictures = b'<img src="data:image/png;base64,%s">' % BULK
    script = b"<script>var tide = '%s'</script>" % (b"ebb " * 20_000)
    html, _ = drop_embedded_data(pictures + script, SMALL)
    assert html == b'<img src="data:,">' + script


@pytest.mark.parametrize("opening", [b"<!--", b"<style>", b"<script>", b'<p title="', b"<p title='"])
def test_unclosed_embedded_data_stays_and_is_reported(opening):
    html = b"<p>Hello.</p>" + opening + b"boats " * 50_000
    page = parse(Capture(body=html), limits=SMALL)
    assert page.blocks[0].text == "Hello."
    assert page.quality_flags == ("truncated",)
    assert page.removals[-1].rule == "left_out"


def test_several_comments_keep_what_stands_between_them():
    assert texts((f"<!--{'-' * 80_000}--><p>{LAST}</p>") * 4) == [LAST] * 4


@pytest.mark.parametrize("char", ["潮", "é", "🌊"])
def test_no_character_is_cut_in_two(char):
    html = f"<p>{'x'}{char * 100_000}</p><p>{LAST}</p>".encode()
    page = parse(Capture(body=html), limits=SMALL)
    assert LAST in [block.text for block in page.blocks]
    assert "encoding_guessed" not in page.quality_flags
    assert not any("\ufffd" in block.text for block in page.blocks[:-1])


def test_wide_characters_are_left_alone():
    html = f"<p>{LAST}</p><!--{'boats' * 50_000}-->".encode("utf-16-le")
    page = parse(Capture(body=html), limits=SMALL)
    assert page.blocks[0].text == LAST
    assert page.quality_flags[-1] == "truncated"


def test_text_captures_are_left_alone():
    page = parse(Capture(body=f"{LAST}\n<!--{'boats' * 50_000}-->", media="text"), limits=SMALL)
    assert page.blocks[1].text.startswith("<!--boats")
    assert page.quality_flags == ("truncated",)


@pytest.mark.parametrize(
    "piece",
    [
        b"<", b"<!--", b"-->", b"<!-- ", b"<style>", b"<script ", b"</script", b'="', b"='", b"=\"'", b"data:", b"a",
        b"data:a/b;base64,", b"base64,", b'<p a="x">', b"<p>boats</p>", b"<!--a-->", b"<script></script>",
        b"data:image/png;base64," + b"A" * 4_000, b'="' + b"a" * 4_000,
    ],
    ids=lambda piece: piece[:30].decode(),
)  # fmt: skip
def test_cost_grows_as_the_page_does(piece):
    def seconds(size):
        html, times = piece * (size // len(piece)), []
        for _ in range(3):
            started = time.thread_time()
            drop_embedded_data(html, SMALL)
            times.append(time.thread_time() - started)
        return min(times)

    growths = []
    while not growths or (growths[-1] >= 2.5 and len(growths) < 4):
        growths.append((seconds(2_000_000) + 0.004) / (seconds(1_000_000) + 0.004))
    assert min(growths) < 2.5
