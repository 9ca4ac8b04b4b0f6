{{ above }}{{ code }}{% if behind != "" %}{{ gap }}{{ behind }}{% endif %}
