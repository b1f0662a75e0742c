"""What others offer for the work of our kernels: NumPy level by level, SciPy's sparse solver and spanning tree, numba.

Each function takes arrays and returns what one run calls. Everything that does not depend on the numbers (levels, the
order of vertices, the pattern of a matrix, compilation) is done beforehand.
"""
import numba
import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
import scipy.sparse.linalg

DTYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32}


def array(described):
    memory, dtype, shape = described
    return np.frombuffer(memory, DTYPES[dtype]).reshape(shape)


def prepare(function, arguments):
    return globals()[function](**{name: array(value) for name, value in arguments.items()})


def difference(result, ours):
    ours = array(ours)
    return float(np.max(np.abs(np.asarray(result, np.float64).reshape(ours.shape) - ours)) / max(np.max(np.abs(ours)), 1e-30))


# ---- Trees ---------------------------------------------------------------


def topological(parents):
    """Vertices, parents before children."""
    children = [[] for _ in parents]
    order = []
    for v, p in enumerate(parents):
        (children[p] if p >= 0 else order).append(v)
    for v in order:
        order.extend(children[v])
    return np.array(order, np.int32)


def binary_levels(count):
    """Slices of the levels of a perfect binary tree, leaves first."""
    levels, start, size = [], 0, (count + 1) // 2
    while size:
        levels.append(slice(start, start + size))
        start, size = start + size, size // 2
    return levels


# ---- Tree solves: T x = u on a perfect binary tree ---------------------------


def myo_numpy(A, B, C, u):
    """Batched over the vertices of a level."""
    M, V, n, m = u.shape
    levels = binary_levels(V)

    def run():
        W, z, x = np.empty_like(B), np.empty_like(u), np.empty_like(u)
        for depth, level in enumerate(levels):
            S, right = A[:, level], u[:, level]
            if depth:
                below = levels[depth - 1]
                pairs = (M, -1, 2)
                S = S - (C[:, below] @ W[:, below]).reshape(*pairs, n, n).sum(2)
                right = right - (C[:, below] @ z[:, below]).reshape(*pairs, n, m).sum(2)
            both = np.linalg.solve(S, np.concatenate([B[:, level], right], -1))
            W[:, level], z[:, level] = both[..., :n], both[..., n:]
        for depth in range(len(levels) - 1, -1, -1):
            level = levels[depth]
            x[:, level] = z[:, level]
            if depth + 1 < len(levels):
                x[:, level] -= W[:, level] @ np.repeat(x[:, levels[depth + 1]], 2, 1)
        return x

    return run


def myo_splu(A, B, C, u):
    """One sparse matrix in the natural order of elimination; one element of the batch."""
    _, V, n, m = u.shape
    leaves = (V + 1) // 2
    block_rows, block_columns, blocks = [], [], []
    for v in range(V):
        entries = [(v, v, A[0, v])]
        if v != V - 1:
            parent = leaves + v // 2
            entries += [(v, parent, B[0, v]), (parent, v, C[0, v])]
        for row, column, block in entries:
            block_rows.append(row), block_columns.append(column), blocks.append(block)
    inner = np.arange(n)
    rows = (np.array(block_rows)[:, None, None] * n + inner[None, :, None] + 0 * inner[None, None, :]).ravel()
    columns = (np.array(block_columns)[:, None, None] * n + inner[None, None, :] + 0 * inner[None, :, None]).ravel()
    matrix = scipy.sparse.csc_matrix((np.stack(blocks).astype(np.float64).ravel(), (rows, columns)))
    right = u[0].reshape(V * n, m).astype(np.float64)
    return lambda: scipy.sparse.linalg.splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=0.1).solve(right)


# ---- Scans ----------------------------------------------------------------


@numba.njit(fastmath=True)
def gated_scan_loop(a, b, h):
    for k in range(b.shape[1]):
        h[0, k] = b[0, k]
    for t in range(1, b.shape[0]):
        for k in range(b.shape[1]):
            h[t, k] = a[t, k] * h[t - 1, k] + b[t, k]


