"""Curves of a run as a picture."""

from pathlib import Path


def draw_curves(history: list[dict[str, float]], path: Path) -> None:
    """One panel for each measure, training and validation in it, over epochs."""
    # Here, since it takes a second to import and is needed once.
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    measures = [key for key in history[0] if f"val_{key}" in history[0]]
    figure, axes = pyplot.subplots(1, len(measures), figsize=(5 * len(measures), 4), squeeze=False)
    epochs = [row["epoch"] for row in history]
    for axis, measure in zip(axes[0], measures, strict=True):
        axis.plot(epochs, [row[measure] for row in history], label="training")
        axis.plot(epochs, [row[f"val_{measure}"] for row in history], label="validation")
        axis.set(xlabel="epoch", ylabel=measure.replace("_", " "))
        axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    pyplot.close(figure)
