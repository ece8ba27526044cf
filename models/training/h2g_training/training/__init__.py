"""Training from a prepared folder: neither slides nor OpenSlide nor TensorFlow are needed here."""
