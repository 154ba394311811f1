import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { startBrowser, take } from '../../tools/pictures/camera.js';
import { windowOn } from '../../tools/pictures/history-window.js';
import { SCENES } from '../../tools/pictures/scenes.js';

/** Clusters of a history that is played here; the fleet takes minutes. */
const MOST_CLUSTERS = 3;
const LARGEST = 200 * 1024;
const MOST_DIFFERENT = 0.001;
/** Taken twice, by two browsers and of two windows. */
const AGAIN = 'oncall-stuck';

/** The share of pixels that differ; runs in the browser, which reads PNG. */
async function difference(pictures: readonly string[]): Promise<number> {
  const [a, b] = await Promise.all(
    pictures.map(async (picture) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
      canvas?.drawImage(image, 0, 0);
      return canvas?.getImageData(0, 0, image.width, image.height);
    }),
  );
  if (!a || !b || a.width !== b.width || a.height !== b.height) return 1;
  const [left, right] = [new Uint32Array(a.data.buffer), new Uint32Array(b.data.buffer)];
  return left.filter((pixel, index) => pixel !== right[index]).length / left.length;
}

async function share(browser: Browser, pictures: readonly Buffer[]): Promise<number> {
  const page = await browser.newPage();
  const texts = pictures.map((picture) => picture.toString('base64'));
  return page.evaluate(difference, texts).finally(() => page.close());
}

describe('the pictures of the documents', function () {
  this.timeout(300_000);
  const shutdown = new Shutdown();
  const { signal } = new AbortController();
  let browser: Browser;
  const taken = new Map<string, Buffer>();
  before(async () => {
    browser = await startBrowser(shutdown);
  });
  after(() => shutdown.run());

  const scenes = SCENES.filter(({ history }) => history.clusters <= MOST_CLUSTERS);
  for (const history of new Set(scenes.map((scene) => scene.history))) {
    it(`can be taken of ${history.scenario}, without an error in a panel, and are small`, async () => {
      const ended = new Shutdown();
      try {
        const window = await windowOn(history, ended, signal);
        for (const scene of scenes.filter((candidate) => candidate.history === history)) {
          const { png, problems } = await take(browser, window, scene, 'light');
          expect(problems, scene.name).to.deep.equal([]);
          expect(png.length, scene.name).to.be.below(LARGEST);
          taken.set(scene.name, png);
        }
      } finally {
        await ended.run();
      }
    });
  }

  it('come out alike from run to run', async () => {
    const ended = new Shutdown();
    try {
      const scene = SCENES.find(({ name }) => name === AGAIN) ?? expect.fail(`no scene ${AGAIN}`);
      const second = await take(
        await startBrowser(ended),
        await windowOn(scene.history, ended, signal),
        scene,
        'light',
      );
      const first = taken.get(AGAIN) ?? expect.fail('it was not taken before');
      expect(await share(browser, [first, second.png])).to.be.at.most(MOST_DIFFERENT);
      const other = taken.get('oncall-healthy') ?? expect.fail('it was not taken before');
      expect(await share(browser, [first, other])).to.be.above(MOST_DIFFERENT);
    } finally {
      await ended.run();
    }
  });
});
