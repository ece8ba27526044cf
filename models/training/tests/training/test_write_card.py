"""What the model card says of a training."""

import pytest

from h2g_training.data.prepared import PreparedFolder
from h2g_training.training.run_folder import Progress
from h2g_training.training.settings import ClassifierSettings, as_json
from h2g_training.training.write_card import CardTexts, write_card


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress(epoch=43, best_epoch=23), "- classifier: 43 epochs (the weights are of epoch 23), body mobilenet_v2"),
        (Progress(epoch=5, best_epoch=0), "- classifier: 5 epochs (the weights are of what it began with), body"),
        (Progress(), "- classifier: body mobilenet_v2"),
    ],
)
def test_the_card_says_for_how_long_a_network_was_trained(
    prepared: PreparedFolder, progress: Progress, said: str
) -> None:
    settings = {"stage": "classifier", "data": prepared.digest, **as_json(ClassifierSettings())}
    texts = CardTexts(title="A bundle", data="Two slides.", intended_use="Tests.")
    card = write_card(texts, prepared, {"classifier": settings}, {"classifier": progress}, [])
    assert said in card.training
