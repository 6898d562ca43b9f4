from engine.diffusion.noise_schedule import T, level_matrix
from engine.tracks import Role


def test_each_role_has_its_column():
    levels = level_matrix([Role.KEEP, Role.GENERATE, Role.VARY, Role.ABSENT], steps=4, distance=0.6)
    assert levels.shape == (5, 4)
    assert levels[:, 0].tolist() == [0.0] * 5
    assert levels[:, 1].tolist() == [T, 750.0, 500.0, 250.0, 0.0]
    assert levels[[0, -1], 2].tolist() == [600.0, 0.0]
    assert levels[:, 3].tolist() == [T] * 5
