"""Declared types: what a stored value stands for, and what a literal means.

A type gives each stored value that is not NULL a key, by which it compares, or None if the value is
none of the type's. A literal becomes a span of keys: a day on a field of instants is all instants
of the day; elsewhere the span is one key.
"""

import re

from .dates import (
    DAY, Clock, instants_of_days, is_day, is_instant, read_date, scale_named)
from .problem import Problem
from .values import (
    NOCASE, TEXT, Text, number_from_text, order_key, text_from_number, text_key)
from .zones import SECOND, zone_named

DATES = ("date", "datetime")


class NoValue(Exception):
    """A literal for which the type has no value."""


_ANY_CLOCK = Clock("2000-01-01T00:00:00Z")


class DeclaredType:
    # Whether the text operators apply, and `now` and `today`.
    has_text = False
    has_clock = False
    without_case = False

    def key(self, value, clock):
        raise NotImplementedError

    def check(self, literal):
        """Whether a document or request may say this; `local` is any zone for this."""
        try:
            self.span(literal, _ANY_CLOCK)
        except NoValue:
            raise Problem("wrong_operand", repr(literal)) from None

    def span(self, literal, clock):
        """The lowest and the highest key that a literal means; `NoValue` if it means none."""
        key = self.key_of_literal(literal)
        if key is None:
            raise NoValue
        return key, key

    def key_of_literal(self, literal):
        return self.key(literal, None)

    def order(self, value, clock):
        """NULL, then what is no value, then the values."""
        if value is None:
            return (0,)
        key = self.key(value, clock)
        return (1,) if key is None else (2, key)

    def text(self, value):
        """What the text operators see of a value; None if nothing."""
        if type(value) in (int, float):
            return text_from_number(value)
        return value if type(value) is Text else None

    def shown(self, value):
        return value


class Number(DeclaredType):
    def key(self, value, clock):
        if type(value) in (int, float):
            return value
        return number_from_text(value) if type(value) is Text else None

    def order(self, value, clock):
        if value is None:
            return (0,)
        key = self.key(value, clock)
        # What is no number stands with minus infinity.
        return (1, float("-inf") if key is None else key)


class Letters(DeclaredType):
    """The type `text`."""

    has_text = has_clock = True

    def __init__(self, collation, ignores_case):
        self.collation = NOCASE if ignores_case else collation
        self.without_case = self.collation == NOCASE

    def key(self, value, clock):
        text = self.text(value)
        return None if text is None else text_key(text, self.collation)

    def now(self, clock):
        return self.span(Text(clock.text_of_now()), clock)

    def today(self, clock):
        return self.span(Text(clock.text_of_today()), clock)


class Checkbox(DeclaredType):
    WORDS = {
        b"t": True, b"true": True, b"y": True, b"yes": True, b"on": True, b"1": True,
        b"f": False, b"false": False, b"n": False, b"no": False, b"off": False, b"0": False}

    def key(self, value, clock):
        if type(value) in (int, float):
            return bool(value) if value in (0, 1) else None
        return self.WORDS.get(bytes(value).lower()) if type(value) is Text else None

    def key_of_literal(self, literal):
        if type(literal) is Text and bytes(literal).lower() not in (b"true", b"false", b"0", b"1"):
            return None
        return self.key(literal, None)

    def shown(self, value):
        key = None if value is None else self.key(value, None)
        return value if key is None else key


class UUID(DeclaredType):
    has_text = True
    _DASHED = rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    ANY = re.compile(rb"\{%s\}|%s|\{[0-9a-f]{32}\}|[0-9a-f]{32}" % (_DASHED, _DASHED))
    FORMS = {"text": re.compile(_DASHED), "digits": re.compile(rb"[0-9a-f]{32}")}

    def __init__(self, form, case):
        self.form, self.case = form, case

    @property
    def spelling(self):
        return self.form, self.case if self.form in self.FORMS else None

    def key(self, value, clock):
        if type(value) is bytes:
            return value if len(value) == 16 and self.form in (None, "blob") else None
        if type(value) is not Text or self.form == "blob":
            return None
        if self.form is None:
            return self.bytes_of(value)
        letters = bytes(value).upper() if self.case == "upper" else bytes(value).lower()
        if letters != value or not self.FORMS[self.form].fullmatch(letters.lower()):
            return None
        return self.bytes_of(value)

    def bytes_of(self, text):
        letters = bytes(text).lower()
        if not self.ANY.fullmatch(letters):
            return None
        return bytes.fromhex(letters.strip(b"{}").replace(b"-", b"").decode())

    def key_of_literal(self, literal):
        return self.bytes_of(literal) if type(literal) is Text else None

    def text(self, value):
        key = self.key(value, None)
        return None if key is None else self.canonical(key)

    @staticmethod
    def canonical(key):
        digits = key.hex()
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return Text("-".join(parts).encode())

    def shown(self, value):
        key = None if value is None else self.key(value, None)
        return value if key is None else self.canonical(key)


class Time(DeclaredType):
    _TIME = re.compile(rb"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?")

    def key(self, value, clock):
        match = self._TIME.fullmatch(value) if type(value) is Text else None
        if not match:
            return None
        hour, minute, second, fraction = match.groups()
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
        return seconds * SECOND + int((fraction or b"")[:6].ljust(6, b"0"))


