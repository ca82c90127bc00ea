"""Small changes to a module's syntax tree, one at a time: what a good test suite notices.

Left out: docstrings, annotations, patterns (raw texts, and what `re` is called with), and choices
of words for the type checker (`Literal`).
"""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_SKIPPED_FIELDS = {"annotation", "returns", "decorator_list", "format_spec"}


class Mutant(NamedTuple):
    """A changed module. `name` says where and what, and stays the same when lines move."""

    name: str
    line: int
    code: Any


class _Change(NamedTuple):
    """Something that may stand in a field of a node (or at a place of a list in it) instead."""

    owner: ast.AST
    field: str
    place: int | None
    new: Any
    where: str
    shown: ast.AST
    """The part of the source that a reader is shown."""


def mutants_of(source: str, path: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its source."""
    tree = ast.parse(source)
    names: Counter[str] = Counter()
    for change in list(_Finder(source).changes(tree)):
        before = ast.unparse(change.shown)
        slot = getattr(change.owner, change.field)
        old = slot if change.place is None else slot[change.place]
        _put(change, change.new)
        ast.fix_missing_locations(tree)
        name = f"{change.where}: {_difference(before, ast.unparse(change.shown))}"
        names[name] += 1
        if names[name] > 1:
            name += f" ({names[name]})"
        yield Mutant(name, getattr(change.shown, "lineno", 0), compile(tree, path, "exec"))
        _put(change, old)


def _put(change: _Change, value: Any) -> None:
    if change.place is None:
        setattr(change.owner, change.field, value)
    else:
        getattr(change.owner, change.field)[change.place] = value


def _difference(before: str, after: str) -> str:
    """Two texts as `what was -> what is`, with little of what they share."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    start, end = max(0, start - 24), max(0, end - 12)
    return " -> ".join(
        " ".join(text[start : len(text) - end].split()) or "nothing" for text in (before, after)
    )


class _Finder:
    """Walks a tree and names every change that can be made to it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._where: list[str] = []

    def changes(self, node: ast.AST, shown: ast.AST | None = None) -> Iterator[_Change]:
        """The changes in a node and below; `shown` is the smallest statement around it."""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._where.append(node.name)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.If | ast.For | ast.While):
            shown = node
        for field, value in ast.iter_fields(node):
            if field in _SKIPPED_FIELDS:
                continue
            listed = isinstance(value, list)
            for index, child in enumerate(value if listed else [value]):
                if not isinstance(child, ast.AST) or self._is_left_out(child, node):
                    continue
                if isinstance(node, ast.If | ast.For | ast.While) and isinstance(child, ast.expr):
                    shown = child
                where = ".".join(self._where) or "module"
                for new in _replacements(child):
                    yield _Change(
                        node, field, index if listed else None, new, where,
                        node if isinstance(child, ast.stmt) else shown or node,
                    )  # fmt: skip
                yield from self.changes(child, shown)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._where.pop()

    def _is_left_out(self, node: ast.AST, owner: ast.AST) -> bool:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return True
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            return True
        if isinstance(node, ast.Constant | ast.JoinedStr) and not isinstance(owner, ast.JoinedStr):
            text = ast.get_source_segment(self._source, node) or ""
            return text[:2].lower().startswith(("r'", 'r"', "rf", "fr"))
        return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
            yield ast.Constant(number - 1)
        case ast.Constant(value=str() as text):
            yield ast.Constant("" if text else "mutant")
        case ast.cmpop():
            yield from (other() for other in _COMPARISONS[type(node)])
        case ast.And():
            yield ast.Or()
        case ast.Or():
            yield ast.And()
        case ast.operator() if type(node) in _ARITHMETIC:
            yield _ARITHMETIC[type(node)]()
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass()
