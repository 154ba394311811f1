import type { ChurnReply, ChurnRequest } from './churn-worker.js';
import { quick } from './settings.js';
import { linearSlope, type Slope } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';
import { WorkerProcess } from './worker-process.js';

const CHECKPOINTS = 40;
/** For the 18 degrees of freedom of a line through the second half of the checkpoints. */
const STUDENT_T = 2.101;
const CHECKPOINTS_SHOWN = 10;
const PLANS = quick ? 50_000 : 1_000_000;
const PLANS_WITHOUT_COMPILER = quick ? 50_000 : 500_000;
const REQUEST = { checkpoints: CHECKPOINTS, plansPerCollection: 1_000, millisecondsPerPlan: 10_000 };
/** V8 interprets everything, so that its heap holds no compiled code. */
const WITHOUT_COMPILER = ['--jitless', '--no-expose-wasm'];

async function churn(request: ChurnRequest, flags: readonly string[] = []): Promise<ChurnReply> {
  const worker = new WorkerProcess<ChurnRequest, ChurnReply>('churn-worker.js', [], flags);
  try {
    return await worker.request(request);
  } finally {
    worker.stop();
  }
}

/** Growth a plan over the second half of the checkpoints. */
function growth(values: readonly number[], plans: number): Slope {
  const points = values.map((y, i) => ({ x: ((i + 1) * plans) / CHECKPOINTS, y }));
  return linearSlope(points.slice(CHECKPOINTS / 2), STUDENT_T);
}

function growthVerdict(what: string, { slope, margin }: Slope): string {
  const zero = Math.abs(slope) <= margin ? 'inside' : 'outside';
  const interval = `95 % interval ${(slope - margin).toFixed(4)} to ${(slope + margin).toFixed(4)}, zero ${zero}`;
  return verdict(`${what} do not grow`, `${slope.toFixed(4)} a plan, ${interval}`, slope <= margin);
}

const run = await churn({ ...REQUEST, plans: PLANS, instrumented: true });
console.log(
  `${PLANS} plans of 8 events, one every ${REQUEST.millisecondsPerPlan / 1000} s by a virtual clock, in ` +
    `${run.seconds.toFixed(1)} s; collected every ${REQUEST.plansPerCollection} plans`,
);
const shown = Array.from({ length: CHECKPOINTS_SHOWN }, (_, i) => ((i + 1) * CHECKPOINTS) / CHECKPOINTS_SHOWN - 1);
console.log(
  textTable(
    ['plans', 'heap used, bytes', 'series'],
    [0, ...shown].map((i) => [((i + 1) * PLANS) / CHECKPOINTS, run.heapUsed[i], run.series[i]].map(String)),
  ),
);
console.log(`second half, ${CHECKPOINTS / 2} checkpoints`);
console.log(growthVerdict('bytes of heap', growth(run.heapUsed, PLANS)));
console.log(growthVerdict('series', growth(run.series, PLANS)));
console.log(verdict('a new plan appears under its own id', run.newPlanShown ? 'it does' : 'no', run.newPlanShown));

const request = { ...REQUEST, plans: PLANS_WITHOUT_COMPILER };
const interpreted = await churn({ ...request, instrumented: true }, WITHOUT_COMPILER);
const control = await churn({ ...request, instrumented: false }, WITHOUT_COMPILER);
const difference = interpreted.heapUsed.map((bytes, i) => bytes - (control.heapUsed[i] as number));
console.log(
  '\nThe heap above holds the code that V8 compiles and its profiles too, which grow for minutes. The same without the\n' +
    `compiler, less a control without instrumentation; ${PLANS_WITHOUT_COMPILER} plans, second half`,
);
console.log(growthVerdict('bytes of heap over the control', growth(difference, PLANS_WITHOUT_COMPILER)));
