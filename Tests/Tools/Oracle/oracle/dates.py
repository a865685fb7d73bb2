"""Days, and how a stored date is read."""

import re
from functools import lru_cache

_DATE = re.compile(
    rb"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    rb"(?:[T ]([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?\Z")


def days_from_civil(year, month, day):
    """Days since 1970-01-01 in the proleptic Gregorian calendar; a day past the month's end runs
    into the next month.
    """
    total = 0
    year += (month - 1) // 12
    before = year - 1
    total = before * 365 + before // 4 - before // 100 + before // 400
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return total + sum(lengths[: month - 1]) + day - 1 - 719162


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


def offset_seconds(text):
    """`Z` or `±HH:MM`, in seconds east of UTC."""
    if text in ("Z", "UTC"):
        return 0
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1:3]) * 3600 + int(text[4:6]) * 60)


@lru_cache(maxsize=65536)
def read_date(text):
    """Parses a text: ("local", its day as text), ("instant", seconds) or None."""
    match = _DATE.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if zone is None:
        return ("local", bytes(text[:10]))
    seconds = days_from_civil(int(year), int(month), int(day)) * 86400
    seconds += int(hour) * 3600 + int(minute) * 60 + int(second or 0) + float(fraction or 0)
    return ("instant", seconds - offset_seconds(zone.decode()))


class Clock:
    """The request's time: the instant, and the offset that decides where days begin and end."""

    def __init__(self, now, offset="+00:00"):
        self.moment = int(read_date(now.encode())[1])
        self.offset = offset_seconds(offset)
        self.day = (self.moment + self.offset) // 86400

    def today(self, unix):
        return self.start(self.day) if unix else civil_from_days(self.day)

    def now(self, unix):
        if unix:
            return self.moment
        clock = self.moment % 86400
        return civil_from_days(self.moment // 86400) + b"T%02d:%02d:%02dZ" % (
            clock // 3600, clock // 60 % 60, clock % 60)

    def start(self, day):
        """The instant at which a local day begins."""
        return day * 86400 - self.offset

    def window(self, first, count, unix):
        """Whether a stored value is a date within the `count` days from `first` on."""
        if count <= 0:
            return lambda value: False
        # Stored dates have years of four digits.
        low, high = days_from_civil(0, 1, 1), days_from_civil(9999, 12, 31)
        end = min(first + count - 1, high) + 1
        first = max(first, low)
        begin, finish = self.start(first), self.start(end)
        first_text, last_text = civil_from_days(first), civil_from_days(end - 1)
        # An impossible day of a month sorts between its neighbours, as text does.
        end_text = civil_from_days(end) if end <= high else b"9999-12-32"

        def inside(value):
            kind = type(value)
            if unix:
                return (kind is int or kind is float) and begin <= value < finish
            if kind is int or kind is float or value is None or kind is bytes:
                return False
            found = read_date(value)
            if found is None:
                return False
            if found[0] == "local":
                return first_text <= found[1] < end_text
            return begin <= found[1] < finish

        return inside
