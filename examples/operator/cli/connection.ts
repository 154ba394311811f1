import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSecret } from './arguments.js';
import { ControlApiClient } from './control-api-client.js';

/** Options that every command has. */
export interface ConnectionOptions {
  readonly url: URL;
  readonly token?: string;
  readonly insecure?: true;
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
      new Option('--token <token>', 'what allows to change something; others see it in the list of processes')
        .env('MESH_CONTROL_TOKEN')
        .argParser(parseSecret),
    )
    .option('--insecure', 'send the token over plain HTTP to a host that is not this machine')
    .addOption(new Option('-o, --output <format>', 'print it in another format').choices(formats))
    .addOption(new Option('--json', 'short for --output json').conflicts(formats.length > 1 ? 'output' : []));
}

/** The control API that the options name. */
export function clientFor({ url, token, insecure }: ConnectionOptions): ControlApiClient {
  return new ControlApiClient(url, { token, insecure });
}

/** True when the options ask for JSON. */
export function wantsJson({ json, output }: Pick<ConnectionOptions, 'json' | 'output'>): boolean {
  return json === true || output === 'json';
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('Give an address such as http://127.0.0.1:7070.');
}
