{{ indentation }}{{ type_text }}{{ gap }}{{ declarator }};
