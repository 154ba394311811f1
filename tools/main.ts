import { PROGRAM_NAMES, type ProgramName, preparedPrograms, printedVersion } from './program.js';

const NAME_WIDTH = Math.max(...PROGRAM_NAMES.map((name) => name.length));

function isProgramName(name: string): name is ProgramName {
  return (PROGRAM_NAMES as readonly string[]).includes(name);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isProgramName(name));
if (unknown.length > 0) {
  console.error(`error: not a program: ${unknown.join(', ')}. There are: ${PROGRAM_NAMES.join(', ')}.`);
  process.exitCode = 2;
} else {
  const names = asked.length > 0 ? asked.filter(isProgramName) : PROGRAM_NAMES;
  for await (const { name, path, failure } of preparedPrograms(names)) {
    if (path === undefined) {
      console.error(`${name.padEnd(NAME_WIDTH)}  ${failure}`);
      process.exitCode = 1;
      continue;
    }
    console.log(`${name.padEnd(NAME_WIDTH)}  ${((await printedVersion(name, path)) ?? '-').padEnd(8)}  ${path}`);
  }
}
