/** Thrown for a secret that would let everybody in, or nobody; the message says what to set. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
}

/**
 * A secret as it was configured.
 *
 * @param name where it is configured, such as an environment variable
 * @throws UnusableSecret when it is missing, empty or blank, or has characters that no `authorization` header carries
 */
export function requireSecret(name: string, value: string | undefined): string {
  if (value !== undefined && /^[!-~]+$/.test(value)) return value;
  const fault = value === undefined ? 'is not set' : value.trim() === '' ? 'is empty' : 'has a space or is not ASCII';
  throw new UnusableSecret(`${name} ${fault}. Set it to a secret without spaces: ${name}=$(openssl rand -hex 16)`);
}
