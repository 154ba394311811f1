import { REBALANCE_EVENT_NAMES, type RedactableField } from 'opentelemetry-instrumentation-mesh-rebalance';
import { EVENT_FIELDS } from '../lib/intake/event-fields.js';
import { TEXT_FIELDS, type TextField } from '../lib/intake/text-fields.js';
import { code, table } from './markdown-table.js';

/** Where the text of a field goes: `test/lib/redact.test.ts` finds it in each of these places, and nowhere else. */
export interface Destinations {
  /** Attributes of spans and of their events, and the `status` of a span. */
  readonly spans: readonly string[];
  /** Attributes of log events, and their `body`. */
  readonly logs: readonly string[];
  /** Labels of series. */
  readonly labels: readonly string[];
  readonly journal: boolean;
  readonly explain: boolean;
}

export const DESTINATIONS: { readonly [F in RedactableField]: Destinations } = {
  requestedBy: {
    spans: ['mesh.rebalance.plan.requested_by'],
    logs: ['mesh.rebalance.plan.requested_by', 'body'],
    labels: [],
    journal: true,
    explain: false,
  },
  changeTicket: {
    spans: ['mesh.rebalance.plan.change_ticket'],
    logs: ['mesh.rebalance.plan.change_ticket'],
    labels: [],
    journal: true,
    explain: false,
  },
  actor: {
    spans: ['mesh.rebalance.approval.actor'],
    logs: ['mesh.rebalance.approval.actor', 'body'],
    labels: [],
    journal: false,
    explain: false,
  },
  reason: { spans: [], logs: ['mesh.rebalance.reason', 'body'], labels: [], journal: false, explain: false },
  'error.message': {
    spans: ['exception.message', 'exception.stacktrace', 'status'],
    logs: ['body'],
    labels: [],
    journal: true,
    explain: true,
  },
  'error.stack': { spans: ['exception.stacktrace'], logs: [], labels: [], journal: false, explain: false },
  trigger: {
    spans: ['mesh.rebalance.plan.trigger'],
    logs: ['mesh.rebalance.plan.trigger', 'body'],
    labels: ['trigger'],
    journal: true,
    explain: false,
  },
  errorType: {
    spans: ['error.type', 'exception.type'],
    logs: ['error.type', 'body'],
    labels: ['error_type'],
    journal: true,
    explain: true,
  },
  'error.name': {
    spans: ['error.type', 'exception.type', 'exception.stacktrace'],
    logs: ['error.type', 'body'],
    labels: ['error_type'],
    journal: true,
    explain: true,
  },
};

const ID_READERS = new Set(['id', 'optionalId', 'decisiveId', 'ids', 'countById']);

/** The fields of ids, from what each row of intake's table asks of its reader. */
function idFields(): string[] {
  const ids = new Set<string>();
  const ask = (_target: object, method: string) => (_raw: unknown, field: unknown) => {
    if (ID_READERS.has(method)) ids.add(field as string);
  };
  const reader = new Proxy({}, { get: ask }) as never;
  for (const event of REBALANCE_EVENT_NAMES) EVENT_FIELDS[event](reader, {} as never, event as never, 0);
  return [...ids];
}

function textRow({ name, personal }: TextField): string[] {
  const { spans, logs, labels, journal, explain } = DESTINATIONS[name];
  const places = (names: readonly string[]) => names.map(code).join(', ');
  const is = (there: boolean) => (there ? 'yes' : '');
  return [code(name), is(personal), places(spans), places(logs), places(labels), is(journal), is(explain)];
}

/** Every field that may tell of a person or hold a secret, and where it goes. */
export function privacyTable(): string {
  const ids = ['namespace', 'cluster', ...idFields()].map(code).join(', ');
  return table(
    ['field', "redacted by `'personal'`", 'span', 'log event', 'label', 'journal', '`explain()`'],
    [...Object.values(TEXT_FIELDS).map(textRow), [`ids: ${ids}`, 'never', 'yes', 'yes', 'yes', 'yes', 'yes']],
  );
}
