import { MAX_ID_LENGTH } from './safe-id.js';

/** A kind of text: the most characters that are kept, and whether it may tell of a person. */
export interface TextKind {
  readonly limit: number;
  /** True for who asked, who approved, free words and paths: what a user may have to keep out of telemetry. */
  readonly personal: boolean;
}

/** Name of a kind of thing. */
export const NAME: TextKind = { limit: MAX_ID_LENGTH, personal: false };
/** Name of a person or program, or of a ticket, which leads to one. */
export const PERSON: TextKind = { limit: MAX_ID_LENGTH, personal: true };
/** Words that somebody wrote, or that an error says. */
export const WORDS: TextKind = { limit: 1_024, personal: true };
/** Lines of a stack, whose paths may hold the name of a user. */
export const STACK: TextKind = { limit: 8_192, personal: true };
/** Context that is carried on. */
export const CONTEXT: TextKind = { limit: 1_024, personal: false };
