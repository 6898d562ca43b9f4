"""Two processes that learn from different clips take the same step, and what they log is the mean of both."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import distributed, multiprocessing, nn

from engine.training.autoencoder.loss_balancer import mean_gradients, mean_over_processes


def work(rank: int, meeting_point: str, out: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{meeting_point}", rank=rank, world_size=2)
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(1))
    ((1 + 2 * rank) * used).sum().backward()  # gradients 1 and 3
    mean_gradients([used, unused])
    assert used.grad is not None
    assert unused.grad is None
    norm = mean_over_processes(torch.tensor(float(rank)))
    torch.save((used.grad, norm), Path(out) / f"{rank}.pt")
    distributed.destroy_process_group()


def test_two_processes_have_the_mean_of_their_gradients(tmp_path: Path) -> None:
    multiprocessing.spawn(work, (str(tmp_path / "meeting"), str(tmp_path)), nprocs=2)
    for rank in range(2):
        gradient, norm = torch.load(tmp_path / f"{rank}.pt")
        assert gradient.tolist() == [2.0, 2.0]
        assert norm.item() == 0.5


def test_a_process_on_its_own_keeps_its_gradient() -> None:
    parameter = nn.Parameter(torch.ones(2))
    (3 * parameter).sum().backward()
    mean_gradients([parameter])
    assert parameter.grad is not None
    assert parameter.grad.tolist() == [3.0, 3.0]
