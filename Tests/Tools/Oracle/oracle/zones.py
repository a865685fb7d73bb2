"""Time zones: fixed offsets and IANA names. All times are whole microseconds: an instant since the
beginning of 1970 in UTC, a local time since the beginning of 1970 on the zone's own clock.
"""

import datetime
import re
import zoneinfo

from .problem import Problem

SECOND = 1_000_000
_CYCLE = 146_097 * 86_400 * SECOND  # 400 years: dates and weekdays repeat
_EPOCH = datetime.datetime(1970, 1, 1)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


class Offset:
    def __init__(self, seconds):
        self.seconds = seconds

    def local(self, instant):
        return instant + self.seconds * SECOND

    def instant(self, local):
        return local - self.seconds * SECOND


class Named:
    """A zone with its summer times."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)

    def local(self, instant):
        moment = _calendar(instant).replace(tzinfo=datetime.timezone.utc)
        return instant + _seconds(moment.astimezone(self.zone)) * SECOND

    def instant(self, local):
        """A local time that occurs twice is the earlier one; one that does not exist takes the
        offset before the gap. Both are what `fold=0` says.
        """
        return local - _seconds(_calendar(local).replace(tzinfo=self.zone, fold=0)) * SECOND


def _seconds(moment):
    return round(moment.utcoffset().total_seconds())


def _calendar(time):
    """Python's calendar has the years 1 to 9999, and conversions need a day of space."""
    low, high = -62_135_596_800 + 2 * 86_400, 253_402_300_800 - 2 * 86_400
    while time < low * SECOND:
        time += _CYCLE
    while time >= high * SECOND:
        time -= _CYCLE
    return _EPOCH + datetime.timedelta(microseconds=time)


def zone_named(text):
    match = _OFFSET.fullmatch(text)
    if match:
        sign, hours, minutes = match.groups()
        seconds = int(hours) * 3600 + int(minutes) * 60
        return Offset(-seconds if sign == "-" else seconds)
    if text in ("Z", "UTC"):
        return Offset(0)
    try:
        return Named(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise Problem("invalid_workspace", f"no zone {text}") from None
