import pytest

from h2g_training.networks import COUNTING_OUTPUT, REFINER_FORMS, REFINER_NAMES, build_refiner

FORMS = {
    "two": {"image": (None, 1024, 1024, 3), "heatmap": (None, 1024, 1024, 1)},
    "stacked": {"input": (None, 1024, 1024, 4)},
    "image": {"image": (None, 1024, 1024, 3)},
}
FULL = {"output_1": (None, 1024, 1024, 2)}
DEEP = {f"output_{level + 1}": (None, 1024 >> level, 1024 >> level, 2) for level in range(7)}
OUTPUTS = {"unet": FULL, "agu_net": DEEP, "dagu_net": DEEP, "double_unet": FULL | {"output_2": (None, 1024, 1024, 2)}}

# With batch normalisation folded into the convolutions the published U-Net has 11,554,258 weights: four numbers a
# channel become one bias, and 4,576 channels are normalised. DAGU-Net is AGU-Net and at its bottom of 256 channels:
# PAM (256 * 32 twice, 256 * 256), both scales, four 3x3 convolutions, a 1x1 one, and three batch normalisations.
PARAMETERS = {
    "unet": 11_554_258 + 3 * 4_576,
    "agu_net": 7_664_226,
    "dagu_net": 7_664_226 + (2 * 256 * 32 + 256 * 256) + 2 + 4 * 9 * 256 * 256 + 256 * 256 + 3 * 4 * 256,
    "double_unet": 16_017_908,
}
# What the heatmap's channel costs: 3x3x8 in the first convolution; with an input pyramid, in each level's own too; with
# two U-Nets, in the first of both.
HEATMAP_PARAMETERS = {
    "unet": 9 * 8,
    "agu_net": 9 * (8 + 16 + 32 + 64 + 128 + 128 + 256),
    "dagu_net": 9 * (8 + 16 + 32 + 64 + 128 + 128 + 256),
    "double_unet": 2 * 9 * 8,
}


@pytest.mark.parametrize("form", REFINER_FORMS)
@pytest.mark.parametrize("name", REFINER_NAMES)
def test_shapes_names_and_parameter_count_of_each_form(name, form):
    model = build_refiner(name, form=form)
    assert {port.name: port.shape for port in model.inputs} == FORMS[form]
    assert dict(zip(model.output_names, (port.shape for port in model.outputs), strict=True)) == OUTPUTS[name]
    assert model.count_params() == PARAMETERS[name] - (HEATMAP_PARAMETERS[name] if form == "image" else 0)
    assert COUNTING_OUTPUT[name] in model.output_names


def test_the_bottom_of_unet_is_four_pixels_wide_and_dropout_stands_in_its_decoder_alone():
    model = build_refiner("unet", form="stacked")
    kinds = [type(layer).__name__ for layer in model.layers]
    assert min(layer.output.shape[1] for layer in model.layers) == 4
    assert (kinds.count("MaxPooling2D"), kinds.count("UpSampling2D"), kinds.count("SpatialDropout2D")) == (8, 8, 16)
    assert "SpatialDropout2D" not in kinds[: kinds.index("UpSampling2D")]


def test_the_attention_matrices_of_dagu_net_are_small():
    model = build_refiner("dagu_net", form="two")
    maps = {layer.name: layer.input.shape for layer in model.layers if layer.name.endswith("_attention")}
    assert maps == {"position_attention": (None, 8, 8, 256), "channel_attention": (None, 8, 8, 256)}


def test_what_cannot_be_built_is_refused_with_the_choice():
    with pytest.raises(ValueError, match="unet, agu_net, dagu_net, double_unet"):
        build_refiner("vnet", form="two")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two, stacked, image"):
        build_refiner("unet", form="three")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="multiple of 256, not 1000"):
        build_refiner("unet", form="two", size=1000)
