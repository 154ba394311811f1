import { useEffect, useState } from 'preact/hooks';
import { clockTime, duration } from '../../../examples/operator/cli/plan-text.js';
import type { NowView } from '../server/wire.js';
import { Home } from './home.js';
import { PlanPage } from './plan-page.js';
import { usePolled } from './poll.js';
import { parseRoute } from './route.js';

/** The page. */
export function App() {
  const route = useRoute();
  const { value: now, lostAt } = usePolled<NowView>('/api/now');
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        To the content
      </button>
      <header>
        <h1>
          <a href="#/">Mesh rebalancing</a> {now !== undefined && <small>{now.title}</small>}
        </h1>
        <nav>
          <a href="/runbooks/">Runbooks</a>
          {now?.links.map(({ name, url }) => (
            <a key={url} href={url}>
              {name}
            </a>
          ))}
          {now !== undefined && <time title="The server's clock">{clockTime(now.now)} UTC</time>}
        </nav>
      </header>
      <div role="status">{lostAt !== undefined && <Lost since={lostAt} now={now} />}</div>
      {now?.troubles.map((trouble) => (
        <p key={trouble} class="banner act">
          A source does not answer. {trouble}
        </p>
      ))}
      <main id="content" tabIndex={-1} class={lostAt === undefined ? '' : 'stale'}>
        {now === undefined ? (
          lostAt === undefined && <p class="none">Asking …</p>
        ) : route.page === 'home' ? (
          <Home now={now} />
        ) : (
          <PlanPage key={route.key} planKeyWanted={route.key} now={now} />
        )}
      </main>
    </>
  );
}

function Lost({ since, now }: { readonly since: number; readonly now: NowView | undefined }) {
  const [passed, setPassed] = useState(Date.now() - since);
  useEffect(() => {
    const timer = setInterval(() => setPassed(Date.now() - since), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <p class="banner bad">
      <b>The server has not answered for {duration(passed)}.</b> Has its program ended? It is asked every second.
      {now !== undefined && ` What stands below is from ${clockTime(now.now)} UTC.`}
    </p>
  );
}

function useRoute() {
  const [route, setRoute] = useState(parseRoute(location.hash));
  useEffect(() => {
    const follow = () => {
      setRoute(parseRoute(location.hash));
      scrollTo(0, 0);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
