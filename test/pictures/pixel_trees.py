"""The spanning tree of an image and the products along its paths, from their definitions."""
import numpy as np


def random_image(height, width, seed, levels=256):
    """uint8[H, W, 3]."""
    return np.random.default_rng(seed).integers(0, levels, (height, width, 3)).astype(np.uint8)


def distance(pixels, i, j):
    flat = (pixels.astype(np.float32) / np.float32(255)).astype(np.float64).reshape(-1, 3)
    return np.sqrt(((flat[i] - flat[j]) ** 2).sum())


def spanning_tree(pixels, diagonals=False):
    """The edges (lower, higher) of the minimum spanning tree: Kruskal by (cost, lower, higher)."""
    height, width, _ = pixels.shape
    steps = [(0, 1), (1, 0)] + ([(1, 1), (1, -1)] if diagonals else [])
    edges = [(distance(pixels, y * width + x, (y + dy) * width + x + dx), y * width + x, (y + dy) * width + x + dx)
             for y in range(height) for x in range(width) for dy, dx in steps if y + dy < height and 0 <= x + dx < width]
    component = list(range(height * width))

    def find(v):
        while component[v] != v:
            v = component[v]
        return v

    chosen = []
    for _, i, j in sorted(edges):
        if find(i) != find(j):
            component[find(i)] = find(j)
            chosen.append((i, j))
    return chosen


def neighbours_of(edges, count):
    table = [[] for _ in range(count)]
    for i, j in edges:
        table[i].append(j)
        table[j].append(i)
    return table


def path_products(pixels, edges, source, contrast):
    """By walking away from the source. The weight of an edge is the same seen from both ends."""
    products = np.zeros(pixels.shape[0] * pixels.shape[1])
    products[source] = 1
    table, stack = neighbours_of(edges, len(products)), [(source, -1)]
    while stack:
        v, came_from = stack.pop()
        for w in table[v]:
            if w != came_from:
                products[w] = products[v] * np.exp(-(distance(pixels, v, w) / contrast) ** 2)
                stack.append((w, v))
    return products


def parents_of(edges, count, root):
    """i32[count], -1 at the root."""
    parents, table, stack = np.full(count, -1, np.int32), neighbours_of(edges, count), [root]
    while stack:
        v = stack.pop()
        for w in table[v]:
            if w != parents[v]:
                parents[w] = v
                stack.append(w)
    return parents
