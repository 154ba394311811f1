/**
 * Mutants that no test can kill, because what they change cannot be seen: each as `npm run mutants` prints it, with the
 * reason. The command reports one that has moved, or that a test kills all the same.
 */
export const EQUIVALENTS: Readonly<Record<string, string>> = {};
