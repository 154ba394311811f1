/** A function that does its work once for each argument in a process; what is equal as JSON is the same. */
export function onceFor<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  const results = new Map<string, Promise<R>>();
  return (argument) => {
    const key = JSON.stringify(argument);
    const known = results.get(key) ?? work(argument);
    results.set(key, known);
    return known;
  };
}
