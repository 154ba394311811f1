import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../support/until.js';
import { type Alertmanager, EXTERNAL_URL, type PostedAlert } from './alertmanager.js';
import { SECRETS } from './configuration.js';
import { forEachRelease } from './for-each-release.js';
import { ruleAlert } from './rule-alert.js';
import type { ReceiverName, StandIn } from './stand-in.js';

const AT = { namespace: 'payments', cluster: 'eu-1' };
/** What Alertmanager makes PagerDuty's key of: the way through the tree of routes, and the labels of the group. */
const PAGE_GROUP = '{}/{alertname=~"MeshRebalance.+"}/{severity="critical"}:{cluster="eu-1", namespace="payments"}';
const PAGE_KEY = createHash('sha256').update(PAGE_GROUP).digest('hex');
/** Teams refuses what is longer. */
const TEAMS_BYTES = 28_000;
const PAGERDUTY_BYTES = 512_000;
const PAGERDUTY_SUMMARY_RUNES = 1_024;
const MANY = 1_000;
/** Labels from whatever source: long, and each character as many bytes of JSON as there can be. */
const HOSTILE = '<&'.repeat(600);

/** In the place of a command that is too long. */
const LEFT_OUT =
  'The command is too long for this message or its id is no plain text. Copy it from the annotation "command" of this alert in Alertmanager.';

const STUCK_RUNBOOK = 'http://localhost:7071/runbooks/MeshRebalanceStuck';
const STUCK_DASHBOARD =
  'http://localhost:3000/d/mesh-rebalance-plan?var-namespace=payments&var-cluster=eu-1&var-plan_id=plan-7';
const STUCK_COMMAND = "mesh shards rebalance show -- 'plan-7'";
const STUCK_SUMMARY =
  'A rebalance plan is stuck. Reads and writes go on: it can wait until morning, unless a node that it drains is failing.';
const STUCK_LINES = ruleAlert('Stuck', { ...AT, plan_id: 'plan-7' }).annotations?.['description']?.split('\n') ?? [];
/** Of a plan's alert that is over. */
const HOW_IT_ENDED = 'A plan that was cancelled or has failed is no node drained. This prints how it ended:';

