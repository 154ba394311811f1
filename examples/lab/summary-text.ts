import type { Summary } from './tally.js';

/** Stuck plans that are named. */
const NAMED = 5;

/** A summary as the command line prints it. */
export function summaryText(summary: Summary, folder: string): string {
  const { outcomes, decisions } = summary;
  return [
    `${summary.scenario}: ${summary.clusters} clusters, ${summary.hours} h, seed ${summary.seed}`,
    `plans       ${summary.plans} (${listOf({ ...outcomes, live: summary.live })})`,
    `decisions   ${listOf(decisions)}; longest wait ${summary.longestWaitSeconds} s`,
    `moves       ${summary.movedShards} shards moved; failed: ${listOf(summary.failedMoves)}`,
    `guardrails  ${listOf(summary.guardrailTrips)}`,
    `stuck       ${stuckText(summary.stuck)}`,
    `written to  ${folder}: metrics.om, input-series.yaml, traces.json, logs.json, summary.json`,
  ].join('\n');
}

function stuckText(stuck: readonly string[]): string {
  const more = stuck.length > NAMED ? ` and ${stuck.length - NAMED} more` : '';
  return `${stuck.slice(0, NAMED).join(', ') || 'none'}${more}`;
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return words.join(', ') || 'none';
}
