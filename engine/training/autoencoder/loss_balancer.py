"""The loss balancer of EnCodec (Défossez et al. 2022, section 3.4): a weight is a share of the gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, distributed, nn

DECAY = 0.999  # of the moving average of gradient norms
MIN_NORM = 1e-12


class LossBalancer:
    """Divides the gradient of each loss at the decoder's output by a moving average of its norm."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self.norms = torch.zeros(len(self.weights), dtype=torch.float64)  # <|g_i|>, in the order of the weights
        self.updates = torch.zeros(1, dtype=torch.int64)

    def loss(self, losses: Mapping[str, Tensor], output: Tensor) -> Tensor:
        """A scalar whose gradient at `output` is sum_i (w_i / sum_j w_j) g_i / <|g_i|>; its value has no meaning.

        losses: one scalar for each weight, computed from the decoder's `output`.
        """
        gradients = [torch.autograd.grad(losses[name], output, retain_graph=True)[0] for name in self.weights]
        norms = torch.stack([gradient.norm() for gradient in gradients])
        self._update_average(mean_over_processes(norms).to(self.norms))
        shares = torch.tensor(list(self.weights.values())) / sum(self.weights.values())
        scales = (shares / self.norms.clamp_min(MIN_NORM)).tolist()
        balanced = sum((scale * gradient for scale, gradient in zip(scales, gradients, strict=True)), torch.tensor(0.0))
        return (balanced * output).sum()

    def _update_average(self, norms: Tensor) -> None:
        """A plain mean at first and an exponential mean later, so that the initial zeros do not count."""
        self.updates += 1
        decay = min(DECAY, 1 - 1 / self.updates.item())
        self.norms.lerp_(norms, 1 - decay)


def mean_over_processes(tensor: Tensor) -> Tensor:
    """Replace the tensor by its mean over all processes, in place. A single process keeps its own."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.all_reduce(tensor)
        tensor /= distributed.get_world_size()
    return tensor


def mean_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over all processes."""
    for parameter in parameters:
        if parameter.grad is not None:
            mean_over_processes(parameter.grad)
