import { clockTime, counted, duration, isLive, whereabouts } from '../../../examples/operator/cli/plan-text.js';
import type { ClusterView, NowView } from '../server/wire.js';
import { Command } from './command.js';
import { accessLine, commandLine } from './commands.js';
import { Events } from './events.js';
import { Nodes } from './nodes.js';
import { Progress } from './progress.js';
import { planHref, planKey } from './route.js';
import { Some } from './some.js';
import { age } from './standing.js';
import { byEnd, byUrgency, type Stood, stand, verdictOf } from './verdict.js';

/** Shown before somebody asks for all. */
const PLANS = 30;
const CLUSTERS = 12;

/** Is anything wrong, what waits for a person, what is at work, and how the shards lie. */
export function Home({ now }: { readonly now: NowView }) {
  const stood = stand(now);
  const verdict = verdictOf(now, stood);
  const live = stood.filter(({ plan }) => isLive(plan)).sort(byUrgency);
  const queue = live.filter(({ plan }) => plan.approval !== undefined);
  const others = live.filter(({ plan }) => plan.approval === undefined);
  const past = stood.filter(({ plan }) => !isLive(plan)).sort(byEnd);
  return (
    <>
      <p class={`verdict ${verdict.tone}`}>
        {verdict.plan === undefined ? verdict.text : <a href={planHref(verdict.plan)}>{verdict.text}</a>}
      </p>
      <div class="columns">
        <div>
          {queue.length > 0 && <Queue queue={queue} now={now} />}
          <h2>At work</h2>
          <Plans stood={others} now={now.now} none="No plan is at work." />
          <h2>Of late</h2>
          <Plans stood={past} now={now.now} none="No plan has ended yet." />
        </div>
        <div>
          <h2>Shards per node</h2>
          <Some of={clustersByNeed(now, live)} most={CLUSTERS} what="clusters">
            {(shown) => (
              <div class="clusters">
                {shown.map((cluster) => (
                  <Nodes key={whereabouts(cluster)} cluster={cluster} plans={live.map(({ plan }) => plan)} />
                ))}
              </div>
            )}
          </Some>
        </div>
      </div>
      <h2>Log events</h2>
      <Events events={now.events} ofAll />
    </>
  );
}

/** Those first in which something goes on. */
function clustersByNeed({ clusters }: NowView, live: readonly Stood[]): ClusterView[] {
  const busy = new Set(live.map(({ plan }) => whereabouts(plan)));
  const need = (cluster: ClusterView) => Number(cluster.paused || busy.has(whereabouts(cluster)));
  return clusters.toSorted((a, b) => need(b) - need(a));
}

function Queue({ queue, now }: { readonly queue: readonly Stood[]; readonly now: NowView }) {
  return (
    <>
      <h2>Wait for approval</h2>
      {queue.map(({ plan, standing }) => (
        <section key={planKey(plan)} class="card act">
          <h3>
            <a href={planHref(plan)}>{plan.id}</a> <small>{whereabouts(plan)}</small>
          </h3>
          <p>
            {counted(plan.shards, 'shard')} off {plan.drains.map(({ node }) => node).join(', ') || 'several nodes'}
            {plan.requestedBy !== undefined && `, asked for by ${plan.requestedBy}`}
            {plan.changeTicket !== undefined && ` (${plan.changeTicket})`}. Waits for {age(standing.since, now.now)};{' '}
            {plan.approval !== undefined && `expires in ${duration(plan.approval.expiresAt - now.now)}`}.
          </p>
          <Command line={commandLine('approve', plan)} label={`approve ${plan.id}`} />
          <Command line={commandLine('reject', plan)} label={`reject ${plan.id}`} />
        </section>
      ))}
      {now.control !== undefined && (
        <Access line={accessLine(now.control)} hasToken={now.control.token !== undefined} />
      )}
    </>
  );
}

/** What has to be run once before the commands of the page. */
export function Access({ line, hasToken }: { readonly line: string; readonly hasToken: boolean }) {
  return (
    <div class="access">
      <p>
        Once in each terminal, in the folder of the repository
        {!hasToken && ', where MESH_CONTROL_TOKEN is the token that you chose'}:
      </p>
      <Command line={line} label="address and token of the control API" />
    </div>
  );
}

interface PlansProps {
  readonly stood: readonly Stood[];
  readonly now: number;
  readonly none: string;
}

function Plans({ stood, now, none }: PlansProps) {
  if (stood.length === 0) return <p class="none">{none}</p>;
  return (
    <Some of={stood} most={PLANS} what="plans">
      {(shown) => (
        <ul class="plans">
          {shown.map(({ plan, standing }) => (
            <li key={planKey(plan)}>
              <a href={planHref(plan)} class={`card ${standing.tone}`}>
                <span class="name">
                  <b>{plan.id}</b> <small>{whereabouts(plan)}</small>
                </span>
                <span class={`tag ${standing.tone}`}>{standing.word}</span>
                <span class="why">
                  {standing.why}
                  {standing.since !== undefined &&
                    (plan.endedAt === undefined
                      ? `, for ${age(standing.since, now)}`
                      : `, at ${clockTime(standing.since)} UTC`)}
                </span>
                <Progress plan={plan} label={`shards of ${plan.id} that have moved`} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Some>
  );
}
