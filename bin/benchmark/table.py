"""Medians, ratios, and the one table that a run prints."""

import dataclasses
import statistics


@dataclasses.dataclass
class Line:
    """One figure: what was measured, beside what, and what is asked for."""

    name: str
    value: float
    unit: str = "ms"
    base: str = ""  # the name of what it is compared with
    ratio: float | None = None
    target: float | None = None  # the highest ratio, or value where nothing is compared
    note: str = ""

    @property
    def reached(self):
        """Say whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.target


def ratio(values, bases):
    """The median of the ratios of each round: both of a round were taken under the same load."""
    return statistics.median(value / base for value, base in zip(values, bases, strict=True))


def text(lines):
    """The table."""
    rows = [("what", "measured", "ratio", "target", "", "")]
    for line in lines:
        rows.append((line.name, measured(line), times(line), wanted(line), verdict(line), line.note))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(_row(row, widths) for row in rows)


def _row(cells, widths):
    """One row, figures to the right."""
    padded = [
        cell.rjust(width) if column in (1, 2, 3) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def measured(line):
    """The figure with its unit; CPU time to the hundredth."""
    return f"{line.value:.2f} {line.unit}" if line.unit in ("CPU-ms",) else f"{line.value:.0f} {line.unit}"


def times(line):
    """How many times its base."""
    return "" if line.ratio is None else f"{line.ratio:.2f} x {line.base}"


def wanted(line):
    """What is asked for."""
    if line.target is None:
        return ""
    return f"<= {line.target:g}" if line.ratio is not None else f"<= {line.target:g} {line.unit}"


def verdict(line):
    """ok, over, or nothing."""
    return {True: "ok", False: "over", None: ""}[line.reached]