class Moment(DeclaredType):
    """Stored dates: what `date` and `datetime` have in common."""

    has_clock = True

    def __init__(self, about, zone):
        encodings = about.get("encoding", "iso")
        encodings = encodings if isinstance(encodings, list) else [encodings]
        self.iso = "iso" in encodings
        self.scales = [scale_named(e) for e in encodings if e != "iso"]
        self.zone_name = about.get("zone", zone)
        self.zone = None if self.zone_name == "local" else zone_named(self.zone_name)
        self.layout = Layout(about["layout"]) if "layout" in about else None
        self.has_text = self.iso

    def own_zone(self, clock):
        return self.zone or clock.zone

    def read(self, value):
        """As `read_date`, also of numbers."""
        if type(value) is Text:
            return read_date(value) if self.iso else None
        if type(value) in (int, float) and self.scales:
            for scale in self.scales:
                instant = scale.instant(value)
                if instant is not None:
                    return "instant", instant
        return None

    def key(self, value, clock):
        if self.layout is not None and not self.layout.has(value):
            return None
        found = self.read(value)
        return None if found is None else self.key_of(*found, self.own_zone(clock))

    def order(self, value, clock):
        """With a layout the order is that of the bytes."""
        return super().order(value, clock) if self.layout is None else order_key(value)

    def span(self, literal, clock):
        # A literal is an ISO text, however the field is encoded, or a number as it is stored.
        found = read_date(literal) if type(literal) is Text else self.read(literal)
        if found is None:
            raise NoValue
        span = self.span_of(*found, self.own_zone(clock))
        if span is None:
            raise NoValue
        return span

    def now(self, clock):
        return self.span_of("instant", clock.now, self.own_zone(clock))


class Day(Moment):
    """The type `date`."""

    def key_of(self, kind, time, zone):
        if kind == "day":
            return time
        if kind == "instant":
            if not is_instant(time):
                return None
            time = zone.local(time)
        return time // DAY if is_day(time // DAY) else None

    def span_of(self, kind, time, zone):
        key = self.key_of(kind, time, zone)
        return None if key is None else (key, key)

    def today(self, clock):
        return clock.day, clock.day

    def days(self, first, last, clock):
        return first, last


class Instant(Moment):
    """The type `datetime`. With a layout without an offset the keys are local times, since the
    order of such texts is that of the clock on the wall.
    """

    def key_of(self, kind, time, zone):
        if kind == "day":
            time *= DAY
        if kind == "instant":
            return self.key_of_instant(time, zone) if is_instant(time) else None
        instant = zone.instant(time)
        if not is_instant(instant):
            return None
        return time if self.is_local else instant

    @property
    def is_local(self):
        return self.layout is not None and not self.layout.has_offset

    def key_of_instant(self, instant, zone):
        return zone.local(instant) if self.is_local else instant

    def instant(self, value, clock):
        """The instant, also where the key is a local time."""
        key = self.key(value, clock)
        return self.own_zone(clock).instant(key) if self.is_local and key is not None else key

    def span_of(self, kind, time, zone):
        if kind == "day":
            if self.is_local:
                return time * DAY, (time + 1) * DAY - 1
            return instants_of_days(time, time, zone)
        key = self.key_of(kind, time, zone)
        return None if key is None else (key, key)

    def today(self, clock):
        return self.days(clock.day, clock.day, clock)

    def days(self, first, last, clock):
        zone = self.own_zone(clock)
        ends = instants_of_days(first, last, clock.zone)
        return tuple(self.key_of_instant(instant, zone) for instant in ends)


class Layout:
    """The form of all texts of a column; whether such a text is a date is another question."""

    _LAYOUT = re.compile(r"YYYY-MM-DD(?:([T ])HH:MM(:SS(\[\.f\]|\.f+)?)?(Z| UTC| ?\+00:00)?)?")

    def __init__(self, layout):
        match = self._LAYOUT.fullmatch(layout)
        if not match:
            raise Problem("invalid_workspace", f"no layout {layout}")
        separator, seconds, fraction, offset = match.groups()
        if fraction == "[.f]" and offset not in (None, "+00:00"):
            raise Problem("invalid_workspace", f"no order of time: {layout}")
        self.has_offset = offset is not None
        pattern = rb"\d{4}-\d\d-\d\d"
        if separator:
            pattern += separator.encode() + rb"\d\d:\d\d"
        if seconds:
            pattern += rb":\d\d"
        if fraction:
            pattern += rb"(\.\d+)?" if fraction == "[.f]" else rb"\.\d{%d}" % (len(fraction) - 1)
        self.pattern = re.compile(pattern + re.escape((offset or "").encode()))

    def has(self, value):
        return type(value) is Text and self.pattern.fullmatch(value) is not None


def declared_type(about, affinity, collation, zone):
    """The type of a field with one value, as the workspace declares it; None if it declares none.
    """
    name = about.get("type")
    if name in ("number", "currency"):
        return Number()
    if name == "text":
        return Letters(collation, bool(about.get("ignores_case")))
    if name == "checkbox":
        return Checkbox()
    if name == "uuid":
        return UUID(about.get("form"), about.get("case", "lower"))
    if name == "time":
        return Time()
    if name in DATES:
        moment = (Day if name == "date" else Instant)(about, zone)
        if moment.scales and affinity == TEXT:
            raise Problem("invalid_workspace", "a column of texts holds no numbers")
        return moment
    return None
