module.exports = {
  projects: ['node', 'jsdom'].map((testEnvironment) => ({ displayName: testEnvironment, testEnvironment })),
};
