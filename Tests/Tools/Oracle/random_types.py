"""Random declared types: a table with one field of each, declared in one of the ways that a
workspace may say, with values that are among the type's and values that are not.
"""

import datetime

EVENTS, TOKENS = "events", "tokens"
KINDS = {
    EVENTS: {
        "id": "task",
        "at": "instant",
        "day": "date",
        "flag": "flag",
        "code": "uuid",
        "price": "decimal",
        "tod": "time",
        "note": "note",
        "labels": "members",
        "token": "uuid",
        "until": "instant",
        "cost": "decimal",
        "other": "uuid",
    },
    TOKENS: {"id": "uuid", "n": "number", "above": "uuid"},
}
STEPS = {EVENTS: {"token": TOKENS}, TOKENS: {"above": TOKENS, "tokens": TOKENS, "events": EVENTS}}
KEYS = {EVENTS: ["id"], TOKENS: ["id"]}
MANY = {"labels"}

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "+05:30", "-03:00", "Australia/Lord_Howe"]
OFFSETS = ["", "", "Z", "+00:00", "+02:00", "-0300", "+05", " +00:00", " UTC", " +0000 UTC"]
TIMES = ["", "T00:00:00", " 00:00:00", " 09:00", " 12:30:15", "T23:59:59.9999999", " 24:00:00",
         " 02:30:00", "T02:30:00", " 12:30:15.120", "T23:30:00"]
LAYOUTS = ["YYYY-MM-DD", "YYYY-MM-DD HH:MM", "YYYY-MM-DD HH:MM:SS", "YYYY-MM-DD HH:MM:SS[.f]",
           "YYYY-MM-DD HH:MM:SS[.f]+00:00", "YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DDTHH:MM:SS.fffZ",
           "YYYY-MM-DD HH:MM:SS UTC", "YYYY-MM-DD HH:MM:SS.ffffff"]
NO_DATES = ["soon", "", "2026-02-30", "2026-11-22T25:00:00Z", "2026-11-22 09:00:00 CET", "20261122",
            "0000-01-01T00:00:00+01:00", 5.5, -1, {"blob": "32"}, {"text": "323000"}, None]
FLAGS = [0, 1, "0", "1", "t", "F", "true", "No", "on", "off", "Y", None, "", 2, 0.5, "x", 1.0]
UUIDS = ["3fdfc4f5aeab4d729c96201e004349fa", "01010101010101010101010101010101",
         "f0000000000000000000000000000000", "00000000000000000000000000000000"]
DECIMALS = ["0.1000", "12.0000", 12, 12.5, "7", 7, " 7", "007", "-3", None, "", "n/a", "1e2", 100,
            9007199254740993, "9007199254740993", {"real": "inf"}, {"real": "-inf"}, {"blob": "37"}]
CLOCKS = ["09:05", "09:05:00", "09:05:00.5", "23:59:59.999999", "00:00", "9:05", "24:00", "", None,
          905, "noon"]
NOTES = ["a", "A", "á", "Á", "ab", "B", " a", "a ", "", None, 1, 1.0, "1", {"blob": "61"},
         {"text": "610041"}]
ARRAYS = ["[7]", '["7"]', '[7.0, "x"]', '["007"]', "[]", "null", "{}", "[null]", "7", None, "",
          '[true, "X"]', '["-7", -7]', "[7"]
LISTS = ["7", "3,7", "3, 7 ,,x", "|3|7|", "||", "", None, "007", "X", "7.0", "null", ","]


def spelt(digits):
    """The spellings of a UUID."""
    dashed = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return [digits, digits.upper(), dashed, dashed.upper(), "{" + dashed + "}", "{" + digits + "}"]


