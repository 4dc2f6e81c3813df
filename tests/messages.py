#!/usr/bin/env python3
"""Checks the catalogue of messages against the sources of the programs: each code that a program speaks of is there,
and each that is there is spoken of. Prints each offence as file:line and exits with 1.

  messages.py [FOLDER]   checks the project in FOLDER (default: the one this file is in)
"""
import json
import re
import sys
from pathlib import Path

from layers import literals

CATALOG = "static/src/locales/service/en.json"
CODE = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
# Codes that may be stored, and are read as others.
MERGED = re.compile(r"merged_codes\[\] = \{(.*?)\};", re.DOTALL)
# What a code is put together from.
PREFIX = re.compile(r"[a-z]+(\.[a-z0-9_]+)+\.")


def flat(node, path=""):
    for name, value in node.items():
        if isinstance(value, dict):
            yield path + name  # a group may be named as well: its members are used by whatever uses the group
            yield from flat(value, f"{path}{name}.")
        else:
            yield path + name


def check_project(root):
    catalog = json.loads((root / CATALOG).read_text(encoding="utf-8"))
    codes = set(flat(catalog))
    spoken = set()
    offences = []
    for file in sorted(f for top in ("fcgi-app", "scheduler") for f in (root / top).rglob("*.[ch]pp")):
        source = file.read_text(encoding="utf-8")
        merged = {text for table in MERGED.findall(source) for text in re.findall(r'\{"([^"]+)",', table)}
        for line, text in literals(source):
            if text.split(".")[0] not in catalog or text.endswith(".hpp"):
                continue
            if PREFIX.fullmatch(text):
                spoken.add(text[:-1])
            if not CODE.fullmatch(text) or text in merged:
                continue
            spoken.add(text)
            if text not in codes:
                offences.append(f"{file.relative_to(root)}:{line}: {text} is not in {CATALOG}")

    def is_spoken_of(code):
        parts = code.split(".")
        return any(".".join(parts[: count + 1]) in spoken for count in range(1, len(parts)))

    leaves = [code for code in codes if not any(other.startswith(code + ".") for other in codes)]
    offences += [f"{CATALOG}:1: nothing says {code}" for code in sorted(leaves) if not is_spoken_of(code)]
    return len(leaves), offences


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    count, offences = check_project(root)
    print("\n".join(offences + [f"{count} messages, {len(offences)} offences"]))
    return 1 if offences or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
