{{ directive }}{{ name }}{% if function_like %}({{ params }}){% endif %}{{ gap }}{{ body }}
