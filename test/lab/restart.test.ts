import { expect } from 'chai';
import { labelsOf, Readings } from './readings.js';
import { runSmall, type SmallRun } from './scratch.js';

const TROUBLE = { cluster: 'eu-1' };
const OLD = 'mesh-controller-1:9464';
const NEW = 'mesh-controller-1-1:9464';

async function reading(scenario: string, run: SmallRun, look: (readings: Readings) => void): Promise<void> {
  const result = await runSmall(scenario, run);
  try {
    look(new Readings(result.samples));
  } finally {
    result.remove();
  }
}

describe('a restart of every controller in a lab run', () => {
  it('ends all series of the old process, and begins those of another instance and version a minute later', () =>
    reading('stuck-drain', { hours: 1, restartAt: 30 }, (readings) => {
      expect(readings.values('up', { instance: OLD })).to.deep.equal([
        ...new Array(120).fill(1),
        ...new Array(4).fill(0),
      ]);
      expect(readings.values('up', { instance: NEW })).to.have.lengthOf(117);
      const versions = readings.series('paused', TROUBLE).map((series) => labelsOf(series)['otel_scope_version']);
      expect(versions).to.deep.equal(['1.0.0', '1.1.0']);
      const instances = readings.series('paused').map((series) => labelsOf(series)['instance']);
      expect(instances).to.have.members([OLD, NEW, 'mesh-controller-2:9464', 'mesh-controller-2-1:9464']);
      for (const { values } of readings.series('paused', { instance: OLD })) expect(values).to.have.lengthOf(120);
    }));

  it('lets counters begin at 0 again', () =>
    reading('repeated-failures', { hours: 1.2, restartAt: 40 }, (readings) => {
      const [old, fresh] = [OLD, NEW].map((instance) =>
        readings.values('plans_finished_total', { instance, outcome: 'failed' }),
      );
      expect(old?.at(-1)).to.be.greaterThan(0);
      expect(fresh?.[0]).to.equal(0);
      expect(fresh?.at(-1)).to.be.greaterThan(0);
    }));

  it('leaves a stuck node stuck, and the plan goes on in the same trace', () =>
    reading('stuck-drain', { hours: 1.2, restartAt: 30 }, (readings) => {
      const [plan_id = ''] = readings.plans('eu-1');
      const [old, fresh] = [OLD, NEW].map((instance) =>
        readings.values('plan_shards_remaining', { plan_id, instance }),
      );
      expect(new Set(fresh)).to.deep.equal(new Set([old?.at(-1)]));
      const traces = readings.series('plan_info', { plan_id }).map((series) => labelsOf(series)['trace_id']);
      expect(traces).to.have.lengthOf(2);
      expect(new Set(traces)).to.have.lengthOf(1);
    }));

  const lasting: readonly (readonly [scenario: string, what: string, still: (readings: Readings) => void])[] = [
    ['paused', 'a pause', (readings) => expect(readings.last('paused', { instance: NEW })).to.deep.equal([1])],
    [
      'too-many-moves',
      'a limit that somebody has forced',
      (readings) => {
        const [plan_id = ''] = readings.plans('eu-1');
        const [limit] = readings.last('shards_moving_limit', { instance: NEW });
        const moving = readings.values('shards_moving', { plan_id, instance: NEW });
        expect(Math.max(...moving)).to.be.greaterThan(limit as number);
      },
    ],
    [
      'guardrail-held',
      'an incident',
      (readings) => {
        const trips = readings.values('guardrail_trips_total', { instance: NEW, guardrail: 'incident' });
        expect(trips.at(-1)).to.be.greaterThan(5);
      },
    ],
    [
      'heartbeat-lost',
      'the reason for which the loop hangs',
      (readings) => {
        expect(readings.values('up', { instance: NEW }).length).to.be.greaterThan(10);
        expect(readings.series('controller_heartbeat_timestamp_seconds', { instance: NEW })).to.deep.equal([]);
      },
    ],
  ];
  for (const [scenario, what, still] of lasting) {
    it(`does not end ${what}: ${scenario}`, () => reading(scenario, { hours: 0.6, restartAt: 20 }, still));
  }

  for (const scenario of ['metrics-lost', 'target-lost']) {
    it(`does not bring back what is gone for good: ${scenario}`, () =>
      reading(scenario, { hours: 0.6, restartAt: 20 }, (readings) => {
        expect(readings.series('up', { instance: NEW })).to.deep.equal([]);
        expect(readings.series('up', { instance: 'mesh-controller-2-1:9464' })).to.have.lengthOf(1);
      }));
  }

  it('leaves the labels of the scope off without a restart, as the package itself does', () =>
    reading('stuck-drain', { hours: 0.2 }, (readings) => {
      const names = readings.series('paused').flatMap((series) => Object.keys(labelsOf(series)));
      expect(names).not.to.include('otel_scope_version').and.not.to.include('otel_scope_name');
    }));
});
