"""Templates of one language: their words are looked up once, when they are read, and not each time.

A page may name hundreds of things to show one of them, such as all that can stand in the ledger.
"""

from gettext import NullTranslations
from typing import Any

from jinja2 import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Call, Const, Name, Node, Template
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

LOOKS_UP = {"_", "gettext"}


class Spoken(Environment):
    """Knows the words of its language, and has no other."""

    def __init__(self, words: NullTranslations, **options: Any) -> None:  # noqa: ANN401 - Jinja's
        super().__init__(autoescape=True, extensions=["jinja2.ext.i18n"], **options)
        self.code_generator_class = _Speaker
        self.policies["ext.i18n.trimmed"] = True
        self.words = words
        i18n: Any = self
        i18n.install_gettext_translations(words, newstyle=True)


class _Speaker(CodeGenerator):
    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:  # noqa: N802
        environment: Any = self.environment
        super().visit_Template(_Translator(environment.words).visit(node), frame)


class _Translator(NodeTransformer):
    def __init__(self, words: NullTranslations) -> None:
        self._words = words

    def visit_Call(self, node: Call) -> Node:  # noqa: N802 - as Jinja names it
        match node:
            case Call(node=Name(name=name), args=[Const(value=str(said))], kwargs=[]) if (
                name in LOOKS_UP and not (node.dyn_args or node.dyn_kwargs)
            ):
                # As Jinja does it in its new style: a sign of percent is written twice.
                return Const(Markup(self._words.gettext(said)) % {}, lineno=node.lineno)  # noqa: S704
        return self.generic_visit(node)
