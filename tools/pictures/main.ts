import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { REPOSITORY } from '../repository.js';
import { untilInterrupted } from '../until-interrupted.js';
import { startBrowser, take } from './camera.js';
import { windowOn } from './history-window.js';
import { SCENES, THEMES } from './scenes.js';

const FOLDER = join(REPOSITORY, 'docs/screenshots');

/** Takes all pictures of the documents, or those whose names are given. */
const names = process.argv.slice(2);
const scenes = SCENES.filter(({ name }) => names.length === 0 || names.includes(name));
await untilInterrupted(async (shutdown, signal) => {
  await mkdir(FOLDER, { recursive: true });
  const browser = await startBrowser(shutdown);
  for (const history of new Set(scenes.map((scene) => scene.history))) {
    const ended = new Shutdown();
    try {
      const window = await windowOn(history, ended, signal);
      for (const scene of scenes.filter((candidate) => candidate.history === history)) {
        for (const theme of THEMES) {
          const { png, problems } = await take(browser, window, scene, theme);
          for (const problem of problems) {
            console.error(`${scene.name}, ${theme}: ${problem}`);
            process.exitCode = 1;
          }
          await writeFile(join(FOLDER, `${scene.name}-${theme}.png`), png);
          console.log(`docs/screenshots/${scene.name}-${theme}.png: ${Math.ceil(png.length / 1024)} KB`);
        }
      }
    } finally {
      await ended.run();
    }
  }
});
