import { expect } from 'chai';
import { formatTraceparent, parseTraceparent } from '../../../lib/otel/traceparent.js';

describe('traceparent', () => {
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is read and written', () => {
    const spanContext = parseTraceparent(valid);
    expect(spanContext).to.deep.equal({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    });
    expect(spanContext && formatTraceparent(spanContext)).to.equal(valid);
    expect(parseTraceparent(valid.replace(/01$/, '00'))?.traceFlags).to.equal(0);
    expect(parseTraceparent(valid.replace(/^00/, '01').concat('-later'))?.traceFlags).to.equal(1);
  });

  it('is refused when it is malformed', () => {
    const zero = valid.replace(/-[\da-f]{32}-/, `-${'0'.repeat(32)}-`);
    for (const text of ['', 'x', valid.toUpperCase(), `${valid}-x`, valid.replace(/^00/, 'ff'), zero, ` ${valid}`]) {
      expect(parseTraceparent(text), text).to.equal(undefined);
    }
  });
});
