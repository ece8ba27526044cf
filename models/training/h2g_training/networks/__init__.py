"""The networks of H2G-Net (Pedersen et al. 2022, arXiv 2112.03455) in plain Keras 3, for TensorFlow and JAX alike."""

from h2g_training.networks.classifier import CLASSIFIER_BODIES, ClassifierBody, build_classifier
from h2g_training.networks.forms import REFINER_FORMS, RefinerForm
from h2g_training.networks.refiner import COUNTING_OUTPUT, REFINER_NAMES, RefinerName, build_refiner

__all__ = [
    "CLASSIFIER_BODIES",
    "COUNTING_OUTPUT",
    "REFINER_FORMS",
    "REFINER_NAMES",
    "ClassifierBody",
    "RefinerForm",
    "RefinerName",
    "build_classifier",
    "build_refiner",
]
