import { type Command, InvalidArgumentError, Option } from 'commander';
import { ControlApiClient } from './control-api-client.js';

/** Options that every command has. */
export interface ConnectionOptions {
  readonly url: URL;
  readonly token?: string;
  readonly json?: true;
}

/** Adds the options that every command has. */
export function connected(command: Command): Command {
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
    .option('--json', 'print JSON');
}

/** The control API that the options name. */
export function clientFor({ url, token }: ConnectionOptions): ControlApiClient {
  return new ControlApiClient(url, token);
}

/** Prints what a program would read. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('Give an address such as http://127.0.0.1:7070.');
}
