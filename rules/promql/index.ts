export * from './expression.js';
export * from './functions.js';
export * from './selector.js';
