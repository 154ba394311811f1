export { until as eventually } from './until.js';
