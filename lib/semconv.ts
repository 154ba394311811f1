export * from './contract/vocabulary.js';
export { INVALID_REASON_MEANING, INVALID_REASONS, type InvalidReason } from './intake/problem.js';
export * from './metrics/definitions.js';
export { SCOPE_NAME } from './otel/scope.js';
export * from './traces/definitions.js';
