import { PROGRAM_NAMES, type ProgramName, printedVersion, program } from './program.js';

const NAME_WIDTH = Math.max(...PROGRAM_NAMES.map((name) => name.length));

function isProgramName(name: string): name is ProgramName {
  return (PROGRAM_NAMES as readonly string[]).includes(name);
}

/** Finds or makes one, and prints what came of it. */
async function prepare(name: ProgramName): Promise<boolean> {
  const start = performance.now();
  try {
    const path = await program(name);
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    const version = (await printedVersion(name, path)) ?? '-';
    console.log(`${name.padEnd(NAME_WIDTH)}  ${version.padEnd(8)}  ${seconds.padStart(6)} s  ${path}`);
    return true;
  } catch (error) {
    console.error(`${name.padEnd(NAME_WIDTH)}  ${(error as Error).message}`);
    return false;
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isProgramName(name));
if (unknown.length > 0) {
  console.error(`error: not a program: ${unknown.join(', ')}. There are: ${PROGRAM_NAMES.join(', ')}.`);
  process.exitCode = 2;
} else {
  // One after the other, because each build takes all processors.
  for (const name of asked.length > 0 ? asked.filter(isProgramName) : PROGRAM_NAMES) {
    if (!(await prepare(name))) process.exitCode = 1;
  }
}
