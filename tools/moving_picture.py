"""Draw the moving picture that opens the README: the frames of chapter 1's first slider.

python tools/moving_picture.py      (writes notebooks/directions.gif)
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

import toymodels as tm

PICTURE = Path(__file__).parent.parent / "notebooks" / "directions.gif"
SIZE = 3.6, 3.8  # inches
FRAME = 350  # milliseconds
REST = 1500  # of the last frame
ROUNDS = 3  # then it stops: who reads must not be disturbed for ever

if __name__ == "__main__":
    explorer = tm.explore.directions()
    arrows = explorer.columns[0][0]
    kept = tm.n_represented(arrows.numbers["W"].mT).tolist()
    frames = []
    for position, label in enumerate(explorer.labels):
        figure, ax = plt.subplots(figsize=SIZE, dpi=100, layout="constrained")
        arrows.still(ax, position)
        ax.set_title(
            f"S = {label}: {kept[position]} of 5 kept", loc="left"
        )  # above, where nothing is
        figure.canvas.draw()
        frame = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
        plt.close(figure)
        frames.append(frame.quantize(32))
    times = [FRAME] * (len(frames) - 1) + [REST]
    repeats = ROUNDS - 1  # browsers show it once, and then repeat it so many times
    frames[0].save(PICTURE, save_all=True, append_images=frames[1:], duration=times, loop=repeats)
    print(f"{PICTURE.name}: {len(frames)} frames, {PICTURE.stat().st_size / 1000:.0f} kB")
