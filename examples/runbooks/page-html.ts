import { Marked, type Tokens } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

/** Made to be read at night, on a phone too: one column, no colours but those that the reader's machine prefers. */
const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 1px solid #8886; }
pre, code { font-family: ui-monospace, monospace; font-size: .875rem; }
code { background: #8882; padding: .1em .3em; border-radius: 3px; }
pre { overflow-x: auto; background: #8882; padding: .75rem; border-radius: 4px; line-height: 1.4; }
pre code { background: none; padding: 0; }
.language-promql, .language-sh { white-space: pre-wrap; }
table { display: block; overflow-x: auto; border-collapse: collapse; }
img { max-width: 100%; border: 1px solid #8886; border-radius: 4px; }
td, th { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
thead:not(:has(th:not(:empty))) { display: none; }
`;

/**
 * The HTML of a Markdown page.
 *
 * @param follow where a link or a picture leads; a link that leads nowhere becomes plain text, a picture nothing
 * @param home text of a link to the server's own page, where it has one
 */
export function pageHtml(markdown: string, follow: (href: string) => string | undefined, home?: string): string {
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens);
        const target = follow(href);
        return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const target = follow(href);
        if (target === undefined) return '';
        const alt = escapeHtml(text.replaceAll('\n', ' '));
        return `<a href="${escapeHtml(target)}">${picture(target, alt, follow(darkOf(href)))}</a>`;
      },
    },
  });
  const title = escapeHtml(/^# (.+)$/m.exec(markdown)?.[1] ?? 'Runbook');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
<nav>${home === undefined ? '' : `<a href="/">${escapeHtml(home)}</a> / `}<a href="/runbooks/">All runbooks</a></nav>
${marked.parse(markdown, { async: false })}
</html>
`;
}

/** A picture in light colours stands beside the same in dark ones. */
function darkOf(href: string): string {
  return href.replace(/-light(?=\.png$)/, '-dark');
}

function picture(light: string, alt: string, dark = light): string {
  const source = `<source media="(prefers-color-scheme: dark)" srcset="${escapeHtml(dark)}">`;
  return `<picture>${source}<img src="${escapeHtml(light)}" alt="${alt}"></picture>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
