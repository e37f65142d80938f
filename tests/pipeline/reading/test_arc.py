import gzip

from archives import PAGE, arc, http, outcome, packed, read


def test_every_response_of_an_arc_file_is_a_capture():
    for how in ("plain", "gzip"):
        parts = packed(arc(http(), http(status="404 Gone")), how)
        items = read(b"".join(parts))
        assert outcome(items) == ["html", "http-status"]
        assert (items[0].body, items[0].captured_at) == (PAGE, "2008-04-30T20:48:25Z")
        assert items[1].source_offset == len(parts[0] + parts[1])


def test_one_gzip_member_around_all_records():
    assert outcome(read(gzip.compress(b"".join(arc(http(), http()))))) == ["html", "html"]


def test_spaces_in_the_url():
    data = b"".join(arc(http())).replace(b"example/0", b"example/the ferry")
    assert read(data)[0].url == "https://harbour.example/the ferry"


def test_a_wrong_length_of_the_first_record_costs_nothing_else():
    data = b"".join(arc(http(), http())).replace(b"text/plain 7", b"text/plain 2", 1)
    assert outcome(read(data))[-2:] == ["html", "html"]


def test_a_date_that_is_cut_short_is_known_as_far_as_it_goes():
    data = b"".join(arc(http())).replace(b" 20080430204825 text/html", b" 20080430 text/html")
    assert read(data)[0].captured_at == "2008-04-30"
