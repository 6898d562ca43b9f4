"""The balancer's law: each loss has the share of the gradient that was asked for, whatever its scale."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.training.autoencoder.loss_balancer import LossBalancer

LEFT, RIGHT = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 0.01])  # gradients of the two losses, at right angles


def balanced_gradient(balancer: LossBalancer, scale: float = 1.0) -> Tensor:
    output = torch.zeros(2, requires_grad=True)
    losses = {"left": (LEFT * output).sum(), "right": scale * (RIGHT * output).sum()}
    balancer.loss(losses, output).backward()
    assert output.grad is not None
    return output.grad


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e-4])
def test_each_loss_has_its_share_whatever_its_scale(scale: float) -> None:
    gradient = balanced_gradient(LossBalancer({"left": 1.0, "right": 3.0}), scale)
    torch.testing.assert_close(gradient, torch.tensor([0.25, 0.75]))


def test_the_norms_are_averaged_so_that_a_step_may_stand_out() -> None:
    balancer = LossBalancer({"left": 1.0, "right": 1.0})
    for _ in range(3):
        balanced_gradient(balancer)
    gradient = balanced_gradient(balancer, scale=9.0)  # the average of 1, 1, 1, 9 is 3
    torch.testing.assert_close(gradient, torch.tensor([0.5, 0.5 * 9 / 3]))


def test_the_gradient_reaches_what_made_the_output() -> None:
    weight = torch.ones(2, requires_grad=True)
    output = 2 * weight
    LossBalancer({"only": 1.0}).loss({"only": output.square().sum()}, output).backward()
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, 2 * torch.full((2,), 0.5**0.5))


def test_a_loss_that_has_no_gradient_yet_harms_nothing() -> None:
    balancer = LossBalancer({"left": 1.0, "right": 1.0})
    torch.testing.assert_close(balanced_gradient(balancer, scale=0.0), torch.tensor([0.5, 0.0]))
