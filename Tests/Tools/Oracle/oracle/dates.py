"""Days and instants, how stored dates are read, and the request's clock.

A day is a number of days since 1970-01-01, an instant whole microseconds since then in UTC.
"""

import re
from fractions import Fraction
from functools import lru_cache

from .zones import SECOND, Offset, zone_named

DAY = 86_400 * SECOND

_DATE = re.compile(
    rb"(\d{4})-(\d\d)-(\d\d)"
    rb"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?"
    rb"(Z| UTC| \+0000 UTC| ?[+-]\d\d(?::?\d\d)?)?)?\Z")


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def length_of_month(year, month):
    return (31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def days_from_civil(year, month, day):
    """Days since 1970-01-01 in the proleptic Gregorian calendar."""
    before = year - 1
    total = before * 365 + before // 4 - before // 100 + before // 400
    return total + sum(length_of_month(year, m) for m in range(1, month)) + day - 1 - 719162


def civil_from_days(days):
    """The day's `YYYY-MM-DD`."""
    year = 1970 + days // 366
    while days_from_civil(year + 1, 1, 1) <= days:
        year += 1
    while days_from_civil(year, 1, 1) > days:
        year -= 1
    month = 12
    while days_from_civil(year, month, 1) > days:
        month -= 1
    return b"%04d-%02d-%02d" % (year, month, days - days_from_civil(year, month, 1) + 1)


FIRST_DAY, LAST_DAY = days_from_civil(0, 1, 1), days_from_civil(9999, 12, 31)


def is_day(day):
    return FIRST_DAY <= day <= LAST_DAY


def is_instant(instant):
    return FIRST_DAY * DAY <= instant < (LAST_DAY + 1) * DAY


@lru_cache(maxsize=65536)
def read_date(text):
    """What a text says: ("day", a day), ("local", a local time), ("instant", an instant), or None.
    Fractions are cut to whole microseconds.
    """
    match = _DATE.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    year, month, day = int(year), int(month), int(day)
    if not (1 <= month <= 12 and 1 <= day <= length_of_month(year, month)):
        return None
    days = days_from_civil(year, month, day)
    if hour is None:
        return ("day", days)
    hour, minute, second, fraction = int(hour), int(minute), int(second or 0), fraction or b""
    if minute > 59 or second > 59 or hour > 24:
        return None
    if hour == 24 and (minute or second or fraction.strip(b"0")):
        return None
    time = days * DAY + (hour * 3600 + minute * 60 + second) * SECOND
    time += int(fraction[:6].ljust(6, b"0"))
    if offset is None:
        return ("local", time)
    seconds = offset_seconds(offset)
    return None if seconds is None else ("instant", time - seconds * SECOND)


def offset_seconds(text):
    """In seconds east of UTC; None if there is no such offset."""
    digits = bytes(byte for byte in text if byte in b"0123456789")
    hours, minutes = int(digits[:2] or 0), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        return None
    seconds = hours * 3600 + minutes * 60
    return -seconds if b"-" in text else seconds


# Numbers that are dates


class Scale:
    """Units of a second, counted from an instant."""

    def __init__(self, units, epoch=0):
        self.units, self.epoch = Fraction(units), epoch

    def instant(self, number):
        if number in (float("inf"), float("-inf")):
            return None
        instant = Fraction(number) * SECOND / self.units // 1 + self.epoch * SECOND
        return instant if is_instant(instant) else None


SCALES = {
    "unix": Scale(1), "unix_ms": Scale(1000), "unix_us": Scale(SECOND),
    "apple": Scale(1, days_from_civil(2001, 1, 1) * 86_400),
    "webkit": Scale(SECOND, days_from_civil(1601, 1, 1) * 86_400),
}


class Julian:
    """Days since noon of a day long ago: 2440587.5 is the beginning of 1970."""

    @staticmethod
    def instant(number):
        if number in (float("inf"), float("-inf")):
            return None
        instant = (Fraction(number) - Fraction(4_881_175, 2)) * DAY // 1
        return instant if is_instant(instant) else None


def scale_named(encoding):
    if isinstance(encoding, dict):
        return Scale(encoding["unix"])
    return Julian if encoding == "julian" else SCALES[encoding]


# The request's clock


class Clock:
    """The request's time: the instant, and the zone that decides where days begin and end."""

    def __init__(self, now, zone="+00:00"):
        self.now = read_date(now.encode())[1]
        self.zone = zone_named(zone) if isinstance(zone, str) else zone
        self.day = self.zone.local(self.now) // DAY

    def text_of_now(self):
        """In UTC, to the second."""
        clock = self.now % DAY // SECOND
        return civil_from_days(self.now // DAY) + b"T%02d:%02d:%02dZ" % (
            clock // 3600, clock // 60 % 60, clock % 60)

    def text_of_today(self):
        return civil_from_days(self.day)

    def days(self, operator, count):
        """The first and the last day of the `count` days up to today, or from today on."""
        return (self.day - count + 1, self.day) if operator == "last days" else (
            self.day, self.day + count - 1)


def instants_of_days(first, last, zone):
    """The first and the last instant of the days from `first` to `last`."""
    return zone.instant(first * DAY), zone.instant((last + 1) * DAY) - 1


def day_of_text(text, request_zone, text_zone=Offset(0)):
    """The day that an undeclared text stands for in the request's zone, or None."""
    found = read_date(text)
    if found is None:
        return None
    kind, time = found
    if kind == "day":
        return time
    instant = text_zone.instant(time) if kind == "local" else time
    if not is_instant(instant):
        return None
    day = request_zone.local(instant) // DAY
    return day if is_day(day) else None
