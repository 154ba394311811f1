import { crashTrial, type Trial } from '../support/crash/trial.js';
import { verdictOf } from '../support/crash/verdict.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const KILLS = quick ? 10 : 200;
const AT_ONCE = 4;

/** Kills at moments of chance, a few at a time, of which each is a plan of about three seconds. */
async function trials(hasSnapshot: boolean): Promise<Trial[]> {
  const done: Trial[] = [];
  let seed = 0;
  const lane = async () => {
    while (seed < KILLS) {
      seed += 1;
      done.push(await crashTrial(seed, hasSnapshot));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return done;
}

console.log(`${KILLS} plans whose controller is killed once, against the same plans with one that is never killed`);
for (const hasSnapshot of [true, false]) {
  const all = await trials(hasSnapshot);
  const verdicts = all.map(verdictOf);
  const count = (is: (index: number) => boolean) => all.filter((_, index) => is(index)).length;
  const figures = (values: readonly number[]) => [median(values).toFixed(0), Math.max(...values).toFixed(0)];
  console.log(`\n${hasSnapshot ? 'with' : 'without'} a snapshot() of the controller`);
  console.log(
    textTable(
      ['ms', 'median', 'max'],
      [
        ['down', ...figures(all.map(({ downMs }) => downMs))],
        ['what the journal had not heard when it was killed', ...figures(all.map(({ unwrittenMs }) => unwrittenMs))],
        ['difference of a phase', ...figures(verdicts.map(({ phaseSeconds }) => phaseSeconds * 1_000))],
      ],
    ),
  );
  const isEqual = count((index) => verdicts[index]?.facts.length === 0);
  const isWhole = count((index) => verdicts[index]?.missingSpans.length === 0 && verdicts[index]?.isOneTrace === true);
  const complaints = all.flatMap((trial) => trial.complaints);
  const lost = verdicts.reduce((sum, { lostSpans }) => sum + lostSpans, 0);
  console.log(verdict('decisions, outcomes and shards are equal', `${isEqual} of ${KILLS}`, isEqual === KILLS));
  console.log(verdict('every step has a span, all in one trace', `${isWhole} of ${KILLS}`, isWhole === KILLS));
  console.log(
    `killed before the plan was in the journal, with a trace of its own after it: ${count((index) => !all[index]?.knewPlan)}`,
  );
  console.log(`spans that end with error.type=process_lost: ${lost}; complaints through diag: ${complaints.length}`);
}
