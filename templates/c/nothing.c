struct {{ name }};
