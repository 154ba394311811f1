import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { marked, type Token } from 'marked';
import { parse } from 'yaml';
import { until } from '../support/until.js';
import { forEachRelease } from './for-each-release.js';
import { MailServer } from './mail-server.js';
import { ruleAlert } from './rule-alert.js';

const README = new URL('../../../rules/alertmanager/README.md', import.meta.url);

/** Names of plans and clusters, and what they try. */
const HOSTILE: Readonly<Record<string, string>> = {
  'a link in Markdown': '[Approve here](https://evil.example/approve)',
  'one behind escapes': '\\[Approve here\\](https://evil.example/approve)',
  'a link by reference': '[Approve here][1] [1]: https://evil.example',
  'an image': '![](https://evil.example/pixel.png)',
  'a bare address': 'https://evil.example/approve',
  'an address without a scheme': 'www.evil.example',
  'an address in brackets': '<https://evil.example>',
  'an address of mail': 'ada@evil.example',
  "Slack's link": '<https://evil.example|Approve here>',
  "Slack's mention": '<!channel> <@U123>',
  "Teams' mention": '<at>everyone</at>',
  'a script': '<script src="https://evil.example"></script>',
  entities: '&lt;b&gt; &#91;x&#93;(https://evil.example)',
  formats: '**bold** __bold__ _italic_ ~~gone~~ `code`',
  'a heading and a list': '# heading',
  'a substitution of a shell': '$(id) `id`',
  'an option of the command line': '--url=http://evil.example',
  'YAML and a template': 'a: {{ .Nothing.at.all }}',
};

/** What no message may have, whatever a plan is called. */
const CLICKABLE = /\w+:\/\/|\bwww\.|\w@\w/i;

/** Kinds of Markdown that a reader could be deceived by. */
const FORMATS = new Set([
  'link',
  'image',
  'html',
  'codespan',
  'code',
  'em',
  'del',
  'heading',
  'list',
  'blockquote',
  'def',
]);

forEachRelease(
  ({ version, hasTeams }) =>
    `whatever a plan is called, Alertmanager ${version} sends nothing to click to ${hasTeams ? 'PagerDuty, Slack, mail and Teams' : 'PagerDuty, Slack and mail'}`,
  {},
  ({ release: { hasTeams }, start, cleanup }) => {
    it('but the links and the command of the alert', async () => {
      const [, snippet = ''] =
        /<!-- test: receivers -->\n\n```yaml\n([\s\S]*?)```/.exec(await readFile(README, 'utf8')) ?? [];
      const mail = await cleanup.use(MailServer.start());
      const { alertmanager, standIn } = await start({ moreWays: { ways: parse(snippet), mail: mail.address } });
      const names = Object.values(HOSTILE);
      const alerts = names.map((name) => ruleAlert('Stuck', { namespace: 'payments', cluster: name, plan_id: name }));
      await alertmanager.post(alerts);
      const all = await until(() => {
        const { pagerduty, slack, teams } = standIn.received;
        const counts = [pagerduty.length, slack.length, mail.mails.length, ...(hasTeams ? [teams.length] : [])];
        return counts.every((count) => count >= names.length) ? counts : undefined;
      });
      expect(all).to.have.length(hasTeams ? 4 : 3);

      const links = alerts.flatMap(({ annotations = {} }) => [
        annotations['runbook_url'],
        annotations['dashboard_url'],
      ]);
      const withoutLinks = (text: string) => links.reduce<string>((rest, link = '') => rest.replaceAll(link, ''), text);
      const expectPlain = (text: string, who: string) => {
        expect(withoutLinks(text), who).not.to.match(CLICKABLE);
        expect(text, who).not.to.match(/[<>[\]`*](?! Mesh)/);
      };
      for (const { payload, links: own } of standIn.messages('pagerduty')) {
        expectPlain(payload.summary, 'PagerDuty');
        expectPlain(payload.custom_details.firing, 'PagerDuty');
        expect(payload.custom_details.next_step).to.match(/^The command is too long .* or its id is no plain text\./);
        for (const { href } of own) expect(links).to.include(href);
      }
      for (const { attachments } of standIn.messages('slack')) {
        const [{ title, title_link, text, mrkdwn_in, fallback }] = attachments;
        expectPlain(title, 'Slack');
        expectPlain(text, 'Slack');
        expect(links).to.include(title_link);
        expect(mrkdwn_in).to.deep.equal(['pretext']);
        expectPlain(fallback, 'Slack');
      }
      for (const { subject, text, html } of mail.mails) {
        expectPlain(subject, 'mail');
        expectPlain(text, 'mail');
        expect(html).to.match(/^\s*<pre [^<>]*>[^<>]+<\/pre>\s*$/);
      }
      for (const card of standIn.messages('teams')) {
        for (const { text } of card.attachments[0].content.body) {
          for (const token of formatsIn(marked.lexer(text))) {
            expect(token.type, token.raw).to.equal('link');
            expect(links, token.raw).to.include((token as { href: string }).href);
          }
        }
      }
      // All of them are read by a person as what they are.
      const titles = standIn.messages('pagerduty').map(({ payload }) => payload.source);
      expect(titles).to.include('payments/［Approve here］(https:∕∕evil.example/approve)');
      expect(titles).to.include('payments/‹at›everyone‹/at›');
    });
  },
);

/** What a client of Teams would format. */
function formatsIn(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [
    ...(FORMATS.has(token.type) ? [token] : []),
    ...('tokens' in token ? formatsIn(token.tokens ?? []) : []),
  ]);
}
