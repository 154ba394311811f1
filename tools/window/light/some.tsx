import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface SomeProps<T> {
  readonly of: readonly T[];
  /** How many are shown before somebody asks for all. */
  readonly most: number;
  /** Name of several of them. */
  readonly what: string;
  readonly children: (shown: readonly T[]) => ComponentChildren;
}

/** The first of a list that may be long, and a button for all of it. */
export function Some<T>({ of, most, what, children }: SomeProps<T>) {
  const [all, setAll] = useState(false);
  return (
    <>
      {children(all ? of : of.slice(0, most))}
      {!all && of.length > most && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {of.length} {what}
        </button>
      )}
    </>
  );
}
