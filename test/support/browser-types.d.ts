/* Names of the browser's that the driver's types need. Tests run in Node.js: they ask the page by text only. */
type Node = object;
type HTMLElement = object;
type SVGElement = object;
type HTMLElementTagNameMap = Record<string, object>;
