"""What is there and what comes, taken by one job after another."""

from hypothesis import given
from hypothesis import strategies as st
from service_tools.parts import allot

amounts = st.integers(0, 6)


def test_now_later_or_nobody_knows():
    supplies = [[None, 3.0], ["Tue", 2.0], ["Wed", 1.0]]
    assert allot(supplies, 2) == (0.0, None)
    assert allot(supplies, 2) == (1.0, "Tue")
    assert supplies == [[None, 0.0], ["Tue", 1.0], ["Wed", 1.0]]
    assert allot(supplies, 3) == (3.0, None), "more than ever comes"
    assert allot(supplies, 2) == (2.0, "Wed")
    assert allot(supplies, 0.5) == (0.5, None)


def test_what_is_promised_elsewhere_comes_first():
    supplies = [[None, -2.0], ["Tue", 3.0]]
    assert allot(supplies, 2) == (4.0, None)
    assert allot(supplies, 1) == (3.0, "Tue")
    assert allot(supplies, 1) == (1.0, None)


@given(
    st.integers(-3, 6),
    st.lists(amounts, max_size=4),
    st.lists(st.integers(1, 5), max_size=6),
)
def test_nothing_is_taken_twice(there, coming, wishes):
    supplies = [
        [None, float(there)],
        *([day, float(n)] for day, n in enumerate(coming)),
    ]
    taken = 0
    for wish in wishes:
        short, when = allot(supplies, wish)
        if short and when is None:
            continue
        taken += wish
        arrived = there + sum(coming[: when + 1] if when is not None else ())
        assert taken <= max(there, 0) + sum(coming)
        assert wish <= arrived
        assert sum(quantity for _when, quantity in supplies) == (
            there + sum(coming) - taken
        )
