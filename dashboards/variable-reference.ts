/** A variable in a text of Grafana's, with its format if it needs one: `datasource`, `datasource:queryparam`. */
export function reference(name: string): string {
  return `\${${name}}`;
}
