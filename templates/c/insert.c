{{ comment }}{% if conditional %}{{ indentation }}if ({{ condition }}){% if braces %} {{ "{" }}{% endif %}
{{ code }}{% if braces %}
{{ indentation }}{{ "}" }}{% endif %}{% else %}{{ code }}{% endif %}