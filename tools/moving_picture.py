"""Draw the moving picture that opens the README: the frames of chapter 1's first slider.

python tools/moving_picture.py      (writes notebooks/directions.gif)
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw

import toymodels as tm

PICTURE = Path(__file__).parent.parent / "notebooks" / "directions.gif"
WIDTH = 300  # pixels
FRAME = 350  # milliseconds
REST = 1500  # of the last frame

if __name__ == "__main__":
    explorer = tm.explore.directions()
    arrows = explorer.columns[0][0]
    frames = []
    for position in range(len(explorer.labels)):
        figure, ax = plt.subplots(figsize=(4.6, 4.6), dpi=90, layout="constrained")
        arrows.still(ax, position)
        figure.canvas.draw()
        frame = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
        plt.close(figure)
        height = round(frame.height * WIDTH / frame.width)
        frame = frame.resize((WIDTH, height))
        label = f"sparsity {explorer.labels[position]}"
        ImageDraw.Draw(frame).text((WIDTH - 8, 4), label, fill="black", anchor="ra", font_size=15)
        frames.append(frame.quantize(32))
    times = [FRAME] * (len(frames) - 1) + [REST]
    frames[0].save(PICTURE, save_all=True, append_images=frames[1:], duration=times, loop=0)
    print(f"{PICTURE.name}: {len(frames)} frames, {PICTURE.stat().st_size / 1000:.0f} kB")
