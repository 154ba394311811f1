import { Problem } from './problem.js';
import { MAX_NAME_LENGTH } from './wire.js';

const MAX_DRAINED_NODES = 1_000;
const MAX_REASON_LENGTH = 1_024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal or a log
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a POST of a plan. */
export interface PlanFields {
  readonly namespace: string;
  readonly cluster: string;
  readonly drain: readonly string[];
  readonly dryRun: boolean;
  readonly approvalMode: 'manual' | 'auto';
  readonly changeTicket: string | undefined;
}

/** @throws Problem 400 that names the field that is wrong */
export function readPlanFields(fields: Fields): PlanFields {
  allowOnly(fields, ['namespace', 'cluster', 'drain', 'dryRun', 'approvalMode', 'changeTicket']);
  const { dryRun = false, approvalMode = 'manual', drain = [], changeTicket } = fields;
  if (typeof dryRun !== 'boolean') throw new Problem(400, '"dryRun" must be true or false.');
  if (approvalMode !== 'manual' && approvalMode !== 'auto') {
    throw new Problem(400, '"approvalMode" must be "manual" or "auto".');
  }
  if (!Array.isArray(drain) || drain.length > MAX_DRAINED_NODES) {
    throw new Problem(400, `"drain" must be a list of at most ${MAX_DRAINED_NODES} nodes.`);
  }
  return {
    namespace: text('namespace', fields['namespace'], MAX_NAME_LENGTH),
    cluster: text('cluster', fields['cluster'], MAX_NAME_LENGTH),
    drain: drain.map((node, index) => text(`drain[${index}]`, node, MAX_NAME_LENGTH)),
    dryRun,
    approvalMode,
    changeTicket: changeTicket === undefined ? undefined : text('changeTicket', changeTicket, MAX_NAME_LENGTH),
  };
}

/** @throws Problem 400 that names the field that is wrong */
export function readReason(fields: Fields): string | undefined {
  allowOnly(fields, ['reason']);
  return fields['reason'] === undefined ? undefined : text('reason', fields['reason'], MAX_REASON_LENGTH);
}

/** @throws Problem 400 that names a field that is not among these: a misspelt one must not be lost in silence */
export function allowOnly(fields: Fields, names: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length === 0 ? 'none is taken here' : `known are ${names.join(', ')}`;
  throw new Problem(400, `"${unknown.slice(0, MAX_NAME_LENGTH)}" is not known: ${known}.`);
}

/** @throws Problem 400 unless the value is a text that can be printed */
export function text(name: string, value: unknown, maxLength: number): string {
  if (typeof value !== 'string' || value === '' || value.length > maxLength || CONTROL_CHARACTER.test(value)) {
    throw new Problem(400, `"${name}" must be a text of 1 to ${maxLength} characters, none a control character.`);
  }
  return value;
}
