#define {{ name }}{% if let Some(list) = params %}({{ list }}){% endif %} {{ body }}
