import type { Check } from './page.js';

/** Whether a command printed what the page says: `…` stands for some text within one line, never for none. */
export function agrees(printed: string, { output }: Pick<Check, 'output'>): boolean {
  const pattern = output
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]+');
  return new RegExp(`^${pattern}$`).test(printed.trim());
}
