import { once } from 'node:events';
import { findScenario } from '../../examples/lab/scenario-named.js';
import { DELIVERY_SETTINGS } from './delivery-settings.js';
import { LabSetting } from './lab-setting.js';
import type { Direction, Step } from './page.js';
import type { Labels, Setting } from './setting.js';
import type { Shell } from './shell.js';
import { Stage } from './stage.js';
import { filledIn } from './variables.js';

/** Carries out a page, step by step, in the trouble that the page is about. */
export class Rehearsal {
  readonly #shell: Shell;
  #setting: Setting | undefined;
  /** Labels of the alert that has led to the page. */
  labels: Labels = {};
  /** The block that sets the variables. */
  #variables = '';
  /** Values that the reader has found on the way, by the names of variables. */
  readonly #found: Record<string, string> = {};
  /** Minutes that pass while the next command runs. */
  #meanwhile = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** What the page is about at this point. */
  get setting(): Setting {
    if (this.#setting === undefined) throw new Error('a page needs a "run" before its first command');
    return this.#setting;
  }

  /** @returns what a command prints; undefined for a direction */
  async follow(step: Step): Promise<string | undefined> {
    if (step.kind === 'command') return this.#type(step.line);
    if (step.kind === 'variables') this.#variables = step.text;
    else if (step.kind !== 'section') await this.#direct(step);
    return undefined;
  }

  async close(): Promise<void> {
    await this.#setting?.close();
    this.#setting = undefined;
  }

  async #direct({ kind, text }: Direction): Promise<void> {
    if (kind === 'run') return this.#run(text);
    if (kind === 'set') {
      const [name = '', value = ''] = text.split(' ');
      this.#found[name] = value;
      return;
    }
    const { setting } = this;
    if (!(setting instanceof LabSetting)) throw new Error(`"${kind}" needs a scenario of the lab`);
    if (kind === 'done') return setting.perform(text);
    const [, minutes] = /^(\d+) min$/.exec(text) ?? [];
    if (minutes === undefined) throw new Error(`"${text}" is no time such as "10 min"`);
    if (kind === 'meanwhile') this.#meanwhile = Number(minutes);
    else await setting.advance(Number(minutes));
  }

  async #run(text: string): Promise<void> {
    await this.close();
    const delivery = DELIVERY_SETTINGS[text];
    if (delivery !== undefined) {
      this.#setting = await delivery();
      return;
    }
    const [, name, minute] = /^([\w-]+), minute (\d+)$/.exec(text) ?? [];
    const scenario = findScenario(name);
    if (scenario === undefined) throw new Error(`"${text}" names no scenario of the lab, or no minute`);
    const setting = new LabSetting(new Stage(scenario));
    this.#setting = setting;
    await setting.advance(Number(minute));
  }

  #type(line: string): Promise<string> {
    return this.setting.during(async ({ environment, addresses, passTime }) => {
      const { PRESENT = '', ...known } = environment;
      const variables = filledIn(this.#variables, { ...known, ...this.#found }, this.labels);
      // What a variable is set to must be what the page sets it to, so that none of them is there before.
      const { process, output } = this.#shell.type(`${variables}\n${line}`, { USER: 'ada', PRESENT });
      if (this.#meanwhile > 0 && process.stdout !== null) {
        // What follows events prints something at first, and misses none from then on.
        await once(process.stdout, 'data');
        await passTime(this.#meanwhile);
        this.#meanwhile = 0;
      }
      const shown = (await output).trimEnd();
      return addresses.reduce((text, [here, instead]) => text.replaceAll(here, instead), shown);
    });
  }
}
