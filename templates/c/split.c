}
if ({{ condition }}) {
