"""What tables of figures are made of: medians with their spread, the ratio of each run, aims."""

import math
import statistics


def table(headings, rows):
    """In Markdown. All rows have as many cells as there are headings."""
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def median(values):
    return statistics.median(values)


def quantile(values, part):
    """The least value that so large a part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def spread(values, form, unit=""):
    """The median, and the least and the most in brackets."""
    return f"{median(values):{form}}{unit} ({min(values):{form}}–{max(values):{form}})"


def ratio_cells(ratios):
    """The median with the spread, and the ratio of each run."""
    return [spread(ratios, ".2f"), " ".join(f"{ratio:.2f}" for ratio in ratios)]


def aim(text, met):
    return f"{text}: {'met' if met else 'missed'}"
