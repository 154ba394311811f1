import { marked } from 'marked';
import type { Sent } from './sent.js';

const STYLE = `
  * { box-sizing: border-box; margin: 0 }
  body { width: 1400px; padding: 24px; background: #eceef1; color: #1f2328; font: 13px/1.45 'DejaVu Sans', sans-serif }
  main { display: grid; grid-template: auto 1fr auto / 1fr 1fr; gap: 16px 20px; align-items: start }
  section { background: #fff; border: 1px solid #cfd4da; border-radius: 6px; overflow: hidden; overflow-wrap: anywhere }
  h2 { padding: 8px 16px; font-size: 12px; color: #57606a; background: #f6f8fa; border-bottom: 1px solid #cfd4da }
  section > div { padding: 16px }
  .teams div { border-left: 4px solid #5b5fc7 }
  .teams p { margin-top: 8px }
  .teams h3, .pagerduty h3, .mail h3 { font-size: 15px; line-height: 1.35; margin-bottom: 8px }
  a { color: #0b57d0 }
  dl { display: grid; grid-template-columns: 110px 1fr; gap: 6px 12px }
  dt { color: #57606a }
  dd { white-space: pre-wrap }
  .pagerduty { grid-row: 1 / span 2; grid-column: 2 }
  .terminal { grid-column: 1 / -1; background: #16181d; color: #e3e6ea }
  .terminal h2 { background: #24272e; color: #aeb4bd; border-color: #24272e }
  .terminal pre { font: 11px/1.5 'DejaVu Sans Mono', monospace }`;

/** A page with what each receiver was sent, laid out as it shows it. */
export function pageOf({ teams, pagerduty, mail, terminal }: Sent): string {
  const [title, ...texts] = teams?.attachments[0]?.content.body ?? [];
  const parts = [
    part('teams', 'Microsoft Teams', teams && `<h3>${html(title?.text ?? '')}</h3>${texts.map(markdown).join('')}`),
    part('pagerduty', 'PagerDuty', pagerduty && incident(pagerduty)),
    part('mail', 'Mail', mail && `<h3>${html(mail.subject)}</h3>${mail.html}`),
    part('terminal', 'Terminal', `<pre>$ amtool alert query\n${html(terminal)}</pre>`),
  ];
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main>${parts.join('')}</main>`;
}

function part(name: string, heading: string, content: string | undefined): string {
  const shown = content ?? 'Nothing: a warning wakes nobody.';
  return `<section class="${name}"><h2>${heading}</h2><div>${shown}</div></section>`;
}

function incident({ payload, links }: NonNullable<Sent['pagerduty']>): string {
  const { summary, severity, source, class: kind, custom_details } = payload;
  const rows = Object.entries({ severity, source, class: kind, ...custom_details });
  const list = rows.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(String(value))}</dd>`).join('');
  const linked = links.map(({ href, text }) => `<a href="${html(href)}">${html(text)}</a>`).join(' · ');
  return `<h3>${html(summary)}</h3><dl>${list}<dt>links</dt><dd>${linked}</dd></dl>`;
}

/** Adaptive Cards read a part of Markdown, which all of it is here: links, bold, paragraphs. */
function markdown({ text }: { readonly text: string }): string {
  return marked.parse(text, { async: false });
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
