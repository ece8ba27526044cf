"""How fast batch normalisation forgets, one number for all networks.

Keras remembers 99 % of the running statistics a step, its MobileNetV2 even 99.9 %: after the few hundred steps of a
short training the statistics that inference uses would still be those of the random start, and a network that trains
well would predict nonsense. 0.9 is what PyTorch uses. H2G-Net itself used batch renormalisation, which Keras 3 no
longer has and which matters for tiny batches.
"""

BATCH_NORM_MOMENTUM = 0.9
