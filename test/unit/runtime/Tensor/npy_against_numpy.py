#!/usr/bin/python3
"""NumPy writes a .npy file, NpyRoundTrip reads it and writes another, NumPy reads that one and compares.

Usage: npy_against_numpy.py PATH/TO/NpyRoundTrip
"""
import io, itertools, pathlib, subprocess, sys, tempfile
import numpy as np

TOOL = sys.argv[1]
failures = 0


def round_trip(folder, array, dtype="", version=None):
    """The array after the way through the tool, or its diagnostic."""
    source, target = folder / "in.npy", folder / "out.npy"
    target.unlink(missing_ok=True)
    with open(source, "wb") as stream:
        np.lib.format.write_array(stream, array, version=version)
    done = subprocess.run([TOOL, source, target, dtype], capture_output=True, text=True)
    assert done.returncode in (0, 1), f"exit {done.returncode}: {done.stderr}"
    assert target.exists() == (done.returncode == 0), "a refused file must not be written"
    return np.load(target) if done.returncode == 0 else done.stderr


def expect(what, holds):
    global failures
    if not holds:
        failures += 1
        print("FAIL", what)


def same(a, b):
    return isinstance(a, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    random = np.random.default_rng(1)

    shapes = [(), (0,), (1,), (5,), (2, 3), (3, 0, 2), (2, 3, 4), (1,) * 32]
    for shape, code in itertools.product(shapes, ["<f8", "<f4", "<f2", "<i4", "|b1", ">f8", ">f4", ">f2", ">i4", "<i8", ">i8"]):
        array = (random.standard_normal(shape) * 1000).astype(code) if code != "|b1" else random.random(shape) < 0.5
        array = np.asarray(array)
        want = array.astype("<i4" if "i" in code else array.dtype.newbyteorder("<"))
        expect(f"{code} {shape}", same(round_trip(folder, array), np.ascontiguousarray(want).reshape(shape)))
        if array.ndim > 1:
            expect(f"{code} {shape} in Fortran order", same(round_trip(folder, np.asfortranarray(array)), want))

    for version in [(1, 0), (2, 0), (3, 0)]:
        array = np.arange(6, dtype="<f4").reshape(2, 3)
        expect(f"version {version}", same(round_trip(folder, array, version=version), array))

    # Rounding: all ties of float16 and the doubles beside them; NumPy rounds from double, too.
    halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
    middles = (halves[1:] + halves[:-1]) / 2
    values = np.concatenate([middles, np.nextafter(middles, 0), np.nextafter(middles, np.inf), [65519.99, 65520, 1e300, np.inf, 0.0]])
    values = np.concatenate([values, -values])
    with np.errstate(over="ignore"):
        expect("float64 to float16", same(round_trip(folder, values, "f16"), values.astype(np.float16)))
        expect("float64 to float32", same(round_trip(folder, values / 3, "f32"), (values / 3).astype(np.float32)))
    every = np.arange(65536, dtype=np.uint16).view(np.float16)
    wide = round_trip(folder, every, "f32")
    expect("float16 to float32", np.array_equal(wide, every.astype(np.float32), equal_nan=True))

    # bfloat16 is the upper half of float32: round the bits to nearest even.
    floats = random.integers(0, 2**32, 100000, dtype=np.uint32)
    floats = floats[(floats & 0x7F800000) != 0x7F800000]
    rounded = ((floats.astype(np.uint64) + 0x7FFF + ((floats >> 16) & 1)) & 0xFFFF0000).astype(np.uint32)
    expect("float32 to bfloat16", same(round_trip(folder, floats.view(np.float32), "bf16"), rounded.view(np.float32)))

    expect("objects", "never unpickled" in str(round_trip(folder, np.array([{}], dtype=object))))
    expect("strings", "expected one of" in str(round_trip(folder, np.array(["a", "b"]))))
    expect("complex", "expected one of" in str(round_trip(folder, np.zeros(2, complex))))
    expect("structured", "structured dtype" in str(round_trip(folder, np.zeros(2, [("x", "f4")]))))
    expect("beyond int32", "expected a value of int32" in str(round_trip(folder, np.array([2**31]))))

print("all round trips agree" if not failures else f"{failures} failures")
sys.exit(failures != 0)
