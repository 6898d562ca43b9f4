import numpy as np
import pytest
import torch

from engine.diffusion.context import Context, LatentCrossfade, known_frames, random_continuation, random_inpainting
from engine.tracks import Role

ROLES = [Role.KEEP, Role.GENERATE, Role.VARY, Role.ABSENT]


def test_without_a_region_only_kept_tracks_are_known():
    known = known_frames(ROLES, 10)
    assert known.all(dim=1).tolist() == [True, False, False, False]
    assert known.any(dim=1).tolist() == [True, False, False, False]


def test_with_a_region_targets_are_known_outside_of_it():
    known = known_frames(ROLES, 10, region=(3, 7))
    outside = [True] * 3 + [False] * 4 + [True] * 3
    assert known.tolist() == [[True] * 10, outside, outside, [False] * 10]


def test_channels_are_masked_latents_and_the_mask():
    latents = torch.randn(1, 4, 8, 10)
    known = known_frames(ROLES, 10, region=(3, 7))[None]
    channels = Context.of(latents, known).channels
    assert channels.shape == (1, 4, 9, 10)
    assert torch.equal(channels[:, :, 8], known.float())
    assert torch.equal(channels[0, 1, :8, :3], latents[0, 1, :, :3])
    assert not channels[0, 1, :8, 3:7].any()
    assert not channels[0, 3].any()


def test_imposing_replaces_what_is_known_and_nothing_else():
    latents, predicted = torch.randn(2, 1, 4, 8, 10)
    known = known_frames(ROLES, 10, region=(3, 7))[None]
    imposed = Context.of(latents, known).impose(predicted)
    mask = known[:, :, None].expand_as(latents)
    assert torch.equal(imposed[mask], latents[mask])
    assert torch.equal(imposed[~mask], predicted[~mask])


@pytest.mark.parametrize("draw", [random_inpainting, random_continuation])
def test_20_to_80_percent_are_unknown_in_one_span(draw):
    shares = []
    for seed in range(200):
        known = draw(100, np.random.default_rng(seed))
        assert known.int().diff().abs().sum() <= 2, "one span"
        shares.append(1 - known.float().mean().item())
    assert 0.19 < min(shares) < 0.25
    assert 0.75 < max(shares) < 0.81


def test_continuation_hides_the_right_part():
    for seed in range(50):
        known = random_continuation(100, np.random.default_rng(seed)).int()
        assert known[0] == 1
        assert known[-1] == 0
        assert (known.diff() <= 0).all()


def test_what_gives_way_keeps_its_share_of_every_frame():
    old, new = torch.ones(1, 2, 3, 4), torch.zeros(1, 2, 3, 4)
    share = torch.tensor([1.0, 0.75, 0.25, 0.0])
    assert torch.equal(LatentCrossfade(old, share).impose(new), share.expand(1, 2, 3, 4))