forEachRelease(
  ({ version }) => `what Alertmanager ${version} sends`,
  {},
  ({ release: { hasTeams, count }, start }) => {
    let standIn: StandIn;
    let alertmanager: Alertmanager;

    beforeEach(async () => {
      ({ standIn, alertmanager } = await start());
    });

    /** The message that satisfies, when it has come. */
    // biome-ignore lint/suspicious/noExplicitAny: each receiver has a format of its own.
    const message = (receiver: ReceiverName, isIt: (message: any) => boolean = () => true) =>
      until(() => standIn.messages(receiver).find(isIt));

    it('to PagerDuty is an incident with all that the next step needs, resolved by the same key', async () => {
      const stuck = ruleAlert('Stuck', { ...AT, plan_id: 'plan-7' });
      await alertmanager.post([stuck]);
      await message('pagerduty');
      await alertmanager.resolve([stuck]);
      await message('pagerduty', ({ event_action }) => event_action === 'resolve');

      const rest = [STUCK_COMMAND, STUCK_RUNBOOK, STUCK_DASHBOARD];
      const text = ['* MeshRebalanceStuck: ', [...STUCK_LINES, ...rest].join('\n')].join('');
      const [, over = ''] =
        /over since (.*)\.\n/.exec(standIn.messages('pagerduty')[1].payload.custom_details.resolved) ?? [];
      expect(Math.abs(Date.parse(over) - Date.now()), over).to.be.below(2 * 60_000);
      const end = [`* MeshRebalanceStuck: over since ${over}.`, STUCK_LINES[0], HOW_IT_ENDED, ...rest].join('\n');
      const event = (action: string, summary: string, details: object) => ({
        routing_key: SECRETS.routingKey,
        dedup_key: PAGE_KEY,
        event_action: action,
        payload: {
          summary: `payments/eu-1: ${summary}`,
          source: 'payments/eu-1',
          severity: 'critical',
          class: 'MeshRebalanceStuck',
          component: 'mesh-rebalance',
          group: 'payments/eu-1',
          custom_details: { next_step: STUCK_COMMAND, ...details },
        },
        client: 'Alertmanager',
        client_url: STUCK_DASHBOARD,
        links: [
          { href: STUCK_RUNBOOK, text: 'Runbook' },
          { href: STUCK_DASHBOARD, text: 'Dashboard' },
        ],
      });
      expect(standIn.messages('pagerduty')).to.deep.equal([
        event('trigger', STUCK_SUMMARY, {
          firing: text,
          resolved: 'none',
          num_firing: count(1),
          num_resolved: count(0),
        }),
        event('resolve', 'MeshRebalanceStuck is over', {
          firing: 'none',
          resolved: end,
          num_firing: count(0),
          num_resolved: count(1),
        }),
      ]);
    });

    it('to the ticket system is what there is to know of a warning, with its token', async () => {
      const failed = ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-8' });
      await alertmanager.post([failed]);
      const ticket = await message('tickets');
      const groupLabels = { ...AT, alertname: 'MeshRebalancePlanFailed' };
      expect(ticket).to.deep.equal({
        receiver: 'mesh-rebalance-ticket',
        status: 'firing',
        alerts: [
          {
            status: 'firing',
            labels: failed.labels,
            annotations: failed.annotations,
            startsAt: failed.startsAt,
            endsAt: '0001-01-01T00:00:00Z',
            generatorURL: '',
            fingerprint: (await alertmanager.alerts())[0]?.fingerprint,
          },
        ],
        groupLabels,
        commonLabels: failed.labels,
        commonAnnotations: failed.annotations,
        externalURL: EXTERNAL_URL,
        version: '4',
        groupKey:
          '{}/{alertname=~"MeshRebalance.+"}:{alertname="MeshRebalancePlanFailed", cluster="eu-1", namespace="payments"}',
        truncatedAlerts: 0,
      });
      expect(standIn.received.tickets[0]?.authorization).to.equal(`Bearer ${SECRETS.ticketToken}`);
      expect(standIn.received.pagerduty).to.deep.equal([]);
    });

    if (hasTeams) {
      it('to Teams is a card, for pages and for tickets, and another when it is over', async () => {
        const stuck = ruleAlert('Stuck', { ...AT, plan_id: 'plan-7' });
        const failed = ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-8' });
        await alertmanager.post([stuck, failed]);
        await until(() => standIn.received.teams.length === 2);
        await alertmanager.resolve([stuck]);
        const isAbout = (begin: string) => (card: unknown) => JSON.stringify(card).includes(`"text":"${begin}`);
        await message('teams', isAbout('WARNING payments/eu-1: A rebalance plan has failed. Reads and writes go on'));
        const card = (color: string, title: string, lines: readonly (string | undefined)[]) => ({
          type: 'message',
          attachments: [
            {
              contentType: 'application/vnd.microsoft.card.adaptive',
              contentUrl: null,
              content: {
                $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
                type: 'AdaptiveCard',
                version: '1.2',
                body: [
                  {
                    type: 'TextBlock',
                    text: title,
                    weight: 'Bolder',
                    size: 'Medium',
                    wrap: true,
                    style: 'heading',
                    color,
                  },
                  {
                    type: 'TextBlock',
                    text: [...lines, STUCK_COMMAND, `[Runbook](${STUCK_RUNBOOK}) [Dashboard](${STUCK_DASHBOARD})`].join(
                      '\n\n',
                    ),
                    wrap: true,
                  },
                ],
                msteams: { width: 'full' },
              },
            },
          ],
        });
        const [plan = '', ...others] = STUCK_LINES;
        expect(await message('teams', isAbout('CRITICAL'))).to.deep.equal(
          card('Attention', `CRITICAL payments/eu-1: ${STUCK_SUMMARY}`, [`**MeshRebalanceStuck** ${plan}`, ...others]),
        );
        const resolved = await message('teams', isAbout('RESOLVED'));
        const [, over] = /over since (.*?)\./.exec(JSON.stringify(resolved)) ?? [];
        expect(resolved).to.deep.equal(
          card('Good', 'RESOLVED payments/eu-1: MeshRebalanceStuck is over', [
            `**MeshRebalanceStuck** over since ${over}.`,
            plan,
            HOW_IT_ENDED,
          ]),
        );
      });
    }

    it('is one page for one bad cluster, whatever is wrong with it, and another for the next cluster', async () => {
      const plans = Array.from({ length: 8 }, (_, index) => `plan-${index}`);
      const elsewhere = ruleAlert('Stuck', { ...AT, cluster: 'eu-2', plan_id: 'plan-0' });
      const alerts = [
        ...plans.flatMap((plan_id) => [
          ruleAlert('Stuck', { ...AT, plan_id }),
          ruleAlert('PlanFailed', { ...AT, plan_id }),
          ruleAlert('NodeDrainStalled', { ...AT, plan_id, node: 'node-a' }),
        ]),
        ruleAlert('RepeatedFailures', AT, 'warning'),
        ruleAlert('RepeatedFailures', AT, 'critical'),
        ruleAlert('TooManyConcurrentMoves', AT, 'critical'),
        ruleAlert('InProgress', AT),
        ruleAlert('PlansUntracked', AT),
        elsewhere,
      ];
      // Alertmanager notifies at once of what began longer ago than a group waits, and the rest is to be muted first.
      const startsAt = new Date().toISOString();
      await alertmanager.post(alerts.map((alert) => ({ ...alert, startsAt })));
      const all = plans.length + 2;
      const page = await message('pagerduty', ({ payload }) => payload.custom_details.num_firing === count(all));
      expect(page.payload.summary).to.match(/^payments\/eu-1: .+ \(and 9 more\)$/);
      expect(page.payload.severity).to.equal('critical');
      const other = await message('pagerduty', ({ payload }) => payload.source === 'payments/eu-2');
      const keys = standIn.messages('pagerduty').map(({ dedup_key }) => dedup_key);
      expect([...new Set(keys)]).to.have.members([PAGE_KEY, other.dedup_key]);
      // What remains for the tickets: neither the plans that have failed nor the drains of stuck ones.
      await message('tickets');
      const names = standIn.messages('tickets').map(({ groupLabels }) => groupLabels);
      expect(names).to.deep.equal([{ ...AT, alertname: 'MeshRebalancePlansUntracked' }]);
    });

    it('stays within what receivers take, however many alerts there are', async () => {
      const many = (name: string) =>
        Array.from({ length: MANY }, (_, index) => ruleAlert(name, { ...AT, plan_id: `plan-${index}` }));
      const stuck = many('Stuck');
      await alertmanager.post([...stuck, ...many('StateBudgetExceeded')]);
      const page = await message('pagerduty', ({ payload }) => payload.custom_details.num_firing === count(MANY));
      expect(page.payload.custom_details.firing.match(/^\* /gm)).to.have.length(10);
      expect(page.payload.custom_details.firing).to.match(/\n\nand 990 more$/);
      const ticket = await message('tickets', ({ truncatedAlerts }) => truncatedAlerts === MANY - 100);
      expect(ticket.alerts).to.have.length(100);
      if (hasTeams) {
        const card = await message('teams', (each) => JSON.stringify(each).includes('and 995 more'));
        expect(card.attachments[0].content.body[1].text.match(/^\*\*Mesh/gm)).to.have.length(5);
      }
      await alertmanager.resolve(stuck);
      await message('pagerduty', ({ event_action }) => event_action === 'resolve');
      expectSizes(standIn);
    });

    it('stays within what receivers take, whatever the labels hold', async () => {
      const where = { namespace: HOSTILE, cluster: HOSTILE };
      const alerts = Array.from({ length: 20 }, (_, index) => {
        const plan_id = `${index}${HOSTILE}`;
        return [ruleAlert('Stuck', { ...where, plan_id }), ruleAlert('StateBudgetExceeded', { ...where, plan_id })];
      }).flat();
      await alertmanager.post(alerts);
      await message('pagerduty', ({ payload }) => payload.custom_details.num_firing === count(20));
      await message('tickets', (ticket) => ticket.alerts.length === 20);
      if (hasTeams) await until(() => standIn.received.teams.length >= 2);
      expectSizes(standIn);
    });

    it('has a command whole, or says where it is instead of cutting it within a quoted id', async () => {
      const command = (id: string) => `mesh shards rebalance show -- '${id}'`;
      const fits = (limit: number) => 'x'.repeat(limit - command('').length);
      for (const [cluster, plan_id, isThere] of [
        ['fits', fits(500), true],
        ['is too long', fits(501), false],
        ['has underscores and digits', 'drain_node_7', true],
        ['is no ASCII', '计划-7', true],
        ['ends with a format', 'drain_', false],
        ['is quoted', "o'brien", false],
      ] as const) {
        const stuck = ruleAlert('Stuck', { ...AT, cluster, plan_id });
        await alertmanager.post([stuck]);
        const isAbout = (each: unknown) => JSON.stringify(each).includes(`payments/${cluster}:`);
        const page = await message('pagerduty', isAbout);
        const shown = isThere ? stuck.annotations?.['command'] : LEFT_OUT;
        expect(page.payload.custom_details.next_step).to.equal(shown);
        expect(page.payload.custom_details.firing).to.include(`\n${shown}\n`);
        if (!hasTeams) continue;
        const card = await message('teams', isAbout);
        expect(card.attachments[0].content.body[1].text).to.include(`\n\n${shown}\n\n`);
      }
    });

    it('to PagerDuty is text, also where a name is YAML or a template', async () => {
      const plan_id = 'a: {{ .Nothing.at.all }}';
      const stuck: PostedAlert = ruleAlert('Stuck', { ...AT, plan_id });
      // Without its links too, as a rule of the user's own may be.
      const { description = '', command = '' } = stuck.annotations ?? {};
      await alertmanager.post([{ ...stuck, annotations: { description, command, summary: 'a: b' } }]);
      const { payload, links } = await message('pagerduty');
      expect(payload.custom_details).to.deep.include({
        next_step: LEFT_OUT,
        resolved: 'none',
      });
      expect(payload.custom_details.firing).to.include(`* MeshRebalanceStuck: Plan ${plan_id} of payments/eu-1.`);
      expect(links).to.equal(undefined);
    });
  },
);

function expectSizes(standIn: StandIn): void {
  expect(standIn.received.pagerduty).to.not.be.empty;
  for (const { body } of standIn.received.teams) expect(Buffer.byteLength(body)).to.be.below(TEAMS_BYTES);
  for (const { body } of standIn.received.pagerduty) {
    expect(Buffer.byteLength(body)).to.be.below(PAGERDUTY_BYTES);
    const { payload } = JSON.parse(body);
    expect([...payload.summary]).to.have.length.below(PAGERDUTY_SUMMARY_RUNES);
    expect(payload.custom_details).not.to.have.property('error');
  }
}
