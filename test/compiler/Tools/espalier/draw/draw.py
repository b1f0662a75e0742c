"""espalier draw against NumPy: the tree, the influence, the blocks are computed here once more, from the definitions.

    draw.py ESPALIER
"""
import itertools
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zlib

import numpy as np

TESTS = pathlib.Path(__file__).resolve().parents[4]
sys.path.insert(0, str(TESTS / "pictures"))
import png_files
from pixel_trees import parents_of, path_products, random_image, spanning_tree

TOOL = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"


def run(*arguments):
    return subprocess.run([TOOL, "draw", *map(str, arguments)], capture_output=True, text=True, timeout=120)


def draw(*arguments):
    done = run(*arguments)
    assert done.returncode == 0, (arguments, done.stderr)
    return arguments[-1]


def picture(*arguments):
    return png_files.read(draw(*arguments))


def svg(*arguments):
    return xml.parse(draw(*arguments)).getroot()


def texts(root):
    return [element.text for element in root.iter(SVG + "text")]


# --- Tests ------------------------------------------------------------------------------------------------------------

def test_influence_is_the_path_product():
    for height, width, seed, levels in [(1, 1, 0, 256), (1, 9, 1, 256), (7, 1, 2, 256), (11, 13, 3, 256), (12, 9, 4, 3)]:
        pixels = random_image(height, width, seed, levels)
        png_files.write("image.png", pixels)
        for diagonals in (False, True):
            edges = spanning_tree(pixels, diagonals)
            row, column = height // 2, width // 3
            numbers = np.load(draw("influence", "image.png", f"--pixel={row},{column}", "--contrast=0.7",
                                   f"--neighbours={8 if diagonals else 4}", "-o", "numbers.npy"))
            expected = path_products(pixels, edges, row * width + column, 0.7).reshape(height, width)
            assert numbers.dtype == np.float64 and numbers.shape == (height, width)
            np.testing.assert_allclose(numbers, expected, rtol=1e-10, atol=0)


def test_influence_through_a_tree_and_weights_of_ones_own():
    pixels = random_image(6, 5, 11)
    png_files.write("image.png", pixels)
    parents = parents_of(spanning_tree(pixels), 30, 17)
    weights = np.random.default_rng(2).uniform(-1, 1, (6, 5)).astype(np.float32)
    np.save("parents.npy", parents)
    np.save("weights.npy", weights)
    numbers = np.load(draw("influence", "image.png", "--pixel=2,3", "--tree=parents.npy", "--weights=weights.npy", "-o", "numbers.npy"))

    def up(v):  # v and all above it
        return [v] + (up(parents[v]) if parents[v] >= 0 else [])

    for v in range(30):
        mine, others = up(2 * 5 + 3), up(v)
        path = set(mine) ^ set(others)  # without the lowest common ancestor: each vertex names the edge above it
        expected = np.prod([float(weights.flat[w]) for w in path]) if path else 1.0
        np.testing.assert_allclose(numbers.flat[v], expected, rtol=1e-10)


def test_influence_as_colours():
    pixels = random_image(9, 8, 5, 30)
    png_files.write("image.png", pixels)
    options = ["influence", "image.png", "--pixel=4,4", "--contrast=0.2"]
    numbers = np.load(draw(*options, "-o", "numbers.npy")).ravel()
    coloured = picture(*options, "--plain", "--cell=3", "--opacity=1", "-o", "heat.png")
    assert coloured.shape == (27, 24, 3)
    cells = coloured.reshape(9, 3, 8, 3, 3)
    assert (cells == cells[:, :1, :, :1]).all()  # sharp pixels
    brightness = (cells[:, 0, :, 0] @ np.array([0.2126, 0.7152, 0.0722])).ravel()
    order = np.argsort(np.maximum(numbers, 1e-3))
    assert (np.diff(brightness[order]) >= -0.8).all()  # more influence is brighter
    assert brightness.argmax() == 4 * 8 + 4
    assert len(set(np.round(brightness))) > 8
    hidden = picture(*options, "--plain", "--cell=1", "--opacity=0", "-o", "grey.png").astype(float)
    assert np.abs(hidden - hidden.mean(2, keepdims=True)).max() < 1  # the image in grey
    assert np.abs(hidden[..., 0] - pixels @ np.array([0.2126, 0.7152, 0.0722])).max() < 1


