import { Argument, type Command, type Option } from 'commander';
import type { PlanView } from '../controllable.js';
import { COMPLETION_SCRIPTS } from './completion-scripts.js';
import { ControlApiClient } from './control-api-client.js';
import { printFields, printVerbatim } from './output.js';
import { isLive, stateText, whereabouts } from './plan-text.js';

/** A word that may come next, and what it stands for. */
interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** Nobody waits longer after the tab key. */
const ANSWER_WITHIN_MS = 1_000;
/** One word that does nothing in a shell. */
const HARMLESS = /^[\w.@%+,/-]+$/;
const waits = ({ approval }: PlanView) => approval !== undefined;
/** Plans to which a command may be applied; the others take all. */
const APPLICABLE: Readonly<Record<string, (plan: PlanView) => boolean>> = {
  approve: waits,
  reject: waits,
  cancel: isLive,
  watch: isLive,
};

/** Adds `completion`, and what its scripts ask. */
export function addCompletionCommands(mesh: Command): void {
  mesh
    .command('completion')
    .description('Prints a script that has a shell complete command lines: source <(mesh completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .action((shell: keyof typeof COMPLETION_SCRIPTS) => {
      printVerbatim(COMPLETION_SCRIPTS[shell]);
    });
  mesh
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      for (const { word, about } of await candidates(mesh, words)) printFields([word, about]);
    });
}

/** Words that may stand in place of the last one, after those before it. */
async function candidates(mesh: Command, words: readonly string[]): Promise<Candidate[]> {
  const current = words.at(-1) ?? '';
  const { command, option, values } = walk(mesh, words.slice(0, -1));
  const all =
    option !== undefined
      ? await optionValues(option, values)
      : current.startsWith('-')
        ? [...command.options.filter(({ hidden }) => !hidden).map(aboutOption), { word: '--help', about: 'help' }]
        : [...subcommands(command), ...(await argumentValues(command, values))];
  return all.filter(({ word }) => word.startsWith(current) && HARMLESS.test(word));
}

/** Position of the words: a command, the option whose value comes next, and the values of those before. */
function walk(mesh: Command, words: readonly string[]) {
  let command = mesh;
  let option: Option | undefined;
  const values = new Map<string, string>();
  for (const word of words) {
    if (option !== undefined) {
      values.set(option.attributeName(), word);
      option = undefined;
    } else if (word.startsWith('-')) {
      option = command.options.find(({ long, short, required }) => required && (word === long || word === short));
    } else {
      command = command.commands.find((each) => each.name() === word) ?? command;
    }
  }
  return { command, option, values };
}

function aboutOption({ long, description }: Option): Candidate {
  return { word: long ?? '', about: description };
}

function subcommands({ commands }: Command): Candidate[] {
  return commands
    .filter((command) => command.name() !== '__complete')
    .map((command) => ({ word: command.name(), about: command.description() }));
}

async function optionValues(option: Option, values: ReadonlyMap<string, string>): Promise<Candidate[]> {
  if (option.argChoices !== undefined) return option.argChoices.map((word) => ({ word, about: '' }));
  const name = option.attributeName();
  if (name === 'again') return planIds(values, () => true);
  if (name !== 'namespace' && name !== 'cluster') return [];
  const { controllers } = await asked(values, { controllers: [] }, (client) => client.controllers());
  const namespace = name === 'cluster' ? values.get('namespace') : undefined;
  const known = controllers.filter((each) => (namespace ?? each.namespace) === each.namespace);
  return [...new Set(known.map((each) => each[name]))].map((word) => ({ word, about: '' }));
}

async function argumentValues(command: Command, values: ReadonlyMap<string, string>): Promise<Candidate[]> {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return argument.argChoices.map((word) => ({ word, about: '' }));
  if (argument?.name() !== 'plan') return [];
  return planIds(values, APPLICABLE[command.name()] ?? (() => true));
}

async function planIds(
  values: ReadonlyMap<string, string>,
  applies: (plan: PlanView) => boolean,
): Promise<Candidate[]> {
  const { plans } = await asked(values, { plans: [] }, (client) => client.list());
  // An id that begins as an option does would be taken for one.
  const ids = plans.filter((plan) => applies(plan) && !plan.id.startsWith('-'));
  return ids.map((plan) => ({ word: plan.id, about: `${whereabouts(plan)} ${stateText(plan)}` }));
}

/** Answer of the control API; without one its substitute, because a tab key is no place for errors. */
async function asked<T>(
  values: ReadonlyMap<string, string>,
  none: T,
  ask: (client: ControlApiClient) => Promise<T>,
): Promise<T> {
  const url = values.get('url') ?? process.env['MESH_CONTROL_URL'] ?? 'http://127.0.0.1:7070';
  if (!URL.canParse(url)) return none;
  try {
    return await ask(new ControlApiClient(new URL(url), { answerWithinMs: ANSWER_WITHIN_MS }));
  } catch {
    return none;
  }
}
