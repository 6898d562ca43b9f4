"""The local engine of Composer: one latent diffusion model over aligned tracks (JEN-1 Composer). See README.md."""

from engine.runtime.threads import share_cores

share_cores()  # before any module loads torch
