/** What a path of the window's own server answers. */
export async function answerOf<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, signal && { signal }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new Error('The window’s own server does not answer. It is asked again with the next refresh.', {
      cause: error,
    });
  });
  if (!response.ok) throw new Error(problemIn(await response.text()) ?? `HTTP ${response.status}`);
  return (await response.json()) as T;
}

/** What a refusal says: a problem document has it as its detail. */
function problemIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { detail?: string }).detail;
  } catch {
    return text.slice(0, 300) || undefined;
  }
}
