import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The folder of compose.yaml, from which its paths begin. */
export const STACK_FOLDER = new URL('../../../examples/stack/', import.meta.url);

/** A service of compose.yaml. */
export interface Service {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  /** Those of its ports that localhost has too. */
  readonly ports: readonly string[];
}

/** A mount of a service. */
interface Volume {
  /** A path from the folder of compose.yaml; without one it is a folder of the service's own. */
  readonly source?: string;
  readonly target: string;
}

interface ComposeService {
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly networks?: { readonly default: { readonly aliases: string[] } };
}

/** The services of compose.yaml, in its order. */
export function readServices(): Service[] {
  const text = readFileSync(new URL('compose.yaml', STACK_FOLDER), 'utf8');
  const { services } = parse(text) as { services: Record<string, ComposeService> };
  return Object.entries(services).map(
    ([name, { command = [], environment = {}, volumes = [], ports = [], networks }]) => ({
      name,
      aliases: networks?.default.aliases ?? [],
      command,
      environment,
      volumes: volumes.map(volumeOf),
      ports: ports.map((port) => port.slice(port.lastIndexOf(':') + 1)),
    }),
  );
}

function volumeOf(text: string): Volume {
  const [source = '', target = ''] = text.split(':');
  return source.startsWith('.') ? { source, target } : { target };
}
