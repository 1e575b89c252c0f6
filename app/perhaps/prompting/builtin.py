"""Chat templates for models that have none, or one that does not work."""

from __future__ import annotations

# LLaVA 1.5 and its kin. It was trained with a line break between picture and question,
# so this template asks which parts are pictures; other templates cannot tell.
VICUNA = """\
{%- if messages[0].role != 'system' -%}
    {{ "A chat between a curious human and an artificial intelligence assistant. " }}
    {{- "The assistant gives helpful, detailed, and polite answers to the human's questions.\n" }}
{%- endif -%}
{%- for message in messages -%}
    {{ {'system': '', 'user': 'USER: ', 'assistant': 'ASSISTANT: '}[message.role] }}
    {%- for part in message.content -%}
        {{ part.text + ('\n' if part.picture else '') }}
    {%- endfor -%}
    {{ (eos_token if message.role == 'assistant' else '') + '\n' }}
{%- endfor -%}
{{ 'ASSISTANT:' }}
"""

CHATML = """\
{%- for message in messages -%}
    {{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
{%- endfor -%}
{{ '<|im_start|>assistant\n' }}
"""
