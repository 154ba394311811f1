import { render } from 'preact';

render(<main>Mesh rebalancing</main>, document.body);
