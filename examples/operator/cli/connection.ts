import { type Command, InvalidArgumentError, Option } from 'commander';
import { ControlApiClient } from './control-api-client.js';
import { toJson } from './json.js';

/** Options that every command has. */
export interface ConnectionOptions {
  readonly url: URL;
  readonly token?: string;
  readonly json?: true;
  readonly output?: string;
}

/**
 * Adds the options that every command has.
 *
 * @param formats what the command can print besides its text
 */
export function connected(command: Command, formats: readonly string[] = ['json']): Command {
  return command
    .addOption(
      new Option('--url <url>', 'where the control API is')
        .env('MESH_CONTROL_URL')
        .default(new URL('http://127.0.0.1:7070'), 'http://127.0.0.1:7070')
        .argParser(parseUrl),
    )
    .addOption(
      new Option('--token <token>', 'what allows to change something; others see it in the list of processes').env(
        'MESH_CONTROL_TOKEN',
      ),
    )
    .addOption(new Option('-o, --output <format>', 'print it in another format').choices(formats))
    .addOption(new Option('--json', 'short for --output json').conflicts(formats.length > 1 ? 'output' : []));
}

/** The control API that the options name. */
export function clientFor({ url, token }: ConnectionOptions): ControlApiClient {
  return new ControlApiClient(url, token);
}

/** True when the options ask for JSON. */
export function wantsJson({ json, output }: Pick<ConnectionOptions, 'json' | 'output'>): boolean {
  return json === true || output === 'json';
}

/** Prints what a program would read. */
export function printJson(value: unknown): void {
  process.stdout.write(`${toJson(value, 2)}\n`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('Give an address such as http://127.0.0.1:7070.');
}
