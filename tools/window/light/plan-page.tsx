import type { ComponentChildren } from 'preact';
import { bytesText, clockTime, counted, isLive, whereabouts } from '../../../examples/operator/cli/plan-text.js';
import type { MoveView, PlanView } from '../../../examples/operator/controllable.js';
import type { NowView, PlanPageView } from '../server/wire.js';
import { Command } from './command.js';
import { accessLine, commandLine } from './commands.js';
import { Events } from './events.js';
import { Access } from './home.js';
import { usePolled } from './poll.js';
import { Progress } from './progress.js';
import { planKey } from './route.js';
import { age, hangs, overText, type Standing, standingOf } from './standing.js';
import { Waterfall } from './waterfall.js';

interface PlanPageProps {
  readonly planKeyWanted: string;
  readonly now: NowView;
}

/** What the person on call asks about one plan. */
export function PlanPage({ planKeyWanted, now }: PlanPageProps) {
  const known = now.plans.find((plan) => planKey(plan) === planKeyWanted);
  if (known === undefined) {
    return (
      <>
        <p class="verdict past">{now.plans.length === 0 ? 'There is no plan yet.' : 'There is no such plan now.'}</p>
        <p>
          One that is still to come is shown here as soon as it begins. One that has ended is forgotten after a while.{' '}
          <a href="#/">All plans</a>
        </p>
      </>
    );
  }
  return <Known plan={known} now={now} />;
}

function Known({ plan: known, now: listed }: { readonly plan: PlanView; readonly now: NowView }) {
  const { namespace, cluster, id } = known;
  const { value, lostAt } = usePolled<PlanPageView>(`/api/plan?${new URLSearchParams({ namespace, cluster, id })}`);
  // One answer counts, the plan and its clock: the list is asked at another moment, and has only the first moves.
  const answered = lostAt === undefined ? value?.plan : undefined;
  const plan = answered ?? known;
  const now = answered === undefined || value === undefined ? listed : { ...listed, now: value.now };
  const standing = standingOf(plan, now.now, now.limits);
  return (
    <>
      <p class="path">
        <a href="#/">All plans</a> / {whereabouts(plan)}
      </p>
      <h2 class="plan-name">{id}</h2>
      <p class={`verdict ${standing.tone}`}>
        {standing.word}. {standing.why}.
      </p>
      <Progress plan={plan} label="shards that have moved" />
      {value?.troubles.map((trouble) => (
        <p key={trouble} class="banner act">
          A source does not answer. {trouble}
        </p>
      ))}
      <div class="columns">
        <div>
          <Answers plan={plan} standing={standing} now={now.now} explanation={value?.explanation?.text} />
          <Acts plan={plan} standing={standing} now={now} />
        </div>
        <div>
          <h3>Moves under way or failed</h3>
          <Moves plan={plan} now={now} />
          <h3>Drains</h3>
          <Drains plan={plan} />
        </div>
      </div>
      <h3>Trace</h3>
      <Waterfall spans={value?.spans ?? []} from={plan.createdAt} to={plan.endedAt ?? now.now} />
      <h3>Log events</h3>
      <Events events={value?.events ?? []} ofAll={false} />
    </>
  );
}

interface AnswersProps {
  readonly plan: PlanView;
  readonly standing: Standing;
  readonly now: number;
  /** What the instrumentation says of it. */
  readonly explanation: string | undefined;
}

const WRONG = {
  bad: 'Yes.',
  act: 'Not yet, but somebody must act.',
  work: 'No, it is at work.',
  good: 'No, it went well.',
  past: 'No.',
} as const;

function Answers({ plan, standing, now, explanation }: AnswersProps) {
  const since =
    standing.since === undefined ? 'Not known.' : `${clockTime(standing.since)} UTC, ${age(standing.since, now)} ago.`;
  const asked = [plan.trigger, plan.requestedBy && `asked for by ${plan.requestedBy}`, plan.changeTicket].filter(
    Boolean,
  );
  const { decision } = plan;
  return (
    <dl class="answers">
      <Answer question="Is anything wrong?">{WRONG[standing.tone]}</Answer>
      <Answer question={isLive(plan) ? 'Why is it where it is?' : 'Why did it end?'}>
        {standing.why}.{explanation !== undefined && <span class="explanation">{explanation}</span>}
      </Answer>
      <Answer question="Since when?">{since}</Answer>
      <Answer question="Who must act?">{standing.who}</Answer>
      <Answer question="Is it over?">{overText(plan, now)}</Answer>
      <Answer question="Where is it from?">
        {asked.join(', ')}, created at {clockTime(plan.createdAt)} UTC.
        {decision !== undefined && ` ${capital(decision.decision)} by ${decision.actor}${because(decision.reason)}.`}
      </Answer>
    </dl>
  );
}

function Answer({ question, children }: { readonly question: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{question}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Acts({
  plan,
  standing: { verbs, runbook },
  now: { control },
}: {
  plan: PlanView;
  standing: Standing;
  now: NowView;
}) {
  return (
    <section class="acts">
      <h3>What can be run</h3>
      {verbs.map((verb) => (
        <Command key={verb} line={commandLine(verb, plan)} label={`${verb} ${plan.id}`} />
      ))}
      {control !== undefined && <Access line={accessLine(control)} hasToken={control.token !== undefined} />}
      {runbook !== undefined && (
        <p>
          Runbook: <a href={`/runbooks/${runbook}`}>{runbook}</a>
        </p>
      )}
    </section>
  );
}

function Moves({ plan, now }: { readonly plan: PlanView; readonly now: NowView }) {
  const shown = plan.moves.filter(({ status }) => status === 'moving' || status === 'failed');
  if (shown.length === 0) return <p class="none">No move is under way, and none has failed.</p>;
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">shard</th>
            <th scope="col">from</th>
            <th scope="col">to</th>
            <th scope="col">is</th>
            <th scope="col">since</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((move) => (
            <Move key={move.shard} move={move} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Move({ move, now }: { readonly move: MoveView; readonly now: NowView }) {
  const { shard, source, target, status, since, errorType } = move;
  const isHanging = hangs(move, now.now, now.limits);
  return (
    <tr class={isHanging || status === 'failed' ? 'bad' : ''}>
      <td>{shard}</td>
      <td>{source}</td>
      <td>{target}</td>
      <td>
        {isHanging ? 'hanging' : status}
        {errorType !== undefined && ` (${errorType})`}
      </td>
      <td class="number">{age(since, now.now)} ago</td>
    </tr>
  );
}

function Drains({ plan: { drains } }: { readonly plan: PlanView }) {
  if (drains.length === 0) return <p class="none">It empties no node.</p>;
  return (
    <ul class="drains">
      {drains.map((drain) => (
        <li key={drain.node}>
          <span>
            <b>{drain.node}</b>{' '}
            <small>
              {drain.outcome ?? (drain.startedAt === undefined ? 'not yet' : 'drains')},{' '}
              {counted(drain.shards, 'shard')}
              {drain.bytes > 0 && `, ${bytesText(drain.bytes)} moved`}
            </small>
          </span>
          <Progress plan={drain} label={`shards that have left ${drain.node}`} />
        </li>
      ))}
    </ul>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}
