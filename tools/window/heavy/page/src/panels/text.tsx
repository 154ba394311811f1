import { renderTextPanelMarkdown } from '@grafana/data';
import { ScrollContainer } from '@grafana/ui';
import { interpolate } from '../interpolate';
import type { Drawing } from './drawing';

/** Markdown, made harmless by Grafana's own sanitizer after the variables are in. */
export function Text({ panel, context, height }: Drawing) {
  const html = renderTextPanelMarkdown(interpolate(panel.options.content ?? '', context));
  return (
    <div style={{ height, display: 'flex' }}>
      <ScrollContainer minHeight={0}>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: it is sanitized */}
        <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />
      </ScrollContainer>
    </div>
  );
}
