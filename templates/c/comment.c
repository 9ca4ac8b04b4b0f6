{%- if block -%}
{{ indentation }}{{ opening }}
{%- for line in lines %}
{{ indentation }} *{% if line != "" %} {{ line }}{% endif %}
{%- endfor %}
{{ indentation }} */
{%- else -%}
{{ indentation }}/* {{ words }} */
{%- endif %}
