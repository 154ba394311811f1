type Labels = Readonly<Record<string, string>>;

/**
 * What Prometheus makes of the templates with labels that the rules use: as they are, in a link, or in a command. What it
 * would look up is not found.
 */
export function withLabels(template: string, labels: Labels): string {
  const value = (label: string) => labels[label] ?? '';
  return withoutLookUps(template)
    .replaceAll(/\{\{ \$labels\.(\w+) \| urlquery \}\}/g, (_, label) => queryEscaped(value(label)))
    .replaceAll(/\{\{ reReplaceAll "'" "\S+" \$labels\.(\w+) \}\}/g, (_, label) =>
      value(label).replaceAll("'", "'\\''"),
    )
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label) => value(label));
}

/** A template without what it looks up, but for what stands in the place of something that is not found. */
function withoutLookUps(template: string): string {
  let text = '';
  /** How deep within a look-up, and whether in what it has otherwise. */
  let depth = 0;
  let isOtherwise = false;
  for (const part of template.split(/(\{\{.*?\}\})/s)) {
    if (depth === 0 && /^\{\{ with printf /.test(part)) depth = 1;
    else if (depth === 0) text += part;
    else if (/^\{\{ (with|range|if) /.test(part)) depth += 1;
    else if (part === '{{ end }}') {
      depth -= 1;
      if (depth === 0) isOtherwise = false;
    } else if (depth === 1 && part === '{{ else }}') isOtherwise = true;
    else if (depth === 1 && isOtherwise) text += part;
  }
  return text;
}

/** As Go escapes a text in the query of an address. */
function queryEscaped(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
