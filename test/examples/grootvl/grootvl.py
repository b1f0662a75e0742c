"""The GrootVL example against NumPy: its image is K x / K 1 with the explicit path products K of the pixels' spanning tree.

    grootvl.py ESPALIER_GROOTVL
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "pictures"))
import png_files
from pixel_trees import path_products, random_image, spanning_tree

TOOL = sys.argv[1]


def run(*arguments):
    return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=300)


def check_filter(height, width, seed, contrast):
    pixels = random_image(height, width, seed)
    png_files.write("image.png", pixels)
    done = run("image.png", f"--contrast={contrast}", "--repeat=1", "--pixel=0,0")
    assert done.returncode == 0, done.stderr
    edges, count = spanning_tree(pixels), height * width
    kernel = np.array([path_products(pixels, edges, v, contrast) for v in range(count)])
    expected = kernel @ (pixels.reshape(count, 3) / 255) / kernel.sum(1, keepdims=True)
    found = png_files.read("image-filtered.png").reshape(count, 3)
    worst = np.abs(found - 255 * expected).max()
    assert worst < 0.51, worst  # rounded to a byte
    assert np.abs(255 * expected - pixels.reshape(count, 3)).max() > 5 or count == 1  # it does filter
    for name in ["tree", "affinity"]:
        shape = png_files.read(f"image-{name}.png").shape
        assert shape[0] >= 24 * height and shape[1] >= 24 * width, shape
    difference = float(done.stdout.split("at most")[1])
    assert difference < 1e-5, done.stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for height, width, seed, contrast in [(1, 1, 0, 0.5), (1, 8, 1, 0.5), (13, 11, 2, 0.4), (16, 16, 3, 1.5)]:
            check_filter(height, width, seed, contrast)
        for name in os.listdir("."):
            os.remove(name)
        assert run("--repeat=1").returncode == 0  # draws its own image
        names = [f"espalier-grootvl{ending}.png" for ending in ["", "-affinity", "-filtered", "-tree"]]
        assert sorted(os.listdir(".")) == sorted(names), os.listdir(".")
        for arguments, message in [(["absent.png"], "absent.png"), ([names[0], "--pixel=256,0"], "outside the image"),
                                   ([names[0], "--program=absent.esp"], "absent.esp")]:
            done = run(*arguments)
            assert done.returncode == 1 and message in done.stderr, (arguments, done)
        os.chdir("/")
    print("passed")


main()
