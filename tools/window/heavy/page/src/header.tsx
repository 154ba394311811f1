import { ToolbarButton, useTheme2 } from '@grafana/ui';
import { goTo, withParameters } from './address';
import type { Settings } from './settings';

const KEPT = ['from', 'to', 'theme', 'now', 'refresh', 'rows'];

/** What is shown, the other pages, and the colours. */
export function Header({ settings, address }: { readonly settings: Settings; readonly address: URL }) {
  const theme = useTheme2();
  const here = decodeURIComponent(address.pathname.split('/')[2] ?? '');
  return (
    <header
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: '4px 16px',
        alignItems: 'center',
        padding: '6px 16px',
        background: theme.colors.background.primary,
        borderBottom: `1px solid ${theme.colors.border.weak}`,
      }}
    >
      <strong title={settings.about}>{settings.title}</strong>
      <nav aria-label="Pages" style={{ display: 'flex', flexWrap: 'wrap', gap: '2px 14px' }}>
        {settings.dashboards.map(({ uid, title }) => (
          <a
            key={uid}
            href={siblingOf(address, uid)}
            aria-current={uid === here ? 'page' : undefined}
            style={{
              padding: '2px 0',
              color: uid === here ? theme.colors.text.primary : theme.colors.text.link,
              borderBottom: uid === here ? `2px solid ${theme.colors.primary.main}` : '2px solid transparent',
            }}
          >
            {title}
          </a>
        ))}
        {settings.pages.map(({ title, url }) => (
          <a key={url} href={url} style={{ padding: '2px 0', color: theme.colors.text.link }}>
            {title}
          </a>
        ))}
      </nav>
      <ToolbarButton
        variant="canvas"
        tooltip={theme.isDark ? 'Light colours' : 'Dark colours'}
        onClick={() => goTo(withParameters(address, { theme: theme.isDark ? 'light' : 'dark' }), true)}
      >
        {theme.isDark ? 'Light' : 'Dark'}
      </ToolbarButton>
    </header>
  );
}

/** As the links by tag of the dashboards: the time and what is chosen go along. */
function siblingOf(address: URL, uid: string): string {
  const parameters = [...address.searchParams].filter(([name]) => name.startsWith('var-') || KEPT.includes(name));
  return `/d/${encodeURIComponent(uid)}?${new URLSearchParams(parameters)}`;
}
