import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addCompletionCommands } from './completion.js';
import { addDecisionCommands } from './decide.js';
import { EXIT, Failure } from './exit-codes.js';
import { addHoldCommands } from './hold.js';
import { addListCommand } from './list.js';
import { printJson, printLines } from './output.js';
import { addPlanCommand } from './plan.js';
import { addShowCommand } from './show.js';
import { usageText } from './usage.js';
import { addWatchCommand } from './watch.js';

const ENDING = `
Exit codes: ${EXIT.ok} done, ${EXIT.refused} refused or failed, ${EXIT.usage} wrong usage, ${EXIT.unreachable} no control API there.`;

/**
 * Runs one command line.
 *
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Help that was asked for, or that is all there is to say.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const failure = error instanceof CommanderError ? usageFailure(error) : error;
    if (!(failure instanceof Failure)) throw failure;
    const { reason, message } = failure;
    if (asksForJson(args)) printJson({ error: { reason, exitCode: EXIT[reason], message } }, process.stderr);
    else printLines([`error: ${message}`], process.stderr);
    return EXIT[reason];
  }
}

function program(): Command {
  // Every command made from this one inherits these settings.
  const mesh = new Command('mesh')
    .description('Operates a mesh.')
    .version(version(), '--version', 'print the version')
    .exitOverride()
    // Errors are printed when they have all come here.
    .configureOutput({ outputError: () => {} });
  const rebalance = mesh
    .command('shards')
    .description('What concerns the shards of the mesh.')
    .command('rebalance')
    .description('Plans that move shards between nodes.')
    .addHelpText('after', ENDING);
  addListCommand(rebalance);
  addShowCommand(rebalance);
  addPlanCommand(rebalance);
  addDecisionCommands(rebalance);
  addHoldCommands(rebalance);
  addWatchCommand(rebalance);
  addCompletionCommands(mesh);
  return mesh;
}

function version(): string {
  return createRequire(import.meta.url)('opentelemetry-instrumentation-mesh-rebalance/package.json').version;
}

function usageFailure(error: CommanderError): Failure {
  return new Failure('usage', usageText(error, '--help lists what there is.'));
}

/** True when a command line asks for JSON, be it right otherwise or not. */
function asksForJson(args: readonly string[]): boolean {
  // What stands behind this is no option.
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.some(
    (arg, index) =>
      /^(--json|(-o|--output)=?json)$/.test(arg) || (/^(-o|--output)$/.test(arg) && options[index + 1] === 'json'),
  );
}
