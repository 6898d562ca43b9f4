"""The loss balancer of EnCodec (Défossez et al. 2022, section 3.4): a weight is a loss's share of the gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, distributed, nn

DECAY = 0.999
SMALLEST_NORM = 1e-12


class LossBalancer:
    """Rescales the gradient of each loss with respect to the decoder's output by an average of its norm."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self.norms = torch.zeros(len(self.weights), dtype=torch.float64)  # <|g_i|>, in the order of the weights
        self.updates = torch.zeros(1, dtype=torch.int64)

    def loss(self, losses: Mapping[str, Tensor], output: Tensor) -> Tensor:
        """A scalar with the gradient sum_i (w_i / sum_j w_j) g_i / <|g_i|> by the output; its value means nothing.

        losses: one scalar for each weight, computed from `output`, the decoder's.
        """
        gradients = [torch.autograd.grad(losses[name], output, retain_graph=True)[0] for name in self.weights]
        norms = torch.stack([gradient.norm() for gradient in gradients])
        self._average(mean_over_processes(norms).to(self.norms))
        shares = torch.tensor(list(self.weights.values())) / sum(self.weights.values())
        scales = (shares / self.norms.clamp_min(SMALLEST_NORM)).tolist()
        balanced = sum((scale * gradient for scale, gradient in zip(scales, gradients, strict=True)), torch.tensor(0.0))
        return (balanced * output).sum()

    def _average(self, norms: Tensor) -> None:
        """The plain mean of the norms at first, an exponential one later: the zeros at the start leave no trace."""
        self.updates += 1
        decay = min(DECAY, 1 - 1 / self.updates.item())
        self.norms.lerp_(norms, 1 - decay)


def mean_over_processes(tensor: Tensor) -> Tensor:
    """The mean of every process's tensor, written in place; a process on its own has its own."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.all_reduce(tensor)
        tensor /= distributed.get_world_size()
    return tensor


def mean_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over the processes."""
    for parameter in parameters:
        if parameter.grad is not None:
            mean_over_processes(parameter.grad)
