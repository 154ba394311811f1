/** Signals a wrong setting, in words for the person who made it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
