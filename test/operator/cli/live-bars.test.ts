import { expect } from 'chai';
import { ControlApiClient } from '../../../examples/operator/cli/control-api-client.js';
import { LiveBars } from '../../../examples/operator/cli/watch-output.js';
import { until } from '../../support/until.js';
import { startTestApi, type TestApi } from '../api/control-api.js';
import { Screen } from './screen.js';

describe('the bars of watch', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.close());

  it('follow a plan to its end, and give the terminal back', async () => {
    const screen = new Screen(120, 24);
    const text = async () => (await screen.lines()).join('\n');
    const bars = new LiveBars(screen.stream, new ControlApiClient(new URL(api.url), undefined));
    const emit = (event: 'moveFinished' | 'planFinished', planId: string) =>
      bars.event({ event, namespace: 'payments', cluster: 'eu-1', time: 0, planId });
    try {
      const planId = api.waitingPlan();
      const other = api.waitingPlan();
      bars.begin(
        api.payments.plans().filter(({ id }) => id === planId),
        Date.now(),
      );
      await until(async () => /eu-1-plan-1 .* 0\/4 {2}rebalancePending: approval, \d+m \d\ds left/.test(await text()));
      api.payments.approve(planId, 'ada');
      api.payments.move(planId, 'shard-1');
      await emit('moveFinished', planId);
      await until(async () => /eu-1-plan-1 .* 1\/4 {2}rebalancing/.test(await text()));
      api.payments.end(planId, 'failed', 'timeout');
      await emit('planFinished', planId);
      expect(await text()).to.not.include(other);
    } finally {
      bars.close();
    }
    expect(await text()).to.match(/^\d\d:\d\d:\d\d payments\/eu-1 eu-1-plan-1 failed \(timeout\) after \d+s$/);
    expect(await screen.isGivenBack()).to.equal(true);
  });
});
