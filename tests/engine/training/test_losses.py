import torch

from engine.training.losses import prediction_loss


def test_only_counted_frames_count():
    wanted = torch.zeros(1, 2, 3, 4)
    predicted = torch.full((1, 2, 3, 4), 100.0)
    predicted[:, 1, :, 2:] = 2.0
    counted = torch.zeros(1, 2, 4, dtype=torch.bool)
    counted[:, 1, 2:] = True
    assert prediction_loss(predicted, wanted, counted) == 4.0
