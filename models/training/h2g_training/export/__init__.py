"""From a trained network to what H2G-Flow runs: ONNX files and the bundle folder around them."""

from h2g_training.export.bundle import BundleName, write_bundle
from h2g_training.export.bundle_stages import DetectionStage, RefinementStage
from h2g_training.export.model_card import ModelCard
from h2g_training.export.onnx_file import export_onnx

__all__ = ["BundleName", "DetectionStage", "ModelCard", "RefinementStage", "export_onnx", "write_bundle"]
