/** What the window's server says of what it shows. */
export interface Settings {
  /** What is shown, such as the name of a history. */
  readonly title: string;
  /** One sentence about it. */
  readonly about?: string;
  /** What is shown began then; milliseconds since the Unix epoch. */
  readonly began?: number;
  /** The clock stands there; milliseconds since the Unix epoch. */
  readonly now?: number;
  /** Times that are shown where the address has none: of a history its beginning and end. */
  readonly from?: string;
  readonly to?: string;
  readonly dashboards: readonly { readonly uid: string; readonly title: string; readonly tags: readonly string[] }[];
  /** Other pages of the window. */
  readonly pages: readonly { readonly title: string; readonly url: string }[];
}

/** What is shown, and which minute of it. */
export function titleAt({ title, began }: Settings, now: number): string {
  if (began === undefined) return title;
  return now < began ? `${title}, before it begins` : `${title}, minute ${Math.round((now - began) / 60_000)}`;
}
