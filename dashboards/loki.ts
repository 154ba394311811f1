/** Any stream: events are found by their attributes, whatever the controller's service is called. */
export const ANY_STREAM = '{service_name=~".+"}';

/** The name of an attribute in Loki, which keeps it as structured metadata with underscores for dots. */
export function inLoki(attribute: string): string {
  return attribute.replaceAll(/\W/g, '_');
}
