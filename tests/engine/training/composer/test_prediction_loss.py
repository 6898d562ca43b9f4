import torch

from engine.training.composer.objective import prediction_loss


def test_only_counted_frames_count():
    wanted = torch.zeros(1, 2, 3, 4)
    predicted = torch.full((1, 2, 3, 4), 100.0)
    predicted[:, 1, :, 2:] = 2.0
    counted = torch.zeros(1, 2, 4, dtype=torch.bool)
    counted[:, 1, 2:] = True
    assert prediction_loss(predicted, wanted, counted, torch.ones(predicted.shape[2])) == 4.0


def test_an_error_weighs_as_its_channel():
    wanted, counted = torch.zeros(1, 1, 2, 3), torch.ones(1, 1, 3, dtype=torch.bool)
    predicted = torch.stack([torch.full((3,), 2.0), torch.full((3,), 4.0)])[None, None]
    assert prediction_loss(predicted, wanted, counted, torch.tensor([1.5, 0.5])) == (1.5 * 4 + 0.5 * 16) / 2