def test_tree_over_image_shows_exactly_its_edges():
    for seed, levels, diagonals in [(6, 256, False), (7, 3, False), (8, 256, True)]:
        pixels = random_image(10, 7, seed, levels) // 2
        png_files.write("image.png", pixels)
        edges = set(spanning_tree(pixels, diagonals))
        shown = picture("tree", "image.png", "--plain", "--cell=16", f"--neighbours={8 if diagonals else 4}", "--colour=depth", "-o", "tree.png")
        assert shown.shape == (160, 112, 3)
        for y, x in itertools.product(range(10), range(7)):
            for dy, dx in [(0, 1), (1, 0)]:
                if y + dy < 10 and x + dx < 7:
                    v, w = y * 7 + x, (y + dy) * 7 + x + dx
                    middle = shown[16 * y + 8 + 8 * dy, 16 * x + 8 + 8 * dx]
                    # The ground is the image at less than half its brightness, which is at most half already.
                    assert (middle.max() > 90) == ((v, w) in edges), (seed, v, w, middle)


def test_tree_as_svg():
    pixels = random_image(10, 7, 9)
    png_files.write("a<b & 'c\".png", pixels)
    for colour in ["weight", "depth", "level", "path"]:
        root = svg("tree", "a<b & 'c\".png", f"--colour={colour}", "--root=center", "-o", "tree.svg")
        assert root.tag == SVG + "svg"
        assert any("a<b & 'c\".png, 7 x 10 pixels" in text for text in texts(root)), texts(root)
        assert len(list(root.iter(SVG + "image"))) == (1 if colour == "path" else 2)  # the ground, the colour bar
        plain = svg("tree", "a<b & 'c\".png", f"--colour={colour}", "--plain", "--cell=5", "-o", "tree.svg")
        assert (plain.get("width"), plain.get("height")) == ("35", "50")
        assert sum(path.get("d").count("M") for path in plain.iter(SVG + "path")) == 69
        assert not texts(plain)


def test_edges_are_coloured_by_depth():
    pixels = np.zeros((1, 6, 3), np.uint8)
    png_files.write("image.png", pixels)
    row = picture("tree", "image.png", "--plain", "--cell=20", "-o", "tree.png")[10].astype(float)
    edges = [row[20 * i + 20] for i in range(5)]  # from the root at the left on
    brightness = [edge @ np.array([0.2126, 0.7152, 0.0722]) for edge in edges]
    assert brightness == sorted(brightness) and brightness[4] - brightness[0] > 80
    right = picture("tree", "image.png", "--plain", "--cell=20", "--root=0,5", "-o", "tree.png")[10].astype(float)
    np.testing.assert_array_equal(right[20], row[100])


def test_a_tree_of_ones_own_over_an_image():
    png_files.write("image.png", np.zeros((2, 3, 3), np.uint8))
    np.save("forest.npy", np.array([-1, 0, -1, 4, 1, 2], np.int32))
    shown = picture("tree", "image.png", "--tree=forest.npy", "--plain", "--cell=16", "-o", "tree.png")
    assert shown[8, 16].max() > 90 and shown[8, 32].max() < 20  # 0-1, but not 1-2
    assert shown[16, 24].max() > 90 and shown[24, 16].max() > 90 and shown[16, 40].max() > 90  # 1-4, 3-4, 2-5
    assert shown[24, 32].max() < 20


def test_diagrams():
    root = svg("tree", "perfect:2,3", "--colour=level", "-o", "tree.svg")
    assert {str(v) for v in range(15)} <= set(texts(root))
    assert sum(path.get("d").count("M") for path in root.iter(SVG + "path") if float(path.get("stroke-width")) > 1) >= 14
    tops = {text.text: float(text.get("y")) for text in root.iter(SVG + "text")}
    assert tops["14"] < tops["13"] == tops["12"] < tops["5"] == tops["7"]
    svg("tree", "chain:1", "-o", "tree.svg")
    svg("tree", "chain:5000", "-o", "tree.svg")
    picture("tree", "perfect:3,9", "-o", "tree.png")
    np.save("parents.npy", np.array([1, -1, 1, 2], np.int32))
    np.save("weights.npy", np.array([0.5, 0, 0.25, 1], np.float32))
    svg("tree", "parents.npy", "--weights=weights.npy", "--colour=weight", "-o", "tree.svg")
    np.save("parents.npy", np.array([[1, -1, 1, 2]], np.int32))  # a batch of one
    svg("tree", "parents.npy", "-o", "tree.svg")


def test_levels():
    root = svg("levels", "perfect:3,4", "-o", "levels.svg")
    assert any("level widths: 121 vertices, 5 levels" in text for text in texts(root)), texts(root)
    assert not any("weights" in text for text in texts(root))
    png_files.write("image.png", random_image(12, 12, 1))
    root = svg("levels", "image.png", "-o", "levels.svg")
    assert any("edge weights: 143 edges" in text for text in texts(root))
    bars = [r for r in root.iter(SVG + "rect") if r.get("fill") not in ("#ffffff",)]
    assert len(bars) > 3
    assert picture("levels", "image.png", "-o", "levels.png").shape == (44 + 2 * 330 + 8, 760, 3)
    svg("levels", "chain:100000", "-o", "levels.svg")
    assert os.path.getsize("levels.svg") < 2_000_000  # a line is not finer than the pixels


