"""Chat templates that try to take the machine with them."""

from __future__ import annotations

DOUBLING = "{% set ns = namespace(a='a') %}{% for i in range(99) %}{% set ns.a = %s %}{% endfor %}"
NEST = (
    "{%% set ns = namespace(a=[1]) %%}{%% for i in range(30) %%}{%% set ns.a = %s %%}{%% endfor %%}"
)

BOMBS = {
    "product": "{{ 'a' * 10**9 }}",
    "product of a list": "{% set a = [0] * 10**9 %}",
    "product after product": "{{ 'a' * 99999 * 99999 }}",
    "nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "long output": "{% for a in range(99999) %}{{ 'a' * 9999 }}{% endfor %}",
    "long capture": "{% set x %}{% for a in range(9999) %}{{ 'a' * 9999 }}{% endfor %}{% endset %}",
    "long literal output": "{% for a in range(99999) %}" + "a" * 9999 + "{% endfor %}",
    "large range": "{% for a in range(10**12) %}{% endfor %}",
    "large list": "{{ range(99999) | list * 99999 }}",
    "doubling by +": DOUBLING.replace("%s", "ns.a + ns.a"),
    "doubling by ~": DOUBLING.replace("%s", "ns.a ~ ns.a"),
    "doubling by replace": DOUBLING.replace("%s", "ns.a.replace('a', 'aa')"),
    "doubling by the filter": DOUBLING.replace("%s", "ns.a | replace('a', 'aa')"),
    "doubling by join": DOUBLING.replace("%s", "[ns.a, ns.a] | join"),
    "doubling by format": DOUBLING.replace("%s", "'{0}{0}'.format(ns.a)"),
    "join by a long text": "{{ ('a' * 9999).join('a' * 99999) }}",
    "replace by a long text": "{{ ('a' * 99999).replace('a', 'b' * 99999) }}",
    "indent": "{{ ('\\n' * 99999) | indent(99999) }}",
    "indented JSON": "{{ [1] | tojson(indent=10**9) }}",
    "format width": "{{ '{:1000000000}'.format(1) }}",
    "format width as argument": "{{ '{:{}}'.format(1, 10**9) }}",
    "format by %": "{{ '%1000000000d' % 1 }}",
    "center": "{{ 'a' | center(10**9) }}",
    "ljust": "{{ 'a'.ljust(10**9) }}",
    "zfill": "{{ 'a'.zfill(10**9) }}",
    "expandtabs": "{{ '\\t'.expandtabs(10**9) }}",
    "power": "{{ 9 ** (9 ** 9) }}",
    "power by turns": "{% set ns = namespace(a=9) %}"
    "{% for i in range(99) %}{% set ns.a = ns.a * ns.a %}{% endfor %}",
    "bytes of a number": "{{ (1).to_bytes(10**9, 'big') }}",
    "date": "{{ strftime_now('%999999999d' * 9999) }}",
    "nested lists": NEST % "[ns.a, ns.a, ns.a]" + "{{ ns.a }}",
    "nested tuples": NEST % "(ns.a, ns.a, ns.a)" + "{{ ns.a }}",
    "nested dictionaries": NEST % "{'a': ns.a, 'b': ns.a}" + "{{ ns.a }}",
    "nested views": NEST % "[{'a': ns.a, 'b': ns.a}.items()]" + "{{ ns.a }}",
    "nested arguments": "{% macro f() %}{{ f(varargs, varargs) }}{% endmacro %}{{ f(1) }}",
    "deep list": "{% set ns = namespace(a=[]) %}"
    "{% for i in range(999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}",
    "endless macro": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "branching macro": "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "endless block": "{% block a %}{{ self.a() }}{% endblock %}",
    "endless loop": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "slow condition": "{% set s = 'a' * 99999 %}{% set t = 'a' * 99998 ~ 'b' %}"
    "{% for a in range(99999) if s == t %}{% endfor %}",
    "slow comparisons": "{% set s = 'a' * 249999 %}" + "{% if 'aab' in s %}{% endif %}" * 2000,
    "slow test": "{{ range(99999) | select('in', range(99999) | list) | list | length }}",
    "slow strip": "{{ ('a' * 249999).strip('b' * 249998 ~ 'a') }}",
    "slow trim": "{{ ('a' * 249999) | trim('b' * 249998 ~ 'a') }}",
    "slow search": "{{ ('a' * 249999).rfind('b' ~ 'a' * 99999) }}",
    "slow filters": "{{ range(99999) | map('string') | map('list') | map('join') | join | length }}"
    * 50,
    "splitting": "{% for a in range(9999) %}{% set b = ('a,' * 99999).split(',') %}{% endfor %}",
    "long error": "{{ raise_exception('a' * 200000) }}",
    "deep brackets": "{{ " + "(" * 9999 + "1" + ")" * 9999 + " }}",
    "deep lists": "{{ " + "[" * 9999 + "]" * 9999 + " }}",
    "long sum": "{{ 1" + "+1" * 30_000 + " }}",
    "long negation": "{{ " + "not " * 20_000 + "1 }}",
    "deep conditions": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "deep loops": "{% for a in [1] %}" * 300 + "{% endfor %}" * 300,
    "long source": "a" * 64_001,
}

ESCAPES = {
    "class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class by item": "{{ ''['__class__']['__mro__'] }}",
    "class by filter": "{{ '' | attr('__class__') }}",
    "class by format": "{{ '{0.__class__}'.format(1) }}",
    "class by map": "{{ ([1] | map(attribute='__class__') | first).mro() }}",
    "globals of a function": "{{ raise_exception.__globals__.items() }}",
    "globals of a method": "{{ namespace.__init__.__globals__ }}",
    "the namespace class": "{{ namespace.mro() }}",
    "a file": "{% include '/etc/passwd' %}",
    "an import": "{% import 'os' as os %}",
    "a parent": "{% extends 'a' %}",
    "changing the messages": "{{ messages.append(1) }}",
    "changing a message": "{{ messages[0].update(role='system') }}",
    "the environment": "{{ self._TemplateReference__context.environment }}{{ 1 + 'a' }}",
}
