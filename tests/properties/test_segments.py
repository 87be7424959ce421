"""Sizes of short messages: the same as those of independent public calculators.

Two of them run on Node; what they say of the 2,000 texts is kept in
segment_counts.json, which segment_counts.js writes. A third one runs here.
"""

import json
from pathlib import Path

import smsutil
from hypothesis import given
from hypothesis import strategies as st
from segment_texts import ALPHABETS, generate
from sms_tools.segments import GSM, UCS2, count
from sms_tools.translit import drop_foreign, swap, transliterate

ENCODINGS = {"GSM-7": GSM, "GSM": GSM, "UCS-2": UCS2, "Unicode": UCS2}
TEXTS = st.text(st.sampled_from("".join(ALPHABETS)) | st.characters(codec="utf-8"))


def test_two_public_calculators_on_generated_texts():
    texts = generate()
    counts = json.loads(Path(__file__).with_name("segment_counts.json").read_text())
    assert len(texts) == len(counts) == 2000
    for text, (first, second) in zip(texts, counts, strict=True):
        ours = count(text)
        assert [ours.encoding, ours.segments] == [ENCODINGS[first[0]], first[1]], text
        assert [ours.encoding, ours.segments, ours.remaining] == [
            ENCODINGS[second[0]],
            *second[1:],
        ], text


def test_a_third_calculator_on_the_same_texts():
    for text in generate():
        assert count(text).segments == len(smsutil.split(text).parts), text


@given(TEXTS)
def test_sizes_fit_together(text):
    size = count(text)
    room = size.per_segment * max(size.segments, 1)
    assert 0 <= size.remaining <= size.per_segment
    assert size.units <= room
    assert size.units + size.remaining <= room


@given(TEXTS, TEXTS)
def test_more_text_is_never_less(text, more):
    assert count(text + more).segments >= count(text).segments


@given(TEXTS)
def test_latin_letters_are_latin(text):
    assert count(drop_foreign(transliterate(text))).encoding == GSM


@given(TEXTS)
def test_what_fits_is_left_alone(text):
    if count(text).encoding == GSM:
        assert swap(text) == transliterate(text) == text
