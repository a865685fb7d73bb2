"""Lists of exceptions that the tools keep, such as faults that change no answer."""


def explanations(path):
    """Reads a list: keys at the start of lines, and below them, indented, their reason."""
    known, keys = {}, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.strip() or line.startswith("#"):
                continue
            if line[0].isspace():
                for key in keys:
                    known[key] = (known.get(key, "") + " " + line.strip()).strip()
            else:
                if keys and keys[-1] in known:
                    keys = []
                keys.append(line.strip())
    return known
