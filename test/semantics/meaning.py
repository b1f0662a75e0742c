"""What a program means, found by running its text as Python over NumPy, in float64: loops run, definitions are stored per visit.

The language is a subset of Python's syntax, so `for v in up(G)`, `W[v] = ...` and comprehensions run as they stand; this file only says what their names mean.
It shares nothing with the compiler and its interpreter. One batch element at a time; reference.over_batch runs the batch. Not here: rows (L18) and trees from data (L21).
"""
import ast, builtins, itertools, math, pathlib

import numpy as np

import reference
from command import PROGRAMS


class Unknown:
    """Zero of unknown shape: a neighbour that is absent, read before the shape of its tensor is known, or a sum over nothing."""

    __array_ufunc__ = None
    shape, ndim = (), 0
    T = property(lambda self: self)
    __add__ = __radd__ = __rsub__ = lambda self, other: other
    __sub__ = lambda self, other: other if isinstance(other, Unknown) else -other
    __mul__ = __rmul__ = __truediv__ = lambda self, other: self if isinstance(other, Unknown) else np.zeros(np.shape(other))
    __matmul__ = __rmatmul__ = lambda self, other: self
    __neg__ = __getitem__ = lambda self, *rest: self
    __array__ = lambda self, dtype=None: np.zeros((), dtype)


class Absent:
    """The parent of a root, or a child of a leaf, as an index: what is read there is zero."""


class Tree:
    def __init__(self, parents):
        self.parents, self.size = parents, len(parents)
        self.below, self.leaf = reference.children_of(parents), np.isin(np.arange(len(parents)), parents, invert=True)
        self.depth, self.height, self.slot = reference.depths(parents), reference.heights(parents), reference.slots(parents)
        self.leaf_place = np.where(self.leaf, np.cumsum(self.leaf) - 1, -1)


class Leaves:
    """`leaves(G)`: a domain, and as a dimension their number."""

    def __init__(self, tree):
        self.tree, self.size = tree, int(tree.leaf.sum())


class Tensor:
    """An array whose leading axes are indexed by what loops yield; where an axis is the leaves of a tree, by its vertices."""

    def __init__(self, array, axes=()):
        self.array, self.axes = array, axes

    def __getitem__(self, key):
        key = key if isinstance(key, tuple) else (key,)
        place, absent = [], False
        for position, index in enumerate(key):
            axis = self.axes[position] if position < len(self.axes) else None
            absent |= isinstance(index, Absent)
            if not isinstance(index, slice):
                index = 0 if isinstance(index, Absent) else int(index)
                if isinstance(axis, Leaves):
                    index = int(axis.tree.leaf_place[index])
                    absent |= index < 0
                elif index < 0 or index >= self.array.shape[position]:
                    raise IndexError(f"{index} of {self.array.shape[position]}")
            place.append(index)
        if absent:
            return np.zeros(self.array[tuple(0 if isinstance(i, int) else i for i in place)].shape)
        return self.array[tuple(place)]

    # As a whole, outside loops, it is its array.
    __array__ = lambda self, dtype=None: self.array if dtype is None else self.array.astype(dtype)
    shape = property(lambda self: self.array.shape)
    T = property(lambda self: self.array.T)


for _name in "add radd sub rsub mul rmul truediv rtruediv pow rpow matmul rmatmul lt le gt ge".split():
    setattr(Tensor, f"__{_name}__", lambda self, other, f=f"__{_name}__": getattr(self.array, f)(np.asarray(other)))
Tensor.__neg__ = lambda self: -self.array


class Store:
    """A tensor that a loop is defining: tiles by visit."""

    def __init__(self, shape):
        self.tiles, self.shape_known = {}, shape

    def __setitem__(self, key, tile):
        assert key not in self.tiles, "defined twice"
        self.tiles[key] = tile

    def __getitem__(self, key):
        key = key if isinstance(key, tuple) else (key,)
        cut = next((n for n, index in enumerate(key) if isinstance(index, slice)), len(key))
        head, rest = key[:cut], key[cut:]  # what follows a slice stays with the tile
        if builtins.any(isinstance(index, Absent) for index in head):
            return Unknown() if self.shape_known is None else np.zeros(self.shape_known)[rest]
        tile = self.tiles[head[0] if len(head) == 1 else head]
        return tile[rest] if rest else tile


