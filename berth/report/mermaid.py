"""A picture of services as a Mermaid flowchart, which GitHub draws: https://mermaid.js.org/syntax/flowchart.html"""

from __future__ import annotations

from berth.report.escape import mermaid
from berth.report.model import Node, Picture

SHAPES = {
    "service": ('["', '"]'),
    "job": ('[["', '"]]'),
    "scheduled": ('(["', '"])'),
    "managed": ('[("', '")]'),
    "ingress": ('{{"', '"}}'),
}
"""Kind -> what stands around a label. A database is a cylinder, what ends by itself has doubled sides."""

KINDS = {"job": "runs once", "scheduled": "scheduled", "managed": "managed"}
"""What is said below a name."""

CLASSES = {
    "create": "fill:#dafbe1,stroke:#1a7f37,color:#1a7f37",
    "update": "fill:#fff8c5,stroke:#9a6700,color:#633c01",
    "replace": "fill:#fff8c5,stroke:#9a6700,color:#633c01",
    "delete": "fill:#ffebe9,stroke:#cf222e,color:#cf222e,stroke-dasharray:4",
}


def diagram(picture: Picture) -> str:
    """The text between the fences, with an end of line."""
    ids = {node.name: f"n{index}" for index, node in enumerate(picture.nodes)}
    lines = ["flowchart LR"]
    for node in picture.nodes:
        before, after = SHAPES[node.kind]
        style = f":::{node.change}" if node.change else ""
        lines.append(f"  {ids[node.name]}{before}{_label(node)}{after}{style}")
    for edge in picture.edges:
        label = f"|{mermaid(edge.label)}|" if edge.label else ""
        lines.append(f"  {ids[edge.source]} -->{label} {ids[edge.target]}")
    used = {node.change for node in picture.nodes if node.change}
    lines += [f"  classDef {name} {style}" for name, style in CLASSES.items() if name in used]
    return "\n".join(lines) + "\n"


def _label(node: Node) -> str:
    changed = {"create": "new", "update": "changed", "replace": "replaced", "delete": "removed"}
    notes = [text for text in (KINDS.get(node.kind), changed.get(node.change or "")) if text]
    return mermaid(node.label) + (f"<br/>{', '.join(notes)}" if notes else "")
