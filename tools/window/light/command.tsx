import { useEffect, useRef, useState } from 'preact/hooks';

const SAID_MS = 2_000;

/** A line for a terminal, and a button that copies it. */
export function Command({ line, label }: { readonly line: string; readonly label: string }) {
  const [said, setSaid] = useState('');
  const code = useRef<HTMLElement>(null);
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      setSaid('Copied');
    } catch {
      // Without the right to the clipboard, the reader's own key copies what is selected.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setSaid('Selected: copy it');
    }
  };
  return (
    <div class="command">
      <code ref={code}>{line}</code>
      <button type="button" onClick={copy} aria-label={`Copy: ${label}`}>
        <span aria-live="polite">{said === '' ? 'Copy' : said}</span>
      </button>
    </div>
  );
}
