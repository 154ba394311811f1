import './pictures';
import './page.css';
import { ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { followLinks, goTo, useAddress } from './address';
import { answerOf } from './answer';
import type { Dashboard } from './dashboard';
import { DashboardPage, readDashboard } from './dashboard-page';
import { themeOf } from './grafana';
import { Header } from './header';
import { type Settings, titleAt } from './settings';
import { TracePage, traceOfExplore } from './trace-page';

followLinks();

function Page({ settings: given }: { readonly settings: Settings }) {
  const address = useAddress();
  const mode = address.searchParams.get('theme');
  const theme = useMemo(() => themeOf(mode), [mode]);
  const width = useWidth();
  const standing = address.searchParams.get('now');
  const stands = standing === null ? given.now : Number(standing);
  const settings = useMemo(() => ({ ...given, title: titleAt(given, stands ?? Date.now()) }), [given, stands]);
  const clock = useMemo(() => () => stands ?? Date.now(), [stands]);
  const [, kind = '', id = ''] = address.pathname.split('/').map(decodeURIComponent);
  const common = { settings, address, clock, width: width - 32 };
  const page: Readonly<Record<string, () => ReactNode>> = {
    d: () => <OneDashboard key={id} uid={id} {...common} />,
    trace: () => <TracePage key={id} traceId={id} {...common} />,
    explore: () => <TracePage traceId={traceOfExplore(address)} {...common} />,
  };
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Header settings={settings} address={address} />
      <main style={{ padding: '8px 16px 16px' }}>{(page[kind] ?? (() => null))()}</main>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

function OneDashboard({
  uid,
  ...common
}: { readonly uid: string } & Omit<Parameters<typeof DashboardPage>[0], 'dashboard'>) {
  const [dashboard, setDashboard] = useState<Dashboard>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    readDashboard(uid).then(setDashboard, (error: Error) => setProblem(error.message));
  }, [uid]);
  useEffect(() => {
    if (dashboard) document.title = `${dashboard.title} · ${common.settings.title}`;
  }, [dashboard, common.settings]);
  if (problem !== undefined) return <p role="alert">{problem}</p>;
  return dashboard && <DashboardPage dashboard={dashboard} {...common} />;
}

function useWidth(): number {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(document.documentElement.clientWidth));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, []);
  return width;
}

const root = createRoot(document.getElementById('page') as HTMLElement);
answerOf<Settings>('/api/window').then(
  (settings) => {
    const first = settings.dashboards[0];
    if (location.pathname === '/' && first) goTo(new URL(`/d/${first.uid}${location.search}`, location.href), true);
    root.render(<Page settings={settings} />);
  },
  (error: Error) => root.render(<p role="alert">{error.message}</p>),
);
