import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const guardrailHeld: Scenario = {
  name: 'guardrail-held',
  shows: 'an approved plan that a guardrail holds back, minute after minute, until an incident is over',
  clusters: 3,
  hours: 2,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    { minute: 3, act: ({ faults }) => faults.incident('INC-42: checkout latency') },
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 75, act: ({ faults }) => faults.incident(undefined) },
  ],
  happensTo: 'first',
};
