import type { PlanView } from '../../examples/operator/controllable.js';
import type { LogEventView } from '../../tools/window/server/wire.js';
import { FakeController } from '../operator/api/fake-controller.js';

/** A plan that waits for approval, with differences. */
export function planView(differences: Partial<PlanView> = {}): PlanView {
  const plan = new FakeController().propose({
    drain: ['node-a'],
    dryRun: false,
    approvalMode: 'manual',
    requestedBy: 'grace',
    changeTicket: 'CHG-7',
  });
  return { ...plan, ...differences };
}

/** A plan that was approved and is at work. */
export function planAtWork(differences: Partial<PlanView> = {}): PlanView {
  const decision = { decision: 'approved', actor: 'ada', at: Date.now() } as const;
  return planView({ state: 'rebalancing', approval: undefined, decision, ...differences });
}

/** A log event of a controller, with differences. */
export function logEvent(differences: Partial<LogEventView>): LogEventView {
  const ofNoPlan = { planId: undefined, traceId: undefined, spanId: undefined, attributes: {} };
  return { time: 0, name: '', severity: 'INFO', body: '', namespace: 'n', cluster: 'c', ...ofNoPlan, ...differences };
}

/** Ids that a page must show as text and follow as links. */
export const HOSTILE_IDS = [
  `"quoted" 'twice'`,
  '<img src=x onerror="document.title=1">',
  'javascript:alert(1)',
  '../../etc/passwd',
  'a/b//c?d=e#f',
  '100%/%2e%2e%2f/%zz',
  '-rf $(touch /tmp/x) `id`; echo &',
  '\u202egnp.exe \u{1f4a5}',
  'x'.repeat(256),
];
