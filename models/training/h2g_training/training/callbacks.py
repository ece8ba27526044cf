"""What happens between steps and epochs: the clock, the record, the line on stdout."""

import time
from collections.abc import Callable

import keras

from h2g_training.training.run_folder import RunFolder
from h2g_training.training.settings import Limits

# Steps between looks at the clock. Each look waits for the device, so that it never falls far behind.
STEPS_A_LOOK = 8
# Share of the budget kept for the last validation and for saving.
RESERVE = 0.03


class Clock(keras.callbacks.Callback):
    """Ends training in mid-epoch when the minutes are over; what was learnt until then is validated and kept."""

    def __init__(self, minutes: float, started: float) -> None:
        super().__init__()
        self._ends = started + minutes * 60 * (1 - RESERVE) if minutes else float("inf")

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if batch % STEPS_A_LOOK == 0 and logs:
            float(logs["loss"])
        if time.monotonic() > self._ends:
            self.model.stop_training = True


class Recorder(keras.callbacks.Callback):
    """Stores every epoch, says one line on it, and stops when the validation loss no longer falls."""

    def __init__(
        self, folder: RunFolder, network: keras.Model, limits: Limits, images: int, tell: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._folder, self._network, self._limits, self._images, self._tell = folder, network, limits, images, tell
        self._began = 0.0
        self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._began, self._steps = time.monotonic(), 0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._steps += 1

    def on_test_begin(self, logs: dict | None = None) -> None:
        self._trained = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        seconds = time.monotonic() - self._began
        rate = self._steps * self._images / max(1e-9, self._trained - self._began)
        row = {"epoch": epoch + 1, "seconds": round(seconds, 2), **{key: float(value) for key, value in logs.items()}}
        progress = self._folder.progress
        progress.seconds += seconds
        improved = self._folder.record(self._network, self.model, row)
        measures = " ".join(f"{key} {value:.4f}" for key, value in row.items() if key not in ("epoch", "seconds"))
        self._tell(f"epoch {epoch + 1}: {measures} ({seconds:.1f} s, {rate:.0f} images/s){' best' if improved else ''}")
        if progress.epoch - progress.best_epoch >= self._limits.patience:
            self.model.stop_training = True
