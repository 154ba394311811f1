import { expect } from 'chai';
import { EVENTS, METRICS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { run } from '../support/process.js';
import { agrees } from './agrees.js';
import { expectFailure, FAILURES } from './failures.js';
import { failureRows, readPage, stepsOf } from './page.js';
import { LINES, projectsForSuite } from './project.js';
import { stopAfter } from './stopped.js';
import { on, stepsOfWay, type Way, walk } from './walk.js';

const PAGE = readPage('install.md');
const WAYS: readonly Way[] = ['scrape', 'collector', 'prometheus'];

describe('the installation page', () => {
  const project = projectsForSuite();

  for (const line of LINES) {
    it(`installs packages of OpenTelemetry JS ${line}.x that belong together, and writes rules with your links`, async () => {
      const steps = stepsOf(PAGE).filter(({ kind }) => kind === 'installed');
      expect(steps).to.have.length(2);
      for (const step of steps) {
        if (step.kind !== 'installed') continue;
        const printed = await run('sh', ['-c', step.check.line], project(line).folder);
        expect(agrees(printed, step.check), printed).to.equal(true);
      }
    });

    for (const way of WAYS) {
      it(`leads to a plan beside its trace with OpenTelemetry JS ${line}.x: ${way}`, () =>
        on(project(line), (host) => walk(host, project(line), stepsOfWay(way))));
    }

    for (const seconds of [4, 20, 70]) {
      it(`loses nothing of a controller that is told to end after ${seconds} s: OpenTelemetry JS ${line}.x`, () =>
        stopAfter(seconds, project(line), ({ exitCode, stoppedAt, producerMetrics, spans, logEvents, points }) => {
          expect(exitCode).to.equal(0);
          const steps = [SPANS.planCreated, SPANS.approval, SPANS.drain, SPANS.move, SPANS.move];
          expect(spans).to.have.members(steps.map(({ name }) => name));
          const { planCreated, approvalRequested, approvalDecided, drainStarted, moveStarted, moveFinished } = EVENTS;
          const { stateChanged } = EVENTS;
          const happened = [planCreated, approvalRequested, approvalDecided, drainStarted, moveStarted, moveFinished];
          expect(logEvents).to.have.members(
            [...happened, moveStarted, stateChanged, stateChanged].map(({ name }) => name),
          );
          const ends = points.filter(({ timeUnixNano }) => BigInt(timeUnixNano) >= BigInt(stoppedAt));
          expect(ends.map(({ name }) => name)).to.include.members([...producerMetrics, METRICS.moves.name]);
          const final = ({ name }: { name: string }, ...labels: string[]) =>
            ends.find(
              (point) =>
                point.name === name &&
                labels.every((label) => point.attributes?.some(({ value }) => value.stringValue === label)),
            )?.asDouble;
          expect(final(METRICS.failures, 'move', 'timeout')).to.equal(1);
          expect(final(METRICS.planApprovals, 'approved')).to.equal(1);
          expect(final(METRICS.shardsMoving)).to.equal(1);
          expect(final(METRICS.moves, 'failed')).to.equal(1);
        }));
    }
  }

  it('has a table of failures that are all produced here', () => {
    expect(FAILURES.map(({ symptom }) => symptom)).to.deep.equal(failureRows(PAGE).map(({ symptom }) => symptom));
  });

  for (const failure of FAILURES) {
    it(`shows the failure and its end: ${failure.symptom}`, () => expectFailure(failure, project('2')));
  }
});
