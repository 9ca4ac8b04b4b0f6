{%- if conditional -%}
{{ comment }}{{ indentation }}if ({{ condition }})
{{ deeper }}{{ set }};
{%- else -%}
{{ comment }}{{ indentation }}{{ set }};
{%- endif %}
