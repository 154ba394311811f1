import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect } from 'chai';
import stringWidth from 'string-width';
import { alertDefinitions } from '../../rules/alert-groups.js';
import { DEFAULTS, runbookUrl } from '../../rules/settings.js';
import { alertsByName } from './alerts.js';
import { ANSWERS, questionsTable } from './answers.js';
import { commandsInText, stepsOf, withQuestions } from './page.js';
import { INDEX, pageNames, readPage } from './pages.js';
import { variablesOf } from './variables.js';

const DASHBOARDS = new URL('../../../dashboards/', import.meta.url);
const MAX_LINES = 60;
const MAX_COLUMNS = 100;
const LARGEST_PICTURE = 200 * 1024;
const PICTURE = /\n!\[([^\]]+)\]\(([^)]+)\)\n/g;
const FOLDER = new URL('../../../docs/runbooks/', import.meta.url);
const HEADS = ['Fires', 'Means', 'Waits', 'Acts', 'Set'];
const SECTIONS = ['Look', 'Act', 'Over'];
/** Parts of the names that the lab gives: clusters, plans, nodes and shards. */
const OF_THE_REHEARSAL = /payments|eu-1|node-\d|shard-\d|CHG-|mesh-controller/;
/** Addresses, which are nobody's labels, and what a reader finds on the way. */
const PLACEHOLDER_OF_NO_LABEL = /^(http:|127\.|secret$|mesh_rebalance_|(the|one) )/;

const alerts = alertsByName();
const labels = new Map<string, readonly string[]>(
  Object.values(alertDefinitions(DEFAULTS.values)).flatMap((group) => group.map((alert) => [alert.name, alert.labels])),
);

function panelTitles(): string[] {
  return readdirSync(DASHBOARDS)
    .filter((name) => /^mesh-rebalance-\w+\.json$/.test(name))
    .flatMap((name) => [...readFileSync(new URL(name, DASHBOARDS), 'utf8').matchAll(/"title": "([^"]+)"/g)])
    .map(([, title = '']) => title);
}

/** A text that was written on several lines. */
function flowing(text: string): string {
  return text.replaceAll('\n', ' ');
}

describe('the runbooks, as they are read', () => {
  it('are one page for each alert, and all of them stand in the index', () => {
    expect(pageNames().sort()).to.deep.equal([...alerts.keys()].sort());
    for (const name of pageNames()) expect(readPage(INDEX)).to.include(`(${name}.md)`);
  });

  it('are what the alerts link to', () => {
    for (const [name, rules] of alerts) {
      for (const { annotations } of rules) expect(annotations.runbook_url).to.equal(runbookUrl(DEFAULTS, name));
    }
  });

  it('have a table of where each answers the seven questions', () => {
    expect(Object.keys(ANSWERS).sort()).to.deep.equal([...alerts.keys()].sort());
    expect(readPage(INDEX)).to.equal(withQuestions(readPage(INDEX), questionsTable()));
  });

  for (const name of pageNames()) {
    const page = readPage(name);
    const steps = stepsOf(page);
    const commands = [
      ...steps.flatMap((step) => (step.kind === 'command' ? [step.line] : [])),
      ...commandsInText(page),
    ];

    describe(name, () => {
      it(`has ${MAX_LINES} lines of ${MAX_COLUMNS} columns at most`, () => {
        // Comments, the marks of blocks and what is said in the place of a picture are not read.
        const read = page
          .replace(PICTURE, '')
          .trimEnd()
          .split('\n')
          .filter((line) => !/^(```.*|<!--.*-->)$/.test(line));
        expect(read).to.have.lengthOf.at.most(MAX_LINES);
        expect(read.filter((line) => stringWidth(line) > MAX_COLUMNS)).to.deep.equal([]);
      });

      it('says what it means, whether it waits and who acts, then where to look, what to do and when it is over', () => {
        const [top = ''] = page.split('## Look');
        expect([...top.matchAll(/^- \*\*(\w+)\*\*: \S/gm)].map(([, head]) => head)).to.deep.equal(HEADS);
        expect([...page.matchAll(/^## (.+)$/gm)].map(([, section]) => section)).to.deep.equal(SECTIONS);
        const [, look = ''] = page.split('## Look');
        expect(stepsOf(look.split('## Act')[0] as string)).to.have.length(3);
        expect([...page.matchAll(/^ *```(\w+)$/gm)].map(([, language]) => language)).to.deep.equal([
          'sh',
          ...[...page.matchAll(/^ *```console$/gm)].map(() => 'console'),
        ]);
      });

      it('has no id of its rehearsal in a command, and every id that a variable holds behind "--"', () => {
        for (const command of commands) {
          expect(command).to.not.match(OF_THE_REHEARSAL);
          if (/ (show|approve|reject|cancel|watch) /.test(command)) expect(command).to.match(/ -- ("\$\w+"|ID)/);
        }
      });

      it('sets every variable of its commands in its first lines, from labels that the alert has', () => {
        const block = steps.find(({ kind }) => kind === 'variables') as { readonly text: string };
        const isSet = new Set([...block.text.matchAll(/\b([A-Z_]+)=/g)].map(([, variable]) => variable));
        for (const command of commands) {
          for (const [, variable] of command.matchAll(/\$([A-Z_]+)/g)) expect(isSet, command).to.include(variable);
        }
        // A shell that is typed into may know no comments, as zsh.
        expect(block.text).to.not.include('#');
        for (const { name: variable, placeholder } of variablesOf(block.text)) {
          if (!PLACEHOLDER_OF_NO_LABEL.test(placeholder)) expect(labels.get(name), variable).to.include(placeholder);
        }
      });

      it('has a picture, and one only, of a panel that it names', () => {
        const panels = [...page.matchAll(/panel\s\*\*([^*]+)\*\*/g)].map(([, panel = '']) => flowing(panel));
        const pictures = [...page.matchAll(PICTURE)];
        expect(pictures).to.have.length(panels.length === 0 ? 0 : 1);
        for (const [, says = '', path = ''] of pictures) {
          expect(panels.some((panel) => flowing(says).startsWith(panel))).to.equal(true, says);
          for (const theme of [path, path.replace('-light.', '-dark.')]) {
            expect(statSync(new URL(theme, FOLDER)).size, theme).to.be.within(1, LARGEST_PICTURE);
          }
          expect(page.trimEnd().endsWith(`(${path})`), 'at the end').to.equal(true);
        }
      });

      it('has a query for each panel that it names', () => {
        const titles = panelTitles();
        const look = page.slice(page.indexOf('## Look'), page.indexOf('## Act'));
        const [text = ''] = look.split('```');
        const lines = stepsOf(look).flatMap((step) => (step.kind === 'command' ? [step.line] : []));
        for (const [, before = '', panel = ''] of text.matchAll(/(\d)\s\(panel\s\*\*([^*]+)\*\*/g)) {
          expect(titles).to.include(flowing(panel));
          expect(lines[Number(before) - 1], panel).to.match(/^(q "|mesh shards rebalance list)/);
        }
        expect([...text.matchAll(/\*\*/g)]).to.have.length(2 * [...text.matchAll(/\d\s\(panel\s\*\*/g)].length);
      });
    });
  }
});