def reduction(whole, each, nothing):
    """A reduction of a tile along `axis=`, or over a comprehension, elementwise."""

    def reduce(values, *more, axis=None, probe=None):
        if more:
            return {"max": np.maximum, "min": np.minimum}[whole](*map(np.asarray, (values, *more)))
        if isinstance(values, (int, tuple)):  # statics; a number is a tuple of one
            return int(np.sum(values))
        if not hasattr(values, "__next__"):
            return each(np.asarray(values, dtype=np.float64), axis)
        values = list(values)
        if not values:
            shape = shape_at_nowhere(probe)
            return nothing() if shape is None else np.full(shape, 0.0 if isinstance(nothing(), Unknown) else nothing())
        shape = np.broadcast_shapes(*(np.shape(v) for v in values))
        known = [np.broadcast_to(np.asarray(v, dtype=np.float64), shape) for v in values]
        return Unknown() if builtins.all(isinstance(v, Unknown) for v in values) else each(np.stack(known), 0)

    return reduce


def shape_at_nowhere(probe):
    """The shape of a comprehension's tile where it runs over nothing: of its value at an absent vertex, if there is one."""
    try:
        value = probe(Absent())
        return None if isinstance(value, Unknown) else np.shape(value)
    except (TypeError, ValueError, IndexError):
        return None


def logsumexp(x, axis):
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):
        return np.squeeze(np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top, axis=axis)


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x, axis=None):
    return (x - np.mean(x, axis=axis, keepdims=True)) / np.sqrt(np.var(x, axis=axis, keepdims=True) + 1e-5)


def elementwise(function):
    return lambda x: function(np.asarray(x, dtype=np.float64))


def cholesky_solve(S, b):
    return np.linalg.solve(reference.lower_symmetric(S), b)


def cosine(a, b):
    return np.sum(a * b) / ((np.linalg.norm(a) + 1e-12) * (np.linalg.norm(b) + 1e-12))


def shape_of(sizes):
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple) else sizes


FUNCTIONS = dict(
    exp=elementwise(np.exp), log=elementwise(np.log), sqrt=elementwise(np.sqrt), rsqrt=elementwise(lambda x: 1 / np.sqrt(x)), tanh=elementwise(np.tanh),
    sigmoid=elementwise(reference.sigmoid), silu=elementwise(lambda x: x * reference.sigmoid(x)), softplus=elementwise(lambda x: np.logaddexp(0, x)),
    gelu=elementwise(np.vectorize(lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2)), otypes=[float])), relu=elementwise(lambda x: np.maximum(x, 0)),
    abs=elementwise(np.abs), square=elementwise(np.square), sin=elementwise(np.sin), cos=elementwise(np.cos), where=np.where,
    sum=reduction("sum", lambda x, a: np.sum(x, axis=a), Unknown), mean=reduction("mean", lambda x, a: np.mean(x, axis=a), Unknown),
    max=reduction("max", lambda x, a: np.max(x, axis=a), lambda: -np.inf), min=reduction("min", lambda x, a: np.min(x, axis=a), lambda: np.inf),
    logsumexp=reduction("logsumexp", logsumexp, lambda: -np.inf), norm=lambda x, axis=None: np.sqrt(np.sum(np.square(x), axis=axis)),
    softmax=softmax, layer_norm=layer_norm, dot=lambda a, b: np.sum(a * b), cosine=cosine, outer=np.multiply.outer, einsum=np.einsum, reshape=np.reshape,
    concat=lambda *parts, axis=0: np.concatenate(parts[0] if isinstance(parts[0], tuple) else parts, axis=axis),
    zeros=lambda *sizes: np.zeros(shape_of(sizes)), ones=lambda *sizes: np.ones(shape_of(sizes)), eye=np.eye, cast=lambda x, kind: x,
    solve=np.linalg.solve, cholesky_solve=cholesky_solve, inv=np.linalg.inv, len=lambda values: np.atleast_1d(values).shape[0], range=range, tuple=tuple, f32=None, f64=None, f16=None, bf16=None,
    leaves=Leaves, perfect=lambda k, h: Tree(reference.perfect(k, h)), chain=lambda n: Tree(reference.chain(n)),
    from_parents=lambda p: Tree(np.asarray(p).astype(np.int64)), root=lambda tree: int(np.flatnonzero(tree.parents < 0)[-1]))


