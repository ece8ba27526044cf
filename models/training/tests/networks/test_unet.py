import pytest

from h2g_training.networks import build_refiner

# With batch normalisation folded into the convolutions the published network has 11,554,258 weights: four numbers a
# channel become one bias, and 4,576 channels are normalised (two blocks' worth of 8 16 32 64 128 128 256 256 going
# down, 512 at the bottom, the same going up).
PARAMETERS = 11_554_258 + 3 * 4_576


@pytest.mark.parametrize(
    ("form", "inputs", "parameters"),
    [
        ("two", {"image": (None, 1024, 1024, 3), "heatmap": (None, 1024, 1024, 1)}, PARAMETERS),
        ("stacked", {"input": (None, 1024, 1024, 4)}, PARAMETERS),
        ("image", {"image": (None, 1024, 1024, 3)}, PARAMETERS - 3 * 3 * 8),
    ],
)
def test_shapes_names_and_parameter_count_of_each_form(form, inputs, parameters):
    model = build_refiner("unet", form=form)
    assert {port.name: port.shape for port in model.inputs} == inputs
    assert (model.output_names, model.output_shape) == (["output_1"], (None, 1024, 1024, 2))
    assert model.count_params() == parameters


def test_the_bottom_is_four_pixels_wide_and_dropout_stands_in_the_decoder_alone():
    model = build_refiner("unet", form="stacked")
    kinds = [type(layer).__name__ for layer in model.layers]
    assert min(layer.output.shape[1] for layer in model.layers) == 4
    assert (kinds.count("MaxPooling2D"), kinds.count("UpSampling2D"), kinds.count("SpatialDropout2D")) == (8, 8, 16)
    assert "SpatialDropout2D" not in kinds[: kinds.index("UpSampling2D")]
