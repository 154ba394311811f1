/** True for a short run, which shows that the benchmarks work and roughly where the figures are. */
export const quick = process.argv.includes('--quick');