class Kernel:
    """One `def`, callable with the values of its parameters."""

    def __init__(self, definition, names):
        self.definition, self.names = definition, names

    def __call__(self, *values, shapes=None):
        shapes = self.discover(values) if shapes is None else shapes
        scope = dict(FUNCTIONS, **self.names)
        self.bind(scope, values)
        for statement in self.definition.body:
            if isinstance(statement, ast.For):
                self.loop(statement, scope, shapes)
            elif isinstance(statement, ast.Return):
                return self.results(statement.value, scope)
            elif isinstance(statement, ast.Assert):
                assert evaluated(statement.test, scope)
            else:
                execute([statement], scope)

    def discover(self, values):
        """The shapes of the tiles, from a first run in which absent neighbours have none."""
        shapes = {}
        self(*values, shapes=shapes)
        return dict(shapes)

    def bind(self, scope, values):
        for parameter, value in zip(self.definition.args.args, values):
            dimensions = dimensions_of(parameter.annotation)
            if isinstance(value, (np.ndarray, Tensor)):
                array = np.asarray(value)
                for dimension, extent in zip(dimensions, array.shape):
                    if isinstance(dimension, ast.Name) and dimension.id not in scope:
                        scope[dimension.id] = extent
                axes = tuple(scope["leaves"](scope[d.args[0].id]) if isinstance(d, ast.Call) else None for d in dimensions)
                value = Tensor(array, axes) if array.ndim else array[()]
            scope[parameter.arg] = value

    def loop(self, statement, scope, shapes):
        names = [t.value.id for t in map(target_of, statement.body) if isinstance(t, ast.Subscript)]
        stated = {t.target.value.id: tuple(extent(d, scope) for d in dimensions_of(t.annotation)) for t in statement.body
                  if isinstance(t, ast.AnnAssign) and isinstance(t.target, ast.Subscript)}
        scope.update({name: Store(stated.get(name, shapes.get(name))) for name in names})
        domain = []
        scope.update(walks(domain))
        execute([statement], scope)
        for name in names:
            tiles = scope[name].tiles
            shape = np.broadcast_shapes(*(np.shape(t) for t in tiles.values())) if tiles else shapes.get(name, ())
            shapes[name] = shape
            array = np.zeros(tuple(d.size if hasattr(d, "size") else d for d in domain) + shape)
            for key, tile in tiles.items():
                place = tuple(d.tree.leaf_place[k] if isinstance(d, Leaves) else k for d, k in zip(domain, key if isinstance(key, tuple) else (key,)))
                array[place] = 0 if isinstance(tile, Unknown) else tile
            scope[name] = Tensor(array, tuple(d if isinstance(d, Leaves) else None for d in domain))

    def results(self, value, scope):
        types = self.definition.returns.elts if isinstance(self.definition.returns, ast.Tuple) else [self.definition.returns]
        values = value.elts if isinstance(value, ast.Tuple) else [value]
        made = []
        for kind, expression in zip(types, values):
            array = evaluated(expression, scope)
            shape = tuple(extent(d, scope) for d in dimensions_of(kind))
            array = np.asarray(array, dtype=np.float64)
            made.append(Tensor(array if array.size or array.shape == shape or 0 not in shape else np.zeros(shape)))
            assert made[-1].shape == shape or 0 in shape, f"{ast.unparse(expression)} is {array.shape}, declared {shape}"
        return made[0] if len(made) == 1 else tuple(made)


