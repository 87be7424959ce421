from datetime import date, datetime
from unittest import TestCase

from ..tools.invitation import write_invitation
from ..tools.timing import (
    after_quiet,
    anniversaries,
    anniversary,
    is_quiet,
    to_local,
    to_utc,
)

MOSCOW = "Europe/Moscow"
BERLIN = "Europe/Berlin"


class TestTiming(TestCase):
    """Quiet hours, days and years, by the clock of the recipient."""

    def test_quiet_hours_go_over_midnight(self):
        for hour, quiet in ((18, False), (19, True), (23, True), (4, True), (5, False)):
            moment = datetime(2026, 11, 23, hour)  # Moscow is three hours ahead
            with self.subTest(hour):
                self.assertEqual(is_quiet(moment, MOSCOW, 22, 8), quiet)

    def test_quiet_hours_within_a_day_and_none(self):
        noon = datetime(2026, 11, 23, 9, 30)
        self.assertTrue(is_quiet(noon, MOSCOW, 12, 13.5))
        self.assertFalse(is_quiet(noon, MOSCOW, 13, 14))
        self.assertFalse(is_quiet(noon, MOSCOW, 8, 8))

    def test_the_morning_after(self):
        night = datetime(2026, 11, 23, 20)  # 23:00 in Moscow
        self.assertEqual(after_quiet(night, MOSCOW, 22, 8), datetime(2026, 11, 24, 5))
        early = datetime(2026, 11, 24, 1)  # 4:00
        self.assertEqual(after_quiet(early, MOSCOW, 22, 8), datetime(2026, 11, 24, 5))
        day = datetime(2026, 11, 24, 6)
        self.assertEqual(after_quiet(day, MOSCOW, 22, 8), day)
        far = datetime(2026, 11, 23, 12)  # 1:00 of the 24th in Auckland
        self.assertEqual(
            after_quiet(far, "Pacific/Auckland", 22, 8), datetime(2026, 11, 23, 19)
        )

    def test_the_night_of_the_change_of_clocks(self):
        spring = datetime(2026, 3, 28, 22)  # 23:00, the clock goes on at 2:00
        self.assertEqual(after_quiet(spring, BERLIN, 22, 8), datetime(2026, 3, 29, 6))
        autumn = datetime(2026, 10, 24, 21)
        self.assertEqual(after_quiet(autumn, BERLIN, 22, 8), datetime(2026, 10, 25, 7))
        left_out = to_utc(date(2026, 3, 29), 2.5, BERLIN)
        self.assertEqual(to_local(left_out, BERLIN).hour, 3)

    def test_29_february(self):
        born = date(2000, 2, 29)
        self.assertEqual(anniversary(born, 2027), date(2027, 2, 28))
        self.assertEqual(anniversary(born, 2028), date(2028, 2, 29))
        self.assertEqual(anniversaries([date(2027, 2, 28)]), [(2, 28), (2, 29)])
        self.assertEqual(anniversaries([date(2028, 2, 28)]), [(2, 28)])

    def test_invitation(self):
        text = write_invitation(
            "visit-1@db",
            datetime(2026, 11, 23, 9),
            datetime(2026, 11, 23, 11),
            "SR/2026/00001 Анна; «Альфа», ООО",
            place="ул. Ленина, 5, подъезд 2, этаж 12, домофон 45к7890, Москва",
            note="Взять ключ\r\nи стремянку",
            url="https://example.com/x",
            organizer="office@example.com",
            attendee="sergey@example.com",
            now=datetime(2026, 11, 20),
        )
        lines = text.split("\r\n")
        self.assertTrue(all(len(line.encode()) <= 75 for line in lines))
        unfolded = text.replace("\r\n ", "")
        for line in (
            "METHOD:REQUEST",
            "DTSTART:20261123T090000Z",
            "DTEND:20261123T110000Z",
            "SUMMARY:SR/2026/00001 Анна\\; «Альфа»\\, ООО",
            "DESCRIPTION:Взять ключ\\nи стремянку",
            "ORGANIZER:mailto:office@example.com",
        ):
            self.assertIn(f"\r\n{line}\r\n", unfolded)
        self.assertEqual((lines[0], lines[-1]), ("BEGIN:VCALENDAR", ""))

    def test_withdrawn_invitation(self):
        start, end = datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 11)
        first, second = (
            write_invitation("1", start, end, "x", now=now, cancelled=cancelled)
            for now, cancelled in (
                (datetime(2026, 11, 20), False),
                (datetime(2026, 11, 21), True),
            )
        )
        self.assertIn("METHOD:CANCEL", second)
        self.assertIn("STATUS:CANCELLED", second)
        numbers = [
            int(line.split(":")[1])
            for text in (first, second)
            for line in text.split("\r\n")
            if line.startswith("SEQUENCE")
        ]
        self.assertLess(*numbers)
