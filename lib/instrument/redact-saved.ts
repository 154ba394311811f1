import { OTHER, UNKNOWN } from '../contract/vocabulary.js';
import type { Report } from '../intake/problem.js';
import type { Redactor } from '../intake/redactor.js';
import { TEXT_FIELDS, type TextField } from '../intake/text-fields.js';
import { addFailures, type FailureCount } from '../ledger/plan-tally.js';
import type { SavedPlan } from '../ledger/saved-plan.js';

/** The plan of a journal that was perhaps written before anything was to be redacted. */
export function redactSaved(plan: SavedPlan, redact: Redactor | undefined, report: Report): SavedPlan {
  if (redact === undefined) return plan;
  const { facts, ending } = plan;
  const kept = (field: TextField, value: string | undefined) =>
    value === undefined
      ? undefined
      : redact(field, value, (says) =>
          report({ reason: 'internal', event: 'journal', field: field.name, says: () => `${field.name} ${says()}` }),
        );
  const failure = ending?.failure && {
    type: kept(TEXT_FIELDS.errorType, ending.failure.type),
    message: kept(TEXT_FIELDS['error.message'], ending.failure.message),
  };
  const failures = new Map<string, FailureCount>();
  for (const [saved, counted] of plan.tally.failures) {
    const type = saved === OTHER ? OTHER : (kept(TEXT_FIELDS.errorType, saved) ?? OTHER);
    addFailures(failures, type, counted);
  }
  return {
    ...plan,
    tally: { ...plan.tally, failures: [...failures] },
    facts: {
      ...facts,
      trigger: facts.trigger === UNKNOWN ? UNKNOWN : (kept(TEXT_FIELDS.trigger, facts.trigger) ?? UNKNOWN),
      requestedBy: kept(TEXT_FIELDS.requestedBy, facts.requestedBy),
      changeTicket: kept(TEXT_FIELDS.changeTicket, facts.changeTicket),
    },
    ending: ending && { ...ending, failure },
  };
}
