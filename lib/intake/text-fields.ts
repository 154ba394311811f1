import type { RedactableField } from '../contract/redaction.js';
import { MAX_ID_LENGTH } from './safe-id.js';

/** A field of free text. */
export interface TextField<N extends string = RedactableField> {
  /** Name of the field in its payload. */
  readonly name: N;
  /** Most characters that are kept. */
  readonly limit: number;
  /** True for who asked, who approved, free words and paths: what a user may have to keep out of telemetry. */
  readonly personal: boolean;
}

function textField<N extends string>(name: N, limit: number, personal: boolean): TextField<N> {
  return { name, limit, personal };
}

const MAX_WORDS = 1_024;

/** Every field of free text. Names of kinds of things are not personal; names of people and tickets, words and paths are. */
export const TEXT_FIELDS: { readonly [N in RedactableField]: TextField<N> } = {
  requestedBy: textField('requestedBy', MAX_ID_LENGTH, true),
  changeTicket: textField('changeTicket', MAX_ID_LENGTH, true),
  actor: textField('actor', MAX_ID_LENGTH, true),
  reason: textField('reason', MAX_WORDS, true),
  'error.message': textField('error.message', MAX_WORDS, true),
  'error.stack': textField('error.stack', 8_192, true),
  trigger: textField('trigger', MAX_ID_LENGTH, false),
  errorType: textField('errorType', MAX_ID_LENGTH, false),
  'error.name': textField('error.name', MAX_ID_LENGTH, false),
};
