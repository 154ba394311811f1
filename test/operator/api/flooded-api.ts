/*
 * A control API in a process of its own, so that its memory can be measured. Its parent sends how many events are to be
 * emitted, and how long, and gets what the process has warned of.
 */
import { startTestApi } from './control-api.js';

/** Order of the parent. */
export interface Burst {
  readonly events: number;
  /** Each of them takes three bytes. */
  readonly characters: number;
}

const PLANS = 20;

const warnings: string[] = [];
process.on('warning', ({ name }) => warnings.push(name));
const api = await startTestApi();
for (let plan = 0; plan < PLANS; plan++) api.waitingPlan();
process.on('message', ({ events, characters }: Burst) => {
  const reason = '€'.repeat(characters);
  for (let event = 0; event < events; event++)
    api.payments.report('guardrailTripped', { guardrail: 'cooldown', reason });
  process.send?.({ warnings });
});
process.send?.({ url: api.url });
