"""What a template may say: names, `for`/`if` over names, named filters; nothing else.

The list is a white list over the syntax tree, because whoever may change a template must not
thereby run code on the server. Standard library and Jinja only: the checking child imports
this without the application.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Faults(Exception):
    """Something an officer can mend; the message says what, in Chinese."""


LOOP = ("index", "first", "last", "length")
NUMERALS = "零一二三四五六七八九十"


def chinese_numeral(value: int) -> str:
    """1 -> 一, 12 -> 十二, 25 -> 二十五; above 99 the digits stay."""
    if not 0 <= value <= 99:
        return str(value)
    tens, ones = divmod(value, 10)
    if tens == 0:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


FILTERS = {"中文数": chinese_numeral}


class Environment(ImmutableSandboxedEnvironment):
    """Autoescaping (a bare ``&`` would cut the paragraph), strict, and blind to attributes.

    ``item.name`` reads only the entry's own keys: never a method of the dict, whatever its name.
    """

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = dict(FILTERS)
        self.tests.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)


@dataclass
class Names:
    """The names a template may print. ``lists`` maps a list to its columns (none: plain text)."""

    scalars: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()  # empty when absent: print only inside an `if`
    optional_columns: frozenset[str] = frozenset()  # "list.column"
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> frozenset[str]:
        return self.scalars | frozenset(self.lists)


@dataclass(frozen=True)
class Fault:
    line: int
    message: str


def faults(source: str, names: Names) -> list[Fault]:
    """Every fault by line: forbidden syntax, unknown names, optional ones that may print blank."""
    try:
        tree = Environment().parse(source)
    except TemplateSyntaxError as error:
        return [Fault(error.lineno, f"语法错误：{_plain(error.message or '')}")]
    walker = _Walker(names)
    return [*walker.block(tree.body, {}, frozenset())]


def used(source: str) -> set[str]:
    """The names of a valid template; empty for one that cannot be parsed."""
    try:
        return {node.name for node in Environment().parse(source).find_all(nodes.Name)}
    except TemplateSyntaxError:
        return set()


class _Walker:
    def __init__(self, names: Names) -> None:
        self.names = names

    def block(self, body: list[nodes.Node], scope: dict[str, str], sure: frozenset[str]
              ) -> Iterator[Fault]:
        """``scope``: loop variable -> its list. ``sure``: names known not to be empty here."""
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        yield from self.printed(part, scope, sure)
            elif isinstance(node, nodes.If):
                yield from self.test(node.test, scope)
                then = sure | set(_truths(node.test))
                yield from self.block(node.body, scope, then)
                for other in node.elif_:
                    yield from self.test(other.test, scope)
                    yield from self.block(other.body, scope, sure | set(_truths(other.test)))
                yield from self.block(node.else_, scope, sure)
            elif isinstance(node, nodes.For):
                yield from self.loop(node, scope, sure)
            else:
                yield Fault(node.lineno, f"不允许使用“{_kind(node)}”，"
                                         "只能用字段、如果（if）和逐项（for）")

    def loop(self, node: nodes.For, scope: dict[str, str], sure: frozenset[str]
             ) -> Iterator[Fault]:
        if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, nodes.Name):
            yield Fault(node.lineno, "逐项（for）只能写成“for 一项 in 字段”")
            return
        if node.test or node.recursive or node.else_:
            yield Fault(node.lineno, "逐项（for）不能带条件、递归或者 else")
        of, item = node.iter.name, node.target.name
        if of not in self.names.lists:
            yield Fault(node.lineno, f"“{of}”不是可以逐项列出的字段")
        if item in self.names.all or item in scope or item == "loop":
            yield Fault(node.lineno, f"逐项的名字“{item}”与字段重名")
        yield from self.block(node.body, scope | {item: of, "loop": ""}, sure)

    def printed(self, node: nodes.Node, scope: dict[str, str], sure: frozenset[str]
                ) -> Iterator[Fault]:
        if isinstance(node, nodes.Filter):
            if node.name not in FILTERS:
                yield Fault(node.lineno, f"没有名为“{node.name}”的转换")
            if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
                yield Fault(node.lineno, f"转换“{node.name}”不能带参数")
            elif not isinstance(node.node, nodes.Name | nodes.Getattr):
                yield Fault(node.lineno, "转换只能用在字段上")
            else:
                yield from self.value(node.node, scope)
            return
        if not isinstance(node, nodes.Name | nodes.Getattr):
            yield Fault(node.lineno, f"不允许使用“{_kind(node)}”，这里只能写字段名")
            return
        yield from self.value(node, scope)
        name = _dotted(node)
        if isinstance(node, nodes.Name) and node.name in self.names.lists:
            yield Fault(node.lineno, f"“{node.name}”有多项，要用逐项（for）列出")
        head = name.split(".")[0]
        column = f"{scope.get(head, head)}.{name.partition('.')[2]}"
        may_be_empty = name in self.names.optional or column in self.names.optional_columns
        if may_be_empty and name not in sure:
            yield Fault(node.lineno, f"“{name}”可以不填，要放在“如果有”（if {name}）里面，"
                                     "否则会印成空白")

    def test(self, node: nodes.Node, scope: dict[str, str]) -> Iterator[Fault]:
        if isinstance(node, nodes.Name | nodes.Getattr):
            yield from self.value(node, scope)
        elif isinstance(node, nodes.Not):
            yield from self.test(node.node, scope)
        elif isinstance(node, nodes.And | nodes.Or):
            yield from self.test(node.left, scope)
            yield from self.test(node.right, scope)
        elif (isinstance(node, nodes.Compare) and isinstance(node.expr, nodes.Name)
              and len(node.ops) == 1 and node.ops[0].op in ("eq", "ne")
              and isinstance(node.ops[0].expr, nodes.Const)
              and isinstance(node.ops[0].expr.value, str)):
            yield from self.value(node.expr, scope)
            choices = self.names.choices.get(node.expr.name)
            wanted = node.ops[0].expr.value
            if choices is not None and wanted not in choices:
                yield Fault(node.lineno, f"“{node.expr.name}”没有“{wanted}”这个选项")
        else:
            yield Fault(node.lineno, "如果（if）里只能写字段名，或者“字段 == "
                                     "\"选项\"”，用 not、and、or 连接")

    def value(self, node: nodes.Name | nodes.Getattr, scope: dict[str, str]) -> Iterator[Fault]:
        if isinstance(node, nodes.Name):
            if node.name not in self.names.all and (node.name not in scope or node.name == "loop"):
                yield Fault(node.lineno, f"没有名为“{node.name}”的字段")
            elif self.names.lists.get(scope.get(node.name, "")):
                yield Fault(node.lineno, f"“{node.name}”有几栏，要写成“{node.name}.栏目”")
            return
        head = node.node
        if not isinstance(head, nodes.Name) or head.name not in scope:
            yield Fault(node.lineno, "“.”只能用在逐项（for）的一项上，例如 party.text")
        elif head.name == "loop":
            if node.attr not in LOOP:
                yield Fault(node.lineno, f"不允许使用 loop.{node.attr}")
        elif node.attr not in self.names.lists.get(scope[head.name], ()):
            yield Fault(node.lineno, f"“{scope[head.name]}”没有名为“{node.attr}”的一栏")


def _truths(test: nodes.Node) -> Iterator[str]:
    """The names that are certainly not empty when ``test`` holds."""
    if isinstance(test, nodes.Name | nodes.Getattr):
        yield _dotted(test)
    elif isinstance(test, nodes.And):
        yield from _truths(test.left)
        yield from _truths(test.right)
    elif isinstance(test, nodes.Compare) and test.ops[0].op == "eq":
        yield from _truths(test.expr)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""


def _kind(node: nodes.Node) -> str:
    known = {"Call": "函数调用", "Const": "固定值", "Getitem": "下标", "Set": "set",
             "Macro": "macro", "Include": "include", "Import": "import",
             "FromImport": "import", "Extends": "extends",
             "Block": "block", "CallBlock": "call", "FilterBlock": "filter", "With": "with",
             "Assign": "set", "Getattr": "取属性"}
    name = type(node).__name__
    if isinstance(node, nodes.BinExpr):
        return "算式"
    return known.get(name, name)


def _plain(message: str) -> str:
    for english, chinese in (
            ("Encountered unknown tag", "不认识的标记"),
            ("Unexpected end of template", "有标记没有结束"),
            ("unexpected", "多余的"), ("expected token", "应当写"), ("Missing end of", "没有结束")):
        if english in message:
            return f"{chinese}（{message[:80]}）"
    return message[:80]
