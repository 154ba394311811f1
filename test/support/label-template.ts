type Labels = Readonly<Record<string, string>>;

/** What Prometheus makes of the templates with labels that the rules use: as they are, in a link, or in a command. */
export function withLabels(template: string, labels: Labels): string {
  const value = (label: string) => labels[label] ?? '';
  return template
    .replaceAll(/\{\{ \$labels\.(\w+) \| urlquery \}\}/g, (_, label) => encodeURIComponent(value(label)))
    .replaceAll(/\{\{ reReplaceAll "'" "\S+" \$labels\.(\w+) \}\}/g, (_, label) =>
      value(label).replaceAll("'", "'\\''"),
    )
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label) => value(label));
}
