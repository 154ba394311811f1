import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { type YamlValue, yamlText } from '../../rules/yaml-text.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a: b', ' indented', '', '- item', '"quoted"', '# no comment', 'tab\there'))
    .map((lines) => lines.join('\n')),
  fc.constantFrom('yes', 'null', '1e3', '0x1f', '~', '2026-11-24', '30m', '{{ $value }}', '|-', '&a', '*a', '!!str'),
);
const { document } = fc.letrec<{ document: YamlValue }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('document'), { maxLength: 3 }),
    // A key named so is the prototype of what a parser makes of it.
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('document'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
}));

describe('text of a YAML document', () => {
  it('is read by a YAML parser as what it was made from', () => {
    fc.assert(
      fc.property(fc.record({ top: document }), (value) => {
        expect(parse(yamlText(value), { maxAliasCount: 0 })).to.deep.equal(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has expressions as blocks and leaves out what is undefined', () => {
    const rule = {
      expr: 'up{job="a"} == 0\nand x',
      for: undefined,
      labels: { severity: 'info' },
      list: [{ a: 1, b: [] }, {}],
    };
    expect(yamlText(rule)).to.equal(`expr: |-
  up{job="a"} == 0
  and x
labels:
  severity: info
list:
  - a: 1
    b: []
  - {}
`);
  });
});
