"""The chart: for each program, the time of each contender over native code's, as
a dot on a logarithmic scale. Plain SVG, without any library."""

import html
import math

from . import report

# Colours that are told apart also where one does not see them all.
COLOURS = {
    "wasmc": "#d55e00", "wasmc without intrinsics": "#e69f00", "wasmtime": "#0072b2",
    "wasm2c": "#009e73", "node": "#cc79a7", "wazero": "#7f7f7f",
}
LABELS_PX, PLOT_PX, ROW_PX, TOP_PX, MARGIN_PX = 130, 720, 19, 64, 24
TICKS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50)


def draw(results, clock):
    what = f"{clock}_s"
    names = [name for name in COLOURS if name in results["contenders"]]
    rows = rows_of(results, names, what)
    values = [value for _, _, ratios in rows for value in ratios.values()] or [1]
    scale = Scale(min(0.7, *values) * 0.95, max(2, *values) * 1.05)
    height = TOP_PX + ROW_PX * len(rows) + 2 * MARGIN_PX
    width = LABELS_PX + PLOT_PX + MARGIN_PX
    body = [*legend(names), *grid(scale, height)]
    for index, (label, is_mean, ratios) in enumerate(rows):
        body += row(label, is_mean, ratios, TOP_PX + ROW_PX * (index + 0.5), scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="#222">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


class Scale:
    def __init__(self, least, most):
        self.least, self.most = least, most

    def x(self, value):
        return LABELS_PX + PLOT_PX * math.log(value / self.least) / math.log(self.most / self.least)


def rows_of(results, names, what):
    """Label, whether it is a mean, and the ratio of each contender: each group's
    programs, the slowest of wasmc's last, and then their mean."""
    rows = []
    for group in report.groups(results):
        members = [program for program in results["programs"] if program["group"] == group]
        members.sort(key=lambda program: report.ratio(program, "wasmc", "native", what) or math.inf)
        for program in members:
            ratios = {name: report.ratio(program, name, "native", what) for name in names}
            rows.append((program["name"], False, present(ratios)))
        rows.append((f"{group}, mean", True, present({name: report.mean(members, name, "native", what)[0] for name in names})))
    return rows


def present(ratios):
    return {name: value for name, value in ratios.items() if value is not None}


def legend(names):
    yield text(MARGIN_PX, 18, "Run time over native code's (logarithmic; left is faster)", weight="bold")
    x = LABELS_PX
    for name in names:
        yield f'<circle cx="{x}" cy="36" r="5" fill="{COLOURS[name]}"/>'
        yield text(x + 9, 40, name)
        x += 30 + 7 * len(name)


def grid(scale, height):
    for tick in TICKS:
        if scale.least <= tick <= scale.most:
            x = scale.x(tick)
            colour, stroke = ("#222", 1.5) if tick == 1 else ("#ddd", 1)
            yield f'<line x1="{x:.1f}" y1="{TOP_PX}" x2="{x:.1f}" y2="{height - MARGIN_PX}" stroke="{colour}" stroke-width="{stroke}"/>'
            yield text(x, height - MARGIN_PX + 16, f"{tick:g}x", anchor="middle")


def row(label, is_mean, ratios, y, scale):
    if is_mean:
        yield f'<rect x="0" y="{y - ROW_PX / 2}" width="100%" height="{ROW_PX}" fill="#000" fill-opacity="0.05"/>'
    yield text(LABELS_PX - 10, y + 4, label, anchor="end", weight="bold" if is_mean else "normal")
    # The first of the names is drawn last, above the others.
    for name, value in reversed(ratios.items()):
        shown = f"<title>{html.escape(label)}: {html.escape(name)} {value:.2f}</title>"
        yield f'<circle cx="{scale.x(value):.1f}" cy="{y:.1f}" r="{6 if is_mean else 5}" fill="{COLOURS[name]}" fill-opacity="0.85">{shown}</circle>'


def text(x, y, content, anchor="start", weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{html.escape(content)}</text>'
