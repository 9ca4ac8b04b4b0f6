{%- if let Some(condition) = when -%}
if ({{ condition }})
	{{ set }};
{%- else -%}
{{ set }};
{%- endif -%}
