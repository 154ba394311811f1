import { shellWord } from '../../../examples/operator/cli/printable.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import type { ControlAccess } from '../server/wire.js';

/** Verbs of the command line for a plan or its controller. */
export type Verb = 'approve' | 'reject' | 'cancel' | 'pause' | 'resume' | 'show' | 'watch';

const MESH = 'npm run -s mesh -- shards rebalance';

/** Line that does something about a plan, to be pasted into a terminal that has {@link accessLine}. */
export function commandLine(verb: Verb, { id, namespace, cluster }: PlanView): string {
  if (verb === 'pause' || verb === 'resume') return controllerLine(verb, namespace, cluster);
  if (verb === 'watch') return `${MESH} watch`;
  // An id that begins with a dash is none of the options.
  return `${MESH} ${verb} -- ${shellWord(id)}`;
}

/** Line that pauses or resumes a controller. */
export function controllerLine(verb: 'pause' | 'resume', namespace: string, cluster: string): string {
  return `${MESH} ${verb} ${shellWord(`--namespace=${namespace}`)} ${shellWord(`--cluster=${cluster}`)}`;
}

/** Line that leads the command line of a terminal to the controllers. */
export function accessLine({ url, token }: ControlAccess): string {
  return `export MESH_CONTROL_URL=${shellWord(url)}${token === undefined ? '' : ` MESH_CONTROL_TOKEN=${shellWord(token)}`}`;
}
