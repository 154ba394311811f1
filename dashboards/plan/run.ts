import { anyOf, type Expression, withLabel, withLabelFrom } from '../../rules/promql/index.js';
import { type PagePanel, rows } from '../panel.js';
import { LIVE_PLANS, ofThePlan, PLAN_SHARDS, WAITING_PLANS } from '../queries/plans.js';
import { table } from '../table-panel.js';

const REASON = " --reason '…'";

/** A command line of each plan, unless its id has a quote, which would end that of the command. */
function command(plans: Expression, order: string, purpose: string, verb: string, options: string): Expression {
  const text = `mesh shards rebalance ${verb}${options} -- '$1'`;
  const typed = withLabel(plans, 'run', `mesh shards rebalance ${verb}${options} -- <id>`);
  const withCommand = withLabelFrom(typed, 'run', text, 'plan_id', "([^']*)");
  return withLabel(withLabel(withCommand.times(0), 'purpose', purpose), 'order', order);
}

export const RUN: PagePanel = {
  width: 12,
  height: 6,
  unit: 'none',
  title: 'Run',
  shows:
    'The command lines that the chosen plan takes now: `approve` and `reject` while it waits for a decision, `cancel` until it ends. Each can be selected as a whole; the eye in its cell opens it for copying.',
  act: '`show` first. An id with a single quote in it has to be typed: take it from `list`.',
  empty: 'no plan is chosen, or it has retired.',
  noValue: 'The plan has retired: mesh shards rebalance list',
  ...table({
    queries: {
      commands: rows(
        ofThePlan(
          anyOf(
            command(PLAN_SHARDS, '1', 'look', 'show', ''),
            command(PLAN_SHARDS, '2', 'follow', 'watch', ''),
            command(WAITING_PLANS, '3', 'approve', 'approve', ''),
            command(WAITING_PLANS, '4', 'reject', 'reject', REASON),
            command(LIVE_PLANS, '5', 'call it off', 'cancel', REASON),
          ),
        ),
      ),
    },
    columns: [
      { label: 'order', title: 'Order', unseen: true },
      { label: 'purpose', title: 'To', width: 100 },
      { label: 'run', title: 'Command', copied: true, minWidth: 250 },
    ],
    hidden: ['namespace', 'cluster', 'plan_id'],
    sortBy: [{ title: 'Order', descending: false }],
  }),
};
