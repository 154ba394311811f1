import { helpText, readCommandLine, UsageError } from './command-line.js';
import { runScenario } from './run.js';
import { summaryText } from './summary-text.js';

try {
  const options = readCommandLine(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(helpText());
  } else {
    const { summary } = await runScenario(options);
    console.log(summaryText(summary, options.folder));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