def gated_scan_numba(a, b):
    h = np.empty_like(b)
    gated_scan_loop(a, b, h)
    return lambda: (gated_scan_loop(a, b, h), h)[1]


@numba.njit(fastmath=True)
def selective_scan_loop(delta, A, B, C, x, skip, state, y):
    state[:] = 0
    for t in range(x.shape[0]):
        for d in range(x.shape[1]):
            total = np.float32(0)
            step = delta[t, d]
            drive = step * x[t, d]
            for s in range(A.shape[1]):
                state[d, s] = np.exp(step * A[d, s]) * state[d, s] + drive * B[t, s]
                total += state[d, s] * C[t, s]
            y[t, d] = total + skip[d] * x[t, d]


def selective_scan_numba(delta, A, B, C, x, skip):
    state, y = np.zeros_like(A), np.empty_like(x)
    selective_scan_loop(delta, A, B, C, x, skip, state, y)
    return lambda: (selective_scan_loop(delta, A, B, C, x, skip, state, y), y)[1]


@numba.njit(fastmath=True)
def tree_scan_loop(order, parents, u, a, xi, h):
    xi[:] = u
    for i in range(len(order) - 1, 0, -1):
        v, p = order[i], parents[order[i]]
        for k in range(u.shape[1]):
            xi[p, k] += a[v, k] * xi[v, k]
    h[order[0]] = xi[order[0]]
    for i in range(1, len(order)):
        v, p = order[i], parents[order[i]]
        for k in range(u.shape[1]):
            h[v, k] = (1 - a[v, k] * a[v, k]) * xi[v, k] + a[v, k] * h[p, k]


def tree_scan_numba(parents, u, a):
    order, xi, h = topological(parents), np.empty_like(u), np.empty_like(u)
    tree_scan_loop(order, parents, u, a, xi, h)
    return lambda: (tree_scan_loop(order, parents, u, a, xi, h), h)[1]


# ---- Spanning trees ---------------------------------------------------------


def grid_edges(height, width):
    pixel = np.arange(height * width).reshape(height, width)
    lower = np.concatenate([pixel[:, :-1].ravel(), pixel[:-1].ravel()])
    higher = np.concatenate([pixel[:, 1:].ravel(), pixel[1:].ravel()])
    order = np.lexsort((higher, lower))
    return lower[order], higher[order]


def spanning_tree_scipy(costs, sizes):
    """Parents and an order; the weights are given in the order of the edges."""
    lower, higher = grid_edges(*sizes)
    count = int(sizes[0] * sizes[1])
    matrix = scipy.sparse.csr_matrix((costs, (lower, higher)), shape=(count, count))

    def run():
        tree = scipy.sparse.csgraph.minimum_spanning_tree(matrix)
        order, parents = scipy.sparse.csgraph.breadth_first_order(tree, 0, directed=False)
        return order

    return run


def groot_scan_numpy_scipy(x, u, a):
    """exp(-cosine) on the edges with NumPy, the tree with SciPy, the scan with numba: a batch of images one by one."""
    batch, height, width, d = x.shape
    lower, higher = grid_edges(height, width)
    count = height * width
    h, xi = np.empty_like(u), np.empty((count, d), u.dtype)

    def one(image):
        flat = x[image].reshape(count, d)
        norms = np.linalg.norm(flat, axis=1) + 1e-12
        cosine = np.einsum("ed,ed->e", flat[lower], flat[higher]) / (norms[lower] * norms[higher])
        matrix = scipy.sparse.csr_matrix((np.exp(-cosine), (lower, higher)), shape=(count, count))
        tree = scipy.sparse.csgraph.minimum_spanning_tree(matrix)
        order, parents = scipy.sparse.csgraph.breadth_first_order(tree, 0, directed=False)
        tree_scan_loop(order, parents, u[image].reshape(count, d), a[image].reshape(count, d), xi, h[image].reshape(count, d))

    def run():
        for image in range(batch):
            one(image)
        return h

    run()
    return run
