{{ comment }}{{ indentation }}if ({{ condition }}){% if braces %} {{ "{" }}{% endif %}
{{ code }}{% if braces %}
{{ indentation }}{{ "}" }}{% endif %}{% if otherwise != "" %}{% if braces %} {% else %}
{{ indentation }}{% endif %}else{% if braces %} {{ "{" }}{% endif %}
{{ otherwise }}{% if braces %}
{{ indentation }}{{ "}" }}{% endif %}{% endif %}