def walks(domain):
    """`up`, `down`, `each` and what is known at a vertex; the axes of the loop are left in `domain`."""

    def walk(order):
        def visits(*axes):
            domain[:] = axes
            runs = [order(a) if isinstance(a, Tree) else np.flatnonzero(a.tree.leaf).tolist() if isinstance(a, Leaves) else range(a) for a in axes]
            return (visit if len(axes) > 1 else visit[0] for visit in itertools.product(*runs))

        return visits

    def tree():
        return domain[-1].tree if isinstance(domain[-1], Leaves) else domain[-1]

    def parent(v):
        return Absent() if tree().parents[v] < 0 else int(tree().parents[v])

    def fact(of):
        return lambda v: 0 if isinstance(v, Absent) else int(of(tree())[v])

    return dict(up=walk(lambda t: reference.bottom_up(t.parents)), down=walk(lambda t: reference.top_down(t.parents)), each=walk(lambda t: range(t.size)),
                children=lambda v: tree().below[v], parent=parent, is_root=fact(lambda t: t.parents < 0), is_leaf=fact(lambda t: t.leaf),
                depth=fact(lambda t: t.depth), height=fact(lambda t: t.height), slot=fact(lambda t: t.slot))


def target_of(statement):
    return statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0] if isinstance(statement, ast.Assign) else None


def dimensions_of(annotation):
    """The dimensions that a type names, without `...`."""
    if not isinstance(annotation, ast.Subscript):
        return []
    inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    return [d for d in inner if not (isinstance(d, ast.Constant) and d.value is ...)]


def extent(dimension, scope):
    value = evaluated(dimension, scope)
    return value.size if isinstance(value, (Tree, Leaves)) else int(value)


class Annotated(ast.NodeTransformer):
    """`x: float[n] = e` gives e that shape. A tree that a comprehension runs over is its vertices. A reduction of a comprehension also gets its tile as a function."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp) and isinstance(node.args[0].generators[0].target, ast.Name):
            name = node.args[0].generators[0].target.id
            argument = ast.arguments([], [ast.arg(name)], None, [], [], None, [])
            node.keywords.append(ast.keyword("probe", ast.Lambda(argument, node.args[0].elt)))
        return node

    def visit_AnnAssign(self, node):
        shape = ast.Tuple([ast.Call(ast.Name("extent_of", ast.Load()), [d], []) for d in dimensions_of(node.annotation)], ast.Load())
        value = ast.Call(ast.Name("shaped", ast.Load()), [self.visit(node.value), shape], [])
        return ast.copy_location(ast.Assign([node.target], value), node)

    def visit_comprehension(self, node):
        return ast.comprehension(node.target, ast.Call(ast.Name("domain_of", ast.Load()), [node.iter], []), [self.visit(i) for i in node.ifs], 0)


HELPERS = dict(extent_of=lambda d: d.size if hasattr(d, "size") else d, shaped=lambda value, shape: np.broadcast_to(np.asarray(value, dtype=np.float64), shape),
               domain_of=lambda d: range(d.size) if isinstance(d, Tree) else np.flatnonzero(d.tree.leaf) if isinstance(d, Leaves) else
               range(d) if isinstance(d, (int, np.integer)) else d)


def execute(statements, scope):
    scope.update(HELPERS)
    module = ast.Module([Annotated().visit(ast.parse(ast.unparse(s)).body[0]) for s in statements], [])
    with np.errstate(all="ignore"):
        exec(compile(ast.fix_missing_locations(module), "program", "exec"), scope)


def evaluated(expression, scope):
    scope.update(HELPERS)
    tree = Annotated().visit(ast.parse(ast.unparse(expression), mode="eval"))
    with np.errstate(all="ignore"):
        return eval(compile(ast.fix_missing_locations(tree), "program", "eval"), scope)


def kernels(text, folder=PROGRAMS):
    """The functions of a program by name."""
    names = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ImportFrom):
            names.update(kernels((pathlib.Path(folder) / f"{statement.module}.esp").read_text(), folder))
        else:
            names[statement.name] = Kernel(statement, names)
    return names
