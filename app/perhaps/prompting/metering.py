"""Puts a check wherever a template could grow a value or go round without one.

Works on Jinja's syntax tree, so a template cannot get around it. The sandbox sees filters,
tests, calls, attributes and arithmetic anyway; the rest calls its `step` or `joined` here.
"""

from __future__ import annotations

from jinja2 import nodes
from jinja2.visitor import NodeTransformer


def metered(template: nodes.Template) -> nodes.Template:
    """Return the same template with its checks."""
    checked = _Meter().visit(template)
    assert isinstance(checked, nodes.Template)
    return checked


class _Meter(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        turn = nodes.ExprStmt(_call("step", node), lineno=node.lineno)
        node.body.insert(0, turn)
        if isinstance(node.test, nodes.Expr):
            node.test = _call("step", node, node.test)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("joined", node, *node.nodes)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _call("step", node, node.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _call("step", node, node.node)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("step", node, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("step", node, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("step", node, node) if node.ctx == "load" else node


def _call(method: str, origin: nodes.Node, *arguments: nodes.Expr) -> nodes.Call:
    """Call a method of the environment, which no name in a template can shadow."""
    function = nodes.EnvironmentAttribute(method, lineno=origin.lineno)
    call = nodes.Call(function, list(arguments), [], None, None, lineno=origin.lineno)
    call.environment = function.environment = origin.environment
    return call
