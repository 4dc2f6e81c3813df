"""Prometheus' text format 0.0.4, read strictly: whatever a scraper might stumble over is an AssertionError."""

import dataclasses
import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\[\\n])+)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram)")


@dataclasses.dataclass
class Family:
    name: str
    type: str
    samples: dict  # (suffix, ((label, value), …)) → number


def _number(text):
    assert re.fullmatch(r"[+-]?Inf|NaN|[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text), f"no number: {text}"
    return float(text)


def _labels(text, line):
    if text is None:
        return ()
    found = LABEL.findall(text)
    assert ",".join(f'{name}="{value}"' for name, value in found) == text, f"labels: {line}"
    assert len({name for name, _ in found}) == len(found), f"a label twice: {line}"
    return tuple(sorted(found))


def _check_histogram(family):
    buckets = [(dict(labels)["le"], value) for (suffix, labels), value in family.samples.items() if suffix == "_bucket"]
    bounds = [_number(bound) for bound, _ in buckets]
    counts = [count for _, count in buckets]
    assert bounds == sorted(set(bounds)) and bounds[-1] == math.inf, f"{family.name}: {bounds}"
    assert counts == sorted(counts), f"{family.name}: {counts}"
    assert family.samples["_count", ()] == counts[-1]
    assert ("_sum", ()) in family.samples


def parse(text):
    """Families by name."""
    assert text.endswith("\n") and "\r" not in text and "\n\n" not in text
    families = {}
    family, helped = None, None
    for line in text.splitlines():
        if line.startswith("# HELP"):
            helped = HELP.fullmatch(line)
            assert helped, line
            continue
        if line.startswith("#"):
            found = TYPE.fullmatch(line)
            assert found and helped and helped[1] == found[1], line
            assert found[1] not in families, f"a family twice: {line}"
            family = families[found[1]] = Family(found[1], found[2], {})
            assert (family.type == "counter") == family.name.endswith("_total"), line
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        assert family and found[1].startswith(family.name), f"outside of its family: {line}"
        suffix = found[1][len(family.name):]
        assert suffix in (("_bucket", "_sum", "_count") if family.type == "histogram" else ("",)), line
        key = suffix, _labels(found[2], line)
        assert key not in family.samples, f"a sample twice: {line}"
        family.samples[key] = _number(found[3])
        if family.type != "gauge" and suffix != "_sum":
            assert family.samples[key] >= 0 and family.samples[key].is_integer(), line
    for family in families.values():
        if family.type == "histogram":
            _check_histogram(family)
    return families


class Metrics:
    def __init__(self, text):
        self.text = text
        self.families = parse(text)

    def value(self, name, suffix="", **labels):
        return self.families[name].samples.get((suffix, tuple(sorted(labels.items()))))

    def sum(self, name, **labels):
        """Over all samples that have these labels."""
        return sum(value for (_, found), value in self.families[name].samples.items()
                   if labels.items() <= dict(found).items())
