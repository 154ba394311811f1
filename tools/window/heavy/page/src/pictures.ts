/** Where the icons and fonts of Grafana's libraries are; they ask for it once, before the first is drawn. */
Object.assign(globalThis, { __grafana_public_path__: '/heavy/' });

export {};
