"""Random well-formed kernels: sweeps in every direction, reads of every kind, the tile algebra; compiled and interpreted against the same text run as Python.

Usage: random_programs.py ESPALIER [--only TEXT] [--more] [--jobs N]. A failing case prints its program. The last line is 'N passed, M failed'.
"""
import ast, random, sys

import meaning, operations
from command import Case, Failure, arguments, run_cases

UNARY = ["tanh({})", "sigmoid({})", "sin({})", "cos({})", "abs({})", "relu({})", "silu({})", "gelu({})", "softplus({})", "square(tanh({}))", "exp(-abs({}))", "sqrt(1 + square({}))", "log(2 + abs({}))",
         "rsqrt(1 + square({}))", "(-{})", "{} ** 2", "(0.5 * {})", "({} / 3)", "(1 - {})"]
BINARY = ["({} + {})", "({} - {})", "({} * {})", "({} / (1 + abs({})))", "max({}, {})", "min({}, {})", "where({} < {}, 0.5, 1)"]
FACTS = ["depth({})", "height({})", "where(is_leaf({}), 1, 2)", "where(is_root({}), 1, 0.5)"]


class Writer:
    """Writes one kernel from a seed; a tensor is (name, tile's dimensions, whether it has the axis of heads)."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.sizes = {name: self.dice.choice([1, 2, 3, 4, 5, 8, 9]) for name in ("d", "e", "k", "heads")}
        self.tree, self.kind = self.dice.choice([("tree:9", "tree"), ("forest:11,3", "forest"), ("chain:7", "chain"), ("perfect:2,2", "tree"), ("perfect:3,1", "tree"), ("star:6", "forest"),
                                                 ("one", "tree"), ("perfect:1,3", "forest"), ("chain:1", "chain"), ("caterpillar:4", "tree")])
        self.batch = self.dice.choice([(), (), (2,), (1,), (2, 2)])
        self.inputs = [(f"x{n}", shape, self.dice.random() < 0.3) for n, shape in enumerate([("d",), ("d", "e"), (), self.shape()])]
        self.shared = [(f"p{n}", shape, False) for n, shape in enumerate([("d", "d"), self.shape()])]

    def shape(self):
        return self.dice.choice([(), ("d",), ("e",), ("k",), ("d", "d"), ("d", "e"), ("k", "d"), ("e", "e")])

    def number(self):
        return f"{self.dice.choice([0.25, 0.5, 1, 2, 3, 0.1])}"

    def read(self, shape, place, tensors):
        """A tensor of this shape at a place, or None."""
        fitting = [t for t in tensors if t[1] == shape and (self.headed or not t[2])]
        if not fitting:
            return None
        name, _, headed = self.dice.choice(fitting)
        return f"{name}[h, {place}]" if headed else f"{name}[{place}]"

    def leaf(self, shape, vertex):
        """What stands at the end of an expression, seen from `vertex`: v itself, or c below it."""
        options = [self.read(shape, vertex, self.known + (self.own_below if vertex == "c" else self.own_here))]
        if vertex == "v":
            options.append(self.read(shape, "parent(v)", self.known + self.own_above))
        else:
            options.append(self.read(shape, "v", self.known + self.own_here))
        options += [name for name, of, _ in self.shared if of == shape] + [name for name, of in self.locals if of == shape]
        options = [o for o in options if o]
        if not options or self.dice.random() < 0.1:
            fact = self.dice.choice(FACTS + ["{}"] * 0).format(vertex) if self.dice.random() < 0.4 else self.number()
            return fact if not shape else f"({fact} * ones(({', '.join(shape)},)))"
        return self.dice.choice(options)

    def expression(self, shape, depth, vertex="v"):
        dice, more = self.dice, lambda s=shape: self.expression(s, depth - 1, vertex)
        if depth <= 0 or dice.random() < 0.12:
            return self.leaf(shape, vertex)
        forms = [lambda: dice.choice(UNARY).format(f"({more()})"), lambda: dice.choice(BINARY).format(more(), more()), lambda: dice.choice(BINARY).format(more(), more())]
        if shape:  # a number is stretched
            forms.append(lambda: f"({more(())} * {more()})")
        if vertex == "v":
            forms += [lambda: self.children(shape, depth)] * 2
        if len(shape) == 0:
            a = self.shape() or ("d",)
            reduce = dice.choice(["(sum({}) / 4)", "mean({})", "max({})", "min({})", "norm({})", "logsumexp({})"])
            forms += [lambda: reduce.format(more(a)), lambda: f"dot({more(a)}, {more(a)})", lambda: f"cosine({more(a)}, 1 + {more(a)})"]
        if len(shape) == 1:
            n, m = shape[0], dice.choice("dek")
            forms += [lambda: f"(({more((n, m))}) @ ({more((m,))}) / {m})", lambda: f"(({more((m,))}) @ ({more((m, n))}) / {m})", lambda: f"sum({more((n, m))}, axis=1)", lambda: f"mean({more((m, n))}, axis=0)",
                      lambda: f"softmax({more()})", lambda: f"max({more((m, n))}, axis=0)", lambda: f"logsumexp({more((n, m))}, axis=1)",
                      lambda: f"solve(4 * eye({n}) + tanh({more((n, n))}) / {n}, {more()})", lambda: f'(einsum("ij,j->i", {more((n, m))}, {more((m,))}) / {m})']
        if len(shape) == 2:
            n, m = shape
            k = dice.choice("dek")
            forms += [lambda: f"outer({more((n,))}, {more((m,))})", lambda: f"(({more((n, k))}) @ ({more((k, m))}) / {k})", lambda: f"({more((m, n))}).T", lambda: f"reshape({more((m, n))}, ({n}, {m}))",
                      lambda: f"({more()} + {more((m,))})", lambda: f"({more()} * reshape({more((n,))}, ({n}, 1)))", lambda: f"softmax({more()}, axis=0)", lambda: f"(({more((k, n))}).T @ ({more((k, m))}) / {k})",
                      lambda: f"solve(4 * eye({n}) + tanh({more((n, n))}) / {n}, {more()})", lambda: f"cholesky_solve(4 * eye({n}) + tanh({more((n, n))}) / {n}, {more()})"]
        return dice.choice(forms)()

    def children(self, shape, depth):
        condition = self.dice.choice(["", "", "", " if is_leaf(c)", " if slot(c) < 2", " if not is_leaf(c) or slot(c) == 0"])
        inner = self.expression(shape, depth - 2, "c")
        return self.dice.choice([f"(0.3 * sum({inner} for c in children(v){condition}))", f"mean({inner} for c in children(v){condition})",
                                 f"max(-1, max({inner} for c in children(v){condition}))", f"max(-2, logsumexp({inner} for c in children(v){condition}))"])

    def kernel(self):
        dice, lines, self.known, results = self.dice, [], tuple(self.inputs), []
        for sweep in range(dice.randint(1, 3)):
            direction = dice.choice(["up", "down", "each"])
            self.headed = dice.random() < 0.35
            lines.append(f"    for {'h, v' if self.headed else 'v'} in {direction}({'heads, ' if self.headed else ''}G):")
            defined = tuple((f"y{sweep}{n}", self.shape(), self.headed) for n in range(dice.randint(1, 3)))
            self.own_below, self.own_above = defined if direction == "up" else (), defined if direction == "down" else ()
            self.own_here, self.locals = (), []
            for name, shape, _ in defined:
                if dice.random() < 0.4:
                    of = self.shape()
                    text = self.expression(of, 2)
                    lines.append(f"        t{name}{f': float[{chr(44).join(of)}]' if of else ': float'} = {text}")
                    self.locals.append((f"t{name}", of))
                stated = f": float[{', '.join(shape)}]" if shape else ": float"
                lines.append(f"        {name}[{'h, v' if self.headed else 'v'}]{stated} = {self.expression(shape, dice.randint(2, 4))}")
                self.own_here += ((name, shape, self.headed),)
            self.known += defined
            results += defined
        returned = dice.sample(results, min(len(results), dice.randint(1, 3)))
        rows = lambda shape, headed: ", ".join(["..."] + (["heads"] if headed else []) + ["G", *shape])
        # A dimension is bound by the tensor that carries it.
        parameters = [f"G: {self.kind}"] + [f"{n}: float[{rows(s, h)}]" for n, s, h in self.inputs]
        parameters += [f"{n}: float[{', '.join(s)}]" if s else f"{n}: float" for n, s, _ in self.shared] + ["all: float[heads, d, e, k]"]
        # Every result depends on an input with batch axes.
        types = ", ".join(f"float[{rows(s, h)}]" for _, s, h in returned)
        head = f"def f({', '.join(parameters)}) -> {types if len(returned) == 1 else f'({types})'}:"
        text = "\n".join([head, *lines, "    return " + ", ".join(n for n, _, _ in returned)]) + "\n"
        return text.replace("- -", "- (-1) * ")


def batched(text):
    """The same kernel with `...` only on the results that depend on it: each definition that reads what carries it."""
    definition = ast.parse(text).body[0]
    carried = {p.arg for p in definition.args.args if "..." in ast.unparse(p.annotation)}
    while True:
        more = {ast.unparse(t.target).split("[")[0] for loop in definition.body if isinstance(loop, ast.For) for t in loop.body
                if carried & {n.id for n in ast.walk(t.value) if isinstance(n, ast.Name)}}
        if more <= carried:
            break
        carried |= more
    types = definition.returns.elts if isinstance(definition.returns, ast.Tuple) else [definition.returns]
    names = [ast.unparse(e) for e in (definition.body[-1].value.elts if isinstance(definition.body[-1].value, ast.Tuple) else [definition.body[-1].value])]
    stated = [ast.unparse(t) if n in carried else ast.unparse(t).replace("..., ", "").replace("...,", "") for n, t in zip(names, types)]
    head = text.splitlines()[0].rsplit("->", 1)[0]
    return head + f"-> {stated[0] if len(stated) == 1 else '(' + ', '.join(stated) + ')'}:\n" + "\n".join(text.splitlines()[1:]) + "\n"


def check(tool, *, seed, kind, target):
    writer = Writer(seed)
    text = batched(writer.kernel())
    given = {"G": writer.tree, **{n: 0.7 for n, s, _ in writer.shared if not s}}
    try:
        return operations.check(tool, text=text, kernel="f", sizes=writer.sizes, batch=writer.batch, given=given, kind=kind, target=target, tolerance=1e-9 if kind == "f64" else 2e-3, seed=seed)
    except Failure as failure:
        raise Failure(f"{failure}\n    sizes {writer.sizes}, batch {writer.batch}, G = {writer.tree}\n" + "".join(f"    {line}\n" for line in text.splitlines())) from None


if __name__ == "__main__":
    chosen = arguments(__doc__)
    ways = [("f64", "cpu"), ("f64", "interp"), ("f32", "cpu")]
    sys.exit(run_cases([Case(f"program {seed} {kind} {target}", check, dict(seed=seed, kind=kind, target=target))
                        for seed in range(1000 if chosen.more else 80) for kind, target in ways], chosen))
