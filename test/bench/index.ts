import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const BENCHMARKS = [
  'lifecycle',
  'scrape',
  'churn',
  'journal',
  'crash',
  'lab',
  'estimate',
  'rules',
  'dashboards',
  'look',
  'collector',
  'window',
];

/** Runs a benchmark in a process of its own, so that none pays for the heap and the compiled code of another. */
async function run(benchmark: string, quick: boolean): Promise<void> {
  const file = fileURLToPath(new URL(`./${benchmark}.js`, import.meta.url));
  const child = fork(file, quick ? ['--quick'] : [], { execArgv: ['--expose-gc'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${benchmark} ended with ${code}`);
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined) throw new Error(`no benchmark ${unknown}; there are ${BENCHMARKS.join(', ')}`);

const processors = cpus();
console.log(`node ${process.version}, ${processors.length} cores, ${processors[0]?.model ?? 'unknown'}`);
for (const benchmark of positionals.length > 0 ? positionals : BENCHMARKS) {
  console.log(`\n== ${benchmark} ==`);
  await run(benchmark, values.quick);
}
