"""MODEL_CARD.md: what a bundle is, in words, for whoever means to use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ModelCard:
    """What a person must know of a bundle. Texts are Markdown; `metrics` has one row a thing that was measured (a
    slide, a
    method), each with the same columns."""

    title: str
    intended_use: str
    data: str
    split: str
    training: str
    limits: str
    metrics: Mapping[str, Mapping[str, float | str]] = field(default_factory=dict)
    metrics_note: str = ""

    def __post_init__(self) -> None:
        for name in ("title", "intended_use", "data", "split", "training", "limits"):
            if not getattr(self, name).strip():
                raise ValueError(f"a model card without {name.replace('_', ' ')} says too little: pass {name}")
        columns = {tuple(row) for row in self.metrics.values()}
        if len(columns) > 1:
            raise ValueError("every row of a model card's metrics must have the same columns")

    def to_markdown(self) -> str:
        """The file's whole text."""
        sections = {
            "Intended use": self.intended_use,
            "Data": self.data,
            "Split": self.split,
            "Training": self.training,
            "Metrics": self._metrics() or "None were measured.",
            "Limits": self.limits,
        }
        parts = [f"# {self.title}", *(f"## {name}\n\n{text.strip()}" for name, text in sections.items())]
        return "\n\n".join(parts) + "\n"

    def _metrics(self) -> str:
        if not self.metrics:
            return self.metrics_note
        columns = list(next(iter(self.metrics.values())))
        rows = [["", *columns], ["---", *("---:" for _ in columns)]]
        rows += [[_shown(name), *(_shown(row[column]) for column in columns)] for name, row in self.metrics.items()]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
        return f"{table}\n\n{self.metrics_note}"


def _shown(value: float | str) -> str:
    text = value if isinstance(value, str) else f"{value:.3f}"
    return text.replace("|", "\\|")
