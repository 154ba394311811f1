/* Leaves out text for a person to read: no test ought to hold a message to its words, so changing it costs time alone. */
const messages = {
  shouldIgnore: (path) => (path.isStringLiteral() && /\s/.test(path.node.value) ? 'text for a person' : undefined),
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: messages }];
