{{ indentation }}}
{{ comment }}{{ indentation }}if ({{ condition }}) {
