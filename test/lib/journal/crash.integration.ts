import { expect } from 'chai';
import { crashTrial } from '../../support/crash/trial.js';
import { verdictOf } from '../../support/crash/verdict.js';

const TRIALS = 10;
const AT_ONCE = 5;
const LONGEST_STEP_MS = 1_500;
/** From a fact until its controller has heard of it, on a busy machine. */
const LAG_MS = 250;

describe('a controller that is killed at a moment of chance, and restarted', () => {
  for (const hasSnapshot of [false, true]) {
    it(`goes on with its journal as one that was never killed, ${hasSnapshot ? 'with' : 'without'} a snapshot()`, async () => {
      for (let seed = 1; seed <= TRIALS; seed += AT_ONCE) {
        const seeds = Array.from({ length: AT_ONCE }, (_, index) => seed + index);
        for (const trial of await Promise.all(seeds.map((each) => crashTrial(each, hasSnapshot)))) {
          const verdict = verdictOf(trial);
          const moment = `killed after ${trial.killedAfterMs} ms`;
          expect(verdict.facts, moment).to.deep.equal([]);
          expect(verdict.missingSpans, moment).to.deep.equal([]);
          expect(verdict.isOneTrace, moment).to.equal(true);
          // What the journal had not yet heard; without a snapshot(), also what goes on unheard until somebody speaks of it.
          const unheard = trial.unwrittenMs + (hasSnapshot ? 0 : trial.downMs + LONGEST_STEP_MS);
          expect(verdict.phaseSeconds * 1_000, moment).to.be.lessThan(unheard + LAG_MS);
          expect(trial.complaints, moment).to.deep.equal([]);
        }
      }
    });
  }
});