def test_blocks():
    for positions, ranks in [(1, [3]), (8, [4, 2, 1]), (13, [1, 2, 3]), (64, [8, 4, 2, 2]), (7, [5, 0, 1, 1, 1]), (640, [1, 1])]:
        levels = len(ranks)
        finest = max(1, -(-positions // 2 ** (levels - 1)))
        shared = np.zeros((positions, positions), int)
        for level in range(levels):
            block = np.arange(positions) // (finest * 2 ** (levels - 1 - level))
            shared += block[:, None] == block[None, :]
        lengths = np.concatenate([[0], np.cumsum(ranks)])[shared]
        shown = picture("blocks", f"--positions={positions}", f"--levels={levels}", "--ranks=" + ",".join(map(str, ranks)), "--plain", "-o", "b.png")
        cell = shown.shape[0] // positions
        colours = shown[cell // 2::cell, cell // 2::cell].astype(int) @ np.array([65536, 256, 1])
        pairs = set(zip(lengths.ravel().tolist(), colours.ravel().tolist()))
        assert len(pairs) == len({length for length, _ in pairs}) == len({colour for _, colour in pairs}), (positions, ranks, pairs)
        rows = texts(svg("blocks", f"--positions={positions}", "--ranks=" + ",".join(map(str, ranks)), "-o", "b.svg"))
        deepest = [(shared == level).sum() / positions ** 2 for level in range(1, levels + 1)]
        assert [f"{100 * share:.3g} %" for share in deepest] == [text for text in rows if text.endswith(" %")], rows
    causal = picture("blocks", "--positions=4", "--ranks=2,1", "--causal", "--plain", "-o", "b.png")
    step = causal.shape[0] // 4
    assert (causal[step // 2, 2 * step] == causal[step // 2, 3 * step + step // 2]).all()
    assert (causal[step // 2, step + step // 2] == causal[step // 2, 3 * step]).all()  # both above the diagonal
    svg("blocks", "--positions=1000000000000", "--ranks=" + ",".join(["1"] * 62), "-o", "b.svg")


def test_bad_input():
    png_files.write("image.png", random_image(4, 5, 0))
    bytes_of_image = open("image.png", "rb").read()
    open("broken.png", "wb").write(bytes_of_image[:60])
    open("text.png", "w").write("no picture")
    huge = bytearray(bytes_of_image)
    huge[16:24] = (60000).to_bytes(4, "big") * 2
    huge[29:33] = zlib.crc32(bytes(huge[12:29])).to_bytes(4, "big")
    open("huge.png", "wb").write(huge)
    np.save("short.npy", np.array([-1, 0, 1], np.int32))
    np.save("cycle.npy", np.array([1, 0] + [0] * 18, np.int32))
    np.save("batch.npy", np.tile(np.array([-1, 0], np.int32), (3, 1)))
    np.save("float.npy", np.zeros(20))
    np.save("three.npy", np.zeros(3))
    os.mkdir("folder")
    out = ["-o", "out.svg"]
    cases = [
        (["tree", "absent.png", *out], "absent.png"),
        (["tree", "folder", *out], "folder"),
        (["tree", "broken.png", *out], "broken.png"),
        (["tree", "text.png", *out], "not a PNG image"),
        (["tree", "huge.png", *out], "60000 x 60000"),
        (["tree", "image.png", "-o", "out.gif"], ".png or .svg"),
        (["tree", "image.png", "-o", "out"], ".png or .svg"),
        (["tree", "image.png", "-o", ""], "png"),
        (["tree", "image.png", "-o", "none/out.png"], "there is no folder none"),
        (["tree", "image.png", "-o", "folder/a/out.png"], "there is no folder"),
        (["tree", "image.png"], "-o is required"),
        (["tree", *out], "input is required"),
        (["tree", "image.png", "--colour=hue", *out], "expected weight, depth, level or path"),
        (["tree", "image.png", "--root=4,0", *out], "rows 0 to 3 and columns 0 to 4"),
        (["tree", "image.png", "--root=middle", *out], "expected ROW,COLUMN"),
        (["tree", "image.png", "--cell=0", *out], "--cell"),
        (["tree", "image.png", "--cell=16384", *out], "too large"),
        (["tree", "image.png", "--contrast=0", *out], "--contrast"),
        (["tree", "image.png", "--contrast=nan", *out], "--contrast: expected a number from"),
        (["tree", "image.png", "--neighbours=6", *out], "--neighbours"),
        (["tree", "image.png", "--tree=short.npy", *out], "has 3 vertices, and the image 5 x 4 = 20 pixels"),
        (["tree", "image.png", "--tree=perfect:2,3", *out], "does not fit the image"),
        (["tree", "image.png", "--tree=cycle.npy", *out], "cycle.npy: vertex"),
        (["tree", "image.png", "--tree=batch.npy", *out], "batch of 3 trees"),
        (["tree", "image.png", "--tree=float.npy", *out], "i32"),
        (["tree", "image.png", "--weights=three.npy", *out], "one weight per vertex, 20"),
        (["tree", "image.png", "--weights=absent.npy", *out], "absent.npy"),
        (["tree", "perfect:2,3", "--tree=short.npy", *out], "is a tree itself"),
        (["tree", "perfect:2,3", "--colour=weight", *out], "--weights"),
        (["tree", "perfect:2,29", *out], "more than 16777216 vertices"),
        (["tree", "perfect:1000000,1000000", *out], "more than 16777216 vertices"),
        (["tree", "perfect:2", *out], "expected perfect:ARITY,HEIGHT"),
        (["tree", "perfect:0,3", *out], "arity"),
        (["tree", "chain:99999999999", *out], "more than 16777216 vertices"),
        (["tree", "chain:0", *out], "without vertices"),
        (["tree", "chain:262145", *out], "at most 262144 are drawn as a diagram"),
        (["tree", "chain:-1", *out], ""),
        (["levels", "chain:0", *out], "without vertices"),
        (["influence", "image.png", *out], "--pixel is required"),
        (["influence", "image.png", "--pixel=0,5", *out], "rows 0 to 3 and columns 0 to 4"),
        (["influence", "image.png", "--pixel=-1,0", *out], "outside the image"),
        (["influence", "image.png", "--pixel=3", *out], "expected ROW,COLUMN, got `3`"),
        (["influence", "perfect:2,3", "--pixel=0,0", *out], "is no image"),
        (["influence", "image.png", "--pixel=0,0", "--least=2", *out], "--least"),
        (["influence", "image.png", "--pixel=0,0", "--opacity=nan", *out], "--opacity: expected a number from 0 to 1, got `nan`"),
        (["influence", "image.png", "--pixel=0,0", "-o", "none/x.npy"], "there is no folder none"),
        (["blocks", "--positions=8", "--levels=3", "--ranks=1,2", *out], "3 levels need as many ranks, got 2"),
        (["blocks", "--positions=0", "--ranks=1", *out], "0 positions"),
        (["blocks", "--positions=9999999999999999", "--ranks=1", *out], "positions: expected 1 to"),
        (["blocks", "--positions=8", "--ranks=1,x", *out], "expected a rank for each level"),
        (["blocks", "--positions=8", "--ranks=", *out], "--ranks needs a value after the `=`"),
        (["blocks", "--positions=8", "--ranks=1,-2", *out], "a rank of -2"),
        (["blocks", "--positions=8", "--ranks=9999999999", *out], "a rank of 9999999999"),
        (["blocks", "--positions=8", "--ranks=" + ",".join(["1"] * 63), *out], "63 levels: expected 1 to 62"),
        (["blocks", "--ranks=1", *out], "--positions is required"),
        (["treee", "image.png", *out], "did you mean `tree`"),
        ([], "subcommand"),
    ]
    if os.geteuid() != 0:
        os.mkdir("closed", 0o500)
        cases.append((["tree", "image.png", "-o", "closed/out.png"], "no permission"))
    before = sorted(os.listdir("."))
    for arguments, message in cases:
        done = run(*arguments)
        assert done.returncode == 1, (arguments, done)
        assert message in done.stderr and done.stderr.startswith("espalier: error: "), (arguments, done.stderr)
        assert sorted(os.listdir(".")) == before, (arguments, os.listdir("."))


def test_what_stood_there_stays():
    png_files.write("image.png", random_image(4, 5, 0))
    open("out.png", "w").write("kept")
    assert run("tree", "image.png", "--root=9,9", "-o", "out.png").returncode == 1
    assert open("out.png").read() == "kept"
    draw("tree", "image.png", "-o", "out.png")
    assert png_files.read("out.png").shape[2] == 3
    assert not [name for name in os.listdir(".") if name.endswith(".part")]
    first = open("out.png", "rb").read()
    draw("tree", "image.png", "-o", "out.png")
    assert open("out.png", "rb").read() == first  # the same every time


def test_examples_of_the_readme():
    png_files.write("picture.png", random_image(64, 64, 3))
    lines = (TESTS.parent / "README.md").read_text().splitlines()
    commands = [shlex.split(line)[2:] for line in lines if line.startswith("    build/bin/espalier draw ")]
    assert len(commands) >= 4, "the README shows what draw does"
    for command in commands:
        draw(*command)
        assert os.path.getsize(command[command.index("-o") + 1]) > 100


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    failed = 0
    for name, test in tests:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                test()
            except Exception as problem:  # all tests are run, then the status tells
                failed += 1
                print(f"FAILED {name}: {type(problem).__name__}: {problem}")
            os.chdir("/")
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
