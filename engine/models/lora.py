"""Low-rank branches beside the convolutions of the U-Net (LoRA, Hu et al. 2021), through peft: W x + B A x.

Only A and B are trained, starting at B = 0. The given network never changes: branches are added to a copy.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from peft.tuners.lora.layer import Conv1d as LoraConv1d
from torch import Tensor, nn

from engine.models.layers import OmniConv1d
from engine.models.unet import UNet

BRANCH = "lora_"  # in the name of each parameter of a branch


class OmniBranch(LoraConv1d):
    """peft's branch beside an `OmniConv1d`: both see the frames padded for the same mode (law 5)."""

    def __init__(self, convolution: OmniConv1d, adapter_name: str, config: LoraConfig, **kwargs: Any) -> None:
        sizes = (convolution.in_channels, convolution.out_channels, convolution.kernel_size, convolution.stride)
        unpadded = nn.Conv1d(*sizes, device="meta")  # type: ignore[arg-type]
        unpadded.weight, unpadded.bias = convolution.weight, convolution.bias
        super().__init__(unpadded, adapter_name, config=config, **kwargs)
        self._padded = convolution.padded

    def forward(self, x: Tensor, causal: bool = False) -> Tensor:  # type: ignore[override]
        return super().forward(self._padded(x, causal))


def with_branches(unet: UNet, rank: int, targets: Sequence[str]) -> UNet:
    """A copy with branches of `rank` at all layers named in `targets`; only the branches take gradients."""
    config = LoraConfig(r=rank, lora_alpha=rank, target_modules=list(targets))  # alpha = r: B A counts as it is
    config._register_custom_module({OmniConv1d: OmniBranch})
    adapted = copy.deepcopy(unet)
    inject_adapter_in_model(config, adapted)
    return adapted


def branches_of(unet: nn.Module) -> dict[str, nn.Parameter]:
    """A `[r, in, k]` and B `[out, r, 1]` of every branch, by name."""
    return {name: parameter for name, parameter in unet.named_parameters() if BRANCH in name}


def merged(unet: UNet, rank: int, targets: Sequence[str], branches: Mapping[str, Tensor]) -> UNet:
    """A copy with weights W + B A, as fast as the network itself. Raises ValueError if the branches do not fit."""
    adapted = with_branches(unet, rank, targets)
    grown = branches_of(adapted)
    if {name: value.shape for name, value in branches.items()} != {name: p.shape for name, p in grown.items()}:
        raise ValueError("the branches have other names or shapes than the network's layers")
    for name, parameter in grown.items():
        parameter.data.copy_(branches[name])
    for module in adapted.modules():
        if isinstance(module, LoraLayer):
            module.merge()  # type: ignore[operator]
    return adapted


class Branches(nn.Module):
    """A network with branches, whose state is that of the branches alone: a run trains, averages and saves those."""

    def __init__(self, unet: UNet) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, *inputs: Any) -> Tensor:
        return self.unet(*inputs)

    def state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:  # type: ignore[override]
        return {name: parameter.detach() for name, parameter in branches_of(self.unet).items()}

    def load_state_dict(self, state_dict: Mapping[str, Tensor], *args: Any, **kwargs: Any) -> Any:
        for name, parameter in branches_of(self.unet).items():
            parameter.data.copy_(state_dict[name])
