"""The starting price of a tender for any prices: bounds, order, exact arithmetic."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from service_tools.tender_price import (
    FoundPrice,
    compute_starting_price,
    count_months,
    get_index,
)

TODAY = date(2026, 11, 22)
amounts = st.decimals("0.01", "1000000000", places=2)
days = st.integers(0, 3650).map(lambda days: TODAY - timedelta(days=days))
found = st.lists(st.builds(FoundPrice, st.integers(), amounts, days), min_size=1)
growths = st.decimals("0", "40", places=1)


@given(found, growths)
def test_between_the_lowest_and_the_highest_whatever_the_order(found, growth):
    result = compute_starting_price(found, TODAY, growth)
    present = [used.present for used in result.used]
    assert min(present) <= result.price <= max(present)
    again = compute_starting_price(found[::-1], TODAY, growth)
    assert (again.price, again.variation) == (result.price, result.variation)


@given(found)
def test_exactly_the_mean_and_the_deviation_of_a_sample(found):
    result = compute_starting_price(found, TODAY)
    prices = [Fraction(price.price) for price in found]
    mean = sum(prices) / len(prices)
    assert abs(Fraction(result.price) - mean) <= Fraction(1, 200)
    assert result.has_few == (len(prices) < 3)
    if len(prices) > 1:
        variance = sum((price - mean) ** 2 for price in prices) / (len(prices) - 1)
        # V > 33 %  <=>  variance > (0.33 mean)², without any root
        assert result.is_scattered == (variance > (mean * 33 / 100) ** 2)


@given(days, growths)
def test_older_prices_weigh_no_less(day, growth):
    months = count_months(day, TODAY)
    assert get_index(months, growth) >= 1
    assert get_index(months + 12, growth) >= get_index(months, growth)
    assert get_index(months, Decimal(0)) == 1


def test_no_price_no_starting_price():
    assert compute_starting_price([], TODAY) is None
