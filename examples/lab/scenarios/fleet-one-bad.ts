import type { Scenario } from '../scenario.js';
import { fleet } from './fleet.js';
import { drainNow, nodeId } from './requests.js';

/** Nodes that no plan of the fleet's own drains. */
const FAILING = 9;
const STUCK = 10;

export const fleetOneBad: Scenario = {
  ...fleet,
  name: 'fleet-one-bad',
  shows: 'the same, and in one cluster a plan whose moves fail, then a drain that is stuck',
  hours: 1.5,
  firstAlso: [
    { minute: 1, act: ({ faults }) => faults.failTransfers(nodeId(FAILING), 1, 'timeout') },
    { minute: 1, every: 5, act: ({ controller }) => controller.propose(drainNow(FAILING)) },
    { minute: 34, act: ({ faults }) => faults.stickTransfers(nodeId(STUCK)) },
    { minute: 35, act: ({ controller }) => controller.propose(drainNow(STUCK)) },
  ],
};
