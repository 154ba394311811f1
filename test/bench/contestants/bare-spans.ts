import { type Attributes, type Context, ROOT_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_CLUSTER,
  ATTR_DRAIN_MOVES,
  ATTR_DRAIN_SHARDS,
  ATTR_DRAIN_SHARDS_REMAINING,
  ATTR_MOVE_SOURCE,
  ATTR_MOVE_TARGET,
  ATTR_NAMESPACE,
  ATTR_NODE_ID,
  ATTR_OUTCOME,
  ATTR_PLAN_APPROVAL_MODE,
  ATTR_PLAN_ID,
  ATTR_PLAN_SHARDS,
  ATTR_PLAN_TRIGGER,
  ATTR_SHARD_ID,
  SPANS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type Attach, expectEqual } from './contestant.js';
import { tracesSdk } from './traces-sdk.js';

interface TracedPlan {
  readonly attributes: Attributes;
  readonly context: Context;
  readonly span: Span;
  approval?: Span;
  /** Open drains by node, and moves by shard. */
  readonly drains: Map<string, Span>;
  readonly moves: Map<string, Span>;
}

/** What the author of a controller would write by hand to have the same spans, and no metrics. */
export const bareSpans: Attach = (controller) => {
  const { exporter, tracerProvider } = tracesSdk();
  const tracer: Tracer = tracerProvider.getTracer('controller');
  const own = { [ATTR_NAMESPACE]: controller.namespace, [ATTR_CLUSTER]: controller.cluster };
  const plans = new Map<string, TracedPlan>();
  const start = (name: string, { attributes, context }: Pick<TracedPlan, 'attributes' | 'context'>, more: Attributes) =>
    tracer.startSpan(name, { attributes: { ...attributes, ...more } }, context);
  const end = (open: Map<string, Span> | undefined, key: string, attributes: Attributes) => {
    open?.get(key)?.setAttributes(attributes).end();
    open?.delete(key);
  };

  controller.on('planCreated', ({ planId, trigger = '', approvalMode = '', shards = 0 }) => {
    const attributes = { ...own, [ATTR_PLAN_ID]: planId };
    const more = { [ATTR_PLAN_TRIGGER]: trigger, [ATTR_PLAN_APPROVAL_MODE]: approvalMode, [ATTR_PLAN_SHARDS]: shards };
    const anchor = start(SPANS.planCreated.name, { attributes, context: ROOT_CONTEXT }, more);
    anchor.end();
    const context = trace.setSpan(ROOT_CONTEXT, anchor);
    const span = start(SPANS.plan.name, { attributes, context }, more);
    plans.set(planId, { attributes, context, span, drains: new Map(), moves: new Map() });
  });
  controller.on('approvalRequested', ({ planId }) => {
    const plan = plans.get(planId);
    if (plan !== undefined) plan.approval = start(SPANS.approval.name, plan, {});
  });
  controller.on('approvalDecided', ({ planId, decision, actor = '' }) => {
    const approval = plans.get(planId)?.approval;
    approval?.setAttributes({ [ATTR_APPROVAL_DECISION]: decision, [ATTR_APPROVAL_ACTOR]: actor }).end();
  });
  controller.on('drainStarted', ({ planId, node, shards }) => {
    const plan = plans.get(planId);
    if (plan === undefined) return;
    plan.drains.set(node, start(SPANS.drain.name, plan, { [ATTR_NODE_ID]: node, [ATTR_DRAIN_SHARDS]: shards }));
  });
  controller.on('drainProgressed', ({ planId, node, shardsRemaining }) => {
    plans.get(planId)?.drains.get(node)?.setAttribute(ATTR_DRAIN_SHARDS_REMAINING, shardsRemaining);
  });
  controller.on('drainFinished', ({ planId, node, outcome }) => {
    end(plans.get(planId)?.drains, node, { [ATTR_OUTCOME]: outcome, [ATTR_DRAIN_MOVES]: 10 });
  });
  controller.on('moveStarted', ({ planId, shard, source = '', target = '' }) => {
    const plan = plans.get(planId);
    const more = { [ATTR_SHARD_ID]: shard, [ATTR_MOVE_SOURCE]: source, [ATTR_MOVE_TARGET]: target };
    if (plan !== undefined) plan.moves.set(shard, start(SPANS.move.name, plan, more));
  });
  controller.on('moveFinished', ({ planId, shard, outcome, bytes = 0 }) => {
    end(plans.get(planId)?.moves, shard, { [ATTR_OUTCOME]: outcome, [ATTR_BYTES]: bytes });
  });
  controller.on('planFinished', ({ planId, outcome }) => {
    plans.get(planId)?.span.setAttribute(ATTR_OUTCOME, outcome).end();
    plans.delete(planId);
  });

  return {
    async collect() {},
    async verify(expected) {
      await tracerProvider.forceFlush();
      expectEqual('move spans', exporter.moves, expected);
    },
    detach: () => tracerProvider.shutdown(),
  };
};