class RandomTypes:
    """`random` decides, and dates lie around `now`."""

    def __init__(self, random, now):
        self.random = random
        pick = random.choice
        self.now = datetime.datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ")
        self.zone = pick([None, *ZONES])
        self.encoding = pick(
            ["iso", "iso", "unix", "unix_ms", "unix_us", "apple", "webkit", {"unix": 100},
             ["iso", "unix"], ["unix_ms", "iso"]]
        )
        self.until_encoding = pick(["iso", "iso", "unix", "unix_ms", ["iso", "unix"]])
        self.days_encoding = pick(["iso", "iso", "unix", ["unix_ms", "iso"]])
        self.separator = pick([None, ",", "|"])
        self.form = pick([None, None, ("text", "lower"), ("digits", "upper"), ("blob", None)])
        at = {"type": "datetime", "encoding": self.encoding}
        day = {"type": "date", "encoding": self.days_encoding}
        until = {"type": "datetime", "encoding": self.until_encoding}
        for field in (at, day, until):
            if random.random() < 0.4:
                field["zone"] = pick([*ZONES, "local"])
        self.layout = pick(LAYOUTS) if self.encoding == "iso" and random.random() < 0.4 else None
        if self.layout:
            at["layout"] = self.layout
            if self.layout.endswith(("Z", "UTC", "+00:00")):
                # The texts say their zone.
                at.pop("zone", None)
        labels = {"type": pick(["users", "multi", "tags"])}
        if self.separator:
            labels["separator"] = self.separator
        if random.random() < 0.5:
            labels["member"] = pick(["number", "text"])
        self.numbers = labels.get("member") == "number"
        code = {"type": "uuid"}
        if self.form:
            code["form"] = self.form[0]
            if self.form[1]:
                code["case"] = self.form[1]
        note = {"type": "text"}
        if random.random() < 0.5:
            note["ignores_case"] = True
        # The forms of a key, of its parent and of what refers to it from another table.
        key, above, token = (
            {"type": "uuid", **pick([{}, {"form": "blob"}, {"form": "text"}, {"form": "digits"}])}
            for _ in range(3))
        if random.random() < 0.4:
            key, above, token = {"type": "uuid"}, {}, {}
        self.tables = {
            EVENTS: {
                "fields": {
                    "at": at, "day": day, "flag": {"type": "checkbox"}, "code": code,
                    "price": {"type": pick(["number", "currency"])}, "tod": {"type": "time"},
                    "note": note, "labels": labels, "until": until,
                    "cost": {"type": pick(["number", "currency"])}, "other": {"type": "uuid"},
                    **({"token": token} if token else {})}
            },
            TOKENS: {
                "fields": {
                    "id": key,
                    "above": {**above, "relation": {"table": TOKENS, "field": "id", "tree": True}}}
            },
        }
        self.schema = [
            f"CREATE TABLE {TOKENS} (id PRIMARY KEY NOT NULL, n INTEGER, above) WITHOUT ROWID",
            f"CREATE TABLE {EVENTS} (id INTEGER PRIMARY KEY, at {self.column(self.encoding)}, "
            f"day {self.column(self.days_encoding)}, flag {pick(['', 'TEXT', 'BOOLEAN'])}, code, "
            f"price {pick(['', 'TEXT', 'NUMERIC', 'REAL'])}, tod TEXT, "
            f"note {pick(['', 'TEXT', 'TEXT COLLATE NOCASE', 'TEXT COLLATE RTRIM'])}, labels TEXT, "
            f"token REFERENCES {TOKENS}(id), until {self.column(self.until_encoding)}, "
            f"cost {pick(['', 'TEXT', 'NUMERIC', 'REAL'])}, other)"]
        keys = {str(key): key for digits in UUIDS for key in self.stored(digits)}
        keys = random.sample(list(keys.values()), 8) + ["x"]
        self.keys = keys
        self.rows = {
            TOKENS: [[key, n, pick([None, *keys])] for n, key in enumerate(keys)],
            EVENTS: [self.record(i) for i in range(1, pick([1, 30, 60]) + 1)],
        }

    def column(self, encoding):
        if encoding == "iso":
            return self.random.choice(["", "TEXT", "DATETIME"])
        return "" if isinstance(encoding, list) else self.random.choice(["", "INTEGER", "DATETIME"])

    @staticmethod
    def stored(digits):
        return [*spelt(digits), {"blob": digits}]

    def record(self, number):
        pick = self.random.choice
        lists = LISTS if self.separator else ARRAYS
        return [
            number, self.date(self.encoding, self.layout), self.date(self.days_encoding),
            pick(FLAGS),
            self.code(), pick(DECIMALS), pick(CLOCKS), pick(NOTES), pick(lists),
            pick([*self.keys, None, "y"]), self.date(self.until_encoding), pick(DECIMALS),
            self.code()]

    def code(self):
        pick = self.random.choice
        return pick([*self.stored(pick(UUIDS)), *self.stored(pick(UUIDS)), "x", None, ""])

    def text(self):
        """A moment around now, as ISO text."""
        pick = self.random.choice
        day = self.now + datetime.timedelta(days=pick([0, 0, 0, 1, -1, 2, -6, -7, 30]))
        time = pick(TIMES)
        text = pick([day.strftime("%Y-%m-%d")] * 6 + ["2026-03-29", "2026-10-25"]) + time
        return text + pick(OFFSETS) if time else text

    def laid_out(self):
        """A moment around now in the field's layout."""
        text = self.layout
        if "[.f]" in text:
            fraction = self.random.choice(["", ".5", ".50", ".1234567", ".000001"])
            text = text.replace("[.f]", fraction)
        time = self.random.choice(["00:00:00", "02:30:00", "09:00:00", "23:59:59", "24:00:00"])
        day = self.text()[:10]
        for letters, digits in (("YYYY-MM-DD", day), ("HH:MM", time[:5]), ("SS", time[6:])):
            text = text.replace(letters, digits)
        return text.replace("ffffff", "000001").replace("fff", "250")

    def date(self, encoding, layout=None):
        """A stored value."""
        if self.random.random() < 0.2:
            return self.random.choice(NO_DATES)
        if layout and self.random.random() < 0.8:
            return self.laid_out()
        if isinstance(encoding, list):
            encoding = self.random.choice(encoding)
        return self.text() if encoding == "iso" else self.number(encoding)

    def number(self, encoding):
        """A moment around now, to half a second."""
        seconds = (self.now - datetime.datetime(1970, 1, 1)).days * 86_400
        seconds += self.random.choice([0, -1, 3600, 43_200, 86_399, 86_400, -86_400, 604_800])
        half = self.random.choice([0, 0, 0.5])
        if isinstance(encoding, dict):
            return int((seconds + half) * encoding["unix"])
        if encoding == "unix_ms":
            return int((seconds + half) * 1000)
        if encoding == "unix_us":
            return int((seconds + half) * 1_000_000)
        if encoding == "webkit":
            return int((seconds + 11_644_473_600 + half) * 1_000_000)
        seconds -= 978_307_200 if encoding == "apple" else 0
        return seconds + half if half else seconds

    def operand(self, kind):
        """A literal, mostly one that the type has."""
        pick = self.random.choice
        if kind == "instant":
            encodings = self.encoding if isinstance(self.encoding, list) else [self.encoding]
            encodings = [encoding for encoding in encodings if encoding != "iso"]
            if encodings and self.random.random() < 0.2:
                return self.number(encodings[0])
            return self.text()
        if kind == "flag":
            return pick([True, False, 0, 1, "true", "0"])
        if kind == "uuid":
            return pick(spelt(pick(UUIDS)))
        if kind == "decimal":
            return pick([0.1, 7, 12, "7", -3, 100, 12.5, 9007199254740993, "9007199254740993"])
        if kind == "time":
            return pick(["09:05", "09:05:00.500", "23:59:59.999999", "00:00"])
        if kind == "note":
            return pick(["a", "A", "á", "a ", "", 1, "1", "b"])
        return pick([7, "7", 7.0, 3, "-7", -7]) if self.numbers else pick(
            [7, "7", 7.0, "007", "x", "X", "3", -7, 1, "null"])
