/** What is wrong with a setting, in words for the one who made it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
