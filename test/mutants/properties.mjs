/*
 * Property tests try the same cases for each mutant, for a while, and stop at the first that fails: nobody reads the
 * smallest one.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: 1, endOnFailure: true, interruptAfterTimeLimit: 3_000 });
