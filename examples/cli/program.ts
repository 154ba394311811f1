import { Command, CommanderError } from 'commander';
import { addDecisionCommands } from './decide.js';
import { EXIT, Failure } from './exit-codes.js';
import { addListCommand } from './list.js';
import { addPlanCommand } from './plan.js';
import { printable } from './plan-text.js';
import { addShowCommand } from './show.js';
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
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return error.exitCode;
  }
}

function program(): Command {
  // Every command made from this one inherits both settings.
  const mesh = new Command('mesh')
    .description('Operates a mesh.')
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)');
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
  addWatchCommand(rebalance);
  return mesh;
}
