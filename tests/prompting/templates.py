"""Chat templates in the styles that models come with, in brief."""

from __future__ import annotations

# Content may be a string or typed parts, as in Qwen2-VL.
CHATML_TYPED = """\
{% for message in messages %}
{% if loop.first and message['role'] != 'system' %}
{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}
{{ message['content'] }}<|im_end|>
{% else %}
{% for content in message['content'] %}
{% if content['type'] == 'image' or 'image' in content %}
<|vision_start|><|image_pad|><|vision_end|>
{%- elif 'text' in content %}
{{ content['text'] }}
{%- endif %}
{% endfor %}
<|im_end|>
{% endif %}
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% endif %}
"""

# Content must be typed parts, as in llava-hf and SmolVLM.
ONLY_TYPED = """\
{% for message in messages %}{{ message['role'] | upper }}: \
{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}<image>\\n\
{% endfor %}\
{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}\
{{ content['text'] }}{% endfor %}
{{ '\\n' }}{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}
"""

LLAMA_3 = """\
{{- bos_token }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' -}}
    {{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

GEMMA = """\
{{ bos_token }}{% if messages[0]['role'] == 'system' %}\
{{ raise_exception('System role not supported') }}{% endif %}\
{% for message in messages %}\
{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Conversation roles must alternate user/assistant') }}{% endif %}\
{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}\
{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}\
{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}
"""

# The system text goes into the last question, as in Mistral Nemo.
MISTRAL = """\
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content'] %}{%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in turns %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('Conversation roles must alternate') }}
    {%- elif message['role'] == 'user' %}
        {{- '[INST]' + (system + '\\n\\n' if loop.last and system is defined else '') }}
        {{- message['content'] + '[/INST]' }}
    {%- else %}
        {{- message['content'] + eos_token }}
    {%- endif %}
{%- endfor %}
"""

# Looks into answers, drops their reasoning, and stops early: as the DeepSeek family.
REASONING = """\
{%- set ns = namespace(last='') -%}
{%- macro shown(content) -%}
{%- if '</think>' in content %}{{ content.split('</think>')[-1].lstrip('\\n') }}
{%- else %}{{ content }}{% endif -%}
{%- endmacro -%}
{%- for message in messages -%}
{%- if message.tool_calls is defined or message.get('tool_calls') %}{% break %}{% endif -%}
{%- if message.content is string and not message.content.startswith('<tool_response>') -%}
{% generation %}<{{ message.role | title }}>{{ shown(message.content) }}{% endgeneration %}
{%- endif -%}
{%- set ns.last = message.role -%}
{%- endfor -%}
<Assistant{{ {'after': ns.last} | tojson }}>
"""
