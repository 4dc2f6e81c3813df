"""One figure of the table: what was measured, and what it is held against."""

import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    row: str
    what: str
    floor: float
    reach: float
    values: list  # one for each pair, or run
    raw: str  # the numbers behind it
    unit: str = ""
    less_is_better: bool = False
    worst_counts: bool = False  # instead of the median

    @property
    def measured(self):
        if self.worst_counts:
            return max(self.values) if self.less_is_better else min(self.values)
        return statistics.median(self.values)

    @property
    def mark(self):
        sign = -1 if self.less_is_better else 1
        if sign * self.measured >= sign * self.reach:
            return "pass"
        return "floor" if sign * self.measured >= sign * self.floor else "short"

    def cells(self):
        spread = f"{self.text(min(self.values))}–{self.text(max(self.values))}" if len(self.values) > 1 else ""
        measured = self.text(self.measured) + (" worst" if self.worst_counts and len(self.values) > 1 else "")
        return [self.row, self.what, self.text(self.floor), self.text(self.reach), measured, spread, self.mark]

    def text(self, value):
        number = f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
        return f"{number} {self.unit}".rstrip()

    def as_json(self):
        return {**dataclasses.asdict(self), "measured": self.measured, "mark": self.mark}


def side_by_side(pairs, first, second):
    """ABAB…: what slows the machine down for a while meets both. Two lists of what they return."""
    measured = [(first(), second()) for _ in range(pairs)]
    return [a for a, _ in measured], [b for _, b in measured]


def ratios(ours, others):
    return [a / b for a, b in zip(ours, others)]


def listed(values, form="{:,.0f}"):
    return " ".join(form.format(value) for value in values)


HEAD = ["row", "what", "floor", "reach", "measured", "spread", "mark"]


def table(figures):
    """The table as text, the raw numbers under each line."""
    lines = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    shown = [text[0], "-" * (sum(widths) + 2 * (len(widths) - 1))]
    for line, figure in zip(text[1:], figures):
        shown += [line, f"    {figure.raw}"]
    return "\n".join(shown)
