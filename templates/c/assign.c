{%- if conditional -%}
{{ comment }}{{ indentation }}if ({{ condition }})
{{ indentation }}	{{ set }};
{%- else -%}
{{ comment }}{{ indentation }}{{ set }};
{%- endif %}
